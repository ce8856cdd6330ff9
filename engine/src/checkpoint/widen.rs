//! Numbers of a file as F32.

use half::{bf16, f16};
use safetensors::{Dtype, tensor::TensorView};

use super::CheckpointError;

/// Ends the name of the tensor with a scale for each row of an I8 tensor.
pub(super) const SCALE: &str = ".scale";

/// The numbers of an I8 tensor: those of each row, which is an index of the first axis, times the row's scale.
///
/// # Shapes
/// - view: `[rows, ..]` · scales: `[rows]`
pub(super) fn scaled(
    name: &str,
    view: &TensorView<'_>,
    scales: &TensorView<'_>,
) -> Result<Vec<f32>, CheckpointError> {
    let (name, rows) = (format!("{name}{SCALE}"), view.shape().first().copied().unwrap_or_default());
    if scales.shape() != [rows] {
        let found = scales.shape().to_vec();
        return Err(CheckpointError::Shape { name, expected: vec![rows], found });
    }
    let scales = to_f32(&name, scales)?;
    let row_bytes = view.data().len() / rows.max(1);
    let mut numbers = Vec::with_capacity(view.data().len());
    for (row, scale) in view.data().chunks_exact(row_bytes.max(1)).zip(scales) {
        numbers.extend(row.iter().map(|byte| f32::from(byte.cast_signed()) * scale));
    }
    Ok(numbers)
}

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
