//! A loop of four chords in four moods and three timbres. Simple on purpose: a small model must be able to learn it.

use crate::dice::Dice;
use crate::mood::Mood;
use crate::synth::{Chime, STEP_S, Tone};

/// The keys: few, so that each is heard often. In hertz.
const KEYS: [f32; 3] = [261.63, 293.66, 329.63];

/// Beats for which a chord stays.
const CHORD_BEATS: usize = 2;

/// Four chords, each three notes in semitones above the key.
type Loop = [[i32; 3]; 4];

/// Major: first, fifth, sixth, fourth.
const HAPPY: Loop = [[0, 4, 7], [-5, -1, 2], [-3, 0, 4], [-7, -3, 0]];

/// Minor: first, sixth, fourth, fifth in minor.
const SAD: Loop = [[0, 3, 7], [-4, 0, 3], [-7, -4, 0], [-5, -2, 2]];

/// Minor, with the chord a semitone above the first, which wants back.
const TENSE: Loop = [[0, 3, 7], [1, 5, 8], [0, 3, 6], [-5, -1, 2]];

/// Major: first, fourth, sixth, fourth.
const CALM: Loop = [[0, 4, 7], [-7, -3, 0], [-3, 0, 4], [-7, -3, 0]];

/// What plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timbre {
    /// A string that is plucked.
    Pluck,
    /// A pipe: as loud at the end as at the start.
    Pipe,
    /// A small bell.
    Chime,
}

/// How a mood is played.
struct Style {
    chords: Loop,
    /// Beats a minute, from and to.
    tempo: (f32, f32),
    /// The notes of a beat, each an index into the chord: 3 and above are an octave higher.
    figure: &'static [usize],
    /// Octaves above the key.
    octave: i32,
}

fn style(mood: Mood) -> Style {
    match mood {
        Mood::Happy => Style { chords: HAPPY, tempo: (116.0, 140.0), figure: &[0, 2, 3, 2], octave: 1 },
        Mood::Sad => Style { chords: SAD, tempo: (70.0, 82.0), figure: &[2, 1], octave: 0 },
        Mood::Tense => Style { chords: TENSE, tempo: (104.0, 132.0), figure: &[0, 0, 0, 0], octave: -1 },
        Mood::Calm => Style { chords: CALM, tempo: (72.0, 90.0), figure: &[4], octave: 0 },
    }
}

/// Add the loop to `samples`; how loud it is in the clip is decided by who mixes it.
pub fn add(samples: &mut [f32], mood: Mood, dice: &mut Dice) {
    let Style { chords, tempo, figure, octave } = style(mood);
    let key = dice.pick(&KEYS);
    let timbre = dice.pick(&[Timbre::Pluck, Timbre::Pipe, Timbre::Chime]);
    let beat_s = 60.0 / dice.between(tempo.0, tempo.1);
    let note_s = beat_s / figure.len() as f32;
    let beats = (samples.len() as f32 * STEP_S / beat_s).ceil() as usize;
    for beat in 0..beats {
        let chord = chords[beat / CHORD_BEATS % chords.len()];
        let at = beat as f32 * beat_s;
        for (count, index) in figure.iter().enumerate() {
            let semitones = chord[index % 3] + 12 * (octave + i32::from(*index > 2));
            note(samples, timbre, (at + count as f32 * note_s, note_s), pitch(key, semitones), 0.5);
        }
        if beat % CHORD_BEATS == 0 {
            let length = beat_s * CHORD_BEATS as f32;
            pad(samples, (at, length), pitch(key, chord[0] - 12), 0.5);
            // The slow moods live from whole chords.
            if matches!(mood, Mood::Sad | Mood::Calm) {
                chord.iter().for_each(|note| pad(samples, (at, length), pitch(key, *note), 0.25));
            }
        }
    }
}

fn pitch(key: f32, semitones: i32) -> f32 {
    key * (semitones as f32 / 12.0).exp2()
}

fn note(samples: &mut [f32], timbre: Timbre, (at, length): (f32, f32), hertz: f32, gain: f32) {
    let tone = |length, attack, decay, bright| Tone {
        at,
        length,
        from_hz: hertz,
        to_hz: hertz,
        gain,
        attack,
        decay,
        bright,
    };
    match timbre {
        Timbre::Pluck => tone(1.2 * length + 0.1, 0.01, 7.0, 0.35).add(samples),
        Timbre::Pipe => tone(0.95 * length, 0.03, 0.5, 0.5).add(samples),
        Timbre::Chime => {
            Chime { at, length: length + 0.25, hertz, ratio: 3.5, depth: 0.12, gain, decay: 5.0 }.add(samples)
        }
    }
}

/// A long soft tone.
fn pad(samples: &mut [f32], (at, length): (f32, f32), hertz: f32, gain: f32) {
    Tone { at, length, from_hz: hertz, to_hz: hertz, gain, attack: 0.08, decay: 0.6, bright: 0.25 }
        .add(samples);
}
