//! What the model paints for a size, and how pictures of any size are brought onto it.

use kinora_spec::Size;

use super::autoencoder::PIXELS_PER_CELL;

/// Longer side of what the model paints, pixels.
const LONG_SIDE: usize = 224;
/// Shorter side, pixels.
const SHORT_SIDE: usize = 128;
/// Red, green and blue.
const CHANNELS: usize = 3;

/// What the model paints for a size, and which part of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// Painted rows and columns, pixels.
    pub painted: [usize; 2],
    /// Shown rows and columns, pixels; what is left over is cut off evenly on both sides.
    pub shown: [usize; 2],
}

impl Canvas {
    /// The canvas for a size: landscape or portrait, and the largest part of it that has the size's shape, in even
    /// numbers so that both sides lose the same.
    #[must_use]
    pub fn of(size: Size) -> Self {
        let painted = if size.is_portrait() { [LONG_SIDE, SHORT_SIDE] } else { [SHORT_SIDE, LONG_SIDE] };
        let [rows, columns] = painted.map(|side| side as f64);
        let shape = f64::from(size.width) / f64::from(size.height);
        let shown = if shape * rows > columns { [columns / shape, columns] } else { [rows, rows * shape] };
        Self { painted, shown: shown.map(|side| 2 * (side / 2.0).round().max(1.0) as usize) }
    }

    /// Latent rows and columns of the canvas.
    #[must_use]
    pub fn cells(&self) -> [usize; 2] {
        self.painted.map(|side| side / PIXELS_PER_CELL)
    }

    /// A picture as it would have been painted: scaled so that it fills the shown part, what does not fit the shape cut off
    /// evenly from both ends, and around it, where nothing is shown, the nearest row or column again.
    ///
    /// # Shapes
    /// - rgb: `[size.height, size.width, 3]`, bytes · out: `[3, rows, columns]` of the painted canvas, in [-1, 1]
    ///
    /// # Panics
    /// If there are fewer bytes than the size needs, or none.
    #[must_use]
    pub fn paint(&self, rgb: &[u8], size: Size) -> Vec<f32> {
        let [height, width] = [size.height, size.width].map(|side| side as usize);
        assert!(width > 0 && height > 0 && rgb.len() >= width * height * CHANNELS, "no picture of {size}");
        let [rows, columns] = self.shown;
        let step = f64::min(height as f64 / rows as f64, width as f64 / columns as f64);
        let (down, across) = (taps(height, rows, step), taps(width, columns, step));
        let line = columns * CHANNELS;
        let mut narrow = vec![0.0; height * line]; // [height, columns, 3]
        for (source, target) in rgb.chunks_exact(width * CHANNELS).zip(narrow.chunks_exact_mut(line)) {
            for (pixel, taps) in target.chunks_exact_mut(CHANNELS).zip(&across) {
                for (place, weight) in taps.places() {
                    for (sum, byte) in pixel.iter_mut().zip(&source[place * CHANNELS..]) {
                        *sum += weight * f32::from(*byte);
                    }
                }
            }
        }
        let mut small = vec![0.0; rows * line]; // [rows, columns, 3]
        for (target, taps) in small.chunks_exact_mut(line).zip(&down) {
            for (place, weight) in taps.places() {
                for (sum, value) in target.iter_mut().zip(&narrow[place * line..]) {
                    *sum += weight * value;
                }
            }
        }
        self.framed(&small)
    }

    /// The shown part with its surroundings, channel by channel.
    fn framed(&self, shown: &[f32]) -> Vec<f32> {
        let ([rows, columns], [shown_rows, shown_columns]) = (self.painted, self.shown);
        let inner = |place: usize, all: usize, shown: usize| {
            place.saturating_sub((all - shown) / 2).min(shown - 1) // the nearest that is shown
        };
        let mut out = Vec::with_capacity(CHANNELS * rows * columns);
        for channel in 0..CHANNELS {
            for row in 0..rows {
                let row = inner(row, rows, shown_rows);
                out.extend((0..columns).map(|column| {
                    let column = inner(column, columns, shown_columns);
                    shown[(row * shown_columns + column) * CHANNELS + channel] / 127.5 - 1.0
                }));
            }
        }
        out
    }
}

/// The pixels that one pixel of a scaled line is made of.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

impl Taps {
    fn places(&self) -> impl Iterator<Item = (usize, f32)> {
        (self.first..).zip(self.weights.iter().copied())
    }
}

/// A triangle filter as wide as the step from one pixel to the next, at least one pixel: linear interpolation upwards, an
/// average without ripples downwards. The middle of a line of `from` pixels goes on the middle of one of `to`.
fn taps(from: usize, to: usize, step: f64) -> Vec<Taps> {
    let cut = (from as f64 - to as f64 * step) / 2.0;
    let radius = step.max(1.0);
    let last = from as f64 - 1.0;
    let one = |place: usize| {
        let centre = (cut + (place as f64 + 0.5) * step - 0.5).clamp(0.0, last);
        let (first, end) = ((centre - radius).ceil().max(0.0), (centre + radius).floor().min(last));
        let places = first as usize..=end as usize;
        let mut weights: Vec<f64> =
            places.map(|place| (1.0 - (place as f64 - centre).abs() / radius).max(0.0)).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        Taps { first: first as usize, weights: weights.into_iter().map(|weight| weight as f32).collect() }
    };
    (0..to).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_cut_to_its_shape() {
        let canvas = |width, height| Canvas::of(Size::new(width, height));
        assert_eq!(canvas(1280, 720), Canvas { painted: [128, 224], shown: [126, 224] });
        assert_eq!(canvas(720, 1280), Canvas { painted: [224, 128], shown: [224, 126] });
        assert_eq!(canvas(1920, 1080), canvas(1280, 720));
        assert_eq!(canvas(1792, 1024), Canvas { painted: [128, 224], shown: [128, 224] });
        assert_eq!(canvas(1024, 1792), Canvas { painted: [224, 128], shown: [224, 128] });
        assert_eq!(canvas(512, 512), Canvas { painted: [128, 224], shown: [128, 128] });
    }

    /// Red grows with the column, green with the row.
    fn ramp(width: usize, height: usize) -> Vec<u8> {
        let pixel = |n: usize| [(n % width) as u8, (n / width) as u8, 200];
        (0..width * height).flat_map(pixel).collect()
    }

    #[test]
    fn a_picture_of_the_shown_size_is_left_alone_and_its_edges_go_on() {
        let canvas = Canvas { painted: [6, 4], shown: [4, 4] };
        let painted = canvas.paint(&ramp(4, 4), Size::new(4, 4));
        let byte = |value: f32| ((value + 1.0) * 127.5).round() as u8;
        let green: Vec<u8> = painted[24..48].iter().map(|value| byte(*value)).collect();
        let rows: Vec<u8> = [0, 0, 1, 2, 3, 3].iter().flat_map(|row| [*row; 4]).collect();
        assert_eq!(green, rows);
        assert_eq!(byte(painted[0]), 0);
        assert_eq!(byte(painted[3]), 3);
        assert!(painted[48..].iter().all(|value| byte(*value) == 200));
    }

    #[test]
    fn a_larger_picture_is_averaged_and_one_of_another_shape_loses_both_ends() {
        let canvas = Canvas { painted: [8, 8], shown: [8, 8] };
        let painted = canvas.paint(&ramp(64, 32), Size::new(64, 32));
        let at = |value: f32| (value + 1.0) * 127.5;
        // Columns 16 to 47 are left; a pixel covers four of them.
        for (column, value) in painted.iter().enumerate().take(7).skip(1) {
            assert!((at(*value) - (16.0 + 4.0 * column as f32 + 1.5)).abs() < 0.01);
        }
        assert!((at(painted[64 + 8]) - 5.5).abs() < 0.01);
    }

    #[test]
    fn a_smaller_picture_is_interpolated() {
        let canvas = Canvas { painted: [8, 8], shown: [8, 8] };
        let painted = canvas.paint(&[[0; 3], [100; 3], [0; 3], [100; 3]].concat(), Size::new(2, 2));
        let row: Vec<f32> = painted[..8].iter().map(|value| (value + 1.0) * 127.5).collect();
        assert!(
            row.is_sorted() && row[0] == 0.0 && row[7] == 100.0 && (row[3] - 37.5).abs() < 0.01,
            "{row:?}"
        );
    }
}
