//! The loop of a worker: claim, carry out, again, until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use kinora_spec::EngineError;
use kinora_spec::lease::Lease;
use kinora_spec::limits::WORKER_NAME_BYTES_MAX;
use tokio::sync::watch;

use crate::client::{Backoff, CallError, Client};
use crate::device::{Device, EngineFactory};
use crate::limits::DRAIN_DEFAULT;
use crate::run::{After, carry_out};
use crate::state::RunState;

/// Why a worker ended although nobody told it to.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The address of the server is not one.
    #[error("{address:?} is not the address of a server: {reason}")]
    Address {
        /// What was given.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The name is empty or longer than the protocol allows.
    #[error("a worker's name has 1 to {WORKER_NAME_BYTES_MAX} bytes")]
    Name,
    /// The engine could not be built, at the start or again after a panic.
    #[error("the engine cannot be used: {0}")]
    Engine(#[from] EngineError),
    /// The server does not know the token, or speaks another version of the protocol.
    #[error("{0}")]
    Refused(String),
}

/// One worker: one device, one lease at a time.
pub struct Worker {
    client: Client,
    name: String,
    factory: EngineFactory,
    drain: Duration,
}

impl Worker {
    /// A worker named `name` that will lease from the server at `server` (`http://host:port`) with `token`.
    ///
    /// # Errors
    /// [`WorkerError::Address`] and [`WorkerError::Name`].
    pub fn new(server: &str, token: &str, name: &str, factory: EngineFactory) -> Result<Self, WorkerError> {
        if name.is_empty() || name.len() > WORKER_NAME_BYTES_MAX {
            return Err(WorkerError::Name);
        }
        let client = Client::new(server, token)?;
        Ok(Self { client, name: name.into(), factory, drain: DRAIN_DEFAULT })
    }

    /// Gives a running run this long to end once the worker is told to stop.
    #[must_use]
    pub fn with_drain(mut self, drain: Duration) -> Self {
        self.drain = drain;
        self
    }

    /// Works until `stop` turns true; then claims nothing more and ends when the running run has ended or
    /// was handed back.
    ///
    /// # Errors
    /// [`WorkerError::Engine`] and [`WorkerError::Refused`]. A server that does not answer is no error: it is
    /// asked again.
    pub async fn run(self, mut stop: watch::Receiver<bool>) -> Result<(), WorkerError> {
        let device = Device::start(&self.name, Arc::clone(&self.factory)).await?;
        tracing::info!(worker = self.name, models = ?device.models(), "worker ready");
        let ended = self.work(&device, &mut stop).await;
        device.close().await;
        if ended.is_ok() {
            tracing::info!(worker = self.name, "worker stopped");
        }
        ended
    }

    async fn work(&self, device: &Device, stop: &mut watch::Receiver<bool>) -> Result<(), WorkerError> {
        let mut backoff = Backoff::new();
        while !*stop.borrow() {
            match self.client.claim(&self.name, device.models()).await {
                Ok(None) => backoff = Backoff::new(),
                Ok(Some(lease)) => {
                    backoff = Backoff::new();
                    self.carry_out(device, lease, stop).await?;
                }
                // A server in the same process stops too.
                Err(CallError::Unreachable(_)) if *stop.borrow() => break,
                Err(CallError::Unreachable(reason)) => {
                    let wait = backoff.next();
                    tracing::warn!(
                        reason,
                        wait_ms = wait.as_millis() as u64,
                        "the server cannot be asked for work"
                    );
                    // Either way the loop decides anew.
                    let _ = tokio::time::timeout(wait, stop.wait_for(|stop| *stop)).await;
                }
                Err(error) => return Err(WorkerError::Refused(error.to_string())),
            }
        }
        Ok(())
    }

    async fn carry_out(
        &self,
        device: &Device,
        lease: Lease,
        stop: &watch::Receiver<bool>,
    ) -> Result<(), WorkerError> {
        tracing::info!(
            run_id = lease.run_id,
            attempt = lease.attempt,
            model = lease.spec.model,
            "run leased"
        );
        let run = Arc::new(RunState::new(lease));
        match carry_out(&self.client, device, &run, stop.clone(), self.drain).await {
            After::Ready => Ok(()),
            After::Unusable if *stop.borrow() => Ok(()),
            After::Unusable => {
                Err(EngineError::Failed("it could not be built again after a panic".into()).into())
            }
        }
    }
}
