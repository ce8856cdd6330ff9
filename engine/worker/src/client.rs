//! The worker's calls to the server: one function a message of the lease protocol.

use std::time::{Duration, Instant};

use bytes::Bytes;
use kinora_spec::lease::{AssetKind, Claim, Fail, Finish, Heartbeat, HeartbeatAnswer, InputKind, Lease};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;

use crate::limits::{
    CLAIM_SLACK, CLAIM_WAIT_MS, HEARTBEAT_TIMEOUT, INPUT_BYTES_MAX, INPUT_TIMEOUT, REPORT_TIMEOUT,
    RETRY_FIRST, RETRY_MAX, UPLOAD_TIMEOUT,
};
use crate::worker::WorkerError;

/// Why a call gave no answer to work with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The lease is not held (404).
    #[error("the lease is no longer held")]
    LeaseLost,
    /// The server understood and refused: asking again gives the same.
    #[error("the server refused: {status} {message}")]
    Refused {
        /// Its status.
        status: StatusCode,
        /// What it said, shortened.
        message: String,
    },
    /// No answer, or one that may be another the next time.
    #[error("{0}")]
    Unreachable(String),
}

impl CallError {
    /// Whether the server holds what was asked for to be impossible (400), for whoever asks.
    pub(crate) fn is_bad_message(&self) -> bool {
        matches!(self, Self::Refused { status: StatusCode::BAD_REQUEST, .. })
    }
}

/// Where the server is and who asks.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    leases: Url,
    token: String,
}

impl Client {
    pub(crate) fn new(server: &str, token: &str) -> Result<Self, WorkerError> {
        // Fails only where the program has installed a provider already, and then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let wrong = |reason: String| WorkerError::Address { address: server.into(), reason };
        let base = Url::parse(server).map_err(|error| wrong(error.to_string()))?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(wrong("it is to begin with http:// or https://".into()));
        }
        let path = format!("{}/internal/v1/leases", base.path().trim_end_matches('/'));
        let mut leases = base.clone();
        leases.set_path(&path);
        let mut builder = reqwest::Client::builder().redirect(redirect::Policy::none());
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| wrong(chain(&error)))?;
        Ok(Self { http, leases, token: token.into() })
    }

    /// Asks for a run; `None` when there was none within the wait.
    pub(crate) async fn claim(&self, worker: &str, models: &[String]) -> Result<Option<Lease>, CallError> {
        let claim = Claim { worker: worker.into(), models: models.to_vec(), wait_ms: CLAIM_WAIT_MS };
        let timeout = Duration::from_millis(u64::from(CLAIM_WAIT_MS)) + CLAIM_SLACK;
        let request = self.call(Method::POST, &[], timeout).json(&claim);
        let response = send(request).await?;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(None),
            _ => read(response).await.map(Some),
        }
    }

    pub(crate) async fn heartbeat(
        &self,
        run_id: &str,
        beat: &Heartbeat,
    ) -> Result<HeartbeatAnswer, CallError> {
        let request = self.call(Method::POST, &[run_id, "heartbeat"], HEARTBEAT_TIMEOUT).json(beat);
        read(send(request).await?).await
    }

    /// The bytes of an input; `None` when there are more than [`INPUT_BYTES_MAX`].
    pub(crate) async fn input(&self, run_id: &str, kind: InputKind) -> Result<Option<Vec<u8>>, CallError> {
        let request = self.call(Method::GET, &[run_id, "inputs", kind.name()], INPUT_TIMEOUT);
        let mut response = send(request).await?;
        let mut bytes = Vec::new();
        loop {
            let chunk = response.chunk().await.map_err(|error| CallError::Unreachable(chain(&error)))?;
            let Some(chunk) = chunk else { return Ok(Some(bytes)) };
            if bytes.len() + chunk.len() > INPUT_BYTES_MAX {
                return Ok(None);
            }
            bytes.extend_from_slice(&chunk);
        }
    }

    pub(crate) async fn upload(&self, run_id: &str, kind: AssetKind, body: Bytes) -> Result<(), CallError> {
        let request = self.call(Method::PUT, &[run_id, "assets", kind.name()], UPLOAD_TIMEOUT);
        let request = request.header("content-type", kind.content_type()).body(body);
        send(request).await.map(drop)
    }

    pub(crate) async fn finish(&self, run_id: &str, finish: &Finish) -> Result<(), CallError> {
        let request = self.call(Method::POST, &[run_id, "finish"], REPORT_TIMEOUT).json(finish);
        send(request).await.map(drop)
    }

    pub(crate) async fn fail(&self, run_id: &str, fail: &Fail) -> Result<(), CallError> {
        let request = self.call(Method::POST, &[run_id, "fail"], REPORT_TIMEOUT).json(fail);
        send(request).await.map(drop)
    }

    fn call(&self, method: Method, path: &[&str], timeout: Duration) -> RequestBuilder {
        let mut url = self.leases.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        self.http.request(method, url).bearer_auth(&self.token).timeout(timeout)
    }
}

/// A proxy of the environment is not meant for a server on this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        None => false,
    }
}

async fn send(request: RequestBuilder) -> Result<Response, CallError> {
    let response = request.send().await.map_err(|error| CallError::Unreachable(chain(&error)))?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let text = response.text().await.unwrap_or_default();
    let message: String = text.chars().take(300).collect();
    if status == StatusCode::NOT_FOUND && message.contains("lease_lost") {
        return Err(CallError::LeaseLost);
    }
    let may_change = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS
        );
    Err(match may_change {
        true => CallError::Unreachable(format!("{status} {message}")),
        false => CallError::Refused { status, message },
    })
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, CallError> {
    let body = response.bytes().await.map_err(|error| CallError::Unreachable(chain(&error)))?;
    serde_json::from_slice(&body).map_err(|error| CallError::Refused {
        status: StatusCode::OK,
        message: format!("an answer of another protocol: {error}"),
    })
}

/// An error with its causes, since reqwest's own text leaves them out.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// The waits between tries: doubling from [`RETRY_FIRST`] to [`RETRY_MAX`].
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Self { next: RETRY_FIRST }
    }

    pub(crate) fn next(&mut self) -> Duration {
        let wait = self.next;
        self.next = (wait * 2).min(RETRY_MAX);
        wait
    }
}

/// Makes a call again as long as it gets no answer and `end` has not passed; `end` is read anew each time,
/// because a heartbeat may have moved it.
pub(crate) async fn until<T, F>(
    end: impl Fn() -> Instant,
    mut call: impl FnMut() -> F,
) -> Result<T, CallError>
where
    F: Future<Output = Result<T, CallError>>,
{
    let mut backoff = Backoff::new();
    loop {
        let reason = match call().await {
            Err(CallError::Unreachable(reason)) => reason,
            answer => return answer,
        };
        let wait = backoff.next();
        if Instant::now() + wait >= end() {
            return Err(CallError::Unreachable(reason));
        }
        tracing::warn!(reason, wait_ms = wait.as_millis() as u64, "no answer from the server, trying again");
        tokio::time::sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calls_go_below_the_path_of_the_server() {
        let client = Client::new("http://127.0.0.1:9/kinora/", "t").unwrap();
        let request =
            client.call(Method::PUT, &["run_1", "assets", "video"], HEARTBEAT_TIMEOUT).build().unwrap();
        assert_eq!(request.url().as_str(), "http://127.0.0.1:9/kinora/internal/v1/leases/run_1/assets/video");
    }

    #[test]
    fn an_address_that_is_not_http_is_refused() {
        for address in ["", "localhost:8080", "file:///tmp", "ftp://example.com"] {
            assert!(Client::new(address, "t").is_err(), "{address}");
        }
    }

    #[test]
    fn the_waits_double_up_to_their_limit() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..8).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    }
}
