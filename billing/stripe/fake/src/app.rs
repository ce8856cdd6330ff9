//! What all requests share: the settings, the state behind its lock, and what is running right now.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use crate::answer::{Answer, Reply};
use crate::faults::Faults;
use crate::form::Form;
use crate::state::{Endpoint, Objects, State};

/// How the server is started.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The only key that is accepted.
    pub secret_key: String,
    /// An endpoint that hears of every event, and the secret that signs what it hears.
    pub webhook: Option<(String, String)>,
    /// How long after a failed delivery the next one is tried; doubled each time, up to a minute. In milliseconds.
    pub webhook_retry_ms: u64,
    /// Where the state is kept. `None`: in memory only.
    pub state_file: Option<PathBuf>,
    /// Faults from the start.
    pub faults: Faults,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            secret_key: "sk_test_fake".to_owned(),
            webhook: None,
            webhook_retry_ms: 1_000,
            state_file: None,
            faults: Faults::default(),
        }
    }
}

/// What is going on now. None of it outlives the process.
#[derive(Default)]
pub struct Running {
    /// Idempotency keys, and `customer meter` pairs, of requests that are not finished.
    pub busy: HashSet<String>,
    /// How often a request with this fingerprint came.
    pub seen: HashMap<String, u32>,
    /// A second, and the requests in it.
    pub in_second: (i64, u32),
}

/// Everything the handlers share.
pub struct App {
    /// How it was started.
    pub settings: Settings,
    /// Where it listens, `http://127.0.0.1:1234`.
    pub url: String,
    /// Wakes the delivery of webhooks.
    pub wake: Notify,
    faults: Mutex<Faults>,
    state: Mutex<State>,
    running: Mutex<Running>,
}

impl App {
    /// Starts from the file, if there is one.
    ///
    /// # Errors
    /// When the file cannot be read, or the rates of the faults are no shares.
    pub fn new(settings: Settings, url: String) -> anyhow::Result<Self> {
        anyhow::ensure!(
            settings.faults.are_shares(),
            "the rates of the faults must be 0 to 1, and at most 1 together"
        );
        let mut state = State::open(settings.state_file.as_deref())?;
        if let Some((url, secret)) = settings.webhook.clone() {
            let endpoint = Endpoint { url, secret, enabled_events: vec!["*".to_owned()] };
            state.endpoints.insert("we_configured".to_owned(), endpoint);
        }
        let faults = Mutex::new(settings.faults.clone());
        let (state, running) = (Mutex::new(state), Mutex::default());
        Ok(Self { settings, url, wake: Notify::new(), faults, state, running })
    }

    /// The state, locked. No request waits for anything while it holds it.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is running, locked.
    pub fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The faults as they are set now, locked.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the state to its file, if it has one, and wakes the delivery of webhooks.
    ///
    /// # Errors
    /// When the file cannot be written: what was done must not be answered as done then.
    pub fn keep(&self, state: &State) -> anyhow::Result<()> {
        if let Some(file) = &self.settings.state_file {
            state.save(file)?;
        }
        self.wake.notify_one();
        Ok(())
    }
}

/// The system's clock, microseconds since 1970.
pub fn system_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// One request as a handler sees it.
pub struct Call<'a> {
    /// The path, `/v1/customers`.
    pub path: &'a str,
    /// The parameters, from the body of a POST or the query of a GET.
    pub form: &'a Form,
    /// The server's clock, seconds since 1970.
    pub now_s: i64,
    /// Where the server listens.
    pub url: &'a str,
}

impl Call<'_> {
    /// A page of `objects`, newest first, of those that `keep` wants. Speaks `limit` and `starting_after`.
    pub fn page(&self, objects: &Objects, keep: impl Fn(&serde_json::Value) -> bool) -> Reply {
        let limit = self.form.integer("limit")?.unwrap_or(10);
        let limit = usize::try_from(limit).ok().filter(|limit| (1..=100).contains(limit));
        let limit =
            limit.ok_or_else(|| Answer::invalid_param("limit", "limit must be between 1 and 100."))?;
        let after = self.form.get("starting_after");
        let older = |id: &&String| after.is_none_or(|after| id.as_str() < after);
        let mut data: Vec<_> =
            objects.iter().rev().filter(|(id, _)| older(id)).map(|(_, object)| object).collect();
        data.retain(|object| keep(object));
        let has_more = data.len() > limit;
        data.truncate(limit);
        Ok(serde_json::json!({"object": "list", "url": self.path, "has_more": has_more, "data": data}))
    }
}
