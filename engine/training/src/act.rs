//! What a person can do, and the stance this gives in every frame. Says nothing about how it looks or sounds.

use crate::action::{FPS, SPEED_MAX_PX};
use crate::cast::{Framing, Person};
use crate::dice::Dice;
use crate::event::{Event, Kind};
use crate::plan::Plan;
use crate::words::{Synonyms, Verb};

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Stands still.
    Stand,
    /// Waves one hand beside the head.
    Wave,
    /// Nods.
    Nod,
    /// Jumps up and down in one place.
    Jump,
    /// Walks to one side.
    Walk,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 5] = [Self::Stand, Self::Wave, Self::Nod, Self::Jump, Self::Walk];

    /// The acts that need no way to go.
    pub const IN_PLACE: [Self; 4] = [Self::Stand, Self::Wave, Self::Nod, Self::Jump];

    /// The acts that can be seen from near.
    pub const NEAR: [Self; 2] = [Self::Stand, Self::Nod];

    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stand => "stand",
            Self::Wave => "wave",
            Self::Nod => "nod",
            Self::Jump => "jump",
            Self::Walk => "walk",
        }
    }

    /// Ways to say it, the plain one first.
    pub fn verbs(self) -> Synonyms<Verb> {
        let (trained, held_out): (&[_], &[_]) = match self {
            Self::Stand => (
                &[
                    Verb("stands", "standing", "stand"),
                    Verb("stands still", "standing still", "stand still"),
                    Verb("stands there", "standing there", "stand there"),
                ],
                &[Verb("poses", "posing", "pose")],
            ),
            Self::Wave => (
                &[
                    Verb("waves", "waving", "wave"),
                    Verb("waves a hand", "waving a hand", "wave a hand"),
                    Verb("waves hello", "waving hello", "wave hello"),
                ],
                &[Verb("gestures", "gesturing", "gesture")],
            ),
            Self::Nod => (
                &[Verb("nods", "nodding", "nod"), Verb("nods yes", "nodding yes", "nod yes")],
                &[Verb("bows the head", "bowing the head", "bow the head")],
            ),
            Self::Jump => (
                &[
                    Verb("jumps up and down", "jumping up and down", "jump up and down"),
                    Verb("jumps", "jumping", "jump"),
                ],
                &[Verb("skips", "skipping", "skip")],
            ),
            Self::Walk => (
                &[
                    Verb("walks", "walking", "walk"),
                    Verb("walks along", "walking along", "walk along"),
                    Verb("walks by", "walking by", "walk by"),
                ],
                &[Verb("strolls", "strolling", "stroll")],
            ),
        };
        Synonyms { trained, held_out }
    }

    /// Whether it goes to one side, so that a caption may say to which.
    pub fn has_direction(self) -> bool {
        self == Self::Walk
    }
}

/// A person in one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stance {
    /// Between the feet, in pixels from the left.
    pub x: f32,
    /// Where the feet are, in pixels from the top.
    pub y: f32,
    /// Where the face looks: 1 right, -1 left, 0 at the viewer.
    pub look: f32,
    /// How far the face is lowered, 0 to 1.
    pub nod: f32,
    /// Angle of the legs, in radians: one forward, the other back by as much.
    pub stride: f32,
    /// Angles of the left and the right arm from straight down, outward, in radians.
    pub arms: [f32; 2],
    /// Height as a part of the usual one.
    pub stretch: f32,
}

/// The whole course of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// One stance a frame.
    pub stances: Vec<Stance>,
    /// Landings and steps.
    pub events: Vec<Event>,
}

/// Half the width of a person in any stance, in head radii.
pub const HALF_WIDTH: f32 = 1.95;

/// Length of a leg and of an arm, in head radii.
pub const LEG: f32 = 1.05;
/// See [`LEG`].
pub const ARM: f32 = 1.2;

/// How far an arm hangs from the body.
const ARMS_DOWN: [f32; 2] = [0.25, 0.25];

/// The course of a person in a planned clip.
pub fn course(plan: &Plan, person: &Person, dice: &mut Dice) -> Course {
    let margin = person.framing.half_width() * person.radius + 1.0;
    let (left, right) = (person.room.0 + margin, person.room.1 - margin);
    let rest = Stance {
        x: dice.between(left, right.max(left)),
        y: feet(plan, person),
        look: 0.0,
        nod: 0.0,
        stride: 0.0,
        arms: ARMS_DOWN,
        stretch: 1.0,
    };
    match person.act {
        Act::Stand => Course { stances: vec![rest; plan.frames], events: Vec::new() },
        Act::Wave => wave(plan, person, rest, dice),
        Act::Nod => nod(plan, rest, dice),
        Act::Jump => jump(plan, rest, dice),
        Act::Walk => walk(plan, person, rest, (left, right), dice),
    }
}

/// The row of the feet; those of a bust are below the picture.
fn feet(plan: &Plan, person: &Person) -> f32 {
    match person.framing {
        Framing::Whole => plan.ground,
        Framing::Bust => plan.height as f32 * BUST_LEVEL + HEAD_UP * person.radius,
    }
}

/// The row of the middle of a bust's head, as a part of the height.
const BUST_LEVEL: f32 = 0.47;

/// The middle of the head above the feet, in head radii.
pub const HEAD_UP: f32 = 3.0;

/// The times of something that comes back every `period` frames, from frame `first` on.
fn times(plan: &Plan, kind: Kind, first: f32, period: f32) -> Vec<Event> {
    let frames = (0..).map(|count| first + count as f32 * period);
    frames.take_while(|at| *at < plan.frames as f32).map(|at| Event { at: at / FPS, kind }).collect()
}

fn wave(plan: &Plan, person: &Person, rest: Stance, dice: &mut Dice) -> Course {
    const RAISED: f32 = 2.35;
    const SWING: f32 = 0.3;
    // The hand is the fastest part.
    let rate = dice.between(0.7, 0.85) * SPEED_MAX_PX / (ARM * person.radius * SWING);
    let phase = dice.between(0.0, std::f32::consts::TAU);
    let hand = usize::from(dice.chance(0.5));
    let stances = (0..plan.frames).map(|frame| {
        let mut arms = ARMS_DOWN;
        arms[hand] = RAISED + SWING * (frame as f32 * rate + phase).sin();
        Stance { arms, ..rest }
    });
    Course { stances: stances.collect(), events: Vec::new() }
}

fn nod(plan: &Plan, rest: Stance, dice: &mut Dice) -> Course {
    let period = dice.between(11.0, 14.0);
    let first = dice.between(0.0, period);
    let stances = (0..plan.frames).map(|frame| {
        let turn = (frame as f32 - first) / period * std::f32::consts::TAU;
        Stance { nod: 0.5 - 0.5 * turn.cos(), ..rest }
    });
    Course { stances: stances.collect(), events: Vec::new() }
}

fn jump(plan: &Plan, rest: Stance, dice: &mut Dice) -> Course {
    const CROUCH: f32 = 0.07;
    let leap = dice.between(15.0, 17.0);
    let cycle = leap + dice.between(6.0, 8.0);
    let first = dice.between(0.0, cycle);
    let height = dice.between(4.0, 4.6) * leap / 4.0;
    let stances = (0..plan.frames).map(|frame| {
        let since = (frame as f32 - first).rem_euclid(cycle);
        let part = (since / leap).min(1.0);
        let ground = ((since - leap) / (cycle - leap)).clamp(0.0, 1.0);
        let stretch = 1.0 - CROUCH * 4.0 * ground * (1.0 - ground);
        Stance { y: rest.y - height * 4.0 * part * (1.0 - part), arms: [0.9, 0.9], stretch, ..rest }
    });
    let landing = (first + leap) % cycle;
    Course { stances: stances.collect(), events: times(plan, Kind::Thud, landing, cycle) }
}

fn walk(plan: &Plan, person: &Person, rest: Stance, room: (f32, f32), dice: &mut Dice) -> Course {
    const STRIDE: f32 = 0.5;
    const SLOWEST_STEP_PX: f32 = 0.9;
    let steps = (plan.frames.max(2) - 1) as f32;
    let speed = dice.between(1.7, 2.2).min((room.1 - room.0) / steps);
    let slack = (room.1 - room.0 - speed * steps) * dice.unit();
    let start = if person.facing > 0.0 { room.0 + slack } else { room.1 - slack };
    // A planted foot stays where it is, so the leg swings back as fast as the body goes.
    let rate = speed.max(SLOWEST_STEP_PX) / (LEG * person.radius * STRIDE);
    let phase = dice.between(0.0, std::f32::consts::TAU);
    let stances = (0..plan.frames).map(|frame| {
        let swing = (frame as f32 * rate + phase).sin();
        Stance {
            x: start + person.facing * speed * frame as f32,
            y: rest.y,
            look: person.facing,
            stride: STRIDE * swing,
            arms: [0.2 + 0.35 * swing, 0.2 - 0.35 * swing],
            ..rest
        }
    });
    let half = std::f32::consts::PI / rate;
    let first = (std::f32::consts::FRAC_PI_2 - phase).rem_euclid(std::f32::consts::PI) / rate;
    Course { stances: stances.collect(), events: times(plan, Kind::Step, first, half) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Part, Source, Split};
    use crate::plan::plan;

    fn courses() -> impl Iterator<Item = (Plan, Person, Course)> {
        (0..3000).flat_map(|index| {
            let source = Source { split: Split::Train, seed: 2, index };
            let plan = plan(source, [49, 49, 17][index as usize % 3]);
            let mut dice = Dice::new(source, Part::Motion);
            let people = plan.cast.people().to_vec();
            let courses = people.into_iter().map(|person| {
                let course = course(&plan, &person, &mut dice);
                (plan.clone(), person, course)
            });
            courses.collect::<Vec<_>>()
        })
    }

    /// Hands and feet, in pixels.
    fn limbs(stance: &Stance, radius: f32) -> [(f32, f32); 3] {
        let [left, right] = stance.arms.map(|angle| (ARM * radius * angle.sin(), ARM * radius * angle.cos()));
        let foot = LEG * radius * stance.stride.sin();
        [
            (stance.x - left.0, stance.y + left.1),
            (stance.x + right.0, stance.y + right.1),
            (stance.x + foot, stance.y),
        ]
    }

    #[test]
    fn no_hand_and_no_foot_is_faster_than_the_limit() {
        for (_, person, course) in courses() {
            for pair in course.stances.windows(2) {
                let before = limbs(&pair[0], person.radius);
                for (from, to) in before.into_iter().zip(limbs(&pair[1], person.radius)) {
                    let speed = (to.0 - from.0).hypot(to.1 - from.1);
                    assert!(speed <= SPEED_MAX_PX, "{} at {speed} px a frame", person.act.name());
                }
            }
        }
    }

    #[test]
    fn everybody_stays_in_their_part_of_the_picture() {
        for (_, person, course) in courses() {
            let half = person.framing.half_width() * person.radius;
            for stance in &course.stances {
                assert!(stance.x - half >= person.room.0 && stance.x + half <= person.room.1, "{person:?}");
                assert!(stance.y - 4.4 * person.radius >= 0.0, "{person:?}");
            }
        }
    }

    #[test]
    fn who_jumps_is_heard_on_landing() {
        for (plan, _, course) in courses().filter(|(_, person, _)| person.act == Act::Jump) {
            for Event { at, .. } in &course.events {
                let Some(stance) = course.stances.get((at * FPS).round() as usize) else { continue };
                assert!(plan.ground - stance.y <= SPEED_MAX_PX, "{} px up", plan.ground - stance.y);
            }
        }
    }
}
