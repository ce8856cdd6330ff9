//! The tiny face detector of face-api.js: six convolutions, of which five are separable, over a grid of cells that tell
//! each of five boxes how sure they are that a face fills it (tiny YOLO v2, <https://arxiv.org/abs/1612.08242>).

use std::path::Path;

use burn::module::Module;
use burn::tensor::activation::{leaky_relu, sigmoid};
use burn::tensor::{Device, Tensor};
use kinora_spec::Picture;

use super::layers::{Separable, max_pool};
use super::manifest::FaceModelError;
use super::picture::{Crop, Input, Place};
use super::{Rect, load};
use crate::checkpoint::Names;
use crate::nn::{Conv2d, ConvShape};

/// Side of what the network sees, pixels: face-api.js' default. Faces below about a tenth of it are not found.
pub const SIDE: usize = 416;
/// A box is a face when its score, in [0, 1], is more: face-api.js' default.
pub const SCORE_MIN: f32 = 0.5;
/// Two boxes show one face when they share more than this of what both cover.
pub const OVERLAP_MAX: f32 = 0.4;

/// Widths and heights of the boxes, cells.
const ANCHORS: [[f32; 2]; 5] = [
    [1.603_231, 2.094_468],
    [6.041_143, 7.080_126],
    [2.882_459, 3.518_061],
    [4.266_906, 5.178_857],
    [9.041_765, 10.663_08],
];
/// Numbers of a box: centre, size, score.
const NUMBERS: usize = 5;
const SLOPE: f64 = 0.1;
const INPUT: Input = Input { side: SIDE, place: Place::Corner, mean: [117.001, 114.697, 97.404] };
const NAMES: Names = &[("/", "."), ("filters", "weight")];

/// A face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// Where it is, pixels; it may reach out of the picture.
    pub rect: Rect,
    /// How sure the network is, in [`SCORE_MIN`, 1].
    pub score: f32,
}

/// The network.
#[derive(Module, Debug)]
pub struct Detector {
    conv0: Conv2d,
    conv1: Separable,
    conv2: Separable,
    conv3: Separable,
    conv4: Separable,
    conv5: Separable,
    conv8: Conv2d,
}

impl Detector {
    /// Loads `tiny_face_detector_model` from a folder.
    ///
    /// # Errors
    /// [`FaceModelError`].
    pub fn load(folder: &Path, device: &Device) -> Result<Self, FaceModelError> {
        let separable = |inputs| Separable::init(inputs, 2 * inputs, device);
        let mut network = Self {
            conv0: Conv2d::init(ConvShape::same(3, 16, 3).padding(0), device),
            conv1: separable(16),
            conv2: separable(32),
            conv3: separable(64),
            conv4: separable(128),
            conv5: separable(256),
            conv8: Conv2d::init(ConvShape::same(512, ANCHORS.len() * NUMBERS, 1), device),
        };
        load(&mut network, folder, "tiny_face_detector", NAMES)?;
        Ok(network)
    }

    /// What the network says of a picture, which is put at the left upper corner of a square.
    ///
    /// # Shapes
    /// - out: `[1, 5 * 5, 13, 13]`: for each box its centre, size and score, then rows and columns of cells
    #[must_use]
    pub fn forward(&self, picture: &Picture, device: &Device) -> Tensor<4> {
        let input = INPUT.of(picture, Crop::whole(picture), device);
        let mut x = max_pool(leaky_relu(self.conv0.forward(input), SLOPE), 2);
        for layer in [&self.conv1, &self.conv2, &self.conv3, &self.conv4] {
            x = max_pool(leaky_relu(layer.forward(x), SLOPE), 2);
        }
        x = max_pool(leaky_relu(self.conv5.forward(x), SLOPE), 1);
        self.conv8.forward(x)
    }

    /// The faces of a picture, the surest first.
    #[must_use]
    pub fn detect(&self, picture: &Picture, device: &Device) -> Vec<Detection> {
        distinct(boxes(self.forward(picture, device), picture.width.max(picture.height) as f32))
    }
}

/// The boxes that are sure enough.
///
/// In a cell at column c: centre `(c + sigmoid(x)) / cells`, width `exp(w) anchor / cells`, both of the square's `side`.
fn boxes(output: Tensor<4>, side: f32) -> Vec<Detection> {
    let [_, _, rows, columns] = output.dims();
    let numbers = |tensor: Tensor<4>| tensor.into_data().iter::<f32>().collect::<Vec<_>>();
    let squashed = numbers(sigmoid(output.clone()));
    let raw = numbers(output);
    let mut found = vec![];
    for (anchor, size) in ANCHORS.iter().enumerate() {
        for cell in 0..rows * columns {
            let at = |number: usize| (anchor * NUMBERS + number) * rows * columns + cell;
            let score = squashed[at(4)];
            if score <= SCORE_MIN {
                continue;
            }
            let x = ((cell % columns) as f32 + squashed[at(0)]) / columns as f32 * side;
            let y = ((cell / columns) as f32 + squashed[at(1)]) / rows as f32 * side;
            let width = raw[at(2)].exp() * size[0] / columns as f32 * side;
            let height = raw[at(3)].exp() * size[1] / rows as f32 * side;
            let rect = Rect { left: x - width / 2.0, top: y - height / 2.0, width, height };
            found.push(Detection { rect, score });
        }
    }
    found
}

/// Of boxes that show the same face the surest one; the surest first.
fn distinct(mut found: Vec<Detection>) -> Vec<Detection> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Detection> = vec![];
    for detection in found {
        if kept.iter().all(|surer| detection.rect.overlap(&surer.rect) <= OVERLAP_MAX) {
            kept.push(detection);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_boxes_of_one_face_the_surest_stays() {
        let square =
            |left, score| Detection { rect: Rect { left, top: 0.0, width: 10.0, height: 10.0 }, score };
        // 4 of 16 columns are shared: 0.25; 8 of 12: 0.67.
        let found = distinct(vec![square(0.0, 0.6), square(2.0, 0.9), square(8.0, 0.7)]);
        assert_eq!(found, [square(2.0, 0.9), square(8.0, 0.7)]);
    }

    #[test]
    fn a_cell_tells_where_its_box_is() {
        let mut numbers = [-9.0; 25 * 4];
        let [column, row, anchor] = [1, 0, 2];
        for (number, value) in [0.0, 0.0, 2.0_f32.ln(), 0.0, 2.0].into_iter().enumerate() {
            numbers[((anchor * 5 + number) * 2 + row) * 2 + column] = value;
        }
        let output = Tensor::<1>::from_floats(numbers, &Device::flex()).reshape([1, 25, 2, 2]);
        let found = boxes(output, 100.0);
        let [Detection { rect, score }] = found.as_slice() else { panic!("{found:?}") };
        let centre = [rect.left + rect.width / 2.0, rect.top + rect.height / 2.0];
        let expected = [75.0, 25.0, 2.882_459 * 2.0 * 50.0, 3.518_061 * 50.0, 0.880_797];
        for (found, expected) in
            [centre[0], centre[1], rect.width, rect.height, *score].into_iter().zip(expected)
        {
            assert!((found - expected).abs() < 1e-3, "{found} {expected}");
        }
    }
}
