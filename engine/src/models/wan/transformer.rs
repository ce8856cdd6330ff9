//! The whole transformer: latents, timesteps and text to velocities, or to what else it was trained to predict of audio.

use std::sync::{Arc, Mutex, PoisonError};

use burn::module::{Module, Param};
use burn::tensor::activation::silu;
use burn::tensor::{Device, Tensor};

use super::attention::ContextStates;
use super::block::Block;
use super::conditions::{Conditions, Embedder};
use super::{Grid, Time, TransformerConfig, patch};
use crate::nn::rope::Rope;
use crate::nn::{Linear, ScaleShift, affine, modulated, parameter};

/// What is denoised, or what is predicted of it.
#[derive(Clone, Debug)]
pub struct Latents {
    /// `[batch, channels, frames, height, width]`.
    pub video: Tensor<5>,
    /// `[batch, tokens, audio_dim]`; only for models with audio tokens, which may do without.
    pub audio: Option<Tensor<3>>,
    /// How many of the audio tokens are heard before the first video token's time.
    pub early: usize,
}

/// A prompt as the blocks need it, the same for all steps.
#[derive(Clone, Debug)]
pub struct Context {
    /// One a layer.
    pub layers: Vec<ContextStates>,
    /// Tokens of the references, `[batch, references * ref_tokens, width]`, when there are any.
    pub references: Option<Tensor<3>>,
}

/// Row of the modality embedding that is added to the tokens of references.
const REFERENCE_KIND: usize = 2;

/// The rotary tables of the last grid.
type RopeCache = Arc<Mutex<Option<(Grid, Rope)>>>;

/// The diffusion transformer.
#[derive(Module, Debug)]
pub struct Transformer {
    patch_embedding: PatchEmbedding,
    condition_embedder: Conditions,
    blocks: Vec<Block>,
    scale_shift_table: Param<Tensor<3>>,
    proj_out: Linear,
    audio_embedding: Option<Linear>,
    audio_proj_out: Option<Linear>,
    ref_embedding: Option<Embedder>,
    modality_embedding: Option<Param<Tensor<2>>>,
    #[module(skip)]
    config: TransformerConfig,
    #[module(skip)]
    rope: RopeCache,
}

/// The convolution that makes a token of each patch.
#[derive(Module, Debug)]
struct PatchEmbedding {
    /// `[width, channels, pt, ph, pw]`.
    weight: Param<Tensor<5>>,
    /// `[width]`.
    bias: Param<Tensor<1>>,
}

impl Transformer {
    /// A transformer with random weights; they are allocated when they are used, so loading a checkpoint first costs
    /// nothing extra.
    #[must_use]
    pub fn init(config: &TransformerConfig, device: &Device) -> Self {
        let (width, [pt, ph, pw]) = (config.width(), config.patch_size);
        let patch = config.in_channels * config.patch();
        Self {
            patch_embedding: PatchEmbedding {
                weight: parameter([width, config.in_channels, pt, ph, pw], patch, device),
                bias: parameter([width], patch, device),
            },
            condition_embedder: Conditions::init(config, device),
            blocks: (0..config.num_layers).map(|_| Block::init(config, device)).collect(),
            scale_shift_table: parameter([1, 2, width], width, device),
            proj_out: Linear::init(width, config.out_channels * config.patch(), device),
            audio_embedding: config.audio_dim.map(|audio| Linear::init(audio, width, device)),
            audio_proj_out: config.audio_dim.map(|audio| Linear::init(width, audio, device)),
            ref_embedding: config
                .ref_features
                .map(|features| Embedder::init([features, width, config.ref_tokens * width], device)),
            modality_embedding: config.audio_dim.map(|_| {
                let kinds = if config.ref_features.is_some() { 3 } else { 2 };
                parameter([kinds, width], width, device)
            }),
            config: config.clone(),
            rope: RopeCache::default(),
        }
    }

    /// Its configuration.
    #[must_use]
    pub fn config(&self) -> &TransformerConfig {
        &self.config
    }

    /// Prepares a prompt and the looks of those it is about: once a clip, for all steps.
    ///
    /// # Shapes
    /// - text: `[batch, words, text_dim]`, zeros past the end of a prompt
    /// - looks: `[batch, references, ref_features]`
    ///
    /// # Panics
    /// If there are looks and the model knows no references.
    #[must_use]
    pub fn context(&self, text: Tensor<3>, looks: Option<Tensor<3>>) -> Context {
        let text = self.condition_embedder.text(text);
        let layers = self.blocks.iter().map(|block| block.context(text.clone())).collect();
        Context { layers, references: looks.map(|looks| self.references(looks)) }
    }

    /// # Shapes
    /// - out: `[batch, references * ref_tokens, width]`
    fn references(&self, looks: Tensor<3>) -> Tensor<3> {
        let (Some(layers), Some(kinds)) = (&self.ref_embedding, &self.modality_embedding) else {
            panic!("references for a model without");
        };
        let [batch, count, _] = looks.dims();
        let tokens = layers.linear_2.forward(silu(layers.linear_1.forward(looks)));
        let tokens = tokens.reshape([batch, count * self.config.ref_tokens, self.config.width()]);
        tokens + kinds.val().narrow(0, REFERENCE_KIND, 1).unsqueeze_dim::<3>(0)
    }

    /// The velocity of `input` at `time`, noise minus clean latents; of audio what
    /// [`audio_predicts`](TransformerConfig::audio_predicts) says.
    ///
    /// # Shapes
    /// - `time`: one value, one a sample, or one a token (video tokens in the order frames, rows, columns, then audio, then
    ///   those of references, which are clean)
    /// - out: as input, with `out_channels` channels
    ///
    /// # Panics
    /// If the latents are not divisible into patches, if the batches differ, or if there is audio and the model has
    /// none.
    #[must_use]
    pub fn forward(&self, input: &Latents, time: &Time, context: &Context) -> Latents {
        let device = input.video.device();
        let [_, _, frames, height, width] = input.video.dims();
        let audio = input.audio.as_ref().map_or(0, |audio| audio.dims()[1]);
        let references = context.references.as_ref().map_or(0, |tokens| tokens.dims()[1]);
        let grid = self.config.grid([frames, height, width], audio).early(input.early).references(references);
        let rope = self.rope(grid, &device);
        let modulation = self.condition_embedder.modulation(time, &device);

        let mut tokens = self.embed(input, grid); // [batch, tokens, width]
        if let Some(references) = context.references.clone() {
            tokens = Tensor::cat(vec![tokens, references], 1);
        }
        for (block, states) in self.blocks.iter().zip(&context.layers) {
            tokens = block.forward(tokens, &modulation, &rope, states);
        }
        let [shift, scale] = modulation.output(self.scale_shift_table.val());
        let (_, tokens) = modulated(tokens, ScaleShift { scale, shift }, self.config.eps);
        self.project(tokens, grid)
    }

    /// The rotary tables of a grid: cosines and sines, `[1, tokens, 1, head]`.
    #[must_use]
    pub fn rope(&self, grid: Grid, device: &Device) -> Rope {
        let mut cached = self.rope.lock().unwrap_or_else(PoisonError::into_inner);
        match &*cached {
            Some((known, rope)) if *known == grid => rope.clone(),
            _ => {
                let config = &self.config;
                let places = places(grid, config);
                let rope = Rope::new(&places, config.rope_dims(), config.rope_theta, device);
                *cached = Some((grid, rope.clone()));
                rope
            }
        }
    }

    /// # Shapes
    /// - out: `[batch, tokens, width]`
    fn embed(&self, input: &Latents, grid: Grid) -> Tensor<3> {
        let weight = self.patch_embedding.weight.val().flatten::<2>(1, 4).transpose(); // [channels * patch, width]
        let patches = patch::cut(input.video.clone(), self.config.patch_size, grid);
        let mut video = affine(patches, weight, Some(self.patch_embedding.bias.val()));
        let kinds =
            self.modality_embedding.as_ref().map(|table| table.val().unsqueeze_dim::<3>(0).split(1, 1));
        if let Some([of_video, ..]) = kinds.as_deref() {
            video = video + of_video.clone();
        }
        let Some(audio) = input.audio.clone() else { return video };
        let (Some(layer), Some([_, of_audio, ..])) = (&self.audio_embedding, kinds.as_deref()) else {
            panic!("audio tokens for a model without audio");
        };
        Tensor::cat(vec![video, layer.forward(audio) + of_audio.clone()], 1)
    }

    /// # Shapes
    /// - tokens: `[batch, tokens, width]`
    fn project(&self, tokens: Tensor<3>, grid: Grid) -> Latents {
        let [batch, _, width] = tokens.dims();
        let part = |range: std::ops::Range<usize>| tokens.clone().slice([0..batch, range, 0..width]);
        let video = self.proj_out.forward(part(0..grid.video()));
        let audio = self.audio_proj_out.as_ref().filter(|_| grid.audio > 0);
        Latents {
            video: patch::join(video, self.config.patch_size, grid),
            audio: audio.map(|layer| layer.forward(part(grid.video()..grid.video() + grid.audio))),
            early: grid.early,
        }
    }
}

/// The rotary place of each token: frame, row and column of a video token; an audio token is at its time only; those of
/// references are before all time, each reference at its own, in two columns.
fn places(grid: Grid, config: &TransformerConfig) -> Vec<[f64; 3]> {
    let mut places = Vec::with_capacity(grid.tokens());
    for frame in 0..grid.frames {
        for row in 0..grid.rows {
            places.extend((0..grid.columns).map(|column| [frame as f64, row as f64, column as f64]));
        }
    }
    let heard = |token: usize| config.audio_step * (token as f64 - grid.early as f64);
    places.extend((0..grid.audio).map(|token| [heard(token), 0.0, 0.0]));
    places.extend((0..grid.references).map(|token| {
        let (reference, part) = (token / config.ref_tokens, token % config.ref_tokens);
        [-1.0 - reference as f64, (part / 2) as f64, (part % 2) as f64]
    }));
    places
}
