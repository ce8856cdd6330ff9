//! Whether somebody seems to speak. A rule of thumb, not a recogniser: it does not know words, and a song or a flute that
//! is played fast may pass for speech.

use kinora_spec::Audio;
use realfft::RealFftPlanner;

/// The sound is brought to this rate, samples a second: speech has what tells it below 4 kHz.
const RATE: u32 = 8_000;
/// Sound at a lower rate than this is not listened to.
const SOUND_RATE_MIN: u32 = 4_000;
/// Samples of a frame, 32 ms, and from one to the next, 16 ms.
const FRAME: usize = 256;
const HOP: usize = FRAME / 2;
/// Frames of a window, one second, and from one to the next, half a second.
const WINDOW: usize = 62;
const WINDOW_HOP: usize = WINDOW / 2;

/// The bands whose powers are compared, hertz.
const BAND_EDGES: [f32; 6] = [200.0, 400.0, 800.0, 1_600.0, 2_400.0, 3_900.0];
const BANDS: usize = BAND_EDGES.len() - 1;
/// Rates of syllables, hertz.
const SYLLABLES: std::ops::RangeInclusive<f32> = 2.0..=8.0;
/// Pitches of voices, hertz.
const PITCH_MIN: u32 = 70;
const PITCH_MAX: u32 = 400;
/// A frame repeats itself when it is this much like itself one period earlier (correlation, at most 1).
const REPEATS_MIN: f32 = 0.6;
/// A frame of a window counts when it has this share of the power of its loudest.
const COUNTS_MIN: f32 = 0.01;

/// A window is quiet below this root mean square; full scale is 1.
const LOUD_MIN: f32 = 0.002;
/// What syllables move the loudness at least, as a share of its mean. Speech has 0.2 to 1, steady tones and noise 0.05.
const MODULATION_MIN: f32 = 0.2;
/// How much the shares of the bands move at least, decibels (standard deviation). Speech has 3 to 9, notes that swell and
/// fade about 1.
const MOVEMENT_MIN: f32 = 2.5;
/// In which share of the frames there is a voice at least. Speech has 0.5 to 1, chords and noise 0.
const VOICED_MIN: f32 = 0.3;

/// What is heard in 32 ms.
#[derive(Clone, Copy, Default)]
struct Frame {
    /// Power in each band.
    bands: [f32; BANDS],
    /// Whether it repeats itself at the pitch of a voice.
    voiced: bool,
}

impl Frame {
    fn power(&self) -> f32 {
        self.bands.iter().sum()
    }
}

/// The share of the sound's seconds, in [0, 1], in which somebody seems to speak: loud enough, with a voice, swelling at
/// the rate of syllables, and changing its colour as vowels and hisses do.
#[must_use]
pub fn speech_share(sound: &Audio) -> f32 {
    let samples = resampled(sound);
    let frames = frames(&samples);
    let starts = (0..).map(|at| at * WINDOW_HOP).take_while(|start| start + WINDOW <= frames.len());
    let spoken: Vec<bool> = starts
        .map(|start| {
            let heard = &samples[start * HOP..(start + WINDOW - 1) * HOP + FRAME];
            root_mean_square(heard) >= LOUD_MIN && is_speech(&frames[start..start + WINDOW])
        })
        .collect();
    if spoken.is_empty() {
        return 0.0;
    }
    spoken.iter().filter(|spoken| **spoken).count() as f32 / spoken.len() as f32
}

fn is_speech(window: &[Frame]) -> bool {
    let loudest = window.iter().map(Frame::power).fold(0.0, f32::max);
    let counted: Vec<&Frame> = window.iter().filter(|frame| frame.power() > COUNTS_MIN * loudest).collect();
    let voiced = counted.iter().filter(|frame| frame.voiced).count() as f32;
    voiced >= VOICED_MIN * counted.len() as f32
        && modulation(window) >= MODULATION_MIN
        && movement(&counted) >= MOVEMENT_MIN
}

/// How far syllables move the loudness, as a share of its mean.
fn modulation(window: &[Frame]) -> f32 {
    let loudness: Vec<f32> = window.iter().map(|frame| frame.power().sqrt()).collect();
    let count = loudness.len() as f32;
    let mean = loudness.iter().sum::<f32>() / count;
    // A discrete Fourier transform of a few frequencies.
    let power_at = |cycles: usize| {
        let turn = std::f32::consts::TAU * cycles as f32 / count;
        let waves = loudness.iter().enumerate().map(|(at, value)| {
            let (sin, cos) = (turn * at as f32).sin_cos();
            [(value - mean) * cos, (value - mean) * sin]
        });
        let [real, imaginary] = waves.fold([0.0; 2], |sum, wave| [sum[0] + wave[0], sum[1] + wave[1]]);
        real * real + imaginary * imaginary
    };
    let hertz = |cycles: usize| cycles as f32 * RATE as f32 / (count * HOP as f32);
    let power: f32 =
        (1..loudness.len() / 2).filter(|cycles| SYLLABLES.contains(&hertz(*cycles))).map(power_at).sum();
    (2.0 * power).sqrt() / count / mean.max(f32::MIN_POSITIVE)
}

/// The standard deviation of the bands' shares of a frame's power, decibels, mean over the bands.
fn movement(frames: &[&Frame]) -> f32 {
    /// Below this share a band is as good as silent.
    const SHARE_MIN: f32 = 1e-3;
    let count = frames.len() as f32;
    let deviation = |band: usize| {
        let shares = frames.iter().map(|frame| frame.bands[band] / frame.power() + SHARE_MIN);
        let decibels: Vec<f32> = shares.map(|share| 10.0 * share.log10()).collect();
        let mean = decibels.iter().sum::<f32>() / count;
        (decibels.iter().map(|level| (level - mean).powi(2)).sum::<f32>() / count).sqrt()
    };
    (0..BANDS).map(deviation).sum::<f32>() / BANDS as f32
}

fn frames(samples: &[f32]) -> Vec<Frame> {
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(FRAME);
    let mut spectrum = transform.make_output_vec();
    let fade = |at: usize| (std::f32::consts::PI * at as f32 / FRAME as f32).sin().powi(2);
    let bin = |hertz: f32| (hertz * FRAME as f32 / RATE as f32).ceil() as usize;
    let starts = (0..).step_by(HOP).take_while(|start| start + FRAME <= samples.len());
    let mut heard = vec![];
    for start in starts {
        let frame = &samples[start..start + FRAME];
        let mut faded: Vec<f32> = frame.iter().enumerate().map(|(at, value)| value * fade(at)).collect();
        if transform.process(&mut faded, &mut spectrum).is_err() {
            continue; // it refuses only wrong lengths
        }
        let band = |band: usize| {
            let bins = &spectrum[bin(BAND_EDGES[band])..bin(BAND_EDGES[band + 1])];
            bins.iter().map(realfft::num_complex::Complex::norm_sqr).sum()
        };
        heard.push(Frame { bands: std::array::from_fn(band), voiced: repeats(frame) });
    }
    heard
}

/// Whether the frame is like itself a pitch period of a voice earlier.
fn repeats(frame: &[f32]) -> bool {
    let periods = (RATE / PITCH_MAX) as usize..=(RATE / PITCH_MIN) as usize;
    periods.into_iter().any(|period| {
        let pairs = frame.iter().zip(&frame[period..]);
        let [product, early, late] = pairs.fold([0.0_f32; 3], |[product, early, late], (a, b)| {
            [product + a * b, early + a * a, late + b * b]
        });
        product > REPEATS_MIN * (early * late).sqrt()
    })
}

/// The sound at [`RATE`]: each sample is the mean of those it stands for, or the nearest one.
fn resampled(sound: &Audio) -> Vec<f32> {
    if sound.sample_rate < SOUND_RATE_MIN {
        return vec![];
    }
    let count = (sound.samples.len() as u64 * u64::from(RATE) / u64::from(sound.sample_rate)) as usize;
    let place = |at: usize| (at as u64 * u64::from(sound.sample_rate) / u64::from(RATE)) as usize;
    let sample = |at: usize| {
        let from = place(at);
        let own = &sound.samples[from..place(at + 1).clamp(from + 1, sound.samples.len())];
        own.iter().sum::<f32>() / own.len() as f32
    };
    (0..count).map(sample).collect()
}

fn root_mean_square(samples: &[f32]) -> f32 {
    (samples.iter().map(|value| value * value).sum::<f32>() / samples.len() as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    /// Four seconds of a function of the time in seconds.
    fn sound(sample_rate: u32, value: impl Fn(f32) -> f32) -> Audio {
        let samples = (0..4 * sample_rate).map(|at| value(at as f32 / sample_rate as f32)).collect();
        Audio { sample_rate, samples }
    }

    /// Noise between -1 and 1, the same each time (xorshift).
    fn noise(count: usize) -> Vec<f32> {
        let mut state = 0x9E37_79B9_u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as f32 / u32::MAX as f32 * 2.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// A plucked string: four overtones that fade.
    fn note(hertz: f32, since: f32) -> f32 {
        let tones = (1..=4).map(|tone| (TAU * hertz * tone as f32 * since).sin() / tone as f32);
        tones.sum::<f32>() * (-3.0 * since).exp() * (100.0 * since).min(1.0)
    }

    /// The unsigned 8-bit samples of a WAV file at 8 kHz with a header of 44 bytes.
    fn spoken() -> Audio {
        let bytes = include_bytes!("../../tests/golden/speech.wav");
        let samples = bytes[44..].iter().map(|byte| (f32::from(*byte) - 128.0) / 128.0).collect();
        Audio { sample_rate: 8_000, samples }
    }

    #[test]
    fn what_is_not_speech_is_not_taken_for_it() {
        const CHORDS: [[f32; 3]; 4] =
            [[262.0, 330.0, 392.0], [220.0, 262.0, 330.0], [175.0, 220.0, 262.0], [196.0, 247.0, 294.0]];
        let beat = |length: f32, t: f32| ((t / length) as usize, t % length);
        let hiss = noise(4 * 48_000);
        let hissing = |t: f32| hiss[(t * 48_000.0) as usize];
        let swell = |t: f32| 1.0 + 0.9 * (TAU * 4.0 * t).sin();
        let chords = |length: f32, t: f32| {
            let (at, since) = beat(length, t);
            CHORDS[at % 4].iter().map(|hertz| note(*hertz, since)).sum::<f32>() * 0.1
        };
        let sounds: [(&str, &dyn Fn(f32) -> f32); 8] = [
            ("silence", &|_| 0.0),
            ("a tone", &|t| 0.3 * (TAU * 440.0 * t).sin()),
            ("a tone that swells", &|t| 0.1 * (TAU * 440.0 * t).sin() * swell(t)),
            ("noise", &|t| 0.1 * hissing(t)),
            ("noise that swells", &|t| 0.1 * hissing(t) * swell(t)),
            ("two chords a second", &|t| chords(0.5, t)),
            ("four chords a second", &|t| chords(0.25, t)),
            ("chords and a rattle", &|t| {
                chords(0.5, t) + 0.3 * hissing(t) * (-20.0 * beat(0.5, t + 0.25).1).exp()
            }),
        ];
        for (name, value) in sounds {
            assert_eq!(speech_share(&sound(48_000, value)), 0.0, "{name}");
        }
    }

    #[test]
    fn speech_is_speech_at_any_rate_loud_or_soft() {
        let spoken = spoken();
        assert_eq!(speech_share(&spoken), 1.0);
        let often = spoken.samples.iter().flat_map(|value| [0.05 * value; 6]).collect();
        assert_eq!(speech_share(&Audio { sample_rate: 48_000, samples: often }), 1.0);
        let count = spoken.samples.len() * 441 / 80;
        let often = (0..count).map(|at| spoken.samples[at * 80 / 441]).collect();
        assert_eq!(speech_share(&Audio { sample_rate: 44_100, samples: often }), 1.0);
    }

    #[test]
    fn silence_after_speech_is_not_spoken() {
        let mut sound = spoken();
        let seconds = sound.samples.len() / 8_000;
        sound.samples.resize(sound.samples.len() * 3, 0.0);
        let share = speech_share(&sound);
        assert!((0.25..0.45).contains(&share), "{share} of which {seconds} s speech");
    }

    #[test]
    fn a_sound_shorter_than_a_second_says_nothing() {
        assert_eq!(speech_share(&Audio { sample_rate: 8_000, samples: vec![] }), 0.0);
        assert_eq!(speech_share(&Audio { sample_rate: 0, samples: vec![0.5; 100] }), 0.0);
        assert_eq!(speech_share(&Audio { sample_rate: 8_000, samples: vec![0.5; 7_000] }), 0.0);
    }
}
