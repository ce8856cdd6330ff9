//! Pictures to another size: RGB in, RGB out. Colour conversion lives in `yuv`.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use kinora_spec::Size;

use crate::MediaError;

/// Scales pictures of one size to another; what does not fit the shape is cropped evenly from both ends.
pub struct Scaler {
    from: Size,
    resizer: Resizer,
    options: ResizeOptions,
    scaled: Image<'static>,
}

impl Scaler {
    /// A scaler between two sizes, which must have pixels.
    pub fn new(from: Size, to: Size) -> Self {
        let across = f64::from(to.width) / f64::from(from.width);
        let down = f64::from(to.height) / f64::from(from.height);
        let scale = across.max(down);
        let (width, height) = (f64::from(to.width) / scale, f64::from(to.height) / scale);
        let (left, top) = ((f64::from(from.width) - width) / 2.0, (f64::from(from.height) - height) / 2.0);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(
            left.max(0.0),
            top.max(0.0),
            width.min(f64::from(from.width)),
            height.min(f64::from(from.height)),
        );
        let scaled = Image::new(to.width, to.height, PixelType::U8x3);
        Self { from, resizer: Resizer::new(), options, scaled }
    }

    /// One picture, `[row, column, RGB]` of the first size, at the second.
    ///
    /// # Errors
    /// [`MediaError::Codec`] when the picture is not of the first size.
    pub fn scale(&mut self, rgb: &[u8]) -> Result<&[u8], MediaError> {
        let Size { width, height } = self.from;
        let picture = ImageRef::new(width, height, rgb, PixelType::U8x3).map_err(failed)?;
        self.resizer.resize(&picture, &mut self.scaled, &self.options).map_err(failed)?;
        Ok(self.scaled.buffer())
    }
}

fn failed(error: impl std::fmt::Display) -> MediaError {
    MediaError::codec("scaling", error)
}

/// The size of `shape`'s proportions whose long side has `long` pixels.
pub fn with_long_side(shape: Size, long: u32) -> Size {
    let (own_long, own_short) = (shape.width.max(shape.height), shape.width.min(shape.height));
    let short = ((own_short * long + own_long / 2) / own_long).max(1);
    if shape.is_portrait() { Size::new(short, long) } else { Size::new(long, short) }
}

/// The size of `own`'s proportions whose long side has at most `long` pixels; never larger than it.
pub fn within(own: Size, long: u32) -> Size {
    if own.width.max(own.height) <= long { own } else { with_long_side(own, long) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_the_right_size_is_left_alone() {
        let rgb: Vec<u8> = (0..5 * 4 * 3).map(|n| (n * 37 % 256) as u8).collect();
        assert_eq!(Scaler::new(Size::new(5, 4), Size::new(5, 4)).scale(&rgb).unwrap(), rgb);
    }

    #[test]
    fn a_plain_picture_stays_plain_at_any_size() {
        for (width, height) in [(1, 1), (3, 2), (7, 5), (64, 48), (200, 2)] {
            let rgb = [10, 128, 255].repeat(20 * 10);
            let scaled =
                Scaler::new(Size::new(20, 10), Size::new(width, height)).scale(&rgb).unwrap().to_vec();
            assert_eq!(scaled, [10, 128, 255].repeat((width * height) as usize), "{width}x{height}");
        }
    }

    #[test]
    fn what_does_not_fit_is_cropped_from_both_ends() {
        // Columns 0 1 2 3 to two: the middle ones.
        let rgb: Vec<u8> = [0u8, 100, 200, 50].iter().flat_map(|value| [*value; 3]).collect();
        let scaled = Scaler::new(Size::new(4, 1), Size::new(2, 1)).scale(&rgb).unwrap().to_vec();
        assert_eq!(scaled, [100, 100, 100, 200, 200, 200]);
    }
}
