//! `config.json`: every number of the architecture that is not a constant of the contract.

use serde::Deserialize;

use super::WeightsError;
use crate::models::wan::TransformerConfig;
use crate::nn::Precision;

/// Audio tokens of 96 frames: 12 frames a second, 80 ms a token.
const TOKENS_PER_96_FRAMES: usize = 100;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the model.
    pub name: String,
    /// Which encoder and which statistics of sound its latents are of: after a new training of these they mean something else.
    #[serde(default)]
    pub latents: String,
    /// Frames a second.
    pub fps: u32,
    /// Pictures to latents and back.
    pub vae: AutoencoderConfig,
    /// The spectrogram between the transformer and the vocoder.
    pub audio: AudioConfig,
    /// Spectrogram to samples.
    pub vocoder: VocoderConfig,
    /// Words to text states.
    pub text: TextConfig,
    /// The diffusion transformer, keys as in diffusers.
    pub transformer: TransformerConfig,
    /// How noise becomes latents.
    pub sampling: Sampling,
}

/// Widths of the autoencoder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoencoderConfig {
    /// Channels of a latent.
    pub z: usize,
    /// Channels at 1/4 and 1/8 resolution.
    pub encoder_channels: [usize; 2],
    /// Blocks at 1/4 and 1/8 resolution.
    pub encoder_blocks: [usize; 2],
    /// Channels at 1/8 resolution, at 1/4 with two steps and at 1/4 with four steps a latent.
    pub decoder_channels: [usize; 3],
    /// Blocks at each of these.
    pub decoder_blocks: [usize; 3],
    /// What the products of its convolutions are computed with.
    #[serde(default)]
    pub precision: Precision,
}

/// The log-mel spectrogram.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudioConfig {
    /// Samples a second.
    pub sample_rate: u32,
    /// Samples of one transform.
    pub n_fft: usize,
    /// Samples from one frame to the next.
    pub hop: usize,
    /// Bins of a frame.
    pub mels: usize,
    /// Frames of one token of the transformer.
    pub frames_per_token: usize,
}

/// Widths of the vocoder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VocoderConfig {
    /// Channels between the blocks.
    pub channels: usize,
    /// Channels inside a block.
    pub hidden: usize,
    /// How many blocks.
    pub blocks: usize,
}

/// Widths of the text encoder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextConfig {
    /// Numbers of a word in the table.
    pub table_dim: usize,
    /// Numbers of a word between the blocks.
    pub width: usize,
    /// Attention heads.
    pub heads: usize,
    /// Numbers inside a block's feed-forward part.
    pub hidden: usize,
    /// How many blocks.
    pub blocks: usize,
    /// Places for words.
    pub max_words: usize,
    /// Words of a prompt that are read, where these are fewer: captions that fill the places were too rare in training for clips that
    /// are no noise.
    #[serde(default)]
    pub prompt_words: Option<usize>,
    /// Rows of the table, from the first, that the transformer was trained on.
    #[serde(default = "all")]
    pub trained: usize,
}

fn all() -> usize {
    usize::MAX
}

impl TextConfig {
    /// Words of a prompt that are read.
    #[must_use]
    pub fn prompt_words(&self) -> usize {
        self.prompt_words.unwrap_or(self.max_words)
    }
}

/// How noise becomes latents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// Euler steps of a window.
    pub steps: usize,
    /// Moves the steps towards the noise: `sigma = s u / (1 + (s - 1) u)`.
    pub shift: f64,
    /// How far to go beyond the unguided prediction; 1 is plain prediction. Shortcuts have it within.
    pub guidance: f64,
    /// Whether the steps are shortcuts: few and long, one prediction each.
    #[serde(default)]
    pub shortcut: bool,
    /// Latent steps that a window takes over from the end of the one before.
    pub prefix_latents: usize,
    /// Whether the sound is denoised once more after the pictures, to them, in as many steps again.
    pub sound_after: bool,
}

/// What the steps of a window change: each of pictures and sound has its own noise level, as in UniDiffuser (Bao et al., 2023, arXiv
/// 2303.06555).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Pictures and sound together.
    Both,
    /// The sound once more from its noise, to the finished pictures.
    Sound,
}

/// The longest shortcut, as a part of the way from noise to clip before that is shifted: a quarter, as trained.
const SHORTCUT_MAX: f64 = 0.25;

impl Sampling {
    /// Predictions a step: with the prompt and without, or one that has the guidance within.
    #[must_use]
    pub const fn branches(&self) -> usize {
        if self.shortcut { 1 } else { 2 }
    }

    /// What is denoised at a time, in order.
    #[must_use]
    pub const fn passes(&self) -> &'static [Pass] {
        if self.sound_after { &[Pass::Both, Pass::Sound] } else { &[Pass::Both] }
    }

    /// How long each of `steps` even steps over a part of the way is, in the longest shortcut, if they are shortcuts.
    #[must_use]
    pub fn length(&self, way: f64, steps: usize) -> Option<f64> {
        self.shortcut.then(|| way / steps as f64 / SHORTCUT_MAX)
    }
}

impl Config {
    /// What latents are of, for those that are kept: the name, and the encoder if it is told.
    #[must_use]
    pub fn latents_of(&self) -> String {
        format!("{} {}", self.name, self.latents).trim_end().to_owned()
    }

    /// Reads the file and checks that its parts fit together.
    ///
    /// # Errors
    /// [`WeightsError::Config`].
    pub fn read(json: &str) -> Result<Self, WeightsError> {
        let config: Self =
            serde_json::from_str(json).map_err(|error| WeightsError::Config(error.to_string()))?;
        config.transformer.check().map_err(|error| WeightsError::Config(error.to_string()))?;
        let audio_dim = config.audio.mels * config.audio.frames_per_token;
        let fits = [
            ("in_channels is z", config.transformer.in_channels == config.vae.z),
            ("out_channels is z", config.transformer.out_channels == config.vae.z),
            ("text_dim is the text width", config.transformer.text_dim == config.text.width),
            (
                "shortcuts are of a model that has them",
                config.transformer.shortcut || !config.sampling.shortcut,
            ),
            ("audio_predicts is velocity or clean", config.transformer.audio_predicts.is_some()),
            ("audio_dim is mels * frames_per_token", config.transformer.audio_dim == Some(audio_dim)),
            ("prompt_words is at most max_words", config.text.prompt_words() <= config.text.max_words),
        ];
        match fits.iter().find(|(_, holds)| !holds) {
            Some((what, _)) => Err(WeightsError::Config(format!("{what} does not hold"))),
            None => Ok(config),
        }
    }
}

/// Audio tokens that `frames` frames span, rounded down.
#[must_use]
pub const fn audio_tokens(frames: usize) -> usize {
    frames * TOKENS_PER_96_FRAMES / 96
}
