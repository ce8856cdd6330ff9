//! How a caption names who or what acts.

use kinora_spec::HairStyle;

use crate::cast::{Cast, Person};
use crate::dice::{Dice, Split};
use crate::looks::{Hair, Looks};
use crate::mood::Expression;
use crate::object::Object;
use crate::plan::Plan;
use crate::words::Synonyms;

/// The share of clips with a reference that say only what sort of thing it is: "an object", "an animal".
const SORT_SHARE: f32 = 0.3;

/// How often a caption says something that a reference already tells.
const TOLD_SHARE: f32 = 0.35;

/// How often the size, the colour and the face are said.
const SIZE_SHARE: f32 = 0.45;
const COLOUR_SHARE: f32 = 0.94;
const FACE_SHARE: f32 = 0.6;

/// The words for somebody.
pub(crate) const PERSON: Synonyms = Synonyms { trained: &["person", "figure"], held_out: &["human"] };

/// The words for two and three of something.
pub(crate) const TWO: Synonyms = Synonyms { trained: &["two", "a pair of"], held_out: &["a duo of"] };
pub(crate) const THREE: Synonyms =
    Synonyms { trained: &["three", "a group of three"], held_out: &["a trio of"] };

/// Words and phrases about looks that are written here and in [`told`].
pub(crate) const LOOKS: &[&str] = &[
    "an object an animal",
    "in a shirt",
    "with hair",
    "with a hat",
    "with glasses",
    "with a beard",
    "another",
];

/// Who or what acts, without an article, and how many.
pub(crate) struct Subject {
    /// "a", "another", "two" or nothing, which stands for "a" or "an".
    pub number: Option<&'static str>,
    /// "big red balls".
    pub bare: String,
    /// Whether the verb is in the plural.
    pub many: bool,
    /// How it is called the second time: "it", "they", "this person".
    pub again: &'static str,
}

impl Subject {
    /// With its article or number.
    pub(crate) fn with_article(&self) -> String {
        let article = if self.bare.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("{} {}", self.number.unwrap_or(article), self.bare)
    }
}

/// Objects, with as much of size and colour as chance will have.
pub(crate) fn thing(plan: &Plan, dice: &mut Dice) -> Subject {
    let split = plan.source.split;
    let referred = plan.cast == Cast::ReferredThing;
    let mut bare = String::new();
    if dice.chance(SIZE_SHARE) {
        bare.push_str(plan.size.words().draw(split, dice));
        bare.push(' ');
    }
    if dice.chance(COLOUR_SHARE) && !referred {
        bare.push_str(plan.colour.words().draw(split, dice));
        bare.push(' ');
    }
    let noun = if referred && dice.chance(SORT_SHARE) {
        if plan.object.is_animal() { "animal" } else { "object" }
    } else {
        plan.object.words().draw(split, dice)
    };
    let number = match plan.count {
        1 => None,
        2 => Some(TWO.draw(split, dice)),
        _ => Some(THREE.draw(split, dice)),
    };
    bare.push_str(&if plan.count > 1 { plural(noun) } else { noun.to_owned() });
    Subject { number, bare, many: plan.count > 1, again: again(plan) }
}

/// Objects in the plainest words: "red ball".
pub(crate) fn plain_thing(plan: &Plan) -> Subject {
    let object = plan.object.words().plain();
    let noun = if plan.count > 1 { plural(object) } else { object.to_owned() };
    let bare = match plan.cast {
        Cast::ReferredThing => noun,
        _ => format!("{} {noun}", plan.colour.words().plain()),
    };
    let number = [None, Some("two"), Some("three")][plan.count - 1];
    Subject { number, bare, many: plan.count > 1, again: again(plan) }
}

fn again(plan: &Plan) -> &'static str {
    if plan.count > 1 { "they" } else { "it" }
}

/// More than one: the rules that the words of the world need.
pub(crate) fn plural(noun: &str) -> String {
    if noun.ends_with("fish") || noun.ends_with("spacecraft") || noun.ends_with("trout") {
        noun.to_owned()
    } else if noun.ends_with('x') {
        format!("{noun}es")
    } else if let Some(stem) = noun.strip_suffix("fly") {
        format!("{stem}flies")
    } else if let Some(stem) = noun.strip_suffix("ppy") {
        format!("{stem}ppies")
    } else {
        format!("{noun}s")
    }
}

/// Somebody, with what the caption says of the looks and the face.
pub(crate) fn person(person: &Person, split: Split, dice: &mut Dice) -> String {
    let mut who = PERSON.draw(split, dice).to_owned();
    if dice.chance(TOLD_SHARE) {
        who.push_str(&told(person, dice));
    }
    if dice.chance(FACE_SHARE) {
        who.push(' ');
        who.push_str(person.expression.words().draw(split, dice));
    }
    who
}

fn told(person: &Person, dice: &mut Dice) -> String {
    let Looks { names: (_, hair, _, shirt), hat, avatar } = person.looks;
    let article = if shirt.name().starts_with('o') { "an" } else { "a" };
    match dice.pick(&[0, 0, 1, 2]) {
        0 => format!(" in {article} {} shirt", shirt.name()),
        1 if avatar.hair_style != HairStyle::Bald => format!(" with {} hair", hair.name()),
        _ => match (hat, avatar.glasses, avatar.beard) {
            (Some(colour), _, _) => format!(" with a {} hat", colour.name()),
            (None, true, _) => " with glasses".to_owned(),
            (None, false, true) => " with a beard".to_owned(),
            (None, false, false) => String::new(),
        },
    }
}

/// Everything that this file can say.
pub(crate) fn phrases() -> (Vec<String>, Vec<&'static str>) {
    let mut all: Vec<String> = LOOKS.iter().map(|text| (*text).to_owned()).collect();
    all.extend(Hair::ALL.map(|hair| hair.name().to_owned()));
    all.extend(["animals".to_owned(), "objects".to_owned()]);
    let mut held = Vec::new();
    let mut take = |words: Synonyms| {
        all.extend(words.trained.iter().map(|text| (*text).to_owned()));
        held.extend(words.held_out);
    };
    [PERSON, TWO, THREE].into_iter().for_each(&mut take);
    Expression::ALL.into_iter().for_each(|expression| take(expression.words()));
    Object::ALL.into_iter().for_each(|object| take(object.words()));
    for object in Object::ALL {
        all.extend(object.words().trained.iter().map(|noun| plural(noun)));
    }
    (all, held)
}
