//! Noise to footage: one window, step after step.

use burn::tensor::Tensor;

use super::Model;
use super::config::Pass;
use super::footage::{Clean, Footage};
use super::plan::{Plan, Take};
use crate::models::wan::Context;

/// What stays the same from the first step of a window to the last.
pub struct Given<'a> {
    /// The model.
    pub model: &'a Model,
    /// The plan of the clip.
    pub plan: &'a Plan<'a>,
    /// The window.
    pub take: &'a Take,
    /// What it begins with.
    pub clean: Clean,
    /// The prompt and the looks of its scene.
    pub context: &'a Context,
}

/// A window under way: Euler's method along the guided velocity. What is clean stays as it is.
pub struct Denoising<'a> {
    given: Given<'a>,
    /// What every pass begins the sound from.
    sound: Tensor<3>,
    new: Footage,
}

impl<'a> Denoising<'a> {
    /// Begins from noise, or from footage under noise, of what is new in the window.
    #[must_use]
    pub fn new(given: Given<'a>, start: Footage) -> Self {
        Self { given, sound: start.sound.clone(), new: start }
    }

    /// One step of a pass. The passes are those of [`Sampling::passes`](super::Sampling::passes) in their order, each with all steps of the schedule from 0 on:
    /// the first begins the sound. What comes out is the first latent step as it would be if the velocity stayed what it is.
    ///
    /// # Panics
    /// If the schedule has no such step.
    ///
    /// # Shapes
    /// - out: `[1, z, 1, rows, columns]`, normalised
    pub fn step(&mut self, pass: Pass, step: usize) -> Tensor<5> {
        let Given { model, plan, take, clean, context } = &self.given;
        let sigmas = &plan.schedule.sigmas;
        let (now, next) = (sigmas[step], sigmas[step + 1]);
        if step == 0 {
            self.new.sound = self.sound.clone();
        }
        let whole = Footage::joined(clean.clone(), self.new.clone());
        let time = plan.time(take, pass, step);
        let prediction = model.predict(whole, take.window.early(), &time, context).after(&take.window);
        let velocity = self.new.velocity(prediction, model.config.transformer.audio_predicts, now);
        let first = self.new.first_clean(&velocity, now);
        self.new = self.new.stepped(velocity, pass, now, next);
        first
    }

    /// The window, whole.
    #[must_use]
    pub fn finish(self) -> Footage {
        Footage::joined(self.given.clean, self.new)
    }
}
