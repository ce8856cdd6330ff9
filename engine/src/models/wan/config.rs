//! The numbers of a transformer, as diffusers writes them in `transformer/config.json`.

use serde::{Deserialize, Serialize};

use crate::nn::Precision;

/// The sizes of a transformer. Keys that are not listed here are ignored, as diffusers' files carry many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransformerConfig {
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Numbers a head; even.
    pub attention_head_dim: usize,
    /// Blocks.
    pub num_layers: usize,
    /// Hidden numbers of a block's feed-forward layer.
    pub ffn_dim: usize,
    /// Latent channels in.
    pub in_channels: usize,
    /// Latent channels out.
    pub out_channels: usize,
    /// Latents that make one token: frames, rows, columns.
    pub patch_size: [usize; 3],
    /// Numbers a text state.
    pub text_dim: usize,
    /// Sines and cosines that describe a timestep; even.
    pub freq_dim: usize,
    /// Whether the norm before cross-attention has parameters; only `true` is built.
    pub cross_attn_norm: bool,
    /// Added under the roots of all norms.
    pub eps: f64,
    /// How queries and keys are normalised; only `rms_norm_across_heads` is built.
    #[serde(default)]
    pub qk_norm: Option<String>,
    /// Width of image states; only absent is built.
    #[serde(default)]
    pub image_dim: Option<usize>,
    /// Width of added image keys and values; only absent is built.
    #[serde(default)]
    pub added_kv_proj_dim: Option<usize>,
    /// Base of the rotary speeds; Wan's does not say it.
    #[serde(default = "wan_theta")]
    pub rope_theta: f64,
    /// Numbers an audio token, if the model has any. Not Wan's.
    #[serde(default)]
    pub audio_dim: Option<usize>,
    /// What the last layer predicts of audio tokens, if the model has any. Not Wan's.
    #[serde(default)]
    pub audio_predicts: Option<AudioPredicts>,
    /// Rotary distance of two audio tokens, in latent frames: 80 ms of the 1/3 s that a latent frame lasts.
    #[serde(default = "audio_step")]
    pub audio_step: f64,
    /// Numbers of a reference's looks, if the model knows references. Not Wan's.
    #[serde(default)]
    pub ref_features: Option<usize>,
    /// Tokens of a reference.
    #[serde(default = "ref_tokens")]
    pub ref_tokens: usize,
    /// Whether it was trained to take long steps with guidance within. Not Wan's.
    #[serde(default)]
    pub shortcut: bool,
    /// What the blocks' products are computed with.
    #[serde(default)]
    pub precision: Precision,
}

/// What the last layer predicts of a token. A velocity is mostly noise, which does not fit through a model that is narrower than the
/// token; what is clean has structure, and does (Li and He, 2025, arXiv 2511.13720).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudioPredicts {
    /// `noise - x0`.
    Velocity,
    /// `x0`.
    Clean,
}

fn wan_theta() -> f64 {
    10_000.0
}

fn audio_step() -> f64 {
    0.24
}

fn ref_tokens() -> usize {
    4
}

/// Why a configuration cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The text is no JSON, or a key is missing or of the wrong type.
    #[error("transformer config: {0}")]
    Json(#[from] serde_json::Error),
    /// The configuration asks for something that is not built.
    #[error("transformer config: {0}")]
    Unsupported(String),
}

/// How many tokens of each kind a sequence has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Video tokens along time.
    pub frames: usize,
    /// Video tokens from top to bottom.
    pub rows: usize,
    /// Video tokens from left to right.
    pub columns: usize,
    /// Audio tokens.
    pub audio: usize,
    /// How many of these are heard before the first video token's time.
    pub early: usize,
    /// Tokens of references.
    pub references: usize,
}

impl Grid {
    /// Video tokens.
    #[must_use]
    pub const fn video(self) -> usize {
        self.frames * self.rows * self.columns
    }

    /// All tokens: video, then audio, then those of references.
    #[must_use]
    pub const fn tokens(self) -> usize {
        self.video() + self.audio + self.references
    }

    /// The same with audio of which some is heard before the first video token's time.
    #[must_use]
    pub const fn early(self, early: usize) -> Self {
        Self { early, ..self }
    }

    /// The same with tokens of references.
    #[must_use]
    pub const fn references(self, references: usize) -> Self {
        Self { references, ..self }
    }
}

impl TransformerConfig {
    /// Reads and checks diffusers' `config.json`.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        let config: Self = serde_json::from_str(text)?;
        config.check()?;
        Ok(config)
    }

    /// Refuses what [`Transformer`](super::Transformer) does not build.
    ///
    /// # Errors
    /// [`ConfigError::Unsupported`].
    pub fn check(&self) -> Result<(), ConfigError> {
        let refused = |reason: &str| Err(ConfigError::Unsupported(reason.to_owned()));
        if self.image_dim.is_some() || self.added_kv_proj_dim.is_some() {
            return refused("image conditioning is not built");
        }
        if self.qk_norm.as_deref().is_some_and(|norm| norm != "rms_norm_across_heads")
            || !self.cross_attn_norm
        {
            return refused("only qk_norm rms_norm_across_heads with cross_attn_norm is built");
        }
        if !self.attention_head_dim.is_multiple_of(2) || !self.freq_dim.is_multiple_of(2) {
            return refused("attention_head_dim and freq_dim must be even");
        }
        let sizes = [self.num_attention_heads, self.attention_head_dim, self.in_channels, self.out_channels];
        if sizes.contains(&0) || self.patch_size.contains(&0) {
            return refused("heads, channels and patch sizes must not be zero");
        }
        if self.ref_features.is_some() && (self.audio_dim.is_none() || self.ref_tokens == 0) {
            return refused("references need tokens and are built only beside audio");
        }
        if self.audio_predicts.is_some() && self.audio_dim.is_none() {
            return refused("audio_predicts is of a model with audio");
        }
        Ok(())
    }

    /// Numbers a token.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.num_attention_heads * self.attention_head_dim
    }

    /// Latents a video token.
    #[must_use]
    pub const fn patch(&self) -> usize {
        self.patch_size[0] * self.patch_size[1] * self.patch_size[2]
    }

    /// Numbers of a head that time, rows and columns turn: Wan gives rows and columns a third each, rounded down to even,
    /// and time the rest.
    #[must_use]
    pub const fn rope_dims(&self) -> [usize; 3] {
        let side = 2 * (self.attention_head_dim / 6);
        [self.attention_head_dim - 2 * side, side, side]
    }

    /// The tokens of latents with `[frames, height, width]` and so many audio tokens.
    #[must_use]
    pub const fn grid(&self, latents: [usize; 3], audio: usize) -> Grid {
        let [frames, rows, columns] = self.patch_size;
        Grid {
            frames: latents[0] / frames,
            rows: latents[1] / rows,
            columns: latents[2] / columns,
            audio,
            early: 0,
            references: 0,
        }
    }
}
