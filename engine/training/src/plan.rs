//! Draws the factors and the layout of a clip. Everything that a caption or a label can say is decided
//! here.

use crate::action::Action;
use crate::camera::{Camera, View, views};
use crate::cast::Cast;
use crate::colour::Colour;
use crate::dice::{Dice, Part, Source, Split};
use crate::heldout::{PAIRS, PROMISED, is_held_out, is_held_out_pair};
use crate::mood::Mood;
use crate::mouth::Utterance;
use crate::object::{Object, Size};
use crate::scene::Scene;
use crate::sky::{TimeOfDay, Weather};
use crate::style::Style;

/// The longer side of a picture, in pixels.
pub const LONG_SIDE_PX: usize = 224;

/// The shorter side of a picture, in pixels.
pub const SHORT_SIDE_PX: usize = 128;

/// The most frames a clip may have.
pub const FRAMES_MAX: usize = 49;

/// The share of clips that are higher than wide.
const PORTRAIT_SHARE: f32 = 0.25;

/// The share of clips with one object, and with two.
const COUNT_SHARES: [f32; 2] = [0.75, 0.17];

/// The share of trained clips that show the example of the README.
const EXAMPLE_SHARE: f32 = 0.004;

/// The share of swimmers in a scene under water, and of falls into water where there can be any.
const UNDERWATER_SHARE: f32 = 0.5;
const SPLASH_SHARE: f32 = 0.4;

/// The share of held-out clips that show a held-out motion of the camera.
const PAIR_SHARE: f32 = 0.25;

/// What a clip will show, before a pixel is painted.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Where it comes from.
    pub source: Source,
    /// Where it takes place.
    pub scene: Scene,
    /// At which hour.
    pub time: TimeOfDay,
    /// In which weather.
    pub weather: Weather,
    /// Who acts. With people, what is said here of an object has no meaning.
    pub cast: Cast,
    /// What acts.
    pub object: Object,
    /// In which colour.
    pub colour: Colour,
    /// What it does.
    pub action: Action,
    /// Whether that which grows does not shrink.
    pub grows: bool,
    /// How big it is.
    pub size: Size,
    /// How many of it there are: 1 to 3.
    pub count: usize,
    /// 1 looks and moves right, -1 left.
    pub facing: f32,
    /// Whether there is water in front, in a scene above it.
    pub water: bool,
    /// The music, if any.
    pub music: Option<Mood>,
    /// How the camera moves.
    pub camera: Camera,
    /// How it is drawn.
    pub style: Style,
    /// What the first person says, if the stream has a file of speech and somebody wants to talk.
    pub utterance: Option<Utterance>,
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
    /// What each frame shows of the world.
    pub views: Vec<View>,
    /// The part of the world that every frame shows.
    pub stage: Stage,
}

/// A part of the world, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// First column.
    pub left: f32,
    /// Last column.
    pub right: f32,
    /// First row.
    pub top: f32,
    /// Last row.
    pub bottom: f32,
}

impl Stage {
    fn of(views: &[View], (width, height): (usize, usize)) -> Self {
        let all = Self { left: f32::MIN, right: f32::MAX, top: f32::MIN, bottom: f32::MAX };
        views.iter().fold(all, |stage, view| {
            let ((left, top), (right, bottom)) =
                (view.world(0.0, 0.0), view.world(width as f32, height as f32));
            Self {
                left: stage.left.max(left),
                right: stage.right.min(right),
                top: stage.top.max(top),
                bottom: stage.bottom.min(bottom),
            }
        })
    }
}

/// What is drawn together, because one limits the other.
struct Factors {
    scene: Scene,
    camera: Camera,
    colour: Colour,
    object: Object,
    action: Action,
}

/// The plan of the clip at `source`.
pub fn plan(source: Source, frames: usize) -> Plan {
    assert!((1..=FRAMES_MAX).contains(&frames), "a clip has 1 to {FRAMES_MAX} frames, not {frames}");
    let mut dice = Dice::new(source, Part::Plan);
    let Factors { scene, camera, colour, object, action } = factors(&mut dice, source.split);
    let (width, height) = if dice.chance(PORTRAIT_SHARE) {
        (SHORT_SIDE_PX, LONG_SIDE_PX)
    } else {
        (LONG_SIDE_PX, SHORT_SIDE_PX)
    };
    let (count, size) = crowd(action, &mut dice);
    let (smallest, largest) = size.radius();
    let views = views(camera, (width, height), frames, dice.unit());
    let stage = Stage::of(&views, (width, height));
    let sinks = action == Action::Fall && dice.chance(SPLASH_SHARE);
    let cast = Cast::draw(source, stage, (width, height));
    Plan {
        source,
        scene,
        time: TimeOfDay::draw(scene, &mut dice),
        weather: Weather::draw(scene, &mut dice),
        object,
        colour,
        action,
        grows: dice.chance(0.5),
        size,
        count,
        facing: if dice.chance(0.5) { 1.0 } else { -1.0 },
        water: cast.is_thing() && scene.has_water() && (action == Action::Swim || sinks),
        cast,
        music: Mood::draw(&mut dice),
        camera,
        style: Style::draw(&mut dice),
        utterance: None,
        width,
        height,
        frames,
        radius: dice.between(smallest, largest),
        horizon: height as f32 * dice.between(0.56, 0.62),
        ground: height as f32
            * if width > height { dice.between(0.86, 0.92) } else { dice.between(0.78, 0.9) },
        views,
        stage,
    }
}

/// How many, and how big: many must be small to have room.
fn crowd(action: Action, dice: &mut Dice) -> (usize, Size) {
    let share = dice.unit();
    let count = if share < COUNT_SHARES[0] {
        1
    } else if share < COUNT_SHARES[0] + COUNT_SHARES[1] || action == Action::Collide {
        2
    } else {
        3
    };
    let size = match count {
        1 => dice.pick(&Size::ALL),
        2 => dice.pick(&[Size::Small, Size::Medium]),
        _ => Size::Small,
    };
    (count, size)
}

/// Draws until a combination belongs to the split; every one that does is equally likely, but for the README's.
fn factors(dice: &mut Dice, split: Split) -> Factors {
    if dice.chance(EXAMPLE_SHARE) && split.takes(is_held_out(PROMISED)) {
        let (colour, object, action) = PROMISED;
        return Factors { scene: Scene::Meadow, camera: Camera::draw(dice), colour, object, action };
    }
    loop {
        let (colour, object, action) =
            (dice.pick(&Colour::ALL), dice.pick(&Object::ALL), dice.pick(&Action::ALL));
        let (mut scene, mut camera) = (place(action, dice), Camera::draw(dice));
        if split == Split::HeldOut && action != Action::Swim && dice.chance(PAIR_SHARE) {
            (camera, scene) = dice.pick(&PAIRS);
        }
        let shown = !is_held_out_pair(camera, scene) || matches!(split, Split::HeldOut | Split::Judge);
        if shown && split.takes(is_held_out((colour, object, action))) {
            return Factors { scene, camera, colour, object, action };
        }
    }
}

/// A scene in which the action can be seen.
fn place(action: Action, dice: &mut Dice) -> Scene {
    if action != Action::Swim {
        return dice.pick(&Scene::ALL);
    }
    if dice.chance(UNDERWATER_SHARE) {
        return Scene::Underwater;
    }
    loop {
        let scene = dice.pick(&Scene::ALL);
        if scene.has_water() {
            return scene;
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
                assert!(split == Split::HeldOut || !is_held_out_pair(plan.camera, plan.scene));
            }
        }
    }

    #[test]
    fn a_judge_sees_trained_and_held_out_combinations() {
        let plans = (0..4000).map(|index| plan(Source { split: Split::Judge, seed: 7, index }, 9));
        let held = plans.filter(|plan| is_held_out((plan.colour, plan.object, plan.action))).count();
        assert!((400..800).contains(&held), "{held} of 4000");
    }

    #[test]
    fn a_quarter_of_all_clips_is_portrait() {
        let plans = (0..4000).map(|index| plan(Source { split: Split::Train, seed: 1, index }, 49));
        let portrait = plans.filter(|plan| plan.height > plan.width).count();
        assert!((900..1100).contains(&portrait), "{portrait} of 4000");
    }
}
