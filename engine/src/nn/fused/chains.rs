//! The chains, each for one row of a sequence.

use super::rows::{self, Chain};
use super::{GELU_A, GELU_B, Held};
use crate::nn::rope::Rope;
use burn::tensor::Tensor;

/// `x + bias`.
pub(super) struct Biased {
    pub bias: Held,
}

impl Chain for Biased {
    #[inline(always)]
    fn run(&self, _: usize, row: &mut [f32], _: &[f32]) {
        add(row, self.bias.read());
    }
}

/// GELU of `x + bias`.
pub(super) struct GeluBiased {
    pub bias: Held,
}

impl Chain for GeluBiased {
    #[inline(always)]
    fn run(&self, _: usize, row: &mut [f32], _: &[f32]) {
        for (x, bias) in row.iter_mut().zip(self.bias.read()) {
            *x = gelu(*x + bias);
        }
    }
}

/// GELU.
pub(super) struct Gelu;

impl Chain for Gelu {
    #[inline(always)]
    fn run(&self, _: usize, row: &mut [f32], _: &[f32]) {
        rows::each(row, gelu);
    }
}

/// `onto + (x + bias) gate`, x being beside.
pub(super) struct GatedResidual {
    pub bias: Held,
    pub gate: Option<Places>,
}

impl Chain for GatedResidual {
    #[inline(always)]
    fn run(&self, place: usize, onto: &mut [f32], x: &[f32]) {
        let numbers = onto.iter_mut().zip(x).zip(self.bias.read());
        match &self.gate {
            Some(gate) => {
                for (((onto, x), bias), gate) in numbers.zip(gate.row(place)) {
                    *onto += (x + bias) * gate;
                }
            }
            None => numbers.for_each(|((onto, x), bias)| *onto += x + bias),
        }
    }
}

/// Layer normalisation of what is beside, times `1 + scale`, plus shift.
pub(super) struct Modulated {
    pub scale: Places,
    pub shift: Places,
    pub eps: f32,
}

impl Chain for Modulated {
    #[inline(always)]
    fn run(&self, place: usize, out: &mut [f32], x: &[f32]) {
        let (mean, size) = rows::moments(x, self.eps);
        let by = self.scale.row(place).iter().zip(self.shift.row(place));
        for ((out, x), (scale, shift)) in out.iter_mut().zip(x).zip(by) {
            *out = (x - mean) * size * (1.0 + scale) + shift;
        }
    }
}

/// What is beside times the size of its place and the gain of its channel; a row is a channel of a picture.
pub(super) struct Scaled {
    /// Of each place of each picture.
    pub sizes: Vec<f32>,
    pub gain: Held,
    pub channels: usize,
}

impl Chain for Scaled {
    #[inline(always)]
    fn run(&self, place: usize, out: &mut [f32], x: &[f32]) {
        let (picture, channel) = (place / self.channels, place % self.channels);
        let (sizes, gain) = (&self.sizes[picture * out.len()..], self.gain.read()[channel]);
        for ((out, x), size) in out.iter_mut().zip(x).zip(sizes) {
            *out = x * size * gain;
        }
    }
}

/// `x + bias`, root-mean-square normalised, then turned by its place, if it has one.
pub(super) struct QkNormRope<'a> {
    pub bias: Held,
    pub weight: Held,
    pub eps: f32,
    pub rope: Option<&'a Rope>,
    /// Tokens of a sample.
    pub tokens: usize,
}

impl Chain for QkNormRope<'_> {
    #[inline(always)]
    fn run(&self, place: usize, row: &mut [f32], _: &[f32]) {
        add(row, self.bias.read());
        let square = rows::sum(row, |x| x * x) / row.len() as f32;
        let size = 1.0 / (square + self.eps).sqrt();
        for (x, weight) in row.iter_mut().zip(self.weight.read()) {
            *x = *x * size * weight;
        }
        if let Some(rope) = self.rope {
            rope.turn(row, place % self.tokens);
        }
    }
}

#[inline(always)]
fn add(row: &mut [f32], bias: &[f32]) {
    for (x, bias) in row.iter_mut().zip(bias) {
        *x += bias;
    }
}

/// See [`crate::nn::gelu_tanh`].
#[inline(always)]
fn gelu(x: f32) -> f32 {
    x / (1.0 + rows::exp((x * x * -(GELU_B as f32) - GELU_A as f32) * x))
}

/// Rows for the places of a sequence, `[batch or 1, tokens or 1, width]`.
pub(super) struct Places {
    numbers: Held,
    batch: usize,
    tokens: usize,
    width: usize,
    /// Tokens of the sequence itself.
    length: usize,
}

impl Places {
    /// Of a sequence `[batch, tokens, width]`.
    pub(super) fn of(tensor: Tensor<3>, [whole, length, numbers]: [usize; 3]) -> Self {
        let [batch, tokens, width] = tensor.dims();
        let fits = [1, whole].contains(&batch) && [1, length].contains(&tokens) && width == numbers;
        assert!(fits, "rows for each place of the sequence, or for all");
        Self { numbers: Held::of(tensor), batch, tokens, width, length }
    }

    /// That of place `sample * length + token`.
    #[inline(always)]
    fn row(&self, place: usize) -> &[f32] {
        let sample = if self.batch == 1 { 0 } else { place / self.length };
        let token = if self.tokens == 1 { 0 } else { place % self.length };
        &self.numbers.read()[(sample * self.tokens + token) * self.width..][..self.width]
    }
}
