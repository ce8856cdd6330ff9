//! Who is in a clip. A plan without people is about an object, as before there were any.

use kinora_spec::{Colours, Likeness};

use crate::act::{Act, HALF_WIDTH};
use crate::dice::{Dice, Part, Source};
use crate::looks::{Looks, looks};
use crate::object::Object;
use crate::plan::Plan;
use crate::shape::light;

/// The share of clips that show people.
const PEOPLE_SHARE: f32 = 0.55;

/// The share of those that show two.
const TWO_SHARE: f32 = 0.2;

/// The share of the other clips whose object has a reference.
const REFERRED_SHARE: f32 = 0.25;

/// The largest radius of a head, in pixels: a person is a little over four of them tall.
const HEAD_RADIUS_PX: f32 = 20.0;

/// How much smaller a head may be, as a part of the largest.
const HEAD_SMALLEST: f32 = 0.9;

/// One person of a clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// What the person looks like.
    pub looks: Looks,
    /// What the person does.
    pub act: Act,
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
    /// The cast of a clip `width` and `height` pixels large.
    pub fn draw(source: Source, width: usize, height: usize) -> Self {
        let mut dice = Dice::new(source, Part::Cast);
        if !dice.chance(PEOPLE_SHARE) {
            return if dice.chance(REFERRED_SHARE) { Self::ReferredThing } else { Self::Thing };
        }
        let count = if dice.chance(TWO_SHARE) { 2 } else { 1 };
        // Half of a portrait is too narrow to walk in.
        let acts: &[Act] = if count == 2 && height > width { &Act::IN_PLACE } else { &Act::ALL };
        let each = width as f32 / count as f32;
        let largest = HEAD_RADIUS_PX.min((each / 2.0 - 1.0) / HALF_WIDTH);
        let people = (0..count).map(|slot| Person {
            looks: looks(&mut dice, source.split),
            act: dice.pick(acts),
            facing: if dice.chance(0.5) { 1.0 } else { -1.0 },
            radius: dice.between(HEAD_SMALLEST * largest, largest),
            room: (each * slot as f32, each * (slot + 1) as f32),
        });
        Self::People(people.collect())
    }

    /// One of `identities` people alone: clip `i` shows person `i` modulo their number, in another place and another act.
    pub fn one_of(source: Source, identities: u64, width: usize) -> Self {
        let who = Source { index: source.index % identities, ..source };
        let looks = looks(&mut Dice::new(who, Part::Identity), source.split);
        let mut dice = Dice::new(source, Part::Cast);
        Self::People(vec![Person {
            looks,
            act: dice.pick(&Act::ALL),
            facing: if dice.chance(0.5) { 1.0 } else { -1.0 },
            radius: dice.between(HEAD_SMALLEST * HEAD_RADIUS_PX, HEAD_RADIUS_PX),
            room: (0.0, width as f32),
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

/// The references of a planned clip, in the order of mention.
pub fn references(plan: &Plan) -> Vec<Likeness> {
    match &plan.cast {
        Cast::Thing => Vec::new(),
        Cast::People(people) => people.iter().map(|person| Likeness::Person(person.looks.avatar)).collect(),
        Cast::ReferredThing => {
            let byte = |colour: crate::colour::Rgb| colour.map(|channel| (channel + 0.5) as u8);
            let main = plan.colour.rgb();
            let colours = Colours { main: byte(main), second: byte(light(main)) };
            let animal = plan.object == Object::Bird;
            vec![if animal { Likeness::Animal(colours) } else { Likeness::Object(colours) }]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Split;

    #[test]
    fn the_same_person_comes_back_after_all_the_others() {
        let person = |index| {
            let cast = Cast::one_of(Source { split: Split::HeldOut, seed: 1, index }, 10, 224);
            cast.people()[0].clone()
        };
        assert_eq!(person(3).looks, person(13).looks);
        assert_ne!(person(3).looks, person(4).looks);
        assert_ne!(person(3).radius, person(13).radius);
    }

    #[test]
    fn about_half_of_all_clips_show_people_and_a_fifth_of_these_two() {
        let casts: Vec<Cast> = (0..4000)
            .map(|index| Cast::draw(Source { split: Split::Train, seed: 1, index }, 224, 128))
            .collect();
        let with = |count: usize| casts.iter().filter(|cast| cast.people().len() == count).count();
        assert!((2080..2320).contains(&(with(1) + with(2))), "{} of 4000", with(1) + with(2));
        assert!((370..510).contains(&with(2)), "{} of 4000", with(2));
        let referred = casts.iter().filter(|cast| **cast == Cast::ReferredThing).count();
        assert!((380..520).contains(&referred), "{referred} of 4000");
    }
}
