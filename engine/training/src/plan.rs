//! Draws the factors and the layout of a clip. Everything that a caption or a label can say is decided
//! here.

use crate::action::Action;
use crate::cast::Cast;
use crate::colour::Colour;
use crate::dice::{Dice, Part, Source, Split};
use crate::heldout::is_held_out;
use crate::object::{Object, Size};
use crate::scene::Scene;

/// The longer side of a picture, in pixels.
pub const LONG_SIDE_PX: usize = 224;

/// The shorter side of a picture, in pixels.
pub const SHORT_SIDE_PX: usize = 128;

/// The most frames a clip may have.
pub const FRAMES_MAX: usize = 49;

/// The share of clips that are higher than wide.
const PORTRAIT_SHARE: f32 = 0.25;

/// How much rarer everything is than the example of the README and its neighbours.
const COMMON_SHARE: f32 = 1.0 / 1.5;

/// The music of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Music {
    /// Fast and in major.
    Cheerful,
    /// Slow and soft.
    Calm,
}

impl Music {
    /// Ways to say that it is there.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Cheerful => &["with cheerful music", "with happy music", "with music"],
            Self::Calm => &["with calm music", "with soft music", "with quiet music"],
        }
    }
}

/// What a clip will show, before a pixel is painted.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Where it comes from.
    pub source: Source,
    /// Where it takes place.
    pub scene: Scene,
    /// Who acts. With people, what is said here of an object has no meaning.
    pub cast: Cast,
    /// What acts.
    pub object: Object,
    /// In which colour.
    pub colour: Colour,
    /// What it does.
    pub action: Action,
    /// How big it is.
    pub size: Size,
    /// 1 looks and moves right, -1 left.
    pub facing: f32,
    /// The music, if any.
    pub music: Option<Music>,
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Number of frames.
    pub frames: usize,
    /// Radius of the object in pixels.
    pub radius: f32,
    /// The row where the ground meets the sky or the wall.
    pub horizon: f32,
    /// The row on which the object stands.
    pub ground: f32,
}

/// The plan of the clip at `source`.
pub fn plan(source: Source, frames: usize) -> Plan {
    assert!((1..=FRAMES_MAX).contains(&frames), "a clip has 1 to {FRAMES_MAX} frames, not {frames}");
    let mut dice = Dice::new(source, Part::Plan);
    let (scene, colour, object, action) = factors(&mut dice, source.split);
    let size = dice.pick(&Size::ALL);
    let facing = if dice.chance(0.5) { 1.0 } else { -1.0 };
    let music = dice.chance(0.3).then(|| dice.pick(&[Music::Cheerful, Music::Calm]));
    let (width, height) = if dice.chance(PORTRAIT_SHARE) {
        (SHORT_SIDE_PX, LONG_SIDE_PX)
    } else {
        (LONG_SIDE_PX, SHORT_SIDE_PX)
    };
    let (smallest, largest) = size.radius();
    let radius = dice.between(smallest, largest);
    let horizon = height as f32 * dice.between(0.56, 0.62);
    let ground =
        if width > height { dice.between(0.86, 0.94) } else { dice.between(0.78, 0.92) } * height as f32;
    Plan {
        source,
        scene,
        cast: Cast::draw(source, width, height),
        object,
        colour,
        action,
        size,
        facing,
        music,
        width,
        height,
        frames,
        radius,
        horizon,
        ground,
    }
}

/// Draws until a combination belongs to the split; every one that does is equally likely, but for the
/// common ones.
fn factors(dice: &mut Dice, split: Split) -> (Scene, Colour, Object, Action) {
    loop {
        let scene = dice.pick(&Scene::ALL);
        let colour = dice.pick(&Colour::ALL);
        let object = dice.pick(&Object::ALL);
        let action = dice.pick(&Action::ALL);
        let common =
            matches!((scene, object, action), (Scene::Meadow, Object::Ball | Object::Cube, Action::Bounce));
        let kept = dice.chance(COMMON_SHARE) || common;
        if kept && is_held_out((colour, object, action)) == (split == Split::HeldOut) {
            return (scene, colour, object, action);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn training_and_validation_never_see_what_is_held_out() {
        for index in 0..6000 {
            for split in [Split::Train, Split::Validation, Split::HeldOut] {
                let plan = plan(Source { split, seed: 7, index }, 49);
                let triple = (plan.colour, plan.object, plan.action);
                assert_eq!(is_held_out(triple), split == Split::HeldOut);
            }
        }
    }

    #[test]
    fn a_quarter_of_all_clips_is_portrait() {
        let plans = (0..4000).map(|index| plan(Source { split: Split::Train, seed: 1, index }, 49));
        let portrait = plans.filter(|plan| plan.height > plan.width).count();
        assert!((900..1100).contains(&portrait), "{portrait} of 4000");
    }
}
