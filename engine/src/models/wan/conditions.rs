//! What tells the blocks the time and the prompt.

use burn::module::{Module, Param};
use burn::tensor::activation::silu;
use burn::tensor::{Device, Tensor, TensorData};

use super::TransformerConfig;
use super::time::{Spread, Time};
use crate::nn::{Linear, gelu_tanh, parameter};

/// Longest period of the timestep's sines, in timesteps (over 2 pi).
const PERIOD_MAX: f64 = 10_000.0;

/// Two linear layers; what is between them is the caller's.
#[derive(Module, Debug)]
pub(super) struct Embedder {
    pub(super) linear_1: Linear,
    pub(super) linear_2: Linear,
}

impl Embedder {
    pub(super) fn init([inputs, hidden, outputs]: [usize; 3], device: &Device) -> Self {
        let (linear_1, linear_2) =
            (Linear::init(inputs, hidden, device), Linear::init(hidden, outputs, device));
        Self { linear_1, linear_2 }
    }
}

/// Timestep and text embeddings.
#[derive(Module, Debug)]
pub(super) struct Conditions {
    time_embedder: Embedder,
    /// Added to the embedding of every timestep, times the length of a shortcut.
    shortcut: Option<Param<Tensor<1>>>,
    time_proj: Linear,
    text_embedder: Embedder,
    freq_dim: usize,
}

/// What the timesteps of one step do to tokens.
pub(super) struct Modulation {
    /// `[values, width]`.
    embedding: Tensor<2>,
    /// `[values, 6, width]`.
    blocks: Tensor<3>,
    spread: Spread,
}

impl Modulation {
    /// The six rows of a block: shift, scale and gate of self-attention, then of the feed-forward layer.
    ///
    /// # Shapes
    /// - table: `[1, 6, width]` · out: each `[batch or 1, tokens or 1, width]`
    pub(super) fn block(&self, table: Tensor<3>) -> [Tensor<3>; 6] {
        let rows = self.blocks.clone() + table;
        std::array::from_fn(|part| self.part(&rows, part))
    }

    /// The shift and scale before the output layers.
    ///
    /// # Shapes
    /// - table: `[1, 2, width]` · out: each `[batch or 1, tokens or 1, width]`
    pub(super) fn output(&self, table: Tensor<3>) -> [Tensor<3>; 2] {
        let rows = self.embedding.clone().unsqueeze_dim::<3>(1) + table;
        std::array::from_fn(|part| self.part(&rows, part))
    }

    fn part(&self, rows: &Tensor<3>, part: usize) -> Tensor<3> {
        let [values, _, width] = rows.dims();
        self.spread.rows(rows.clone().slice([0..values, part..part + 1, 0..width]).squeeze_dim(1))
    }
}

impl Conditions {
    pub(super) fn init(config: &TransformerConfig, device: &Device) -> Self {
        let width = config.width();
        Self {
            time_embedder: Embedder::init([config.freq_dim, width, width], device),
            shortcut: config.shortcut.then(|| parameter([width], width, device)),
            time_proj: Linear::init(width, 6 * width, device),
            text_embedder: Embedder::init([config.text_dim, width, width], device),
            freq_dim: config.freq_dim,
        }
    }

    /// Text states in the transformer's width. Padding is not masked: zero rows become what the biases make of them.
    ///
    /// # Shapes
    /// - text: `[batch, words, text_dim]` · out: `[batch, words, width]`
    pub(super) fn text(&self, text: Tensor<3>) -> Tensor<3> {
        let hidden = gelu_tanh(self.text_embedder.linear_1.forward(text));
        self.text_embedder.linear_2.forward(hidden)
    }

    /// Computes the modulation of each distinct timestep.
    ///
    /// # Panics
    /// If the step is a shortcut and the model was not trained to take any.
    pub(super) fn modulation(&self, time: &Time, device: &Device) -> Modulation {
        let waves = waves(time.values(), self.freq_dim, device); // [values, freq_dim]
        let embedding = self.time_embedder.linear_2.forward(silu(self.time_embedder.linear_1.forward(waves)));
        let embedding = match (time.length(), &self.shortcut) {
            (None, _) => embedding,
            (Some(length), Some(added)) => embedding + added.val().unsqueeze::<2>() * length,
            (Some(_), None) => panic!("a shortcut for a model without"),
        };
        let [values, width] = embedding.dims();
        let blocks = self.time_proj.forward(silu(embedding.clone())).reshape([values, 6, width]);
        Modulation { embedding, blocks, spread: time.spread(device) }
    }
}

/// Cosines, then sines, of each timestep at speeds from 1 down to nearly `1 / PERIOD_MAX`; in f64 on the host.
///
/// # Shapes
/// - out: `[times, freq_dim]`
fn waves(times: &[f64], freq_dim: usize, device: &Device) -> Tensor<2> {
    let half = freq_dim / 2;
    let mut rows = Vec::with_capacity(times.len() * freq_dim);
    for time in times {
        let angle = |i: usize| time * PERIOD_MAX.powf(-(i as f64) / half as f64);
        rows.extend((0..half).map(|i| angle(i).cos() as f32));
        rows.extend((0..half).map(|i| angle(i).sin() as f32));
    }
    Tensor::from_data(TensorData::new(rows, [times.len(), freq_dim]), device)
}
