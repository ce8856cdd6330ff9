//! A customer's receiver of webhooks: verifies each with an implementation that is not Kinora's, and fails as often as it is told to.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// What arrived.
#[derive(Debug, Default)]
struct Inbox {
    /// Videos, each with the kinds of its events that were accepted.
    videos: HashMap<String, HashSet<String>>,
    /// Accepted deliveries, repeated ones included.
    accepted: usize,
    /// Deliveries that were answered with an error on purpose.
    failed: usize,
    /// Deliveries whose signature or body was not good.
    bad: usize,
}

struct Shared {
    inbox: Mutex<Inbox>,
    came: Notify,
    webhook: Mutex<Option<Webhook>>,
    fail_percent: u32,
}

/// A receiver on a free port of this machine.
#[derive(Clone)]
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// How many deliveries came to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Accepted, repeated ones included.
    pub accepted: usize,
    /// Answered with an error on purpose.
    pub failed: usize,
    /// Whose signature or body was not good.
    pub bad: usize,
}

impl Receiver {
    /// Starts one that answers `fail_percent` of all deliveries with an error.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(fail_percent: u32) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            inbox: Mutex::default(),
            came: Notify::new(),
            webhook: Mutex::default(),
            fail_percent,
        });
        let router = Router::new().route("/hooks", post(take)).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, shared })
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/hooks", self.address)
    }

    /// From now on deliveries count that are signed with this secret; before, all are refused.
    ///
    /// # Errors
    /// When it is no secret.
    pub fn trust(&mut self, secret: &str) -> Result<(), String> {
        let webhook = Webhook::new(secret).map_err(|error| error.to_string())?;
        *self.shared.webhook.lock().unwrap_or_else(PoisonError::into_inner) = Some(webhook);
        Ok(())
    }

    /// Waits for an event of a video; whether one came in time.
    pub async fn wait_for(&self, video: &str, patience: Duration) -> bool {
        let there = async {
            loop {
                let came = self.shared.came.notified();
                if self.shared.inbox().videos.contains_key(video) {
                    return;
                }
                came.await;
            }
        };
        tokio::time::timeout(patience, there).await.is_ok()
    }

    /// How many deliveries came.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let inbox = self.shared.inbox();
        Tally { accepted: inbox.accepted, failed: inbox.failed, bad: inbox.bad }
    }

    /// Those of `videos` of which no event of `kind` was accepted.
    #[must_use]
    pub fn missing(&self, videos: &[String], kind: &str) -> Vec<String> {
        let inbox = self.shared.inbox();
        let came = |video: &&String| inbox.videos.get(*video).is_some_and(|kinds| kinds.contains(kind));
        videos.iter().filter(|video| !came(video)).cloned().collect()
    }
}

impl Shared {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        // Every change is a plain assignment: a panic elsewhere leaves nothing half done.
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_genuine(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let webhook = self.webhook.lock().unwrap_or_else(PoisonError::into_inner);
        webhook.as_ref().is_some_and(|webhook| webhook.verify(body, headers).is_ok())
    }
}

async fn take(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let event: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (kind, video) = (event["type"].as_str(), event["data"]["id"].as_str());
    let genuine = shared.is_genuine(&headers, &body);
    let mut inbox = shared.inbox();
    let (true, Some(kind), Some(video)) = (genuine, kind, video) else {
        inbox.bad += 1;
        return StatusCode::BAD_REQUEST;
    };
    if rand::random_range(0..100) < shared.fail_percent {
        inbox.failed += 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    inbox.accepted += 1;
    inbox.videos.entry(video.to_owned()).or_default().insert(kind.to_owned());
    drop(inbox);
    shared.came.notify_waiters();
    StatusCode::NO_CONTENT
}
