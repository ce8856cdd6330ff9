//! A short loop of four chords in two moods. Simple on purpose: a small model must be able to learn it.

use crate::dice::Dice;
use crate::mood::Mood;
use crate::synth::{STEP_S, Tone};

/// The chords, in semitones above the key: first, fifth, sixth, fourth.
const CHORDS: [[i32; 3]; 4] = [[0, 4, 7], [-5, -1, 2], [-3, 0, 4], [-7, -3, 0]];

/// The keys: few, so that each is heard often. In hertz.
const KEYS: [f32; 3] = [261.63, 293.66, 329.63];

/// Add the loop to a clip's sound.
pub fn add(samples: &mut [f32], music: Mood, dice: &mut Dice) {
    let key = dice.pick(&KEYS);
    match music {
        Mood::Happy | Mood::Tense => cheerful(samples, key),
        Mood::Calm | Mood::Sad => calm(samples, key),
    }
}

fn pitch(key: f32, semitones: i32) -> f32 {
    key * (semitones as f32 / 12.0).exp2()
}

/// Plucked broken chords, a chord every half second.
fn cheerful(samples: &mut [f32], key: f32) {
    const NOTE_S: f32 = 0.125;
    let notes = (samples.len() as f32 * STEP_S / NOTE_S).ceil() as usize;
    for note in 0..notes {
        let chord = CHORDS[note / 4 % CHORDS.len()];
        let hertz = pitch(key, [chord[0], chord[1], chord[2], chord[1] + 12][note % 4]) * 2.0;
        let at = note as f32 * NOTE_S;
        Tone {
            at,
            length: 0.3,
            from_hz: hertz,
            to_hz: hertz,
            gain: 0.1,
            attack: 0.004,
            decay: 9.0,
            bright: 0.3,
        }
        .add(samples);
        if note % 4 == 0 {
            let hertz = pitch(key, chord[0]) * 0.5;
            Tone {
                at,
                length: 0.45,
                from_hz: hertz,
                to_hz: hertz,
                gain: 0.12,
                attack: 0.01,
                decay: 4.0,
                bright: 0.4,
            }
            .add(samples);
        }
    }
}

/// Long soft chords, one a second.
fn calm(samples: &mut [f32], key: f32) {
    let chords = (samples.len() as f32 * STEP_S).ceil() as usize;
    for at in 0..chords {
        for semitones in CHORDS[at % CHORDS.len()] {
            let hertz = pitch(key, semitones);
            Tone {
                at: at as f32,
                length: 1.15,
                from_hz: hertz,
                to_hz: hertz,
                gain: 0.07,
                attack: 0.15,
                decay: 0.8,
                bright: 0.15,
            }
            .add(samples);
        }
    }
}
