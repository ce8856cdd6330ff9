//! Normalisation over the last axis.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

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
}

/// Layer normalisation without parameters.
///
/// # Shapes
/// - input: `[.., width]` · out: as input
pub fn layer_norm<const D: usize>(input: Tensor<D>, eps: f64) -> Tensor<D> {
    let width = input.dims()[D - 1];
    let gamma = Tensor::ones([width], &input.device());
    burn::tensor::module::layer_norm(input, gamma, None, eps)
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

    /// `x / sqrt(mean(x^2) + eps) * weight`.
    ///
    /// # Shapes
    /// - input: `[.., width]` · out: as input
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        let square = (input.clone() * input.clone()).mean_dim(D - 1); // [.., 1]
        input * (square + self.eps).sqrt().recip() * self.weight.val().unsqueeze()
    }
}
