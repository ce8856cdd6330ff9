//! The landmark network of face-api.js: four blocks of separable convolutions whose outputs are added up, then the
//! coordinates of 68 points of a face.

use std::path::Path;

use burn::module::Module;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use kinora_spec::Picture;

use super::layers::{Separable, pad_end};
use super::manifest::FaceModelError;
use super::picture::{Crop, Input, Place};
use super::{Rect, load};
use crate::checkpoint::Names;
use crate::nn::{Conv2d, ConvShape, Linear};

/// Points of a face.
pub const POINTS: usize = 68;
/// Side of what the network sees, pixels.
const SIDE: usize = 112;
const INPUT: Input = Input { side: SIDE, place: Place::Middle, mean: [122.782, 117.001, 104.298] };
const NAMES: Names =
    &[("fc/weights", "fc/weight"), ("/", "."), ("dense0.conv0.filters", "dense0.conv0.weight")];

/// Points of a face in the order of iBUG 300-W, pixels from the left upper corner of the picture. Left and right are those
/// of the picture: the jaw from left to right (0 to 16, 8 the chin), brows (17 to 26), nose from above (27 to 30) and from
/// left to right (31 to 35), eyes (36 to 41 left, 42 to 47 right), lips (48 to 67).
#[derive(Clone, Debug, PartialEq)]
pub struct Landmarks(pub [[f32; 2]; POINTS]);

impl Landmarks {
    /// The mean of some of the points.
    #[must_use]
    pub fn mean(&self, points: std::ops::Range<usize>) -> [f32; 2] {
        let count = points.len() as f32;
        [0, 1].map(|axis| self.0[points.clone()].iter().map(|point| point[axis]).sum::<f32>() / count)
    }

    /// The square that the descriptor network wants to see, whole pixels, which may reach out of the picture to the right
    /// and below: eyes and mouth in the middle, their distance 0.45 of it (dlib's alignment as face-api.js has it, without
    /// rotation).
    #[must_use]
    pub fn aligned(&self) -> Rect {
        let centres = [self.mean(36..42), self.mean(42..48), self.mean(48..68)];
        let [left, right, mouth] = centres;
        let distance = |eye: [f32; 2]| (mouth[0] - eye[0]).hypot(mouth[1] - eye[1]);
        let size = (f32::midpoint(distance(left), distance(right)) / 0.45).floor();
        let [x, y] = [0, 1].map(|axis| centres.iter().map(|centre| centre[axis]).sum::<f32>() / 3.0);
        let (left, top) = ((x - 0.5 * size).max(0.0).floor(), (y - 0.43 * size).max(0.0).floor());
        Rect { left, top, width: size, height: size }
    }
}

/// A block of four convolutions, the first of which halves; each of the others is given the sum of all before.
#[derive(Module, Debug)]
struct Block<First: Module> {
    conv0: First,
    conv1: Separable,
    conv2: Separable,
    conv3: Separable,
}

impl<First: Module> Block<First> {
    fn init(conv0: First, channels: usize, device: &Device) -> Self {
        let [conv1, conv2, conv3] = [(); 3].map(|()| Separable::init(channels, channels, device));
        Self { conv0, conv1, conv2, conv3 }
    }

    /// What follows the first convolution.
    fn after(&self, first: Tensor<4>) -> Tensor<4> {
        let mut sum = relu(first);
        let mut input = sum.clone();
        for layer in [&self.conv1, &self.conv2, &self.conv3] {
            sum = sum + layer.forward(input);
            input = relu(sum.clone());
        }
        input
    }
}

/// The network.
#[derive(Module, Debug)]
pub struct LandmarkNet {
    dense0: Block<Conv2d>,
    dense1: Block<Separable>,
    dense2: Block<Separable>,
    dense3: Block<Separable>,
    fc: Linear,
}

impl LandmarkNet {
    /// Loads `face_landmark_68_model` from a folder.
    ///
    /// # Errors
    /// [`FaceModelError`].
    pub fn load(folder: &Path, device: &Device) -> Result<Self, FaceModelError> {
        let block =
            |inputs: usize| Block::init(Separable::init(inputs, 2 * inputs, device), 2 * inputs, device);
        let first = Conv2d::init(ConvShape::same(3, 32, 3).stride(2).padding(0), device);
        let mut network = Self {
            dense0: Block::init(first, 32, device),
            dense1: block(32),
            dense2: block(64),
            dense3: block(128),
            fc: Linear::init(256, 2 * POINTS, device),
        };
        load(&mut network, folder, "face_landmark_68", NAMES)?;
        Ok(network)
    }

    /// Where the points of the face are that fills a rectangle of the picture.
    #[must_use]
    pub fn forward(&self, picture: &Picture, part: Crop, device: &Device) -> Landmarks {
        let input = INPUT.of(picture, part, device);
        let mut x = self.dense0.after(self.dense0.conv0.forward(pad_end(input)));
        for block in [&self.dense1, &self.dense2, &self.dense3] {
            x = block.after(block.conv0.halve(x));
        }
        let [batch, channels, ..] = x.dims();
        let mean = x.reshape([batch, channels, (SIDE / 16).pow(2)]).mean_dim(2).reshape([batch, channels]);
        let out: Vec<f32> = self.fc.forward(mean).into_data().iter().collect();
        // Of the square, in the middle of which the rectangle was put.
        let side = part.width.max(part.height) as f32;
        let margin = |length: usize| (side - length as f32) / 2.0;
        let (left, top) = (part.left as f32 - margin(part.width), part.top as f32 - margin(part.height));
        Landmarks(std::array::from_fn(|at| [left + out[2 * at] * side, top + out[2 * at + 1] * side]))
    }
}
