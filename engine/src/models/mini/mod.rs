//! kinora-mini: the small model whose weights are part of the program. `README.md` beside this file is its architecture.

mod autoencoder;
mod config;
mod engine;
mod film;
mod footage;
mod plan;
mod text;
mod vocoder;
mod weights;
mod window;

use burn::tensor::{Device, Tensor};

pub use autoencoder::{Autoencoder, Decoding};
pub use config::{AudioConfig, Config};
pub use engine::Mini;
pub use film::{Canvas, Film};
pub use footage::{Footage, FootageShape};
pub use plan::Plan;
pub use text::{Text, Words};
pub use vocoder::{Vocoder, samples};
pub use weights::Weights;
pub use window::{Window, windows};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::models::wan::{self, Context, Time, Transformer};
use crate::sample::guided;

/// The model on a device.
pub struct Model {
    /// Its numbers.
    pub config: Config,
    /// The words it knows.
    pub words: Words,
    /// Words to text states.
    pub text: Text,
    /// Noise to latents.
    pub transformer: Transformer,
    /// Latents to pictures and back.
    pub vae: Autoencoder,
    /// Latent sound to samples.
    pub vocoder: Vocoder,
    /// Where it is.
    pub device: Device,
}

/// Why the weights cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// `config.json` cannot be read or its parts do not fit together.
    #[error("config.json: {0}")]
    Config(String),
    /// A tensor is missing, left over or of another shape.
    #[error("model.safetensors: {0}")]
    Tensors(#[from] CheckpointError),
}

impl Model {
    /// Builds the model on a device from its three files.
    ///
    /// # Errors
    /// [`WeightsError`]; a tensor that is missing, left over or of another shape is one.
    pub fn load(weights: &Weights, device: &Device) -> Result<Self, WeightsError> {
        let config = Config::read(&weights.config)?;
        let words = Words::read(&weights.words);
        let mut text = Text::init(&config.text, words.count(), device);
        let mut transformer = Transformer::init(&config.transformer, device);
        let mut vae = Autoencoder::init(&config.vae, device);
        let mut vocoder = Vocoder::init(&config.vocoder, &config.audio, device);
        let checkpoint = Checkpoint::new(&weights.tensors)?;
        checkpoint.load(&mut text, "text.", &[])?;
        checkpoint.load(&mut transformer, "transformer.", wan::NAMES)?;
        checkpoint.load(&mut vae, "vae.", &[])?;
        checkpoint.load(&mut vocoder, "vocoder.", &[])?;
        // How the spectrogram was normalised: both the transformer and the vocoder work on the normalised one, so the
        // engine has no use for these but to know that the file is whole.
        for name in ["audio.mean", "audio.std"] {
            checkpoint.tensor::<1>(name, device)?;
        }
        checkpoint.finish()?;
        Ok(Self { config, words, text, transformer, vae, vocoder, device: device.clone() })
    }

    /// Text states for both branches of guidance, prepared for every block. `rows` are those of the prompt's words.
    #[must_use]
    pub fn context(&self, rows: &[i32]) -> Context {
        let both = Tensor::cat(vec![self.text.forward(rows), self.text.forward(&[])], 0);
        self.transformer.context(both)
    }

    /// The guided velocity: both branches in one batch.
    #[must_use]
    pub fn velocity(&self, footage: Footage, time: &Time, context: &Context) -> Footage {
        let silent = footage.sound.clone().zeros_like();
        let both = self.transformer.forward(&footage.twice(), time, context);
        let guidance = self.config.sampling.guidance;
        let sound = both.audio.map_or(silent, |both| guided(both, guidance));
        Footage { video: guided(both.video, guidance), sound }
    }
}
