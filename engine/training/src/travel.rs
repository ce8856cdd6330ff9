//! Moves that go to one side.

use std::f32::consts::{FRAC_PI_2, TAU};

use crate::action::SPEED_MAX_PX;
use crate::dice::Dice;
use crate::event::Kind;
use crate::motion::{Motion, Pose, bodies, event, frames, landing, last, routes, standing, surface};
use crate::object::Object;
use crate::plan::Plan;
use crate::scene::Scene;

/// How high above the ground something stands on a board with wheels, in radii.
pub(crate) const BOARD: f32 = 0.36;

pub(crate) fn roll(plan: &Plan, dice: &mut Dice) -> Motion {
    // What turns over moves fastest at its top.
    let car = plan.object == Object::Car;
    let wish = if car { 3.6 } else { 0.96 * SPEED_MAX_PX / (1.0 + plan.object.reach()) };
    let turn = if plan.object.tumbles() { dice.between(0.0, TAU) } else { 0.0 };
    let wish = wish * dice.between(0.88, 1.0);
    let each = routes(plan, wish, last(plan), dice).into_iter().map(|route| {
        frames(plan)
            .map(|frame| {
                let gone = route.step * frame;
                let rest = standing(plan, route.start + gone, route.ground);
                if car {
                    return Pose { wheel: Some(gone / (0.32 * plan.radius)), ..rest };
                }
                let angle = turn + gone / plan.radius;
                Pose { angle, y: route.ground - plan.object.foot(angle) * plan.radius, ..rest }
            })
            .collect()
    });
    bodies(each.collect(), Vec::new())
}

pub(crate) fn drive(plan: &Plan, dice: &mut Dice) -> Motion {
    let wish = dice.between(2.8, 4.2);
    let lift = if plan.object == Object::Car { 0.0 } else { BOARD * plan.radius };
    let each = routes(plan, wish, last(plan), dice).into_iter().map(|route| {
        frames(plan)
            .map(|frame| {
                let gone = route.step * frame;
                let rest = standing(plan, route.start + gone, route.ground);
                Pose { y: rest.y - lift, wheel: Some(gone / (0.32 * plan.radius)), ..rest }
            })
            .collect()
    });
    bodies(each.collect(), Vec::new())
}

/// How fast wings and tails may beat, in radians a frame: their tips are as fast as an object may be.
fn beat(plan: &Plan) -> f32 {
    0.9 * SPEED_MAX_PX / (0.8 * plan.radius)
}

pub(crate) fn fly(plan: &Plan, dice: &mut Dice) -> Motion {
    let wish = dice.between(2.6, 4.2);
    let top = plan.stage.top + plan.object.reach().min(1.2) * plan.radius + 3.0;
    let lowest = (plan.horizon - plan.radius * 0.7).max(top + 4.0);
    let tilt = match plan.object {
        Object::Bird | Object::Butterfly | Object::Balloon => 0.0,
        Object::Rocket => 1.25 * plan.facing,
        _ => -0.14 * plan.facing,
    };
    let rate = beat(plan);
    let level = dice.between(top, lowest);
    let each = routes(plan, wish, last(plan), dice).into_iter().enumerate().map(|(slot, route)| {
        let phase = dice.between(0.0, TAU);
        // In a portrait each has a height of its own.
        let down = if plan.width > plan.height { 0.0 } else { 2.1 * plan.radius * slot as f32 };
        frames(plan)
            .map(|frame| {
                let wave = (frame * 0.2 + phase).sin();
                let rest = standing(plan, route.start + route.step * frame, plan.ground);
                let (y, angle) = (level + down + 4.0 * wave, tilt + 0.05 * wave);
                Pose { y, angle, beat: (frame * rate + phase).sin(), afloat: true, ..rest }
            })
            .collect()
    });
    let each = each.collect();
    bodies(each, Vec::new())
}

pub(crate) fn swim(plan: &Plan, dice: &mut Dice) -> Motion {
    let under = plan.scene == Scene::Underwater;
    let wish = dice.between(2.0, 3.2);
    let level = surface(plan);
    let top = plan.stage.top + plan.radius + 8.0;
    let depth =
        if under { dice.between(top, (plan.ground - plan.radius - 4.0).max(top + 2.0)) } else { level };
    let (height, rate) = if under { (6.0, 0.24) } else { (2.5, 0.3) };
    let each = routes(plan, wish, last(plan), dice).into_iter().map(|route| {
        let phase = dice.between(0.0, TAU);
        let down = route.ground - plan.ground;
        frames(plan)
            .map(|frame| {
                let turn = frame * rate + phase;
                let rest = standing(plan, route.start + route.step * frame, plan.ground);
                let y = depth - if under { -0.0 } else { 0.35 * plan.radius } + height * turn.sin();
                let slope = (height * rate * turn.cos()).atan2(2.0 * wish);
                let beat = (frame * beat(plan) + phase).sin();
                Pose { y: y + down, angle: plan.facing * slope + 0.04 * beat, beat, afloat: true, ..rest }
            })
            .collect()
    });
    let each = each.collect();
    Motion { surface: plan.water.then_some(level), ..bodies(each, Vec::new()) }
}

pub(crate) fn jump(plan: &Plan, dice: &mut Dice) -> Motion {
    let leap = dice.between(18.0, 22.0);
    let cycle = leap + dice.between(7.0, 10.0);
    let first = if plan.frames < 30 { dice.between(1.0, 5.0) } else { dice.between(3.0, 9.0) };
    let height = dice.between(3.7, 4.0) * leap / 4.0;
    let airborne = |frame: f32| {
        let since = frame - first;
        if since < 0.0 { 0.0 } else { (since / cycle).floor() * leap + (since % cycle).min(leap) }
    };
    let flown = airborne(plan.frames as f32).max(1.0);
    // Up and along together must stay under the limit.
    let wish = dice.between(1.3, 1.7);
    let each = routes(plan, wish, flown, dice).into_iter().map(|route| {
        frames(plan)
            .map(|frame| {
                let since = (frame - first).rem_euclid(cycle);
                let part = if frame < first { 1.0 } else { (since / leap).min(1.0) };
                let rest = standing(plan, route.start + route.step * airborne(frame), route.ground);
                let stretch = 1.0 - crouch(since, cycle, frame < first);
                let sunk = plan.object.foot(0.0) * plan.radius * (1.0 - stretch);
                let y = rest.y + sunk - height * 4.0 * part * (1.0 - part);
                Pose { y, stretch, beat: (part * TAU - FRAC_PI_2).sin(), afloat: part < 1.0, ..rest }
            })
            .collect()
    });
    let leaps = (0..).map(|count| first + count as f32 * cycle).take_while(|at| *at < plan.frames as f32);
    let events = leaps.flat_map(|at| [event(Kind::Leap, at), event(landing(plan.object), at + leap)]);
    bodies(each.collect(), events.collect())
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
