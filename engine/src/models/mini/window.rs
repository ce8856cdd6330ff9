//! How a clip of any length is cut into windows that the model can make at once.

use serde::{Deserialize, Serialize};

use super::autoencoder::FRAMES_PER_STEP;
use super::config::audio_tokens;

/// Latent steps of the longest window: 49 frames, the longest the model was trained on.
pub const WINDOW_STEPS_MAX: usize = 13;

/// One window: latent steps of pictures and tokens of sound that are denoised together, the first of them perhaps clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Which noise of the seed it begins from.
    pub noise: u32,
    /// Latent steps, the clean ones among them.
    pub steps: usize,
    /// Latent steps at its start that are clean.
    pub clean: usize,
    /// Frames at its start that the film has already; none after a cut.
    pub known: usize,
    /// Frames after these that go on the film; what is left over is painted for nothing.
    pub frames: usize,
    /// Audio tokens, the clean ones among them.
    pub tokens: usize,
    /// Audio tokens at its start that are clean; the track has them already.
    pub clean_tokens: usize,
    /// Audio tokens after these that go on the track.
    pub heard: usize,
}

impl Window {
    /// Frames that it paints, those the film has already among them.
    #[must_use]
    pub const fn painted(&self) -> usize {
        frames(self.steps)
    }

    /// How many of the clean audio tokens are heard before its first frame: all of them, where it begins at a cut.
    #[must_use]
    pub const fn early(&self) -> usize {
        match self.known {
            0 => self.clean_tokens,
            _ => 0,
        }
    }

    /// Whether it can come after `place`, in a model that takes over `prefix` latent steps.
    #[must_use]
    pub fn can_follow(&self, place: Place, prefix: usize) -> bool {
        let begins = match self.known {
            0 => self.clean <= 1,
            known => self.clean == prefix && known == frames(prefix) && known <= place.frames,
        };
        let pictures = (1..=WINDOW_STEPS_MAX).contains(&self.steps)
            && self.clean < self.steps
            && (1..=self.painted() - self.known.min(self.painted())).contains(&self.frames);
        let sound = self.tokens <= TOKENS_MAX
            && self.clean_tokens <= place.tokens
            && self.heard <= self.tokens.saturating_sub(self.clean_tokens);
        begins && pictures && sound
    }
}

/// Audio tokens of the longest window: those of 49 frames, as many before a cut as a window takes over, and one.
const TOKENS_MAX: usize = 64;

/// How far film and track are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Frames on the film.
    pub frames: usize,
    /// Audio tokens on the track.
    pub tokens: usize,
}

impl Place {
    /// The place after a window.
    #[must_use]
    pub const fn after(self, window: &Window) -> Self {
        Self { frames: self.frames + window.frames, tokens: self.tokens + window.heard }
    }

    /// The place after some windows.
    #[must_use]
    pub fn after_all(self, windows: &[Window]) -> Self {
        windows.iter().fold(self, Self::after)
    }
}

/// How a stretch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// With pictures that owe nothing to those before; the sound goes on.
    Cut,
    /// With a picture that is given.
    Picture,
    /// Where the film is.
    GoOn,
}

/// A stretch of a clip between two cuts, to be made.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Where film and track are.
    pub from: Place,
    /// New frames.
    pub frames: usize,
    /// How it begins.
    pub opening: Opening,
    /// Whether the clip ends with it.
    pub is_last: bool,
}

/// Frames of a window of `steps` latent steps, the first of which is one frame.
#[must_use]
pub const fn frames(steps: usize) -> usize {
    match steps {
        0 => 0,
        _ => 1 + FRAMES_PER_STEP * (steps - 1),
    }
}

/// The fewest latent steps that have so many frames.
const fn steps_of(frames: usize) -> usize {
    1 + frames.saturating_sub(1).div_ceil(FRAMES_PER_STEP)
}

/// The windows of a stretch, each but the last as long as it may be, the last as short as it can be; `prefix` is how many
/// latent steps a window takes over.
///
/// 80 ms of a token do not divide the frames of a window. So that sound and pictures never drift apart, each window leaves
/// the track at the first token that begins no earlier than its last frame ends; only the end of the clip gets a token
/// more, because the vocoder's last hop is silent.
#[must_use]
pub fn windows(stretch: Stretch, prefix: usize) -> Vec<Window> {
    let (mut windows, mut place) = (vec![], stretch.from);
    let end = stretch.from.frames + stretch.frames;
    while place.frames < end {
        let opening = if windows.is_empty() { stretch.opening } else { Opening::GoOn };
        let taken = audio_tokens(frames(prefix)).min(place.tokens);
        let (clean, known) = match opening {
            Opening::Cut => (0, 0),
            Opening::Picture => (1, 0),
            Opening::GoOn => (prefix, frames(prefix)),
        };
        let missing = end - place.frames;
        let steps = steps_of(known + missing).min(WINDOW_STEPS_MAX);
        let shown = (frames(steps) - known).min(missing);
        let early = if known == 0 { taken } else { 0 };
        let mut tokens = early + audio_tokens(frames(steps));
        let mut heard = (tokens - taken).min(tokens_until(place.frames + shown) - place.tokens);
        if stretch.is_last && shown == missing {
            heard = tokens_over(end) - place.tokens;
            tokens = tokens.max(taken + heard);
        }
        let noise = windows.len() as u32;
        let window = Window { noise, steps, clean, known, frames: shown, tokens, clean_tokens: taken, heard };
        place = place.after(&window);
        windows.push(window);
    }
    windows
}

/// Audio tokens that begin before `frames` frames are over.
#[must_use]
pub const fn tokens_until(frames: usize) -> usize {
    audio_tokens(frames) + if (frames * 100).is_multiple_of(96) { 0 } else { 1 }
}

/// The fewest audio tokens that last longer than `frames` frames.
const fn tokens_over(frames: usize) -> usize {
    audio_tokens(frames) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Place = Place { frames: 0, tokens: 0 };

    fn clip(frames: usize) -> Vec<Window> {
        windows(Stretch { from: START, frames, opening: Opening::Cut, is_last: true }, 2)
    }

    #[test]
    fn every_length_is_covered_in_pictures_and_sound_which_do_not_drift_apart() {
        for seconds in 1..=120 {
            let windows = clip(seconds * 12);
            let mut place = START;
            for window in &windows {
                assert!(window.can_follow(place, 2), "{seconds} s: {window:?} after {place:?}");
                place = place.after(window);
                assert!(place.tokens.abs_diff(tokens_until(place.frames)) <= 1, "{seconds} s: {place:?}");
            }
            assert_eq!(place.frames, seconds * 12);
            assert!(place.tokens * 80 > seconds * 1_000, "{seconds} s: {} tokens", place.tokens);
        }
    }

    #[test]
    fn four_seconds_are_one_window_and_eight_are_three() {
        let [one] = clip(48)[..] else { panic!("not one window") };
        let whole = Window {
            noise: 0,
            steps: 13,
            clean: 0,
            known: 0,
            frames: 48,
            tokens: 51,
            clean_tokens: 0,
            heard: 51,
        };
        assert_eq!(one, whole);
        let second = Window { noise: 1, clean: 2, known: 5, frames: 44, clean_tokens: 5, heard: 46, ..whole };
        let third = Window { noise: 2, steps: 3, frames: 3, tokens: 9, heard: 4, ..second };
        assert_eq!(clip(96), [Window { frames: 49, ..whole }, second, third]);
    }

    #[test]
    fn any_sequence_of_shots_covers_its_sound() {
        for shots in [vec![1, 1, 1, 1], vec![5, 3], vec![3, 7, 2, 11], vec![9; 8]] {
            let mut place = START;
            for (index, seconds) in shots.iter().enumerate() {
                let is_last = index + 1 == shots.len();
                let stretch = Stretch { from: place, frames: seconds * 12, opening: Opening::Cut, is_last };
                let windows = windows(stretch, 2);
                assert_eq!(windows[0].early(), if index == 0 { 0 } else { 5 });
                for window in &windows {
                    assert!(window.can_follow(place, 2), "{shots:?}: {window:?} after {place:?}");
                    place = place.after(window);
                }
                assert!(place.tokens.abs_diff(tokens_until(place.frames)) <= 1, "{shots:?}: {place:?}");
            }
            let seconds: usize = shots.iter().sum();
            assert!(place.frames == seconds * 12 && place.tokens * 80 > seconds * 1_000, "{shots:?}");
        }
    }

    #[test]
    fn a_clip_that_goes_on_by_any_length_covers_its_sound() {
        for (before, more) in [(4, 1), (5, 1), (5, 4), (20, 20), (7, 5), (1, 1)] {
            let from = Place { frames: before * 12, tokens: tokens_until(before * 12) };
            let opening = Opening::GoOn;
            let windows = windows(Stretch { from, frames: more * 12, opening, is_last: true }, 2);
            let place = from.after_all(&windows);
            assert_eq!(place.frames, (before + more) * 12);
            assert!(place.tokens * 80 > (before + more) * 1_000, "{before} s and {more} s: {place:?}");
        }
    }

    #[test]
    fn a_picture_is_one_clean_step_that_is_shown() {
        let stretch = Stretch { from: START, frames: 48, opening: Opening::Picture, is_last: true };
        let [window] = windows(stretch, 2)[..] else { panic!("not one window") };
        assert_eq!((window.clean, window.known, window.clean_tokens, window.frames), (1, 0, 0, 48));
    }

    #[test]
    fn a_window_that_makes_no_sense_cannot_follow() {
        let good = clip(96)[1];
        let place = Place { frames: 49, tokens: 51 };
        assert!(good.can_follow(place, 2));
        for bad in [
            Window { steps: 14, ..good },
            Window { steps: 0, ..good },
            Window { clean: 1, ..good },
            Window { known: 9, ..good },
            Window { frames: 45, ..good },
            Window { frames: 0, ..good },
            Window { tokens: 1_000, heard: 900, ..good },
            Window { heard: 47, ..good },
            Window { clean_tokens: 52, ..good },
        ] {
            assert!(!bad.can_follow(place, 2), "{bad:?}");
        }
        assert!(!good.can_follow(START, 2));
    }
}
