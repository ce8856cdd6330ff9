//! Words to text states: a table of fixed word vectors and a small transformer over the words that are there.

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::config::TextConfig;
use crate::flops;
use crate::nn::{LayerNorm, Linear, attention, gelu_tanh, merge_heads, split_heads, zeros};

const EPS: f64 = 1e-6;
#[derive(Module, Debug)]
struct Attention {
    to_q: Linear,
    to_k: Linear,
    to_v: Linear,
    to_out: Linear,
}

impl Attention {
    fn init(width: usize, device: &Device) -> Self {
        let linear = || Linear::init(width, width, device);
        Self { to_q: linear(), to_k: linear(), to_v: linear(), to_out: linear() }
    }

    fn forward(&self, x: Tensor<3>, heads: usize) -> Tensor<3> {
        let [query, key, value] =
            [&self.to_q, &self.to_k, &self.to_v].map(|layer| split_heads(layer.forward(x.clone()), heads));
        self.to_out.forward(merge_heads(attention(query, key, value)))
    }
}

#[derive(Module, Debug)]
struct Block {
    norm1: LayerNorm,
    attn: Attention,
    norm2: LayerNorm,
    fc1: Linear,
    fc2: Linear,
}

impl Block {
    fn init(config: &TextConfig, device: &Device) -> Self {
        let TextConfig { width, hidden, .. } = *config;
        Self {
            norm1: LayerNorm::init(width, EPS, device),
            attn: Attention::init(width, device),
            norm2: LayerNorm::init(width, EPS, device),
            fc1: Linear::init(width, hidden, device),
            fc2: Linear::init(hidden, width, device),
        }
    }

    /// # Shapes
    /// - x, out: `[1, words, width]`
    fn forward(&self, x: Tensor<3>, heads: usize) -> Tensor<3> {
        let x = x.clone() + self.attn.forward(self.norm1.forward(x), heads);
        x.clone() + self.fc2.forward(gelu_tanh(self.fc1.forward(self.norm2.forward(x))))
    }
}

/// The encoder.
#[derive(Module, Debug)]
pub struct Text {
    table: Param<Tensor<2>>,
    proj: Linear,
    position: Param<Tensor<2>>,
    blocks: Vec<Block>,
    norm: LayerNorm,
    heads: usize,
}

impl Text {
    /// Untrained, to be filled by the loader.
    #[must_use]
    pub fn init(config: &TextConfig, words: usize, device: &Device) -> Self {
        Self {
            table: zeros([words, config.table_dim], device),
            proj: Linear::init(config.table_dim, config.width, device),
            position: zeros([config.max_words, config.width], device),
            blocks: (0..config.blocks).map(|_| Block::init(config, device)).collect(),
            norm: LayerNorm::init(config.width, EPS, device),
            heads: config.heads,
        }
    }

    /// States of the words of one prompt, then zeros for the places that it leaves empty; no words give zeros only.
    ///
    /// Only the words that are there are computed. That equals masking the padding, since the softmax weight of a
    /// masked score (-1e4) is 0 in F32 and nothing else looks from one place to another.
    ///
    /// # Shapes
    /// - rows: at most `max_words` · out: `[1, max_words, width]`
    #[must_use]
    pub fn forward(&self, rows: &[i32]) -> Tensor<3> {
        let device = &self.table.device();
        let [places, width] = self.position.dims();
        let count = rows.len();
        let empty = Tensor::zeros([1, places - count, width], device);
        if count == 0 {
            return empty;
        }
        let rows: Tensor<1, Int> = Tensor::from_data(TensorData::from(rows), device);
        let places = self.position.val().narrow(0, 0, count);
        let mut x = (self.proj.forward(self.table.val().select(0, rows)) + places).unsqueeze_dim(0);
        for block in &self.blocks {
            x = block.forward(x, self.heads);
        }
        Tensor::cat(vec![self.norm.forward(x), empty], 1)
    }
}

/// Operations of [`Text::forward`] on `words` rows.
#[must_use]
pub fn text_flops(config: &TextConfig, words: usize) -> u64 {
    let TextConfig { width, hidden, heads, .. } = *config;
    let attention =
        4 * flops::linear(words, width, width) + flops::attention(heads, words, words, width / heads);
    let feed_forward = flops::linear(words, width, hidden) + flops::linear(words, hidden, width);
    let blocks = config.blocks as u64 * (attention + feed_forward);
    flops::linear(words, config.table_dim, width) + blocks
}
