//! All randomness of a run. Noise is drawn on the host, so that it is the same for every device.

use burn::tensor::{Device, Tensor, TensorData};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The seed of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u32);

/// What noise is for. Streams of one seed are independent, so that a run without sound has the same pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Stream {
    /// Latent frames.
    Video = 1,
    /// Audio tokens.
    Audio = 2,
}

impl Seed {
    /// Standard normal numbers of one stream for one window of a clip.
    ///
    /// ChaCha8 with the seed as key, stream and window as its nonce, and Box and Muller's transform in f64. The last bit
    /// of a number may differ between platforms whose `ln`, `sin` and `cos` differ.
    #[must_use]
    pub fn normal(self, stream: Stream, window: u32, count: usize) -> Vec<f32> {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&self.0.to_le_bytes());
        let mut source = ChaCha8Rng::from_seed(key);
        source.set_stream(u64::from(stream as u32) << 32 | u64::from(window));
        let mut numbers = Vec::with_capacity(count + 1);
        while numbers.len() < count {
            let radius = (-2.0 * unit(&mut source).ln()).sqrt();
            let angle = std::f64::consts::TAU * unit(&mut source);
            numbers.push((radius * angle.cos()) as f32);
            numbers.push((radius * angle.sin()) as f32);
        }
        numbers.truncate(count);
        numbers
    }

    /// [`Seed::normal`] as a tensor.
    #[must_use]
    pub fn noise<const D: usize>(
        self,
        stream: Stream,
        window: u32,
        shape: [usize; D],
        device: &Device,
    ) -> Tensor<D> {
        let numbers = self.normal(stream, window, shape.iter().product());
        Tensor::from_data(TensorData::new(numbers, shape), device)
    }
}

/// Uniform in (0, 1], in steps of 2^-53: never 0, whose logarithm is infinite.
fn unit(source: &mut ChaCha8Rng) -> f64 {
    ((source.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_standard_normal() {
        let numbers = Seed(7).normal(Stream::Video, 0, 100_001);
        let count = numbers.len() as f64;
        let moment = |power: i32| numbers.iter().map(|x| f64::from(*x).powi(power)).sum::<f64>() / count;
        assert_eq!(numbers.len(), 100_001);
        assert!(moment(1).abs() < 0.02, "mean {}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.02, "variance {}", moment(2));
        assert!((moment(4) - 3.0).abs() < 0.1, "kurtosis {}", moment(4));
    }

    /// The expected numbers are from another implementation of ChaCha8 and of the transform.
    #[test]
    fn the_noise_of_a_seed_never_changes() {
        let expected = [-0.861_526_8, 0.152_360_6, -0.551_198_6, 0.740_941_9];
        let numbers = Seed(7).normal(Stream::Audio, 3, 4);
        assert!(numbers.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{numbers:?}");
    }

    #[test]
    fn seed_stream_and_window_each_change_the_noise_and_the_count_does_not() {
        let base = Seed(1).normal(Stream::Video, 0, 8);
        assert_eq!(base[..5], Seed(1).normal(Stream::Video, 0, 5));
        for other in [
            Seed(2).normal(Stream::Video, 0, 8),
            Seed(1).normal(Stream::Audio, 0, 8),
            Seed(1).normal(Stream::Video, 1, 8),
        ] {
            assert!(base.iter().zip(&other).all(|(a, b)| a != b));
        }
    }
}
