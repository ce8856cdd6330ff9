//! Numbers of a file as F32.

use half::{bf16, f16};
use safetensors::{Dtype, tensor::TensorView};

use super::CheckpointError;

/// The numbers of a tensor, little-endian in the file, as F32: exact for each type that is read.
pub(super) fn to_f32(name: &str, view: &TensorView<'_>) -> Result<Vec<f32>, CheckpointError> {
    let bytes = view.data();
    match view.dtype() {
        Dtype::F32 => Ok(bytes.as_chunks().0.iter().map(|raw| f32::from_le_bytes(*raw)).collect()),
        Dtype::F16 => Ok(bytes.as_chunks().0.iter().map(|raw| f16::from_le_bytes(*raw).to_f32()).collect()),
        Dtype::BF16 => Ok(bytes.as_chunks().0.iter().map(|raw| bf16::from_le_bytes(*raw).to_f32()).collect()),
        other => Err(CheckpointError::Dtype { name: name.to_owned(), dtype: format!("{other:?}") }),
    }
}
