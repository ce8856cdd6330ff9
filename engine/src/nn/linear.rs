//! Affine map of the last axis.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::parameter;
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
        affine(input, self.weight.val(), Some(self.bias.val()))
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
