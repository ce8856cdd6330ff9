//! What must hold whatever the weights are.

use burn::tensor::{Device, Tensor};
use kinora_engine::flops;
use kinora_engine::models::wan::{Latents, Time};
use kinora_engine::sample::guided;

use crate::golden::{Case, assert_close, config, tolerance};

fn cases() -> [Case; 3] {
    let device = Device::flex();
    [Case::wan("even", &device), Case::wan("uneven", &device), Case::mini(&device)]
}

#[test]
fn a_batch_is_its_samples_one_by_one() {
    for mut case in cases() {
        let both = case.run(&Time::per_sample(&[900.0, 30.0]));
        let (input, text) = (case.input.clone(), case.text.clone());
        for (sample, t) in [900.0, 30.0].into_iter().enumerate() {
            case.input = Latents {
                video: input.video.clone().narrow(0, sample, 1),
                audio: input.audio.clone().map(|audio| audio.narrow(0, sample, 1)),
                early: 0,
            };
            case.text = text.clone().narrow(0, sample, 1);
            let alone = case.run(&Time::same(t));
            let expected = both.video.clone().narrow(0, sample, 1);
            assert_close("video", alone.video, expected, tolerance::SAME);
            if let (Some(alone), Some(both)) = (alone.audio, both.audio.clone()) {
                assert_close("audio", alone, both.narrow(0, sample, 1), tolerance::SAME);
            }
        }
    }
}

#[test]
fn timesteps_that_are_equal_may_be_given_once_or_for_each_token() {
    for case in cases() {
        let [_, _, frames, height, width] = case.input.video.dims();
        let audio = case.input.audio.as_ref().map_or(0, |audio| audio.dims()[1]);
        let tokens = case.transformer.config().grid([frames, height, width], audio).tokens();
        let spread: Vec<f64> =
            (0..2 * tokens).map(|place| if place < tokens { 700.0 } else { 20.0 }).collect();
        let found = case.run(&Time::per_token(2, &spread)).video;
        assert_close("video", found, case.run(&Time::per_sample(&[700.0, 20.0])).video, tolerance::SAME);
    }
}

#[test]
fn a_context_that_is_used_again_is_a_fresh_one() {
    for case in cases() {
        let kept = case.transformer.context(case.text.clone(), None);
        for t in [800.0, 300.0] {
            let again = case.transformer.forward(&case.input, &Time::same(t), &kept).video;
            assert_eq!(again.into_data(), case.run(&Time::same(t)).video.into_data());
        }
    }
}

#[test]
fn another_grid_does_not_meet_the_tables_of_the_last_one() {
    let mut case = Case::wan("even", &Device::flex());
    let expected = case.run(&Time::same(500.0)).video;
    let input = case.input.clone();
    case.input.video = input.video.clone().permute([0, 1, 2, 4, 3]);
    let turned = case.run(&Time::same(500.0)).video;
    assert_eq!(turned.dims(), [2, 4, 3, 6, 4]);
    case.input = input;
    assert_eq!(case.run(&Time::same(500.0)).video.into_data(), expected.into_data());
}

#[test]
fn guidance_of_one_is_no_guidance() {
    let case = Case::wan("even", &Device::flex());
    let (prompt, empty) = (case.text.clone().narrow(0, 0, 1), Tensor::zeros([1, 7, 12], &Device::flex()));
    let sample = case.input.video.clone().narrow(0, 0, 1);
    let run = |video: Tensor<5>, text: Tensor<3>| {
        let context = case.transformer.context(text, None);
        case.transformer
            .forward(&Latents { video, audio: None, early: 0 }, &Time::same(640.0), &context)
            .video
    };
    let both = run(Tensor::cat(vec![sample.clone(); 2], 0), Tensor::cat(vec![prompt.clone(), empty], 0));
    assert_close("guided", guided(both, 1.0), run(sample, prompt), tolerance::SAME);
}

#[test]
fn a_forward_pass_executes_the_operations_that_the_configuration_promises() {
    for case in cases() {
        let (transformer, config) = (&case.transformer, case.transformer.config());
        let [batch, words, _] = case.text.dims();
        let (context, executed) = flops::counted(|| transformer.context(case.text.clone(), None));
        assert_eq!(executed, config.context_flops(batch, words, 0));

        let [_, _, frames, height, width] = case.input.video.dims();
        let audio = case.input.audio.as_ref().map_or(0, |audio| audio.dims()[1]);
        let grid = config.grid([frames, height, width], audio);
        for (time, times) in [(Time::same(1.0), 1), (Time::per_sample(&[1.0, 2.0]), 2)] {
            let (_, executed) = flops::counted(|| transformer.forward(&case.input, &time, &context));
            assert_eq!(executed, config.forward_flops(batch, grid, words, times));
        }
    }
}

#[test]
fn configurations_that_are_not_built_are_refused() {
    for change in [
        |config: &mut serde_json::Value| config["image_dim"] = 1280.into(),
        |config: &mut serde_json::Value| config["qk_norm"] = "rms_norm".into(),
        |config: &mut serde_json::Value| config["cross_attn_norm"] = false.into(),
        |config: &mut serde_json::Value| config["attention_head_dim"] = 0.into(),
    ] {
        let mut json = serde_json::to_value(config("even")).unwrap();
        change(&mut json);
        assert!(
            serde_json::from_value::<kinora_engine::models::wan::TransformerConfig>(json)
                .unwrap()
                .check()
                .is_err()
        );
    }
}
