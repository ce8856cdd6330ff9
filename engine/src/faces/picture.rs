//! Pictures as the networks are given them.

use burn::tensor::{Device, Tensor, TensorData};
use kinora_spec::Picture;

/// A rectangle of a picture, whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// Columns to its left.
    pub left: usize,
    /// Rows above it.
    pub top: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Crop {
    /// All of a picture.
    #[must_use]
    pub const fn whole(picture: &Picture) -> Self {
        Self { left: 0, top: 0, width: picture.width as usize, height: picture.height as usize }
    }

    /// What of a rectangle is within a picture: whole pixels towards zero, as face-api.js cuts (`clipAtImageBorders`,
    /// then `floor`).
    #[must_use]
    pub fn within(picture: &Picture, left: f32, top: f32, width: f32, height: f32) -> Self {
        let axis = |from: f32, length: f32, end: u32| {
            let start = from.max(0.0);
            let length = (from + length - start).min(end as f32 - start);
            (start as usize, length.max(0.0) as usize)
        };
        let (left, width) = axis(left, width, picture.width);
        let (top, height) = axis(top, height, picture.height);
        Self { left, top, width, height }
    }

    /// Black columns to the left and rows above that put it in the middle of a square.
    pub(super) fn margins(&self) -> [usize; 2] {
        let side = self.width.max(self.height);
        [(side - self.width) / 2, (side - self.height) / 2]
    }
}

/// Where a picture that is not square is put in its square.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At its left upper corner.
    Corner,
    /// In its middle.
    Middle,
}

/// What a network is given.
pub(super) struct Input {
    /// Its side, pixels.
    pub side: usize,
    /// Where a picture that is not square is put.
    pub place: Place,
    /// What is taken from red, green and blue, bytes.
    pub mean: [f32; 3],
}

impl Input {
    /// Puts the rectangle on a black square, scales that as TensorFlow's `resizeBilinear` does (corners not aligned, pixels
    /// at whole numbers), takes the mean and divides by 255.
    ///
    /// # Shapes
    /// - out: `[1, 3, side, side]`
    pub fn of(&self, picture: &Picture, part: Crop, device: &Device) -> Tensor<4> {
        let side = part.width.max(part.height);
        let before = if self.place == Place::Middle { part.margins() } else { [0, 0] };
        let columns = taps(side, self.side);
        let mut out = vec![0.0; 3 * self.side * self.side];
        for (row, (upper, lower, down)) in taps(side, self.side).into_iter().enumerate() {
            for (column, (left, right, across)) in columns.iter().enumerate() {
                let at = |x: usize, y: usize| pixel(picture, part, x, y, before);
                let corners = [at(*left, upper), at(*right, upper), at(*left, lower), at(*right, lower)];
                for channel in 0..3 {
                    let [a, b, c, d] = corners.map(|corner| corner[channel]);
                    let (above, below) = (a + (b - a) * across, c + (d - c) * across);
                    let value = above + (below - above) * down;
                    out[(channel * self.side + row) * self.side + column] =
                        (value - self.mean[channel]) / 255.0;
                }
            }
        }
        Tensor::from_data(TensorData::new(out, [1, 3, self.side, self.side]), device)
    }
}

/// For each of `to` places along an axis of `from` pixels: the pixel before, the pixel after, how far between them.
fn taps(from: usize, to: usize) -> Vec<(usize, usize, f32)> {
    let place = |at: usize| {
        let exact = at as f64 * from as f64 / to as f64;
        let before = exact.floor();
        (before as usize, (exact.ceil() as usize).min(from - 1), (exact - before) as f32)
    };
    (0..to).map(place).collect()
}

/// A pixel of the square; black beside the picture.
fn pixel(picture: &Picture, part: Crop, x: usize, y: usize, before: [usize; 2]) -> [f32; 3] {
    let (x, y) = (x.wrapping_sub(before[0]), y.wrapping_sub(before[1]));
    if x >= part.width || y >= part.height {
        return [0.0; 3];
    }
    let at = ((part.top + y) * picture.width as usize + part.left + x) * 3;
    [0, 1, 2].map(|channel| f32::from(picture.rgb[at + channel]))
}

/// A smaller picture whose longer side is at most `side_max` pixels: squares of pixels become their mean.
///
/// Rows and columns that do not fill a square are left out.
#[must_use]
pub fn shrink(rgb: &[u8], width: u32, height: u32, side_max: u32) -> Picture {
    let factor = width.max(height).div_ceil(side_max).max(1);
    if factor == 1 {
        return Picture { width, height, rgb: rgb.to_vec() };
    }
    let (columns, rows) = ((width / factor).max(1), (height / factor).max(1));
    let (across, down) = (factor.min(width), factor.min(height)); // a picture may be thinner than a square
    let mut out = Vec::with_capacity(columns as usize * rows as usize * 3);
    let mut sums = vec![0_u32; columns as usize * 3];
    for row in 0..rows {
        sums.fill(0);
        for line in row * down..(row + 1) * down {
            let from = line as usize * width as usize * 3;
            let line = &rgb[from..from + (columns * across) as usize * 3];
            for (sum, square) in
                sums.as_chunks_mut::<3>().0.iter_mut().zip(line.chunks_exact(across as usize * 3))
            {
                for pixel in square.as_chunks::<3>().0 {
                    for (sum, byte) in sum.iter_mut().zip(pixel) {
                        *sum += u32::from(*byte);
                    }
                }
            }
        }
        let pixels = across * down;
        out.extend(sums.iter().map(|sum| ((sum + pixels / 2) / pixels) as u8));
    }
    Picture { width: columns, height: rows, rgb: out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_of_pixels_become_their_mean() {
        let rgb: Vec<u8> = (0..5 * 4).flat_map(|at| [at as u8 * 10, 0, 200]).collect();
        let found = shrink(&rgb, 5, 4, 3);
        assert_eq!((found.width, found.height), (2, 2));
        assert_eq!(found.rgb, [30, 0, 200, 50, 0, 200, 130, 0, 200, 150, 0, 200]);
        assert_eq!(shrink(&rgb, 5, 4, 5).rgb, rgb);
        assert_eq!(shrink(&rgb[..15], 5, 1, 2).rgb, [10, 0, 200]);
    }

    #[test]
    fn a_rectangle_is_cut_at_the_borders() {
        let picture = Picture { width: 10, height: 8, rgb: vec![0; 240] };
        let found = Crop::within(&picture, -2.5, 3.7, 9.0, 90.0);
        assert_eq!(found, Crop { left: 0, top: 3, width: 6, height: 4 });
        assert_eq!(Crop::within(&picture, 20.0, 0.0, 5.0, 5.0).width, 0);
    }

    #[test]
    fn a_picture_that_is_not_square_is_padded_with_black() {
        let picture = Picture { width: 2, height: 4, rgb: vec![255; 24] };
        let input = |place| Input { side: 4, place, mean: [0.0; 3] };
        let red = |place| {
            let out = input(place).of(&picture, Crop::whole(&picture), &Device::flex());
            out.into_data().try_to_vec::<f32>().unwrap()[..4].to_vec()
        };
        assert_eq!(red(Place::Corner), [1.0, 1.0, 0.0, 0.0]);
        assert_eq!(red(Place::Middle), [0.0, 1.0, 1.0, 0.0]);
    }
}
