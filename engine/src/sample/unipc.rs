//! UniPC (Zhao et al., 2023, arXiv 2302.04867) of order two in its `bh2` form on flow velocities, as diffusers'
//! `UniPCMultistepScheduler` with `predict_x0` and `lower_order_final` runs it.

use burn::tensor::Tensor;

use super::Schedule;

/// The solver: it remembers two predictions of the clean latents and the latents before the last step.
#[derive(Clone, Debug)]
pub struct UniPc<const D: usize> {
    sigmas: Vec<f64>,
    /// The next step.
    step: usize,
    /// Predictions of the clean latents, the newest last; at most two.
    clean: Vec<Tensor<D>>,
    /// The latents that the last step started from, corrected, and the order it was made with.
    last: Option<(Tensor<D>, usize)>,
}

/// The predictor and corrector share this: the step from level `s` to `t` as
/// `(sigma_t / sigma_s) x - alpha_t b (m0 + ..)`.
struct Step {
    /// Factor of the latents.
    keep: f64,
    /// `alpha_t b`, where `b = e^(-h) - 1`.
    pull: f64,
    /// `lambda_t - lambda_s`, the log signal-to-noise ratio gained.
    gain: f64,
    b: f64,
}

impl<const D: usize> UniPc<D> {
    /// A solver at the start of `schedule`.
    #[must_use]
    pub fn new(schedule: &Schedule) -> Self {
        Self { sigmas: schedule.sigmas.clone(), step: 0, clean: vec![], last: None }
    }

    /// Makes the next step.
    ///
    /// # Shapes
    /// - x, velocity: any, always the same · out: as x
    ///
    /// # Panics
    /// If all steps have been made.
    #[must_use]
    pub fn step(&mut self, x: Tensor<D>, velocity: Tensor<D>) -> Tensor<D> {
        let step = self.step;
        assert!(step + 1 < self.sigmas.len(), "the schedule has {step} steps");
        let clean = x.clone() - velocity * self.sigmas[step];
        let x = match self.last.take() {
            Some((before, order)) => self.corrected(before, &clean, order),
            None => x,
        };
        self.clean.push(clean);
        let order = self.clean.len().min(2).min(self.sigmas.len() - 1 - step);
        let next = self.predicted(&x, order);
        self.clean.drain(..self.clean.len() - 2.min(self.clean.len()));
        self.last = Some((x, order));
        self.step += 1;
        next
    }

    /// The latents of the next level.
    fn predicted(&self, x: &Tensor<D>, order: usize) -> Tensor<D> {
        let newest = self.clean.len() - 1;
        let m0 = self.clean[newest].clone();
        if self.sigmas[self.step + 1] == 0.0 {
            return m0; // the limit: all signal
        }
        let step = self.between(self.step, self.step + 1);
        let next = x.clone() * step.keep - m0.clone() * step.pull;
        if order < 2 {
            return next;
        }
        let ratio = (self.lambda(self.step - 1) - self.lambda(self.step)) / step.gain;
        next - (self.clean[newest - 1].clone() - m0) * (0.5 * step.pull / ratio)
    }

    /// The latents of this level once more, now that the model was asked here too.
    fn corrected(&self, before: Tensor<D>, clean: &Tensor<D>, order: usize) -> Tensor<D> {
        let newest = self.clean.len() - 1;
        let m0 = self.clean[newest].clone();
        let step = self.between(self.step - 1, self.step);
        let base = before * step.keep - m0.clone() * step.pull;
        let change = clean.clone() - m0.clone();
        if order < 2 {
            return base - change * (0.5 * step.pull);
        }
        let ratio = (self.lambda(self.step - 2) - self.lambda(self.step - 1)) / step.gain;
        let phi = -step.b / step.gain - 1.0;
        let b1 = phi / step.b;
        let b2 = 2.0 * (-phi / step.gain - 0.5) / step.b;
        let older = (b1 - b2) / (1.0 - ratio);
        let earlier = (self.clean[newest - 1].clone() - m0) * (step.pull * older / ratio);
        base - earlier - change * (step.pull * (b1 - older))
    }

    fn between(&self, from: usize, to: usize) -> Step {
        let gain = self.lambda(to) - self.lambda(from);
        let b = (-gain).exp_m1();
        Step { keep: self.sigmas[to] / self.sigmas[from], pull: (1.0 - self.sigmas[to]) * b, gain, b }
    }

    /// Logarithm of the signal-to-noise ratio at a level.
    fn lambda(&self, step: usize) -> f64 {
        (1.0 - self.sigmas[step]).ln() - self.sigmas[step].ln()
    }
}
