//! One block: self-attention, cross-attention, feed-forward; the first and last modulated by the time.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::TransformerConfig;
use super::attention::{Attention, ContextStates};
use super::conditions::Modulation;
use crate::nn::rope::Rope;
use crate::nn::{LayerNorm, Linear, ScaleShift, modulated, parameter};

/// Widens, bends and narrows each token.
#[derive(Module, Debug)]
pub(super) struct FeedForward {
    wide: Linear,
    narrow: Linear,
}

/// One block of the transformer.
#[derive(Module, Debug)]
pub(super) struct Block {
    scale_shift_table: Param<Tensor<3>>,
    attn1: Attention,
    attn2: Attention,
    norm2: LayerNorm,
    ffn: FeedForward,
    eps: f64,
}

impl Block {
    pub(super) fn init(config: &TransformerConfig, device: &Device) -> Self {
        let (width, eps) = (config.width(), config.eps);
        let linear = |inputs, outputs| Linear::init(inputs, outputs, device).products(config.precision);
        Self {
            scale_shift_table: parameter([1, 6, width], width, device),
            attn1: Attention::init(config, device),
            attn2: Attention::init(config, device),
            norm2: LayerNorm::init(width, eps, device),
            ffn: FeedForward { wide: linear(width, config.ffn_dim), narrow: linear(config.ffn_dim, width) },
            eps,
        }
    }

    /// # Shapes
    /// - text: `[batch, words, width]`
    pub(super) fn context(&self, text: Tensor<3>) -> ContextStates {
        self.attn2.context(text)
    }

    /// # Shapes
    /// - tokens: `[batch, tokens, width]` · out: as tokens
    pub(super) fn forward(
        &self,
        tokens: Tensor<3>,
        modulation: &Modulation,
        rope: &Rope,
        context: &ContextStates,
    ) -> Tensor<3> {
        let [shift1, scale1, gate1, shift2, scale2, gate2] = modulation.block(self.scale_shift_table.val());
        let (tokens, y) = modulated(tokens, ScaleShift { scale: scale1, shift: shift1 }, self.eps);
        let tokens = self.attn1.among(tokens, y, rope, gate1);
        let (tokens, y) = self.norm2.beside(tokens);
        let tokens = self.attn2.to_context(tokens, y, context);
        let (tokens, y) = modulated(tokens, ScaleShift { scale: scale2, shift: shift2 }, self.eps);
        self.ffn.narrow.forward_onto(tokens, self.ffn.wide.forward_gelu(y), Some(gate2))
    }
}
