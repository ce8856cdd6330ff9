//! Files of this crate back to what they were made of, for checking them without other programs.

use std::time::Duration;

use kinora_spec::{Audio, Frames, Size};

use crate::check::SECONDS_MAX;
use crate::upload::{UPLOAD_TRACKS_MAX, UploadLimits, View, decode_clip, probe_clip};
use crate::{MediaError, UploadError};

/// What the tables of a movie say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipInfo {
    /// Pixels of the pictures, as they are shown.
    pub size: Size,
    /// How many pictures are shown.
    pub frames: u32,
    /// The whole number of pictures a second that is nearest to their average.
    pub per_second: u32,
    /// How long they are shown.
    pub duration: Duration,
    /// The sound track, when there is one.
    pub sound: Option<SoundInfo>,
    /// Whether the tables come before the media, so that playing can start before all is there.
    pub streamable: bool,
}

/// What the tables say about the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoundInfo {
    /// Samples a second.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u16,
    /// How long it is heard.
    pub duration: Duration,
}

/// The largest that is made here.
const OURS: UploadLimits = UploadLimits {
    bytes: usize::MAX,
    seconds: SECONDS_MAX,
    pixels: 3_840 * 2_160,
    tracks: UPLOAD_TRACKS_MAX,
};

/// Reads the tables of a movie of ours; nothing is decoded.
///
/// # Errors
/// [`MediaError::Unreadable`] when the bytes are not a whole movie.
pub fn probe(mp4: &[u8]) -> Result<ClipInfo, MediaError> {
    probe_clip(mp4, &OURS).map_err(unreadable)
}

/// Decodes a movie of ours: its pictures, all of them in memory at once, and its sound mixed to one channel.
///
/// # Errors
/// [`MediaError::Unreadable`] when the bytes are not a whole movie.
pub fn decode(mp4: &[u8]) -> Result<(Frames, Option<Audio>), MediaError> {
    let clip = decode_clip(mp4, &OURS, &View::default()).map_err(unreadable)?;
    Ok((clip.frames, clip.sound))
}

fn unreadable(error: UploadError) -> MediaError {
    MediaError::Unreadable(error.to_string())
}
