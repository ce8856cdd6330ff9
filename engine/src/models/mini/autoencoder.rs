//! Pictures to latents and back: 8 in space, 4 in time, causal, so that a clip can be decoded as it grows.
//!
//! The names are those of the weights file; see `README.md` for the architecture.

use burn::module::{Module, Param};
use burn::nn::{PixelShuffleConfig, PixelUnshuffleConfig};
use burn::tensor::{Device, Tensor};

use super::config::AutoencoderConfig;
use crate::flops;
use crate::nn::{Conv2d, ConvShape, Precision, normalised, ones, zeros};

/// Frames of one latent step; the very first stands for one frame, shown three times more in front.
pub const FRAMES_PER_STEP: usize = 4;
/// Pixels of one latent cell, each way.
pub const PIXELS_PER_CELL: usize = 8;
/// Side of the squares of pixels that become channels at the outer ends.
const SQUARE: usize = 4;
/// Channels of one frame once its squares are channels.
const SQUARE_CHANNELS: usize = 3 * SQUARE * SQUARE;
const EPS: f64 = 1e-6;

/// Some blocks of one width.
#[derive(Clone, Copy)]
struct Stage {
    count: usize,
    channels: usize,
    /// How many steps a block sees: its own, or that and the one before.
    steps: usize,
    precision: Precision,
}

impl Stage {
    const fn convolutions(&self) -> [ConvShape; 2] {
        let Self { channels, steps, .. } = *self;
        [ConvShape::same(steps * channels, channels, 3), ConvShape::same(channels, channels, 3)]
    }

    fn init(&self, device: &Device) -> Vec<Res> {
        let [conv1, conv2] =
            self.convolutions().map(|shape| move || Conv2d::init(shape, device).products(self.precision));
        let block = |_| Res { conv1: conv1(), conv2: conv2(), gain: ones([self.channels], device) };
        (0..self.count).map(block).collect()
    }

    /// Operations on `steps` pictures of `size`.
    fn flops(&self, steps: usize, size: [usize; 2]) -> u64 {
        let block: u64 = self.convolutions().iter().map(|shape| flops::conv(shape, steps, &size)).sum();
        self.count as u64 * block
    }
}

/// Residual block: normalise over channels, two convolutions, add.
#[derive(Module, Debug)]
struct Res {
    conv1: Conv2d,
    conv2: Conv2d,
    gain: Param<Tensor<1>>,
}

impl Res {
    /// A block without memory.
    ///
    /// # Shapes
    /// - x, out: `[steps, channels, rows, columns]`
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let (x, y) = normalised(x, self.gain.val(), EPS);
        self.conv2.forward_silu(Some(x), self.conv1.forward(y))
    }

    /// A block with memory: `last` is what the previous call ended with (nothing: zeros), and is replaced.
    ///
    /// # Shapes
    /// - x, out: `[steps, channels, rows, columns]` · last: one step of it
    fn forward_after(&self, x: Tensor<4>, last: &mut Option<Tensor<4>>) -> Tensor<4> {
        let [steps, ..] = x.dims();
        let (x, y) = normalised(x, self.gain.val(), EPS);
        let newest = y.clone().narrow(0, steps - 1, 1);
        let before = last.replace(newest.clone()).unwrap_or_else(|| newest.zeros_like());
        let previous = match steps {
            1 => before,
            _ => Tensor::cat(vec![before, y.clone().narrow(0, 0, steps - 1)], 0),
        };
        self.conv2.forward_silu(Some(x), self.conv1.forward(Tensor::cat(vec![y, previous], 1)))
    }
}

fn channelwise(values: &Param<Tensor<1>>) -> Tensor<4> {
    let [channels] = values.dims();
    values.val().reshape([1, channels, 1, 1])
}

/// The convolutions and blocks of the encoder, in order.
struct EncoderPlan {
    conv_in: ConvShape,
    a: Stage,
    down: ConvShape,
    b: Stage,
    conv_out: ConvShape,
}

impl EncoderPlan {
    fn of(config: &AutoencoderConfig) -> Self {
        let ([a, b], [count_a, count_b]) = (config.encoder_channels, config.encoder_blocks);
        let precision = config.precision;
        Self {
            conv_in: ConvShape::same(FRAMES_PER_STEP * SQUARE_CHANNELS, a, 3),
            a: Stage { count: count_a, channels: a, steps: 1, precision },
            down: ConvShape::same(a, b, 3).stride(2),
            b: Stage { count: count_b, channels: b, steps: 2, precision },
            conv_out: ConvShape::same(b, config.z, 1),
        }
    }
}

#[derive(Module, Debug)]
struct Encoder {
    conv_in: Conv2d,
    blocks_a: Vec<Res>,
    down: Conv2d,
    blocks_b: Vec<Res>,
    conv_out: Conv2d,
}

impl Encoder {
    fn init(config: &AutoencoderConfig, device: &Device) -> Self {
        let plan = EncoderPlan::of(config);
        let conv = |shape| Conv2d::init(shape, device).products(config.precision);
        Self {
            conv_in: conv(plan.conv_in),
            blocks_a: plan.a.init(device),
            down: conv(plan.down),
            blocks_b: plan.b.init(device),
            conv_out: conv(plan.conv_out),
        }
    }

    /// # Shapes
    /// - video: `[frames, 3, height, width]` · out: `[steps, z, height/8, width/8]`
    fn forward(&self, video: Tensor<4>) -> Tensor<4> {
        let [frames, _, height, width] = video.dims();
        let first = video.clone().narrow(0, 0, 1).repeat_dim(0, FRAMES_PER_STEP - 1);
        let squares = PixelUnshuffleConfig::new(SQUARE).init().forward(Tensor::cat(vec![first, video], 0));
        let steps = frames.div_ceil(FRAMES_PER_STEP);
        let channels = FRAMES_PER_STEP * SQUARE_CHANNELS;
        let mut x = self.conv_in.forward(squares.reshape([steps, channels, height / SQUARE, width / SQUARE]));
        for block in &self.blocks_a {
            x = block.forward(x);
        }
        x = self.down.forward_silu(None, x);
        for block in &self.blocks_b {
            x = block.forward_after(x, &mut None);
        }
        self.conv_out.forward(x)
    }
}

/// The convolutions and blocks of the decoder, in order.
struct DecoderPlan {
    conv_in: ConvShape,
    a: Stage,
    up_a: ConvShape,
    b: Stage,
    up_b: ConvShape,
    c: Stage,
    conv_out: ConvShape,
}

impl DecoderPlan {
    fn of(config: &AutoencoderConfig) -> Self {
        let ([a, b, c], [count_a, count_b, count_c]) = (config.decoder_channels, config.decoder_blocks);
        let precision = config.precision;
        Self {
            conv_in: ConvShape::same(config.z, a, 3),
            a: Stage { count: count_a, channels: a, steps: 2, precision },
            up_a: ConvShape::same(a, 2 * 4 * b, 1),
            b: Stage { count: count_b, channels: b, steps: 2, precision },
            up_b: ConvShape::same(b, 2 * c, 1),
            c: Stage { count: count_c, channels: c, steps: 2, precision },
            conv_out: ConvShape::same(c, SQUARE_CHANNELS, 3),
        }
    }
}

#[derive(Module, Debug)]
struct Decoder {
    conv_in: Conv2d,
    blocks_a: Vec<Res>,
    up_a: Conv2d,
    blocks_b: Vec<Res>,
    up_b: Conv2d,
    blocks_c: Vec<Res>,
    conv_out: Conv2d,
}

impl Decoder {
    fn init(config: &AutoencoderConfig, device: &Device) -> Self {
        let plan = DecoderPlan::of(config);
        let conv = |shape| Conv2d::init(shape, device).products(config.precision);
        Self {
            conv_in: conv(plan.conv_in),
            blocks_a: plan.a.init(device),
            up_a: conv(plan.up_a),
            blocks_b: plan.b.init(device),
            up_b: conv(plan.up_b),
            blocks_c: plan.c.init(device),
            conv_out: conv(plan.conv_out),
        }
    }

    /// # Shapes
    /// - z: `[steps, z, rows, columns]` · out: `[4 steps, 3, 8 rows, 8 columns]`
    fn forward(&self, z: Tensor<4>, memory: &mut Memory) -> Tensor<4> {
        let mut x = self.conv_in.forward(z);
        x = run(&self.blocks_a, x, &mut memory.a);
        x = PixelShuffleConfig::new(2).init().forward(two_steps(self.up_a.forward(x)));
        x = run(&self.blocks_b, x, &mut memory.b);
        x = two_steps(self.up_b.forward(x));
        x = run(&self.blocks_c, x, &mut memory.c);
        PixelShuffleConfig::new(SQUARE).init().forward(self.conv_out.forward_silu(None, x))
    }
}

/// One step becomes two: the first half of the channels is the first of them.
fn two_steps(x: Tensor<4>) -> Tensor<4> {
    let [steps, channels, rows, columns] = x.dims();
    x.reshape([2 * steps, channels / 2, rows, columns])
}

fn run(blocks: &[Res], mut x: Tensor<4>, memory: &mut [Option<Tensor<4>>]) -> Tensor<4> {
    for (block, last) in blocks.iter().zip(memory) {
        x = block.forward_after(x, last);
    }
    x
}

/// What the decoder's blocks saw last.
struct Memory {
    a: Vec<Option<Tensor<4>>>,
    b: Vec<Option<Tensor<4>>>,
    c: Vec<Option<Tensor<4>>>,
}

/// The autoencoder with the statistics between it and the diffusion transformer.
#[derive(Module, Debug)]
pub struct Autoencoder {
    encoder: Encoder,
    decoder: Decoder,
    mean: Param<Tensor<1>>,
    std: Param<Tensor<1>>,
}

impl Autoencoder {
    /// Untrained, to be filled by the loader.
    #[must_use]
    pub fn init(config: &AutoencoderConfig, device: &Device) -> Self {
        Self {
            encoder: Encoder::init(config, device),
            decoder: Decoder::init(config, device),
            mean: zeros([config.z], device),
            std: ones([config.z], device),
        }
    }

    /// Pictures in [-1, 1] to normalised latents.
    ///
    /// # Shapes
    /// - video: `[1 + 4k, 3, height, width]`, sides multiples of 8 · out: `[1, z, 1 + k, height/8, width/8]`
    ///
    /// # Panics
    /// When the number of frames is not `1 + 4k`.
    #[must_use]
    pub fn encode(&self, video: Tensor<4>) -> Tensor<5> {
        assert_eq!(video.dims()[0] % FRAMES_PER_STEP, 1, "a window has 1 + 4k frames");
        let z = (self.encoder.forward(video) - channelwise(&self.mean)) / channelwise(&self.std);
        z.swap_dims(0, 1).unsqueeze_dim(0)
    }

    /// Starts to decode one window; [`Decoding::next`] does the work.
    #[must_use]
    pub fn decoding(&self) -> Decoding<'_> {
        let empty = |blocks: &Vec<Res>| blocks.iter().map(|_| None).collect();
        let Decoder { blocks_a, blocks_b, blocks_c, .. } = &self.decoder;
        let memory = Memory { a: empty(blocks_a), b: empty(blocks_b), c: empty(blocks_c) };
        Decoding { vae: self, memory, started: false }
    }
}

/// A window that is being decoded, some latent steps at a time; memory does not grow with its length.
pub struct Decoding<'a> {
    vae: &'a Autoencoder,
    memory: Memory,
    started: bool,
}

impl Decoding<'_> {
    /// The pictures of the next latent steps, about in [-1, 1].
    ///
    /// # Shapes
    /// - latents: `[1, z, steps, rows, columns]`, normalised
    /// - out: `[frames, 3, 8 rows, 8 columns]`, four frames a step; the first step of all is one frame
    pub fn next(&mut self, latents: Tensor<5>) -> Tensor<4> {
        let z = latents.squeeze_dim::<4>(0).swap_dims(0, 1);
        let z = z * channelwise(&self.vae.std) + channelwise(&self.vae.mean);
        let video = self.vae.decoder.forward(z, &mut self.memory);
        if std::mem::replace(&mut self.started, true) {
            return video;
        }
        let [frames, ..] = video.dims();
        video.narrow(0, FRAMES_PER_STEP - 1, frames - (FRAMES_PER_STEP - 1))
    }
}

/// Operations of [`Autoencoder::encode`] on `frames` pictures of `size` pixels, rows first.
#[must_use]
pub fn encode_flops(config: &AutoencoderConfig, frames: usize, size: [usize; 2]) -> u64 {
    let plan = EncoderPlan::of(config);
    let steps = frames.div_ceil(FRAMES_PER_STEP);
    let (squares, cells) = (size.map(|side| side / SQUARE), size.map(|side| side / PIXELS_PER_CELL));
    let wide = [plan.conv_in, plan.down].iter().map(|shape| flops::conv(shape, steps, &squares)).sum::<u64>();
    let deep = flops::conv(&plan.conv_out, steps, &cells);
    wide + plan.a.flops(steps, squares) + plan.b.flops(steps, cells) + deep
}

/// Operations of decoding `steps` latent steps of `cells`, rows first, in however many calls.
#[must_use]
pub fn decode_flops(config: &AutoencoderConfig, steps: usize, cells: [usize; 2]) -> u64 {
    let plan = DecoderPlan::of(config);
    let squares = cells.map(|cells| cells * PIXELS_PER_CELL / SQUARE);
    let a = [plan.conv_in, plan.up_a].iter().map(|shape| flops::conv(shape, steps, &cells)).sum::<u64>();
    let b = flops::conv(&plan.up_b, 2 * steps, &squares);
    let c = flops::conv(&plan.conv_out, 4 * steps, &squares);
    let blocks =
        plan.a.flops(steps, cells) + plan.b.flops(2 * steps, squares) + plan.c.flops(4 * steps, squares);
    a + b + c + blocks
}
