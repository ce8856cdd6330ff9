//! What an engine is told of somebody's or something's looks: plain numbers, no picture. A face cannot be made from them
//! again.

use serde::{Deserialize, Serialize};

/// Numbers of [`Likeness::features`].
pub const LIKENESS_FEATURES: usize = 22;

/// Red, green and blue, sRGB, 8 bits each.
pub type Rgb = [u8; 3];

/// The looks of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Likeness {
    /// A person, as a drawn figure is told apart from others.
    Person(Avatar),
    /// An animal, by its colours.
    Animal(Colours),
    /// An object, by its colours.
    Object(Colours),
}

/// What tells one drawn person from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Avatar {
    /// Colour of the skin.
    pub skin: Rgb,
    /// Colour of the hair and the beard.
    pub hair: Rgb,
    /// Shape of the hair.
    pub hair_style: HairStyle,
    /// Colour of the shirt.
    pub shirt: Rgb,
    /// Whether there are glasses.
    pub glasses: bool,
    /// Whether there is a beard.
    pub beard: bool,
    /// Colour of the hat, if there is one.
    pub hat: Option<Rgb>,
}

/// Shapes of hair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HairStyle {
    /// None.
    Bald,
    /// Ends above the ears.
    Short,
    /// Reaches the shoulders.
    Long,
    /// Wider than the head.
    Curly,
}

/// What tells one thing from another of its sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colours {
    /// The colour that most of it has.
    pub main: Rgb,
    /// The colour that most of the rest has.
    pub second: Rgb,
}

impl Likeness {
    /// The numbers that a model is given, each in [-1, 1]: three that say the kind (1 for the one that it is, else 0); the
    /// colours of skin, hair and shirt, or main, second and none; four that say the style of the hair; glasses; beard; hat
    /// and its colour. Colours are `byte / 127.5 - 1`; what is not there is 0.
    #[must_use]
    pub fn features(&self) -> [f32; LIKENESS_FEATURES] {
        let mut out = [0.0; LIKENESS_FEATURES];
        let mut colour = |place: usize, rgb: Rgb| {
            for (at, byte) in rgb.into_iter().enumerate() {
                out[place + at] = f32::from(byte) / 127.5 - 1.0;
            }
        };
        match self {
            Self::Person(avatar) => {
                colour(3, avatar.skin);
                colour(6, avatar.hair);
                colour(9, avatar.shirt);
                if let Some(hat) = avatar.hat {
                    colour(19, hat);
                }
                out[0] = 1.0;
                out[12 + avatar.hair_style as usize] = 1.0;
                out[16] = f32::from(u8::from(avatar.glasses));
                out[17] = f32::from(u8::from(avatar.beard));
                out[18] = f32::from(u8::from(avatar.hat.is_some()));
            }
            Self::Animal(colours) | Self::Object(colours) => {
                colour(3, colours.main);
                colour(6, colours.second);
                out[if matches!(self, Self::Animal(_)) { 1 } else { 2 }] = 1.0;
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_its_place() {
        let avatar = Avatar {
            skin: [255, 0, 0],
            hair: [0, 255, 0],
            hair_style: HairStyle::Long,
            shirt: [0, 0, 255],
            glasses: true,
            beard: false,
            hat: Some([255, 255, 255]),
        };
        let found = Likeness::Person(avatar).features();
        let expected = [
            1.0, 0.0, 0.0, 1.0, -1.0, -1.0, -1.0, 1.0, -1.0, -1.0, -1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0,
            1.0, 1.0, 1.0, 1.0,
        ];
        assert_eq!(found, expected);
        let bare = Likeness::Person(Avatar { hat: None, ..avatar }).features();
        assert_eq!(bare[18..], [0.0; 4]);
        let thing = Likeness::Object(Colours { main: [255; 3], second: [0; 3] }).features();
        assert_eq!(thing[..9], [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0]);
        assert_eq!(thing[9..], [0.0; 13]);
    }
}
