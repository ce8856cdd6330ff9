//! Operations of a transformer from its configuration; see [`crate::flops`] for what counts.

use super::{Grid, TransformerConfig};
use crate::flops::{attention, linear};

impl TransformerConfig {
    /// Operations of [`Transformer::context`](super::Transformer::context) on `batch` prompts of `words` states with so
    /// many references each.
    #[must_use]
    pub fn context_flops(&self, batch: usize, words: usize, references: usize) -> u64 {
        let (rows, width) = (batch * words, self.width());
        let embedder = linear(rows, self.text_dim, width) + linear(rows, width, width);
        let looks = batch * references;
        let looks = linear(looks, self.ref_features.unwrap_or(0), width)
            + linear(looks, width, self.ref_tokens * width);
        embedder + self.num_layers as u64 * 2 * linear(rows, width, width) + looks
    }

    /// Operations of one [`Transformer::forward`](super::Transformer::forward) with `times` distinct timesteps.
    #[must_use]
    pub fn forward_flops(&self, batch: usize, grid: Grid, words: usize, times: usize) -> u64 {
        let width = self.width();
        let (video, audio) = (batch * grid.video(), batch * grid.audio);
        let ends = linear(video, self.in_channels * self.patch(), width)
            + linear(video, width, self.out_channels * self.patch())
            + 2 * linear(audio, self.audio_dim.unwrap_or(0), width);
        let time = linear(times, self.freq_dim, width)
            + linear(times, width, width)
            + linear(times, width, 6 * width);
        ends + time + self.num_layers as u64 * self.block_flops(batch, grid.tokens(), words)
    }

    fn block_flops(&self, batch: usize, tokens: usize, words: usize) -> u64 {
        let (rows, width, head) = (batch * tokens, self.width(), self.attention_head_dim);
        let heads = batch * self.num_attention_heads;
        let projections = 4 + 2; // four of self-attention, query and output of cross-attention
        projections * linear(rows, width, width)
            + attention(heads, tokens, tokens, head)
            + attention(heads, tokens, words, head)
            + 2 * linear(rows, width, self.ffn_dim)
    }
}
