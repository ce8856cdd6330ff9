//! Samples to AAC access units for the movie, and to a WAV for those who want the sound alone.

use std::io::Cursor;

use hound::{SampleFormat, WavSpec, WavWriter};
use kinora_spec::Audio;
use syom::{EncodeOptions, Encoder};

use crate::MediaError;
use crate::check::SAMPLE_RATE;
use crate::resample::upsample;

/// Channels of the track: both carry the same sound, since some players put a mono track into one ear.
pub const CHANNELS: usize = 2;

/// Samples of an AAC access unit.
pub const UNIT_SAMPLES: u32 = 1_024;

/// Bits a second of the track. Both channels being equal, the side channel costs next to nothing.
const BIT_RATE: u32 = 128_000;

/// The coded sound of a clip.
pub struct Sound {
    /// The `AudioSpecificConfig`.
    pub config: Vec<u8>,
    /// The access units.
    pub units: Vec<Vec<u8>>,
    /// Samples that a decoder puts out before the first of the clip.
    pub delay: u32,
}

/// Codes sound as AAC-LC, 48 kHz, two equal channels.
///
/// Silence before the clip, which the movie leaves out together with the encoder's delay, makes the last unit end
/// where the clip does: players that know where to start but not where to stop are exact too.
///
/// # Errors
/// [`MediaError::Codec`] when the codec fails.
pub fn encode(audio: &Audio) -> Result<Sound, MediaError> {
    let options = EncodeOptions::raw().with_bitrate_bps(BIT_RATE).with_lookahead(true);
    let mut encoder = Encoder::new(SAMPLE_RATE, CHANNELS, &options).map_err(failed)?;
    let clip = upsample(&audio.samples, (SAMPLE_RATE / audio.sample_rate) as usize);
    let lead = clip.len().next_multiple_of(UNIT_SAMPLES as usize) - clip.len();
    let mut samples = vec![0.0; lead];
    // The curve through full-scale samples may swing above full scale between them; no 16-bit path keeps that.
    samples.extend(clip.iter().map(|sample| sample.clamp(-1.0, 1.0)));
    let config = encoder.asc().to_vec();
    let mut units = Vec::new();
    encoder.feed(&[samples.as_slice(); CHANNELS], |frame| keep(&mut units, frame.payload)).map_err(failed)?;
    let done = encoder.finish(|frame| keep(&mut units, frame.payload)).map_err(failed)?;
    if done.remainder != 0 || done.aac_frames != units.len() as u64 {
        return Err(failed("the last unit does not end with the clip"));
    }
    let delay = u32::try_from(done.priming + lead as u64).map_err(failed)?;
    Ok(Sound { config, units, delay })
}

fn keep(units: &mut Vec<Vec<u8>>, unit: &[u8]) -> syom::Result<()> {
    units.push(unit.to_vec());
    Ok(())
}

fn failed(error: impl std::fmt::Display) -> MediaError {
    MediaError::codec("AAC", error)
}

/// The sound as the model made it: 16-bit PCM, one channel, at its own rate.
///
/// # Errors
/// [`MediaError::Codec`] when writing fails.
pub fn wav(audio: &Audio) -> Result<Vec<u8>, MediaError> {
    let failed = |error: hound::Error| MediaError::codec("WAV", error);
    let spec = WavSpec {
        channels: 1,
        sample_rate: audio.sample_rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut bytes, spec).map_err(failed)?;
    for sample in &audio.samples {
        writer.write_sample((sample * f32::from(i16::MAX)).round() as i16).map_err(failed)?;
    }
    writer.finalize().map_err(failed)?;
    Ok(bytes.into_inner())
}
