//! Where every object is in every frame of a clip: the forms, and where there is room. The moves themselves are in `rest`,
//! `travel` and `clash`. Says nothing about how anything looks or sounds.

use crate::action::{Action, FPS};
use crate::camera::Camera;
use crate::dice::Dice;
use crate::event::{Event, Kind};
use crate::object::Object;
use crate::plan::Plan;
use crate::{clash, rest, travel};

/// An object in one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Centre, in pixels from the left.
    pub x: f32,
    /// Centre, in pixels from the top.
    pub y: f32,
    /// Radius in pixels.
    pub radius: f32,
    /// Turn in radians, clockwise.
    pub angle: f32,
    /// 1 looks right, -1 looks left.
    pub facing: f32,
    /// Height as a part of the usual one.
    pub stretch: f32,
    /// The row of the ground under it.
    pub ground: f32,
    /// Where the swing of wings, tail and fins is, -1 to 1.
    pub beat: f32,
    /// Whether it is in the air or in the water, with wings spread.
    pub afloat: bool,
    /// Turn of the wheels in radians; a thing without wheels that has one stands on a board with wheels.
    pub wheel: Option<f32>,
    /// Frames since it burst, negative before.
    pub burst: f32,
}

/// The whole course of a clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Motion {
    /// One pose a frame of each of the planned objects.
    pub bodies: Vec<Vec<Pose>>,
    /// The crate that one object collides with, in every frame.
    pub crate_poses: Vec<Pose>,
    /// The row of the surface of the water in front, if there is any.
    pub surface: Option<f32>,
    /// Impacts that are seen and heard, in the order of time.
    pub events: Vec<Event>,
}

/// The course of a planned clip.
pub fn motion(plan: &Plan, dice: &mut Dice) -> Motion {
    let mut motion = match plan.action {
        Action::Bounce => rest::bounce(plan, dice),
        Action::Spin => rest::spin(plan, dice),
        Action::Fall if plan.water => rest::sink(plan, dice),
        Action::Fall => rest::fall(plan, dice),
        Action::Grow => rest::grow(plan, dice),
        Action::Sit => rest::sit(plan, dice),
        Action::Roll => travel::roll(plan, dice),
        Action::Fly => travel::fly(plan, dice),
        Action::Jump => travel::jump(plan, dice),
        Action::Swim => travel::swim(plan, dice),
        Action::Drive => travel::drive(plan, dice),
        Action::Collide if plan.count > 1 => clash::meet(plan, dice),
        Action::Collide => clash::meet_crate(plan, dice),
        Action::Explode => clash::explode(plan, dice),
    };
    motion.events.retain(|event| event.at < plan.frames as f32 / FPS);
    motion.events.sort_by(|one, other| one.at.total_cmp(&other.at));
    motion
}

/// The moment of a frame, which need not be whole.
pub(crate) fn event(kind: Kind, frame: f32) -> Event {
    Event { at: frame / FPS, kind }
}

/// What is heard when an object meets the ground.
pub(crate) fn landing(object: Object) -> Kind {
    match object {
        Object::Drum => Kind::Drum,
        Object::Bell => Kind::Bell,
        _ => Kind::Thud,
    }
}

/// Only objects, on dry land.
pub(crate) fn bodies(bodies: Vec<Vec<Pose>>, events: Vec<Event>) -> Motion {
    Motion { bodies, crate_poses: Vec::new(), surface: None, events }
}

/// Where the water in front begins.
pub(crate) fn surface(plan: &Plan) -> f32 {
    plan.ground - 0.13 * plan.width.min(plan.height) as f32
}

/// The object at rest at column `x` on the ground at row `ground`.
pub(crate) fn standing(plan: &Plan, x: f32, ground: f32) -> Pose {
    Pose {
        x,
        y: ground - plan.object.foot(0.0) * plan.radius,
        radius: plan.radius,
        angle: 0.0,
        facing: plan.facing,
        stretch: 1.0,
        ground,
        beat: 0.0,
        afloat: false,
        wheel: None,
        burst: -1.0,
    }
}

/// A place for one of several objects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    left: f32,
    right: f32,
    /// The row of the ground there.
    pub ground: f32,
}

impl Lane {
    /// A column where something `half` pixels wide to each side stays in the lane; the middle if it cannot.
    pub fn column(&self, half: f32, dice: &mut Dice) -> f32 {
        let (left, right) = (self.left + half + 1.0, self.right - half - 1.0);
        if left < right { dice.between(left, right) } else { 0.5 * (left + right) }
    }
}

/// How much farther back each next object of a portrait stands, as a part of the height.
const ROW: f32 = 0.16;

/// A place for each of the planned objects: beside each other, or in a portrait, which is too narrow, in front of each other.
pub(crate) fn lanes(plan: &Plan) -> Vec<Lane> {
    let (left, right) = (plan.stage.left, plan.stage.right);
    let each = (right - left) / plan.count as f32;
    (0..plan.count)
        .map(|slot| {
            if plan.width > plan.height || plan.count == 1 {
                let left = left + each * slot as f32;
                return Lane { left, right: left + each, ground: plan.ground };
            }
            let middle = 0.5 * (left + right);
            let ground = plan.ground - ROW * plan.height as f32 * slot as f32;
            if slot % 2 == 0 {
                Lane { left, right: middle, ground }
            } else {
                Lane { left: middle, right, ground }
            }
        })
        .collect()
}

/// The way of one object along the ground.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// The first column.
    pub start: f32,
    /// Pixels to go in each frame, negative to the left.
    pub step: f32,
    /// The row of the ground there.
    pub ground: f32,
}

/// How much of half of an object may be outside of the picture where its way begins and ends.
const OUTSIDE: f32 = 0.35;

/// The part of its speed that something has in front of a camera that moves.
const FILMED: f32 = 0.82;

/// Ways of up to `wish` pixels a frame during `frames` frames for each of the planned objects: in a row, or in a portrait one
/// behind the other.
pub(crate) fn routes(plan: &Plan, wish: f32, frames: f32, dice: &mut Dice) -> Vec<Route> {
    // The camera adds its own speed.
    let wish = if plan.camera == Camera::Static { wish } else { FILMED * wish };
    let half = plan.object.half_width() * plan.radius;
    let inside = half * (1.0 - OUTSIDE);
    let in_row = plan.width > plan.height;
    let gap = 2.05 * half;
    let behind = if in_row { gap * (plan.count - 1) as f32 } else { 0.0 };
    let (left, right) = (plan.stage.left + inside + behind, plan.stage.right - inside);
    let room = (right - left).max(0.0);
    let step = wish.min(room / frames.max(1.0));
    let place = |from_left: f32| {
        if plan.facing > 0.0 { from_left } else { plan.stage.left + plan.stage.right - from_left }
    };
    let first = left + (room - step * frames) * dice.unit();
    (0..plan.count)
        .map(|slot| {
            let back = slot as f32;
            let (start, ground) = if in_row {
                (first - gap * back, plan.ground)
            } else {
                let start = if slot == 0 { first } else { left + (room - step * frames) * dice.unit() };
                (start, plan.ground - ROW * plan.height as f32 * back)
            };
            Route { start: place(start), step: step * plan.facing, ground }
        })
        .collect()
}

/// The last frame, at least 1.
pub(crate) fn last(plan: &Plan) -> f32 {
    (plan.frames.max(2) - 1) as f32
}

/// The whole frames.
pub(crate) fn frames(plan: &Plan) -> impl Iterator<Item = f32> {
    (0..plan.frames).map(|frame| frame as f32)
}

#[cfg(test)]
#[path = "motion_tests.rs"]
mod tests;
