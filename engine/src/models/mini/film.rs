//! Pictures from the device, cut to the asked shape and kept as bytes.

use burn::tensor::Tensor;
use kinora_spec::{Frames, Size};

use super::autoencoder::PIXELS_PER_CELL;

/// Longer side of what the model paints, pixels.
const LONG_SIDE: usize = 224;
/// Shorter side, pixels.
const SHORT_SIDE: usize = 128;

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
}

/// The frames of a clip so far.
pub struct Film {
    canvas: Canvas,
    rgb: Vec<u8>,
    /// The last frames as they were painted, `[frames, 3, rows, columns]`.
    end: Option<Tensor<4>>,
    end_frames: usize,
}

impl Film {
    /// An empty film for `frames` frames that remembers how the last `end_frames` of them were painted.
    #[must_use]
    pub fn new(canvas: Canvas, frames: usize, end_frames: usize) -> Self {
        let [rows, columns] = canvas.shown;
        Self { canvas, rgb: Vec::with_capacity(frames * rows * columns * 3), end: None, end_frames }
    }

    /// Adds frames; waits for the device. What is beyond [-1, 1] becomes black or full.
    ///
    /// # Shapes
    /// - video: `[frames, 3, rows, columns]`, as painted
    ///
    /// # Errors
    /// A text for the operator when the device gives something else than F32 numbers.
    pub fn push(&mut self, video: Tensor<4>) -> Result<(), String> {
        let video = video.clamp(-1.0, 1.0);
        let ([rows, columns], [shown_rows, shown_columns]) = (self.canvas.painted, self.canvas.shown);
        let shown = video.clone().narrow(2, (rows - shown_rows) / 2, shown_rows);
        let shown = shown.narrow(3, (columns - shown_columns) / 2, shown_columns);
        let bytes = ((shown + 1.0) * 127.5).permute([0, 2, 3, 1]); // [frames, rows, columns, 3]
        let values =
            bytes.into_data().try_into_vec::<f32>().map_err(|error| format!("pictures: {error:?}"))?;
        self.rgb.extend(values.iter().map(|value| value.round() as u8));

        let all = Tensor::cat(self.end.take().into_iter().chain([video]).collect(), 0);
        let [frames, ..] = all.dims();
        let kept = self.end_frames.min(frames);
        self.end = Some(all.narrow(0, frames - kept, kept));
        Ok(())
    }

    /// The last frames as they were painted, in [-1, 1], once there are any.
    ///
    /// # Shapes
    /// - out: `[frames, 3, rows, columns]`
    #[must_use]
    pub fn end(&self) -> Option<Tensor<4>> {
        self.end.clone()
    }

    /// The first `frames` frames.
    #[must_use]
    pub fn cut(mut self, frames: usize, per_second: u32) -> Frames {
        let [rows, columns] = self.canvas.shown;
        self.rgb.truncate(frames * rows * columns * 3);
        Frames { width: columns as u32, height: rows as u32, per_second, rgb: self.rgb }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

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

    #[test]
    fn a_film_keeps_the_middle_rows_in_rgb_order() {
        let device = Device::flex();
        let canvas = Canvas { painted: [4, 2], shown: [2, 2] };
        let at = |channel: usize, row: usize| if channel == 1 { 9.0 } else { row as f32 / 127.5 - 1.0 };
        let numbers: Vec<f32> = (0..24).map(|n| at(n / 8, n % 8 / 2)).collect();
        let mut film = Film::new(canvas, 1, 5);
        film.push(Tensor::from_data(TensorData::new(numbers, [1, 3, 4, 2]), &device)).unwrap();
        assert_eq!(film.end().unwrap().dims(), [1, 3, 4, 2]);
        let frames = film.cut(1, 12);
        assert_eq!(frames.rgb, [1, 255, 1, 1, 255, 1, 2, 255, 2, 2, 255, 2]);
        assert_eq!((frames.width, frames.height, frames.count()), (2, 2, 1));
    }
}
