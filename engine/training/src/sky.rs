//! The hour and the weather of a clip: where each makes sense, and the words for it.

use crate::dice::Dice;
use crate::scene::Scene;
use crate::words::Synonyms;

/// The share of clips with clear weather, where there can be other.
const CLEAR_SHARE: f32 = 0.7;

/// The share of clips by day, where there are other hours.
const DAY_SHARE: f32 = 0.5;

/// The hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeOfDay {
    /// Broad daylight; also where no hour is seen.
    Day,
    /// A low sun in an orange sky.
    Sunset,
    /// Dark.
    Night,
}

impl TimeOfDay {
    /// Every hour.
    pub const ALL: [Self; 3] = [Self::Day, Self::Sunset, Self::Night];

    /// An hour that a scene can have.
    pub fn draw(scene: Scene, dice: &mut Dice) -> Self {
        match (scene, scene.has_hours()) {
            (Scene::Night, _) => Self::Night,
            (_, true) if !dice.chance(DAY_SHARE) => dice.pick(&[Self::Sunset, Self::Night]),
            _ => Self::Day,
        }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Sunset => "sunset",
            Self::Night => "night",
        }
    }

    /// Ways to say it.
    pub fn words(self) -> Synonyms {
        match self {
            Self::Day => {
                Synonyms { trained: &["during the day", "by day", "in daylight"], held_out: &["at midday"] }
            }
            Self::Sunset => Synonyms {
                trained: &["at sunset", "at dusk", "in the evening", "as the sun goes down"],
                held_out: &["at twilight"],
            },
            Self::Night => Synonyms {
                trained: &["at night", "in the dark", "after dark", "by night"],
                held_out: &["at midnight"],
            },
        }
    }
}

/// The weather.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// Nothing falls; also where no weather is seen.
    Clear,
    /// Rain falls.
    Rain,
    /// Snow falls.
    Snow,
}

impl Weather {
    /// Every weather.
    pub const ALL: [Self; 3] = [Self::Clear, Self::Rain, Self::Snow];

    /// A weather that a scene can have.
    pub fn draw(scene: Scene, dice: &mut Dice) -> Self {
        let falls = scene.weathers();
        if falls.is_empty() || dice.chance(CLEAR_SHARE) { Self::Clear } else { dice.pick(falls) }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Rain => "rain",
            Self::Snow => "snow",
        }
    }

    /// Ways to say it.
    pub fn words(self) -> Synonyms {
        match self {
            Self::Clear => Synonyms {
                trained: &["in clear weather", "under a clear sky", "in good weather"],
                held_out: &["under a cloudless sky"],
            },
            Self::Rain => Synonyms {
                trained: &["in the rain", "while it rains", "in rainy weather", "as rain falls"],
                held_out: &["in a downpour"],
            },
            Self::Snow => Synonyms {
                trained: &["while it snows", "as snow falls", "in falling snow", "in snowy weather"],
                held_out: &["in a blizzard"],
            },
        }
    }
}
