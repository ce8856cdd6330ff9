//! What each fused operation is, in operations of burn: the definition for every device, and what is computed on those that
//! fuse by themselves.

use burn::tensor::{Tensor, module};

use super::{Norm, ScaleShift};
use crate::nn::rope::Rope;

pub(super) fn biased<const D: usize>(x: Tensor<D>, bias: Tensor<1>) -> Tensor<D> {
    x + bias.unsqueeze()
}

/// GELU in its tanh form, see [`crate::nn::gelu_tanh`].
pub(super) fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let exponent = (x.clone() * x.clone() * -super::GELU_B - super::GELU_A) * x.clone();
    x / (exponent.exp() + 1.0)
}

pub(super) fn gated_residual(
    onto: Tensor<3>,
    x: Tensor<3>,
    bias: Tensor<1>,
    gate: Option<Tensor<3>>,
) -> Tensor<3> {
    let x = biased(x, bias);
    match gate {
        Some(gate) => onto + x * gate,
        None => onto + x,
    }
}

pub(super) fn layer_norm<const D: usize>(x: Tensor<D>, eps: f64) -> Tensor<D> {
    let gamma = Tensor::ones([x.dims()[D - 1]], &x.device());
    module::layer_norm(x, gamma, None, eps)
}

pub(super) fn modulated(x: Tensor<3>, by: ScaleShift, eps: f64) -> Tensor<3> {
    layer_norm(x, eps) * (by.scale + 1.0) + by.shift
}

pub(super) fn rms_norm<const D: usize>(x: Tensor<D>, norm: Norm) -> Tensor<D> {
    let square = (x.clone() * x.clone()).mean_dim(D - 1); // [.., 1]
    x * (square + norm.eps).sqrt().recip() * norm.weight.unsqueeze()
}

pub(super) fn normalised(x: Tensor<4>, gain: Tensor<1>, eps: f64) -> Tensor<4> {
    let size = x.clone().square().mean_dim(1).add_scalar(eps).sqrt().recip();
    x * size * gain.reshape([1, -1, 1, 1])
}

pub(super) fn qk_norm_rope(x: Tensor<3>, bias: Tensor<1>, norm: Norm, rope: Option<&Rope>) -> Tensor<3> {
    let x = rms_norm(biased(x, bias), norm);
    match rope {
        Some(rope) => rope.rotate(x),
        None => x,
    }
}
