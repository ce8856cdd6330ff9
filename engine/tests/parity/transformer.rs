//! The transformer against diffusers' and, with audio, against the training scripts'.

use burn::tensor::Device;
use kinora_engine::models::wan::{Grid, Time};

use crate::golden::{Case, Golden, assert_close, config, tolerance};

const MODELS: [&str; 2] = ["even", "uneven"];

#[test]
fn one_timestep_for_all_is_diffusers() {
    for model in MODELS {
        let case = Case::wan(model, &Device::flex());
        for t in [999, 500, 1] {
            let found = case.run(&Time::same(f64::from(t))).video;
            let expected = case.golden.tensor(&format!("t{t}"));
            assert_close(&format!("{model} t{t}"), found, expected, tolerance::TRANSFORMER);
        }
    }
}

#[test]
fn a_timestep_for_each_sample_is_diffusers() {
    for model in MODELS {
        let case = Case::wan(model, &Device::flex());
        let found = case.run(&Time::per_sample(&[999.0, 250.0])).video;
        assert_close(&format!("{model} mixed"), found, case.golden.tensor("mixed"), tolerance::TRANSFORMER);
    }
}

#[test]
fn a_timestep_for_each_token_is_diffusers() {
    for model in MODELS {
        let case = Case::wan(model, &Device::flex());
        let found = case.run(&Time::per_token(2, &case.golden.numbers::<2>("tokens"))).video;
        let expected = case.golden.tensor("per_token");
        assert_close(&format!("{model} per token"), found, expected, tolerance::TRANSFORMER);
    }
}

#[test]
fn audio_tokens_are_the_training_scripts() {
    let case = Case::mini(&Device::flex());
    let found = case.run(&Time::per_token(2, &case.golden.numbers::<2>("dit.t")));
    let (video, audio) = (case.golden.tensor("dit.v_video"), case.golden.tensor("dit.v_audio"));
    assert_close("mini video", found.video, video, tolerance::TRANSFORMER);
    assert_close("mini audio", found.audio.unwrap(), audio, tolerance::TRANSFORMER);
}

#[test]
fn rotary_tables_are_diffusers() {
    for model in MODELS {
        let case = Case::wan(model, &Device::flex());
        let [_, _, frames, height, width] = case.input.video.dims();
        let grid = config(model).grid([frames, height, width], 0);
        let (cos, sin) = case.transformer.rope(grid, &Device::flex()).tables();
        assert_close(&format!("{model} cos"), cos, case.golden.tensor("rope_cos"), tolerance::ROPE);
        assert_close(&format!("{model} sin"), sin, case.golden.tensor("rope_sin"), tolerance::ROPE);
    }
}

#[test]
fn heads_are_divided_among_the_axes_as_in_wan() {
    let dims = |head| {
        let mut config = config("even");
        config.attention_head_dim = head;
        config.rope_dims()
    };
    assert_eq!((dims(128), dims(24), dims(20)), ([44, 42, 42], [8, 8, 8], [8, 6, 6]));
    let grid = config("uneven").grid([4, 3, 6], 5);
    assert_eq!(grid, Grid { frames: 2, rows: 3, columns: 3, audio: 5, early: 0, references: 0 });
    assert_eq!(grid.tokens(), 23);
}

#[test]
fn a_checkpoint_in_bf16_computes_as_its_rounded_numbers_in_f32() {
    let device = Device::flex();
    let mut case = Case::wan("uneven", &device);
    case.transformer = Golden::open("wan_bf16.safetensors", "", &device).transformer(&config("uneven"), "");
    let found = case.run(&Time::same(500.0)).video;
    assert_close("bf16", found, case.golden.tensor("bf16_t500"), tolerance::TRANSFORMER);
}
