//! Coded pictures to RGB in the order of time, scaled and turned as wanted. A few are in memory at once: those that were
//! decoded before it was their turn.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use kinora_spec::Size;
use openh264::OpenH264API;
use openh264::decoder::{DecodeOptions, DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;

use super::h264::Stream;
use super::tables::Sample;
use super::timeline::Moment;
use super::{Fit, Shown, UploadError};
use crate::picture::{Scaler, within};
use crate::turn::Turn;
use crate::yuv::{Colour, to_rgb};

/// Most pictures that may wait for earlier ones: what H.264 allows (A.3.1, `max_num_reorder_frames`).
const WAITING_MAX: usize = 16;

/// What is to be decoded of a video track.
pub struct Video<'a> {
    /// The file.
    pub file: &'a [u8],
    /// Its coding.
    pub stream: Stream,
    /// The pictures in decoding order.
    pub samples: Vec<Sample>,
    /// Those that are shown, in the order of time.
    pub moments: Vec<Moment>,
    /// How they are turned.
    pub turn: Turn,
}

/// Makes pictures of the wanted size.
struct Maker {
    turn: Turn,
    from: Size,
    to: Size,
    scaler: Option<Scaler>,
    rgb: Vec<u8>,
}

impl Maker {
    fn new(from: Size, turn: Turn, fit: Fit) -> Result<Self, UploadError> {
        let to = turn.size(fit.size(turn.size(from)));
        if to.width == 0 || to.height == 0 {
            return Err(UploadError::NoPixels(to));
        }
        let scaler = (to != from).then(|| Scaler::new(from, to));
        Ok(Self { turn, from, to, scaler, rgb: Vec::new() })
    }

    fn make(&mut self, planes: &impl YUVSource, colour: Colour) -> Result<Vec<u8>, UploadError> {
        self.rgb.clear();
        to_rgb(planes, colour, &mut self.rgb);
        let scaled = match &mut self.scaler {
            Some(scaler) => scaler.scale(&self.rgb).map_err(UploadError::malformed)?,
            None => &self.rgb,
        };
        let mut turned = Vec::new();
        self.turn.apply(scaled, self.to, &mut turned);
        Ok(turned)
    }
}

impl Fit {
    /// The size of the pictures of a movie or picture of `own` size.
    #[must_use]
    pub fn size(self, own: Size) -> Size {
        match self {
            Self::Own => own,
            Self::Within(long) => within(own, long),
            Self::Cover(size) => size,
        }
    }
}

impl Video<'_> {
    /// The size of the pictures as they are shown.
    pub const fn size(&self) -> Size {
        self.turn.size(self.stream.size())
    }

    /// Decodes the pictures and shows each as often as `repeats` says, in the order of time.
    pub fn show(
        mut self,
        fit: Fit,
        repeats: &[u32],
        show: &mut dyn FnMut(Shown<'_>, u32) -> ControlFlow<()>,
    ) -> Result<(), UploadError> {
        let mut maker = Maker::new(self.stream.size(), self.turn, fit)?;
        let size = maker.turn.size(maker.to);
        let mut decoder = Pictures::new()?;
        let order = Order::of(&self.moments, self.samples.len());
        let mut waiting: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
        let mut unit = Vec::new();
        let mut next = 0;
        for (number, sample) in self.samples.iter().enumerate() {
            // What is shown no more needs no decoding.
            if next == self.moments.len() {
                break;
            }
            self.stream.unit(&self.file[sample.start..][..sample.bytes], &mut unit)?;
            let planes = decoder.decode(&unit, number, maker.from)?;
            if let Some(place) = order.place_of[number] {
                let wanted = repeats[place] > 0;
                let rgb = if wanted { maker.make(&planes, self.stream.colour())? } else { Vec::new() };
                waiting.insert(place, rgb);
            }
            while let Some(rgb) = waiting.remove(&next) {
                let at = Duration::from_nanos(self.moments[next].from.unsigned_abs());
                let shown = Shown { at, size, rgb: &rgb };
                if repeats[next] > 0 && show(shown, repeats[next]).is_break() {
                    return Ok(());
                }
                next += 1;
            }
            if waiting.len() > WAITING_MAX {
                return Err(UploadError::malformed("its pictures are shown too long after they are decoded"));
            }
        }
        Ok(())
    }
}

/// Which place in the order of time each sample has, if it is shown.
struct Order {
    place_of: Vec<Option<usize>>,
}

impl Order {
    fn of(moments: &[Moment], samples: usize) -> Self {
        let mut place_of = vec![None; samples];
        for (place, moment) in moments.iter().enumerate() {
            place_of[moment.sample] = Some(place);
        }
        Self { place_of }
    }
}

/// The decoder: one picture out for one in, as parameter sets of ours make it.
struct Pictures {
    decoder: Decoder,
}

impl Pictures {
    fn new() -> Result<Self, UploadError> {
        let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
        let decoder = Decoder::with_api_config(OpenH264API::from_source(), config);
        Ok(Self { decoder: decoder.map_err(UploadError::malformed)? })
    }

    fn decode(&mut self, unit: &[u8], number: usize, size: Size) -> Result<DecodedYUV<'_>, UploadError> {
        let broken =
            || UploadError::Malformed(format!("picture {} of the video cannot be decoded", number + 1));
        let planes = self.decoder.decode_with_options(unit, DecodeOptions::new());
        let planes = planes.map_err(|_| broken())?.ok_or_else(broken)?;
        if planes.dimensions() != (size.width as usize, size.height as usize) {
            return Err(UploadError::malformed("a picture is not of the size that the tables say"));
        }
        Ok(planes)
    }
}
