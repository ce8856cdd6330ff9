//! JPEG, baseline and progressive.

use kinora_spec::Size;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{Headers, broken, exif};
use crate::UploadError;

/// Most passes over a progressive picture: encoders make about ten, and each costs time whatever its bytes.
const SCANS_MAX: usize = 40;

/// Longest side, pixels: what the format can say.
const SIDE_MAX: usize = 65_535;

fn decoder(bytes: &[u8]) -> JpegDecoder<ZCursor<&[u8]>> {
    let options = DecoderOptions::default()
        .set_max_width(SIDE_MAX)
        .set_max_height(SIDE_MAX)
        // What is cut off or damaged is refused, not shown grey.
        .set_strict_mode(true)
        .jpeg_set_max_scans(SCANS_MAX)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    JpegDecoder::new_with_options(ZCursor::new(bytes), options)
}

/// What the headers say.
pub fn headers(bytes: &[u8]) -> Result<Headers, UploadError> {
    let mut decoder = decoder(bytes);
    decoder.decode_headers().map_err(broken)?;
    let (width, height) = decoder.dimensions().ok_or_else(|| broken("it has no size"))?;
    let turn = exif::turn(decoder.exif().map(Vec::as_slice));
    Ok(Headers { stored: Size::new(width as u32, height as u32), turn })
}

/// The pixels as they are stored, RGB.
pub fn decode(bytes: &[u8]) -> Result<Vec<u8>, UploadError> {
    decoder(bytes).decode().map_err(broken)
}
