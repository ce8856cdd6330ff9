//! How a clip is drawn: names and words. What it does to a colour is in `palette`.

use crate::dice::Dice;
use crate::words::Synonyms;

/// The share of clips in the plain style.
const FLAT_SHARE: f32 = 0.55;

/// The manner of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Plain areas, thin dark outlines around what acts.
    Flat,
    /// Thick dark outlines around everything.
    Outlined,
    /// Light, soft colours.
    Pastel,
    /// Bright edges in a dark scene.
    Neon,
}

impl Style {
    /// Every style.
    pub const ALL: [Self; 4] = [Self::Flat, Self::Outlined, Self::Pastel, Self::Neon];

    /// A style.
    pub fn draw(dice: &mut Dice) -> Self {
        if dice.chance(FLAT_SHARE) { Self::Flat } else { dice.pick(&Self::ALL[1..]) }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Outlined => "outlined",
            Self::Pastel => "pastel",
            Self::Neon => "neon",
        }
    }

    /// Ways to say it.
    pub fn words(self) -> Synonyms {
        match self {
            Self::Flat => Synonyms {
                trained: &["in a flat style", "in a simple flat style", "drawn flat"],
                held_out: &["as minimalist vector art"],
            },
            Self::Outlined => Synonyms {
                trained: &["with thick outlines", "in a comic style", "drawn with black outlines"],
                held_out: &["with bold contours"],
            },
            Self::Pastel => Synonyms {
                trained: &["in pastel colours", "in soft pastel tones", "in a pastel style"],
                held_out: &["in faded tints"],
            },
            Self::Neon => Synonyms {
                trained: &["in a neon style", "in glowing neon colours", "with neon lights"],
                held_out: &["in a fluorescent look"],
            },
        }
    }
}
