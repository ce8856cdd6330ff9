//! What is seen and heard in a capture, the recording from which a character is made. Facts alone: what they are worth
//! is decided elsewhere.

use crate::{Audio, EngineError, Frames, Likeness};

/// Reads captures. It needs no graphics card.
pub trait CaptureReader: Send {
    /// Whether it can find faces; without it findings say nothing about them.
    fn sees_faces(&self) -> bool;

    /// Reads a recording or photographs (frames at one a second) and, if there is one, the sound.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] when there is nothing to see, `Failed` when a model fails.
    fn read(
        &mut self,
        frames: &Frames,
        sound: Option<&Audio>,
        subject: Subject,
    ) -> Result<Findings, EngineError>;
}

/// What the capture is said to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A person.
    Person,
    /// An animal.
    Animal,
    /// An object.
    Object,
}

/// What is in a capture.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// The faces, where the reader can find them.
    pub faces: Option<FaceFindings>,
    /// Share of the sound, in [0, 1], in which somebody seems to speak; without sound none.
    pub speech_share: Option<f32>,
    /// The looks, as well as they can be told.
    pub likeness: Likeness,
}

/// The faces of a capture.
#[derive(Clone, Debug, PartialEq)]
pub struct FaceFindings {
    /// Pictures looked at, evenly over the capture.
    pub looked_at: u32,
    /// In how many of them there is exactly one face.
    pub with_one: u32,
    /// In how many of them there are more.
    pub with_more: u32,
    /// Where the one face looks, in the order of time.
    pub poses: Vec<FacePose>,
    /// Largest distance between descriptors of faces that look towards the camera (of all, where none does); of one person
    /// it is below 0.6.
    pub spread: f32,
    /// The mean of those descriptors, 128 numbers; none when there is no face.
    pub descriptor: Option<Vec<f32>>,
}

/// Where a face looks at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FacePose {
    /// Since the capture began, milliseconds.
    pub at_ms: u32,
    /// The turn of the head about the neck, degrees: 0 to the camera, positive towards the right edge of the picture. An
    /// estimate from landmarks.
    pub yaw_degrees: f32,
}
