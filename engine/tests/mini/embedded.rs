//! The weights in the program: clips that are clips, whatever the prompt, and bfloat16 that they bear.

use std::borrow::Cow;

use kinora_engine::device::DeviceChoice;
use kinora_engine::models::mini::Weights;
use kinora_engine::{Mini, flops};
use kinora_spec::{Frames, Spec};

use crate::clip::{make, spec};

#[test]
fn the_embedded_model_makes_a_clip_with_sound() {
    let mut engine = Mini::new(DeviceChoice::Flex);
    let (clip, executed) = flops::counted(|| make(&mut engine, &spec(4)));
    assert_eq!(clip.report.flops(), executed);
    assert_eq!((clip.frames.width, clip.frames.height, clip.frames.count()), (224, 126, 48));
    let samples = clip.audio.unwrap().samples;
    assert_eq!(samples.len(), 64_000);
    assert!(
        samples.iter().all(|sample| (-1.0..=1.0).contains(sample))
            && samples.iter().any(|sample| *sample != 0.0)
    );
}

/// Mean differences of levels: of places that are next to each other, of frames that follow each other; and the spread of all.
fn measured(frames: &Frames) -> [f64; 3] {
    let row = 3 * frames.width as usize;
    let levels = |rgb: &[u8]| rgb.iter().map(|level| f64::from(*level)).collect::<Vec<_>>();
    let all: Vec<Vec<f64>> = frames.iter().map(levels).collect();
    let mean = |numbers: &mut dyn Iterator<Item = f64>| {
        let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), number| (sum + number, count + 1.0));
        sum / count
    };
    let beside = mean(&mut all.iter().flat_map(|frame| {
        frame.chunks_exact(row).flat_map(|row| row.iter().zip(&row[3..]).map(|(a, b)| (a - b).abs()))
    }));
    let after =
        mean(&mut all.windows(2).flat_map(|pair| pair[0].iter().zip(&pair[1]).map(|(a, b)| (a - b).abs())));
    let centre = mean(&mut all.iter().flatten().copied());
    let spread = mean(&mut all.iter().flatten().map(|level| (level - centre).powi(2))).sqrt();
    [beside, after, spread]
}

#[test]
fn prompts_outside_the_world_give_clips_and_no_noise() {
    let mut engine = Mini::new(DeviceChoice::Flex);
    for prompt in [
        "a red ball bounces on the grass",
        "an astronaut eats pizza beside a dragon in a neon galaxy",
        "kwyjibo zzz 12345",
        "夕暮れの海を泳ぐ赤い魚",
        "the of and",
        "!",
        "A cinematic wide shot of a bright red rubber ball that bounces slowly on the green grass of a wide meadow by day, while the \
         sun shines, the camera stays still, calm music plays and birds sing happily in the trees around it",
        "Several giant wooly mammoths approach treading through a snowy meadow, their long wooly fur lightly blows in the wind as they \
         walk, snow covered trees and dramatic snow capped mountains in the distance",
        &"a red ball bounces on the grass ".repeat(20),
        &"red ".repeat(35),
    ] {
        let clip = make(&mut engine, &Spec { prompt: prompt.into(), ..spec(4) });
        let [beside, after, spread] = measured(&clip.frames);
        println!("{prompt}: {beside:.1} beside, {after:.1} after, {spread:.1} in all");
        assert!(
            beside < 5.0 && after < 10.0 && spread > 20.0,
            "{prompt}: {beside} beside, {after} after, {spread} in all"
        );
        assert!(clip.audio.unwrap().samples.iter().all(|sample| sample.abs() <= 1.0));
    }
}

#[test]
fn products_in_bf16_make_the_same_clip_to_the_eye() {
    let weights = Weights::embedded();
    assert_eq!(
        weights.config.matches("\"precision\": \"bf16\"").count(),
        2,
        "of pictures, and of the transformer"
    );
    let exact = Weights { config: Cow::Owned(weights.config.replace("\"bf16\"", "\"f32\"")), ..weights };
    let frames = |weights| make(&mut Mini::with_weights(DeviceChoice::Flex, weights), &spec(4)).frames;
    let (exact, rounded) = (frames(exact), frames(Weights::embedded()));
    let square = |(a, b): (&u8, &u8)| f64::from(a.abs_diff(*b)).powi(2);
    let error = exact.rgb.iter().zip(&rounded.rgb).map(square).sum::<f64>() / exact.rgb.len() as f64;
    let decibels = 10.0 * (255.0 * 255.0 / error.max(1e-9)).log10();
    println!("PSNR {decibels:.1} dB");
    assert!(decibels > 40.0, "{decibels} dB");
}
