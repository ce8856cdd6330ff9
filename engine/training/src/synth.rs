//! The few timbres of the world: a tone that may glide, and filtered noise. When they are heard is decided
//! elsewhere.

use crate::sound::SAMPLE_RATE;

/// Seconds between two samples.
pub const STEP_S: f32 = 1.0 / SAMPLE_RATE as f32;

/// An oscillator that keeps its phase, so that its frequency can change without a click.
pub struct Oscillator {
    /// In turns, 0 to 1.
    phase: f32,
}

impl Oscillator {
    /// One that starts at `phase`, in turns.
    pub fn new(phase: f32) -> Self {
        Self { phase: phase.fract() }
    }

    /// The next sample of a sine at `hertz`; exact to a thousandth, which is far below what can be heard
    /// here.
    #[inline(always)]
    pub fn next(&mut self, hertz: f32) -> f32 {
        self.phase += hertz * STEP_S;
        if self.phase >= 1.0 {
            self.phase -= 1.0;
        }
        sine(self.phase)
    }
}

/// A parabola bent into a sine; `phase` in turns, 0 to 1.
#[inline(always)]
fn sine(phase: f32) -> f32 {
    let x = phase - 0.5;
    let y = -(8.0 * x - 16.0 * x * x.abs());
    0.225 * (y * y.abs() - y) + y
}

/// White noise from a seed, cheaper than a die and as repeatable.
pub struct Noise(u32);

impl Noise {
    /// The noise of a seed.
    pub fn new(seed: u32) -> Self {
        Self(seed | 1)
    }

    /// The next sample, between -1 and 1.
    #[inline(always)]
    pub fn draw(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as i32 as f32 * (1.0 / 2_147_483_648.0)
    }
}

/// Noise around one frequency: a state-variable filter, of which the band or the low part is used.
pub struct Wind {
    noise: Noise,
    low: f32,
    band: f32,
}

impl Wind {
    /// Silent at first.
    pub fn new(seed: u32) -> Self {
        Self { noise: Noise::new(seed), low: 0.0, band: 0.0 }
    }

    /// The next sample around `hertz`; `damping` is small for a whistle and near 1 for a rush.
    #[inline(always)]
    pub fn band(&mut self, hertz: f32, damping: f32) -> f32 {
        self.advance(hertz, damping);
        self.band * damping
    }

    /// The next sample of everything below `hertz`.
    #[inline(always)]
    pub fn low(&mut self, hertz: f32) -> f32 {
        self.advance(hertz, 1.2);
        self.low
    }

    #[inline(always)]
    fn advance(&mut self, hertz: f32, damping: f32) {
        let reach = std::f32::consts::TAU * hertz * STEP_S;
        self.low += reach * self.band;
        let high = self.noise.draw() - self.low - damping * self.band;
        self.band += reach * high;
    }
}

/// One note, thud or chirp.
#[derive(Clone, Copy)]
pub struct Tone {
    /// When it starts, in seconds.
    pub at: f32,
    /// How long it lasts, in seconds.
    pub length: f32,
    /// Frequency at the start.
    pub from_hz: f32,
    /// Frequency at the end.
    pub to_hz: f32,
    /// Loudness, 0 to 1.
    pub gain: f32,
    /// How long it takes to be loud, in seconds.
    pub attack: f32,
    /// By how many e-folds a second it fades.
    pub decay: f32,
    /// The share of the first overtone.
    pub bright: f32,
}

impl Tone {
    /// Add it to a clip's sound.
    pub fn add(self, samples: &mut [f32]) {
        let first = (self.at / STEP_S) as usize;
        let count = (self.length / STEP_S) as usize;
        let Some(samples) = samples.get_mut(first..) else { return };
        let (mut ground, mut overtone) = (Oscillator::new(0.0), Oscillator::new(0.0));
        let fade = (-self.decay * STEP_S).exp();
        let mut level = self.gain;
        for (at, sample) in samples.iter_mut().take(count).enumerate() {
            let now = at as f32 * STEP_S;
            let hertz = self.from_hz + (self.to_hz - self.from_hz) * now / self.length;
            // The last 10 ms close to silence, or the end would click.
            let edge = (now / self.attack).min((self.length - now) / 0.01).min(1.0);
            let wave = ground.next(hertz) + self.bright * overtone.next(2.0 * hertz);
            *sample += level * edge * wave;
            level *= fade;
        }
    }
}
