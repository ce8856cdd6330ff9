//! One request from its key to its answer, in the order Stripe looks at it: who asks, faults, idempotency, locks, the work.

use std::time::Duration;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::answer::Answer;
use crate::app::{App, Call, system_us};
use crate::faults::Fault;
use crate::form::Form;
use crate::routes;
use crate::state::{Kept, State};

/// How long an idempotency key is remembered, in seconds. (Source: docs.stripe.com/api/idempotent_requests.)
pub const KEY_KEPT_S: i64 = 24 * 3600;

/// A request to the API.
pub struct Request {
    /// GET or POST.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// The query of a GET, the body of a POST.
    pub params: String,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `Idempotency-Key`.
    pub key: Option<String>,
}

/// What the client gets.
pub enum Outcome {
    /// An answer.
    Answer(Answer),
    /// Nothing: the connection is closed.
    Dropped,
}

/// Answers one request.
pub async fn exchange(app: &App, request: &Request) -> Outcome {
    if !knows_key(&app.settings.secret_key, request.authorization.as_deref()) {
        return Outcome::Answer(Answer::unauthorized());
    }
    let form = match Form::parse(&request.params) {
        Ok(form) => form,
        Err(refusal) => return Outcome::Answer(refusal),
    };
    let print = fingerprint(request, &form);
    let fault = strike(app, request, &print);
    match fault {
        Some(Fault::LostRequest) => return Outcome::Dropped,
        Some(Fault::RateLimited) => return Outcome::Answer(hinted(app, Answer::rate_limited())),
        _ => {}
    }
    let answer = match once(app, request, &form, Work { print, broken: fault == Some(Fault::Broken) }).await {
        Ok(answer) | Err(answer) => answer,
    };
    if fault == Some(Fault::LostResponse) { Outcome::Dropped } else { Outcome::Answer(answer) }
}

/// Bearer, or Basic with the key as the user's name, as curl's `-u` sends it.
fn knows_key(secret_key: &str, authorization: Option<&str>) -> bool {
    let same = |sent: &str, wanted: &str| bool::from(sent.as_bytes().ct_eq(wanted.as_bytes()));
    match authorization.and_then(|header| header.split_once(' ')) {
        Some(("Bearer", key)) => same(key, secret_key),
        Some(("Basic", encoded)) => same(encoded, &base64(format!("{secret_key}:").as_bytes())),
        _ => false,
    }
}

/// Base64 (RFC 4648, section 4), to compare with what a client sends.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            (0..3).fold(0_usize, |bits, at| (bits << 8) | usize::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * at)) & 63]);
            text.push(if at <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

/// The fault that strikes this request, if one does.
fn strike(app: &App, request: &Request, print: &str) -> Option<Fault> {
    let faults = app.faults();
    let second = system_us() / 1_000_000;
    let mut running = app.running();
    if running.in_second.0 != second {
        running.in_second = (second, 0);
    }
    running.in_second.1 += 1;
    if faults.requests_per_s_max.is_some_and(|max| running.in_second.1 > max) {
        return Some(Fault::RateLimited);
    }
    let fingerprint = format!("{} {print}", request.key.as_deref().unwrap_or_default());
    let nth = running.seen.entry(fingerprint.clone()).or_default();
    *nth += 1;
    faults.strike(&fingerprint, *nth)
}

/// The same for two requests that ask for the same thing, in whatever order their parameters are.
fn fingerprint(request: &Request, form: &Form) -> String {
    let digest = Sha256::digest(format!("{} {} {form:?}", request.method, request.path));
    hex(&digest)
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Adds the `Retry-After` that the faults ask for.
fn hinted(app: &App, mut answer: Answer) -> Answer {
    if let Some(retry_after_s) = app.faults().retry_after_s {
        answer.headers.push(("retry-after", retry_after_s.to_string()));
    }
    answer
}

/// Does the work, unless the same key was answered before.
async fn once(app: &App, request: &Request, form: &Form, what: Work) -> Result<Answer, Answer> {
    let key = request.key.as_deref().filter(|_| request.method == "POST");
    if key.is_some_and(|key| key.len() > 255) {
        return Err(Answer::invalid("The Idempotency-Key is longer than 255 characters."));
    }
    let _key_is_used = match key {
        Some(key) => Some(Busy::start(app, format!("key {key}")).ok_or_else(|| Answer::key_in_use(key))?),
        None => None,
    };
    if let Some(key) = key
        && let Some(answer) = replay(&mut app.state(), key, &what.print)?
    {
        return Ok(answer);
    }
    let _pair_is_used = match routes::locked_pair(request, form) {
        Some(pair) => Some(Busy::start(app, pair).ok_or_else(|| hinted(app, Answer::locked()))?),
        None => None,
    };
    let delay_ms = app.faults().delay_ms;
    if delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    }
    work(app, request, form, what)
}

/// What a request's work needs beside the request.
struct Work {
    print: String,
    broken: bool,
}

/// Runs the handler and remembers the answer, as one step of the state.
fn work(app: &App, request: &Request, form: &Form, what: Work) -> Result<Answer, Answer> {
    let mut state = app.state();
    let now_s = now_s(&state);
    let call = Call { path: &request.path, form, now_s, url: &app.url };
    let answer =
        if what.broken { Answer::broken() } else { Answer::ok(routes::route(request, &call, &mut state)?) };
    // A refused request is not remembered: Stripe remembers what began to run, broken or not.
    if let Some(key) = request.key.as_ref().filter(|_| request.method == "POST") {
        let (status, body) = (answer.status, answer.body.clone());
        state.kept.insert(key.to_owned(), Kept { fingerprint: what.print, status, body, created_s: now_s });
    }
    if request.method == "POST" {
        app.keep(&state).map_err(|fault| Answer::broken().with("message", &format!("{fault:#}")))?;
    }
    Ok(answer)
}

/// The server's clock, seconds since 1970.
pub fn now_s(state: &State) -> i64 {
    system_us() / 1_000_000 + state.clock_offset_s
}

/// What was answered to this key before, if it was used for the same request in the last 24 hours.
fn replay(state: &mut State, key: &str, print: &str) -> Result<Option<Answer>, Answer> {
    let oldest_s = now_s(state) - KEY_KEPT_S;
    state.kept.retain(|_, kept| kept.created_s > oldest_s);
    let Some(kept) = state.kept.get(key) else { return Ok(None) };
    if kept.fingerprint != print {
        return Err(Answer::other_params(key));
    }
    let headers = vec![("idempotent-replayed", "true".to_owned())];
    Ok(Some(Answer { status: kept.status, headers, body: kept.body.clone() }))
}

/// A name that only one request may hold at a time.
struct Busy<'a> {
    app: &'a App,
    name: String,
}

impl<'a> Busy<'a> {
    fn start(app: &'a App, name: String) -> Option<Self> {
        let fresh = app.running().busy.insert(name.clone());
        fresh.then_some(Self { app, name })
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.app.running().busy.remove(&self.name);
    }
}
