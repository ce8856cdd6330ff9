#![doc = include_str!("../README.md")]

use std::ops::ControlFlow;

use kinora_spec::{Clip, Size};

mod check;
mod error;
mod mp4;
mod picture;
mod probe;
mod resample;
mod sound;
mod still;
mod stills;
mod turn;
mod upload;
mod video;
mod yuv;

pub use check::{FRAMES_PER_SECOND_MAX, SAMPLE_RATE, SECONDS_MAX};
pub use error::MediaError;
pub use probe::{ClipInfo, SoundInfo, decode, probe};
pub use still::{
    PICTURE_BYTES_MAX, PICTURE_PIXELS_MAX, PictureLimits, decode_picture, fit_picture, picture_size,
};
pub use stills::preview;
pub use upload::{
    DECODED_BYTES_MAX, DecodedClip, Fit, Shown, UPLOAD_BYTES_MAX, UPLOAD_PIXELS_MAX, UPLOAD_SECONDS_MAX,
    UPLOAD_TRACKS_MAX, UploadError, UploadLimits, View, decode_clip, decode_sound, for_each_frame,
    probe_clip,
};

/// The files of one clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// MP4: H.264 and, with sound, AAC.
    pub video: Vec<u8>,
    /// WebP: the middle frame.
    pub thumbnail: Vec<u8>,
    /// JPEG: frames in a grid, in reading order.
    pub spritesheet: Vec<u8>,
    /// WAV: the sound as the model made it, when there is any.
    pub audio: Option<Vec<u8>>,
}

/// Makes the files of a clip that lasts exactly `seconds` seconds, its pictures scaled to `size`.
///
/// The same clip gives the same bytes. `progress` hears the share of pictures that is coded, never falling, up to
/// 1, at least once a picture; a `Break` ends the work there.
///
/// # Errors
/// [`MediaError::Canceled`] after a `Break`, [`MediaError::Codec`] when a codec fails, and every other one, before
/// anything is coded, for a clip that is not what it should be. [`MediaError::Unreadable`] does not occur.
pub fn encode(
    clip: &Clip,
    size: Size,
    seconds: u32,
    progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<Files, MediaError> {
    check::check(clip, size, seconds)?;
    let sound = clip.audio.as_ref().map(sound::encode).transpose()?;
    let video = video::encode(&clip.frames, size, progress)?;
    Ok(Files {
        video: mp4::write(&video, sound.as_ref(), seconds)?,
        thumbnail: stills::thumbnail(&clip.frames, size)?,
        spritesheet: stills::spritesheet(&clip.frames, size)?,
        audio: clip.audio.as_ref().map(sound::wav).transpose()?,
    })
}
