//! What each place sounds like when nothing happens, at its hour and in its weather. What things do is in `motor` and `impact`.
//! Nothing here begins suddenly: what does is an event, and is seen.

use crate::dice::Dice;
use crate::scene::Scene;
use crate::sky::{TimeOfDay, Weather};
use crate::synth::{Oscillator, STEP_S, Tone, Wind};

/// Add the bed of a place to `samples`; how loud it is in the clip is decided by who mixes it, and only the parts' share of
/// each other here.
pub fn add(samples: &mut [f32], scene: Scene, time: TimeOfDay, weather: Weather, dice: &mut Dice) {
    match scene {
        Scene::Meadow => breeze(samples, dice),
        Scene::Beach => waves(samples, dice),
        Scene::City => traffic(samples, dice),
        Scene::Night => crickets(samples, 0.1, dice),
        Scene::Room => hum(samples, dice),
        Scene::Forest => leaves(samples, dice),
        Scene::Desert => wind(samples, Blow { gain: 0.4, hertz: 420.0, sweep: 120.0, damping: 0.7 }, dice),
        Scene::Snow => wind(samples, Blow { gain: 0.5, hertz: 900.0, sweep: 260.0, damping: 0.08 }, dice),
        Scene::Underwater => depths(samples, dice),
        Scene::Space => drone(samples, dice),
    }
    match (scene, time) {
        (Scene::Meadow | Scene::Forest, TimeOfDay::Day) if weather == Weather::Clear => {
            birds(samples, 1.3, dice);
        }
        (Scene::Meadow | Scene::Forest | Scene::Desert, TimeOfDay::Night) if weather == Weather::Clear => {
            crickets(samples, 0.08, dice);
        }
        (Scene::Meadow | Scene::Forest, TimeOfDay::Sunset) if weather == Weather::Clear => {
            crickets(samples, 0.03, dice);
            birds(samples, 2.4, dice);
        }
        _ => {}
    }
    match weather {
        Weather::Clear => {}
        Weather::Rain => rain(samples, dice),
        Weather::Snow => wind(samples, Blow { gain: 0.3, hertz: 700.0, sweep: 200.0, damping: 0.12 }, dice),
    }
}

/// How a wind blows.
struct Blow {
    gain: f32,
    hertz: f32,
    sweep: f32,
    damping: f32,
}

fn wind(samples: &mut [f32], blow: Blow, dice: &mut Dice) {
    let mut air = Wind::new(dice.word());
    let mut gust = Oscillator::new(dice.unit());
    let rate = dice.between(0.25, 0.4);
    for sample in samples {
        let gust = gust.next(rate);
        *sample += blow.gain * (0.7 + 0.3 * gust) * air.band(blow.hertz + blow.sweep * gust, blow.damping);
    }
}

fn breeze(samples: &mut [f32], dice: &mut Dice) {
    wind(samples, Blow { gain: 0.14, hertz: 500.0, sweep: 100.0, damping: 0.8 }, dice);
}

/// Leaves that rustle in gusts.
fn leaves(samples: &mut [f32], dice: &mut Dice) {
    wind(samples, Blow { gain: 0.16, hertz: 2400.0, sweep: 600.0, damping: 0.6 }, dice);
}

/// Birds far away, every `apart` seconds or so.
fn birds(samples: &mut [f32], apart: f32, dice: &mut Dice) {
    let length = samples.len() as f32 * STEP_S;
    let mut at = dice.between(0.1, 0.9);
    while at < length {
        let pitch = dice.between(3000.0, 3400.0);
        for note in 0..3 {
            Tone {
                at: at + 0.12 * note as f32,
                length: 0.1,
                from_hz: pitch,
                to_hz: pitch - 500.0,
                gain: 0.12,
                attack: 0.04,
                decay: 2.0,
                bright: 0.0,
            }
            .add(samples);
        }
        at += dice.between(0.8, 1.2) * apart;
    }
}

fn waves(samples: &mut [f32], dice: &mut Dice) {
    let mut surf = Wind::new(dice.word());
    let mut swell = Oscillator::new(dice.unit());
    let rate = dice.between(0.32, 0.4);
    for sample in samples {
        let height = 0.5 + 0.5 * swell.next(rate);
        *sample += (0.08 + 0.3 * height * height) * surf.band(600.0 + 500.0 * height, 1.0);
    }
}

/// Engines far away, and one that comes by.
fn traffic(samples: &mut [f32], dice: &mut Dice) {
    let (mut far, mut tyres) = (Wind::new(dice.word()), Wind::new(dice.word()));
    let (mut low, mut over) = (Oscillator::new(0.0), Oscillator::new(0.3));
    let (rate, mut pass) = (dice.between(0.25, 0.35), Oscillator::new(dice.unit()));
    let hertz = dice.between(85.0, 105.0);
    for sample in samples {
        let near = 0.5 + 0.5 * pass.next(rate);
        let near = near * near;
        let base = hertz * (1.04 - 0.08 * near);
        *sample += 0.3 * far.low(170.0)
            + near * (0.08 * low.next(base) + 0.05 * over.next(2.0 * base) + 0.12 * tyres.band(1100.0, 1.0));
    }
}

fn crickets(samples: &mut [f32], gain: f32, dice: &mut Dice) {
    let (mut carrier, mut trill) = (Oscillator::new(0.0), Oscillator::new(0.0));
    let mut air = Wind::new(dice.word());
    let pitch = dice.between(4000.0, 4400.0);
    let period = dice.between(0.55, 0.65);
    let mut part = dice.unit();
    let step = STEP_S / period;
    let mut song = Oscillator::new(part);
    for sample in samples {
        part = (part + step).fract();
        // A cricket sings for half of its time, in pulses.
        let song = song.next(1.0 / period);
        let pulse = if part < 0.5 { song.abs() * (0.5 + 0.5 * trill.next(28.0)) } else { 0.0 };
        *sample += gain * (pulse * carrier.next(pitch) + 0.4 * air.low(180.0));
    }
}

/// A quiet machine somewhere in the house.
fn hum(samples: &mut [f32], dice: &mut Dice) {
    let (mut ground, mut over) = (Oscillator::new(dice.unit()), Oscillator::new(dice.unit()));
    let mut air = Wind::new(dice.word());
    for sample in samples {
        *sample += 0.05 * ground.next(100.0) + 0.03 * over.next(200.0) + 0.09 * air.low(350.0);
    }
}

/// A dull rush, and bubbles that rise.
fn depths(samples: &mut [f32], dice: &mut Dice) {
    let mut water = Wind::new(dice.word());
    let mut sway = Oscillator::new(dice.unit());
    for sample in samples.iter_mut() {
        *sample += (0.35 + 0.1 * sway.next(0.4)) * water.low(230.0);
    }
    let length = samples.len() as f32 * STEP_S;
    let mut at = dice.between(0.0, 0.3);
    while at < length {
        let hertz = dice.between(350.0, 700.0);
        Tone {
            at,
            length: 0.12,
            from_hz: hertz,
            to_hz: 1.8 * hertz,
            gain: 0.14,
            attack: 0.04,
            decay: 6.0,
            bright: 0.0,
        }
        .add(samples);
        at += dice.between(0.15, 0.5);
    }
}

/// Two tones that beat, and a shimmer above: nothing is heard in space, but a film without sound seems broken.
fn drone(samples: &mut [f32], dice: &mut Dice) {
    let (mut low, mut high, mut shimmer) =
        (Oscillator::new(0.0), Oscillator::new(0.5), Oscillator::new(dice.unit()));
    let mut air = Wind::new(dice.word());
    for sample in samples {
        let part = shimmer.next(0.3);
        *sample += 0.1 * low.next(73.4)
            + 0.1 * high.next(110.6)
            + 0.05 * (1.0 + part) * air.band(1500.0 + 500.0 * part, 0.05);
    }
}

/// A hiss, and drops on what lies around.
fn rain(samples: &mut [f32], dice: &mut Dice) {
    let (mut hiss, mut drops) = (Wind::new(dice.word()), Wind::new(dice.word()));
    let mut patter = Wind::new(dice.word());
    for sample in samples {
        let patter = patter.low(60.0).abs();
        *sample += 0.22 * hiss.band(3200.0, 0.7) + 1.2 * patter * drops.band(1500.0, 0.7);
    }
}
