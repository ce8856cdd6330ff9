//! The tiny model of the fixtures, its inputs and the numbers that `PyTorch` made of them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;

use burn::tensor::{Device, Tensor};
use kinora_engine::checkpoint::Checkpoint;
use kinora_engine::models::mini::{Model, Weights};
use safetensors::SafeTensors;
use serde::Deserialize;

/// Largest difference of a number, relative to it or to the golden tensor's root mean square, whichever is larger.
pub mod tolerance {
    /// One network, F32, on the processor.
    pub const NETWORK: f64 = 1e-4;
    /// Four guided steps of the transformer, F32: guidance multiplies differences.
    pub const SAMPLING: f64 = 5e-4;
    /// Between devices, whose reductions differ in order.
    pub const DEVICES: f64 = 1e-3;
    /// Two ways that differ at most in the order of additions.
    pub const SAME: f64 = 1e-5;
}

#[derive(Deserialize)]
pub struct Golden {
    pub config: serde_json::Value,
    pub words: Vec<String>,
    pub captions: Vec<Caption>,
    pub sample: Sample,
    #[serde(skip)]
    bytes: Vec<u8>,
}

#[derive(Deserialize)]
pub struct Caption {
    pub text: String,
    pub ids: Vec<i32>,
}

#[derive(Deserialize)]
pub struct Sample {
    pub steps: usize,
    pub shift: f64,
    /// With it the last step begins below the level at which a velocity is no longer divided by its own.
    pub low_shift: f64,
    pub guidance: f64,
    pub prefix_latents: usize,
    pub prefix_audio_tokens: usize,
}

fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Golden {
    pub fn read() -> Self {
        let golden: Self = serde_json::from_slice(&file("mini.json")).unwrap();
        Self { bytes: file("mini.safetensors"), ..golden }
    }

    /// The tiny model as the four files that a model is.
    pub fn weights(&self) -> Weights {
        let all = SafeTensors::deserialize(&self.bytes).unwrap();
        let own = all.tensors().into_iter();
        let own: HashMap<_, _> =
            own.filter_map(|(name, view)| Some((name.strip_prefix("weights.")?.to_owned(), view))).collect();
        Weights {
            config: Cow::Owned(self.config.to_string()),
            words: Cow::Owned(self.words.join("\n")),
            concepts: Cow::Borrowed(""),
            tensors: Cow::Owned(safetensors::serialize(own, None).unwrap()),
        }
    }

    pub fn model(&self, device: &Device) -> Model {
        Model::load(&self.weights(), device).unwrap()
    }

    pub fn tensor<const D: usize>(&self, name: &str, device: &Device) -> Tensor<D> {
        Checkpoint::new(&self.bytes).unwrap().tensor(name, device).unwrap()
    }
}

/// A tensor's numbers, row by row.
pub fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f32>().map(f64::from).collect()
}

/// Compares every number.
pub fn assert_close<const D: usize>(what: &str, found: Tensor<D>, expected: Tensor<D>, tolerance: f64) {
    assert_eq!(found.dims(), expected.dims(), "{what}");
    assert_numbers_close(what, &numbers(found), &numbers(expected), tolerance);
}

/// As [`assert_close`] for plain numbers.
pub fn assert_numbers_close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let rms = (expected.iter().map(|x| x * x).sum::<f64>() / expected.len() as f64).sqrt();
    let mut worst = 0.0;
    for (found, expected) in found.iter().zip(expected) {
        let error = (found - expected).abs() / expected.abs().max(rms).max(f64::MIN_POSITIVE);
        assert!(!error.is_nan(), "{what}: {found} where {expected} was expected");
        worst = f64::max(worst, error);
    }
    println!("{what}: largest error {worst:.1e}, allowed {tolerance:.0e}");
    assert!(worst <= tolerance, "{what}: largest error {worst:e}, allowed {tolerance:e}");
}
