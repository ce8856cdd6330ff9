//! Pictures that customers send: JPEG, PNG and WebP, turned as their metadata say, on white where they are transparent.
//! Sizes are checked before anything of that size is allocated. Colour profiles are not followed: all is sRGB.

mod exif;
mod jpeg;
mod png;
mod webp;

use kinora_spec::{Picture, Size};

use crate::picture::Scaler;
use crate::turn::Turn;
use crate::upload::check_pixels;
use crate::{Fit, UploadError};

/// Largest file of a picture, bytes: what a base64 data URL of 20 MiB and phones' own files come to.
pub const PICTURE_BYTES_MAX: usize = 20_000_000;

/// Most pixels of a picture: those of phones' own, of 24 megapixels.
pub const PICTURE_PIXELS_MAX: u32 = 25_000_000;

/// How much of a picture is taken. What is over is refused. At most 20 bytes for each pixel are allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureLimits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Pixels.
    pub pixels: u32,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { bytes: PICTURE_BYTES_MAX, pixels: PICTURE_PIXELS_MAX }
    }
}

/// The formats that are read.
#[derive(Clone, Copy)]
enum Format {
    Jpeg,
    Png,
    WebP,
}

impl Format {
    /// The format by its first bytes, whatever a name or a content type says.
    fn of(bytes: &[u8]) -> Result<Self, UploadError> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Ok(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Ok(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Self::WebP),
            _ => Err(UploadError::NotPicture),
        }
    }
}

/// What the headers of a picture say.
struct Headers {
    /// Pixels as they are stored.
    stored: Size,
    turn: Turn,
}

/// Decodes a picture.
///
/// # Errors
/// Any [`UploadError`].
pub fn decode_picture(bytes: &[u8], limits: &PictureLimits) -> Result<Picture, UploadError> {
    if bytes.len() > limits.bytes {
        return Err(UploadError::Bytes { found: bytes.len(), max: limits.bytes });
    }
    let format = Format::of(bytes)?;
    let Headers { stored, turn } = headers(bytes, format)?;
    check_pixels(stored, limits.pixels)?;
    let rgb = match format {
        Format::Jpeg => jpeg::decode(bytes),
        Format::Png => png::decode(bytes, stored),
        Format::WebP => webp::decode(bytes, stored),
    }?;
    if rgb.len() as u64 != 3 * u64::from(stored.width) * u64::from(stored.height) {
        return Err(UploadError::malformed("the picture is not of the size that it says"));
    }
    let Size { width, height } = turn.size(stored);
    if turn == Turn::default() {
        return Ok(Picture { width, height, rgb });
    }
    let mut turned = Vec::new();
    turn.apply(&rgb, stored, &mut turned);
    Ok(Picture { width, height, rgb: turned })
}

/// The size of a picture as it is shown, from its headers alone.
///
/// # Errors
/// Any [`UploadError`] but those about limits.
pub fn picture_size(bytes: &[u8]) -> Result<Size, UploadError> {
    let Headers { stored, turn } = headers(bytes, Format::of(bytes)?)?;
    Ok(turn.size(stored))
}

fn headers(bytes: &[u8], format: Format) -> Result<Headers, UploadError> {
    let headers = match format {
        Format::Jpeg => jpeg::headers(bytes),
        Format::Png => png::headers(bytes),
        Format::WebP => webp::headers(bytes),
    }?;
    if headers.stored.width == 0 || headers.stored.height == 0 {
        return Err(UploadError::NoPixels(headers.stored));
    }
    Ok(headers)
}

/// A picture at another size.
///
/// # Errors
/// [`UploadError::NoPixels`] when either size has none, [`UploadError::Malformed`] when the bytes are not those of the
/// picture.
pub fn fit_picture(picture: Picture, fit: Fit) -> Result<Picture, UploadError> {
    let from = Size::new(picture.width, picture.height);
    let to = fit.size(from);
    if let Some(empty) = [from, to].into_iter().find(|size| size.width == 0 || size.height == 0) {
        return Err(UploadError::NoPixels(empty));
    }
    if to == from {
        return Ok(picture);
    }
    let mut scaler = Scaler::new(from, to);
    let rgb = scaler.scale(&picture.rgb).map_err(UploadError::malformed)?.to_vec();
    Ok(Picture { width: to.width, height: to.height, rgb })
}

/// Lays pixels with an alpha channel, their last, on white: straight alpha, as PNG and WebP have it.
fn on_white<const N: usize>(pixels: &[u8], colour: impl Fn(&[u8; N]) -> [u8; 3]) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(pixels.len() / N * 3);
    for pixel in pixels.as_chunks::<N>().0 {
        let alpha = u32::from(pixel[N - 1]);
        let laid = |value: u8| ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        rgb.extend_from_slice(&colour(pixel).map(laid));
    }
    rgb
}

fn broken(error: impl std::fmt::Display) -> UploadError {
    UploadError::Malformed(format!("the picture cannot be decoded: {error}"))
}
