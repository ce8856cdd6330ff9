//! kinora-mini: the small model whose weights are part of the program. `README.md` beside this file is its architecture.

mod autoencoder;
mod canvas;
mod cast;
mod check;
mod config;
mod denoising;
mod engine;
mod film;
mod footage;
mod plan;
mod recording;
mod reel;
mod spectrogram;
mod text;
mod vocoder;
mod weights;
mod window;
mod words;

use burn::tensor::{Device, Tensor, TensorData};
use kinora_spec::LIKENESS_FEATURES;

pub use autoencoder::{Autoencoder, Decoding};
pub use canvas::Canvas;
pub use check::check;
pub use config::{AudioConfig, Config, Pass, Sampling};
pub use denoising::{Denoising, Given};
pub use engine::Mini;
pub use film::{Film, Track};
pub use footage::{Clean, Footage, FootageShape};
pub use plan::{Plan, Scene, Take};
pub use recording::Recording;
pub use reel::{Label, Reel};
pub use spectrogram::{Levels, log_mel};
pub use text::Text;
pub use vocoder::{Vocoder, samples};
pub use weights::Weights;
pub use window::{Place, Window};
pub use words::Words;

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
    /// How the spectrogram is normalised.
    pub levels: Levels,
    /// Where it is.
    pub device: Device,
}

/// Why the weights cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// `config.json` cannot be read or its parts do not fit together.
    #[error("config.json: {0}")]
    Config(String),
    /// A line of `concepts.txt` names no word that was trained on.
    #[error("concepts.txt: {0}")]
    Concepts(String),
    /// A tensor is missing, left over or of another shape.
    #[error("model.safetensors: {0}")]
    Tensors(#[from] CheckpointError),
}

impl Model {
    /// Builds the model on a device from its four files.
    ///
    /// # Errors
    /// [`WeightsError`]; a tensor that is missing, left over or of another shape is one.
    pub fn load(weights: &Weights, device: &Device) -> Result<Self, WeightsError> {
        let config = Config::read(&weights.config)?;
        let mut text = Text::init(&config.text, weights.words.lines().count(), device);
        let mut transformer = Transformer::init(&config.transformer, device);
        let mut vae = Autoencoder::init(&config.vae, device);
        let mut vocoder = Vocoder::init(&config.vocoder, &config.audio, device);
        let checkpoint = Checkpoint::new(&weights.tensors)?;
        checkpoint.load(&mut text, "text.", &[])?;
        checkpoint.load(&mut transformer, "transformer.", wan::NAMES)?;
        checkpoint.load(&mut vae, "vae.", &[])?;
        checkpoint.load(&mut vocoder, "vocoder.", &[])?;
        let words = Words::read(&weights.words, config.text.trained, &weights.concepts);
        let words = words.map_err(WeightsError::Concepts)?;
        let level = |name: &str| -> Result<Vec<f32>, WeightsError> {
            let shape = [config.audio.mels];
            let numbers = checkpoint.tensor::<1>(name, device)?;
            let found = numbers.dims();
            let numbers = numbers.into_data().try_into_vec::<f32>();
            match numbers {
                Ok(numbers) if found == shape => Ok(numbers),
                _ => {
                    Err(WeightsError::Config(format!("{name} has {found:?} numbers and not mels, {shape:?}")))
                }
            }
        };
        let levels = Levels { mean: level("audio.mean")?, std: level("audio.std")? };
        checkpoint.finish()?;
        Ok(Self { config, words, text, transformer, vae, vocoder, levels, device: device.clone() })
    }

    /// Text states and looks for every branch of guidance, prepared for every block. `rows` are those of the prompt's
    /// words. The branch without the prompt, if there is one, has looks of zeros.
    #[must_use]
    pub fn context(&self, rows: &[i32], looks: &[[f32; LIKENESS_FEATURES]]) -> Context {
        let both = |with: Tensor<3>, without: &dyn Fn() -> Tensor<3>| match self.config.sampling.branches() {
            1 => with,
            _ => Tensor::cat(vec![with, without()], 0),
        };
        let text = both(self.text.forward(rows), &|| self.text.forward(&[]));
        let with_looks = (!looks.is_empty()).then(|| {
            let numbers = TensorData::new(looks.concat(), [1, looks.len(), LIKENESS_FEATURES]);
            let looks = Tensor::<3>::from_data(numbers, &self.device);
            both(looks.clone(), &|| looks.zeros_like())
        });
        self.transformer.context(text, with_looks)
    }

    /// What the transformer predicts of footage, guided: both branches in one batch, or a shortcut's. `early` of the audio tokens are
    /// heard before the first frame. It is a velocity; of sound it is what [`audio_predicts`](wan::TransformerConfig::audio_predicts) says.
    #[must_use]
    pub fn predict(&self, footage: Footage, early: usize, time: &Time, context: &Context) -> Footage {
        let silent = footage.sound.clone().zeros_like();
        let Sampling { guidance, .. } = self.config.sampling;
        let branches = self.config.sampling.branches();
        let both = self.transformer.forward(&footage.repeated(branches, early), time, context);
        if branches == 1 {
            return Footage { video: both.video, sound: both.audio.unwrap_or(silent) };
        }
        let sound = both.audio.map_or(silent, |both| guided(both, guidance));
        Footage { video: guided(both.video, guidance), sound }
    }
}
