//! Tells the server that the worker lives and how far it is, and hears whether to stop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kinora_spec::limits::HEARTBEAT_MS;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::client::{CallError, Client};
use crate::limits::HEARTBEAT_GAP;
use crate::state::{Halt, RunState};

/// The heartbeats of one run; they end when this is dropped.
pub(crate) struct Heartbeats(JoinHandle<()>);

impl Heartbeats {
    pub(crate) fn start(client: Client, run: Arc<RunState>) -> Self {
        Self(tokio::spawn(async move { beat(&client, &run).await }))
    }
}

impl Drop for Heartbeats {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn beat(client: &Client, run: &RunState) {
    loop {
        let sent = Instant::now();
        let beat = run.heartbeat();
        match client.heartbeat(&run.lease.run_id, &beat).await {
            Ok(answer) => {
                run.confirm(sent);
                if beat.preview.is_some() {
                    run.shown();
                }
                if answer.cancel {
                    run.halt_with(Halt::Canceled);
                }
            }
            Err(CallError::Unreachable(reason)) => {
                tracing::warn!(run_id = run.lease.run_id, reason, "a heartbeat got no answer");
                if Instant::now() >= run.lease_end() {
                    run.halt_with(Halt::Lost);
                }
            }
            Err(CallError::LeaseLost) => run.halt_with(Halt::Lost),
            Err(refused @ CallError::Refused { .. }) => {
                tracing::error!(run_id = run.lease.run_id, error = %refused, "a heartbeat was refused");
                run.halt_with(Halt::Lost);
            }
        }
        if run.halt() == Some(Halt::Lost) {
            return;
        }
        sleep(HEARTBEAT_GAP).await;
        let rest = Duration::from_millis(u64::from(HEARTBEAT_MS)).saturating_sub(sent.elapsed());
        // Elapsed without news: it is time for the next one all the same.
        let _ = timeout(rest, run.changed.notified()).await;
    }
}
