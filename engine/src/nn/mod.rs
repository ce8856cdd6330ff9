//! Layers: thin wrappers around burn's operations that name their tensors as `PyTorch` does and count what they compute
//! ([`crate::flops`]). Nothing here knows a model.

mod activation;
mod attention;
mod bf16;
mod conv;
mod fused;
mod linear;
mod norm;
pub mod rope;

use burn::module::{Initializer, Param};
use burn::tensor::{Device, Tensor};

pub use activation::gelu_tanh;
pub use attention::{ATTENTION_SCORES_MAX, attention, attention_of_heads, merge_heads, split_heads};
pub use bf16::Precision;
pub use conv::{Conv1d, Conv2d, ConvShape, convolve};
pub use fused::{Norm, ScaleShift, modulated, normalised};
pub use linear::{Linear, affine};
pub use norm::{LayerNorm, RmsNorm};

/// A parameter that a checkpoint replaces: drawn from `U(-k, k)`, `k = 1 / sqrt(fan_in)`, when it is used without one,
/// and not even allocated when it is not.
pub fn parameter<const D: usize>(shape: [usize; D], fan_in: usize, device: &Device) -> Param<Tensor<D>> {
    let bound = 1.0 / (fan_in as f64).sqrt();
    Initializer::Uniform { min: -bound, max: bound }.init_with(shape, None, None, device)
}

/// A parameter of ones that a checkpoint replaces.
pub fn ones<const D: usize>(shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
    Initializer::Ones.init_with(shape, None, None, device)
}

/// A parameter of zeros that a checkpoint replaces.
pub fn zeros<const D: usize>(shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
    Initializer::Zeros.init_with(shape, None, None, device)
}
