//! Reading goldens and comparing with them.

use std::path::PathBuf;

use burn::tensor::{Device, Tensor};
use kinora_engine::checkpoint::{self, Checkpoint};
use kinora_engine::models::wan::{self, Latents, Time, Transformer, TransformerConfig};

/// Largest difference of a number from the golden one, relative to it or to the golden tensor's root mean square, whichever
/// is larger.
pub mod tolerance {
    /// Transformer, F32, on the processor.
    pub const TRANSFORMER: f64 = 1e-4;
    /// The same between devices, whose reductions differ in order.
    pub const DEVICES: f64 = 1e-4;
    /// Solvers and their schedules, which the reference computes in F32.
    pub const SAMPLERS: f64 = 1e-5;
    /// Rotary tables.
    pub const ROPE: f64 = 1e-6;
    /// Two ways that differ at most in the order of additions.
    pub const SAME: f64 = 1e-5;
}

/// The bytes of a golden file.
pub fn bytes(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    checkpoint::read(&path).unwrap()
}

/// The configuration of one of the transformers of `wan.json`.
pub fn config(model: &str) -> TransformerConfig {
    let all: serde_json::Value = serde_json::from_slice(&bytes("wan.json")).unwrap();
    TransformerConfig::from_json(&all[model].to_string()).unwrap()
}

/// A golden file in memory.
pub struct Golden {
    bytes: Vec<u8>,
    prefix: String,
    device: Device,
}

/// A transformer with golden weights and the inputs of its goldens.
pub struct Case {
    pub transformer: Transformer,
    pub input: Latents,
    pub text: Tensor<3>,
    pub golden: Golden,
}

impl Golden {
    /// The tensors of `file` whose names start with `prefix`.
    pub fn open(file: &str, prefix: &str, device: &Device) -> Self {
        Self { bytes: bytes(file), prefix: prefix.to_owned(), device: device.clone() }
    }

    /// One tensor; the name is without the prefix.
    pub fn tensor<const D: usize>(&self, name: &str) -> Tensor<D> {
        let checkpoint = Checkpoint::new(&self.bytes).unwrap();
        checkpoint.tensor(&format!("{}{name}", self.prefix), &self.device).unwrap()
    }

    /// The same as plain numbers.
    pub fn numbers<const D: usize>(&self, name: &str) -> Vec<f64> {
        numbers(self.tensor::<D>(name))
    }

    /// A transformer with the weights that start with `prefix`, whatever the prefix of the other tensors.
    pub fn transformer(&self, config: &TransformerConfig, prefix: &str) -> Transformer {
        let mut transformer = Transformer::init(config, &self.device);
        checkpoint::load(&mut transformer, &self.bytes, prefix, wan::NAMES).unwrap();
        transformer
    }
}

impl Case {
    /// `even` or `uneven` of `wan.safetensors`.
    pub fn wan(model: &str, device: &Device) -> Self {
        let golden = Golden::open("wan.safetensors", &format!("{model}."), device);
        Self {
            transformer: golden.transformer(&config(model), &format!("{model}.weights.")),
            input: Latents { video: golden.tensor("x"), audio: None, early: 0 },
            text: golden.tensor("text"),
            golden,
        }
    }

    /// The transformer of `mini.safetensors`, which has audio tokens.
    pub fn mini(device: &Device) -> Self {
        let all: serde_json::Value = serde_json::from_slice(&bytes("mini.json")).unwrap();
        let config = TransformerConfig::from_json(&all["config"]["transformer"].to_string()).unwrap();
        let golden = Golden::open("mini.safetensors", "", device);
        Self {
            transformer: golden.transformer(&config, "weights.transformer."),
            input: Latents {
                video: golden.tensor("dit.video"),
                audio: Some(golden.tensor("dit.audio")),
                early: 0,
            },
            text: golden.tensor::<3>("text.out").narrow(0, 0, 2),
            golden,
        }
    }

    /// The transformer's output at `time` for the golden inputs.
    pub fn run(&self, time: &Time) -> Latents {
        self.transformer.forward(&self.input, time, &self.transformer.context(self.text.clone(), None))
    }
}

/// A tensor's numbers, row by row.
pub fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f32>().map(f64::from).collect()
}

/// Compares every number.
pub fn assert_close<const D: usize>(what: &str, found: Tensor<D>, expected: Tensor<D>, tolerance: f64) {
    assert_eq!(found.dims(), expected.dims(), "{what}");
    let (found, expected) = (numbers(found), numbers(expected));
    let rms = (expected.iter().map(|x| x * x).sum::<f64>() / expected.len() as f64).sqrt();
    assert!(found.iter().all(|x| x.is_finite()), "{what}: not finite");
    let errors = found.iter().zip(&expected).map(|(a, b)| (a - b).abs() / b.abs().max(rms));
    let worst = errors.fold(0.0, f64::max);
    println!("{what}: largest error {worst:.1e} of {tolerance:.0e}");
    assert!(worst <= tolerance, "{what}: largest error {worst:e}, allowed {tolerance:e}");
}
