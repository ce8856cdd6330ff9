//! Latent pictures and latent sound of one stretch of time.

use burn::tensor::{Device, Tensor};

use super::window::Window;
use crate::models::wan::Latents;
use crate::sample::euler;
use crate::seed::{Seed, Stream};

/// What the transformer turns noise into.
#[derive(Clone, Debug)]
pub struct Footage {
    /// `[1, z, steps, rows, columns]`, normalised.
    pub video: Tensor<5>,
    /// `[1, tokens, audio_dim]`, normalised log-mel.
    pub sound: Tensor<3>,
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

impl Footage {
    /// Noise for what is new in a window.
    #[must_use]
    pub fn noise(seed: Seed, window: &Window, shape: &FootageShape, device: &Device) -> Self {
        let FootageShape { z, cells: [rows, columns], audio_dim } = *shape;
        let steps = window.steps - window.prefix;
        let tokens = window.tokens() - window.prefix_tokens();
        Self {
            video: seed.noise(Stream::Video, window.index, [1, z, steps, rows, columns], device),
            sound: seed.noise(Stream::Audio, window.index, [1, tokens, audio_dim], device),
        }
    }

    /// What was kept, then what is new.
    #[must_use]
    pub fn joined(kept: Option<Self>, new: Self) -> Self {
        match kept {
            None => new,
            Some(kept) => Self {
                video: Tensor::cat(vec![kept.video, new.video], 2),
                sound: Tensor::cat(vec![kept.sound, new.sound], 1),
            },
        }
    }

    /// What is new in a window's whole footage.
    #[must_use]
    pub fn after(&self, window: &Window) -> Self {
        let (prefix, tokens) = (window.prefix, window.prefix_tokens());
        Self {
            video: self.video.clone().narrow(2, prefix, window.steps - prefix),
            sound: self.sound.clone().narrow(1, tokens, window.tokens() - tokens),
        }
    }

    /// The last tokens of the sound.
    ///
    /// # Shapes
    /// - out: `[1, tokens, audio_dim]`
    #[must_use]
    pub fn last_sound(self, tokens: usize) -> Tensor<3> {
        let [_, all, _] = self.sound.dims();
        self.sound.narrow(1, all - tokens, tokens)
    }

    /// One step of Euler's method from noise level `now` to `next`.
    #[must_use]
    pub fn stepped(&self, velocity: Self, now: f64, next: f64) -> Self {
        Self {
            video: euler(self.video.clone(), velocity.video, now, next),
            sound: euler(self.sound.clone(), velocity.sound, now, next),
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

    /// The same footage twice, for a prediction with and one without the prompt.
    #[must_use]
    pub fn twice(self) -> Latents {
        Latents { video: self.video.repeat_dim(0, 2), audio: Some(self.sound.repeat_dim(0, 2)) }
    }
}
