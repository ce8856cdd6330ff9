//! The files of a TensorFlow.js model as a safetensors file, which [`crate::checkpoint`] loads strictly.

use std::path::Path;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError};
use serde::Deserialize;

use crate::checkpoint::{self, CheckpointError};

/// Why the face models were not loaded.
#[derive(Debug, thiserror::Error)]
pub enum FaceModelError {
    /// A file cannot be read, or its tensors are not those of the network.
    #[error("{model}: {source}")]
    Checkpoint {
        /// Which model.
        model: &'static str,
        /// What is wrong.
        source: CheckpointError,
    },
    /// The manifest is none.
    #[error("{model}: the manifest is not one of TensorFlow.js: {source}")]
    Manifest {
        /// Which model.
        model: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The manifest tells of another number of bytes than there are.
    #[error("{model}: the manifest tells of {told} bytes, the weights have {found}")]
    Length {
        /// Which model.
        model: &'static str,
        /// What the manifest tells of, as far as can be counted.
        told: usize,
        /// What there is.
        found: usize,
    },
    /// A tensor is stored in a way that is not read.
    #[error("{model}: tensor {name} is stored as {stored}; float32, and uint8 of it, are read")]
    Stored {
        /// Which model.
        model: &'static str,
        /// Its name.
        name: String,
        /// How it is stored.
        stored: String,
    },
}

#[derive(Deserialize)]
struct Group {
    weights: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    shape: Vec<usize>,
    dtype: String,
    quantization: Option<Quantization>,
}

/// A number is `byte * scale + min`.
#[derive(Deserialize)]
struct Quantization {
    dtype: String,
    scale: f64,
    min: f64,
}

/// A tensor in the layout of `PyTorch`, which [`crate::nn`] has.
struct Turned<'a> {
    name: &'a str,
    shape: Vec<usize>,
    /// F32, little-endian.
    bytes: Vec<u8>,
}

/// Reads `MODEL_model-weights_manifest.json` and `MODEL_model.bin` of `folder`.
pub(super) fn read(folder: &Path, model: &'static str) -> Result<Vec<u8>, FaceModelError> {
    let file = |name: String| {
        checkpoint::read(&folder.join(name)).map_err(|source| FaceModelError::Checkpoint { model, source })
    };
    let manifest = file(format!("{model}_model-weights_manifest.json"))?;
    convert(model, &manifest, &file(format!("{model}_model.bin"))?)
}

/// The same from the bytes of both files.
fn convert(model: &'static str, manifest: &[u8], mut bytes: &[u8]) -> Result<Vec<u8>, FaceModelError> {
    let groups: Vec<Group> =
        serde_json::from_slice(manifest).map_err(|source| FaceModelError::Manifest { model, source })?;
    let entries: Vec<Entry> = groups.into_iter().flat_map(|group| group.weights).collect();
    let (found, mut told) = (bytes.len(), 0_usize);
    let mut tensors = vec![];
    for entry in &entries {
        let length = entry.count().saturating_mul(entry.number_bytes(model)?);
        told = told.saturating_add(length);
        if let Some((own, rest)) = bytes.split_at_checked(length) {
            tensors.push(entry.turned(&entry.numbers(own)));
            bytes = rest;
        }
    }
    if told != found {
        return Err(FaceModelError::Length { model, told, found });
    }
    serialize(&tensors).map_err(|error| FaceModelError::Checkpoint { model, source: error.into() })
}

fn serialize(tensors: &[Turned<'_>]) -> Result<Vec<u8>, SafeTensorError> {
    let views = tensors.iter().map(|tensor| {
        let view = TensorView::new(Dtype::F32, tensor.shape.clone(), &tensor.bytes)?;
        Ok((tensor.name, view))
    });
    safetensors::serialize(views.collect::<Result<Vec<_>, SafeTensorError>>()?, None)
}

impl Entry {
    /// How many numbers it has.
    fn count(&self) -> usize {
        self.shape.iter().fold(1, |count, length| count.saturating_mul(*length))
    }

    /// Bytes of one number.
    fn number_bytes(&self, model: &'static str) -> Result<usize, FaceModelError> {
        match (self.dtype.as_str(), self.quantization.as_ref().map(|stored| stored.dtype.as_str())) {
            ("float32", None) => Ok(4),
            ("float32", Some("uint8")) => Ok(1),
            (dtype, stored) => {
                let stored = stored.map_or_else(|| dtype.to_owned(), |stored| format!("{stored} of {dtype}"));
                Err(FaceModelError::Stored { model, name: self.name.clone(), stored })
            }
        }
    }

    fn numbers(&self, bytes: &[u8]) -> Vec<f32> {
        match &self.quantization {
            Some(stored) => {
                bytes.iter().map(|byte| (f64::from(*byte) * stored.scale + stored.min) as f32).collect()
            }
            None => bytes.as_chunks().0.iter().map(|raw| f32::from_le_bytes(*raw)).collect(),
        }
    }

    /// TensorFlow's layout is `[height, width, inputs, outputs]`, of a depthwise convolution `[height, width, channels, 1]`,
    /// of a matrix `[inputs, outputs]`.
    fn turned(&self, numbers: &[f32]) -> Turned<'_> {
        let order: Vec<usize> = match self.shape.len() {
            4 if self.name.ends_with("depthwise_filter") => vec![2, 3, 0, 1],
            4 => vec![3, 2, 0, 1],
            axes => (0..axes).rev().collect(),
        };
        let steps: Vec<usize> =
            (0..self.shape.len()).map(|axis| self.shape[axis + 1..].iter().product()).collect();
        let shape: Vec<usize> = order.iter().map(|axis| self.shape[*axis]).collect();
        let place = |at: usize| {
            let (mut rest, mut from) = (at, 0);
            for (length, axis) in shape.iter().zip(&order).rev() {
                from += rest % length * steps[*axis];
                rest /= length;
            }
            from
        };
        let bytes = (0..numbers.len()).flat_map(|at| numbers[place(at)].to_le_bytes()).collect();
        Turned { name: &self.name, shape, bytes }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::checkpoint::Checkpoint;

    const MANIFEST: &str = r#"[{"paths": ["x.bin"], "weights": [
        {"name": "a/filters", "shape": [1, 2, 2, 1], "dtype": "float32",
         "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0}},
        {"name": "a/depthwise_filter", "shape": [1, 2, 2, 1], "dtype": "float32",
         "quantization": {"dtype": "uint8", "scale": 1.0, "min": 0.0}},
        {"name": "b", "shape": [1], "dtype": "float32"}]}]"#;
    const BYTES: [u8; 12] = [0, 1, 2, 255, 1, 2, 3, 4, 0, 0, 0x40, 0x40];

    #[test]
    fn bytes_are_scaled_and_axes_turned() {
        let file = convert("m", MANIFEST.as_bytes(), &BYTES).unwrap();
        let file = Checkpoint::new(&file).unwrap();
        let filters = file.tensor::<4>("a/filters", &Device::flex()).unwrap();
        assert_eq!(filters.dims(), [1, 2, 1, 2]); // one output of two inputs
        assert_eq!(filters.into_data().try_to_vec::<f32>().unwrap(), [-1.0, 0.0, -0.5, 126.5]);
        let depthwise = file.tensor::<4>("a/depthwise_filter", &Device::flex()).unwrap();
        assert_eq!(depthwise.dims(), [2, 1, 1, 2]);
        assert_eq!(depthwise.into_data().try_to_vec::<f32>().unwrap(), [1.0, 3.0, 2.0, 4.0]);
        let plain = file.tensor::<1>("b", &Device::flex()).unwrap();
        assert_eq!(plain.into_data().try_to_vec::<f32>().unwrap(), [3.0]);
    }

    #[test]
    fn files_that_do_not_fit_each_other_are_refused() {
        let refusal = |manifest: &str, bytes: &[u8]| convert("m", manifest.as_bytes(), bytes).unwrap_err();
        let length = |error| matches!(error, FaceModelError::Length { .. });
        assert!(length(refusal(MANIFEST, &BYTES[..11])));
        assert!(length(refusal(MANIFEST, &[&BYTES[..], &[0]].concat())));
        let huge = format!("{}", u64::MAX);
        assert!(length(refusal(&MANIFEST.replace("[1]", &format!("[{huge}, 2]")), &BYTES)));
        let stored = refusal(&MANIFEST.replace("uint8", "uint16"), &BYTES);
        assert!(matches!(stored, FaceModelError::Stored { ref name, .. } if name == "a/filters"), "{stored}");
        assert!(matches!(refusal("{}", &BYTES), FaceModelError::Manifest { .. }));
    }
}
