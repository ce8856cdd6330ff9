//! Rotary position embedding over several axes at once, on interleaved pairs.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

/// Cosine and sine of every rotation angle of a sequence, ready to be applied to heads.
#[derive(Clone, Debug)]
pub struct Rope {
    cos: Tensor<4>,
    sin: Tensor<4>,
    /// Takes `(a, b)` of each pair to `(-b, a)`: a product with it costs less than picking every second number.
    quarter: Tensor<2>,
    /// `[tokens, head / 2]` pairs of cosine and sine, for the processor.
    turns: Arc<[[f32; 2]]>,
}

impl Rope {
    /// Computes the tables in f64 on the host.
    ///
    /// `positions` has one entry a token with its place on each axis; `dims` says how many numbers of a head each axis
    /// turns (each even). Pair `j` of an axis of `d` numbers turns by `position / theta^(2j / d)`.
    #[must_use]
    pub fn new<const A: usize>(
        positions: &[[f64; A]],
        dims: [usize; A],
        theta: f64,
        device: &Device,
    ) -> Self {
        let head = dims.iter().sum();
        let (mut cos, mut sin) = (Vec::new(), Vec::new());
        for place in positions {
            for (position, dim) in place.iter().zip(dims) {
                for number in 0..dim {
                    let speed = theta.powf(-((number / 2 * 2) as f64) / dim as f64);
                    cos.push((position * speed).cos() as f32);
                    sin.push((position * speed).sin() as f32);
                }
            }
        }
        let turns = cos.iter().zip(&sin).step_by(2).map(|(cos, sin)| [*cos, *sin]).collect();
        let table =
            |values| Tensor::from_data(TensorData::new(values, [1, positions.len(), 1, head]), device);
        Self { cos: table(cos), sin: table(sin), quarter: quarter_turn(head, device), turns }
    }

    /// The tables: cosines and sines, each twice for the two numbers of a pair.
    ///
    /// # Shapes
    /// - each: `[1, tokens, 1, head]`
    #[must_use]
    pub fn tables(&self) -> (Tensor<4>, Tensor<4>) {
        (self.cos.clone(), self.sin.clone())
    }

    /// Turns every pair `(2i, 2i + 1)` of each head by its angle.
    ///
    /// # Shapes
    /// - input: `[batch, tokens, heads * head]` · out: as input
    #[must_use]
    pub fn rotate(&self, input: Tensor<3>) -> Tensor<3> {
        let [batch, tokens, width] = input.dims();
        let head = self.quarter.dims()[0];
        let shape = [batch, tokens, width / head, head];
        let turned =
            input.clone().reshape([batch * tokens * width / head, head]).matmul(self.quarter.clone());
        let rotated = input.reshape(shape) * self.cos.clone() + turned.reshape(shape) * self.sin.clone();
        rotated.reshape([batch, tokens, width])
    }

    /// As [`Rope::rotate`], for the row of one token in the processor's memory.
    #[inline(always)]
    pub(super) fn turn(&self, row: &mut [f32], token: usize) {
        let head = self.quarter.dims()[0];
        let turns = &self.turns[token * head / 2..(token + 1) * head / 2];
        for head in row.chunks_exact_mut(head) {
            let (pairs, _) = head.as_chunks_mut::<2>();
            for (pair, [cos, sin]) in pairs.iter_mut().zip(turns) {
                let [a, b] = *pair;
                *pair = [a * cos - b * sin, b * cos + a * sin];
            }
        }
    }
}

/// The matrix of a quarter turn of each pair.
///
/// # Shapes
/// - out: `[head, head]`
fn quarter_turn(head: usize, device: &Device) -> Tensor<2> {
    let mut matrix = vec![0.0_f32; head * head];
    for even in (0..head).step_by(2) {
        matrix[even * head + even + 1] = 1.0;
        matrix[(even + 1) * head + even] = -1.0;
    }
    Tensor::from_data(TensorData::new(matrix, [head, head]), device)
}
