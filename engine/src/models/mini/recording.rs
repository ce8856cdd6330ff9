//! A clip that this model did not make, brought to what it works on: its canvas, its rate, its sound.

use kinora_spec::{Audio, Frames, Size};

use super::canvas::Canvas;
use super::config::{AudioConfig, Config};
use super::spectrogram::{Levels, at_rate, log_mel};
use super::window::{Place, Window};

/// A recording as the windows of a plan will ask for it.
pub struct Recording<'a> {
    frames: &'a Frames,
    canvas: Canvas,
    /// Frames a second of the model.
    per_second: u32,
    /// Frames that are used.
    length: usize,
    /// `[tokens, audio_dim]`, normalised.
    tokens: Vec<f32>,
    audio_dim: usize,
}

impl<'a> Recording<'a> {
    /// Prepares a recording: `length` frames at the model's rate and so many audio tokens. What is longer is not used; where
    /// it is shorter its last picture stands and it is silent.
    ///
    /// # Errors
    /// A text for the operator when the spectrogram fails.
    pub fn new(
        (frames, sound): (&'a Frames, Option<&Audio>),
        canvas: Canvas,
        (config, levels): (&Config, &Levels),
        end: Place,
    ) -> Result<Self, String> {
        let audio = &config.audio;
        let samples = sound.map(|sound| at_rate(&sound.samples, sound.sample_rate, audio.sample_rate));
        let audio_dim = audio.mels * audio.frames_per_token;
        Ok(Self {
            frames,
            canvas,
            per_second: config.fps,
            length: end.frames,
            tokens: levels.normalised(tokens(samples.unwrap_or_default(), end.tokens, audio)?),
            audio_dim,
        })
    }

    /// The pictures of a window that begins at `place`, those that are known then among them.
    ///
    /// # Shapes
    /// - out: `[frames, 3, rows, columns]` as painted, in [-1, 1]
    #[must_use]
    pub fn pictures(&self, place: Place, window: &Window) -> Vec<f32> {
        let first = place.frames - window.known;
        let size = Size::new(self.frames.width, self.frames.height);
        let picture = |frame: usize| {
            let source = self.nearest(frame.min(self.length - 1));
            let bytes = self.frames.frame_bytes();
            self.canvas.paint(&self.frames.rgb[source * bytes..][..bytes], size)
        };
        (first..first + window.painted()).flat_map(picture).collect()
    }

    /// The picture that is seen in the middle of a frame of the model's.
    fn nearest(&self, frame: usize) -> usize {
        let middle = (2 * frame + 1) * self.frames.per_second as usize / (2 * self.per_second as usize);
        middle.min(self.frames.count() - 1)
    }

    /// The sound of a window that begins at `place`, what is clean then in it.
    ///
    /// # Shapes
    /// - out: `[tokens, audio_dim]`
    #[must_use]
    pub fn sound(&self, place: Place, window: &Window) -> Vec<f32> {
        let first = place.tokens - window.clean_tokens;
        let last = self.tokens.len() / self.audio_dim - 1;
        let token = |token: usize| &self.tokens[token.min(last) * self.audio_dim..][..self.audio_dim];
        (first..first + window.tokens).flat_map(token).copied().collect()
    }
}

/// The spectrogram of `count` tokens, not normalised.
fn tokens(mut samples: Vec<f32>, count: usize, audio: &AudioConfig) -> Result<Vec<f32>, String> {
    let frames = count * audio.frames_per_token;
    // As in training, the sound is reflected at its very end.
    samples.resize((frames * audio.hop).max(audio.n_fft), 0.0);
    let mut mel = log_mel(&samples, audio)?;
    mel.truncate(frames * audio.mels);
    Ok(mel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_taken_at_their_time_whatever_the_rate() {
        let recording = |per_second: u32, count: usize| {
            let frames =
                Box::leak(Box::new(Frames { width: 1, height: 1, per_second, rgb: vec![0; 3 * count] }));
            let canvas = Canvas { painted: [8, 8], shown: [8, 8] };
            let (tokens, audio_dim) = (vec![], 1);
            Recording { frames, canvas, per_second: 12, length: 24, tokens, audio_dim }
        };
        let picked =
            |recording: &Recording<'_>| -> Vec<usize> { (0..6).map(|n| recording.nearest(n)).collect() };
        assert_eq!(picked(&recording(12, 24)), [0, 1, 2, 3, 4, 5]);
        assert_eq!(picked(&recording(24, 48)), [1, 3, 5, 7, 9, 11]);
        assert_eq!(picked(&recording(6, 12)), [0, 0, 1, 1, 2, 2]);
        assert_eq!(picked(&recording(30, 4)), [1, 3, 3, 3, 3, 3]);
    }
}
