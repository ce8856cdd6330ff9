//! Pictures and sound of a clip so far: pictures cut to the asked shape and kept as bytes, sound as tokens.

use burn::tensor::{Tensor, TensorData};
use kinora_spec::Frames;

use super::canvas::Canvas;

/// Frames over which a window's pictures part from those before it.
const SEAM_FRAMES: usize = 12;

/// The frames of a clip so far.
pub struct Film {
    canvas: Canvas,
    rgb: Vec<u8>,
    /// The last frames as they were painted, `[frames, 3, rows, columns]`.
    end: Option<Tensor<4>>,
    end_frames: usize,
    seam: Option<Seam>,
}

/// How the last frame was painted differs from how the window that goes on paints it again.
struct Seam {
    /// `[1, 3, rows, columns]`.
    difference: Tensor<4>,
    /// New frames since.
    frames: usize,
}

impl Film {
    /// An empty film for `frames` frames that remembers how the last `end_frames` of them were painted.
    #[must_use]
    pub fn new(canvas: Canvas, frames: usize, end_frames: usize) -> Self {
        let [rows, columns] = canvas.shown;
        let rgb = Vec::with_capacity(frames * rows * columns * 3);
        Self { canvas, rgb, end: None, end_frames, seam: None }
    }

    /// Begins a window at a cut: its pictures stand as they are painted.
    pub fn cut(&mut self) {
        self.seam = None;
    }

    /// Begins a window that goes on and has painted the last frame again: pictures went to latents and back, which changes
    /// them a little everywhere. The next frames get that difference back, less with each.
    ///
    /// # Shapes
    /// - again: `[1, 3, rows, columns]`
    pub fn go_on(&mut self, again: Tensor<4>) {
        self.seam = self.end.clone().map(|end| {
            let [frames, ..] = end.dims();
            let difference = end.narrow(0, frames - 1, 1) - again.clamp(-1.0, 1.0);
            Seam { difference, frames: 0 }
        });
    }

    /// Adds frames; waits for the device. What is beyond [-1, 1] becomes black or full.
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

    /// Frames with what is left of the difference at the last seam.
    fn joined(&mut self, video: Tensor<4>) -> Tensor<4> {
        let Some(seam) = self.seam.as_mut().filter(|seam| seam.frames < SEAM_FRAMES) else { return video };
        let [frames, ..] = video.dims();
        let left = |frame: usize| 1.0 - (seam.frames + frame).min(SEAM_FRAMES) as f32 / SEAM_FRAMES as f32;
        let left = TensorData::new((0..frames).map(left).collect(), [frames, 1, 1, 1]);
        let left = Tensor::<4>::from_data(left, &video.device());
        seam.frames += frames;
        video + seam.difference.clone() * left
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
    fn a_window_that_goes_on_begins_where_the_film_is_and_parts_from_it_evenly() {
        let canvas = Canvas { painted: [2, 2], shown: [2, 2] };
        let grey = |frames: usize, value: f32| Tensor::<4>::full([frames, 3, 2, 2], value, &Device::flex());
        let mut film = Film::new(canvas, 1, 5);
        film.push(grey(1, 0.2)).unwrap();
        film.go_on(grey(1, -0.1));
        for frames in [1, 4, 12] {
            film.push(grey(frames, -0.1)).unwrap();
        }
        film.cut();
        film.push(grey(1, 0.5)).unwrap();
        let shown: Vec<u8> = film.finish(12).rgb.chunks_exact(12).map(|frame| frame[0]).collect();
        let at = |value: f64| ((value + 1.0) * 127.5).round() as u8;
        let fading = (0..12).map(|frame| at(-0.1 + 0.3 * (1.0 - f64::from(frame) / 12.0)));
        let expected: Vec<u8> =
            [at(0.2)].into_iter().chain(fading).chain([at(-0.1); 5]).chain([at(0.5)]).collect();
        assert_eq!(shown, expected);
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
