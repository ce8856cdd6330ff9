//! Who is in a clip. A plan without people is about an object, as before there were any.

use kinora_spec::{Colours, Likeness};

use crate::act::{Act, HALF_WIDTH};
use crate::brush::light;
use crate::dice::{Dice, Part, Source};
use crate::looks::{Looks, looks};
use crate::mood::Expression;
use crate::plan::{Plan, Stage};

/// The share of clips that show people.
const PEOPLE_SHARE: f32 = 0.35;

/// The share of those that show two.
const TWO_SHARE: f32 = 0.2;

/// The share of people clips that show faces from near, and of those whose first person wants to talk.
const BUST_SHARE: f32 = 0.6;
const TALK_SHARE: f32 = 0.75;

/// The share of the other clips whose object has a reference.
const REFERRED_SHARE: f32 = 0.25;

/// The largest radius of a head of somebody who is seen from head to foot, in pixels: a person is a little over four of them
/// tall.
const HEAD_RADIUS_PX: f32 = 20.0;

/// The same of a bust: mouth and face must be readable.
const BUST_RADIUS_PX: f32 = 38.0;

/// Half the width of a bust, in head radii.
const BUST_HALF_WIDTH: f32 = 1.5;

/// How much smaller a head may be, as a part of the largest.
const HEAD_SMALLEST: f32 = 0.9;

/// How much of a person is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// From head to foot.
    Whole,
    /// Head and chest.
    Bust,
}

impl Framing {
    /// Half the width that is seen, in head radii.
    pub fn half_width(self) -> f32 {
        match self {
            Self::Whole => HALF_WIDTH,
            Self::Bust => BUST_HALF_WIDTH,
        }
    }
}

/// One person of a clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// What the person looks like.
    pub looks: Looks,
    /// What the person does.
    pub act: Act,
    /// What the face shows.
    pub expression: Expression,
    /// Whether the person talks if there is something to say.
    pub talks: bool,
    /// How much is seen.
    pub framing: Framing,
    /// 1 walks right, -1 left.
    pub facing: f32,
    /// Radius of the head in pixels.
    pub radius: f32,
    /// The first and the last column the person may cover.
    pub room: (f32, f32),
}

/// Who acts in a clip, and whether references say what they look like.
#[derive(Clone, Debug, PartialEq)]
pub enum Cast {
    /// An object that the words alone describe.
    Thing,
    /// An object whose colours a reference tells.
    ReferredThing,
    /// One or two people, from left to right in the order of mention.
    People(Vec<Person>),
}

impl Cast {
    /// The cast of a clip that shows `stage`, `width` and `height` pixels large.
    pub fn draw(source: Source, stage: Stage, (width, height): (usize, usize)) -> Self {
        let mut dice = Dice::new(source, Part::Cast);
        if !dice.chance(PEOPLE_SHARE) {
            return if dice.chance(REFERRED_SHARE) { Self::ReferredThing } else { Self::Thing };
        }
        let framing = if dice.chance(BUST_SHARE) { Framing::Bust } else { Framing::Whole };
        let talks = framing == Framing::Bust && dice.chance(TALK_SHARE);
        // Half of a portrait is too narrow for two that are near, and to walk in.
        let near_in_portrait = framing == Framing::Bust && height > width;
        let count = if dice.chance(TWO_SHARE) && !near_in_portrait { 2 } else { 1 };
        let acts: &[Act] = match framing {
            Framing::Bust => &Act::NEAR,
            Framing::Whole if count == 2 && height > width => &Act::IN_PLACE,
            Framing::Whole => &Act::ALL,
        };
        let each = (stage.right - stage.left) / count as f32;
        let people = (0..count).map(|slot| {
            let left = stage.left + each * slot as f32;
            Person {
                looks: looks(&mut dice, source.split),
                act: dice.pick(acts),
                expression: Expression::draw(&mut dice),
                talks: talks && slot == 0,
                framing,
                facing: if dice.chance(0.5) { 1.0 } else { -1.0 },
                radius: head(framing, each, &mut dice),
                room: (left, left + each),
            }
        });
        Self::People(people.collect())
    }

    /// One of `identities` people alone: clip `i` shows person `i` modulo their number, in another place and another act.
    pub fn one_of(source: Source, identities: u64, stage: Stage) -> Self {
        let who = Source { index: source.index % identities, ..source };
        let looks = looks(&mut Dice::new(who, Part::Identity), source.split);
        let mut dice = Dice::new(source, Part::Cast);
        let framing = if dice.chance(BUST_SHARE) { Framing::Bust } else { Framing::Whole };
        let acts: &[Act] = if framing == Framing::Bust { &Act::NEAR } else { &Act::ALL };
        Self::People(vec![Person {
            looks,
            act: dice.pick(acts),
            expression: Expression::draw(&mut dice),
            talks: framing == Framing::Bust && dice.chance(TALK_SHARE),
            framing,
            facing: if dice.chance(0.5) { 1.0 } else { -1.0 },
            radius: head(framing, stage.right - stage.left, &mut dice),
            room: (stage.left, stage.right),
        }])
    }

    /// The people, if there are any.
    pub fn people(&self) -> &[Person] {
        match self {
            Self::Thing | Self::ReferredThing => &[],
            Self::People(people) => people,
        }
    }

    /// Whether it is an object.
    pub fn is_thing(&self) -> bool {
        self.people().is_empty()
    }
}

/// The radius of a head in a room `width` pixels wide.
fn head(framing: Framing, width: f32, dice: &mut Dice) -> f32 {
    let wish = if framing == Framing::Bust { BUST_RADIUS_PX } else { HEAD_RADIUS_PX };
    let largest = wish.min((width / 2.0 - 2.0) / framing.half_width());
    dice.between(HEAD_SMALLEST * largest, largest)
}

/// The references of a planned clip, in the order of mention.
pub fn references(plan: &Plan) -> Vec<Likeness> {
    match &plan.cast {
        Cast::Thing => Vec::new(),
        Cast::People(people) => people.iter().map(|person| Likeness::Person(person.looks.avatar)).collect(),
        Cast::ReferredThing => {
            let byte = |colour: crate::colour::Rgb| colour.map(|channel| (channel + 0.5) as u8);
            let main = plan.colour.rgb();
            let colours = Colours { main: byte(main), second: byte(light(main)) };
            let animal = plan.object.is_animal();
            vec![if animal { Likeness::Animal(colours) } else { Likeness::Object(colours) }]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Split;

    const STAGE: Stage = Stage { left: 0.0, right: 224.0, top: 0.0, bottom: 128.0 };

    #[test]
    fn the_same_person_comes_back_after_all_the_others() {
        let person = |index| {
            let cast = Cast::one_of(Source { split: Split::HeldOut, seed: 1, index }, 10, STAGE);
            cast.people()[0].clone()
        };
        assert_eq!(person(3).looks, person(13).looks);
        assert_ne!(person(3).looks, person(4).looks);
        assert_ne!(person(3).radius, person(13).radius);
    }

    #[test]
    fn about_a_third_of_all_clips_show_people_and_a_fifth_of_these_two() {
        let casts: Vec<Cast> = (0..4000)
            .map(|index| Cast::draw(Source { split: Split::Train, seed: 1, index }, STAGE, (224, 128)))
            .collect();
        let with = |count: usize| casts.iter().filter(|cast| cast.people().len() == count).count();
        assert!((1300..1500).contains(&(with(1) + with(2))), "{} of 4000", with(1) + with(2));
        assert!((230..330).contains(&with(2)), "{} of 4000", with(2));
        let referred = casts.iter().filter(|cast| **cast == Cast::ReferredThing).count();
        assert!((580..720).contains(&referred), "{referred} of 4000");
    }
}
