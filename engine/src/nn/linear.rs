//! Affine map of the last axis.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::fused::{self, Norm};
use super::parameter;
use super::rope::Rope;
use crate::flops;

/// `y = x w + b`.
#[derive(Module, Debug)]
pub struct Linear {
    /// `[inputs, outputs]`: the transpose of `PyTorch`'s, which the checkpoint reader turns.
    weight: Param<Tensor<2>>,
    /// `[outputs]`.
    bias: Param<Tensor<1>>,
}

impl Linear {
    /// A layer with random weights.
    #[must_use]
    pub fn init(inputs: usize, outputs: usize, device: &Device) -> Self {
        Self {
            weight: parameter([inputs, outputs], inputs, device),
            bias: parameter([outputs], inputs, device),
        }
    }

    /// Applies the layer to the last axis.
    ///
    /// # Shapes
    /// - input: `[.., inputs]` · out: `[.., outputs]`
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        fused::biased(self.product(input), self.bias.val())
    }

    /// The layer, then GELU in its tanh form.
    ///
    /// # Shapes
    /// - input: `[.., inputs]` · out: `[.., outputs]`
    pub fn forward_gelu<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        fused::gelu_biased(self.product(input), self.bias.val())
    }

    /// The layer, times the gate if there is one, added to `onto`: the end of a residual branch.
    ///
    /// # Shapes
    /// - onto, out: `[batch, tokens, outputs]` · input: `[batch, tokens, inputs]`
    /// - gate: `[batch or 1, tokens or 1, outputs]`
    #[must_use]
    pub fn forward_onto(&self, onto: Tensor<3>, input: Tensor<3>, gate: Option<Tensor<3>>) -> Tensor<3> {
        fused::added(onto, self.product(input), self.bias.val(), gate)
    }

    /// The layer, then a root-mean-square normalisation, then the turn of each token's heads by its place, if it has one.
    ///
    /// # Shapes
    /// - input: `[batch, tokens, inputs]` · out: `[batch, tokens, outputs]`
    #[must_use]
    pub fn forward_compared(&self, input: Tensor<3>, norm: Norm, rope: Option<&Rope>) -> Tensor<3> {
        fused::compared(self.product(input), self.bias.val(), norm, rope)
    }

    fn product<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        affine(input, self.weight.val(), None)
    }
}

/// A linear layer whose tensors live elsewhere.
///
/// # Shapes
/// - input: `[.., inputs]` · weight: `[inputs, outputs]` · bias: `[outputs]` · out: `[.., outputs]`
pub fn affine<const D: usize>(input: Tensor<D>, weight: Tensor<2>, bias: Option<Tensor<1>>) -> Tensor<D> {
    let [inputs, outputs] = weight.dims();
    let rows = input.dims().iter().product::<usize>() / inputs;
    flops::add(flops::linear(rows, inputs, outputs));
    burn::tensor::module::linear(input, weight, bias)
}
