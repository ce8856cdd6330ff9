//! Where an object is in every frame of a clip. Says nothing about how it looks or sounds.

use crate::action::{Action, FPS, SPEED_MAX_PX};
use crate::dice::Dice;
use crate::event::{Event, Kind};
use crate::object::Object;
use crate::plan::Plan;

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
    /// Turn of the wheels in radians.
    pub wheel: f32,
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
    /// Impacts that are seen and heard.
    pub events: Vec<Event>,
}

/// The course of a planned clip.
pub fn motion(plan: &Plan, dice: &mut Dice) -> Motion {
    match plan.action {
        Action::Bounce | Action::Fall => bounce(plan, dice),
        Action::Roll | Action::Drive | Action::Collide => roll(plan, dice),
        Action::Fly | Action::Swim => fly(plan, dice),
        Action::Spin => spin(plan, dice),
        Action::Jump => jump(plan, dice),
        Action::Sit | Action::Explode | Action::Grow => sit(plan, dice),
    }
}

/// One object, and what is heard of it.
fn alone(poses: impl Iterator<Item = Pose>, events: Vec<Event>) -> Motion {
    Motion { bodies: vec![poses.collect()], crate_poses: Vec::new(), surface: None, events }
}

/// The object at rest on the ground at column `x`.
fn standing(plan: &Plan, x: f32) -> Pose {
    let y = plan.ground - plan.object.foot(0.0) * plan.radius;
    Pose {
        x,
        y,
        radius: plan.radius,
        angle: 0.0,
        facing: plan.facing,
        stretch: 1.0,
        ground: plan.ground,
        beat: 0.0,
        afloat: false,
        wheel: 0.0,
        burst: -1.0,
    }
}

/// The first and last column that keep the whole object in the picture.
fn room(plan: &Plan) -> (f32, f32) {
    let margin = plan.object.half_width() * plan.radius + 2.0;
    (margin, plan.width as f32 - margin)
}

/// A path of up to `wish` pixels a frame that stays in the picture: where it starts, and its step.
fn path(plan: &Plan, wish: f32, dice: &mut Dice) -> (f32, f32) {
    let (left, right) = room(plan);
    let steps = (plan.frames.max(2) - 1) as f32;
    let speed = wish.min((right - left) / steps);
    let start = left + (right - left - speed * steps) * dice.unit();
    if plan.facing > 0.0 { (start, speed) } else { (plan.width as f32 - start, -speed) }
}

fn resting_column(plan: &Plan, dice: &mut Dice) -> f32 {
    let (left, right) = room(plan);
    dice.between(left, right)
}

fn bounce(plan: &Plan, dice: &mut Dice) -> Motion {
    let rest = standing(plan, resting_column(plan, dice));
    let period = dice.between(20.0, 26.0);
    let height = dice.between(4.5, 4.85) * period / 4.0;
    let offset = period * dice.unit();
    let poses = (0..plan.frames).map(|frame| {
        let part = ((frame as f32 + offset) / period).fract();
        Pose { y: rest.y - height * 4.0 * part * (1.0 - part), ..rest }
    });
    let contacts = (1..).map(|count| count as f32 * period - offset);
    alone(poses, heard(plan, Kind::Thud, contacts))
}

fn roll(plan: &Plan, dice: &mut Dice) -> Motion {
    // The top of a rolling thing moves at twice its speed.
    let wish = if plan.object.tumbles() { dice.between(2.2, 2.6) } else { dice.between(2.4, 3.6) };
    let (start, step) = path(plan, wish, dice);
    let turn = dice.between(0.0, std::f32::consts::TAU);
    let poses = (0..plan.frames).map(|frame| {
        let gone = step * frame as f32;
        let angle = match plan.object {
            Object::Ball | Object::Cube | Object::Star => turn + gone / plan.radius,
            // A boat on land rocks as it slides.
            Object::Boat => 0.09 * (frame as f32 * 0.4 + turn).sin(),
            _ => 0.0,
        };
        let y = plan.ground - plan.object.foot(angle) * plan.radius;
        Pose { y, angle, ..standing(plan, start + gone) }
    });
    alone(poses, Vec::new())
}

fn fly(plan: &Plan, dice: &mut Dice) -> Motion {
    let (start, step) = path(plan, dice.between(2.6, 4.2), dice);
    let top = plan.object.reach() * plan.radius + 4.0;
    let level = dice.between(top, (plan.horizon - plan.radius * 0.7).max(top + 4.0));
    let phase = dice.between(0.0, std::f32::consts::TAU);
    // The tip of the wing is the fastest part, and may not be faster than an object.
    let beat = 0.9 * SPEED_MAX_PX / (0.8 * plan.radius);
    let tilt = if plan.object == Object::Bird { 0.0 } else { -0.14 * plan.facing };
    let poses = (0..plan.frames).map(|frame| {
        let wave = (frame as f32 * 0.2 + phase).sin();
        let beat = (frame as f32 * beat + phase).sin();
        let y = level + 4.0 * wave;
        Pose {
            y,
            angle: tilt + 0.05 * wave,
            beat,
            afloat: true,
            ..standing(plan, start + step * frame as f32)
        }
    });
    alone(poses, Vec::new())
}

fn spin(plan: &Plan, dice: &mut Dice) -> Motion {
    let reach = plan.object.reach() * plan.radius;
    let x = dice.between(reach + 2.0, plan.width as f32 - reach - 2.0);
    let y = plan.ground - reach - dice.between(4.0, 12.0);
    let step = plan.facing * dice.between(4.0, 4.6) / reach;
    let turn = dice.between(0.0, std::f32::consts::TAU);
    let rest = standing(plan, x);
    let poses = (0..plan.frames).map(|frame| Pose { y, angle: turn + step * frame as f32, ..rest });
    alone(poses, Vec::new())
}

fn jump(plan: &Plan, dice: &mut Dice) -> Motion {
    let leap = dice.between(18.0, 22.0);
    let cycle = leap + dice.between(7.0, 10.0);
    let first = if plan.frames < 30 { dice.between(1.0, 5.0) } else { dice.between(3.0, 9.0) };
    let height = dice.between(3.7, 4.0) * leap / 4.0;
    let airborne = |frame: f32| {
        let since = frame - first;
        if since < 0.0 { 0.0 } else { (since / cycle).floor() * leap + (since % cycle).min(leap) }
    };
    let flown = airborne(plan.frames as f32).max(1.0);
    // Two leaps to one side must fit the picture, and up and along together must stay under the limit.
    let (left, right) = room(plan);
    let speed = dice.between(1.3, 1.7).min((right - left) / flown);
    let start = left + (right - left - speed * flown) * dice.unit();
    let (start, step) = if plan.facing > 0.0 { (start, speed) } else { (plan.width as f32 - start, -speed) };
    let poses = (0..plan.frames).map(|frame| {
        let at = frame as f32;
        let since = (at - first).rem_euclid(cycle);
        let part = if at < first { 1.0 } else { (since / leap).min(1.0) };
        let rest = standing(plan, start + step * airborne(at));
        let stretch = 1.0 - crouch(since, cycle, at < first);
        let sunk = plan.object.foot(0.0) * plan.radius * (1.0 - stretch);
        Pose { y: rest.y + sunk - height * 4.0 * part * (1.0 - part), stretch, ..rest }
    });
    let starts = (0..).map(|count| first + count as f32 * cycle);
    alone(poses, heard(plan, Kind::Leap, starts))
}

/// How much lower an object is before a leap and in its first frames, `since` the last one in a `cycle`.
fn crouch(since: f32, cycle: f32, before_first: bool) -> f32 {
    const DEPTH: f32 = 0.1;
    const DOWN_FRAMES: f32 = 5.0;
    const UP_FRAMES: f32 = 4.0;
    let down = (1.0 - (cycle - since) / DOWN_FRAMES).max(0.0);
    let up = if before_first { 0.0 } else { (1.0 - since / UP_FRAMES).max(0.0) };
    DEPTH * down.max(up)
}

fn sit(plan: &Plan, dice: &mut Dice) -> Motion {
    let rest = standing(plan, resting_column(plan, dice));
    alone(std::iter::repeat_n(rest, plan.frames), Vec::new())
}

/// The events of one kind at these frames, as far as the clip goes.
fn heard(plan: &Plan, kind: Kind, frames: impl Iterator<Item = f32>) -> Vec<Event> {
    frames.take_while(|at| *at < plan.frames as f32).map(|at| Event { at: at / FPS, kind }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Part, Source, Split};
    use crate::plan::plan;

    fn courses() -> impl Iterator<Item = (Plan, Motion)> {
        (0..3000).map(|index| {
            let source = Source { split: Split::Train, seed: 2, index };
            let plan = plan(source, [49, 49, 17][index as usize % 3]);
            let motion = motion(&plan, &mut Dice::new(source, Part::Motion));
            (plan, motion)
        })
    }

    #[test]
    fn nothing_moves_faster_than_the_limit() {
        for (plan, motion) in courses() {
            for pair in motion.bodies[0].windows(2) {
                let speed = (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y);
                assert!(speed <= SPEED_MAX_PX, "{} at {speed} px a frame", plan.action.name());
            }
        }
    }

    #[test]
    fn every_object_stays_in_the_picture() {
        for (plan, motion) in courses() {
            for pose in &motion.bodies[0] {
                assert!(
                    (pose.radius..=plan.width as f32 - pose.radius).contains(&pose.x),
                    "x {} {plan:?}",
                    pose.x
                );
                assert!((pose.radius..=plan.height as f32 - 6.0).contains(&pose.y), "y {} {plan:?}", pose.y);
            }
        }
    }

    #[test]
    fn a_bouncing_object_touches_the_ground_when_it_is_heard() {
        for (plan, motion) in courses().filter(|(plan, _)| plan.action == Action::Bounce) {
            for Event { at, .. } in &motion.events {
                let gap = |pose: &Pose| plan.ground - pose.y - plan.object.foot(0.0) * pose.radius;
                let Some(pose) = motion.bodies[0].get((at * FPS).round() as usize) else { continue };
                assert!(gap(pose) <= SPEED_MAX_PX / 2.0, "{} px above the ground", gap(pose));
            }
        }
    }

    #[test]
    fn only_actions_with_a_direction_leave_their_column() {
        for (plan, motion) in courses() {
            let (first, last) = (motion.bodies[0][0].x, motion.bodies[0][plan.frames - 1].x);
            let gone = (last - first) * plan.facing;
            assert_eq!(gone > 3.0, plan.action.has_direction(), "{} px by {}", gone, plan.action.name());
        }
    }
}
