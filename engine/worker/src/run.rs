//! One run from its lease to its report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kinora_media::Files;
use kinora_spec::lease::{Fail, FailReason, Finish};
use kinora_spec::{Clip, CostReport, EngineError, Phase, PhaseCost};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::client::{CallError, Client, until};
use crate::device::{Broken, Device};
use crate::heartbeat::Heartbeats;
use crate::inputs::{NoMaterial, material};
use crate::limits::{FAIL_MESSAGE_BYTES_MAX, HALT_GRACE};
use crate::state::{Halt, RunState};
use crate::upload::upload;

/// How a run ended for this worker.
#[derive(Debug)]
enum Outcome {
    /// The server has the clip.
    Finished,
    /// The lease is somebody else's: nothing is reported.
    Dropped,
    /// There is no clip.
    Failed(FailReason, String),
    /// There is no clip, and no engine any more either.
    EngineGone,
}

/// Whether the worker can go on after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// The engine waits for the next run.
    Ready,
    /// The engine is still busy with a run that was handed back, or is gone.
    Unusable,
}

/// Makes the clip of `run` and reports how that ended.
pub(crate) async fn carry_out(
    client: &Client,
    device: &Device,
    run: &Arc<RunState>,
    stop: watch::Receiver<bool>,
    drain: Duration,
) -> After {
    let started = Instant::now();
    let heartbeats = Heartbeats::start(client.clone(), Arc::clone(run));
    let mut after = After::Ready;
    let outcome = tokio::select! {
        outcome = work(client, device, run) => outcome,
        () = drained(run, stop, drain) => {
            // The engine did not stop in time. The run is handed back without it.
            after = After::Unusable;
            Outcome::Failed(FailReason::Returned, "the worker is stopping".into())
        }
    };
    let run_id = run.lease.run_id.as_str();
    match outcome {
        Outcome::Finished => {
            tracing::info!(run_id, seconds = started.elapsed().as_secs_f32(), "run finished");
        }
        Outcome::Dropped => tracing::warn!(run_id, "run dropped: its lease is no longer held"),
        Outcome::Failed(reason, message) => report_failure(client, run, reason, message).await,
        Outcome::EngineGone => {
            after = After::Unusable;
            let message = "the engine could not be built again".to_owned();
            report_failure(client, run, FailReason::Transient, message).await;
        }
    }
    // Until here, so that the lease lives as long as there is something to say about it.
    drop(heartbeats);
    after
}

/// Ends when the worker was told to stop and neither the time to drain nor the grace after it sufficed.
async fn drained(run: &RunState, mut stop: watch::Receiver<bool>, drain: Duration) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Whoever could say stop is gone, so nobody ever will.
        std::future::pending::<()>().await;
    }
    sleep(drain).await;
    run.halt_with(Halt::Returned);
    sleep(HALT_GRACE).await;
}

async fn work(client: &Client, device: &Device, run: &Arc<RunState>) -> Outcome {
    let fetching = Instant::now();
    let material = match material(client, run).await {
        Ok(material) => material,
        Err(reason) => return without_material(run, reason),
    };
    let fetched_us = micros(fetching);
    let clip = match device.generate(Arc::clone(run), material).await {
        None => return Outcome::EngineGone,
        Some(Err(broken)) => return failure(run, broken),
        Some(Ok(mut clip)) => {
            add_fetched(&mut clip.report, run, fetched_us);
            clip
        }
    };
    let encoded = encode(run, clip).await;
    if let Some(halt) = run.halt() {
        return halted(halt);
    }
    let (files, latents, report) = match encoded {
        Ok(encoded) => encoded,
        // The same frames come out of the next attempt, and would be refused again.
        Err(message) => return Outcome::Failed(FailReason::Permanent, message),
    };
    match deliver(client, run, (files, latents), report).await {
        Ok(()) => Outcome::Finished,
        Err(CallError::LeaseLost) => Outcome::Dropped,
        Err(error) => match run.halt() {
            Some(halt) => halted(halt),
            None => {
                Outcome::Failed(FailReason::Transient, format!("the clip could not be delivered: {error}"))
            }
        },
    }
}

fn without_material(run: &RunState, reason: NoMaterial) -> Outcome {
    match (reason, run.halt()) {
        (NoMaterial::Call(CallError::LeaseLost), _) => Outcome::Dropped,
        (NoMaterial::Halted(halt), _) | (NoMaterial::Call(_), Some(halt)) => halted(halt),
        (NoMaterial::Call(error), None) => {
            let message = format!("what the clip is made from could not be fetched: {error}");
            let reason = if error.is_bad_message() { FailReason::Permanent } else { FailReason::Transient };
            Outcome::Failed(reason, message)
        }
        (NoMaterial::Unreadable(reason), _) => Outcome::Failed(FailReason::Permanent, reason),
    }
}

/// Adds the time that fetching and reading the inputs took to what the engine did with them.
fn add_fetched(report: &mut CostReport, run: &RunState, wall_us: u64) {
    if run.lease.inputs.is_empty() {
        return;
    }
    match report.phases.iter_mut().find(|cost| cost.phase == Phase::Condition) {
        Some(cost) => cost.wall_us += wall_us,
        None => {
            let cost = PhaseCost { phase: Phase::Condition, wall_us, device_us: 0, flops: 0 };
            report.phases.insert(0, cost);
        }
    }
}

fn failure(run: &RunState, broken: Broken) -> Outcome {
    match (broken, run.halt()) {
        (Broken::Engine(EngineError::Canceled), Some(halt)) => halted(halt),
        (Broken::Engine(error), _) => Outcome::Failed(reason(&error), error.to_string()),
        (Broken::Panicked(text), _) => {
            Outcome::Failed(FailReason::Transient, format!("the engine panicked: {text}"))
        }
    }
}

fn reason(error: &EngineError) -> FailReason {
    match error {
        EngineError::UnknownModel(_) | EngineError::Unsupported(_) => FailReason::Permanent,
        // Another machine may have weights that can be used.
        EngineError::Canceled | EngineError::Weights(_) | EngineError::Failed(_) => FailReason::Transient,
    }
}

fn halted(halt: Halt) -> Outcome {
    match halt {
        Halt::Lost => Outcome::Dropped,
        Halt::Canceled => Outcome::Failed(FailReason::Canceled, "canceled by the customer".into()),
        Halt::Returned => Outcome::Failed(FailReason::Returned, "the worker is stopping".into()),
    }
}

/// Writes the files on a thread of their own; the cost of it joins the report.
async fn encode(run: &Arc<RunState>, clip: Clip) -> Result<(Files, Option<Vec<u8>>, CostReport), String> {
    let run = Arc::clone(run);
    let encoding = tokio::task::spawn_blocking(move || {
        let spec = &run.lease.spec;
        let started = Instant::now();
        let files =
            kinora_media::encode(&clip, spec.size, spec.seconds, &mut |share| run.encode_progress(share))
                .map_err(|error| format!("the clip could not be written: {error}"))?;
        let mut report = clip.report;
        report.phases.push(off_device(Phase::Encode, started));
        Ok((files, clip.latents, report))
    });
    encoding.await.unwrap_or_else(|_| Err("writing the clip panicked".into()))
}

async fn deliver(
    client: &Client,
    run: &RunState,
    (files, latents): (Files, Option<Vec<u8>>),
    mut report: CostReport,
) -> Result<(), CallError> {
    let started = Instant::now();
    run.uploading();
    let assets = upload(client, run, files, latents).await?;
    report.phases.push(off_device(Phase::Upload, started));
    let finish = Finish { assets, report };
    until(|| run.lease_end(), || client.finish(&run.lease.run_id, &finish)).await
}

/// What a part took that left the device free.
fn off_device(phase: Phase, started: Instant) -> PhaseCost {
    PhaseCost { phase, wall_us: micros(started), device_us: 0, flops: 0 }
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

async fn report_failure(client: &Client, run: &RunState, reason: FailReason, mut message: String) {
    message.truncate(message.floor_char_boundary(FAIL_MESSAGE_BYTES_MAX));
    tracing::warn!(run_id = run.lease.run_id, ?reason, message, "run failed");
    let fail = Fail { reason, message };
    let call = until(|| run.lease_end(), || client.fail(&run.lease.run_id, &fail));
    let wait = run.lease_end().saturating_duration_since(Instant::now());
    if let Ok(Err(error)) | Err(error) =
        timeout(wait, call).await.map_err(|_| CallError::Unreachable("late".into()))
    {
        // The lease ends by itself, and then the server does what is left to do.
        tracing::warn!(run_id = run.lease.run_id, %error, "the failure could not be reported");
    }
}
