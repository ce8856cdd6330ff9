//! What a clip must be before anything is encoded. Everything is refused here, nothing later.

use kinora_spec::{Audio, Clip, Frames, Size};

use crate::MediaError;

/// Longest clip, seconds: sizes and offsets of the file stay well within 32 bits.
pub const SECONDS_MAX: u32 = 120;

/// Highest frame rate, which is the encoder's.
pub const FRAMES_PER_SECOND_MAX: u32 = 60;

/// Rate of the sound track, samples a second.
pub const SAMPLE_RATE: u32 = 48_000;

/// Lowest rate of sound, samples a second: below it there is nothing worth a track.
const SAMPLE_RATE_MIN: u32 = 8_000;

/// Shortest side of a video, pixels.
const SIDE_MIN: u32 = 64;
/// Longest and second longest side of a video, pixels: what the encoder takes.
const SIDES_MAX: (u32, u32) = (3_840, 2_160);

/// Largest share of a side that scaling may crop, in percent: 224x128 loses 2 % on its way to 1280x720.
const CROP_PERCENT_MAX: u64 = 10;

/// Refuses a clip that does not exactly fill `seconds` seconds at `size`.
pub fn check(clip: &Clip, size: Size, seconds: u32) -> Result<(), MediaError> {
    let (long, short) = (size.width.max(size.height), size.width.min(size.height));
    let even = size.width.is_multiple_of(2) && size.height.is_multiple_of(2);
    if !even || short < SIDE_MIN || long > SIDES_MAX.0 || short > SIDES_MAX.1 {
        return Err(MediaError::Size(size));
    }
    if seconds == 0 || seconds > SECONDS_MAX {
        return Err(MediaError::Seconds(seconds));
    }
    frames(&clip.frames, size, seconds)?;
    match &clip.audio {
        Some(audio) => samples(audio, seconds),
        None => Ok(()),
    }
}

fn frames(frames: &Frames, size: Size, seconds: u32) -> Result<(), MediaError> {
    let native = Size::new(frames.width, frames.height);
    if native.width == 0 || native.height == 0 {
        return Err(MediaError::NoPixels(native));
    }
    if frames.per_second == 0 || frames.per_second > FRAMES_PER_SECOND_MAX {
        return Err(MediaError::FrameRate(frames.per_second));
    }
    let (bytes, frame_bytes) = (frames.rgb.len(), frames.frame_bytes());
    if !bytes.is_multiple_of(frame_bytes) {
        return Err(MediaError::BrokenFrames { bytes, frame_bytes });
    }
    let expected = frames.per_second as usize * seconds as usize;
    if frames.count() != expected {
        return Err(MediaError::FrameCount { expected, found: frames.count() });
    }
    let wide = u64::from(native.width) * u64::from(size.height);
    let tall = u64::from(native.height) * u64::from(size.width);
    if wide.min(tall) * 100 < wide.max(tall) * (100 - CROP_PERCENT_MAX) {
        return Err(MediaError::Shape { frames: native, video: size });
    }
    Ok(())
}

fn samples(audio: &Audio, seconds: u32) -> Result<(), MediaError> {
    let rate = audio.sample_rate;
    if rate < SAMPLE_RATE_MIN || !SAMPLE_RATE.is_multiple_of(rate) {
        return Err(MediaError::SampleRate(rate));
    }
    let expected = rate as usize * seconds as usize;
    if audio.samples.len() != expected {
        return Err(MediaError::SampleCount { expected, found: audio.samples.len() });
    }
    // A NaN is in no range.
    match audio.samples.iter().position(|value| !(-1.0..=1.0).contains(value)) {
        Some(index) => Err(MediaError::Sample { index, value: audio.samples[index] }),
        None => Ok(()),
    }
}
