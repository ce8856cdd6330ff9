//! A receiver of webhooks: a small HTTP server on this machine that keeps what it gets and answers as it is told.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::sync::Notify;

use crate::app::{TestApp, answer};

/// What came.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub fn at_seconds(&self) -> i64 {
        self.headers["webhook-timestamp"].parse().unwrap()
    }

    fn content(&self) -> String {
        format!("{}.{}.{}", self.id(), self.headers["webhook-timestamp"], self.body)
    }

    /// Whether one of its signatures is of the holder of this secret.
    pub fn is_signed_under(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = <Hmac<Sha256>>::new_from_slice(&key).unwrap();
        mac.update(self.content().as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.headers["webhook-signature"].split(' ').any(|signature| signature == expected)
    }

    /// Whether one of its signatures is of the server, by the keys that it publishes.
    pub async fn is_signed_by(&self, app: &TestApp) -> bool {
        let keys = answer(app.bare(reqwest::Method::GET, "/.well-known/kinora-webhooks.json")).await.ok();
        let key = URL_SAFE_NO_PAD.decode(keys["keys"][0]["x"].as_str().unwrap()).unwrap();
        let key = VerifyingKey::from_bytes(&key.try_into().unwrap()).unwrap();
        let mut own =
            self.headers["webhook-signature"].split(' ').filter_map(|each| each.strip_prefix("v1a,"));
        let signature = STANDARD.decode(own.next().unwrap()).unwrap();
        key.verify_strict(self.content().as_bytes(), &Signature::from_slice(&signature).unwrap()).is_ok()
    }
}

/// How it answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With a status, and headers that each end in a line break.
    Status(u16, &'static str),
    /// Not before it is let go, and then with 200.
    Hang,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    replies: Mutex<VecDeque<Reply>>,
    came: Notify,
    is_free: Mutex<bool>,
    freed: Condvar,
}

pub struct Receiver {
    base: String,
    shared: Arc<Shared>,
}

impl Receiver {
    /// One that answers these in turn, and 200 from then on.
    pub fn answering(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shared =
            Arc::new(Shared { replies: Mutex::new(replies.into_iter().collect()), ..Shared::default() });
        let own = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = own.clone();
                std::thread::spawn(move || serve(&shared, stream));
            }
        });
        Self { base, shared }
    }

    pub fn new() -> Self {
        Self::answering([])
    }

    /// A URL of it.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// What came so far, in the order in which it did.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// What came since the last time.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.shared.received.lock().unwrap())
    }

    /// The kinds of the events that came since the last time.
    pub fn take_kinds(&self) -> Vec<String> {
        self.take().iter().map(|each| each.json()["type"].as_str().unwrap().to_owned()).collect()
    }

    pub fn then(&self, reply: Reply) {
        self.shared.replies.lock().unwrap().push_back(reply);
    }

    /// Waits until so many have come.
    pub async fn until(&self, count: usize) {
        loop {
            let came = self.shared.came.notified();
            if self.received().len() >= count {
                return;
            }
            came.await;
        }
    }

    /// Lets go of whoever hangs.
    pub fn let_go(&self) {
        *self.shared.is_free.lock().unwrap() = true;
        self.shared.freed.notify_all();
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.let_go();
    }
}

/// Answers one request.
fn serve(shared: &Shared, stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    let reply = shared.replies.lock().unwrap().pop_front().unwrap_or(Reply::Status(200, ""));
    shared.received.lock().unwrap().push(Received { path, headers, body: String::from_utf8(body).unwrap() });
    shared.came.notify_one();
    let (status, more) = match reply {
        Reply::Status(status, more) => (status, more),
        Reply::Hang => {
            let is_free = shared.is_free.lock().unwrap();
            drop(shared.freed.wait_while(is_free, |is_free| !*is_free).unwrap());
            (200, "")
        }
    };
    let answer = format!("HTTP/1.1 {status} X\r\n{more}content-length: 5\r\nconnection: close\r\n\r\nhello");
    reader.into_inner().write_all(answer.as_bytes()).ok()
}
