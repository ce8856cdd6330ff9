//! The OS thread that owns the engine and its device. Nothing else touches either.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc;

use kinora_spec::{Clip, Engine, EngineError, Material};
use tokio::sync::oneshot;

use crate::limits::ENGINE_CLOSE;
use crate::state::RunState;

/// Builds the engine, in the thread that will own it, at the start and again after each panic.
///
/// It is to be quick: weights are loaded by the first run.
pub type EngineFactory = Arc<dyn Fn() -> Result<Box<dyn Engine>, EngineError> + Send + Sync>;

/// Why a run gave no clip.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The engine said so.
    Engine(EngineError),
    /// The engine panicked; the text is the panic's.
    Panicked(String),
}

struct Job {
    run: Arc<RunState>,
    material: Material,
    done: oneshot::Sender<Result<Clip, Broken>>,
}

/// The worker's end of the engine thread.
pub(crate) struct Device {
    jobs: mpsc::Sender<Job>,
    models: Vec<String>,
    /// Closed when the thread has let go of the engine.
    ended: oneshot::Receiver<()>,
}

impl Device {
    /// Starts the thread and waits until the engine is built.
    pub(crate) async fn start(name: &str, factory: EngineFactory) -> Result<Self, EngineError> {
        let (jobs, queue) = mpsc::channel();
        let (ready, built) = oneshot::channel();
        let (alive, ended) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name(format!("engine {name}"));
        thread
            .spawn(move || {
                own_engine(&factory, &queue, ready);
                drop(alive);
            })
            .map_err(|error| EngineError::Failed(format!("no thread for the engine: {error}")))?;
        let models = built.await.unwrap_or_else(|_| Err(gone()))?;
        Ok(Self { jobs, models, ended })
    }

    /// Lets the engine go and waits a little for it: drivers do not like a process that ends under them.
    pub(crate) async fn close(self) {
        let Self { jobs, models: _, ended } = self;
        drop(jobs);
        if tokio::time::timeout(ENGINE_CLOSE, ended).await.is_err() {
            tracing::warn!("the engine is still busy; it is left behind");
        }
    }

    /// The models of the engine.
    pub(crate) fn models(&self) -> &[String] {
        &self.models
    }

    /// Runs the engine; `None` when its thread has ended because the engine could not be built again.
    pub(crate) async fn generate(
        &self,
        run: Arc<RunState>,
        material: Material,
    ) -> Option<Result<Clip, Broken>> {
        let (done, outcome) = oneshot::channel();
        self.jobs.send(Job { run, material, done }).ok()?;
        outcome.await.ok()
    }
}

fn gone() -> EngineError {
    EngineError::Failed("the engine's thread ended".into())
}

fn own_engine(
    factory: &EngineFactory,
    queue: &mpsc::Receiver<Job>,
    ready: oneshot::Sender<Result<Vec<String>, EngineError>>,
) {
    let mut engine = match build(factory) {
        Ok(engine) => engine,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    let _ = ready.send(Ok(engine.models()));
    while let Ok(job) = queue.recv() {
        let outcome = generate(engine.as_mut(), &job.run, &job.material);
        let panicked = matches!(outcome, Err(Broken::Panicked(_)));
        let _ = job.done.send(outcome);
        if panicked {
            // After a panic the device may be in any state, so even its `Drop` is not trusted to return.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(engine)));
            engine = match build(factory) {
                Ok(engine) => engine,
                Err(error) => {
                    tracing::error!(%error, "the engine could not be built again after a panic");
                    return;
                }
            };
        }
    }
}

fn build(factory: &EngineFactory) -> Result<Box<dyn Engine>, EngineError> {
    catch_unwind(AssertUnwindSafe(|| factory())).unwrap_or_else(|panic| {
        Err(EngineError::Failed(format!("building the engine panicked: {}", panic_text(panic.as_ref()))))
    })
}

fn generate(engine: &mut dyn Engine, run: &RunState, material: &Material) -> Result<Clip, Broken> {
    let spec = &run.lease.spec;
    let attempt =
        AssertUnwindSafe(|| engine.generate(spec, material, &mut |progress| run.engine_progress(progress)));
    match catch_unwind(attempt) {
        Ok(outcome) => outcome.map_err(Broken::Engine),
        Err(panic) => Err(Broken::Panicked(panic_text(panic.as_ref()))),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into())
}
