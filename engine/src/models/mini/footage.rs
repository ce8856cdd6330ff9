//! Latent pictures and latent sound of one stretch of time.

use burn::tensor::{Device, Tensor};

use super::canvas::Canvas;
use super::config::{Config, Pass};
use super::window::Window;
use crate::models::wan::{AudioPredicts, Latents};
use crate::sample::euler;
use crate::seed::{Seed, Stream};

/// Below it a velocity from a clean prediction is that at this noise level, as in training.
const SIGMA_MIN: f64 = 0.1;

/// What the transformer turns noise into.
#[derive(Clone, Debug)]
pub struct Footage {
    /// `[1, z, steps, rows, columns]`, normalised.
    pub video: Tensor<5>,
    /// `[1, tokens, audio_dim]`, normalised log-mel.
    pub sound: Tensor<3>,
}

/// What a window begins with and leaves as it is.
#[derive(Clone, Debug, Default)]
pub struct Clean {
    /// As [`Footage::video`].
    pub video: Option<Tensor<5>>,
    /// As [`Footage::sound`].
    pub sound: Option<Tensor<3>>,
}

/// The sizes of footage that do not depend on its length.
#[derive(Clone, Copy, Debug)]
pub struct FootageShape {
    /// Channels of a latent.
    pub z: usize,
    /// Latent rows and columns.
    pub cells: [usize; 2],
    /// Numbers of an audio token.
    pub audio_dim: usize,
}

impl FootageShape {
    /// The sizes on a canvas.
    #[must_use]
    pub fn new(config: &Config, canvas: Canvas) -> Self {
        let Config { vae, transformer, audio, .. } = config;
        let audio_dim = transformer.audio_dim.unwrap_or(audio.mels * audio.frames_per_token);
        Self { z: vae.z, cells: canvas.cells(), audio_dim }
    }
}

impl Footage {
    /// Noise for what is new in a window.
    #[must_use]
    pub fn noise(seed: Seed, window: &Window, shape: &FootageShape, device: &Device) -> Self {
        let FootageShape { z, cells: [rows, columns], audio_dim } = *shape;
        let steps = window.steps - window.clean;
        let tokens = window.tokens - window.clean_tokens;
        Self {
            video: seed.noise(Stream::Video, window.noise, [1, z, steps, rows, columns], device),
            sound: seed.noise(Stream::Audio, window.noise, [1, tokens, audio_dim], device),
        }
    }

    /// This footage under so much noise: `(1 - sigma) x0 + sigma noise`.
    #[must_use]
    pub fn noised(self, noise: Self, sigma: f64) -> Self {
        Self {
            video: self.video * (1.0 - sigma) + noise.video * sigma,
            sound: self.sound * (1.0 - sigma) + noise.sound * sigma,
        }
    }

    /// What is clean, then what is new.
    #[must_use]
    pub fn joined(clean: Clean, new: Self) -> Self {
        let video: Vec<_> = clean.video.into_iter().chain([new.video]).collect();
        let sound: Vec<_> = clean.sound.into_iter().chain([new.sound]).collect();
        Self { video: Tensor::cat(video, 2), sound: Tensor::cat(sound, 1) }
    }

    /// What is new in a window's whole footage.
    #[must_use]
    pub fn after(&self, window: &Window) -> Self {
        let (clean, tokens) = (window.clean, window.clean_tokens);
        Self {
            video: self.video.clone().narrow(2, clean, window.steps - clean),
            sound: self.sound.clone().narrow(1, tokens, window.tokens - tokens),
        }
    }

    /// The sound of a window's whole footage that goes on the track.
    ///
    /// # Shapes
    /// - out: `[1, heard, audio_dim]`
    #[must_use]
    pub fn heard(&self, window: &Window) -> Tensor<3> {
        self.sound.clone().narrow(1, window.clean_tokens, window.heard)
    }

    /// The velocity of this footage at noise level `sigma`, from what the model predicts of it: where that is clean sound, the sound's is
    /// `(x - x0) / sigma`.
    #[must_use]
    pub fn velocity(&self, prediction: Self, of_sound: Option<AudioPredicts>, sigma: f64) -> Self {
        match of_sound {
            None | Some(AudioPredicts::Velocity) => prediction,
            Some(AudioPredicts::Clean) => {
                Self { sound: (self.sound.clone() - prediction.sound) / sigma.max(SIGMA_MIN), ..prediction }
            }
        }
    }

    /// One step of Euler's method from noise level `now` to `next`, of what the pass changes.
    #[must_use]
    pub fn stepped(&self, velocity: Self, pass: Pass, now: f64, next: f64) -> Self {
        let Self { video, sound } = self.clone();
        let sound = euler(sound, velocity.sound, now, next);
        match pass {
            Pass::Both => Self { video: euler(video, velocity.video, now, next), sound },
            Pass::Sound => Self { video, sound },
        }
    }

    /// What the first picture would be if the velocity stayed what it is: a step of Euler's method from noise level `now`
    /// all the way to 0, which is `x0 = x - sigma v`. Noised footage is `(1 - sigma) x0 + sigma noise` and its velocity
    /// `noise - x0` (Lipman et al., 2023, arXiv 2210.02747, and as [`crate::sample::UniPc`] has it).
    ///
    /// # Shapes
    /// - out: `[1, z, 1, rows, columns]`, normalised: the first latent step, which is one picture
    #[must_use]
    pub fn first_clean(&self, velocity: &Self, now: f64) -> Tensor<5> {
        let first = |video: &Tensor<5>| video.clone().narrow(2, 0, 1);
        euler(first(&self.video), first(&velocity.video), now, 0.0)
    }

    /// The same footage once for each branch of guidance; `early` of its audio tokens are heard before its first frame.
    #[must_use]
    pub fn repeated(self, branches: usize, early: usize) -> Latents {
        let (video, sound) = (self.video.repeat_dim(0, branches), self.sound.repeat_dim(0, branches));
        Latents { video, audio: Some(sound), early }
    }
}
