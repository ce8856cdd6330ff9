//! The pictures that stand for a clip: a thumbnail and a sheet of frames to scrub through.

use image_webp::{ColorType, WebPEncoder};
use jpeg_encoder::{Encoder, SamplingFactor};
use kinora_spec::limits::{PREVIEW_BYTES_MAX, PREVIEW_WIDTH_MAX};
use kinora_spec::{Frames, Picture, Size};

use crate::MediaError;
use crate::picture::{Scaler, with_long_side};

/// Long side of the thumbnail, pixels.
const THUMBNAIL_SIDE: u32 = 512;

/// Long side of one frame in the sheet, pixels.
const TILE_SIDE: u32 = 256;

/// Frames in a row of the sheet, and rows, at most.
const TILES_A_SIDE: usize = 5;

/// Quality of the sheet, 1 to 100.
const JPEG_QUALITY: u8 = 85;

/// Qualities of a preview, 1 to 100, the best first.
const PREVIEW_QUALITIES: [u8; 3] = [80, 50, 20];

/// The middle frame as WebP, in the shape of `size`, with a long side of 512 pixels.
///
/// # Errors
/// [`MediaError::Codec`] when writing fails.
pub fn thumbnail(frames: &Frames, size: Size) -> Result<Vec<u8>, MediaError> {
    let to = with_long_side(size, THUMBNAIL_SIDE);
    let mut scaler = Scaler::new(Size::new(frames.width, frames.height), to);
    let rgb = scaler.scale(frame(frames, frames.count() / 2))?;
    let mut webp = Vec::new();
    WebPEncoder::new(&mut webp)
        .encode(rgb, to.width, to.height, ColorType::Rgb8)
        .map_err(|error| MediaError::codec("WebP", error))?;
    Ok(webp)
}

/// Evenly spaced frames as JPEG, in reading order without gaps: five rows of five, or as many full rows of five as
/// a clip of fewer frames fills, or one row.
///
/// # Errors
/// [`MediaError::Codec`] when writing fails.
pub fn spritesheet(frames: &Frames, size: Size) -> Result<Vec<u8>, MediaError> {
    let columns = frames.count().min(TILES_A_SIDE);
    let rows = (frames.count() / columns).min(TILES_A_SIDE);
    let tile = with_long_side(size, TILE_SIDE);
    let (tile_row, tile_height) = (tile.width as usize * 3, tile.height as usize);
    let sheet_row = tile_row * columns;
    let mut sheet = vec![0; sheet_row * tile_height * rows];
    let mut scaler = Scaler::new(Size::new(frames.width, frames.height), tile);
    for place in 0..rows * columns {
        let rgb = scaler.scale(frame(frames, place * frames.count() / (rows * columns)))?;
        let corner = place / columns * tile_height * sheet_row + place % columns * tile_row;
        for (row, pixels) in rgb.chunks_exact(tile_row).enumerate() {
            sheet[corner + row * sheet_row..][..tile_row].copy_from_slice(pixels);
        }
    }
    let failed = |error| MediaError::codec("JPEG", error);
    let side = |pixels: usize| u16::try_from(pixels).map_err(|error| MediaError::codec("JPEG", error));
    let (width, height) = (side(sheet_row / 3)?, side(tile_height * rows)?);
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, JPEG_QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&sheet, width, height, jpeg_encoder::ColorType::Rgb).map_err(failed)?;
    Ok(jpeg)
}

/// A small picture of a clip that is being made, as JPEG in the shape of `size`: no larger than it is, at most 160 pixels
/// wide, and as good as fits into 32 KiB.
///
/// # Errors
/// [`MediaError::NoPixels`] without pixels, [`MediaError::Codec`] when the bytes are not those of the picture or no quality
/// fits.
pub fn preview(picture: &Picture, size: Size) -> Result<Vec<u8>, MediaError> {
    let from = Size::new(picture.width, picture.height);
    if [from.width, from.height, size.width, size.height].contains(&0) {
        return Err(MediaError::NoPixels(from));
    }
    let width = from.width.min(PREVIEW_WIDTH_MAX);
    let height = (size.height.saturating_mul(width).saturating_add(size.width / 2) / size.width).max(1);
    let mut scaler = Scaler::new(from, Size::new(width, height));
    let rgb = scaler.scale(&picture.rgb)?;
    let side = |pixels: u32| u16::try_from(pixels).map_err(|error| MediaError::codec("JPEG", error));
    let (width, height) = (side(width)?, side(height)?);
    for quality in PREVIEW_QUALITIES {
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, quality);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        let written = encoder.encode(rgb, width, height, jpeg_encoder::ColorType::Rgb);
        written.map_err(|error| MediaError::codec("JPEG", error))?;
        if jpeg.len() <= PREVIEW_BYTES_MAX {
            return Ok(jpeg);
        }
    }
    Err(MediaError::codec("JPEG", format!("the preview does not fit into {PREVIEW_BYTES_MAX} bytes")))
}

fn frame(frames: &Frames, index: usize) -> &[u8] {
    &frames.rgb[index * frames.frame_bytes()..][..frames.frame_bytes()]
}
