//! Sequence and picture parameter sets (ITU-T H.264, 7.3.2.1, 7.3.2.2 and E.1.1): what they say, checked, and written
//! anew for the decoder, which so never sees those of a stranger.

use kinora_spec::Size;

use super::bits::{BitReader, BitWriter, unescaped};
use crate::upload::UploadError;
use crate::yuv::Colour;

/// Most bytes of a parameter set.
const SET_BYTES_MAX: usize = 1_024;

/// Profiles whose sets have fields for chroma, depth and scaling lists.
const HIGH_PROFILES: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// The profile that the decoder is told. It puts pictures out as they are decoded only for this one and for Baseline; for
/// others it waits and sorts by the low bits of the picture order count, which start over within a few pictures.
/// The tables of the movie know the order better. Nothing else depends on it.
const PROFILE_IN_DECODING_ORDER: u64 = 83;

/// The level that the decoder is told: sizes are limited here.
const LEVEL: u64 = 52;

/// What is kept of a sequence parameter set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// Its number.
    pub id: u32,
    /// Pixels that are coded, both multiples of 16.
    pub coded: Size,
    /// Pixels that are shown.
    pub shown: Size,
    /// Bits of a frame number.
    pub frame_number_bits: u32,
    /// What the colours mean.
    pub colour: Colour,
    /// The set for the decoder, a NAL unit.
    pub nal: Vec<u8>,
    /// The same with the number 0: two sets of one form differ in their numbers alone.
    pub form: Vec<u8>,
}

/// A list of scaling factors: the differences, or nothing where the one before holds.
type Scaling = Option<Vec<i32>>;

/// The picture order count.
enum Order {
    Lsb { bits: u32 },
    Cycle { always_zero: bool, offsets: [i32; 2], frames: Vec<i32> },
    Decoding,
}

fn unsupported(what: &'static str) -> UploadError {
    UploadError::Unsupported(what)
}

impl Sequence {
    /// Reads a set from its NAL unit.
    pub fn read(nal: &[u8]) -> Result<Self, UploadError> {
        let bytes = unescaped(nal.get(1..).unwrap_or_default(), SET_BYTES_MAX);
        let mut bits = BitReader::new(&bytes);
        let profile = bits.bits(8)?;
        bits.bits(16)?;
        let id = bits.at_most(31, "the number of an SPS")?;
        let scaling = if HIGH_PROFILES.contains(&profile) { chroma_and_scaling(&mut bits)? } else { None };
        let frame_number_bits = 4 + bits.at_most(12, "log2_max_frame_num_minus4")?;
        let order = order(&mut bits)?;
        let references = bits.at_most(16, "max_num_ref_frames")?;
        let gaps = bits.flag()?;
        // Sides of up to 16 thousand pixels; limits on their product are not of this place.
        let mut side = |what| Ok(16 * (1 + bits.at_most(1_023, what)?));
        let coded = Size::new(side("the width")?, side("the height")?);
        if !bits.flag()? {
            return Err(unsupported("the video is interlaced; progressive H.264 is needed"));
        }
        let direct_8x8 = bits.flag()?;
        let mut crop = [0; 4];
        if bits.flag()? {
            for value in &mut crop {
                *value = bits.at_most(8_192, "the cropping")?;
            }
        }
        let [left, right, top, bottom] = crop.map(|value| 2 * value);
        let shown = coded.width.checked_sub(left + right).zip(coded.height.checked_sub(top + bottom));
        let shown = shown.filter(|(width, height)| *width > 0 && *height > 0);
        let (width, height) = shown.ok_or_else(|| UploadError::malformed("the cropping leaves nothing"))?;
        let shown = Size::new(width, height);
        let colour = if bits.flag()? { usability(&mut bits, shown)? } else { Colour::guess(shown) };
        let write = |id| {
            let mut new = BitWriter::default();
            new.bits(0x67, 8);
            new.bits(PROFILE_IN_DECODING_ORDER << 16 | LEVEL, 24);
            new.unsigned(id);
            [1, 0, 0].into_iter().for_each(|value| new.unsigned(value));
            new.flag(false);
            write_scaling(&mut new, scaling.as_deref());
            new.unsigned(frame_number_bits - 4);
            write_order(&mut new, &order);
            new.unsigned(references);
            new.flag(gaps);
            new.unsigned(coded.width / 16 - 1);
            new.unsigned(coded.height / 16 - 1);
            new.flag(true);
            new.flag(direct_8x8);
            new.flag(true);
            crop.into_iter().for_each(|value| new.unsigned(value));
            new.flag(false);
            new.into_nal()
        };
        let (nal, form) = (write(id), write(0));
        Ok(Self { id, coded, shown, frame_number_bits, colour, nal, form })
    }
}

fn chroma_and_scaling(bits: &mut BitReader<'_>) -> Result<Option<Vec<Scaling>>, UploadError> {
    if bits.unsigned()? != 1 {
        return Err(unsupported("the video is not 4:2:0; H.264 with 4:2:0 chroma is needed"));
    }
    if (bits.unsigned()?, bits.unsigned()?) != (0, 0) {
        return Err(unsupported("the video has more than 8 bits a sample; 8-bit H.264 is needed"));
    }
    if bits.flag()? {
        return Err(unsupported("the video is coded without loss; lossy 8-bit 4:2:0 H.264 is needed"));
    }
    if !bits.flag()? {
        return Ok(None);
    }
    let mut lists = Vec::with_capacity(8);
    for number in 0..8 {
        lists.push(if bits.flag()? { Some(scaling(bits, if number < 6 { 16 } else { 64 })?) } else { None });
    }
    Ok(Some(lists))
}

/// The differences of a scaling list, up to where it repeats its last value (7.3.2.1.1.1).
fn scaling(bits: &mut BitReader<'_>, length: usize) -> Result<Vec<i32>, UploadError> {
    let (mut differences, mut last) = (Vec::new(), 8);
    while differences.len() < length {
        let difference = bits.signed()?;
        if !(-128..=127).contains(&difference) {
            return Err(UploadError::malformed("a scaling list is out of range"));
        }
        differences.push(difference);
        last = (last + difference + 256) % 256;
        if last == 0 {
            break;
        }
    }
    Ok(differences)
}

fn write_scaling(new: &mut BitWriter, lists: Option<&[Scaling]>) {
    new.flag(lists.is_some());
    for list in lists.unwrap_or_default() {
        new.flag(list.is_some());
        list.iter().flatten().for_each(|difference| new.signed(*difference));
    }
}

fn order(bits: &mut BitReader<'_>) -> Result<Order, UploadError> {
    match bits.at_most(2, "pic_order_cnt_type")? {
        0 => Ok(Order::Lsb { bits: 4 + bits.at_most(12, "log2_max_pic_order_cnt_lsb_minus4")? }),
        1 => {
            let always_zero = bits.flag()?;
            let offsets = [bits.signed()?, bits.signed()?];
            let count = bits.at_most(255, "num_ref_frames_in_pic_order_cnt_cycle")?;
            let frames = (0..count).map(|_| bits.signed()).collect::<Result<_, _>>()?;
            Ok(Order::Cycle { always_zero, offsets, frames })
        }
        _ => Ok(Order::Decoding),
    }
}

fn write_order(new: &mut BitWriter, order: &Order) {
    match order {
        Order::Lsb { bits } => {
            new.unsigned(0);
            new.unsigned(bits - 4);
        }
        Order::Cycle { always_zero, offsets, frames } => {
            new.unsigned(1);
            new.flag(*always_zero);
            offsets.iter().for_each(|offset| new.signed(*offset));
            new.unsigned(frames.len() as u32);
            frames.iter().for_each(|offset| new.signed(*offset));
        }
        Order::Decoding => new.unsigned(2),
    }
}

/// Width and height of a pixel by `aspect_ratio_idc` (Table E-1, from 1 on).
const ASPECTS: [(u32, u32); 16] = [
    (1, 1),
    (12, 11),
    (10, 11),
    (16, 11),
    (40, 33),
    (24, 11),
    (20, 11),
    (32, 11),
    (80, 33),
    (18, 11),
    (15, 11),
    (64, 33),
    (160, 99),
    (4, 3),
    (3, 2),
    (2, 1),
];

/// The `aspect_ratio_idc` after which both are given.
const ASPECT_GIVEN: usize = 255;

/// Reads the usability information up to the colours.
fn usability(bits: &mut BitReader<'_>, shown: Size) -> Result<Colour, UploadError> {
    if bits.flag()? {
        let (width, height) = match bits.bits(8)? as usize {
            ASPECT_GIVEN => (bits.bits(16)?, bits.bits(16)?),
            known => ASPECTS.get(known.wrapping_sub(1)).copied().unwrap_or((0, 0)),
        };
        super::square(width, height)?;
    }
    if bits.flag()? {
        bits.flag()?;
    }
    let mut colour = Colour::guess(shown);
    if bits.flag()? {
        bits.bits(3)?;
        colour.full = bits.flag()?;
        if bits.flag()? {
            let (_primaries, transfer, matrix) = (bits.bits(8)?, bits.bits(8)?, bits.bits(8)?);
            colour = colour.coded(transfer, matrix).ok_or_else(|| {
                unsupported("the colours of the video are HDR or RGB; BT.709 or BT.601 is needed")
            })?;
        }
    }
    Ok(colour)
}

/// What is kept of a picture parameter set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its number.
    pub id: u32,
    /// The number of the sequence parameter set that it belongs to.
    pub sequence: u32,
}

impl Picture {
    /// Reads a set from its NAL unit.
    pub fn read(nal: &[u8]) -> Result<Self, UploadError> {
        let bytes = unescaped(nal.get(1..).unwrap_or_default(), SET_BYTES_MAX);
        let mut bits = BitReader::new(&bytes);
        let id = bits.at_most(255, "the number of a PPS")?;
        let sequence = bits.at_most(31, "the number of an SPS")?;
        bits.bits(2)?;
        if bits.unsigned()? != 0 {
            return Err(unsupported("the video has slice groups; H.264 Main or High is needed"));
        }
        bits.at_most(31, "num_ref_idx_l0_default_active_minus1")?;
        bits.at_most(31, "num_ref_idx_l1_default_active_minus1")?;
        bits.flag()?;
        if bits.bits(2)? == 3 {
            return Err(UploadError::malformed("weighted_bipred_idc is 3"));
        }
        for what in ["pic_init_qp_minus26", "pic_init_qs_minus26", "chroma_qp_index_offset"] {
            if !(-26..=25).contains(&bits.signed()?) {
                return Err(UploadError::Malformed(format!("{what} is out of range")));
            }
        }
        bits.bits(2)?;
        if bits.flag()? {
            return Err(unsupported("the video has redundant pictures; H.264 Main or High is needed"));
        }
        Ok(Self { id, sequence })
    }
}
