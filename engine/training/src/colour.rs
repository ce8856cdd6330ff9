//! The colours an object can have, and nothing about the scenery's.

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
}

impl Colour {
    /// Every colour.
    pub const ALL: [Self; 8] = [
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Blue,
        Self::Purple,
        Self::Pink,
        Self::White,
    ];

    /// The words for it, the plain one first.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Red => &["red", "crimson"],
            Self::Orange => &["orange"],
            Self::Yellow => &["yellow", "golden"],
            Self::Green => &["green"],
            Self::Blue => &["blue"],
            Self::Purple => &["purple", "violet"],
            Self::Pink => &["pink"],
            Self::White => &["white"],
        }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        self.words()[0]
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
        }
    }
}

/// `from` moved towards `to`: 0 is `from`, 1 is `to`.
pub fn mix(from: Rgb, to: Rgb, share: f32) -> Rgb {
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * share)
}
