//! The colours an object can have, and nothing about the scenery's.

use crate::words::Synonyms;

/// Red, green and blue, 0 to 255.
pub type Rgb = [f32; 3];

/// The colour of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Purple.
    Purple,
    /// Pink.
    Pink,
    /// White.
    White,
    /// Brown.
    Brown,
    /// Black.
    Black,
}

impl Colour {
    /// Every colour.
    pub const ALL: [Self; 10] = [
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Blue,
        Self::Purple,
        Self::Pink,
        Self::White,
        Self::Brown,
        Self::Black,
    ];

    /// The words for it, the plain one first.
    pub fn words(self) -> Synonyms {
        let (trained, held_out): (&[_], &[_]) = match self {
            Self::Red => (&["red", "crimson"], &["scarlet"]),
            Self::Orange => (&["orange", "tangerine"], &["amber"]),
            Self::Yellow => (&["yellow", "golden"], &["lemon"]),
            Self::Green => (&["green", "emerald"], &["lime"]),
            Self::Blue => (&["blue", "azure"], &["cobalt"]),
            Self::Purple => (&["purple", "violet"], &["plum"]),
            Self::Pink => (&["pink", "rosy"], &["magenta"]),
            Self::White => (&["white", "pure white"], &["ivory"]),
            Self::Brown => (&["brown", "hazel"], &["chocolate"]),
            Self::Black => (&["black", "jet black"], &["ebony"]),
        };
        Synonyms { trained, held_out }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        self.words().plain()
    }

    /// How it is painted.
    pub fn rgb(self) -> Rgb {
        match self {
            Self::Red => [224.0, 34.0, 38.0],
            Self::Orange => [248.0, 132.0, 18.0],
            Self::Yellow => [252.0, 222.0, 40.0],
            Self::Green => [36.0, 168.0, 62.0],
            Self::Blue => [38.0, 88.0, 228.0],
            Self::Purple => [142.0, 52.0, 190.0],
            Self::Pink => [252.0, 132.0, 190.0],
            Self::White => [246.0, 246.0, 246.0],
            Self::Brown => [132.0, 78.0, 38.0],
            Self::Black => [34.0, 34.0, 40.0],
        }
    }
}

/// `from` moved towards `to`: 0 is `from`, 1 is `to`.
pub fn mix(from: Rgb, to: Rgb, share: f32) -> Rgb {
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * share)
}
