//! Pictures and sound of a clip so far: pictures cut to the asked shape and kept as bytes, sound as tokens.

use burn::tensor::{Tensor, TensorData};
use kinora_spec::Frames;

use super::canvas::Canvas;

/// Frames over which a latent step's pictures part from the last one of the step before.
const JOIN_FRAMES: usize = 8;
/// Largest change of a pixel from one latent step to the next, of the 2 between black and full, that is taken for flicker:
/// 16 of 255 levels. A change of twice as much or more is motion.
const STEP_FLICKER: f64 = 32.0 / 255.0;
/// The same where a window goes on: its pictures have been latents once more. 36 levels.
const WINDOW_FLICKER: f64 = 72.0 / 255.0;

/// The frames of a clip so far.
pub struct Film {
    canvas: Canvas,
    rgb: Vec<u8>,
    /// The last frames as they were painted, `[frames, 3, rows, columns]`.
    end: Option<Tensor<4>>,
    end_frames: usize,
    /// What is taken for flicker at the next frame; nothing, where it owes nothing to the last one.
    flicker: Option<f64>,
}

impl Film {
    /// An empty film for `frames` frames that remembers how the last `end_frames` of them were painted.
    #[must_use]
    pub fn new(canvas: Canvas, frames: usize, end_frames: usize) -> Self {
        let [rows, columns] = canvas.shown;
        let rgb = Vec::with_capacity(frames * rows * columns * 3);
        Self { canvas, rgb, end: None, end_frames, flicker: None }
    }

    /// Marks a cut: the next frame owes nothing to the last one.
    pub fn cut(&mut self) {
        self.flicker = None;
    }

    /// Marks where a window goes on.
    pub fn go_on(&mut self) {
        self.flicker = Some(WINDOW_FLICKER);
    }

    /// Adds the frames of one latent step; waits for the device. What is beyond [-1, 1] becomes black or full.
    ///
    /// # Shapes
    /// - video: `[frames, 3, rows, columns]`, as painted
    ///
    /// # Errors
    /// A text for the operator when the device gives something else than F32 numbers.
    pub fn push(&mut self, video: Tensor<4>) -> Result<(), String> {
        let video = self.joined(video).clamp(-1.0, 1.0);
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

    /// Takes the flicker out of the step from the last frame to these: the decoder paints each latent step by itself, so
    /// that still parts change a little at every step, most where a window begins. What changes little stays as it was and
    /// becomes what is painted now over some frames; what changes much, because it moves, is left alone. Like the
    /// deblocking filter of a video codec, in time.
    fn joined(&mut self, video: Tensor<4>) -> Tensor<4> {
        let flicker_max = self.flicker.replace(STEP_FLICKER);
        let (Some(max), Some(end)) = (flicker_max, self.end.clone()) else { return video };
        let (last, [frames, ..]) = (end.dims()[0] - 1, video.dims());
        let change = end.narrow(0, last, 1) - video.clone().narrow(0, 0, 1); // [1, 3, rows, columns]
        // The change itself up to the largest flicker, from there evenly down to nothing at twice as much.
        let size = change.clone().abs();
        let flicker = change.sign() * size.clone().min_pair((-size + 2.0 * max).clamp_min(0.0));
        let left = |frame: usize| 1.0 - (frame + 1).min(JOIN_FRAMES) as f32 / JOIN_FRAMES as f32;
        let left = TensorData::new((0..frames).map(left).collect(), [frames, 1, 1, 1]);
        let left = Tensor::<4>::from_data(left, &video.device());
        video + flicker * left
    }

    /// The last frames as they were painted, in [-1, 1], once there are any.
    ///
    /// # Shapes
    /// - out: `[frames, 3, rows, columns]`
    #[must_use]
    pub fn end(&self) -> Option<Tensor<4>> {
        self.end.clone()
    }

    /// The frames.
    #[must_use]
    pub fn finish(self, per_second: u32) -> Frames {
        let [rows, columns] = self.canvas.shown;
        Frames { width: columns as u32, height: rows as u32, per_second, rgb: self.rgb }
    }
}

/// The sound of a clip so far.
#[derive(Debug, Default)]
pub struct Track {
    tokens: Option<Tensor<3>>,
}

impl Track {
    /// Adds sound.
    ///
    /// # Shapes
    /// - tokens: `[1, tokens, audio_dim]`
    pub fn push(&mut self, tokens: Tensor<3>) {
        self.tokens = Some(Tensor::cat(self.tokens.take().into_iter().chain([tokens]).collect(), 1));
    }

    /// The last tokens, if there are so many and more than none.
    ///
    /// # Shapes
    /// - out: `[1, count, audio_dim]`
    #[must_use]
    pub fn end(&self, count: usize) -> Option<Tensor<3>> {
        let tokens = self.tokens.clone()?;
        let [_, all, _] = tokens.dims();
        (1..=all).contains(&count).then(|| tokens.narrow(1, all - count, count))
    }

    /// All of it, if there is any.
    ///
    /// # Shapes
    /// - out: `[1, tokens, audio_dim]`
    #[must_use]
    pub fn finish(self) -> Option<Tensor<3>> {
        self.tokens
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn a_film_keeps_the_middle_rows_in_rgb_order() {
        let device = Device::flex();
        let canvas = Canvas { painted: [4, 2], shown: [2, 2] };
        let at = |channel: usize, row: usize| if channel == 1 { 9.0 } else { row as f32 / 127.5 - 1.0 };
        let numbers: Vec<f32> = (0..24).map(|n| at(n / 8, n % 8 / 2)).collect();
        let mut film = Film::new(canvas, 1, 5);
        film.push(Tensor::from_data(TensorData::new(numbers, [1, 3, 4, 2]), &device)).unwrap();
        assert_eq!(film.end().unwrap().dims(), [1, 3, 4, 2]);
        let frames = film.finish(12);
        assert_eq!(frames.rgb, [1, 255, 1, 1, 255, 1, 2, 255, 2, 2, 255, 2]);
        assert_eq!((frames.width, frames.height, frames.count()), (2, 2, 1));
    }

    #[test]
    fn flicker_between_steps_fades_in_and_motion_and_cuts_stand() {
        let canvas = Canvas { painted: [2, 2], shown: [2, 2] };
        let level = |level: f32| level / 127.5 - 1.0;
        let grey = |frames: usize, value| Tensor::<4>::full([frames, 3, 2, 2], level(value), &Device::flex());
        let mut film = Film::new(canvas, 1, 5);
        for (frames, value) in [(1, 100.0), (4, 108.0), (1, 150.0), (1, 174.0)] {
            film.push(grey(frames, value)).unwrap();
        }
        film.go_on();
        film.push(grey(1, 196.0)).unwrap();
        film.cut();
        film.push(grey(1, 180.0)).unwrap();
        let shown: Vec<u8> = film.finish(12).rgb.chunks_exact(12).map(|frame| frame[0]).collect();
        // 8 levels in eighths; 46 at once; of 24 the 8 that are left on the way to twice 16, less an eighth; where a window
        // goes on all of 29, which are fewer than 36, less an eighth; after a cut all at once.
        assert_eq!(shown, [100, 101, 102, 103, 104, 150, 167, 171, 180]);
    }

    #[test]
    fn a_track_gives_back_its_last_tokens_over_the_joins() {
        let mut track = Track::default();
        assert!(track.end(1).is_none());
        for tokens in [[[[1.0], [2.0]]], [[[3.0], [4.0]]]] {
            track.push(Tensor::from_floats(tokens, &Device::flex()));
        }
        assert_eq!(track.end(3).unwrap().into_data().try_to_vec::<f32>().unwrap(), [2.0, 3.0, 4.0]);
        assert!(track.end(0).is_none() && track.end(5).is_none());
        assert_eq!(track.finish().unwrap().dims(), [1, 4, 1]);
    }
}
