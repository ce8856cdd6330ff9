//! What was asked for. A spec that exists has been checked against the catalogue by whoever built it;
//! nothing here reads requests.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Everything an engine needs to make one clip, and nothing about who asked or who pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// Id in the [catalogue](crate::catalogue), aliases already resolved.
    pub model: String,
    /// The text, 1 to [`PROMPT_CHARS_MAX`](crate::limits::PROMPT_CHARS_MAX) characters.
    pub prompt: String,
    /// Pixels of the finished clip.
    pub size: Size,
    /// Length of the finished clip, seconds.
    pub seconds: u32,
    /// The only source of randomness of the run.
    pub seed: u32,
    /// Whether the clip gets a sound track.
    pub generate_audio: bool,
    /// What it is made from, beside words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The shots, between which it cuts, in order; together they last [`seconds`](Self::seconds). Without any it is one
    /// shot of the prompt and the whole cast.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shots: Vec<Shot>,
    /// Who and what appears in it with its own looks; at most [`CAST_MAX`](crate::limits::CAST_MAX).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cast: Vec<Role>,
}

impl Spec {
    /// A spec of words alone: no source, no shots, no cast.
    #[must_use]
    pub fn of_words(model: &str, prompt: &str, size: Size, seconds: u32, seed: u32) -> Self {
        Self {
            model: model.to_owned(),
            prompt: prompt.to_owned(),
            size,
            seconds,
            seed,
            generate_audio: true,
            source: None,
            shots: vec![],
            cast: vec![],
        }
    }

    /// Length of what is new in the finished clip, seconds: all of it but what an extension takes over.
    #[must_use]
    pub const fn new_seconds(&self) -> u32 {
        match self.source {
            Some(Source::Extend { source_seconds }) => self.seconds.saturating_sub(source_seconds),
            _ => self.seconds,
        }
    }
}

/// What a clip is made from, beside words; the [`Material`](crate::Material) has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum Source {
    /// A picture: the clip begins with it.
    Picture,
    /// A clip of [`seconds`](Spec::seconds) seconds: its pictures and sound are changed.
    Remix {
        /// How much, percent, 1 to 100: at 100 nothing of it is left.
        strength_percent: u8,
    },
    /// A clip: this one begins with all of it and goes on.
    Extend {
        /// How long it is, seconds.
        source_seconds: u32,
    },
}

/// A stretch of a clip between two cuts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shot {
    /// The text, as a spec's.
    pub prompt: String,
    /// How long it lasts, seconds.
    pub seconds: u32,
    /// Who of the spec's cast appears, by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cast: Vec<u8>,
}

/// One of a cast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// How the prompt calls it, verbatim.
    pub name: String,
}

/// Width and height of a picture, pixels; written `1280x720`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Size {
    /// A size of `width` by `height` pixels.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Whether the picture is taller than wide.
    #[must_use]
    pub const fn is_portrait(self) -> bool {
        self.height > self.width
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// The text was not `WIDTHxHEIGHT` in decimal pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a size is written WIDTHxHEIGHT, for example 1280x720")]
pub struct BadSize;

impl FromStr for Size {
    type Err = BadSize;

    fn from_str(text: &str) -> Result<Self, BadSize> {
        let (width, height) = text.split_once('x').ok_or(BadSize)?;
        let pixels = |digits: &str| match digits.bytes().all(|byte| byte.is_ascii_digit()) {
            true => digits.parse().map_err(|_| BadSize),
            false => Err(BadSize),
        };
        Ok(Self { width: pixels(width)?, height: pixels(height)? })
    }
}

impl Serialize for Size {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_back_as_it_is_written() {
        let size = Size::new(1280, 720);
        assert_eq!(size.to_string().parse(), Ok(size));
    }

    #[test]
    fn a_size_with_signs_blanks_or_missing_parts_is_refused() {
        for text in [
            "",
            "x",
            "1280",
            "1280x",
            "x720",
            "+1280x720",
            " 1280x720",
            "1280X720",
            "1280x720x3",
            "99999999999x1",
        ] {
            assert_eq!(text.parse::<Size>(), Err(BadSize), "{text:?}");
        }
    }
}
