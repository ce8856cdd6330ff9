//! Whole clips, most of them of the tiny model: lengths, seeds, cost, stopping.

use std::ops::ControlFlow;

use kinora_engine::device::DeviceChoice;
use kinora_engine::{Mini, flops};
use kinora_spec::{Clip, Engine, EngineError, Material, Phase, Progress, Size, Spec};

use crate::golden::Golden;

const LANDSCAPE: Size = Size::new(1280, 720);

pub fn spec(seconds: u32) -> Spec {
    Spec::of_words("kinora-mini", "a red ball bounces on the grass", LANDSCAPE, seconds, 7)
}

fn tiny() -> Mini {
    Mini::with_weights(DeviceChoice::Flex, Golden::read().weights())
}

pub fn make(engine: &mut Mini, spec: &Spec) -> Clip {
    engine.generate(spec, &Material::default(), &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn a_clip_has_exactly_the_frames_and_samples_that_were_asked_for() {
    let mut engine = tiny();
    for seconds in [4, 8, 20] {
        let clip = make(&mut engine, &spec(seconds));
        assert_eq!(clip.frames.rgb.len(), clip.frames.frame_bytes() * 12 * seconds as usize);
        assert_eq!(clip.audio.unwrap().samples.len(), 16_000 * seconds as usize);
        assert_eq!(clip.report.output.frames, 12 * seconds);
        assert_eq!(clip.report.output.audio_milliseconds, 1_000 * seconds);
    }
}

#[test]
fn a_size_decides_the_canvas_and_its_shape() {
    let mut engine = tiny();
    for (size, found) in [
        (Size::new(1280, 720), (224, 126)),
        (Size::new(720, 1280), (126, 224)),
        (Size::new(1792, 1024), (224, 128)),
        (Size::new(1024, 1792), (128, 224)),
    ] {
        let frames = make(&mut engine, &Spec { size, ..spec(4) }).frames;
        assert_eq!((frames.width, frames.height), found, "{size}");
        assert_eq!((frames.count(), frames.per_second), (48, 12));
    }
}

#[test]
fn a_seed_gives_the_same_clip_again_and_another_seed_another() {
    let first = make(&mut tiny(), &spec(4));
    let again = make(&mut tiny(), &spec(4));
    assert!(first.frames == again.frames && first.audio == again.audio);
    let other = make(&mut tiny(), &Spec { seed: 8, ..spec(4) });
    assert!(first.frames != other.frames && first.audio != other.audio);
}

#[test]
fn the_prompt_changes_the_clip() {
    let mut engine = tiny();
    let other = Spec { prompt: "the blue cat".into(), ..spec(4) };
    assert!(make(&mut engine, &spec(4)).frames != make(&mut engine, &other).frames);
}

#[test]
fn a_clip_without_sound_has_the_same_pictures() {
    let mut engine = tiny();
    // In the second window the pictures go on from the sound of the first.
    let silent = make(&mut engine, &Spec { generate_audio: false, ..spec(8) });
    assert!(silent.audio.is_none());
    assert_eq!(silent.report.output.audio_milliseconds, 0);
    assert!(silent.frames == make(&mut engine, &spec(8)).frames);
}

#[test]
fn a_longer_clip_begins_like_the_shorter_one_and_goes_on_differently_in_each_window() {
    let mut engine = tiny();
    let (short, long) = (make(&mut engine, &spec(4)), make(&mut engine, &spec(12)));
    assert!(long.frames.rgb.starts_with(&short.frames.rgb));
    let frames: Vec<_> = long.frames.iter().collect();
    for at in [49, 49 + 44] {
        assert!(frames[at..at + 30] != frames[..30] && frames[at..at + 30] != frames[at - 44..at - 14]);
    }
}

#[test]
fn the_operations_of_the_report_are_those_that_were_executed() {
    let mut engine = tiny();
    for spec in
        [spec(4), Spec { size: Size::new(720, 1280), ..spec(8) }, Spec { generate_audio: false, ..spec(4) }]
    {
        let (clip, executed) = flops::counted(|| make(&mut engine, &spec));
        assert_eq!(clip.report.flops(), executed, "{spec:?}");
    }
}

#[test]
fn progress_rises_from_loading_to_nearly_done_and_reports_every_step() {
    let mut told: Vec<Progress> = vec![];
    let mut record = |progress| {
        told.push(progress);
        ControlFlow::Continue(())
    };
    let report = tiny().generate(&spec(8), &Material::default(), &mut record).unwrap().report;
    assert_eq!(told[0], Progress::new(Phase::Load, 0.0));
    assert!(told.windows(2).all(|pair| pair[0].fraction <= pair[1].fraction));
    assert!(told.iter().all(|progress| (0.0..=1.0).contains(&progress.fraction)));
    assert!(told[told.len() - 1].fraction > 0.9);
    let steps = told.iter().filter(|progress| progress.phase == Phase::Denoise).count();
    assert!(steps >= report.output.steps as usize && report.output.steps == 24);
}

#[test]
fn a_run_shows_once_about_half_way_what_its_clip_will_look_like() {
    for seconds in [4, 8] {
        let mut shown = vec![];
        let mut watch = |progress: Progress| {
            shown.extend(progress.preview.map(|picture| (progress.phase, picture)));
            ControlFlow::Continue(())
        };
        let clip =
            Mini::new(DeviceChoice::Flex).generate(&spec(seconds), &Material::default(), &mut watch).unwrap();
        let [(phase, picture)] = <[_; 1]>::try_from(shown).unwrap();
        assert_eq!(phase, Phase::Denoise);
        assert_eq!((picture.width, picture.height), (clip.frames.width, clip.frames.height));
        // It is the first frame, about: nearer to it than plain grey.
        let first = clip.frames.iter().next().unwrap();
        let mean = first.iter().map(|value| f64::from(*value)).sum::<f64>() / first.len() as f64;
        let off = |other: &mut dyn Iterator<Item = f64>| {
            first.iter().zip(other).map(|(value, other)| (f64::from(*value) - other).powi(2)).sum::<f64>()
        };
        let (seen, plain) =
            (off(&mut picture.rgb.iter().map(|value| f64::from(*value))), off(&mut std::iter::repeat(mean)));
        assert!(seen < plain, "{seen} {plain}");
    }
}

#[test]
fn a_report_names_the_device_the_phases_and_the_memory() {
    let mut engine = tiny();
    let first = make(&mut engine, &spec(4)).report;
    let phases =
        |report: &kinora_spec::CostReport| report.phases.iter().map(|cost| cost.phase).collect::<Vec<_>>();
    let made = [Phase::Text, Phase::Denoise, Phase::Decode, Phase::Vocode];
    assert_eq!(phases(&first), [&[Phase::Load], &made[..]].concat());
    assert_eq!(first.device.backend, "flex");
    assert!(first.device.assumed_watts > 0 && first.energy_estimate_mj() > 0);
    assert!(first.phases.iter().all(|cost| cost.device_us <= cost.wall_us));
    assert_eq!(first.peak_memory_bytes.is_some(), cfg!(target_os = "linux"));
    assert_eq!(phases(&make(&mut engine, &spec(4)).report), made);
}

#[test]
fn a_run_stops_before_the_next_step_and_the_engine_can_go_on() {
    let mut engine = tiny();
    for stop in [1, 2, 5, 12] {
        let mut calls = 0;
        let outcome = engine.generate(&spec(4), &Material::default(), &mut |_| {
            calls += 1;
            if calls == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(outcome, Err(EngineError::Canceled)), "stopped at call {stop}");
        assert_eq!(calls, stop);
    }
    make(&mut engine, &spec(4));
}

#[test]
fn what_the_model_cannot_do_is_refused() {
    let mut engine = tiny();
    let mut refuse = |spec: Spec| {
        engine.generate(&spec, &Material::default(), &mut |_| ControlFlow::Continue(())).unwrap_err()
    };
    assert!(matches!(refuse(Spec { model: "sora-2".into(), ..spec(4) }), EngineError::UnknownModel(_)));
    for seconds in [0, 5, 3_600] {
        assert!(matches!(refuse(spec(seconds)), EngineError::Unsupported(_)));
    }
}

#[test]
fn weights_that_do_not_fit_are_reported_and_not_tried_again_by_themselves() {
    let mut weights = Golden::read().weights();
    weights.tensors.to_mut().truncate(1_000);
    let mut engine = Mini::with_weights(DeviceChoice::Flex, weights);
    let outcome = engine.generate(&spec(4), &Material::default(), &mut |_| ControlFlow::Continue(()));
    assert!(matches!(outcome, Err(EngineError::Weights(_))));
}
