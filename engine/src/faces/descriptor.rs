//! The recognition network of face-api.js, dlib's `dlib_face_recognition_resnet_model_v1`: a residual network that turns a
//! face into 128 numbers which are near each other for one person.

use std::path::Path;

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::ops::{AvgPoolOptions, MaxPoolOptions, PadMode};
use burn::tensor::{Device, Tensor, module};
use kinora_spec::Picture;

use super::load;
use super::manifest::FaceModelError;
use super::picture::{Crop, Input, Place};
use crate::checkpoint::Names;
use crate::nn::{Conv2d, ConvShape, affine, ones, parameter, zeros};

/// Numbers of a descriptor.
pub const DESCRIPTOR: usize = 128;
/// Descriptors of one person are nearer than this (Euclidean), those of two are mostly not: dlib's threshold.
pub const SAME_PERSON_MAX: f32 = 0.6;
const INPUT: Input = Input { side: 150, place: Place::Middle, mean: [122.782, 117.001, 104.298] };
const NAMES: Names = &[("/", "."), ("conv.filters", "conv.weight")];

/// How far apart two descriptors are.
#[must_use]
pub fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

/// A batch normalisation of which only factor and sum are left.
#[derive(Module, Debug)]
struct Scale {
    /// `[channels]`.
    weights: Param<Tensor<1>>,
    /// `[channels]`.
    biases: Param<Tensor<1>>,
}

#[derive(Module, Debug)]
struct Layer {
    conv: Conv2d,
    scale: Scale,
}

impl Layer {
    fn init(shape: ConvShape, device: &Device) -> Self {
        let scale = Scale { weights: ones([shape.outputs], device), biases: zeros([shape.outputs], device) };
        Self { conv: Conv2d::init(shape, device), scale }
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let channelwise = |values: &Param<Tensor<1>>| values.val().unsqueeze_dims::<4>(&[0, 2, 3]);
        self.conv.forward(input) * channelwise(&self.scale.weights) + channelwise(&self.scale.biases)
    }
}

/// Two convolutions that are added to what they were given.
#[derive(Module, Debug)]
struct Residual {
    conv1: Layer,
    conv2: Layer,
}

impl Residual {
    fn init(channels: usize, device: &Device) -> Self {
        let [conv1, conv2] = [(); 2].map(|()| Layer::init(ConvShape::same(channels, channels, 3), device));
        Self { conv1, conv2 }
    }

    /// One that halves.
    fn down(inputs: usize, outputs: usize, device: &Device) -> Self {
        let halving = ConvShape::same(inputs, outputs, 3).stride(2).padding(0);
        Self {
            conv1: Layer::init(halving, device),
            conv2: Layer::init(ConvShape::same(outputs, outputs, 3), device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        relu(self.convolved(x.clone()) + x)
    }

    /// The input is halved by means; what it lacks in channels, and the convolutions in rows and columns, is 0.
    fn halve(&self, x: Tensor<4>) -> Tensor<4> {
        let out = self.convolved(x.clone());
        let pooled = module::avg_pool2d(x, AvgPoolOptions::new([2; 2]));
        let ([_, channels, rows, columns], [_, all, lower, right]) = (pooled.dims(), out.dims());
        let zeros = PadMode::Constant(0.0);
        let out = out.pad([(0, rows - lower), (0, columns - right)], zeros);
        let pooled = pooled.pad([(0, all - channels), (0, 0), (0, 0)], zeros);
        relu(out + pooled)
    }

    fn convolved(&self, x: Tensor<4>) -> Tensor<4> {
        self.conv2.forward(relu(self.conv1.forward(x)))
    }
}

/// The network.
#[derive(Module, Debug)]
pub struct DescriptorNet {
    conv32_down: Layer,
    conv32_1: Residual,
    conv32_2: Residual,
    conv32_3: Residual,
    conv64_down: Residual,
    conv64_1: Residual,
    conv64_2: Residual,
    conv64_3: Residual,
    conv128_down: Residual,
    conv128_1: Residual,
    conv128_2: Residual,
    conv256_down: Residual,
    conv256_1: Residual,
    conv256_2: Residual,
    conv256_down_out: Residual,
    /// `[DESCRIPTOR, 256]`.
    fc: Param<Tensor<2>>,
}

impl DescriptorNet {
    /// Loads `face_recognition_model` from a folder.
    ///
    /// # Errors
    /// [`FaceModelError`].
    pub fn load(folder: &Path, device: &Device) -> Result<Self, FaceModelError> {
        let same = |channels| Residual::init(channels, device);
        let down = |inputs, outputs| Residual::down(inputs, outputs, device);
        let mut network = Self {
            conv32_down: Layer::init(ConvShape::same(3, 32, 7).stride(2).padding(0), device),
            conv32_1: same(32),
            conv32_2: same(32),
            conv32_3: same(32),
            conv64_down: down(32, 64),
            conv64_1: same(64),
            conv64_2: same(64),
            conv64_3: same(64),
            conv128_down: down(64, 128),
            conv128_1: same(128),
            conv128_2: same(128),
            conv256_down: down(128, 256),
            conv256_1: same(256),
            conv256_2: same(256),
            conv256_down_out: down(256, 256),
            fc: parameter([DESCRIPTOR, 256], 256, device),
        };
        load(&mut network, folder, "face_recognition", NAMES)?;
        Ok(network)
    }

    /// The [`DESCRIPTOR`] numbers of the face that fills a rectangle of the picture as
    /// [`Landmarks::aligned`](super::Landmarks::aligned) says.
    #[must_use]
    pub fn forward(&self, picture: &Picture, part: Crop, device: &Device) -> Vec<f32> {
        let x = relu(self.conv32_down.forward(INPUT.of(picture, part, device)));
        let mut x = module::max_pool2d(x, MaxPoolOptions::new([3; 2]).with_stride([2; 2]));
        for block in [&self.conv32_1, &self.conv32_2, &self.conv32_3] {
            x = block.forward(x);
        }
        let stages = [
            (&self.conv64_down, vec![&self.conv64_1, &self.conv64_2, &self.conv64_3]),
            (&self.conv128_down, vec![&self.conv128_1, &self.conv128_2]),
            (&self.conv256_down, vec![&self.conv256_1, &self.conv256_2]),
            (&self.conv256_down_out, vec![]),
        ];
        for (down, blocks) in stages {
            x = down.halve(x);
            for block in blocks {
                x = block.forward(x);
            }
        }
        let [batch, channels, rows, columns] = x.dims();
        let mean = x.reshape([batch, channels, rows * columns]).mean_dim(2).reshape([batch, channels]);
        affine(mean, self.fc.val().transpose(), None).into_data().iter().collect()
    }
}
