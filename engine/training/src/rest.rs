//! Moves that stay in their column.

use std::f32::consts::TAU;

use crate::dice::Dice;
use crate::event::Kind;
use crate::motion::{Motion, Pose, bodies, event, frames, landing, lanes, last, standing, surface};
use crate::plan::Plan;
use crate::scene::Scene;

/// How much larger something that grows is at the end.
const GROWTH: f32 = 1.6;

/// The resting place of each of the planned objects.
pub(crate) fn places(plan: &Plan, dice: &mut Dice) -> Vec<Pose> {
    let half = plan.object.half_width() * plan.radius;
    lanes(plan).iter().map(|lane| standing(plan, lane.column(half, dice), lane.ground)).collect()
}

pub(crate) fn sit(plan: &Plan, dice: &mut Dice) -> Motion {
    let each = places(plan, dice).into_iter();
    bodies(each.map(|rest| vec![rest; plan.frames]).collect(), Vec::new())
}

pub(crate) fn bounce(plan: &Plan, dice: &mut Dice) -> Motion {
    let period = dice.between(20.0, 26.0);
    let height = dice.between(4.2, 4.5) * period / 4.0;
    let first = dice.unit();
    let mut events = Vec::new();
    let each = places(plan, dice).into_iter().enumerate().map(|(slot, rest)| {
        // Several land one after the other, so that each is heard.
        let offset = period * (first + slot as f32 / plan.count as f32).fract();
        let landings = (1..).map(|count| count as f32 * period - offset);
        events.extend(
            landings.take_while(|at| *at < plan.frames as f32).map(|at| event(landing(plan.object), at)),
        );
        frames(plan)
            .map(|frame| {
                let part = ((frame + offset) / period).fract();
                let near = (1.0 - 8.0 * part * (1.0 - part)).max(0.0);
                let stretch = 1.0 - 0.05 * near;
                let sunk = plan.object.foot(0.0) * plan.radius * (1.0 - stretch);
                let y = rest.y - height * 4.0 * part * (1.0 - part) + sunk;
                Pose { y, stretch, beat: (part * TAU).sin(), ..rest }
            })
            .collect()
    });
    let each = each.collect();
    bodies(each, events)
}

pub(crate) fn spin(plan: &Plan, dice: &mut Dice) -> Motion {
    let reach = plan.object.reach() * plan.radius;
    let step = plan.facing * dice.between(4.2, 4.8) / reach;
    let turn = dice.between(0.0, TAU);
    let lift = dice.between(3.0, 9.0);
    let each = lanes(plan).into_iter().map(|lane| {
        let rest = standing(plan, lane.column(reach.min(plan.radius * 1.3), dice), lane.ground);
        let y = (lane.ground - reach - lift).max(plan.stage.top + reach + 1.0).min(rest.y);
        frames(plan).map(|frame| Pose { y, angle: turn + step * frame, ..rest }).collect()
    });
    bodies(each.collect(), Vec::new())
}

pub(crate) fn grow(plan: &Plan, dice: &mut Dice) -> Motion {
    // Half of the change in both directions from the size that the caption says.
    let half = GROWTH.sqrt();
    let each = places(plan, dice).into_iter().map(|rest| {
        frames(plan)
            .map(|frame| {
                let part = frame / last(plan);
                let eased = part * part * (3.0 - 2.0 * part);
                let way = if plan.grows { eased } else { 1.0 - eased };
                let radius = plan.radius / half * GROWTH.powf(way);
                let y = rest.ground - plan.object.foot(0.0) * radius;
                Pose { radius, y, ..rest }
            })
            .collect()
    });
    bodies(each.collect(), Vec::new())
}

/// The speeds of a fall, in pixels a frame: at its start, and just before it ends.
const FALL: (f32, f32) = (2.0, 4.4);

/// The speed of sinking under water.
const SINK: (f32, f32) = (1.8, 2.6);

/// How far above its end something is that lands in `left` frames, falling for `whole` frames in all.
fn above(left: f32, whole: f32, (slow, fast): (f32, f32)) -> f32 {
    // The speed rises evenly, so the way is the mean of the last two speeds times the time.
    let before = fast - (fast - slow) * (left / whole).min(1.0);
    left * 0.5 * (fast + before)
}

/// When something lands that falls `height` pixels, and for how many frames it has fallen then.
fn landing_frame(plan: &Plan, height: f32, speeds: (f32, f32), dice: &mut Dice) -> (f32, f32) {
    let whole = height / (0.5 * (speeds.0 + speeds.1));
    let frame = (whole + dice.between(0.0, 6.0)).min(0.72 * plan.frames as f32);
    // A still shows it on its way down.
    if plan.frames == 1 { (whole * dice.between(0.2, 0.9), whole) } else { (frame, whole) }
}

pub(crate) fn fall(plan: &Plan, dice: &mut Dice) -> Motion {
    let speeds = if plan.scene == Scene::Underwater { SINK } else { FALL };
    let mut events = Vec::new();
    let turn = dice.between(-0.5, 0.5);
    let mut each = Vec::new();
    for rest in places(plan, dice) {
        let top = plan.stage.top + 0.5 * plan.radius;
        let (end, whole) = landing_frame(plan, rest.y - top, speeds, dice);
        events.push(event(landing(plan.object), end));
        each.push(frames(plan).map(|frame| fallen(plan, rest, frame - end, (whole, speeds, turn))).collect());
    }
    bodies(each, events)
}

/// The pose `since` frames after the landing.
fn fallen(plan: &Plan, rest: Pose, since: f32, (whole, speeds, turn): (f32, (f32, f32), f32)) -> Pose {
    const REBOUND_FRAMES: f32 = 8.0;
    const SQUASH_FRAMES: f32 = 6.0;
    const SQUASH: f32 = 0.09;
    if since < 0.0 {
        let height = above((-since).min(whole), whole, speeds);
        let angle = turn * (-since / 10.0).min(1.0);
        return Pose { y: rest.y - height, angle, beat: (since * 0.8).sin(), ..rest };
    }
    let part = (since / REBOUND_FRAMES).min(1.0);
    let hop = 0.05 * plan.radius * speeds.1 * 4.0 * part * (1.0 - part) / 4.0;
    let stretch = 1.0 - SQUASH * (std::f32::consts::PI * (since / SQUASH_FRAMES).min(1.0)).sin();
    let sunk = plan.object.foot(0.0) * plan.radius * (1.0 - stretch);
    Pose { y: rest.y + sunk - hop, stretch, ..rest }
}

/// A fall into water: a splash where it meets the surface, then it floats.
pub(crate) fn sink(plan: &Plan, dice: &mut Dice) -> Motion {
    let level = surface(plan);
    let half = plan.object.half_width() * plan.radius;
    let mut events = Vec::new();
    let mut each = Vec::new();
    for lane in lanes(plan) {
        let rest = standing(plan, lane.column(half, dice), plan.ground);
        let float = level - 0.2 * plan.radius;
        let touch = level - plan.object.foot(0.0) * plan.radius;
        let top = plan.stage.top + 0.4 * plan.radius;
        let (end, whole) = landing_frame(plan, (touch - top).max(8.0), FALL, dice);
        events.push(event(Kind::Splash, end));
        let pose = |frame: f32| {
            let since = frame - end;
            let y = if since < 0.0 {
                touch - above((-since).min(whole), whole, FALL)
            } else {
                // It goes on at the speed of its fall, and slows down.
                let deep = float - touch;
                let sunk = deep * (1.0 - (-since * FALL.1 / deep.max(8.0)).exp());
                touch + sunk + 2.0 * (since * 0.25).sin() * (since / 20.0).min(1.0)
            };
            let afloat = since >= 0.0;
            Pose { y, afloat, burst: -1.0, beat: since.max(0.0), ..rest }
        };
        each.push(frames(plan).map(pose).collect());
    }
    Motion { bodies: each, crate_poses: Vec::new(), surface: Some(level), events }
}
