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
        // Beyond this the filter swings higher with every sample.
        debug_assert!(reach * (reach + 2.0 * damping) < 4.0, "{hertz} Hz with a damping of {damping}");
        self.low += reach * self.band;
        let high = self.noise.draw() - self.low - damping * self.band;
        self.band += reach * high;
    }
}

/// How loud a sound is over its time: a straight rise, an exponential fade, and 10 ms of closing, or its end would click.
struct Envelope {
    level: f32,
    fade: f32,
    now: f32,
    rise: f32,
    length: f32,
}

impl Envelope {
    fn new(length: f32, gain: f32, attack: f32, decay: f32) -> Self {
        Self { level: gain, fade: (-decay * STEP_S).exp(), now: 0.0, rise: 1.0 / attack, length }
    }

    /// The next level.
    #[inline(always)]
    fn next(&mut self) -> f32 {
        let edge = (self.now * self.rise).min((self.length - self.now) * 100.0).min(1.0);
        let level = self.level * edge;
        self.now += STEP_S;
        self.level *= self.fade;
        level
    }
}

/// The samples from `at` for `length` seconds, as far as there are any.
fn span(samples: &mut [f32], at: f32, length: f32) -> &mut [f32] {
    let first = ((at / STEP_S) as usize).min(samples.len());
    let end = (first + (length / STEP_S) as usize).min(samples.len());
    &mut samples[first..end]
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
        let (mut ground, mut overtone) = (Oscillator::new(0.0), Oscillator::new(0.0));
        let mut envelope = Envelope::new(self.length, self.gain, self.attack, self.decay);
        let glide = (self.to_hz - self.from_hz) * STEP_S / self.length;
        let mut hertz = self.from_hz;
        for sample in span(samples, self.at, self.length) {
            let wave = ground.next(hertz) + self.bright * overtone.next(2.0 * hertz);
            *sample += envelope.next() * wave;
            hertz += glide;
        }
    }
}

/// A burst of noise: the part of a blow that has no pitch.
#[derive(Clone, Copy)]
pub struct Burst {
    /// When it starts, in seconds.
    pub at: f32,
    /// How long it lasts, in seconds.
    pub length: f32,
    /// The middle of its band at the start.
    pub from_hz: f32,
    /// The middle of its band at the end.
    pub to_hz: f32,
    /// Small for a whistle, near 1 for a rush.
    pub damping: f32,
    /// Loudness, 0 to 1.
    pub gain: f32,
    /// How long it takes to be loud, in seconds.
    pub attack: f32,
    /// By how many e-folds a second it fades.
    pub decay: f32,
    /// Of the noise.
    pub seed: u32,
}

impl Burst {
    /// Add it to a clip's sound.
    pub fn add(self, samples: &mut [f32]) {
        let mut air = Wind::new(self.seed);
        let mut envelope = Envelope::new(self.length, self.gain, self.attack, self.decay);
        let glide = (self.to_hz - self.from_hz) * STEP_S / self.length;
        let mut hertz = self.from_hz;
        for sample in span(samples, self.at, self.length) {
            *sample += envelope.next() * air.band(hertz, self.damping);
            hertz += glide;
        }
    }
}

/// A struck bell: one sine bends the phase of another, less and less (Chowning 1973, "The Synthesis of Complex Audio
/// Spectra by Means of Frequency Modulation").
#[derive(Clone, Copy)]
pub struct Chime {
    /// When it is struck, in seconds.
    pub at: f32,
    /// How long it rings, in seconds.
    pub length: f32,
    /// Its pitch.
    pub hertz: f32,
    /// How many times faster the one sine is than the other; no whole number sounds like metal.
    pub ratio: f32,
    /// How far the phase is bent at the stroke, in turns.
    pub depth: f32,
    /// Loudness, 0 to 1.
    pub gain: f32,
    /// By how many e-folds a second it fades.
    pub decay: f32,
}

impl Chime {
    /// Add it to a clip's sound.
    pub fn add(self, samples: &mut [f32]) {
        let (mut carrier, mut bend) = (0.0_f32, Oscillator::new(0.0));
        let mut envelope = Envelope::new(self.length, self.gain, 0.002, self.decay);
        let mut depth = self.depth;
        let dulling = (-1.5 * self.decay * STEP_S).exp();
        for sample in span(samples, self.at, self.length) {
            carrier = (carrier + self.hertz * STEP_S).fract();
            let phase = carrier + depth * bend.next(self.ratio * self.hertz);
            *sample += envelope.next() * sine(phase - phase.floor());
            depth *= dulling;
        }
    }
}
