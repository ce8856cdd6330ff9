//! What a person can look like: names, colours and the words for them. How it is painted is in `figure`.

use kinora_spec::{Avatar, HairStyle};

use crate::colour::{Colour, Rgb, mix};
use crate::dice::{Dice, Split};
use crate::heldout::is_held_out_person;

/// The tone of a skin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skin {
    /// The lightest.
    Pale,
    /// Light.
    Fair,
    /// Light brown.
    Tan,
    /// Between tan and brown.
    Olive,
    /// Brown.
    Brown,
    /// The darkest.
    Dark,
}

impl Skin {
    /// Every tone.
    pub const ALL: [Self; 6] = [Self::Pale, Self::Fair, Self::Tan, Self::Olive, Self::Brown, Self::Dark];

    /// Its name in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pale => "pale",
            Self::Fair => "fair",
            Self::Tan => "tan",
            Self::Olive => "olive",
            Self::Brown => "brown",
            Self::Dark => "dark",
        }
    }

    fn rgb(self) -> Rgb {
        match self {
            Self::Pale => [255.0, 226.0, 204.0],
            Self::Fair => [246.0, 202.0, 168.0],
            Self::Tan => [222.0, 170.0, 126.0],
            Self::Olive => [186.0, 134.0, 94.0],
            Self::Brown => [142.0, 94.0, 62.0],
            Self::Dark => [92.0, 60.0, 44.0],
        }
    }
}

/// The colour of hair and beards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hair {
    /// Black.
    Black,
    /// Dark brown.
    Brown,
    /// Light brown.
    Chestnut,
    /// Red.
    Red,
    /// Blond.
    Blond,
    /// Grey.
    Grey,
    /// White.
    White,
    /// Dyed blue.
    Blue,
}

impl Hair {
    /// Every colour.
    pub const ALL: [Self; 8] = [
        Self::Black,
        Self::Brown,
        Self::Chestnut,
        Self::Red,
        Self::Blond,
        Self::Grey,
        Self::White,
        Self::Blue,
    ];

    /// Its name in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Black => "black",
            Self::Brown => "brown",
            Self::Chestnut => "chestnut",
            Self::Red => "red",
            Self::Blond => "blond",
            Self::Grey => "grey",
            Self::White => "white",
            Self::Blue => "blue",
        }
    }

    fn rgb(self) -> Rgb {
        match self {
            Self::Black => [34.0, 30.0, 34.0],
            Self::Brown => [84.0, 54.0, 34.0],
            Self::Chestnut => [150.0, 96.0, 48.0],
            Self::Red => [196.0, 74.0, 32.0],
            Self::Blond => [236.0, 204.0, 110.0],
            Self::Grey => [136.0, 136.0, 142.0],
            Self::White => [240.0, 240.0, 240.0],
            Self::Blue => [58.0, 104.0, 214.0],
        }
    }
}

/// The styles of hair, in the order of the specification.
pub const STYLES: [HairStyle; 4] = [HairStyle::Bald, HairStyle::Short, HairStyle::Long, HairStyle::Curly];

/// The name of a style in lists.
pub fn style_name(style: HairStyle) -> &'static str {
    match style {
        HairStyle::Bald => "bald",
        HairStyle::Short => "short",
        HairStyle::Long => "long",
        HairStyle::Curly => "curly",
    }
}

/// The colours a hat can have.
pub const HATS: [Colour; 6] =
    [Colour::Red, Colour::Yellow, Colour::Green, Colour::Blue, Colour::Purple, Colour::White];

/// Skin, hair, its style and the shirt: the unit that is held out.
pub type Quadruple = (Skin, Hair, HairStyle, Colour);

/// The looks of one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Looks {
    /// What they were drawn from, and what may be held out.
    pub names: Quadruple,
    /// The colour of the hat in words, if there is one.
    pub hat: Option<Colour>,
    /// What is painted, and what a reference says.
    pub avatar: Avatar,
}

/// The share of people with glasses, with a beard and with a hat.
const GLASSES_SHARE: f32 = 0.3;
const BEARD_SHARE: f32 = 0.25;
const HAT_SHARE: f32 = 0.25;

/// How far a colour may be from its name's, as a part of the way to any colour: real people have no palette.
const SKIN_SPREAD: f32 = 0.12;
const HAIR_SPREAD: f32 = 0.2;
const CLOTH_SPREAD: f32 = 0.3;

/// Draws until a combination belongs to the split.
pub fn looks(dice: &mut Dice, split: Split) -> Looks {
    let names = loop {
        let names =
            (dice.pick(&Skin::ALL), dice.pick(&Hair::ALL), dice.pick(&STYLES), dice.pick(&Colour::ALL));
        if split.takes(is_held_out_person(names)) {
            break names;
        }
    };
    let (skin, hair, hair_style, shirt) = names;
    let hat = dice.chance(HAT_SHARE).then(|| dice.pick(&HATS));
    let avatar = Avatar {
        skin: near(skin.rgb(), SKIN_SPREAD, dice),
        hair: near(hair.rgb(), HAIR_SPREAD, dice),
        hair_style,
        shirt: near(shirt.rgb(), CLOTH_SPREAD, dice),
        glasses: dice.chance(GLASSES_SHARE),
        beard: dice.chance(BEARD_SHARE),
        hat: hat.map(|colour| near(colour.rgb(), CLOTH_SPREAD, dice)),
    };
    Looks { names, hat, avatar }
}

/// A colour up to `spread` of the way to another.
fn near(colour: Rgb, spread: f32, dice: &mut Dice) -> kinora_spec::Rgb {
    let other = [dice.between(0.0, 255.0), dice.between(0.0, 255.0), dice.between(0.0, 255.0)];
    // A float to byte cast saturates.
    mix(colour, other, spread * dice.unit()).map(|channel| (channel + 0.5) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Part, Source};

    #[test]
    fn only_held_out_people_are_in_the_held_out_split() {
        for index in 0..3000 {
            for split in [Split::Train, Split::Validation, Split::HeldOut] {
                let mut dice = Dice::new(Source { split, seed: 9, index }, Part::Cast);
                assert_eq!(is_held_out_person(looks(&mut dice, split).names), split == Split::HeldOut);
            }
        }
    }
}
