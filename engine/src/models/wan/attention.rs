//! Wan's attention: queries and keys are normalised over all heads together before they are split.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::nn::rope::Rope;
use crate::nn::{Linear, RmsNorm, attention, merge_heads, split_heads};

/// Keys and values of one layer's cross-attention.
///
/// # Shapes
/// - each: `[batch, heads, words, head]`
#[derive(Clone, Debug)]
pub struct ContextStates {
    /// What queries are compared with.
    pub key: Tensor<4>,
    /// What they collect.
    pub value: Tensor<4>,
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
}

impl Attention {
    pub(super) fn init(heads: usize, head: usize, eps: f64, device: &Device) -> Self {
        let width = heads * head;
        let linear = || Linear::init(width, width, device);
        let norm = || RmsNorm::init(width, eps, device);
        Self {
            to_q: linear(),
            to_k: linear(),
            to_v: linear(),
            to_out: linear(),
            norm_q: norm(),
            norm_k: norm(),
            heads,
        }
    }

    /// Every token looks at every token.
    ///
    /// # Shapes
    /// - tokens: `[batch, tokens, width]` · out: as tokens
    pub(super) fn among(&self, tokens: Tensor<3>, rope: &Rope) -> Tensor<3> {
        let query = split_heads(rope.rotate(self.query(tokens.clone())), self.heads);
        let key = split_heads(rope.rotate(self.key(tokens.clone())), self.heads);
        let value = split_heads(self.to_v.forward(tokens), self.heads);
        self.to_out.forward(merge_heads(attention(query, key, value)))
    }

    /// Every token looks at every text state, padding included.
    ///
    /// # Shapes
    /// - tokens: `[batch, tokens, width]` · out: as tokens
    pub(super) fn to_context(&self, tokens: Tensor<3>, context: &ContextStates) -> Tensor<3> {
        let query = split_heads(self.query(tokens), self.heads);
        let mixed = attention(query, context.key.clone(), context.value.clone());
        self.to_out.forward(merge_heads(mixed))
    }

    /// The part of [`Attention::to_context`] that depends only on the text.
    ///
    /// # Shapes
    /// - text: `[batch, words, width]`
    pub(super) fn context(&self, text: Tensor<3>) -> ContextStates {
        let key = split_heads(self.key(text.clone()), self.heads);
        let value = split_heads(self.to_v.forward(text), self.heads);
        ContextStates { key, value }
    }

    fn query(&self, tokens: Tensor<3>) -> Tensor<3> {
        self.norm_q.forward(self.to_q.forward(tokens))
    }

    fn key(&self, tokens: Tensor<3>) -> Tensor<3> {
        self.norm_k.forward(self.to_k.forward(tokens))
    }
}
