//! What a spec means for the model: canvas, windows, lengths, and how many operations each part takes.

use kinora_spec::Spec;

use super::Model;
use super::autoencoder::{decode_flops, encode_flops};
use super::config::Config;
use super::film::Canvas;
use super::footage::FootageShape;
use super::text::text_flops;
use super::vocoder::vocode_flops;
use super::window::{Window, frames, windows};
use crate::models::wan::{Grid, Time};

/// Predictions a step: with the prompt and without.
const BRANCHES: usize = 2;

/// The plan of one clip.
pub struct Plan<'a> {
    config: &'a Config,
    /// What is painted and what of it is shown.
    pub canvas: Canvas,
    /// Frames of the finished clip.
    pub frames: usize,
    /// Samples of the finished clip.
    pub samples: usize,
    /// Whether the sound is computed to the end.
    pub sound: bool,
    /// Where the noise comes from.
    pub seed: u32,
    /// Rows of the prompt's words in the table.
    pub rows: Vec<i32>,
    /// The windows, in order.
    pub windows: Vec<Window>,
}

impl<'a> Plan<'a> {
    /// Plans the clip of a spec.
    #[must_use]
    pub fn new(model: &'a Model, spec: &Spec) -> Self {
        let config = &model.config;
        let frames = (spec.seconds * config.fps) as usize;
        Self {
            config,
            canvas: Canvas::of(spec.size),
            frames,
            samples: (spec.seconds * config.audio.sample_rate) as usize,
            sound: spec.generate_audio,
            seed: spec.seed,
            rows: model.words.rows(&spec.prompt, config.text.max_words),
            windows: windows(frames, config.sampling.prefix_latents),
        }
    }

    /// Denoising steps over all windows.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.windows.len() * self.config.sampling.steps
    }

    /// Frames that a window takes over from the one before.
    #[must_use]
    pub fn prefix_frames(&self) -> usize {
        frames(self.config.sampling.prefix_latents)
    }

    /// Sizes of the latents.
    #[must_use]
    pub fn footage_shape(&self) -> FootageShape {
        let Config { vae, transformer, audio, .. } = self.config;
        let audio_dim = transformer.audio_dim.unwrap_or(audio.mels * audio.frames_per_token);
        FootageShape { z: vae.z, cells: self.canvas.cells(), audio_dim }
    }

    /// The timestep of every token of a window: what was kept is clean.
    #[must_use]
    pub fn time(&self, window: &Window, timestep: f64) -> Time {
        let [all, kept] = [window.steps, window.prefix].map(|steps| self.grid(steps, 0).video());
        let tokens = [(kept, 0.0), (all - kept, timestep), (window.prefix_tokens(), 0.0)];
        let last = (window.tokens() - window.prefix_tokens(), timestep);
        let branch =
            tokens.into_iter().chain([last]).flat_map(|(count, time)| std::iter::repeat_n(time, count));
        let values: Vec<f64> = branch.collect::<Vec<_>>().repeat(BRANCHES);
        Time::per_token(BRANCHES, &values)
    }

    fn grid(&self, steps: usize, tokens: usize) -> Grid {
        let [rows, columns] = self.canvas.cells();
        self.config.transformer.grid([steps, rows, columns], tokens)
    }

    /// Operations of the whole clip.
    #[must_use]
    pub fn flops(&self) -> u64 {
        let steps = self.config.sampling.steps as u64;
        let window = |window: &Window| {
            self.keep_flops(window) + steps * self.step_flops(window) + self.decode_flops(window.steps)
        };
        let windows: u64 = self.windows.iter().map(window).sum();
        let preview = self.decode_flops(1);
        self.text_flops() + windows + preview + if self.sound { self.vocode_flops() } else { 0 }
    }

    /// Operations of encoding the prompt and preparing it for every block.
    #[must_use]
    pub fn text_flops(&self) -> u64 {
        let Config { text, transformer, .. } = self.config;
        text_flops(text, self.rows.len()) + transformer.context_flops(BRANCHES, text.max_words)
    }

    /// Operations of encoding what a window keeps.
    #[must_use]
    pub fn keep_flops(&self, window: &Window) -> u64 {
        encode_flops(&self.config.vae, window.prefix_frames(), self.canvas.painted)
    }

    /// Operations of one denoising step.
    #[must_use]
    pub fn step_flops(&self, window: &Window) -> u64 {
        let Config { transformer, text, .. } = self.config;
        let times = if window.prefix > 0 { 2 } else { 1 };
        let grid = self.grid(window.steps, window.tokens());
        transformer.forward_flops(BRANCHES, grid, text.max_words, times)
    }

    /// Operations of decoding so many latent steps.
    #[must_use]
    pub fn decode_flops(&self, steps: usize) -> u64 {
        decode_flops(&self.config.vae, steps, self.canvas.cells())
    }

    /// Operations of the vocoder on the sound of all windows.
    #[must_use]
    pub fn vocode_flops(&self) -> u64 {
        let tokens: usize = self.windows.iter().map(|window| window.tokens() - window.prefix_tokens()).sum();
        vocode_flops(&self.config.vocoder, &self.config.audio, tokens * self.config.audio.frames_per_token)
    }
}
