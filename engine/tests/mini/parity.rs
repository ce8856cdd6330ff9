//! Each part against `PyTorch`, every number.

use burn::tensor::{Device, Tensor};
use kinora_engine::models::mini::{Canvas, Footage, Model, Plan, Window, samples};
use kinora_engine::models::wan::{Latents, Time};
use kinora_engine::sample::schedule::shifted;
use kinora_spec::{Size, Spec};

use crate::golden::{Golden, assert_close, assert_numbers_close, numbers, tolerance};

#[test]
fn the_encoder_gives_the_golden_latents() {
    let (golden, device) = (Golden::read(), Device::flex());
    let video = golden.tensor::<5>("vae.video", &device).squeeze_dim::<4>(0);
    let found = golden.model(&device).vae.encode(video);
    assert_close("vae.latents", found, golden.tensor("vae.latents", &device), tolerance::NETWORK);
}

#[test]
fn the_decoder_gives_the_golden_pictures() {
    let (golden, device) = (Golden::read(), Device::flex());
    let found = golden.model(&device).vae.decoding().next(golden.tensor("vae.latents", &device));
    let expected = golden.tensor::<5>("vae.decoded", &device).squeeze_dim::<4>(0);
    assert_close("vae.decoded", found, expected, tolerance::NETWORK);
}

#[test]
fn decoding_in_pieces_is_decoding_at_once() {
    let (golden, device) = (Golden::read(), Device::flex());
    let (model, latents) = (golden.model(&device), golden.tensor::<5>("vae.latents", &device));
    let whole = model.vae.decoding().next(latents.clone());
    for pieces in [vec![1, 1, 1], vec![2, 1], vec![1, 2]] {
        let mut decoding = model.vae.decoding();
        let parts = latents.clone().split_with_sizes(pieces.clone(), 2);
        let video = Tensor::cat(parts.into_iter().map(|part| decoding.next(part)).collect(), 0);
        assert_close(&format!("pieces {pieces:?}"), video, whole.clone(), tolerance::SAME);
    }
}

#[test]
fn the_vocoder_gives_the_golden_samples() {
    let (golden, device) = (Golden::read(), Device::flex());
    let model = golden.model(&device);
    let mel = golden.tensor::<3>("mel.normalised", &device).swap_dims(1, 2);
    let head = model.vocoder.forward(mel).into_data().try_into_vec::<f32>().unwrap();
    let found: Vec<f64> = samples(&head, &model.config.audio).unwrap().into_iter().map(f64::from).collect();
    let expected = numbers(golden.tensor::<2>("vocoder.wave", &device));
    assert_numbers_close("vocoder.wave", &found, &expected, tolerance::NETWORK);
}

#[test]
fn captions_become_the_golden_rows_and_text_states() {
    let (golden, device) = (Golden::read(), Device::flex());
    let model = golden.model(&device);
    let expected = golden.tensor::<3>("text.out", &device);
    for (index, caption) in golden.captions.iter().enumerate() {
        let rows = model.words.rows(&caption.text, model.config.text.max_words);
        let known: Vec<i32> = caption.ids.iter().copied().filter(|id| *id >= 0).collect();
        assert_eq!(rows, known, "{:?}", caption.text);
        let expected = expected.clone().narrow(0, index, 1);
        assert_close(&caption.text, model.text.forward(&rows), expected, tolerance::NETWORK);
    }
}

#[test]
fn the_transformer_gives_the_golden_velocities_with_a_timestep_a_token() {
    let (golden, device) = (Golden::read(), Device::flex());
    let model = golden.model(&device);
    let input = Latents {
        video: golden.tensor("dit.video", &device),
        audio: Some(golden.tensor("dit.audio", &device)),
    };
    let time = Time::per_token(2, &numbers(golden.tensor::<2>("dit.t", &device)));
    let context = model.transformer.context(golden.tensor::<3>("text.out", &device).narrow(0, 0, 2));
    let found = model.transformer.forward(&input, &time, &context);
    assert_close("dit.v_video", found.video, golden.tensor("dit.v_video", &device), tolerance::NETWORK);
    let audio = found.audio.unwrap();
    assert_close("dit.v_audio", audio, golden.tensor("dit.v_audio", &device), tolerance::NETWORK);
}

/// A clip whose canvas has the latents of the golden sample, 8 x 12 cells.
fn golden_plan(model: &Model) -> Plan<'_> {
    let spec = Spec {
        model: String::new(),
        prompt: String::new(),
        size: Size::new(96, 64),
        seconds: 4,
        seed: 0,
        generate_audio: true,
        source: None,
        shots: vec![],
        cast: vec![],
    };
    let mut plan = Plan::new(model, &spec);
    plan.canvas = Canvas { painted: [64, 96], shown: [64, 96] };
    plan
}

#[test]
fn guided_sampling_after_a_clean_prefix_gives_the_golden_latents() {
    let (golden, device) = (Golden::read(), Device::flex());
    let mut model = golden.model(&device);
    let sample = &golden.sample;
    model.config.sampling.guidance = sample.guidance;
    let schedule = shifted(sample.steps, sample.shift);
    let plan = golden_plan(&model);
    let whole = Window { index: 0, steps: 3, prefix: 0 };
    let window = Window { prefix: sample.prefix_latents, ..whole };
    assert_eq!(window.prefix_tokens(), sample.prefix_audio_tokens);
    for index in 0..2 {
        let one = |name: &str| golden.tensor::<5>(name, &device).narrow(0, index, 1);
        let tokens = |name: &str| golden.tensor::<3>(name, &device).narrow(0, index, 1);
        let start = Footage { video: one("sample.video"), sound: tokens("sample.audio") };
        let kept = Footage {
            video: start.video.clone().narrow(2, 0, sample.prefix_latents),
            sound: start.sound.clone().narrow(1, 0, sample.prefix_audio_tokens),
        };
        let text = tokens("text.out");
        let context = model.transformer.context(Tensor::cat(vec![text.clone(), text.zeros_like()], 0));
        let mut new = start.after(&window);
        for step in 0..schedule.steps() {
            let time = plan.time(&window, schedule.timesteps[step]);
            let velocity = model.velocity(Footage::joined(Some(kept.clone()), new.clone()), &time, &context);
            new = new.stepped(velocity.after(&window), schedule.sigmas[step], schedule.sigmas[step + 1]);
        }
        let found = Footage::joined(Some(kept), new);
        assert_close("sample.out_video", found.video, one("sample.out_video"), tolerance::SAMPLING);
        assert_close("sample.out_audio", found.sound, tokens("sample.out_audio"), tolerance::SAMPLING);
    }
}
