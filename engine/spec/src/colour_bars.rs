//! An engine without a model, for tests and load tests: a test card that moves with time and differs with the seed.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::catalogue::COLOUR_BARS;
use crate::{
    Audio, Clip, CostReport, DeviceUse, Engine, EngineError, Frames, Material, Output, Phase, PhaseCost,
    Picture, Progress, Source, SourceClip, Spec,
};

/// Size of the frames it makes, pixels, landscape; small, since only the file's own size matters to a test.
const FRAME: (u32, u32) = (64, 36);
/// Steps it reports.
const STEPS: u32 = 8;
const SAMPLE_RATE: u32 = 16_000;
/// Stands for what a model would go on from.
const LATENTS: &[u8] = b"colour bars";
const BARS: [[u8; 3]; 8] = [
    [235, 235, 235],
    [235, 235, 16],
    [16, 235, 235],
    [16, 235, 16],
    [235, 16, 235],
    [235, 16, 16],
    [16, 16, 235],
    [16, 16, 16],
];

/// The engine; `step` is how long each of its steps takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct ColourBars {
    /// Waits this long a step, to stand for work.
    pub step: Duration,
}

impl Engine for ColourBars {
    fn models(&self) -> Vec<String> {
        vec![COLOUR_BARS.id.to_owned()]
    }

    fn generate(
        &mut self,
        spec: &Spec,
        material: &Material,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Clip, EngineError> {
        if spec.model != COLOUR_BARS.id {
            return Err(EngineError::UnknownModel(spec.model.clone()));
        }
        check(spec, material)?;
        let start = Instant::now();
        for step in 0..STEPS {
            let mut report = Progress::new(Phase::Denoise, step as f32 / STEPS as f32);
            if step == STEPS / 2 {
                report.preview = Some(first(spec));
            }
            if progress(report).is_break() {
                return Err(EngineError::Canceled);
            }
            std::thread::sleep(self.step);
        }
        let frames = bars(spec);
        let audio = spec.generate_audio.then(|| tone(spec.seconds));
        let wall_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let report = CostReport {
            device: DeviceUse { name: "none".into(), backend: "none".into(), assumed_watts: 0 },
            phases: vec![PhaseCost { phase: Phase::Denoise, wall_us, device_us: wall_us, flops: 0 }],
            peak_memory_bytes: None,
            output: Output {
                milliseconds: spec.seconds * 1_000,
                frames: spec.seconds * frames.per_second,
                size: spec.size,
                audio_milliseconds: if audio.is_some() { spec.seconds * 1_000 } else { 0 },
                steps: STEPS,
            },
        };
        Ok(Clip { frames, audio, latents: Some(LATENTS.to_vec()), report })
    }
}

/// Sees to it that what the spec refers to has arrived.
fn check(spec: &Spec, material: &Material) -> Result<(), EngineError> {
    let is_there = match spec.source {
        None => true,
        Some(Source::Picture) => material
            .picture
            .as_ref()
            .is_some_and(|picture| (picture.width, picture.height) == (spec.size.width, spec.size.height)),
        Some(Source::Remix { .. } | Source::Extend { .. }) => match &material.clip {
            Some(SourceClip::Latents(bytes)) => bytes == LATENTS,
            Some(SourceClip::Decoded(frames, _)) => frames.count() > 0,
            None => false,
        },
    };
    if is_there && material.likenesses.len() == spec.cast.len() {
        return Ok(());
    }
    Err(EngineError::Unsupported("what the clip is made from has not arrived".into()))
}

fn bars(spec: &Spec) -> Frames {
    let (width, height) = if spec.size.is_portrait() { (FRAME.1, FRAME.0) } else { FRAME };
    let per_second = COLOUR_BARS.frames_per_second;
    let mut rgb = Vec::new();
    for frame in 0..spec.seconds * per_second {
        for _row in 0..height {
            for column in 0..width {
                let bar = column * BARS.len() as u32 / width + frame / per_second + spec.seed;
                rgb.extend_from_slice(&BARS[(bar as usize) % BARS.len()]);
            }
        }
    }
    Frames { width, height, per_second, rgb }
}

/// The first picture of the clip.
fn first(spec: &Spec) -> Picture {
    let Frames { width, height, mut rgb, .. } = bars(&Spec { seconds: 1, ..spec.clone() });
    rgb.truncate(width as usize * height as usize * 3);
    Picture { width, height, rgb }
}

/// The 1 kHz line-up tone at -18 dB below full scale.
fn tone(seconds: u32) -> Audio {
    let amplitude = 10f32.powf(-18.0 / 20.0);
    let turn = std::f32::consts::TAU * 1_000.0 / SAMPLE_RATE as f32;
    let samples = (0..seconds * SAMPLE_RATE).map(|n| amplitude * ((n % 16) as f32 * turn).sin()).collect();
    Audio { sample_rate: SAMPLE_RATE, samples }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;

    fn spec() -> Spec {
        Spec::of_words(COLOUR_BARS.id, "bars", Size::new(720, 1280), 4, 1)
    }

    #[test]
    fn it_makes_every_frame_and_sample_that_was_asked_for() {
        let clip = ColourBars::default()
            .generate(&spec(), &Material::default(), &mut |_| ControlFlow::Continue(()))
            .unwrap();
        assert_eq!(clip.frames.count(), 48);
        assert!(clip.frames.height > clip.frames.width);
        assert_eq!(clip.audio.unwrap().samples.len(), 64_000);
    }

    #[test]
    fn it_shows_the_first_picture_of_its_clip_once_half_way() {
        let mut shown = vec![];
        let mut watch = |progress: Progress| {
            shown.extend(progress.preview.map(|picture| (progress.fraction, picture.rgb)));
            ControlFlow::Continue(())
        };
        let clip = ColourBars::default().generate(&spec(), &Material::default(), &mut watch).unwrap();
        assert_eq!(shown, [(0.5, clip.frames.iter().next().unwrap().to_vec())]);
    }

    #[test]
    fn it_stops_at_the_step_at_which_it_is_told_to() {
        let mut calls = 0;
        let outcome = ColourBars::default().generate(&spec(), &Material::default(), &mut |_| {
            calls += 1;
            if calls == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(outcome, Err(EngineError::Canceled)));
        assert_eq!(calls, 3);
    }
}
