//! Samples to the spectrogram that the transformer and the vocoder work on. All of it on the host, in F32 as it was
//! trained; the filters are computed in f64.

use realfft::RealFftPlanner;

use super::config::AudioConfig;
use super::vocoder::hann;

/// Magnitudes below this are silence.
const SILENCE: f32 = 1e-5;
/// Zero crossings of the resampling filter, each way.
const CROSSINGS: f64 = 16.0;

/// Mean and spread of every bin over the training set: how the spectrogram is normalised.
#[derive(Clone, Debug)]
pub struct Levels {
    /// Mean of each bin's logarithm.
    pub mean: Vec<f32>,
    /// Standard deviation of it.
    pub std: Vec<f32>,
}

impl Levels {
    /// Normalises a spectrogram.
    ///
    /// # Shapes
    /// - mel, out: `[frames, mels]`
    #[must_use]
    pub fn normalised(&self, mut mel: Vec<f32>) -> Vec<f32> {
        for frame in mel.chunks_exact_mut(self.mean.len()) {
            for ((value, mean), std) in frame.iter_mut().zip(&self.mean).zip(&self.std) {
                *value = (*value - mean) / std;
            }
        }
        mel
    }
}

/// Natural logarithm of the magnitudes of `mels` triangular bins, evenly spaced on O'Shaughnessy's mel scale (2595 log10(1 +
/// f / 700)) from 0 to half the sample rate, of `torch.stft(center=True)` with a periodic Hann window.
///
/// # Shapes
/// - out: `[1 + samples / hop, mels]`
///
/// # Errors
/// A text for the operator when there are fewer samples than the reflection at the ends needs, or the transform fails.
pub fn log_mel(samples: &[f32], audio: &AudioConfig) -> Result<Vec<f32>, String> {
    let AudioConfig { n_fft, hop, mels, sample_rate, .. } = *audio;
    let half = n_fft / 2;
    if samples.len() <= half {
        return Err(format!("{} samples are too few for a spectrogram", samples.len()));
    }
    let padded = reflected(samples, half);
    let filters = filters(sample_rate, n_fft, mels);
    let window: Vec<f32> = (0..n_fft).map(|n| hann(n, n_fft)).collect();
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(n_fft);
    let (mut piece, mut bins) = (transform.make_input_vec(), transform.make_output_vec());
    let frames = 1 + samples.len() / hop;
    let mut out = Vec::with_capacity(frames * mels);
    for frame in 0..frames {
        for ((value, sample), weight) in piece.iter_mut().zip(&padded[frame * hop..]).zip(&window) {
            *value = sample * weight;
        }
        transform.process(&mut piece, &mut bins).map_err(|error| error.to_string())?;
        let magnitudes: Vec<f32> = bins.iter().map(|bin| bin.norm()).collect();
        out.extend(filters.iter().map(|(first, weights)| {
            let sum: f32 = weights.iter().zip(&magnitudes[*first..]).map(|(weight, bin)| weight * bin).sum();
            sum.max(SILENCE).ln()
        }));
    }
    Ok(out)
}

fn reflected(samples: &[f32], by: usize) -> Vec<f32> {
    let before = samples[1..=by].iter().rev();
    let after = samples[samples.len() - 1 - by..samples.len() - 1].iter().rev();
    before.chain(samples).chain(after).copied().collect()
}

/// The triangles: the first bin of the transform that each covers, and the weights from there.
fn filters(sample_rate: u32, n_fft: usize, mels: usize) -> Vec<(usize, Vec<f32>)> {
    let highest = f64::from(sample_rate) / 2.0;
    let top = 2595.0 * (1.0 + highest / 700.0).log10();
    let point = |index: usize| 700.0 * (10f64.powf(top * index as f64 / (mels + 1) as f64 / 2595.0) - 1.0);
    let bins: Vec<f64> = (0..=n_fft / 2).map(|bin| highest * bin as f64 / (n_fft / 2) as f64).collect();
    let triangle = |mel: usize| {
        let (low, centre, high) = (point(mel), point(mel + 1), point(mel + 2));
        let weight =
            |bin: &f64| f64::min((bin - low) / (centre - low), (high - bin) / (high - centre)).max(0.0);
        let first = bins.partition_point(|bin| *bin < low);
        let end = bins.partition_point(|bin| *bin <= high);
        (first, bins[first..end].iter().map(|bin| weight(bin) as f32).collect())
    };
    (0..mels).map(triangle).collect()
}

/// Sound at another rate: a sinc as wide as the lower of both rates allows, under a Hann window, normalised at every sample
/// so that a constant stays one.
#[must_use]
pub fn at_rate(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    if from == to || samples.is_empty() {
        return samples.to_vec();
    }
    let step = f64::from(from) / f64::from(to);
    let wide = step.max(1.0); // samples from one zero crossing to the next
    let reach = CROSSINGS * wide;
    let last = samples.len() - 1;
    let count = (samples.len() as f64 / step).round() as usize;
    let one = |place: usize| {
        let centre = place as f64 * step;
        let (first, end) = ((centre - reach).ceil().max(0.0) as usize, ((centre + reach) as usize).min(last));
        let (mut sum, mut weights) = (0.0, 0.0);
        for (at, sample) in (first..=end).zip(samples.get(first..=end).unwrap_or_default()) {
            let away = at as f64 - centre;
            let weight = sinc(away / wide) * (0.5 + 0.5 * (std::f64::consts::PI * away / reach).cos());
            sum += weight * f64::from(*sample);
            weights += weight;
        }
        if weights.abs() < f64::EPSILON { 0.0 } else { (sum / weights) as f32 }
    };
    (0..count).map(one).collect()
}

fn sinc(x: f64) -> f64 {
    let turn = std::f64::consts::PI * x;
    if turn.abs() < 1e-9 { 1.0 } else { turn.sin() / turn }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_keeps_its_pitch_and_level_at_another_rate() {
        let tone = |rate: u32| -> Vec<f32> {
            let turn = std::f64::consts::TAU * 440.0 / f64::from(rate);
            (0..rate / 2).map(|n| (f64::from(n) * turn).sin() as f32).collect()
        };
        for from in [8_000, 44_100, 48_000] {
            let (found, expected) = (at_rate(&tone(from), from, 16_000), tone(16_000));
            assert_eq!(found.len(), expected.len());
            let inner = 400..found.len() - 400;
            let worst = found[inner.clone()].iter().zip(&expected[inner]).map(|(a, b)| (a - b).abs());
            let worst = worst.fold(0.0, f32::max);
            assert!(worst < 0.01, "{from} Hz: {worst}");
        }
    }

    #[test]
    fn a_tone_above_what_the_lower_rate_holds_is_gone() {
        let turn = std::f64::consts::TAU * 11_000.0 / 48_000.0;
        let tone: Vec<f32> = (0..24_000).map(|n| (f64::from(n) * turn).sin() as f32).collect();
        let found = at_rate(&tone, 48_000, 16_000);
        assert!(found[400..7_600].iter().all(|sample| sample.abs() < 0.01));
    }
}
