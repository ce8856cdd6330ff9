//! Whether something can be heard at one place of a sound: as multiples of what the sound does elsewhere.

use kinora_spec::Audio;

/// Samples on each side of the place in which a click is looked for: 10 ms.
const NEAR: usize = 160;
/// Samples of a level: 20 ms.
const LEVEL: usize = 320;
/// Levels below this are those of silence; keeps the logarithm finite.
const QUIET: f64 = 1e-4;

/// Largest step from one sample to the next within 10 ms, of the largest anywhere else in the sound; and the change of level, dB
/// between the 20 ms before and after, of the 95th percentile of such changes in the sound (at least 1 dB).
pub fn change(sound: &Audio, at: usize) -> [f64; 2] {
    let samples = &sound.samples;
    let step = |part: &[f32]| part.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    let mut jumps: Vec<f64> =
        (LEVEL..samples.len() - LEVEL).step_by(LEVEL).map(|at| jump(samples, at)).collect();
    jumps.sort_by(f64::total_cmp);
    let usual = jumps[jumps.len() * 95 / 100].max(1.0);
    let elsewhere = step(&samples[..at - NEAR]).max(step(&samples[at + NEAR..]));
    let near = step(&samples[at - NEAR..at + NEAR]) / elsewhere.max(f32::MIN_POSITIVE);
    [f64::from(near), jump(samples, at) / usual]
}

/// Change of level at a sample, dB.
fn jump(samples: &[f32], at: usize) -> f64 {
    let level = |part: &[f32]| {
        let power: f64 = part.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        20.0 * (power / part.len() as f64).sqrt().max(QUIET).log10()
    };
    (level(&samples[at..at + LEVEL]) - level(&samples[at - LEVEL..at])).abs()
}
