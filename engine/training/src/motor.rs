//! What a thing sounds like all the time that it moves: an engine, wings, strokes in the water, a roll. It follows the poses, so
//! that it is loud when and where the motion is seen.

use crate::action::{Action, FPS};
use crate::dice::Dice;
use crate::motion::Pose;
use crate::object::Object;
use crate::synth::{Oscillator, STEP_S, Wind};

/// Frames in a second of sound; the number of samples in one.
const FRAME: f32 = 1.0 / (FPS * STEP_S);

/// Fill `samples` with it, or say that such a thing makes no noise; how loud it is, is decided by who mixes it.
///
/// `depth` is the pitch of the size; `poses` are those of the first of the things.
pub fn add(
    samples: &mut [f32],
    (object, action): (Object, Action),
    depth: f32,
    poses: &[Pose],
    dice: &mut Dice,
) -> bool {
    if poses.is_empty() {
        return false;
    }
    match (action, object) {
        (Action::Bounce | Action::Jump, _) => return false,
        (Action::Drive, _) | (Action::Roll | Action::Collide | Action::Sit, Object::Car) => {
            let idle = action == Action::Sit;
            engine(samples, if idle { 58.0 } else { pitch(object) } * depth, if idle { 0.4 } else { 1.0 });
        }
        (Action::Roll | Action::Collide, _) => rumble(samples, object, depth, poses, dice),
        (Action::Fly, Object::Rocket) => roar(samples, depth, dice),
        (Action::Fly, Object::Bird | Object::Butterfly) => strokes(samples, (900.0, 0.6), depth, poses, dice),
        (Action::Fly, Object::Car | Object::Boat | Object::Robot) => {
            engine(samples, 1.3 * pitch(object) * depth, 1.0);
        }
        (Action::Fly, _) => rush(samples, depth, dice),
        (Action::Swim, _) => strokes(samples, (520.0, 0.9), depth, poses, dice),
        (Action::Spin, _) => whooshes(samples, depth, poses, dice),
        (Action::Grow, _) => stretching(samples, poses),
        (Action::Fall, _) => whistle(samples, poses),
        (Action::Explode, _) => fizz(samples, poses, dice),
        (Action::Sit, _) => return false,
    }
    true
}

/// The engine of what drives, in hertz: low in a boat, high in a robot or a toy.
fn pitch(object: Object) -> f32 {
    match object {
        Object::Car => 92.0,
        Object::Boat => 64.0,
        Object::Rocket => 76.0,
        Object::Robot => 150.0,
        _ => 120.0,
    }
}

/// Calls `each` with every sample and the value of `values` (one a frame) at that moment, on a straight line between frames.
fn follow(samples: &mut [f32], values: &[f32], mut each: impl FnMut(&mut f32, f32)) {
    let last = values.len().saturating_sub(1);
    for (at, sample) in samples.iter_mut().enumerate() {
        let now = at as f32 / FRAME;
        let frame = (now as usize).min(last);
        let (from, to) = (values[frame], values[(frame + 1).min(last)]);
        each(sample, from + (to - from) * (now - frame as f32).min(1.0));
    }
}

/// By how much something changes in each frame.
fn changes(poses: &[Pose], what: impl Fn(&Pose) -> f32) -> Vec<f32> {
    let steps: Vec<f32> = poses.windows(2).map(|pair| what(&pair[1]) - what(&pair[0])).collect();
    let first = steps.first().copied().unwrap_or(0.0);
    std::iter::once(first).chain(steps).collect()
}

/// A hum with overtones that trembles.
fn engine(samples: &mut [f32], hertz: f32, gain: f32) {
    let (mut low, mut middle, mut high, mut shake) =
        (Oscillator::new(0.0), Oscillator::new(0.2), Oscillator::new(0.4), Oscillator::new(0.0));
    for sample in samples {
        let shake = 1.0 + 0.02 * shake.next(5.5);
        let base = hertz * shake;
        *sample +=
            gain * (low.next(base) + 0.6 * middle.next(2.0 * base) + 0.4 * high.next(5.0 * base)) * shake;
    }
}

/// A low noise that swells with each turn of a thing with corners.
fn rumble(samples: &mut [f32], object: Object, depth: f32, poses: &[Pose], dice: &mut Dice) {
    let mut ground = Wind::new(dice.word());
    let mut turn = Oscillator::new(dice.unit());
    let corners = match object {
        Object::Cube => 4.0,
        Object::Star => 5.0,
        _ => 1.0,
    };
    let radius = poses.first().map_or(1.0, |pose| pose.radius);
    let speeds: Vec<f32> = changes(poses, |pose| pose.x).iter().map(|step| step.abs()).collect();
    let hertz = 300.0 * depth;
    follow(samples, &speeds, |sample, speed| {
        let rate = speed * FPS / (radius * std::f32::consts::TAU) * corners;
        *sample += speed.min(3.0) * (0.75 + 0.25 * turn.next(rate)) * ground.low(hertz);
    });
}

/// A jet of fire.
fn roar(samples: &mut [f32], depth: f32, dice: &mut Dice) {
    let (mut fire, mut rumble) = (Wind::new(dice.word()), Wind::new(dice.word()));
    for sample in samples {
        *sample += fire.band(700.0 * depth, 0.9) + 1.2 * rumble.low(140.0 * depth);
    }
}

/// Air or water that is pushed at each stroke: loud where the wing or fin is fast.
fn strokes(samples: &mut [f32], (hertz, damping): (f32, f32), depth: f32, poses: &[Pose], dice: &mut Dice) {
    let mut air = Wind::new(dice.word());
    let speeds: Vec<f32> = changes(poses, |pose| pose.beat).iter().map(|step| step.abs()).collect();
    let fastest = speeds.iter().copied().fold(0.0, f32::max).max(0.01);
    let hertz = hertz * depth;
    follow(samples, &speeds, |sample, speed| {
        let push = speed / fastest;
        *sample += (0.25 + push * push) * air.band(hertz * (0.8 + 0.4 * push), damping);
    });
}

/// Air that is loudest in the middle of the flight.
fn rush(samples: &mut [f32], depth: f32, dice: &mut Dice) {
    let mut air = Wind::new(dice.word());
    let step = 1.0 / samples.len().max(1) as f32;
    for (at, sample) in samples.iter_mut().enumerate() {
        let part = at as f32 * step;
        let near = 4.0 * part * (1.0 - part);
        *sample += (0.3 + near) * air.band(1100.0 * depth * (0.7 + 0.4 * near), 0.5);
    }
}

/// A whoosh at each half turn.
fn whooshes(samples: &mut [f32], depth: f32, poses: &[Pose], dice: &mut Dice) {
    let mut air = Wind::new(dice.word());
    let turns: Vec<f32> = poses.iter().map(|pose| pose.angle / std::f32::consts::PI).collect();
    follow(samples, &turns, |sample, turn| {
        let near = 1.0 - (2.0 * (turn - turn.floor()) - 1.0).abs();
        *sample += (0.1 + near * near) * air.band((450.0 + 600.0 * near) * depth, 0.3);
    });
}

/// A tone that falls as a thing becomes larger and rises as it becomes smaller.
fn stretching(samples: &mut [f32], poses: &[Pose]) {
    let (mut tone, mut over, mut shake) = (Oscillator::new(0.0), Oscillator::new(0.0), Oscillator::new(0.0));
    let hertz: Vec<f32> = poses.iter().map(|pose| 300.0 * 28.0 / pose.radius.max(1.0)).collect();
    follow(samples, &hertz, |sample, hertz| {
        let hertz = hertz * (1.0 + 0.02 * shake.next(6.0));
        *sample += tone.next(hertz) + 0.3 * over.next(2.0 * hertz);
    });
}

/// A tone that falls with the thing, and is over when it has landed.
fn whistle(samples: &mut [f32], poses: &[Pose]) {
    let (mut tone, mut loud) = (Oscillator::new(0.0), 0.0_f32);
    let speeds = changes(poses, |pose| pose.y);
    let ways: Vec<f32> = poses.iter().map(|pose| pose.y - poses[0].y).collect();
    // Two curves along the same frames: how far it has come, and whether it still falls.
    let falls: Vec<f32> = speeds.iter().map(|speed| if *speed > 0.5 { 1.0 } else { 0.0 }).collect();
    let mut gains = vec![0.0; samples.len()];
    follow(&mut gains, &falls, |gain, falls| *gain = falls);
    let mut gain = gains.iter();
    follow(samples, &ways, |sample, way| {
        loud += 0.002 * (gain.next().copied().unwrap_or(0.0) - loud);
        *sample += loud * tone.next((1100.0 - 5.0 * way).max(200.0));
    });
}

/// A fuse, until it bursts.
fn fizz(samples: &mut [f32], poses: &[Pose], dice: &mut Dice) {
    let mut spark = Wind::new(dice.word());
    let mut flicker = Oscillator::new(0.0);
    let burns: Vec<f32> = poses.iter().map(|pose| if pose.burst < 0.0 { 1.0 } else { 0.0 }).collect();
    follow(samples, &burns, |sample, burns| {
        *sample += burns * (0.7 + 0.3 * flicker.next(17.0)) * spark.band(3200.0, 0.8);
    });
}
