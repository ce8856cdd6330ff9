//! Each part against `PyTorch`, every number.

use burn::tensor::{Device, Tensor};
use kinora_engine::models::mini::{
    AudioConfig, Canvas, Clean, Denoising, Footage, Given, Model, Plan, Scene, Take, Window, log_mel, samples,
};
use kinora_engine::models::wan::{AudioPredicts, Latents, Time};
use kinora_spec::{LIKENESS_FEATURES, Material, Size, Spec};

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
fn sound_becomes_the_golden_spectrogram() {
    let (golden, device) = (Golden::read(), Device::flex());
    let model = golden.model(&device);
    let wave = |name: &str| golden.tensor::<2>(name, &device).into_data().try_into_vec::<f32>().unwrap();
    let plain = |mel: Vec<f32>| mel.into_iter().map(f64::from).collect::<Vec<_>>();
    let by_frame = |name: &str| numbers(golden.tensor::<3>(name, &device).swap_dims(1, 2));

    let tiny = log_mel(&wave("mel.wave"), &model.config.audio).unwrap();
    let tiny = plain(model.levels.normalised(tiny));
    assert_numbers_close("mel.normalised", &tiny, &by_frame("mel.normalised"), tolerance::NETWORK);
    let full = AudioConfig { sample_rate: 16_000, n_fft: 1_024, hop: 256, mels: 64, frames_per_token: 5 };
    let full = plain(log_mel(&wave("mel_full.wave"), &full).unwrap());
    assert_numbers_close("mel_full.log", &full, &by_frame("mel_full.log"), tolerance::NETWORK);
}

/// Length of the golden shortcut, in the longest.
const SHORTCUT: f64 = 0.7;

/// The velocities of the golden inputs: with the golden prompts or none, with looks, and of a step so long.
fn velocities(golden: &Golden, text: Tensor<3>, looks: Option<Tensor<3>>, shortcut: Option<f64>) -> Latents {
    let device = Device::flex();
    let model = golden.model(&device);
    let input = Latents {
        video: golden.tensor("dit.video", &device),
        audio: Some(golden.tensor("dit.audio", &device)),
        early: 0,
    };
    let references = looks.as_ref().map_or(0, |looks| looks.dims()[1] * model.config.transformer.ref_tokens);
    let own = golden.tensor::<2>("dit.t", &device);
    let clean = Tensor::zeros([2, references], &device);
    let times = if references > 0 { Tensor::cat(vec![own, clean], 1) } else { own };
    let context = model.transformer.context(text, looks);
    model.transformer.forward(&input, &Time::per_token(2, &numbers(times)).shortcut(shortcut), &context)
}

fn assert_velocities(golden: &Golden, name: &str, found: Latents) {
    let device = Device::flex();
    let [video, audio] = ["video", "audio"].map(|part| format!("{name}_{part}"));
    assert_close(&video, found.video, golden.tensor(&video, &device), tolerance::NETWORK);
    assert_close(&audio, found.audio.unwrap(), golden.tensor(&audio, &device), tolerance::NETWORK);
}

#[test]
fn the_transformer_gives_the_golden_velocities_with_a_timestep_a_token() {
    let golden = Golden::read();
    let text = golden.tensor::<3>("text.out", &Device::flex()).narrow(0, 0, 2);
    assert_velocities(&golden, "dit.v", velocities(&golden, text, None, None));
}

#[test]
fn the_transformer_gives_the_golden_velocities_of_a_shortcut() {
    let golden = Golden::read();
    let text = golden.tensor::<3>("text.out", &Device::flex()).narrow(0, 0, 2);
    assert_velocities(&golden, "short.v", velocities(&golden, text, None, Some(SHORTCUT)));
}

#[test]
fn the_transformer_gives_the_golden_velocities_with_one_and_with_two_references() {
    let golden = Golden::read();
    let text = golden.tensor::<3>("text.out", &Device::flex()).narrow(0, 0, 2);
    for name in ["ref1", "ref2"] {
        let looks = golden.tensor::<3>(&format!("{name}.features"), &Device::flex());
        let found = velocities(&golden, text.clone(), Some(looks.clone()), None);
        assert_velocities(&golden, &format!("{name}.v"), found);
        let found = velocities(&golden, text.zeros_like(), Some(looks.zeros_like()), None);
        assert_velocities(&golden, &format!("{name}.empty_v"), found);
    }
}

/// A plan whose canvas has the latents of the golden sample, 8 x 12 cells, and so many references.
fn golden_plan(model: &Model, references: usize) -> Plan<'_> {
    let spec = Spec::of_words("", "", Size::new(96, 64), 4, 0);
    let mut plan = Plan::new(model, &spec, &Material::default(), None).unwrap();
    plan.canvas = Canvas { painted: [64, 96], shown: [64, 96] };
    plan.scenes = vec![Scene { rows: vec![], looks: vec![[0.0; LIKENESS_FEATURES]; references] }];
    plan
}

#[test]
fn guided_sampling_after_a_clean_prefix_gives_the_golden_latents() {
    let (golden, device) = (Golden::read(), Device::flex());
    let mut model = golden.model(&device);
    let sample = &golden.sample;
    model.config.sampling.guidance = sample.guidance;
    model.config.sampling.steps = sample.steps;
    let (clean, clean_tokens) = (sample.prefix_latents, sample.prefix_audio_tokens);
    let window = Window { noise: 0, steps: 3, clean, known: 1, frames: 8, tokens: 9, clean_tokens, heard: 8 };
    for (name, references, shortcut, sound_after, predicts, shift) in [
        ("out", 0, false, false, AudioPredicts::Velocity, sample.shift),
        ("ref2_out", 2, false, false, AudioPredicts::Velocity, sample.shift),
        ("short_out", 0, true, false, AudioPredicts::Velocity, sample.shift),
        ("after_out", 0, false, true, AudioPredicts::Velocity, sample.shift),
        ("clean_out", 0, false, false, AudioPredicts::Clean, sample.shift),
        ("clean_low_out", 0, false, false, AudioPredicts::Clean, sample.low_shift),
        ("ref2_clean_after_out", 2, false, true, AudioPredicts::Clean, sample.shift),
    ] {
        let sampling = &mut model.config.sampling;
        (sampling.shortcut, sampling.sound_after, sampling.shift) = (shortcut, sound_after, shift);
        model.config.transformer.audio_predicts = Some(predicts);
        let plan = golden_plan(&model, references);
        for index in 0..2 {
            let one = |name: &str| golden.tensor::<5>(name, &device).narrow(0, index, 1);
            let tokens = |name: &str| golden.tensor::<3>(name, &device).narrow(0, index, 1);
            let start = Footage { video: one("sample.video"), sound: tokens("sample.audio") };
            let kept = Clean {
                video: Some(start.video.clone().narrow(2, 0, clean)),
                sound: Some(start.sound.clone().narrow(1, 0, clean_tokens)),
            };
            let text = tokens("text.out");
            let looks = (references > 0).then(|| {
                let looks = tokens("ref2.features");
                Tensor::cat(vec![looks.clone(), looks.zeros_like()], 0)
            });
            let branches = if shortcut { vec![text] } else { vec![text.clone(), text.zeros_like()] };
            let context = model.transformer.context(Tensor::cat(branches, 0), looks);
            let (take, clean) = (Take { scene: 0, window }, kept);
            let given = Given { model: &model, plan: &plan, take: &take, clean, context: &context };
            let mut denoising = Denoising::new(given, start.after(&window));
            for pass in model.config.sampling.passes() {
                for step in 0..sample.steps {
                    denoising.step(*pass, step);
                }
            }
            let found = denoising.finish();
            let [video, audio] = ["video", "audio"].map(|part| format!("sample.{name}_{part}"));
            assert_close(&video, found.video, one(&video), tolerance::SAMPLING);
            assert_close(&audio, found.sound, tokens(&audio), tolerance::SAMPLING);
        }
    }
}
