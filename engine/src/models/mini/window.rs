//! How a clip of any length is cut into windows that the model can make at once.

use super::autoencoder::FRAMES_PER_STEP;
use super::config::audio_tokens;

/// Latent steps of the longest window: 49 frames, the longest the model was trained on.
pub const WINDOW_STEPS_MAX: usize = 13;

/// One window: so many latent steps, of which the first are taken over from the end of the window before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Which one, from 0.
    pub index: u32,
    /// Latent steps, those taken over among them.
    pub steps: usize,
    /// Latent steps taken over.
    pub prefix: usize,
}

impl Window {
    /// Frames, those taken over among them.
    #[must_use]
    pub const fn frames(&self) -> usize {
        frames(self.steps)
    }

    /// Frames taken over.
    #[must_use]
    pub const fn prefix_frames(&self) -> usize {
        frames(self.prefix)
    }

    /// Audio tokens, those taken over among them.
    #[must_use]
    pub const fn tokens(&self) -> usize {
        audio_tokens(self.frames())
    }

    /// Audio tokens taken over.
    #[must_use]
    pub const fn prefix_tokens(&self) -> usize {
        audio_tokens(self.prefix_frames())
    }
}

/// Frames of a window of `steps` latent steps, the first of which is one frame.
#[must_use]
pub const fn frames(steps: usize) -> usize {
    match steps {
        0 => 0,
        _ => 1 + FRAMES_PER_STEP * (steps - 1),
    }
}

/// The windows that together give at least `total` new frames, each but the last as long as it may be; the last is as
/// short as it can be.
#[must_use]
pub fn windows(total: usize, prefix: usize) -> Vec<Window> {
    let mut windows: Vec<Window> = vec![];
    let mut made = 0;
    while made < total {
        let missing = total - made;
        let (prefix, needed) = match windows.len() {
            0 => (0, 1 + (missing - 1).div_ceil(FRAMES_PER_STEP)),
            _ => (prefix, prefix + missing.div_ceil(FRAMES_PER_STEP)),
        };
        let window = Window { index: windows.len() as u32, steps: needed.min(WINDOW_STEPS_MAX), prefix };
        made += window.frames() - window.prefix_frames();
        windows.push(window);
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_covered_and_no_latent_step_is_wasted() {
        for seconds in [4, 8, 12, 16, 20] {
            let total = seconds * 12;
            let windows = windows(total, 2);
            let made: usize = windows.iter().map(|window| window.frames() - window.prefix_frames()).sum();
            assert!((total..total + FRAMES_PER_STEP).contains(&made), "{seconds} s: {made} frames");
            let tokens: usize = windows.iter().map(|window| window.tokens() - window.prefix_tokens()).sum();
            assert!(tokens * 80 >= seconds * 1_000, "{seconds} s: {tokens} tokens");
        }
    }

    #[test]
    fn four_seconds_are_one_window_and_eight_are_three() {
        let window = |index, steps, prefix| Window { index, steps, prefix };
        assert_eq!(windows(48, 2), [window(0, 13, 0)]);
        assert_eq!(windows(96, 2), [window(0, 13, 0), window(1, 13, 2), window(2, 3, 2)]);
        assert_eq!((window(1, 13, 2).tokens(), window(1, 13, 2).prefix_tokens()), (51, 5));
    }
}
