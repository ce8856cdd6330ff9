//! What people sound like: a greeting, a hum of assent, steps and landings, at the moment they are seen.

use crate::act::{Act, Course};
use crate::cast::Person;
use crate::dice::Dice;
use crate::synth::Tone;

/// Add what one person does to the sound of the clip.
pub fn add(samples: &mut [f32], person: &Person, course: &Course, dice: &mut Dice) {
    let pitch = dice.between(170.0, 260.0);
    for at in course.events.iter().map(|event| &event.at) {
        match person.act {
            Act::Stand => {}
            Act::Wave => {
                call(samples, *at, (pitch, pitch * 1.5), 0.18);
                call(samples, at + 0.22, (pitch * 1.5, pitch * 1.2), 0.34);
            }
            Act::Nod => call(samples, *at, (pitch * 0.9, pitch * 1.1), 0.26),
            Act::Jump => knock(samples, *at, 130.0, 0.55),
            Act::Walk => knock(samples, *at, 210.0, 0.4),
        }
    }
}

/// A syllable without words.
fn call(samples: &mut [f32], at: f32, (from_hz, to_hz): (f32, f32), length: f32) {
    Tone { at, length, from_hz, to_hz, gain: 0.32, attack: 0.03, decay: 2.5, bright: 0.7 }.add(samples);
}

/// A foot on the ground.
fn knock(samples: &mut [f32], at: f32, hertz: f32, gain: f32) {
    Tone {
        at,
        length: 0.2,
        from_hz: hertz,
        to_hz: hertz * 0.45,
        gain,
        attack: 0.003,
        decay: 18.0,
        bright: 0.35,
    }
    .add(samples);
}
