//! Latents to video tokens and back.

use burn::tensor::Tensor;

use super::Grid;

/// Cuts latents into patches, tokens in the order frames, rows, columns.
///
/// The embedding of patches is a convolution whose kernel is its stride, so patches times its flattened weight.
///
/// # Shapes
/// - video: `[batch, channels, frames, height, width]` · out: `[batch, tokens, channels * patch]`, channels slowest
pub(super) fn cut(video: Tensor<5>, patch: [usize; 3], grid: Grid) -> Tensor<3> {
    let [batch, channels, ..] = video.dims();
    let [pt, ph, pw] = patch;
    video
        .reshape([batch, channels, grid.frames, pt, grid.rows, ph, grid.columns, pw])
        .permute([0, 2, 4, 6, 1, 3, 5, 7]) // [batch, frames, rows, columns, channels, pt, ph, pw]
        .reshape([batch, grid.video(), channels * pt * ph * pw])
}

/// Puts patches together again. Unlike in [`cut`] the channels of a patch vary fastest: so Wan was trained.
///
/// # Shapes
/// - patches: `[batch, tokens, patch * channels]` · out: `[batch, channels, frames, height, width]`
pub(super) fn join(patches: Tensor<3>, patch: [usize; 3], grid: Grid) -> Tensor<5> {
    let [batch, _, numbers] = patches.dims();
    let [pt, ph, pw] = patch;
    let channels = numbers / (pt * ph * pw);
    patches
        .reshape([batch, grid.frames, grid.rows, grid.columns, pt, ph, pw, channels])
        .permute([0, 7, 1, 4, 2, 5, 3, 6]) // [batch, channels, frames, pt, rows, ph, columns, pw]
        .reshape([batch, channels, grid.frames * pt, grid.rows * ph, grid.columns * pw])
}
