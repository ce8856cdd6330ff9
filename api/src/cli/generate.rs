//! `kinora generate`: one clip from the engine into a file, without a server.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use kinora::Config;
use kinora_billing::Micros;
use kinora_spec::{CostReport, EngineError, Material, Phase, PhaseCost, Progress, Spec};
use kinora_worker::EngineFactory;

use super::engines::{BuiltIn, Device, EngineArgs};
use super::progress::Bar;
use super::receipt::{Compute, Receipt};
use super::signals::Signals;
use super::wish::{Delivery, Wish};
use super::{Ended, log, runtime};

/// Share of the work that is the engine's, percent; the rest is encoding.
const ENGINE_PERCENT: f32 = 90.0;

/// What `kinora generate` takes.
#[derive(Debug, Args)]
pub struct Generate {
    #[command(flatten)]
    wish: Wish,
    #[command(flatten)]
    engine: EngineArgs,
}

/// The bytes of a clip with its report.
type Made = (Vec<u8>, CostReport);

impl Generate {
    pub fn run(self, built_in: Option<BuiltIn>) -> anyhow::Result<Ended> {
        log::start(log::COMMAND);
        let spec = self.wish.spec(self.engine.model())?;
        let factory = self.engine.factory(built_in, Device::Auto)?;
        let config = Config::load(None, |name| std::env::var(name).ok(), &[])?;
        let delivery = Delivery::prepare(&self.wish.out)?;

        let stop = Arc::new(AtomicBool::new(false));
        let runtime = runtime()?;
        let signals = runtime.block_on(async { Signals::listen() })?;
        runtime.spawn(raise_when_told(signals, Arc::clone(&stop)));
        let Some((mp4, report)) = make(&factory, &spec, &Bar::new(self.wish.quiet()), &stop)? else {
            return Ok(Ended::Interrupted);
        };
        let bytes = mp4.len();
        let file = delivery.deliver(&mp4, &spec)?;
        let compute = compute(&report, config.compute_rate_micros_per_hour);
        Receipt { file, bytes, spec, report, compute, charged: None }.print(self.wish.form())?;
        Ok(Ended::Done)
    }
}

/// `None` when it is more than can be counted.
fn compute(report: &CostReport, rate_micros_per_hour: i64) -> Option<Compute> {
    let cost = Micros::per_hour(Micros::new(rate_micros_per_hour), report.device_us())?;
    Some(Compute { micros: cost.get(), rate_micros_per_hour })
}

async fn raise_when_told(mut signals: Signals, stop: Arc<AtomicBool>) {
    signals.told().await;
    stop.store(true, Ordering::SeqCst);
    signals.end_the_process_at_the_next();
}

/// `None` when it was stopped.
fn make(factory: &EngineFactory, spec: &Spec, bar: &Bar, stop: &AtomicBool) -> anyhow::Result<Option<Made>> {
    let started = Instant::now();
    let mut engine = factory()?;
    let mut on_progress = |progress: Progress| {
        let percent = progress.fraction * ENGINE_PERCENT;
        bar.show(percent as u64, progress.phase.name(), eta_ms(started, percent));
        go_on(stop)
    };
    let clip = match engine.generate(spec, &Material::default(), &mut on_progress) {
        Err(EngineError::Canceled) => return Ok(None),
        clip => clip.context("the engine made no clip")?,
    };
    let encoding = Instant::now();
    let files = kinora_media::encode(&clip, spec.size, spec.seconds, &mut |share| {
        let percent = ENGINE_PERCENT + share * (100.0 - ENGINE_PERCENT);
        bar.show(percent as u64, Phase::Encode.name(), eta_ms(started, percent));
        go_on(stop)
    });
    let files = match files {
        Err(kinora_media::MediaError::Canceled) => return Ok(None),
        files => files.context("the clip could not be written")?,
    };
    let mut report = clip.report;
    let wall_us = u64::try_from(encoding.elapsed().as_micros()).unwrap_or(u64::MAX);
    report.phases.push(PhaseCost { phase: Phase::Encode, wall_us, device_us: 0, flops: 0 });
    Ok(Some((files.video, report)))
}

fn go_on(stop: &AtomicBool) -> ControlFlow<()> {
    if stop.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Time to the end at the pace so far, milliseconds; not before there is a pace.
fn eta_ms(started: Instant, percent: f32) -> Option<u64> {
    let elapsed_ms = started.elapsed().as_secs_f32() * 1_000.0;
    (percent >= 2.0).then(|| (elapsed_ms * (100.0 - percent) / percent) as u64)
}
