//! The worker against a server of the protocol: what it tells, when it stops, and what it does about trouble.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod inputs;
mod server;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kinora_spec::lease::{AssetKind, FailReason};
use kinora_spec::{Clip, ColourBars, Engine, EngineError, Material, Phase, Progress, Spec};
use kinora_worker::{EngineFactory, Worker, WorkerError};
use server::{Event, Server, TOKEN};
use tokio::sync::watch;
use tokio::task::JoinHandle;

fn bars(step_ms: u64) -> EngineFactory {
    Arc::new(move || Ok(Box::new(ColourBars { step: Duration::from_millis(step_ms) })))
}

struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<(), WorkerError>>,
}

impl Running {
    async fn stop(self) {
        self.stop.send_replace(true);
        self.task.await.unwrap().unwrap();
    }
}

fn start(server: &Server, factory: EngineFactory, drain: Duration) -> Running {
    let worker = Worker::new(&server.address, TOKEN, "test", factory).unwrap().with_drain(drain);
    let (stop, stopped) = watch::channel(false);
    Running { stop, task: tokio::spawn(worker.run(stopped)) }
}

async fn wait(server: &Server, is_enough: impl Fn(&[Event]) -> bool + Send + 'static) -> Vec<Event> {
    let server = server.clone();
    tokio::task::spawn_blocking(move || server.wait(is_enough)).await.unwrap()
}

fn count(events: &[Event], is_it: impl Fn(&Event) -> bool) -> usize {
    events.iter().filter(|event| is_it(event)).count()
}

fn finished(event: &Event) -> bool {
    matches!(event, Event::Finished(_))
}

fn failed_for(reason: FailReason) -> impl Fn(&Event) -> bool + Send + 'static {
    move |event| matches!(event, Event::Failed(fail) if fail.reason == reason)
}

const LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_made_uploaded_and_reported_with_what_it_took() {
    let server = Server::start();
    server.queue(1);
    let worker = start(&server, bars(150), LONG);
    let events = wait(&server, |events| count(events, finished) == 1).await;
    worker.stop().await;

    let beats: Vec<_> =
        events.iter().filter_map(|e| if let Event::Heartbeat(b) = e { Some(b) } else { None }).collect();
    assert!(beats.is_sorted_by_key(|beat| beat.progress), "{beats:?}");
    assert!(beats.iter().any(|beat| (1..90).contains(&beat.progress) && beat.eta_ms.is_some()), "{beats:?}");
    let shown: Vec<_> = beats.iter().filter_map(|beat| beat.preview.as_deref()).collect();
    assert_eq!(shown.len(), 1, "once: {beats:?}");
    assert!(shown[0].starts_with("/9j/"), "a JPEG in base64");
    let Some(Event::Finished(finish)) = events.last() else { panic!("not finished last: {events:?}") };
    let uploads: Vec<_> = events
        .iter()
        .filter_map(|e| if let Event::Uploaded(k, body) = e { Some((*k, body)) } else { None })
        .collect();
    assert_eq!(uploads.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), AssetKind::ALL);
    for (digest, (kind, body)) in finish.assets.iter().zip(&uploads) {
        assert_eq!((digest.kind, digest.bytes), (*kind, body.len() as u64));
    }
    let phases: Vec<_> = finish.report.phases.iter().map(|cost| cost.phase).collect();
    assert_eq!(phases, [Phase::Denoise, Phase::Encode, Phase::Upload]);
    assert_eq!(finish.report.device_us(), finish.report.phases[0].device_us);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_run_stops_the_engine_and_says_so() {
    let server = Server::start();
    server.queue(1);
    let worker = start(&server, bars(500), LONG);
    wait(&server, |events| count(events, |event| matches!(event, Event::Heartbeat(_))) > 0).await;
    server.state().cancel = true;
    let events = wait(&server, |events| count(events, failed_for(FailReason::Canceled)) == 1).await;
    assert_eq!(count(&events, finished), 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_lease_is_lost_is_dropped_in_silence() {
    let server = Server::start();
    server.state().lost = true;
    server.queue(1);
    server.queue(2);
    let worker = start(&server, bars(100), LONG);
    let events = wait(&server, |events| count(events, finished) == 1).await;
    worker.stop().await;
    assert_eq!(count(&events, |event| matches!(event, Event::Leased)), 2);
    assert_eq!(count(&events, |event| matches!(event, Event::Failed(_))), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_holds_one_lease_at_a_time() {
    let server = Server::start();
    for seed in 1..=3 {
        server.queue(seed);
    }
    let worker = start(&server, bars(0), LONG);
    let events = wait(&server, |events| count(events, finished) == 3).await;
    worker.stop().await;
    let order: Vec<bool> = events
        .iter()
        .filter(|event| matches!(event, Event::Leased | Event::Finished(_)))
        .map(|event| matches!(event, Event::Leased))
        .collect();
    assert_eq!(order, [true, false, true, false, true, false]);
}

/// Panics in its first run.
struct Fragile {
    first: bool,
}

impl Engine for Fragile {
    fn models(&self) -> Vec<String> {
        ColourBars::default().models()
    }

    fn generate(
        &mut self,
        spec: &Spec,
        material: &Material,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Clip, EngineError> {
        assert!(!self.first, "the device is gone");
        ColourBars::default().generate(spec, material, progress)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_engine_fails_the_run_and_builds_the_engine_again() {
    let server = Server::start();
    server.queue(1);
    server.queue(2);
    let built = Arc::new(AtomicU32::new(0));
    let builds = Arc::clone(&built);
    let factory: EngineFactory =
        Arc::new(move || Ok(Box::new(Fragile { first: builds.fetch_add(1, Ordering::SeqCst) == 0 })));
    let worker = start(&server, factory, LONG);
    let events = wait(&server, |events| count(events, finished) == 1).await;
    worker.stop().await;
    assert_eq!(built.load(Ordering::SeqCst), 2);
    let Some(Event::Failed(fail)) = events.iter().find(|event| matches!(event, Event::Failed(_))) else {
        panic!("the panic was not reported: {events:?}")
    };
    assert_eq!(fail.reason, FailReason::Transient);
    assert!(fail.message.contains("the device is gone"), "{}", fail.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finish_without_an_answer_is_sent_again() {
    let server = Server::start();
    server.state().finishes_unanswered = 2;
    server.queue(1);
    let worker = start(&server, bars(0), LONG);
    let events = wait(&server, |events| count(events, finished) == 3).await;
    worker.stop().await;
    assert_eq!(count(&events, |event| matches!(event, Event::Failed(_))), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_told_to_stop_lets_its_run_end() {
    let server = Server::start();
    server.queue(1);
    let worker = start(&server, bars(100), LONG);
    wait(&server, |events| count(events, |event| matches!(event, Event::Leased)) == 1).await;
    server.queue(2);
    worker.stop().await;
    let events = server.state().events.clone();
    assert_eq!(count(&events, finished), 1);
    assert_eq!(count(&events, |event| matches!(event, Event::Leased)), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_outlives_the_drain_time_is_handed_back() {
    let server = Server::start();
    server.queue(1);
    let worker = start(&server, bars(1_000), Duration::ZERO);
    wait(&server, |events| count(events, |event| matches!(event, Event::Leased)) == 1).await;
    worker.stop().await;
    let events = server.state().events.clone();
    assert_eq!(count(&events, failed_for(FailReason::Returned)), 1);
    assert_eq!(count(&events, finished), 0);
}

#[tokio::test]
async fn a_wrong_token_ends_the_worker_with_an_error() {
    let server = Server::start();
    let worker = Worker::new(&server.address, "wrong", "test", bars(0)).unwrap();
    let (_stop, stopped) = watch::channel(false);
    let error = worker.run(stopped).await.unwrap_err();
    assert!(matches!(error, WorkerError::Refused(_)), "{error}");
}

#[tokio::test]
async fn an_engine_that_cannot_be_built_ends_the_worker_with_its_reason() {
    let server = Server::start();
    let factory: EngineFactory = Arc::new(|| Err(EngineError::Weights("no such folder".into())));
    let worker = Worker::new(&server.address, TOKEN, "test", factory).unwrap();
    let (_stop, stopped) = watch::channel(false);
    let error = worker.run(stopped).await.unwrap_err();
    assert!(error.to_string().contains("no such folder"), "{error}");
}
