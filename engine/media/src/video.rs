//! Pictures to H.264 access units, in order, one for each picture. Boxes of the file live in `mp4`.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use kinora_spec::{Frames, Size};
use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Profile, QpRange,
    RateControlMode, VuiConfig,
};
use shiguredo_mp4::bitstream::h264::{
    H264NalUnitType, H264SampleEntryConfig, LengthSize, build_avc1_box_from_annexb, parse_annexb_nal_units,
};
use shiguredo_mp4::boxes::Avc1Box;

use crate::MediaError;
use crate::picture::Scaler;
use crate::yuv::Planes;

/// Pictures that may wait for the encoder: enough for both threads to stay busy.
const PICTURES_AHEAD: usize = 2;

/// Distance of keyframes, seconds: how far a player decodes to seek.
const KEYFRAME_SECONDS: u32 = 2;

/// Average bits a pixel may take: 8.3 Mbit/s at 1280x720 and 12 frames a second, 18.7 Mbit/s at 1920x1080. Scaled-up
/// pictures take a fraction of it; noise at full size does not fit and gets a coarser quantizer.
const BITS_A_PIXEL_MAX: f64 = 0.75;

/// Quantizers to try, finest first, at equal steps of about half the bytes; 20 is hard to tell from the original.
const QUANTIZERS: [u8; 5] = [20, 26, 32, 38, 44];

/// The quantizer of pictures that fit with no other.
const QUANTIZER_MAX: u8 = 51;

/// The coded pictures of a clip.
pub struct Video {
    /// Pictures a second.
    pub per_second: u32,
    /// The `avc1` entry with the parameter sets.
    pub entry: Avc1Box,
    /// The pictures, each its NAL units behind 4-byte lengths.
    pub units: Vec<Unit>,
}

/// A coded picture.
pub struct Unit {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether decoding can start here.
    pub keyframe: bool,
}

/// Scales and encodes the pictures at the finest quality whose bytes stay within the ceiling for `size`.
///
/// `progress` hears the share that is done after each picture, never less than before.
///
/// # Errors
/// [`MediaError::Canceled`] after a `Break`, [`MediaError::Codec`] when a codec fails.
pub fn encode(
    frames: &Frames,
    size: Size,
    progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<Video, MediaError> {
    let pixels = size.width as usize * size.height as usize * frames.count();
    let ceiling = (pixels as f64 * BITS_A_PIXEL_MAX / 8.0) as usize;
    let mut best = 0.0f32;
    let mut rising = |share: f32| {
        best = best.max(share);
        progress(best)
    };
    for quantizer in QUANTIZERS {
        if let Some(video) = encode_within(frames, size, (quantizer, ceiling), &mut rising)? {
            return Ok(video);
        }
    }
    let coarsest = (QUANTIZER_MAX, usize::MAX);
    encode_within(frames, size, coarsest, &mut rising)?.ok_or_else(|| failed("no end of bytes"))
}

/// The pictures at one quality, or nothing as soon as they take more than `ceiling` bytes.
///
/// One thread makes planes while this one encodes; no more than a few scaled pictures exist at a time.
fn encode_within(
    frames: &Frames,
    size: Size,
    (quantizer, ceiling): (u8, usize),
    progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Result<Option<Video>, MediaError> {
    let (full, ready) = sync_channel(PICTURES_AHEAD);
    let (empty, spare) = sync_channel(PICTURES_AHEAD);
    for _ in 0..PICTURES_AHEAD {
        // Sending into an empty channel with this much room cannot fail.
        let _ = empty.send(Planes::new(size));
    }
    let config = config(size, frames.per_second, quantizer);
    let encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(failed)?;
    let mut coding = Coding { encoder, frames, ceiling };
    std::thread::scope(|scope| {
        let scaling = scope.spawn(move || scale(frames, size, &spare, &full));
        let coded = coding.run(&ready, &empty, progress);
        // Both ends gone, the other thread stops at its next picture.
        drop((ready, empty));
        match scaling.join() {
            Ok(scaled) => scaled.and(coded),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Fills spare planes with the pictures in turn, until there are no more or nobody wants them.
fn scale(
    frames: &Frames,
    size: Size,
    spare: &Receiver<Planes>,
    full: &SyncSender<Planes>,
) -> Result<(), MediaError> {
    let mut scaler = Scaler::new(Size::new(frames.width, frames.height), size);
    for rgb in frames.iter() {
        let Ok(mut planes) = spare.recv() else { break };
        planes.fill(scaler.scale(rgb)?);
        if full.send(planes).is_err() {
            break;
        }
    }
    Ok(())
}

/// One pass over the pictures.
struct Coding<'a> {
    encoder: Encoder,
    frames: &'a Frames,
    ceiling: usize,
}

impl Coding<'_> {
    fn run(
        &mut self,
        ready: &Receiver<Planes>,
        empty: &SyncSender<Planes>,
        progress: &mut dyn FnMut(f32) -> ControlFlow<()>,
    ) -> Result<Option<Video>, MediaError> {
        let mut entry = None;
        let mut units = Vec::with_capacity(self.frames.count());
        let mut bytes = 0;
        for planes in ready {
            let coded = self.encoder.encode(&planes).map_err(failed)?;
            let keyframe = matches!(coded.frame_type(), FrameType::IDR);
            let stream = coded.to_vec();
            if entry.is_none() {
                let lengths = H264SampleEntryConfig { length_size: LengthSize::FourBytes };
                entry = Some(build_avc1_box_from_annexb(&stream, &lengths).map_err(failed)?);
            }
            bytes += stream.len();
            if bytes > self.ceiling {
                return Ok(None);
            }
            units.push(Unit { bytes: without_parameter_sets(&stream)?, keyframe });
            // The scaling thread may be done and gone.
            let _ = empty.send(planes);
            if progress(units.len() as f32 / self.frames.count() as f32).is_break() {
                return Err(MediaError::Canceled);
            }
        }
        let entry = entry.ok_or_else(|| failed("no picture arrived"))?;
        if units.iter().any(|unit| unit.bytes.is_empty()) {
            return Err(failed("a picture was skipped"));
        }
        Ok(Some(Video { per_second: self.frames.per_second, entry, units }))
    }
}

fn failed(error: impl std::fmt::Display) -> MediaError {
    MediaError::codec("H.264", error)
}

/// Low complexity decides by sums of differences alone: up to twice as fast, and 1 to 3 % more bytes at equal
/// quality.
///
/// `Bufferbased` with both ends of the range at one value is what this encoder has for a constant quantizer: its
/// rate control would pulse with the keyframes and, without skipping pictures, complain on standard error.
fn config(size: Size, per_second: u32, quantizer: u8) -> EncoderConfig {
    let pixels = f64::from(size.width) * f64::from(size.height) * f64::from(per_second);
    EncoderConfig::new()
        .profile(Profile::High)
        .complexity(Complexity::Low)
        .rate_control_mode(RateControlMode::Bufferbased)
        .qp(QpRange::new(quantizer, quantizer))
        // Only the level follows from it.
        .bitrate(BitRate::from_bps((pixels * BITS_A_PIXEL_MAX) as u32))
        .skip_frames(false)
        // Costs bytes on slow changes and loses quality on moving ones.
        .background_detection(false)
        .max_frame_rate(FrameRate::from_hz(per_second as f32))
        .intra_frame_period(IntraFramePeriod::from_num_frames(per_second * KEYFRAME_SECONDS))
        // More threads cut the picture into slices, which costs bytes and makes them depend on the machine.
        .num_threads(1)
        .vui(VuiConfig::bt709())
}

/// The NAL units of an access unit behind lengths, but those that are in the sample entry already.
fn without_parameter_sets(stream: &[u8]) -> Result<Vec<u8>, MediaError> {
    let mut bytes = Vec::with_capacity(stream.len());
    for nal in parse_annexb_nal_units(stream).map_err(failed)? {
        if matches!(nal.nal_unit_type, H264NalUnitType::Sps | H264NalUnitType::Pps) {
            continue;
        }
        let length = u32::try_from(nal.data.len()).map_err(failed)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(nal.data);
    }
    Ok(bytes)
}
