//! Faces: where they are, 68 points of each, whose they are like, where they look.
//!
//! The three networks are those of face-api.js (Vincent Mühler, MIT; the recognition network is Davis King's of dlib, public
//! domain), as `@vladmandic/face-api` 1.7.15 ships them: `engine/fetch-face-models.sh` fetches them. They run on the
//! processor. They are not part of Kinora.
//!
//! What they are not: a proof. A photograph, a recording or a made clip that is held before the camera has a face too.

pub mod descriptor;
pub mod detector;
pub mod landmarks;
mod layers;
mod manifest;
mod picture;
mod pose;

use std::path::Path;

use burn::module::Module;
use burn::tensor::Device;
use kinora_spec::Picture;

pub use descriptor::DescriptorNet;
pub use detector::{Detection, Detector};
pub use landmarks::{LandmarkNet, Landmarks};
pub use manifest::FaceModelError;
pub use picture::{Crop, shrink};
pub use pose::yaw_degrees;

use crate::checkpoint::{self, Names};

/// A face whose shorter side within the picture has fewer pixels is passed over: nothing can be told from it.
const FACE_SIDE_MIN: usize = 16;
/// A box of which more than this share lies within a surer one shows part of the same face.
const WITHIN_MAX: f32 = 0.7;

/// A rectangle, pixels from the left upper corner of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// From left to right.
    pub width: f32,
    /// From top to bottom.
    pub height: f32,
}

impl Rect {
    /// What two rectangles share of what both cover, in [0, 1].
    #[must_use]
    pub fn overlap(&self, other: &Self) -> f32 {
        let shared = self.shared(other);
        shared / (self.area() + other.area() - shared)
    }

    /// Which share of this one is within another, in [0, 1].
    #[must_use]
    pub fn share_within(&self, other: &Self) -> f32 {
        self.shared(other) / self.area()
    }

    /// What of it is within a picture.
    #[must_use]
    pub fn crop(&self, picture: &Picture) -> Crop {
        Crop::within(picture, self.left, self.top, self.width, self.height)
    }

    fn area(&self) -> f32 {
        self.width * self.height
    }

    fn shared(&self, other: &Self) -> f32 {
        let axis = |a: f32, a_length: f32, b: f32, b_length: f32| {
            ((a + a_length).min(b + b_length) - a.max(b)).max(0.0)
        };
        axis(self.left, self.width, other.left, other.width)
            * axis(self.top, self.height, other.top, other.height)
    }
}

/// The three networks.
#[derive(Clone, Debug)]
pub struct Faces {
    detector: Detector,
    landmarks: LandmarkNet,
    descriptor: DescriptorNet,
    device: Device,
}

impl Faces {
    /// Loads the networks from a folder that `fetch-face-models.sh` filled.
    ///
    /// # Errors
    /// [`FaceModelError`] when a file is missing, damaged or of another network.
    pub fn load(folder: &Path) -> Result<Self, FaceModelError> {
        let device = Device::flex();
        Ok(Self {
            detector: Detector::load(folder, &device)?,
            landmarks: LandmarkNet::load(folder, &device)?,
            descriptor: DescriptorNet::load(folder, &device)?,
            device,
        })
    }

    /// The faces of a picture, the surest first.
    #[must_use]
    pub fn find(&self, picture: &Picture) -> Vec<Detection> {
        let mut kept: Vec<Detection> = vec![];
        for found in self.detector.detect(picture, &self.device) {
            let crop = found.rect.crop(picture);
            let apart = kept.iter().all(|surer| found.rect.share_within(&surer.rect) <= WITHIN_MAX);
            if crop.width.min(crop.height) >= FACE_SIDE_MIN && apart {
                kept.push(found);
            }
        }
        kept
    }

    /// The points of a face.
    #[must_use]
    pub fn landmarks(&self, picture: &Picture, face: &Detection) -> Landmarks {
        self.landmarks.forward(picture, face.rect.crop(picture), &self.device)
    }

    /// What tells the face from others: [`descriptor::DESCRIPTOR`] numbers; none where so little of it is in the picture
    /// that there is nothing to see.
    #[must_use]
    pub fn descriptor(&self, picture: &Picture, landmarks: &Landmarks) -> Option<Vec<f32>> {
        let crop = landmarks.aligned().crop(picture);
        let seen = crop.width.min(crop.height) >= FACE_SIDE_MIN;
        seen.then(|| self.descriptor.forward(picture, crop, &self.device))
    }
}

/// Replaces the parameters of a network by those of a model's files.
fn load<M: Module>(
    network: &mut M,
    folder: &Path,
    model: &'static str,
    names: Names,
) -> Result<(), FaceModelError> {
    let bytes = manifest::read(folder, model)?;
    checkpoint::load(network, &bytes, "", names)
        .map_err(|source| FaceModelError::Checkpoint { model, source })
}
