//! Spectrogram to samples: a small Vocos. The network runs on the device, the inverse transform on the host.
//!
//! Source of the architecture: Siuzdak, "Vocos", <https://arxiv.org/abs/2306.00814>.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner};

use super::config::{AudioConfig, VocoderConfig};
use crate::flops;
use crate::nn::{Conv1d, ConvShape, LayerNorm, Linear, gelu_tanh, ones};

/// Taps of every convolution.
const TAPS: usize = 7;
const EPS: f64 = 1e-6;
/// Largest log-magnitude, so that one wrong number cannot drown the rest.
const LOG_MAGNITUDE_MAX: f32 = 5.0;

const fn conv_in(config: &VocoderConfig, audio: &AudioConfig) -> ConvShape {
    ConvShape::same(audio.mels, config.channels, TAPS)
}

const fn depthwise(config: &VocoderConfig) -> ConvShape {
    ConvShape::same(config.channels, config.channels, TAPS).groups(config.channels)
}

/// ConvNeXt block.
#[derive(Module, Debug)]
struct Block {
    dwconv: Conv1d,
    norm: LayerNorm,
    pw1: Linear,
    pw2: Linear,
    gamma: Param<Tensor<1>>,
}

impl Block {
    fn init(config: &VocoderConfig, device: &Device) -> Self {
        let VocoderConfig { channels, hidden, .. } = *config;
        Self {
            dwconv: Conv1d::init(depthwise(config), device),
            norm: LayerNorm::init(channels, EPS, device),
            pw1: Linear::init(channels, hidden, device),
            pw2: Linear::init(hidden, channels, device),
            gamma: ones([channels], device),
        }
    }

    /// # Shapes
    /// - x, out: `[1, channels, frames]`
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let y = self.norm.forward(self.dwconv.forward(x.clone()).swap_dims(1, 2));
        let y = self.pw2.forward(gelu_tanh(self.pw1.forward(y))) * self.gamma.val().unsqueeze();
        x + y.swap_dims(1, 2)
    }
}

/// The network.
#[derive(Module, Debug)]
pub struct Vocoder {
    conv_in: Conv1d,
    norm_in: LayerNorm,
    blocks: Vec<Block>,
    norm_out: LayerNorm,
    head: Linear,
    mels: usize,
}

impl Vocoder {
    /// Untrained, to be filled by the loader.
    #[must_use]
    pub fn init(config: &VocoderConfig, audio: &AudioConfig, device: &Device) -> Self {
        Self {
            conv_in: Conv1d::init(conv_in(config, audio), device),
            norm_in: LayerNorm::init(config.channels, EPS, device),
            blocks: (0..config.blocks).map(|_| Block::init(config, device)).collect(),
            norm_out: LayerNorm::init(config.channels, EPS, device),
            head: Linear::init(config.channels, audio.n_fft + 2, device),
            mels: audio.mels,
        }
    }

    /// Log-magnitudes and phases of the transform's bins.
    ///
    /// # Shapes
    /// - tokens: `[1, tokens, frames_per_token * mels]`, normalised log-mel, frame-major
    /// - out: `[frames, n_fft + 2]`, the first half log-magnitudes, the second phases in radians
    #[must_use]
    pub fn forward(&self, tokens: Tensor<3>) -> Tensor<2> {
        let [_, count, numbers] = tokens.dims();
        let mel = tokens.reshape([1, count * numbers / self.mels, self.mels]).swap_dims(1, 2);
        let mut x = self.norm_in.forward(self.conv_in.forward(mel).swap_dims(1, 2)).swap_dims(1, 2);
        for block in &self.blocks {
            x = block.forward(x);
        }
        self.head.forward(self.norm_out.forward(x.swap_dims(1, 2))).squeeze_dim(0)
    }
}

/// Operations of [`Vocoder::forward`] on `frames` frames; the inverse transform on the host is not counted.
#[must_use]
pub fn vocode_flops(config: &VocoderConfig, audio: &AudioConfig, frames: usize) -> u64 {
    let VocoderConfig { channels, hidden, blocks } = *config;
    let pointwise = flops::linear(frames, channels, hidden) + flops::linear(frames, hidden, channels);
    let block = flops::conv(&depthwise(config), 1, &[frames]) + pointwise;
    let ends =
        flops::conv(&conv_in(config, audio), 1, &[frames]) + flops::linear(frames, channels, audio.n_fft + 2);
    ends + blocks as u64 * block
}

/// Inverse short-time Fourier transform, as `torch.istft(center=True)` with a periodic Hann window, then zeros
/// for the last hop: `head` is what [`Vocoder::forward`] gave, the result has `frames * hop` samples.
///
/// # Errors
/// A text for the operator when `head` is not whole frames of `n_fft + 2` numbers.
pub fn samples(head: &[f32], audio: &AudioConfig) -> Result<Vec<f32>, String> {
    let AudioConfig { n_fft, hop, .. } = *audio;
    if head.is_empty() || !head.len().is_multiple_of(n_fft + 2) {
        return Err(format!("the vocoder gave {} numbers, not frames of {}", head.len(), n_fft + 2));
    }
    let frames = head.len() / (n_fft + 2);
    let window: Vec<f32> = (0..n_fft).map(|n| hann(n, n_fft)).collect();
    let transform = RealFftPlanner::<f32>::new().plan_fft_inverse(n_fft);
    let mut wave = vec![0.0; (frames - 1) * hop + n_fft];
    let mut weight = vec![0.0; wave.len()];
    for (frame, head) in head.chunks_exact(n_fft + 2).enumerate() {
        let piece = one_frame(head, transform.as_ref())?;
        let at = frame * hop;
        for (n, w) in window.iter().enumerate() {
            wave[at + n] += piece[n] * w / n_fft as f32;
            weight[at + n] += w * w;
        }
    }
    let middle = n_fft / 2..n_fft / 2 + (frames - 1) * hop;
    let mut out: Vec<f32> = middle.map(|n| wave[n] / weight[n]).collect();
    out.resize(frames * hop, 0.0);
    Ok(out)
}

/// The periodic Hann window of `count` samples at sample `n`.
pub(super) fn hann(n: usize, count: usize) -> f32 {
    let turn = std::f64::consts::TAU * n as f64 / count as f64;
    (0.5 - 0.5 * turn.cos()) as f32
}

/// One frame of samples, times `n_fft`.
fn one_frame(head: &[f32], transform: &dyn ComplexToReal<f32>) -> Result<Vec<f32>, String> {
    let (magnitudes, phases) = head.split_at(head.len() / 2);
    let bin = |(a, phase): (&f32, &f32)| Complex::from_polar(a.min(LOG_MAGNITUDE_MAX).exp(), *phase);
    let mut bins: Vec<Complex<f32>> = magnitudes.iter().zip(phases).map(bin).collect();
    // The first and the last bin of a real signal are real; PyTorch ignores what else is there.
    let last = bins.len() - 1;
    bins[0].im = 0.0;
    bins[last].im = 0.0;
    let mut piece = transform.make_output_vec();
    transform.process(&mut bins, &mut piece).map_err(|error| error.to_string())?;
    Ok(piece)
}
