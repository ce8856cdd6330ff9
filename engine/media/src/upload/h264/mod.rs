//! H.264 as MP4 carries it (ISO/IEC 14496-15, 5.3 and 5.4), made safe for the decoder: only slices and parameter sets
//! reach it, one picture at a time, each slice after the one before.

mod bits;
mod sps;
#[cfg(test)]
mod tests;

use bits::{BitReader, has_start_code, unescaped};
use kinora_spec::Size;
use sps::{Picture, Sequence};

use super::UploadError;
use super::boxes::Atom;
use super::tracks::visual;
use crate::yuv::Colour;

/// Most slices of a picture.
const SLICES_MAX: usize = 16;

/// How often the slices of a picture may cover it, if each goes on to its end: 16 even ones do so 8.5 times. Only where
/// the next one begins does an honest slice end; a hostile one goes on, and this is by how much it multiplies the work.
const COVER_MAX: u64 = 9;

/// Most parameter sets of each kind in a sample entry.
const SETS_MAX: usize = 32;

/// First bytes of a slice, without emulation prevention, that its checked fields lie in: three numbers of 63 bits at most
/// and 16 more.
const SLICE_HEAD_BYTES: usize = 32;

// Types of NAL units, Table 7-1.
const SLICE: u8 = 1;
const PARTITIONS: std::ops::RangeInclusive<u8> = 2..=4;
const IDR: u8 = 5;
const SPS: u8 = 7;
const PPS: u8 = 8;

/// What the sample entry of a video says, and what the decoder has been told.
pub struct Stream {
    /// Bytes of the length before each NAL unit.
    length_bytes: usize,
    sequences: Vec<Sequence>,
    pictures: Vec<Picture>,
    /// Parameter sets to be sent with the next picture.
    news: Vec<u8>,
    begun: bool,
    size: Size,
}

impl Stream {
    /// Reads the sample entry of a video track. No picture may have more than `pixels_max` pixels.
    pub fn new(entry: Atom<'_>, pixels_max: u32) -> Result<Self, UploadError> {
        if !matches!(&entry.kind, b"avc1" | b"avc3") {
            return Err(super::kind::video(entry.kind));
        }
        let (width, height, inside) = visual(entry)?;
        let size = Size::new(width.into(), height.into());
        if size.width == 0 || size.height == 0 {
            return Err(UploadError::NoPixels(size));
        }
        check_pixels(size, pixels_max)?;
        if let Some(aspect) = inside.child(b"pasp")? {
            let mut fields = aspect.fields();
            square(fields.u32()?, fields.u32()?)?;
        }
        let mut fields = inside.needed(b"avcC")?.fields();
        fields.take(4)?;
        let length_bytes = usize::from(fields.u8()? & 3) + 1;
        if length_bytes == 3 {
            return Err(UploadError::malformed("NAL units have lengths of three bytes"));
        }
        let (sequences, pictures) = (Vec::new(), Vec::new());
        let mut new = Self { length_bytes, sequences, pictures, news: Vec::new(), begun: false, size };
        for mask in [0x1f, 0xff] {
            let count = fields.u8()? & mask;
            if usize::from(count) > SETS_MAX {
                return Err(UploadError::malformed("there are too many parameter sets"));
            }
            for _ in 0..count {
                let length = fields.u16()?;
                new.parameters(fields.take(length.into())?)?;
            }
        }
        Ok(new)
    }

    /// Pixels of the pictures, as the sample entry says and every parameter set confirms.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// What the colours of the next picture mean.
    pub fn colour(&self) -> Colour {
        self.sequences.first().map_or_else(|| Colour::guess(self.size), |sequence| sequence.colour)
    }

    /// Takes a parameter set, if it says what the movie says.
    fn parameters(&mut self, nal: &[u8]) -> Result<(), UploadError> {
        let nal = without_trailing_zeros(nal);
        match nal.first().map(|head| head & 0x1f) {
            Some(SPS) => {
                let new = Sequence::read(nal)?;
                if new.shown != self.size {
                    return Err(UploadError::Malformed(format!(
                        "the movie says {} pixels and its H.264 stream {}",
                        self.size, new.shown
                    )));
                }
                // Each change would have the decoder make room anew for all pictures that it keeps.
                if self.sequences.first().is_some_and(|first| first.form != new.form) {
                    return Err(UploadError::Unsupported(
                        "the coding of the video changes on the way: export it anew, in one piece",
                    ));
                }
                if self.sequences.iter().all(|known| known.id != new.id) {
                    self.tell(&new.nal);
                    self.sequences.push(new);
                }
            }
            Some(PPS) => {
                if has_start_code(nal) {
                    return Err(UploadError::malformed("a NAL unit holds a start code"));
                }
                let new = Picture::read(nal)?;
                self.tell(nal);
                self.pictures.retain(|known| known.id != new.id);
                self.pictures.push(new);
            }
            _ => return Err(UploadError::malformed("a parameter set is something else")),
        }
        Ok(())
    }

    fn tell(&mut self, nal: &[u8]) {
        self.news.extend_from_slice(&[0, 0, 0, 1]);
        self.news.extend_from_slice(nal);
    }

    /// Writes a picture for the decoder, its NAL units behind start codes. What is not needed to decode it is left out.
    pub fn unit(&mut self, sample: &[u8], unit: &mut Vec<u8>) -> Result<(), UploadError> {
        unit.clear();
        let mut slices = Slices::default();
        let mut rest = sample;
        while !rest.is_empty() {
            let nal;
            (nal, rest) = self.split(rest)?;
            let nal = without_trailing_zeros(nal);
            match nal.first().map(|head| head & 0x1f) {
                Some(kind @ (SLICE | IDR)) => {
                    if has_start_code(nal) {
                        return Err(UploadError::malformed("a NAL unit holds a start code"));
                    }
                    self.slice(kind, nal, &mut slices)?;
                    unit.append(&mut self.news);
                    unit.extend_from_slice(&[0, 0, 0, 1]);
                    unit.extend_from_slice(nal);
                }
                // Between the slices of a picture they may not be.
                Some(SPS | PPS) if slices.count == 0 => self.parameters(nal)?,
                Some(SPS | PPS) => {
                    return Err(UploadError::malformed("a parameter set lies within a picture"));
                }
                Some(kind) if PARTITIONS.contains(&kind) => {
                    return Err(UploadError::Unsupported(
                        "the video is in partitions; H.264 Main or High is needed",
                    ));
                }
                _ => {}
            }
        }
        if slices.count == 0 {
            return Err(UploadError::malformed("a sample holds no picture"));
        }
        self.begun = true;
        Ok(())
    }

    fn split<'a>(&self, bytes: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), UploadError> {
        let cut = || UploadError::malformed("a NAL unit is cut off");
        let (length, rest) = bytes.split_at_checked(self.length_bytes).ok_or_else(cut)?;
        let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        rest.split_at_checked(length).ok_or_else(cut)
    }

    /// Checks the head of a slice (7.3.3) against those before it in the picture.
    fn slice(&self, kind: u8, nal: &[u8], slices: &mut Slices) -> Result<(), UploadError> {
        let wrong = UploadError::malformed;
        let bytes = unescaped(&nal[1..], SLICE_HEAD_BYTES);
        let mut bits = BitReader::new(&bytes);
        let (first, form, set) = (bits.unsigned()?, bits.at_most(9, "slice_type")?, bits.unsigned()?);
        if matches!(form % 5, 3 | 4) {
            return Err(UploadError::Unsupported(
                "the video has switching pictures; H.264 Main or High is needed",
            ));
        }
        if kind == IDR && form % 5 != 2 {
            return Err(wrong("a keyframe depends on other pictures"));
        }
        let picture = self.pictures.iter().find(|picture| picture.id == set);
        let picture = picture.ok_or_else(|| wrong("a slice refers to a PPS that is not there"))?;
        let sequence = self.sequences.iter().find(|sequence| sequence.id == picture.sequence);
        let sequence = sequence.ok_or_else(|| wrong("a PPS refers to an SPS that is not there"))?;
        let number = bits.bits(sequence.frame_number_bits)?;
        if !self.begun && kind != IDR {
            return Err(UploadError::Unsupported("the video does not begin with a keyframe: export it anew"));
        }
        let blocks = sequence.coded.width / 16 * (sequence.coded.height / 16);
        let follows = if slices.count == 0 { first == 0 } else { first > slices.first };
        if !follows || first >= blocks {
            return Err(wrong("a sample holds several pictures, or slices out of order"));
        }
        let same = Same { kind, reference: nal[0] >> 5 & 3 != 0, sequence: sequence.id, number };
        if slices.same.is_some_and(|before| before != same) {
            return Err(wrong("the slices of a sample belong to different pictures"));
        }
        slices.count += 1;
        slices.cover += u64::from(blocks - first);
        if slices.count > SLICES_MAX || slices.cover > COVER_MAX * u64::from(blocks) {
            return Err(UploadError::Unsupported(
                "a picture has more than 16 slices, or uneven ones: export it with fewer",
            ));
        }
        (slices.first, slices.same) = (first, Some(same));
        Ok(())
    }
}

/// The slices of a picture so far.
#[derive(Default)]
struct Slices {
    count: usize,
    first: u32,
    /// Macroblocks from the beginning of each to the end of the picture.
    cover: u64,
    same: Option<Same>,
}

/// What the slices of one picture have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Same {
    kind: u8,
    reference: bool,
    sequence: u32,
    number: u32,
}

/// By how much pixels may be off a square, percent: some writers round.
const ASPECT_PERCENT_MAX: u64 = 2;

/// Refuses pixels that are not square; sides of zero say nothing.
fn square(width: u32, height: u32) -> Result<(), UploadError> {
    let (width, height) = (u64::from(width), u64::from(height));
    if width.abs_diff(height) * 100 > width.max(height) * ASPECT_PERCENT_MAX && width.min(height) > 0 {
        return Err(UploadError::Unsupported(
            "the pixels of the video are not square: export it with square pixels",
        ));
    }
    Ok(())
}

/// Refuses pictures that are too large.
pub fn check_pixels(size: Size, max: u32) -> Result<(), UploadError> {
    if u64::from(size.width) * u64::from(size.height) > u64::from(max) {
        return Err(UploadError::Pixels { found: size, max });
    }
    Ok(())
}

/// Zeros after a NAL unit belong to a byte stream, not to it; some writers leave them.
fn without_trailing_zeros(nal: &[u8]) -> &[u8] {
    let length = nal.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &nal[..length]
}
