//! Normalisation over the last axis.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::fused::{self, Norm, ScaleShift};
use super::{ones, zeros};

/// Layer normalisation with a learned scale and shift.
#[derive(Module, Debug)]
pub struct LayerNorm {
    /// `[width]`.
    weight: Param<Tensor<1>>,
    /// `[width]`.
    bias: Param<Tensor<1>>,
    eps: f64,
}

impl LayerNorm {
    /// The identity scale and shift.
    #[must_use]
    pub fn init(width: usize, eps: f64, device: &Device) -> Self {
        Self { weight: ones([width], device), bias: zeros([width], device), eps }
    }

    /// `(x - mean) / sqrt(var + eps) * weight + bias`, the variance being the biased one.
    ///
    /// # Shapes
    /// - input: `[.., width]` · out: as input
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        burn::tensor::module::layer_norm(input, self.weight.val(), Some(self.bias.val()), self.eps)
    }

    /// As [`LayerNorm::forward`]; gives the input back, then the outcome.
    ///
    /// # Shapes
    /// - input, both out: `[batch, tokens, width]`
    #[must_use]
    pub fn beside(&self, input: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
        let (scale, shift) = (self.weight.val() - 1.0, self.bias.val());
        fused::modulated(input, ScaleShift { scale: scale.unsqueeze(), shift: shift.unsqueeze() }, self.eps)
    }
}

/// Root-mean-square normalisation with a learned scale.
#[derive(Module, Debug)]
pub struct RmsNorm {
    /// `[width]`.
    weight: Param<Tensor<1>>,
    eps: f64,
}

impl RmsNorm {
    /// The identity scale.
    #[must_use]
    pub fn init(width: usize, eps: f64, device: &Device) -> Self {
        Self { weight: ones([width], device), eps }
    }

    /// The normalisation, for what computes it together with other things.
    #[must_use]
    pub fn norm(&self) -> Norm {
        Norm { weight: self.weight.val(), eps: self.eps }
    }
}
