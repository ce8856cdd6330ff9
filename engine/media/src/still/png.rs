//! PNG, of any depth and colour type; of an animation the picture that stands for it.

use std::io::Cursor;

use kinora_spec::Size;
use png::{ColorType, Decoder, Limits, Transformations};

use super::{Headers, broken, exif, on_white};
use crate::UploadError;

/// Bytes that chunks other than the pixels may take.
const CHUNK_BYTES_MAX: usize = 4_000_000;

/// Most bytes of a pixel that the decoder holds: four channels of 16 bits.
const PIXEL_BYTES: usize = 8;

fn decoder(bytes: &[u8], pixels: usize) -> Decoder<Cursor<&[u8]>> {
    let limits = Limits { bytes: CHUNK_BYTES_MAX + pixels.saturating_mul(PIXEL_BYTES) };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder
}

/// What the headers say.
pub fn headers(bytes: &[u8]) -> Result<Headers, UploadError> {
    let reader = decoder(bytes, 0).read_info().map_err(broken)?;
    let info = reader.info();
    let turn = exif::turn(info.exif_metadata.as_deref());
    Ok(Headers { stored: Size::new(info.width, info.height), turn })
}

/// The pixels of a picture of `stored` size as they are stored, RGB.
pub fn decode(bytes: &[u8], stored: Size) -> Result<Vec<u8>, UploadError> {
    let mut reader =
        decoder(bytes, stored.width as usize * stored.height as usize).read_info().map_err(broken)?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or_else(|| broken("it is too large"))?];
    let frame = reader.next_frame(&mut pixels).map_err(broken)?;
    pixels.truncate(frame.buffer_size());
    match frame.color_type {
        ColorType::Rgb => Ok(pixels),
        ColorType::Rgba => Ok(on_white(&pixels, |[red, green, blue, _]| [*red, *green, *blue])),
        ColorType::GrayscaleAlpha => Ok(on_white(&pixels, |[grey, _]| [*grey; 3])),
        ColorType::Grayscale => Ok(pixels.iter().flat_map(|grey| [*grey; 3]).collect()),
        ColorType::Indexed => Err(broken("its palette was not applied")),
    }
}
