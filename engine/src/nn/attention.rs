//! Scaled dot-product attention, in pieces where the whole would not fit.

use burn::tensor::{Tensor, module, ops::AttentionModuleOptions};

use super::bf16::Precision;
use super::fused;
use crate::flops;

/// Most attention scores computed at once, values over batch, heads, queries and keys.
///
/// Some backends hold the scores in one buffer; 128 MiB of f32 is the largest binding that every WebGPU adapter allows
/// (`maxStorageBufferBindingSize`). Wan at 832x480x81 would need 48 GiB.
pub const ATTENTION_SCORES_MAX: usize = 32 * 1024 * 1024;

/// `softmax(query key^T / sqrt(head)) value`, without a mask.
///
/// # Shapes
/// - query: `[batch, heads, queries, head]` · key, value: `[batch, heads, keys, head]` · out: as query
pub fn attention(query: Tensor<4>, key: Tensor<4>, value: Tensor<4>) -> Tensor<4> {
    in_blocks(query, key, value, ATTENTION_SCORES_MAX)
}

/// As [`attention`], of tokens whose heads lie side by side, with products computed so where the processor can.
///
/// # Shapes
/// - query: `[batch, queries, heads * head]` · key, value: `[batch, keys, heads * head]` · out: as query
#[must_use]
pub fn attention_of_heads(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    precision: Precision,
) -> Tensor<3> {
    if !fused::is_flex_f32(&query) {
        let [query, key, value] = [query, key, value].map(|tokens| split_heads(tokens, heads));
        return merge_heads(attention(query, key, value));
    }
    let ([batch, queries, width], keys) = (query.dims(), key.dims()[1]);
    flops::add(flops::attention(batch * heads, queries, keys, width / heads));
    fused::attention(query, key, value, heads, precision)
}

/// As [`attention`], with at most `scores_max` scores at once, but at least one query.
fn in_blocks(query: Tensor<4>, key: Tensor<4>, value: Tensor<4>, scores_max: usize) -> Tensor<4> {
    let [batch, heads, queries, head] = query.dims();
    let keys = key.dims()[2];
    flops::add(flops::attention(batch * heads, queries, keys, head));
    let rows = (scores_max / (batch * heads * keys)).max(1);
    if rows >= queries {
        return whole(query, key, value);
    }
    let blocks = query.split(rows, 2).into_iter().map(|block| whole(block, key.clone(), value.clone()));
    Tensor::cat(blocks.collect(), 2)
}

fn whole(query: Tensor<4>, key: Tensor<4>, value: Tensor<4>) -> Tensor<4> {
    module::attention(query, key, value, None, None, AttentionModuleOptions::default())
}

/// Gives each head its own axis.
///
/// # Shapes
/// - input: `[batch, tokens, heads * head]` · out: `[batch, heads, tokens, head]`
#[must_use]
pub fn split_heads(input: Tensor<3>, heads: usize) -> Tensor<4> {
    let [batch, tokens, width] = input.dims();
    input.reshape([batch, tokens, heads, width / heads]).swap_dims(1, 2)
}

/// The inverse of [`split_heads`].
///
/// # Shapes
/// - input: `[batch, heads, tokens, head]` · out: `[batch, tokens, heads * head]`
#[must_use]
pub fn merge_heads(input: Tensor<4>) -> Tensor<3> {
    let [batch, heads, tokens, head] = input.dims();
    input.swap_dims(1, 2).reshape([batch, tokens, heads * head])
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Distribution, Tolerance};

    use super::*;

    #[test]
    fn attention_in_blocks_is_attention() {
        let draw =
            |tokens| Tensor::<4>::random([2, 3, tokens, 4], Distribution::Normal(0.0, 3.0), &Device::flex());
        let [query, key, value] = [7, 5, 5].map(draw);
        let expected = whole(query.clone(), key.clone(), value.clone()).into_data();
        for scores_max in [1, 2 * 3 * 5 * 2, 2 * 3 * 5 * 7] {
            let found = in_blocks(query.clone(), key.clone(), value.clone(), scores_max);
            found.into_data().assert_approx_eq::<f32>(&expected, Tolerance::absolute(1e-6));
        }
    }
}
