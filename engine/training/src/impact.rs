//! The sound of a moment: what lands, breaks, splashes or rings. Each begins with noise of all pitches on the very sample of its
//! event and is gone within a quarter of a second, so that it stands out in every band; bells ring longer.

use crate::dice::Dice;
use crate::event::{Event, Kind};
use crate::level::{self, BLOW_PEAK};
use crate::object::{Object, Size};
use crate::scene::Scene;
use crate::synth::{Burst, Chime, STEP_S, Tone};

/// The longest that a blow is heard, in seconds.
const LENGTH_S: f32 = 1.6;

/// What a blow depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Body {
    /// The pitch of a thud, in hertz.
    pub hertz: f32,
    /// How much of the blow is high: 0 is sand, 1 is stone.
    pub hard: f32,
    /// The pitch at which it rings when hit, in hertz, if it does.
    pub rings: Option<f32>,
}

impl Body {
    /// A thing on the ground of a scene.
    pub fn thing(object: Object, size: Size, scene: Scene) -> Self {
        let depth = depth(size);
        let (hertz, hard, rings) = match object {
            Object::Ball => (150.0, 0.3, None),
            Object::Cube => (190.0, 0.6, None),
            Object::Star => (210.0, 0.5, None),
            Object::Car => (110.0, 0.8, Some(510.0)),
            Object::Boat => (120.0, 0.5, None),
            Object::Bird | Object::Butterfly | Object::Fish => (230.0, 0.25, None),
            Object::Rocket => (130.0, 0.8, Some(640.0)),
            Object::Balloon => (240.0, 0.15, None),
            Object::Tree => (100.0, 0.45, None),
            Object::Cat | Object::Dog => (180.0, 0.2, None),
            Object::Robot => (140.0, 0.9, Some(830.0)),
            Object::Drum => (95.0, 0.4, Some(190.0)),
            Object::Bell => (200.0, 0.9, Some(1180.0)),
        };
        Self { hertz: hertz * depth, hard: hard * hardness(scene), rings: rings.map(|hertz| hertz * depth) }
    }

    /// A person's feet on the ground of a scene.
    pub fn feet(scene: Scene) -> Self {
        Self { hertz: 150.0, hard: 0.5 * hardness(scene), rings: None }
    }
}

/// Big things sound lower.
pub fn depth(size: Size) -> f32 {
    match size {
        Size::Small => 1.25,
        Size::Medium => 1.0,
        Size::Big => 0.75,
    }
}

/// How much of the high part of a blow the ground gives back.
fn hardness(scene: Scene) -> f32 {
    match scene {
        Scene::City | Scene::Room => 1.0,
        Scene::Space => 0.8,
        Scene::Meadow | Scene::Night | Scene::Forest => 0.75,
        Scene::Beach | Scene::Desert => 0.6,
        Scene::Snow | Scene::Underwater => 0.5,
    }
}

/// Add an event to a clip's sound.
pub fn add(samples: &mut [f32], event: Event, body: Body, dice: &mut Dice) {
    let first = ((event.at / STEP_S) as usize).min(samples.len());
    let room = samples.len() - first;
    let mut blow = vec![0.0; room.min((LENGTH_S / STEP_S) as usize)];
    let own = &mut blow[..];
    let strength = match event.kind {
        Kind::Thud => {
            thud(own, body, dice);
            1.0
        }
        Kind::Leap => {
            leap(own, body, dice);
            0.75
        }
        Kind::Click => {
            click(own, body, dice);
            1.0
        }
        Kind::Explosion => {
            explosion(own, dice);
            1.2
        }
        Kind::Splash => {
            splash(own, dice);
            1.0
        }
        Kind::Step => {
            step(own, body, dice);
            0.75
        }
        Kind::Drum => {
            drum(own, body, dice);
            1.0
        }
        Kind::Bell => {
            bell(own, body, dice);
            0.95
        }
    };
    level::mix(&mut samples[first..], &blow, level::peak, BLOW_PEAK * strength);
}

/// Noise that starts at once and falls by a factor of e `decay` times a second.
fn crack(samples: &mut [f32], (from_hz, to_hz): (f32, f32), gain: f32, decay: f32, dice: &mut Dice) {
    let length = (6.0 / decay).min(LENGTH_S);
    Burst { at: 0.0, length, from_hz, to_hz, damping: 0.8, gain, attack: 0.001, decay, seed: dice.word() }
        .add(samples);
}

/// A glide that starts at once.
fn knock(samples: &mut [f32], (from_hz, to_hz): (f32, f32), gain: f32, decay: f32, bright: f32) {
    let length = (6.0 / decay).min(LENGTH_S);
    Tone { at: 0.0, length, from_hz, to_hz, gain, attack: 0.002, decay, bright }.add(samples);
}

fn ringing(samples: &mut [f32], hertz: f32, gain: f32, decay: f32) {
    Chime { at: 0.0, length: (6.0 / decay).min(LENGTH_S), hertz, ratio: 1.41, depth: 0.22, gain, decay }
        .add(samples);
}

fn thud(samples: &mut [f32], body: Body, dice: &mut Dice) {
    knock(samples, (body.hertz, 0.5 * body.hertz), 0.5, 15.0, 0.35);
    crack(samples, (700.0 + 2300.0 * body.hard, 500.0), 1.2 + 0.8 * body.hard, 26.0, dice);
    if let Some(hertz) = body.rings {
        ringing(samples, hertz, 0.25, 9.0);
    }
}

/// A spring that is let go.
fn leap(samples: &mut [f32], body: Body, dice: &mut Dice) {
    knock(samples, (1.6 * body.hertz, 4.5 * body.hertz), 0.6, 11.0, 0.5);
    crack(samples, (1600.0, 1000.0), 1.0, 30.0, dice);
}

fn click(samples: &mut [f32], body: Body, dice: &mut Dice) {
    knock(samples, (5.0 * body.hertz, 4.6 * body.hertz), 0.45, 20.0, 0.5);
    knock(samples, (1.3 * body.hertz, 0.9 * body.hertz), 0.4, 16.0, 0.4);
    crack(samples, (3000.0, 1800.0), 1.4, 24.0, dice);
    if let Some(hertz) = body.rings {
        ringing(samples, hertz, 0.35, 8.0);
    }
}

fn explosion(samples: &mut [f32], dice: &mut Dice) {
    crack(samples, (2600.0, 150.0), 1.6, 5.0, dice);
    crack(samples, (500.0, 120.0), 1.6, 4.0, dice);
    knock(samples, (95.0, 34.0), 0.8, 5.0, 0.3);
}

/// The slap on the water, what is thrown up and falls back, and bubbles.
fn splash(samples: &mut [f32], dice: &mut Dice) {
    crack(samples, (1500.0, 700.0), 1.5, 13.0, dice);
    let spray = Burst {
        at: 0.05,
        length: 0.7,
        from_hz: 1800.0,
        to_hz: 3000.0,
        damping: 0.6,
        gain: 0.7,
        attack: 0.05,
        decay: 7.0,
        seed: dice.word(),
    };
    spray.add(samples);
    for count in 0..4 {
        let (at, hertz) = (0.1 + 0.09 * count as f32, dice.between(380.0, 620.0));
        Tone {
            at,
            length: 0.08,
            from_hz: hertz,
            to_hz: 1.9 * hertz,
            gain: 0.16,
            attack: 0.01,
            decay: 14.0,
            bright: 0.0,
        }
        .add(samples);
    }
}

/// A foot on the ground: shorter and duller than a thud.
fn step(samples: &mut [f32], body: Body, dice: &mut Dice) {
    knock(samples, (body.hertz, 0.6 * body.hertz), 0.45, 24.0, 0.3);
    crack(samples, (900.0 + 2000.0 * body.hard, 700.0), 1.2, 30.0, dice);
}

/// A skin and the snares under it.
fn drum(samples: &mut [f32], body: Body, dice: &mut Dice) {
    let hertz = body.rings.unwrap_or(body.hertz);
    knock(samples, (hertz, 0.7 * hertz), 0.7, 12.0, 0.3);
    crack(samples, (2400.0, 1600.0), 0.9, 20.0, dice);
}

fn bell(samples: &mut [f32], body: Body, dice: &mut Dice) {
    let hertz = body.rings.unwrap_or(4.0 * body.hertz);
    ringing(samples, hertz, 0.7, 3.5);
    ringing(samples, 0.5 * hertz, 0.2, 2.5);
    crack(samples, (3200.0, 2800.0), 0.5, 60.0, dice);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Part, Source, Split};

    const KINDS: [Kind; 8] = [
        Kind::Thud,
        Kind::Leap,
        Kind::Click,
        Kind::Explosion,
        Kind::Splash,
        Kind::Step,
        Kind::Drum,
        Kind::Bell,
    ];

    fn heard(kind: Kind, body: Body) -> Vec<f32> {
        let mut dice = Dice::new(Source { split: Split::Train, seed: 1, index: 1 }, Part::Sound);
        let mut samples = vec![0.0; 32_000];
        add(&mut samples, Event { at: 0.5, kind }, body, &mut dice);
        samples
    }

    #[test]
    fn every_blow_starts_on_its_sample_is_loud_at_once_and_soon_over() {
        for kind in KINDS {
            for object in Object::ALL {
                for scene in Scene::ALL {
                    let samples = heard(kind, Body::thing(object, Size::Medium, scene));
                    let what = format!("{} of {} in {}", kind.name(), object.name(), scene.name());
                    assert!(samples[..8000].iter().all(|sample| *sample == 0.0), "{what}");
                    let peak = level::peak(&samples);
                    assert!((0.5..=0.9).contains(&peak), "{what}: {peak}");
                    let now = level::rms(&samples[8000..8256]);
                    let later = level::rms(&samples[8000 + 4000..8000 + 4800]);
                    let lasts = matches!(kind, Kind::Bell | Kind::Explosion);
                    assert!(now > 0.15, "{what} begins with {now}");
                    assert!(lasts || later < now / 3.0, "{what}: {now}, then {later}");
                }
            }
        }
    }

    #[test]
    fn a_big_thing_lands_lower_than_a_small_one() {
        let crossings = |size| {
            let samples = heard(Kind::Thud, Body::thing(Object::Ball, size, Scene::Beach));
            samples[8800..11_000].windows(2).filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0)).count()
        };
        assert!(crossings(Size::Big) < crossings(Size::Small));
    }
}
