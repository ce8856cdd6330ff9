//! What was uploaded for a character, as pictures and sound. Pure.

use kinora_media::{
    Fit, PictureLimits, UploadError, UploadLimits, View, decode_clip, decode_picture, decode_sound,
    fit_picture,
};
use kinora_spec::{Audio, Frames, Size};

use crate::Refusal;

/// Longest recording, seconds.
pub const CAPTURE_SECONDS_MAX: u32 = 20;
/// Most photographs of one character.
pub const IMAGES_MAX: usize = 5;
/// Largest voice recording, bytes.
pub const VOICE_BYTES_MAX: usize = 10_000_000;
/// Pictures a second that are looked at: enough for a head that turns within half a second.
const PER_SECOND: u32 = 6;
/// The longer side of what is looked at, pixels.
const SIDE_MAX: u32 = 640;

/// Pictures and perhaps sound.
pub type Seen = (Frames, Option<Audio>);

fn refused(param: &'static str) -> impl Fn(UploadError) -> Refusal {
    move |error| Refusal::invalid(param, format!("{error}."))
}

/// A recording.
///
/// # Errors
/// When it is none that can be read, or is too long.
pub fn video(bytes: &[u8]) -> Result<Seen, Refusal> {
    let limits = UploadLimits { seconds: CAPTURE_SECONDS_MAX, ..UploadLimits::default() };
    let view = View { fit: Fit::Within(SIDE_MAX), per_second: Some(PER_SECOND) };
    let clip = decode_clip(bytes, &limits, &view).map_err(refused("video"))?;
    Ok((clip.frames, clip.sound))
}

/// Photographs, as frames of the first one's shape at one a second.
///
/// # Errors
/// When one is none that can be read.
pub fn images(files: &[&[u8]]) -> Result<Seen, Refusal> {
    let mut frames = Frames { width: 0, height: 0, per_second: 1, rgb: Vec::new() };
    for bytes in files {
        let picture = decode_picture(bytes, &PictureLimits::default()).map_err(refused("images"))?;
        let fit = match frames.width {
            0 => Fit::Within(SIDE_MAX),
            width => Fit::Cover(Size::new(width, frames.height)),
        };
        let picture = fit_picture(picture, fit).map_err(refused("images"))?;
        (frames.width, frames.height) = (picture.width, picture.height);
        frames.rgb.extend_from_slice(&picture.rgb);
    }
    Ok((frames, None))
}

/// A voice recording: WAV with 16 bits a sample, or the sound of an MP4.
///
/// # Errors
/// When it is neither, or too long.
pub fn voice(bytes: &[u8]) -> Result<Audio, Refusal> {
    if bytes.len() > VOICE_BYTES_MAX {
        return Err(Refusal::invalid("voice", format!("expected at most {VOICE_BYTES_MAX} bytes.")));
    }
    let sound = if bytes.starts_with(b"RIFF") {
        wav(bytes)
            .ok_or_else(|| Refusal::invalid("voice", "expected a whole WAV file with 16 bits a sample."))?
    } else {
        let limits = UploadLimits { seconds: CAPTURE_SECONDS_MAX, ..UploadLimits::default() };
        let sound = decode_sound(bytes, &limits).map_err(refused("voice"))?;
        sound.ok_or_else(|| Refusal::invalid("voice", "it has no sound."))?
    };
    let samples_max = u64::from(sound.sample_rate) * u64::from(CAPTURE_SECONDS_MAX);
    if sound.samples.len() as u64 > samples_max {
        return Err(Refusal::invalid("voice", format!("expected at most {CAPTURE_SECONDS_MAX} seconds.")));
    }
    Ok(sound)
}

/// The sound of a WAV file with 16 bits a sample, mixed to one channel: Microsoft's "Multimedia Programming Interface and
/// Data Specifications 1.0", chapter 3.
fn wav(bytes: &[u8]) -> Option<Audio> {
    let (mut rest, mut form) = (bytes.get(12..)?, None);
    if bytes.get(8..12)? != b"WAVE" {
        return None;
    }
    loop {
        let length = usize::try_from(u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?)).ok()?;
        let (kind, body) = (rest.get(..4)?, rest.get(8..8_usize.checked_add(length)?)?);
        match (kind, form) {
            (b"fmt ", _) => {
                let word = |at: usize| Some(u16::from_le_bytes(body.get(at..at + 2)?.try_into().ok()?));
                let rate = u32::from_le_bytes(body.get(4..8)?.try_into().ok()?);
                let (encoding, channels, bits) = (word(0)?, word(2)?, word(14)?);
                let is_plain = matches!(encoding, 1 | 0xFFFE) && bits == 16 && matches!(channels, 1 | 2);
                form =
                    (is_plain && (8_000..=48_000).contains(&rate)).then_some((rate, usize::from(channels)));
                form?;
            }
            (b"data", Some((sample_rate, channels))) => {
                let sample = |pair: &[u8]| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0;
                let mixed = |all: &[u8]| all.chunks_exact(2).map(sample).sum::<f32>() / channels as f32;
                let samples = body.chunks_exact(2 * channels).map(mixed).collect();
                return Some(Audio { sample_rate, samples });
            }
            _ => {}
        }
        rest = rest.get(8 + length + length % 2..)?;
    }
}

/// Sound as a WAV file with 16 bits a sample.
#[must_use]
pub fn to_wav(sound: &Audio) -> Vec<u8> {
    let bytes = u32::try_from(sound.samples.len().saturating_mul(2)).unwrap_or(u32::MAX - 64);
    let rate = sound.sample_rate;
    let mut out = Vec::with_capacity(44 + sound.samples.len() * 2);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(bytes + 36).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    out.extend_from_slice(&rate.to_le_bytes());
    out.extend_from_slice(&rate.saturating_mul(2).to_le_bytes());
    out.extend_from_slice(b"\x02\0\x10\0data");
    out.extend_from_slice(&bytes.to_le_bytes());
    for sample in &sound.samples {
        let value = (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16;
        out.extend_from_slice(&value.to_le_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_recording_is_read_back_as_it_was_written() {
        let samples: Vec<f32> = (0..800).map(|n| (n as f32 * 0.05).sin() * 0.5).collect();
        let sound = Audio { sample_rate: 16_000, samples };
        let back = voice(&to_wav(&sound)).unwrap();
        assert_eq!((back.sample_rate, back.samples.len()), (16_000, 800));
        assert!(back.samples.iter().zip(&sound.samples).all(|(one, other)| (one - other).abs() < 1e-3));
    }

    #[test]
    fn two_channels_are_mixed_and_other_chunks_passed_over() {
        let mut bytes = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0\x02\0".to_vec();
        bytes.extend_from_slice(&8_000_u32.to_le_bytes());
        bytes.extend_from_slice(b"\0\0\0\0\x04\0\x10\0data\x04\0\0\0");
        bytes.extend_from_slice(&16_384_i16.to_le_bytes());
        bytes.extend_from_slice(&0_i16.to_le_bytes());
        assert_eq!(voice(&bytes).unwrap(), Audio { sample_rate: 8_000, samples: vec![0.25] });
        for cut in 0..bytes.len() {
            assert!(voice(&bytes[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn a_recording_that_is_too_long_is_refused() {
        let long = Audio { sample_rate: 8_000, samples: vec![0.0; 8_000 * CAPTURE_SECONDS_MAX as usize + 1] };
        assert!(voice(&to_wav(&long)).is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = wav(&[b"RIFF\0\0\0\0WAVE", &bytes[..]].concat());
            let _ = wav(&bytes);
        }
    }
}
