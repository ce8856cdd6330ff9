//! A fake Stripe, a client for it, and a receiver of webhooks.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kinora_fake_stripe::{Faults, Server, Settings as FakeSettings};
use kinora_stripe::{Client, NewCustomer, Secret, Settings};
use serde_json::{Value, json};

pub const WEBHOOK_SECRET: &str = "whsec_test";

/// A fake Stripe, and what a test asks it beside the API.
pub struct Bench {
    pub server: Server,
    http: reqwest::Client,
}

impl Bench {
    pub fn new(settings: FakeSettings) -> Self {
        let server = Server::start("127.0.0.1:0", settings).unwrap();
        Self { server, http: reqwest::Client::new() }
    }

    pub fn plain() -> Self {
        Self::new(FakeSettings::default())
    }

    pub fn with_faults(faults: Faults) -> Self {
        Self::new(FakeSettings { faults, ..FakeSettings::default() })
    }

    pub fn settings(&self) -> Settings {
        let mut settings = Settings::new(Secret::new("sk_test_fake"), Secret::new(WEBHOOK_SECRET));
        settings.base_url = self.server.url();
        settings
    }

    pub fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }

    pub async fn state(&self) -> Value {
        let answer = self.http.get(format!("{}_fake/state", self.server.url())).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// What Stripe has counted for the customer, in micro-dollars.
    pub async fn counted(&self, customer: &str) -> i64 {
        self.state().await["sums"][customer]["kinora_micros"].as_i64().unwrap_or(0)
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.http.post(format!("{}{path}", self.server.url())).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    pub async fn faults(&self, faults: Value) {
        self.post("_fake/faults", faults).await;
    }

    pub async fn clock(&self, offset_s: i64) {
        self.post("_fake/clock", json!({"offset_s": offset_s})).await;
    }
}

/// A customer with a fresh meter: the client, the meter's id, the customer's id.
pub async fn metered(bench: &Bench) -> (Client, String, String) {
    let client = bench.client();
    let meter = client.ensure_meter("meter").await.unwrap();
    let new = NewCustomer { organization: "org_1", name: "One", email: None };
    let customer = client.create_customer("customer", new).await.unwrap();
    (client, meter, customer)
}

/// The system's clock, seconds since 1970.
pub fn now_s() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

/// An endpoint for webhooks that answers with the given statuses in turn, and hands on each body and signature.
pub fn receiver(statuses: &'static [u16]) -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let message = read(&mut stream);
            write!(stream, "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            tell.send(message).unwrap();
        }
    });
    (url, told)
}

/// The body of a request, and its `Stripe-Signature`.
fn read(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0_u8; 4096];
        let count = stream.read(&mut chunk).unwrap();
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let header = |name: &str| {
            let found = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
            found.unwrap_or_default().to_owned()
        };
        if body.len() >= header("content-length").parse::<usize>().unwrap() {
            return (body.to_owned(), header("stripe-signature"));
        }
    }
}

/// A client that is never to call anybody.
pub fn offline() -> Client {
    let mut settings = Settings::new(Secret::new("sk_test_fake"), Secret::new(WEBHOOK_SECRET));
    settings.base_url = "http://127.0.0.1:1/".to_owned();
    Client::new(settings).unwrap()
}
