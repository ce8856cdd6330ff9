//! Moves that end in a blow: two things meet, or one bursts.

use crate::dice::Dice;
use crate::event::Kind;
use crate::motion::{Motion, Pose, bodies, event, frames, standing};
use crate::object::Object;
use crate::plan::Plan;
use crate::rest::places;

/// Half the side of the crate, in radii of what runs into it.
const CRATE: f32 = 0.75;

/// The part of its speed that a thing keeps when it bounces back, and that a crate gets.
const KEPT: f32 = 0.45;
const PASSED: f32 = 0.4;

/// Frames after which a thing that was hit stands still.
const BRAKE_FRAMES: f32 = 12.0;

/// How far something goes in `since` frames that starts with `speed` and slows down evenly.
fn braked(speed: f32, since: f32) -> f32 {
    let time = since.clamp(0.0, BRAKE_FRAMES);
    speed * time * (1.0 - 0.5 * time / BRAKE_FRAMES)
}

/// The frame in which two things meet.
fn meeting(plan: &Plan, dice: &mut Dice) -> f32 {
    let share = dice.between(0.4, 0.6);
    if plan.frames == 1 { dice.between(0.0, 8.0) } else { share * plan.frames as f32 }
}

/// How wide it is to the sides where others touch it, in pixels.
fn side(plan: &Plan) -> f32 {
    let part = if plan.object == Object::Star { 0.92 } else { plan.object.half_width() };
    part * plan.radius
}

/// The pose of something that has gone `gone` pixels from where it met another.
fn moved(plan: &Plan, rest: Pose, x: f32) -> Pose {
    let gone = x - rest.x;
    let angle = if plan.object == Object::Ball { gone / plan.radius } else { 0.0 };
    let wheel = (plan.object == Object::Car).then_some(gone / (0.32 * plan.radius));
    Pose { x, angle, wheel, ..rest }
}

pub(crate) fn meet_crate(plan: &Plan, dice: &mut Dice) -> Motion {
    let (half, box_half) = (side(plan), (CRATE * plan.radius).clamp(15.0, 24.0));
    let (at, way) = (meeting(plan, dice), plan.facing);
    let width = plan.stage.right - plan.stage.left;
    // Room for both, the push and the way there; what has little begins partly outside.
    let pushed = 10.0_f32.min((width - 2.0 * (half + box_half)).max(0.0) * 0.2);
    let middle = (plan.stage.left + plan.stage.right) / 2.0;
    let far = middle + way * (width / 2.0 - pushed - 2.0);
    let (box_at, met) = (far - way * box_half, far - way * (2.0 * box_half + half));
    let room = (met - (middle - way * width / 2.0)).abs() - 0.3 * half;
    let speed = dice.between(2.6, 3.4).min(room / at.max(1.0));
    let rest = standing(plan, met, plan.ground);
    let crate_rest = Pose { y: plan.ground - box_half, radius: box_half, facing: 1.0, ..rest };
    let body = frames(plan).map(|frame| {
        let since = frame - at;
        let x = if since < 0.0 { met + way * speed * since } else { met - way * braked(KEPT * speed, since) };
        moved(plan, rest, x)
    });
    let crates =
        frames(plan).map(|frame| Pose { x: box_at + way * braked(PASSED * speed, frame - at), ..crate_rest });
    Motion {
        bodies: vec![body.collect()],
        crate_poses: crates.collect(),
        surface: None,
        events: vec![event(Kind::Click, at)],
    }
}

pub(crate) fn meet(plan: &Plan, dice: &mut Dice) -> Motion {
    let (half, at) = (side(plan), meeting(plan, dice));
    let middle = (plan.stage.left + plan.stage.right) / 2.0;
    let room = (plan.stage.right - plan.stage.left) / 2.0 - 1.3 * half;
    let speed = dice.between(1.8, 2.6).min(room.max(6.0) / at.max(1.0));
    let each = [-1.0, 1.0].map(|way: f32| {
        let rest = Pose { facing: -way, ..standing(plan, middle + way * half, plan.ground) };
        frames(plan)
            .map(|frame| {
                let since = frame - at;
                let gone = if since < 0.0 { -speed * since } else { braked(2.0 * KEPT * speed, since) };
                moved(plan, rest, rest.x + way * gone)
            })
            .collect()
    });
    bodies(each.into(), vec![event(Kind::Click, at)])
}

pub(crate) fn explode(plan: &Plan, dice: &mut Dice) -> Motion {
    let at = if plan.frames == 1 {
        -dice.between(2.0, 8.0)
    } else {
        dice.between(0.35, 0.55) * plan.frames as f32
    };
    let mut events = Vec::new();
    let slide = dice.between(0.0, 1.2);
    let each = places(plan, dice).into_iter().enumerate().map(|(slot, rest)| {
        let at = (at + 9.0 * slot as f32).min(0.85 * plan.frames as f32);
        events.push(event(Kind::Explosion, at));
        frames(plan)
            .map(|frame| {
                let since = frame - at;
                // It swells and trembles before, as something does that is about to burst.
                let near = (1.0 + since / 14.0).clamp(0.0, 1.0);
                let radius = plan.radius * (1.0 + 0.12 * near);
                let x =
                    rest.x + slide * plan.facing * since.min(0.0) * 0.5 + near * 1.5 * (frame * 1.6).sin();
                let y = rest.ground - plan.object.foot(0.0) * radius;
                Pose { x: if since < 0.0 { x } else { rest.x }, y, radius, burst: since, ..rest }
            })
            .collect()
    });
    let each = each.collect();
    events.retain(|event| event.at >= 0.0);
    bodies(each, events)
}
