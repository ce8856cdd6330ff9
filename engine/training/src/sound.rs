//! The sound of a clip: what the object does, heard at the moment it is seen. Its bed and music are in
//! their own files.

use crate::act::Course;
use crate::action::{Action, FPS};
use crate::ambience;
use crate::dice::{Dice, Part};
use crate::motion::Motion;
use crate::music;
use crate::object::{Object, Size};
use crate::plan::Plan;
use crate::synth::{Oscillator, STEP_S, Tone, Wind};
use crate::voice;

/// Samples a second.
pub const SAMPLE_RATE: u32 = 16_000;

/// The loudest a sample may be; the rest is head room for whoever compresses it.
pub const PEAK_MAX: f32 = 0.85;

/// The number of samples that belong to `frames` frames: sample `n` is heard during frame `n * 12 / 16000`.
pub fn length(frames: usize) -> usize {
    frames * SAMPLE_RATE as usize / FPS as usize
}

/// The sound of a planned clip about an object.
pub fn sound(plan: &Plan, motion: &Motion) -> Vec<f32> {
    around(plan, |samples, dice| thing(samples, plan, motion, dice))
}

/// The sound of a planned clip about people.
pub fn people(plan: &Plan, courses: &[Course]) -> Vec<f32> {
    around(plan, |samples, dice| {
        for (person, course) in plan.cast.people().iter().zip(courses) {
            voice::add(samples, person, course, dice);
        }
    })
}

/// The place, what happens in it, and the music.
fn around(plan: &Plan, happening: impl FnOnce(&mut [f32], &mut Dice)) -> Vec<f32> {
    let mut dice = Dice::new(plan.source, Part::Sound);
    let mut samples = vec![0.0; length(plan.frames)];
    ambience::add(&mut samples, plan.scene, &mut dice);
    happening(&mut samples, &mut dice);
    if let Some(mood) = plan.music {
        music::add(&mut samples, mood, &mut dice);
    }
    finish(&mut samples);
    samples
}

fn thing(samples: &mut [f32], plan: &Plan, motion: &Motion, dice: &mut Dice) {
    match plan.action {
        Action::Bounce => thuds(samples, plan, motion),
        Action::Jump => boings(samples, plan, motion),
        Action::Roll if plan.object == Object::Car => {}
        Action::Roll => rumble(samples, plan, motion, dice),
        Action::Fly => rush(samples, plan, dice),
        Action::Spin => whooshes(samples, motion, dice),
        _ => {}
    }
    match plan.object {
        Object::Bird => chirps(samples, plan, dice),
        Object::Car => engine(samples, plan),
        _ => {}
    }
}

/// Big things sound lower.
fn depth(plan: &Plan) -> f32 {
    match plan.size {
        Size::Small => 1.0,
        Size::Medium => 0.8,
        Size::Big => 0.65,
    }
}

/// A thud at each contact with the ground.
fn thuds(samples: &mut [f32], plan: &Plan, motion: &Motion) {
    let pitch = 170.0 * depth(plan);
    for at in &motion.events {
        Tone {
            at: at.at,
            length: 0.35,
            from_hz: pitch,
            to_hz: pitch * 0.4,
            gain: 0.6,
            attack: 0.003,
            decay: 13.0,
            bright: 0.35,
        }
        .add(samples);
    }
}

/// A spring at each take-off.
fn boings(samples: &mut [f32], plan: &Plan, motion: &Motion) {
    let pitch = 240.0 * depth(plan);
    for at in &motion.events {
        Tone {
            at: at.at,
            length: 0.5,
            from_hz: pitch,
            to_hz: pitch * 2.6,
            gain: 0.36,
            attack: 0.01,
            decay: 5.0,
            bright: 0.5,
        }
        .add(samples);
    }
}

/// A low noise that is louder the faster the object is, and swells with each turn of a thing with corners.
fn rumble(samples: &mut [f32], plan: &Plan, motion: &Motion, dice: &mut Dice) {
    let mut ground = Wind::new(dice.word());
    let mut turn = Oscillator::new(dice.unit());
    let speed = match motion.bodies[0].as_slice() {
        [first, second, ..] => (second.x - first.x).abs(),
        _ => 1.0,
    };
    let corners = match plan.object {
        Object::Cube => 4.0,
        Object::Star => 5.0,
        _ => 1.0,
    };
    let rate = speed * FPS / (plan.radius * std::f32::consts::TAU) * corners;
    let (hertz, gain) = (260.0 * depth(plan), 0.25 + 0.12 * speed);
    for sample in samples {
        *sample += gain * (0.75 + 0.25 * turn.next(rate)) * ground.low(hertz);
    }
}

/// Air that is loudest in the middle of the flight.
fn rush(samples: &mut [f32], plan: &Plan, dice: &mut Dice) {
    let mut air = Wind::new(dice.word());
    let pitch = 1100.0 * depth(plan);
    let count = samples.len() as f32;
    for (at, sample) in samples.iter_mut().enumerate() {
        let part = at as f32 / count;
        let near = 4.0 * part * (1.0 - part);
        *sample += 0.3 * near * air.band(pitch * (0.7 + 0.4 * near), 0.5);
    }
}

/// A whoosh that peaks at each half turn.
fn whooshes(samples: &mut [f32], motion: &Motion, dice: &mut Dice) {
    let mut air = Wind::new(dice.word());
    let rate = match motion.events.as_slice() {
        [first, ..] => 1.0 / first.at,
        [] => 1.0,
    };
    let mut swing = Oscillator::new(0.75);
    for sample in samples {
        let near = 0.5 + 0.5 * swing.next(rate);
        *sample += 0.5 * near * near * air.band(500.0 + 500.0 * near, 0.25);
    }
}

/// Two rising notes: at the song times of a bird at rest, otherwise about once a second.
fn chirps(samples: &mut [f32], plan: &Plan, dice: &mut Dice) {
    let first = dice.between(0.1, 0.8);
    let length = samples.len() as f32 * STEP_S;
    let own: Vec<f32> = (0..).map(|count| first + count as f32 * 1.2).take_while(|at| *at < length).collect();
    let times = &own;
    let pitch = 2200.0 * depth(plan).sqrt();
    for at in times {
        for note in [0.0, 0.13] {
            let at = at + note;
            Tone {
                at,
                length: 0.1,
                from_hz: pitch,
                to_hz: pitch * 1.35,
                gain: 0.16,
                attack: 0.01,
                decay: 3.0,
                bright: 0.15,
            }
            .add(samples);
        }
    }
}

/// A hum with overtones, louder when the car drives.
fn engine(samples: &mut [f32], plan: &Plan) {
    let (hertz, gain) = if plan.action == Action::Roll { (96.0, 0.2) } else { (62.0, 0.09) };
    let hertz = hertz * depth(plan).sqrt();
    let (mut low, mut middle, mut high, mut shake) =
        (Oscillator::new(0.0), Oscillator::new(0.2), Oscillator::new(0.4), Oscillator::new(0.0));
    for sample in samples {
        let shake = 1.0 + 0.015 * shake.next(5.5);
        let base = hertz * shake;
        *sample +=
            gain * (low.next(base) + 0.6 * middle.next(2.0 * base) + 0.35 * high.next(3.0 * base)) * shake;
    }
}

/// Keeps the peak under its limit and fades both ends for 5 ms.
fn finish(samples: &mut [f32]) {
    let peak = samples.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    let scale = if peak > PEAK_MAX { PEAK_MAX / peak } else { 1.0 };
    let fade = ((0.005 / STEP_S) as usize).min(samples.len() / 2).max(1);
    let count = samples.len();
    for (at, sample) in samples.iter_mut().enumerate() {
        let edge = at.min(count - 1 - at);
        *sample *= scale * (edge as f32 / fade as f32).min(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Source, Split};
    use crate::motion::motion;
    use crate::plan::plan;

    fn heard(index: u64) -> (Plan, Motion, Vec<f32>) {
        let source = Source { split: Split::Train, seed: 5, index };
        let plan = plan(source, 49);
        let motion = motion(&plan, &mut Dice::new(source, Part::Motion));
        let samples = sound(&plan, &motion);
        (plan, motion, samples)
    }

    #[test]
    fn every_clip_is_heard_for_its_whole_length_and_never_too_loud() {
        for index in 0..200 {
            let (plan, _, samples) = heard(index);
            assert_eq!(samples.len(), 65_333);
            let peak = samples.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
            assert!(
                (0.01..0.9).contains(&peak),
                "peak {peak} of {} {}",
                plan.scene.name(),
                plan.action.name()
            );
            assert!(samples.iter().all(|sample| sample.is_finite()));
        }
    }

    #[test]
    fn a_bounce_is_louder_just_after_a_contact_than_just_before() {
        let energy = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>();
        let mut contacts = 0;
        for index in 0..200 {
            let (plan, motion, samples) = heard(index);
            if plan.action != Action::Bounce || plan.music.is_some() {
                continue;
            }
            for at in &motion.events {
                let at = (at.at / STEP_S) as usize;
                if at > 1600 && at + 1600 < samples.len() {
                    assert!(energy(&samples[at..at + 1600]) > energy(&samples[at - 1600..at]));
                    contacts += 1;
                }
            }
        }
        assert!(contacts > 10);
    }
}
