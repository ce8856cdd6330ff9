//! Weights that do not fit are refused.

use std::borrow::Cow;
use std::collections::HashMap;

use burn::tensor::Device;
use kinora_engine::checkpoint::CheckpointError;
use kinora_engine::models::mini::{Model, Weights, WeightsError};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use crate::golden::Golden;

/// The error of loading the tiny model with a change to its tensors.
fn refusal(change: impl FnOnce(&mut HashMap<String, TensorView<'_>>)) -> WeightsError {
    let weights = Golden::read().weights();
    let mut tensors: HashMap<_, _> =
        SafeTensors::deserialize(&weights.tensors).unwrap().tensors().into_iter().collect();
    change(&mut tensors);
    let tensors = Cow::Owned(safetensors::serialize(tensors, None).unwrap());
    let changed = Weights { tensors, ..weights.clone() };
    Model::load(&changed, &Device::flex()).err().expect("refused")
}

#[test]
fn a_missing_tensor_is_refused() {
    for name in ["vae.std", "audio.mean", "text.table", "vocoder.head.bias", "transformer.modality_embedding"]
    {
        let error = refusal(|tensors| assert!(tensors.remove(name).is_some(), "{name}"));
        assert!(matches!(error, WeightsError::Tensors(CheckpointError::Missing(_))), "{name}: {error}");
    }
}

#[test]
fn a_tensor_that_nothing_uses_is_refused() {
    let extra = || TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
    for name in ["vae.decoder.blocks_a.9.gain", "audio.filters", "optimizer.step"] {
        let error = refusal(|tensors| assert!(tensors.insert(name.to_owned(), extra()).is_none()));
        assert!(matches!(error, WeightsError::Tensors(CheckpointError::Unused(_))), "{name}: {error}");
    }
}

#[test]
fn a_tensor_of_another_shape_is_refused() {
    let short = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
    let error = refusal(|tensors| drop(tensors.insert("vocoder.norm_in.weight".to_owned(), short)));
    assert!(matches!(error, WeightsError::Tensors(CheckpointError::Shape { .. })), "{error}");
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    for (part, key, value) in [
        ("text", "width", 32.into()),
        ("transformer", "audio_predicts", serde_json::Value::Null),
        ("transformer", "audio_predicts", "noise".into()),
        ("sampling", "sound_after", serde_json::Value::Null),
    ] {
        let mut golden = Golden::read();
        golden.config[part][key] = value;
        let error = Model::load(&golden.weights(), &Device::flex()).err().expect("refused");
        assert!(matches!(error, WeightsError::Config(_)), "{part}.{key}: {error}");
    }
}
