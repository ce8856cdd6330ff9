//! Wan's attention: queries and keys are normalised over all heads together before they are split.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::TransformerConfig;
use crate::nn::rope::Rope;
use crate::nn::{Linear, Precision, RmsNorm, attention_of_heads};

/// Keys and values of one layer's cross-attention.
///
/// # Shapes
/// - each: `[batch, words, heads * head]`
#[derive(Clone, Debug)]
pub struct ContextStates {
    /// What queries are compared with.
    pub key: Tensor<3>,
    /// What they collect.
    pub value: Tensor<3>,
}

/// Attention of tokens to each other or to text.
#[derive(Module, Debug)]
pub(super) struct Attention {
    to_q: Linear,
    to_k: Linear,
    to_v: Linear,
    to_out: Linear,
    norm_q: RmsNorm,
    norm_k: RmsNorm,
    heads: usize,
    #[module(skip)]
    precision: Precision,
}

impl Attention {
    pub(super) fn init(config: &TransformerConfig, device: &Device) -> Self {
        let width = config.width();
        let linear = || Linear::init(width, width, device).products(config.precision);
        let norm = || RmsNorm::init(width, config.eps, device);
        Self {
            to_q: linear(),
            to_k: linear(),
            to_v: linear(),
            to_out: linear(),
            norm_q: norm(),
            norm_k: norm(),
            heads: config.num_attention_heads,
            precision: config.precision,
        }
    }

    /// Every token looks at every token; added to `onto` times the gate.
    ///
    /// # Shapes
    /// - onto, tokens, out: `[batch, tokens, width]` · gate: `[batch or 1, tokens or 1, width]`
    pub(super) fn among(
        &self,
        onto: Tensor<3>,
        tokens: Tensor<3>,
        rope: &Rope,
        gate: Tensor<3>,
    ) -> Tensor<3> {
        let query = self.to_q.forward_qk(tokens.clone(), self.norm_q.norm(), Some(rope));
        let key = self.to_k.forward_qk(tokens.clone(), self.norm_k.norm(), Some(rope));
        let value = self.to_v.forward(tokens);
        let mixed = attention_of_heads(query, key, value, self.heads, self.precision);
        self.to_out.forward_onto(onto, mixed, Some(gate))
    }

    /// Every token looks at every text state, padding included; added to `onto`.
    ///
    /// # Shapes
    /// - onto, tokens, out: `[batch, tokens, width]`
    pub(super) fn to_context(
        &self,
        onto: Tensor<3>,
        tokens: Tensor<3>,
        context: &ContextStates,
    ) -> Tensor<3> {
        let query = self.to_q.forward_qk(tokens, self.norm_q.norm(), None);
        let mixed =
            attention_of_heads(query, context.key.clone(), context.value.clone(), self.heads, self.precision);
        self.to_out.forward_onto(onto, mixed, None)
    }

    /// The part of [`Attention::to_context`] that depends only on the text.
    ///
    /// # Shapes
    /// - text: `[batch, words, width]`
    pub(super) fn context(&self, text: Tensor<3>) -> ContextStates {
        let key = self.to_k.forward_qk(text.clone(), self.norm_k.norm(), None);
        ContextStates { key, value: self.to_v.forward(text) }
    }
}
