//! The moods of music and of faces: names and words. The notes are in `music`, the faces in `figure`.

use crate::dice::Dice;
use crate::words::Synonyms;

/// The share of clips without music.
const SILENT_SHARE: f32 = 0.6;

/// The share of people who look neutral.
const NEUTRAL_SHARE: f32 = 0.3;

/// The mood of the music.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Fast and in major.
    Happy,
    /// Slow and in minor.
    Sad,
    /// Driving and in minor.
    Tense,
    /// Slow and in major.
    Calm,
}

impl Mood {
    /// Every mood.
    pub const ALL: [Self; 4] = [Self::Happy, Self::Sad, Self::Tense, Self::Calm];

    /// The music of a clip, if any.
    pub fn draw(dice: &mut Dice) -> Option<Self> {
        (!dice.chance(SILENT_SHARE)).then(|| dice.pick(&Self::ALL))
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Happy => "happy",
            Self::Sad => "sad",
            Self::Tense => "tense",
            Self::Calm => "calm",
        }
    }

    /// Ways to say that it is heard.
    pub fn words(self) -> Synonyms {
        match self {
            Self::Happy => Synonyms {
                trained: &["with happy music", "to happy music", "with cheerful music"],
                held_out: &["with joyful music"],
            },
            Self::Sad => Synonyms {
                trained: &["with sad music", "to sad music", "with sorrowful music"],
                held_out: &["with melancholic music"],
            },
            Self::Tense => Synonyms {
                trained: &["with tense music", "to tense music", "with dramatic music"],
                held_out: &["with suspenseful music"],
            },
            Self::Calm => Synonyms {
                trained: &["with calm music", "to calm music", "with gentle music", "with soft music"],
                held_out: &["with soothing music"],
            },
        }
    }
}

/// What a face shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Nothing much.
    Neutral,
    /// A smile.
    Happy,
    /// Corners of the mouth down, brows up in the middle.
    Sad,
    /// Brows down in the middle.
    Angry,
    /// Wide eyes, high brows, a round mouth.
    Surprised,
}

impl Expression {
    /// Every expression.
    pub const ALL: [Self; 5] = [Self::Neutral, Self::Happy, Self::Sad, Self::Angry, Self::Surprised];

    /// What somebody's face shows.
    pub fn draw(dice: &mut Dice) -> Self {
        if dice.chance(NEUTRAL_SHARE) { Self::Neutral } else { dice.pick(&Self::ALL[1..]) }
    }

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Happy => "happy",
            Self::Sad => "sad",
            Self::Angry => "angry",
            Self::Surprised => "surprised",
        }
    }

    /// Ways to say it, after the person.
    pub fn words(self) -> Synonyms {
        match self {
            Self::Neutral => Synonyms {
                trained: &["with a neutral face", "with a plain face", "looking neutral"],
                held_out: &["with an expressionless face"],
            },
            Self::Happy => Synonyms {
                trained: &["with a happy face", "smiling", "looking happy", "with a smile"],
                held_out: &["with a grin"],
            },
            Self::Sad => Synonyms {
                trained: &["with a sad face", "looking sad", "looking unhappy"],
                held_out: &["looking gloomy"],
            },
            Self::Angry => Synonyms {
                trained: &["with an angry face", "looking angry", "looking mad"],
                held_out: &["looking furious"],
            },
            Self::Surprised => Synonyms {
                trained: &["with a surprised face", "looking surprised", "looking amazed"],
                held_out: &["looking astonished"],
            },
        }
    }
}
