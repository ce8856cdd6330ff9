//! WebP, lossy and lossless, that does not move.

use std::io::Cursor;

use image_webp::WebPDecoder;
use kinora_spec::Size;

use super::{Headers, broken, exif, on_white};
use crate::UploadError;

/// Bytes that chunks other than the pixels may take.
const CHUNK_BYTES_MAX: usize = 4_000_000;

fn decoder(bytes: &[u8]) -> Result<WebPDecoder<Cursor<&[u8]>>, UploadError> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    decoder.set_memory_limit(CHUNK_BYTES_MAX);
    Ok(decoder)
}

/// What the headers say.
pub fn headers(bytes: &[u8]) -> Result<Headers, UploadError> {
    let mut decoder = decoder(bytes)?;
    if decoder.is_animated() {
        return Err(UploadError::Unsupported("the picture is an animation; a still picture is needed"));
    }
    let (width, height) = decoder.dimensions();
    if lossy_size(bytes).is_some_and(|inner| inner != (width, height)) {
        return Err(broken("it is of two sizes"));
    }
    let turn = exif::turn(decoder.exif_metadata().map_err(broken)?.as_deref());
    Ok(Headers { stored: Size::new(width, height), turn })
}

/// The size that the lossy part says by itself (RFC 6386, 9.1): the decoder makes room for it before it compares.
fn lossy_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.get(12..)?;
    while let Some((head, body)) = rest.split_first_chunk::<8>() {
        let length = u32::from_le_bytes(*head.last_chunk()?) as usize;
        if head.starts_with(b"VP8 ") {
            let side = |place: usize| {
                let pair = *body.get(place..)?.first_chunk::<2>()?;
                Some(u32::from(u16::from_le_bytes(pair) & 0x3fff))
            };
            return side(6).zip(side(8));
        }
        rest = body.get(length.checked_next_multiple_of(2)?..)?;
    }
    None
}

/// The pixels of a picture of `stored` size as they are stored, RGB.
pub fn decode(bytes: &[u8], stored: Size) -> Result<Vec<u8>, UploadError> {
    let mut decoder = decoder(bytes)?;
    let pixels = stored.width as usize * stored.height as usize;
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let mut values = vec![0; pixels * channels];
    decoder.read_image(&mut values).map_err(broken)?;
    Ok(match channels {
        4 => on_white(&values, |[red, green, blue, _]| [*red, *green, *blue]),
        _ => values,
    })
}
