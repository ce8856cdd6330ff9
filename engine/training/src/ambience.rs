//! What each scene sounds like when nothing happens. What the object does is in `sound`.

use crate::dice::Dice;
use crate::scene::Scene;
use crate::synth::{Oscillator, STEP_S, Tone, Wind};

/// Add the bed of a scene to a clip's sound.
pub fn add(samples: &mut [f32], scene: Scene, dice: &mut Dice) {
    match scene {
        Scene::Meadow => meadow(samples, dice),
        Scene::Beach => waves(samples, dice),
        Scene::Desert => wind(samples, Blow { gain: 0.18, hertz: 420.0, sweep: 120.0, damping: 0.7 }, dice),
        Scene::Night => crickets(samples, dice),
        Scene::City | Scene::Forest | Scene::Underwater | Scene::Space => {}
        Scene::Room => tone_of_a_room(samples, dice),
        Scene::Snow => wind(samples, Blow { gain: 0.5, hertz: 900.0, sweep: 260.0, damping: 0.08 }, dice),
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

/// A light wind and birds far away.
fn meadow(samples: &mut [f32], dice: &mut Dice) {
    wind(samples, Blow { gain: 0.1, hertz: 500.0, sweep: 100.0, damping: 0.8 }, dice);
    let length = samples.len() as f32 * STEP_S;
    let mut at = dice.between(0.1, 0.9);
    while at < length {
        let pitch = dice.between(3000.0, 3400.0);
        for note in 0..3 {
            let start = at + note as f32 * 0.11;
            Tone {
                at: start,
                length: 0.08,
                from_hz: pitch,
                to_hz: pitch - 500.0,
                gain: 0.035,
                attack: 0.01,
                decay: 4.0,
                bright: 0.0,
            }
            .add(samples);
        }
        at += dice.between(1.0, 1.7);
    }
}

fn waves(samples: &mut [f32], dice: &mut Dice) {
    let mut surf = Wind::new(dice.word());
    let mut swell = Oscillator::new(dice.unit());
    let rate = dice.between(0.32, 0.4);
    for sample in samples {
        let height = 0.5 + 0.5 * swell.next(rate);
        *sample += (0.06 + 0.3 * height * height) * surf.band(600.0 + 500.0 * height, 1.0);
    }
}

fn crickets(samples: &mut [f32], dice: &mut Dice) {
    let (mut carrier, mut trill) = (Oscillator::new(0.0), Oscillator::new(0.0));
    let mut air = Wind::new(dice.word());
    let pitch = dice.between(4000.0, 4400.0);
    let period = dice.between(0.55, 0.65);
    let offset = dice.between(0.0, period);
    for (at, sample) in samples.iter_mut().enumerate() {
        let part = ((at as f32 * STEP_S + offset) % period) / period;
        // A cricket sings for half of its time, in pulses.
        let song = if part < 0.5 { (part * std::f32::consts::TAU).sin() } else { 0.0 };
        let pulse = 0.5 + 0.5 * trill.next(28.0);
        *sample += 0.07 * song * pulse * carrier.next(pitch) + 0.02 * air.low(180.0);
    }
}

/// A quiet hum and a clock.
fn tone_of_a_room(samples: &mut [f32], dice: &mut Dice) {
    let mut hum = Oscillator::new(dice.unit());
    let mut air = Wind::new(dice.word());
    for sample in samples.iter_mut() {
        *sample += 0.015 * hum.next(100.0) + 0.02 * air.low(250.0);
    }
    let length = samples.len() as f32 * STEP_S;
    let mut at = dice.between(0.0, 0.5);
    let mut high = false;
    while at < length {
        let pitch = if high { 1900.0 } else { 1500.0 };
        Tone {
            at,
            length: 0.05,
            from_hz: pitch,
            to_hz: pitch,
            gain: 0.1,
            attack: 0.002,
            decay: 70.0,
            bright: 0.3,
        }
        .add(samples);
        (at, high) = (at + 0.5, !high);
    }
}
