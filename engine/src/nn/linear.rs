//! Affine map of the last axis.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::bf16::{Precision, Product, Rounded};
use super::fused::{self, Held, Norm};
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
    #[module(skip)]
    rounded: Option<Rounded<Product>>,
}

impl Linear {
    /// A layer with random weights.
    #[must_use]
    pub fn init(inputs: usize, outputs: usize, device: &Device) -> Self {
        Self {
            weight: parameter([inputs, outputs], inputs, device),
            bias: parameter([outputs], inputs, device),
            rounded: None,
        }
    }

    /// The same layer, its products computed so where the processor can.
    #[must_use]
    pub fn products(self, precision: Precision) -> Self {
        Self { rounded: precision.rounded(), ..self }
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
        fused::gated_residual(onto, self.product(input), self.bias.val(), gate)
    }

    /// The layer, then a root-mean-square normalisation, then the turn of each token's heads by its place, if it has one.
    ///
    /// # Shapes
    /// - input: `[batch, tokens, inputs]` · out: `[batch, tokens, outputs]`
    #[must_use]
    pub fn forward_qk(&self, input: Tensor<3>, norm: Norm, rope: Option<&Rope>) -> Tensor<3> {
        fused::qk_norm_rope(self.product(input), self.bias.val(), norm, rope)
    }

    fn product<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        let Some(rounded) = self.rounded.as_ref().filter(|_| fused::is_flex_f32(&input)) else {
            return affine(input, self.weight.val(), None);
        };
        let ([inputs, outputs], mut shape, device) = (self.weight.dims(), input.dims(), input.device());
        let weight = rounded.of(|| self.weight.val(), |weight| Product::of(weight, [inputs, outputs]));
        flops::add(flops::linear(shape.iter().product::<usize>() / inputs, inputs, outputs));
        shape[D - 1] = outputs;
        let mut out = Held::zeros(shape);
        weight.times(Held::of(input).read(), out.edit());
        out.tensor(&device)
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
