//! New clips from clips, from pictures and with a cast: the tiny model, and what must hold whatever the weights are.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;

use kinora_engine::device::DeviceChoice;
use kinora_engine::{Mini, flops};
use kinora_spec::{
    Audio, Avatar, Clip, Colours, Engine, EngineError, Frames, HairStyle, Likeness, Material, Phase, Picture,
    Role, Shot, Size, Source, SourceClip, Spec,
};

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

use crate::golden::Golden;

const LANDSCAPE: Size = Size::new(1280, 720);
const ANN: Likeness = Likeness::Person(Avatar {
    skin: [200, 160, 130],
    hair: [60, 40, 20],
    hair_style: HairStyle::Long,
    shirt: [200, 30, 30],
    glasses: true,
    beard: false,
    hat: None,
});
const BOLT: Likeness = Likeness::Object(Colours { main: [250, 250, 0], second: [0, 0, 0] });

fn tiny() -> Mini {
    Mini::with_weights(DeviceChoice::Flex, Golden::read().weights())
}

fn spec(seconds: u32) -> Spec {
    Spec::of_words("kinora-mini", "a red ball bounces on the grass", LANDSCAPE, seconds, 7)
}

fn from(source: Source, seconds: u32) -> Spec {
    Spec { source: Some(source), ..spec(seconds) }
}

fn extend(source_seconds: u32, seconds: u32) -> Spec {
    from(Source::Extend { source_seconds }, seconds)
}

fn remix(strength_percent: u8, seconds: u32) -> Spec {
    Spec { seed: 8, ..from(Source::Remix { strength_percent }, seconds) }
}

fn try_make(engine: &mut Mini, spec: &Spec, material: &Material) -> Result<Clip, EngineError> {
    engine.generate(spec, material, &mut |_| ControlFlow::Continue(()))
}

fn make(engine: &mut Mini, spec: &Spec, material: &Material) -> Clip {
    try_make(engine, spec, material).unwrap()
}

fn plain(engine: &mut Mini, spec: &Spec) -> Clip {
    make(engine, spec, &Material::default())
}

fn latents(clip: &Clip) -> Material {
    let clip = Some(SourceClip::Latents(clip.latents.clone().unwrap()));
    Material { clip, ..Material::default() }
}

/// A clip of another maker: 25 frames a second, 90x50, with a tone.
fn recorded(seconds: u32) -> Material {
    let (width, height, per_second) = (90, 50, 25);
    let pixel = |n: u32, shade: u32| [(n % width * 2) as u8, (n / width * 4) as u8, shade as u8];
    let frame = |shade: u32| (0..width * height).flat_map(move |n| pixel(n, shade));
    let rgb = (0..seconds * per_second).flat_map(frame).collect();
    let samples = (0..seconds * 44_100).map(|n| (n as f32 * 0.05).sin() * 0.3).collect();
    let sound = Audio { sample_rate: 44_100, samples };
    let clip = Some(SourceClip::Decoded(Frames { width, height, per_second, rgb }, Some(sound)));
    Material { clip, ..Material::default() }
}

fn picture(shade: u8) -> Material {
    let (width, height) = (LANDSCAPE.width, LANDSCAPE.height);
    let pixel = |n: u32| [(n % width / 8) as u8, (n / width / 4) as u8, shade];
    let rgb = (0..width * height).flat_map(pixel).collect();
    Material { picture: Some(Picture { width, height, rgb }), ..Material::default() }
}

fn with_cast(spec: Spec, cast: &[(&str, Likeness)]) -> (Spec, Material) {
    let roles = cast.iter().map(|(name, _)| Role { name: (*name).to_owned() }).collect();
    let likenesses = cast.iter().map(|(_, likeness)| *likeness).collect();
    (Spec { cast: roles, ..spec }, Material { likenesses, ..Material::default() })
}

fn shots(lengths: &[u32]) -> Spec {
    let prompts = ["a red ball bounces", "the blue cat", "the grass"];
    let shot = |(index, seconds): (usize, &u32)| Shot {
        prompt: prompts[index % prompts.len()].to_owned(),
        seconds: *seconds,
        cast: vec![],
    };
    let shots = lengths.iter().enumerate().map(shot).collect();
    Spec { shots, ..spec(lengths.iter().sum()) }
}

fn assert_length(clip: &Clip, seconds: u32) {
    assert_eq!(clip.frames.rgb.len(), clip.frames.frame_bytes() * 12 * seconds as usize);
    assert_eq!(clip.audio.as_ref().unwrap().samples.len(), 16_000 * seconds as usize);
    assert_eq!(clip.report.output.milliseconds, 1_000 * seconds);
}

/// Mean difference of two pictures or clips, of 255.
fn difference(one: &[u8], other: &[u8]) -> f64 {
    assert_eq!(one.len(), other.len());
    let sum: u64 = one.iter().zip(other).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.len() as f64
}

#[test]
fn a_clip_that_goes_on_begins_with_every_frame_of_the_first_and_nearly_all_of_its_sound() {
    let mut engine = tiny();
    for (before, all) in [(4, 5), (8, 12)] {
        let first = plain(&mut engine, &spec(before));
        let longer = make(&mut engine, &extend(before, all), &latents(&first));
        assert_length(&longer, all);
        assert!(longer.frames.rgb.starts_with(&first.frames.rgb), "{before} s to {all} s");
        // One vocoder pass: the end of the sound is made anew with what follows it, within its field of view. A token of
        // the tiny model is 160 samples.
        let same = before as usize * 25 / 2 * 160 - 1_000;
        let [first, longer] = [first, longer].map(|clip| clip.audio.unwrap().samples);
        let worst = first[..same].iter().zip(&longer).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-5 && first[same - 9..same] != [0.0; 9], "{before} s to {all} s: {worst}");
    }
}

#[test]
fn a_clip_can_go_on_again_and_again_without_losing_a_frame() {
    let mut engine = tiny();
    let mut clip = plain(&mut engine, &spec(4));
    for (before, seconds) in [(4, 5), (5, 9), (9, 10)] {
        let longer = make(&mut engine, &extend(before, seconds), &latents(&clip));
        assert_length(&longer, seconds);
        assert!(longer.frames.rgb.starts_with(&clip.frames.rgb), "{before} s to {seconds} s");
        clip = longer;
    }
}

#[test]
fn what_is_new_is_neither_still_nor_the_beginning_again() {
    let mut engine = tiny();
    let first = plain(&mut engine, &spec(4));
    let longer = make(&mut engine, &extend(4, 8), &latents(&first));
    let frames: Vec<_> = longer.frames.iter().collect();
    assert!(frames[48..] != frames[..48]);
    assert!(frames[48..].windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn latents_are_kept_bit_for_bit() {
    let mut engine = tiny();
    let first = plain(&mut engine, &spec(8));
    assert_eq!(first.latents, plain(&mut engine, &spec(8)).latents);
    // Going on twice from the same latents gives the same, and keeps what it was given.
    let longer = make(&mut engine, &extend(8, 10), &latents(&first));
    assert_eq!(longer.latents, make(&mut tiny(), &extend(8, 10), &latents(&first)).latents);
    let (own, kept) = (first.latents.unwrap(), longer.latents.unwrap());
    let [own, kept] = [&own, &kept].map(|bytes| SafeTensors::deserialize(bytes).unwrap());
    for name in own.names() {
        assert!(own.tensor(name).unwrap().data() == kept.tensor(name).unwrap().data(), "{name}");
    }
}

#[test]
fn a_recording_can_be_changed_and_can_go_on() {
    let mut engine = tiny();
    let longer = make(&mut engine, &extend(3, 5), &recorded(3));
    assert_length(&longer, 5);
    let changed = make(&mut engine, &remix(50, 3), &recorded(3));
    assert_length(&changed, 3);
    assert!(changed.frames.rgb != longer.frames.rgb[..changed.frames.rgb.len()]);
    // What is encoded is kept: a later run goes on from it like from any other.
    let again = make(&mut engine, &extend(5, 6), &latents(&longer));
    assert!(again.frames.rgb.starts_with(&longer.frames.rgb));
    let phases: Vec<_> = longer.report.phases.iter().map(|cost| cost.phase).collect();
    let made = [Phase::Load, Phase::Text, Phase::Condition, Phase::Decode, Phase::Denoise, Phase::Vocode];
    assert_eq!(phases, made);
}

#[test]
fn a_recording_that_is_too_short_or_has_no_sound_is_filled_up() {
    let mut engine = tiny();
    let mut material = recorded(1);
    if let Some(SourceClip::Decoded(_, sound)) = &mut material.clip {
        *sound = None;
    }
    assert_length(&make(&mut engine, &remix(40, 3), &material), 3);
}

#[test]
fn the_stronger_a_remix_the_less_is_left_and_at_full_strength_nothing() {
    let mut engine = tiny();
    let first = plain(&mut engine, &spec(4));
    let changed = |engine: &mut Mini, strength| make(engine, &remix(strength, 4), &latents(&first));
    let off: Vec<f64> = [1, 30, 60, 100]
        .into_iter()
        .map(|strength| difference(&changed(&mut engine, strength).frames.rgb, &first.frames.rgb))
        .collect();
    assert!(off.is_sorted() && off[0] > 0.0 && off[0] < off[3] / 2.0, "{off:?}");
    let new = plain(&mut engine, &Spec { seed: 8, ..spec(4) });
    let all = changed(&mut engine, 100);
    assert!(all.frames == new.frames && all.audio == new.audio);
}

#[test]
fn a_remix_takes_fewer_steps_and_the_same_seed_gives_the_same() {
    let mut engine = tiny();
    let first = plain(&mut engine, &spec(8));
    let [weak, again] = [0; 2].map(|_| make(&mut engine, &remix(30, 8), &latents(&first)));
    assert!(weak.frames == again.frames && weak.audio == again.audio && weak.latents == again.latents);
    assert!(weak.report.output.steps <= first.report.output.steps);
    let other = make(&mut engine, &Spec { seed: 9, ..remix(30, 8) }, &latents(&first));
    assert!(other.frames != weak.frames && other.audio != weak.audio);
}

#[test]
fn a_clip_of_a_picture_begins_with_it() {
    let mut engine = tiny();
    let clip = make(&mut engine, &from(Source::Picture, 4), &picture(40));
    assert_length(&clip, 4);
    // The first frame is the picture as the autoencoder sees it: noise and words have no say in it.
    let other = Spec { seed: 99, prompt: "the blue cat".into(), ..from(Source::Picture, 4) };
    let same_picture = make(&mut engine, &other, &picture(40));
    let other_picture = make(&mut engine, &other, &picture(200));
    let first = |clip: &Clip| clip.frames.iter().next().unwrap().to_vec();
    assert_eq!(first(&clip), first(&same_picture));
    assert_ne!(first(&clip), first(&other_picture));
    assert_ne!(clip.frames, same_picture.frames);
    let condition = clip.report.phases.iter().find(|cost| cost.phase == Phase::Condition).unwrap();
    assert!(condition.flops > 0);
}

#[test]
fn shots_cut_where_they_are_to_and_the_clip_has_one_sound() {
    let mut engine = tiny();
    let clip = plain(&mut engine, &shots(&[2, 1, 3]));
    assert_length(&clip, 6);
    // A shot owes its pictures to its own words alone.
    let first = plain(&mut engine, &shots(&[2, 4]));
    let bytes = clip.frames.frame_bytes() * 12;
    assert!(clip.frames.rgb[..2 * bytes] == first.frames.rgb[..2 * bytes]);
    assert!(clip.frames.rgb[2 * bytes..3 * bytes] != clip.frames.rgb[..bytes]);
    // It can be changed and go on like any other, cuts and all.
    assert_length(&make(&mut engine, &remix(50, 6), &latents(&clip)), 6);
    let longer = make(&mut engine, &extend(6, 7), &latents(&clip));
    assert!(longer.frames.rgb.starts_with(&clip.frames.rgb));
}

#[test]
fn shots_can_begin_with_a_picture() {
    let mut engine = tiny();
    let spec = Spec { source: Some(Source::Picture), ..shots(&[2, 2]) };
    let clip = make(&mut engine, &spec, &picture(40));
    let alone = make(&mut engine, &from(Source::Picture, 4), &picture(40));
    assert!(clip.frames.iter().next() == alone.frames.iter().next());
}

#[test]
fn a_likeness_changes_the_clip_and_a_name_does_not() {
    let mut engine = tiny();
    let named = |name: &str, likeness: Likeness| {
        let prompt = format!("{name} bounces on the grass");
        with_cast(Spec { prompt, ..spec(4) }, &[(name, likeness)])
    };
    let made = |engine: &mut Mini, (spec, material): (Spec, Material)| make(engine, &spec, &material).frames;
    let ann = made(&mut engine, named("Ann", ANN));
    assert!(ann == made(&mut engine, named("Zoë", ANN)), "a name is only a name");
    let Likeness::Person(avatar) = ANN else { panic!("Ann is a person") };
    let other = Likeness::Person(Avatar { shirt: [30, 30, 200], ..avatar });
    assert!(ann != made(&mut engine, named("Ann", other)));
    assert!(
        ann != plain(&mut engine, &Spec { prompt: "the person bounces on the grass".into(), ..spec(4) })
            .frames
    );
}

#[test]
fn two_can_appear_in_shots_of_their_own_or_together() {
    let mut engine = tiny();
    let cast = [("Ann", ANN), ("Bolt", BOLT)];
    let shot = |prompt: &str, cast: &[u8]| Shot { prompt: prompt.into(), seconds: 1, cast: cast.to_vec() };
    let three = vec![shot("Ann waves", &[0]), shot("Bolt spins", &[1]), shot("both", &[1, 0]), shot("", &[])];
    let (spec, material) = with_cast(Spec { shots: three, ..spec(4) }, &cast);
    assert_length(&make(&mut engine, &spec, &material), 4);
}

#[test]
fn the_operations_of_the_report_are_those_that_were_executed_whatever_was_handed_in() {
    let mut engine = tiny();
    let first = plain(&mut engine, &spec(4));
    let (one, with_one) = with_cast(spec(4), &[("Ann", ANN)]);
    let (two, with_two) = with_cast(shots(&[1, 3]), &[("Ann", ANN), ("Bolt", BOLT)]);
    let mut cast_of_two = two;
    cast_of_two.shots[1].cast = vec![0, 1];
    let runs = [
        (extend(4, 5), latents(&first)),
        (extend(3, 5), recorded(3)),
        (remix(30, 4), latents(&first)),
        (remix(30, 5), recorded(5)),
        (from(Source::Picture, 8), picture(9)),
        (Spec { generate_audio: false, ..shots(&[2, 1, 6]) }, Material::default()),
        (one, with_one),
        (cast_of_two, with_two),
    ];
    for (spec, material) in runs {
        let (clip, executed) = flops::counted(|| make(&mut engine, &spec, &material));
        assert_eq!(clip.report.flops(), executed, "{spec:?}");
    }
}

#[test]
fn a_cast_costs_more_and_so_does_going_on_by_more() {
    let mut engine = tiny();
    let first = plain(&mut engine, &spec(4));
    let flops = |clip: Clip| clip.report.flops();
    let prompt = "the person bounces on the grass";
    let bare = flops(plain(&mut engine, &Spec { prompt: prompt.into(), ..spec(4) }));
    let with = |engine: &mut Mini, cast: &[(&str, Likeness)]| {
        let (spec, material) = with_cast(Spec { prompt: prompt.into(), ..spec(4) }, cast);
        flops(make(engine, &spec, &material))
    };
    let one = with(&mut engine, &[("Ann", ANN)]);
    let two = with(&mut engine, &[("Ann", ANN), ("Bolt", BOLT)]);
    assert!(bare < one && one < two);
    let on = |engine: &mut Mini, seconds| flops(make(engine, &extend(4, seconds), &latents(&first)));
    assert!(on(&mut engine, 5) < on(&mut engine, 8));
}

#[test]
fn every_operation_stops_before_its_next_step_and_tells_how_far_it_is() {
    let mut engine = tiny();
    let first = plain(&mut engine, &spec(4));
    let runs = [
        (extend(4, 5), latents(&first)),
        (extend(2, 3), recorded(2)),
        (remix(60, 4), latents(&first)),
        (from(Source::Picture, 4), picture(9)),
        (shots(&[1, 3]), Material::default()),
    ];
    for (spec, material) in runs {
        let mut told = vec![];
        let mut record = |progress: kinora_spec::Progress| {
            told.push(progress.fraction);
            ControlFlow::Continue(())
        };
        engine.generate(&spec, &material, &mut record).unwrap();
        assert!(told.is_sorted() && told[told.len() - 1] > 0.9, "{spec:?}: {told:?}");
        for stop in [1, 3, told.len() / 2, told.len()] {
            let mut calls = 0;
            let outcome = engine.generate(&spec, &material, &mut |_| {
                calls += 1;
                if calls == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert!(matches!(outcome, Err(EngineError::Canceled)), "{spec:?} stopped at call {stop}");
            assert_eq!(calls, stop, "{spec:?}");
        }
    }
}

#[test]
fn what_cannot_be_done_is_refused_in_words() {
    let mut engine = tiny();
    let first = plain(&mut engine, &spec(4));
    let portrait = Spec { size: Size::new(720, 1280), ..extend(4, 8) };
    let (cast, _) = with_cast(spec(4), &[("Ann", ANN)]);
    let stranger = Spec { shots: vec![Shot { prompt: "x".into(), seconds: 4, cast: vec![3] }], ..spec(4) };
    let none = Material::default;
    let small = Picture { width: 4, height: 4, rgb: vec![0; 48] };
    let refused = [
        (from(Source::Picture, 4), none(), "has not arrived"),
        (from(Source::Picture, 5), picture(9), "seconds is 5"),
        (from(Source::Picture, 4), Material { picture: Some(small), ..none() }, "4x4 pixels"),
        (extend(4, 8), none(), "has not arrived"),
        (extend(4, 4), latents(&first), "source_seconds is 4"),
        (extend(4, 121), latents(&first), "seconds is 121"),
        (extend(3, 8), latents(&first), "lasts 4 s"),
        (portrait, latents(&first), "128x224 are needed"),
        (remix(0, 4), latents(&first), "strength_percent is 0"),
        (remix(50, 5), latents(&first), "lasts 4 s"),
        (Spec { seconds: 5, ..shots(&[2, 2]) }, none(), "4 s together"),
        (shots(&[4, 0]), none(), "at least 1 second"),
        (shots(&[1; 9]), none(), "9 shots"),
        (Spec { source: extend(2, 4).source, ..shots(&[2, 2]) }, latents(&first), "shots cannot"),
        (stranger, none(), "not there"),
        (cast, none(), "cast of 1 and likenesses of 0"),
    ];
    for (spec, material, words) in refused {
        match try_make(&mut engine, &spec, &material) {
            Err(EngineError::Unsupported(reason)) => assert!(reason.contains(words), "{words:?}: {reason}"),
            other => panic!("{words:?}: {:?}", other.map(|clip| clip.report)),
        }
    }
}

#[test]
fn latents_that_are_damaged_or_of_another_model_are_refused_and_nothing_panics() {
    let mut engine = tiny();
    let good = plain(&mut engine, &spec(4)).latents.unwrap();
    let label = |from: &str, to: &str| {
        let text = good.windows(from.len()).position(|part| part == from.as_bytes()).expect(from);
        [&good[..text], to.as_bytes(), &good[text + from.len()..]].concat()
    };
    let damaged = [
        vec![],
        b"colour bars".to_vec(),
        good[..good.len() / 2].to_vec(),
        good[..good.len() - 4].to_vec(),
        label("kinora-mini-tiny", "kinora-maxi-tiny"),
        label(r#"\"version\":1"#, r#"\"version\":9"#),
        label(r#"\"steps\":13"#, r#"\"steps\":12"#),
        label(r#"\"steps\":13"#, r#"\"steps\":99"#),
        label(r#"\"heard\":51"#, r#"\"heard\":91"#),
        label(r#"\"frames\":48,\"seconds\""#, r#"\"frames\":99,\"seconds\""#),
        label("video.0", "video.7"),
    ];
    for bytes in damaged {
        let material = Material { clip: Some(SourceClip::Latents(bytes)), ..Material::default() };
        let outcome = try_make(&mut engine, &extend(4, 5), &material);
        assert!(matches!(outcome, Err(EngineError::Unsupported(_))), "{:?}", outcome.map(|clip| clip.report));
    }
    let material = Material { clip: Some(SourceClip::Latents(good)), ..Material::default() };
    make(&mut engine, &extend(4, 5), &material);
}

#[test]
fn weights_that_know_no_likenesses_refuse_a_cast_and_make_clips() {
    let mut golden = Golden::read();
    let config = golden.config["transformer"].as_object_mut().unwrap();
    config.remove("ref_features");
    config.remove("ref_tokens");
    let mut weights = golden.weights();
    let all = SafeTensors::deserialize(&weights.tensors).unwrap();
    let mut tensors: HashMap<_, _> = all.tensors().into_iter().collect();
    tensors.retain(|name, _| !name.starts_with("transformer.ref_embedding."));
    let kinds = &tensors["transformer.modality_embedding"];
    let (width, two) = (kinds.shape()[1], &kinds.data()[..kinds.data().len() / 3 * 2]);
    let two = TensorView::new(kinds.dtype(), vec![2, width], two).unwrap();
    tensors.insert("transformer.modality_embedding".into(), two);
    weights.tensors = Cow::Owned(safetensors::serialize(tensors, None).unwrap());

    let mut engine = Mini::with_weights(DeviceChoice::Flex, weights);
    let (spec, material) = with_cast(spec(4), &[("Ann", ANN)]);
    let outcome = try_make(&mut engine, &spec, &material);
    assert!(matches!(outcome, Err(EngineError::Unsupported(_))));
    plain(&mut engine, &Spec { cast: vec![], ..spec });
}
