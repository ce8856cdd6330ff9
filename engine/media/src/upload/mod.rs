//! Movies that customers send: MP4 and MOV as phones, browsers and editors write them, H.264 with AAC, in one piece or
//! in fragments. They are decoded for real and trusted in nothing.
//!
//! What a file says is checked against the limits before anything is decoded, and again while it is.

mod error;

use std::ops::ControlFlow;
use std::time::Duration;

use kinora_spec::{Audio, Frames, Size};

pub use error::UploadError;

use crate::ClipInfo;

/// Largest file, bytes.
pub const UPLOAD_BYTES_MAX: usize = 100_000_000;

/// Longest movie unless more is allowed, seconds.
pub const UPLOAD_SECONDS_MAX: u32 = 20;

/// Most pixels of a picture: 1920x1080 or 1080x1920, with the 8 more lines that some cameras code.
pub const UPLOAD_PIXELS_MAX: u32 = 1_920 * 1_088;

/// Most tracks, the ones that are passed over included: phones add timecodes and sensor data.
pub const UPLOAD_TRACKS_MAX: usize = 8;

/// How much of an upload is taken. What is over is refused, never cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadLimits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Length of the movie, seconds.
    pub seconds: u32,
    /// Pixels of one picture.
    pub pixels: u32,
    /// Tracks of any kind.
    pub tracks: usize,
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self {
            bytes: UPLOAD_BYTES_MAX,
            seconds: UPLOAD_SECONDS_MAX,
            pixels: UPLOAD_PIXELS_MAX,
            tracks: UPLOAD_TRACKS_MAX,
        }
    }
}

/// Which pictures of a movie are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Their size.
    pub fit: Fit,
    /// How many a second, evenly spaced; without it every one that the movie has, when it has it.
    pub per_second: Option<u32>,
}

/// The size of the pictures that are handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fit {
    /// Their own.
    #[default]
    Own,
    /// Their own, or smaller in the same shape, so that the long side is at most this many pixels.
    Within(u32),
    /// This one; what does not fit the shape is cropped evenly from both ends.
    Cover(Size),
}

/// A picture of a movie.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Since the movie began.
    pub at: Duration,
    /// Pixels.
    pub size: Size,
    /// `[row, column, RGB]`.
    pub rgb: &'a [u8],
}

/// A movie in memory.
#[derive(Clone, Debug)]
pub struct DecodedClip {
    /// What the tables say.
    pub info: ClipInfo,
    /// The pictures at an even rate: the one wanted or else the whole number a second that is nearest to the movie's.
    pub frames: Frames,
    /// The sound as one channel at its own rate, exactly as long as the pictures.
    pub sound: Option<Audio>,
}

/// Reads the tables of a movie and the parameters of its streams; no picture is decoded.
///
/// # Errors
/// Any [`UploadError`].
pub fn probe_clip(mp4: &[u8], limits: &UploadLimits) -> Result<ClipInfo, UploadError> {
    if mp4.len() > limits.bytes {
        return Err(UploadError::Bytes { found: mp4.len(), max: limits.bytes });
    }
    crate::probe(mp4).map_err(|error| UploadError::Malformed(error.to_string()))
}

/// Decodes a movie: pictures and sound, all of them in memory at once.
///
/// # Errors
/// Any [`UploadError`].
pub fn decode_clip(mp4: &[u8], limits: &UploadLimits, view: &View) -> Result<DecodedClip, UploadError> {
    let info = probe_clip(mp4, limits)?;
    let _ = view;
    let (frames, sound) = crate::decode(mp4).map_err(|error| UploadError::Malformed(error.to_string()))?;
    Ok(DecodedClip { info, frames, sound })
}

/// Shows the pictures of a movie one after the other, in the order of time; a `Break` ends it there. No more than a few
/// are in memory at a time.
///
/// # Errors
/// Any [`UploadError`].
pub fn for_each_frame(
    mp4: &[u8],
    limits: &UploadLimits,
    view: &View,
    show: &mut dyn FnMut(Shown<'_>) -> ControlFlow<()>,
) -> Result<ClipInfo, UploadError> {
    let DecodedClip { info, frames, .. } = decode_clip(mp4, limits, view)?;
    let size = Size::new(frames.width, frames.height);
    for (number, rgb) in (0..).zip(frames.iter()) {
        let at = Duration::from_secs(number) / frames.per_second;
        if show(Shown { at, size, rgb }).is_break() {
            break;
        }
    }
    Ok(info)
}

/// Decodes the sound of a movie, if it has any: one channel, at its own rate, as long as the pictures.
///
/// # Errors
/// Any [`UploadError`].
pub fn decode_sound(mp4: &[u8], limits: &UploadLimits) -> Result<Option<Audio>, UploadError> {
    Ok(decode_clip(mp4, limits, &View::default())?.sound)
}
