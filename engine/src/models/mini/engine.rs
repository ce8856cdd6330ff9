//! The engine that makes clips with kinora-mini.

use std::ops::ControlFlow;

use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::{Clip, Engine, EngineError, Material, Output, Phase, Progress, Source, SourceClip, Spec};

use super::check::{check, check_weights};
use super::{Canvas, Model, Plan, Reel, Weights};
use crate::device::{self, DeviceChoice, OpenDevice};
use crate::meter::Meter;
use crate::pipeline;

/// Makes clips with kinora-mini. The device is opened and the weights are loaded by the first clip.
///
/// The device belongs to the thread that makes clips: use an engine from one thread.
pub struct Mini {
    choice: DeviceChoice,
    weights: Weights,
    ready: Option<(OpenDevice, Model)>,
}

impl Mini {
    /// An engine with the weights that are part of the program.
    #[must_use]
    pub const fn new(choice: DeviceChoice) -> Self {
        Self::with_weights(choice, Weights::embedded())
    }

    /// An engine with other weights of the same architecture.
    #[must_use]
    pub const fn with_weights(choice: DeviceChoice, weights: Weights) -> Self {
        Self { choice, weights, ready: None }
    }

    fn load(&self, meter: &mut Meter<'_>) -> Result<(OpenDevice, Model), EngineError> {
        let opened = meter.on_host(Phase::Load, || device::open(self.choice))?;
        let opened = opened.map_err(|error| EngineError::Failed(error.to_string()))?;
        meter.watch(opened.device.clone());
        let model = meter.on_device(Phase::Load, 0, || Model::load(&self.weights, &opened.device))?;
        Ok((opened, model.map_err(|error| EngineError::Weights(error.to_string()))?))
    }
}

impl Engine for Mini {
    fn models(&self) -> Vec<String> {
        vec![KINORA_MINI.id.to_owned()]
    }

    fn generate(
        &mut self,
        spec: &Spec,
        material: &Material,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Clip, EngineError> {
        check(spec, material)?;
        let mut meter = Meter::new(progress);
        let (device, model) = match self.ready.take() {
            Some(ready) => self.ready.insert(ready),
            None => self.ready.insert(self.load(&mut meter)?),
        };
        meter.watch(device.device.clone());
        check_weights(spec, &model.config)?;
        let reel = reel(model, spec, material)?;
        let plan = Plan::new(model, spec, material, reel.as_ref())?;
        let made = pipeline::generate(model, &plan, material, reel, &mut meter)?;
        let latents = meter.on_host(Phase::Decode, || made.reel.write())?.map_err(EngineError::Failed)?;
        let report = meter.finish(device, output(spec, &plan));
        Ok(Clip { frames: made.frames, audio: made.audio, latents: Some(latents), report })
    }
}

/// The clip that a spec is made from, if that is one of this engine's.
fn reel(model: &Model, spec: &Spec, material: &Material) -> Result<Option<Reel>, EngineError> {
    let (Some(Source::Remix { .. } | Source::Extend { .. }), Some(SourceClip::Latents(bytes))) =
        (spec.source, &material.clip)
    else {
        return Ok(None);
    };
    let reel = Reel::read(bytes, &model.config, Canvas::of(spec.size), &model.device);
    let unusable =
        |reason| EngineError::Unsupported(format!("the clip that it is made from cannot be used: {reason}"));
    reel.map(Some).map_err(unusable)
}

fn output(spec: &Spec, plan: &Plan<'_>) -> Output {
    let milliseconds = spec.seconds * 1_000;
    Output {
        milliseconds,
        frames: plan.frames as u32,
        size: spec.size,
        audio_milliseconds: if spec.generate_audio { milliseconds } else { 0 },
        steps: plan.steps() as u32,
    }
}
