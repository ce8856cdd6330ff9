//! The voices of animals: seldom, and never on top of something that must be heard.

use crate::dice::Dice;
use crate::level::{self, CALL_PEAK};
use crate::object::Object;
use crate::synth::{Burst, STEP_S, Tone};

/// How far a call stays away from an event, in seconds.
const APART_S: f32 = 0.35;

/// The longest call, in seconds.
const CALL_S: f32 = 0.6;

/// Who calls, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Caller {
    /// What it is.
    pub object: Object,
    /// The pitch of its size.
    pub depth: f32,
    /// How many times as loud as if it were alone.
    pub loud: f32,
}

/// Add the calls of an animal; `busy` are the moments of the clip's events, in seconds. What is no animal, or has no voice, is
/// silent.
pub fn add(samples: &mut [f32], caller: Caller, busy: &[f32], dice: &mut Dice) {
    let call = match caller.object {
        Object::Bird => chirp,
        Object::Cat => meow,
        Object::Dog => bark,
        _ => return,
    };
    let length = samples.len() as f32 * STEP_S;
    let mut at = dice.between(0.1, 0.9);
    while at + CALL_S < length {
        if busy.iter().all(|event| *event < at - APART_S || *event > at + CALL_S) {
            let mut own = vec![0.0; (CALL_S / STEP_S) as usize];
            call(&mut own, caller.depth.sqrt() * dice.between(0.94, 1.06), dice);
            level::mix(&mut samples[(at / STEP_S) as usize..], &own, level::peak, CALL_PEAK * caller.loud);
        }
        at += dice.between(1.2, 2.0);
    }
}

/// Two or three rising notes.
fn chirp(samples: &mut [f32], pitch: f32, dice: &mut Dice) {
    for note in 0..dice.pick(&[2, 2, 3]) {
        Tone {
            at: 0.14 * note as f32,
            length: 0.11,
            from_hz: 2200.0 * pitch,
            to_hz: 3000.0 * pitch,
            gain: 1.0,
            attack: 0.02,
            decay: 3.0,
            bright: 0.15,
        }
        .add(samples);
    }
}

/// "Mi-aow": up, and then longer down.
fn meow(samples: &mut [f32], pitch: f32, _: &mut Dice) {
    let part = |at, length, from: f32, to: f32, attack| Tone {
        at,
        length,
        from_hz: from * pitch,
        to_hz: to * pitch,
        gain: 1.0,
        attack,
        decay: 2.0,
        bright: 0.8,
    };
    part(0.0, 0.2, 520.0, 780.0, 0.06).add(samples);
    part(0.19, 0.38, 780.0, 460.0, 0.01).add(samples);
}

/// Two short barks: a falling tone that is hoarse.
fn bark(samples: &mut [f32], pitch: f32, dice: &mut Dice) {
    for at in [0.0, 0.26] {
        Tone {
            at,
            length: 0.16,
            from_hz: 420.0 * pitch,
            to_hz: 250.0 * pitch,
            gain: 1.0,
            attack: 0.02,
            decay: 9.0,
            bright: 0.9,
        }
        .add(samples);
        Burst {
            at,
            length: 0.14,
            from_hz: 1200.0 * pitch,
            to_hz: 800.0 * pitch,
            damping: 0.6,
            gain: 1.4,
            attack: 0.02,
            decay: 12.0,
            seed: dice.word(),
        }
        .add(samples);
    }
}
