//! What an engine hands over: plain frames and samples, not yet a file.

use crate::CostReport;

/// A finished run: pictures, perhaps sound, and what they cost to compute.
#[derive(Clone, Debug)]
pub struct Clip {
    /// The pictures. They may be smaller than the size asked for; whoever writes the file scales them.
    pub frames: Frames,
    /// The sound, when it was asked for and the model makes any.
    pub audio: Option<Audio>,
    /// What it was before it became pictures and sound, in the engine's own form, so that a later run can go on from it
    /// without loss; an engine need not keep any.
    pub latents: Option<Vec<u8>>,
    /// What making it took.
    pub report: CostReport,
}

/// Pictures of equal size at an even rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frames {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Frames a second.
    pub per_second: u32,
    /// `[frame, row, column, RGB]`, sRGB, 8 bits a channel.
    pub rgb: Vec<u8>,
}

impl Frames {
    /// Bytes of one frame.
    #[must_use]
    pub fn frame_bytes(&self) -> usize {
        self.width as usize * self.height as usize * 3
    }

    /// How many whole frames there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rgb.len() / self.frame_bytes()
    }

    /// The frames, one slice each.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.rgb.chunks_exact(self.frame_bytes())
    }
}

/// One picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// `[row, column, RGB]`, sRGB, 8 bits a channel.
    pub rgb: Vec<u8>,
}

/// One channel of sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Audio {
    /// Samples a second.
    pub sample_rate: u32,
    /// Samples in [-1, 1].
    pub samples: Vec<f32>,
}
