//! Says what a clip shows, in many ways. A factor that is left out stays random, so silence never means a
//! default.

use std::collections::BTreeSet;

use kinora_spec::HairStyle;

use crate::act::Act;
use crate::action::Action;
use crate::cast::{Cast, Person};
use crate::colour::Colour;
use crate::dice::{Dice, Part};
use crate::looks::{HATS, Hair, Looks};
use crate::object::{Object, Size};
use crate::plan::{Music, Plan};
use crate::scene::Scene;

/// The fewest words of a caption.
pub const WORDS_MIN: usize = 4;

/// The most words of a caption.
pub const WORDS_MAX: usize = 30;

/// The share of clips that are described in the fewest words, as a person does who tries the model first.
const PLAIN_SHARE: f32 = 0.15;

/// The sentences, from the plainest to the longest. `{a}` is the thing with its article, `{the}` with "the"
/// and `{bare}` with none; `{does}` and `{doing}` are the two forms of the verb.
const TEMPLATES: &[&str] = &[
    "{a} {does} {place}",
    "{a} {doing} {place}",
    "{place} {a} {does}",
    "{a} {place} {does}",
    "{a} is {doing} {place}",
    "{place} {a} is {doing}",
    "a video of {a} {doing} {place}",
    "there is {a} {doing} {place}",
    "the clip shows {a} that {does} {place}",
    "we see {a} {place} and it {does}",
    "{the} {does} {place}",
    "{bare} {doing} {place}",
];

/// The sentences about two people: `{first}` and `{second}` are what they do, with who does it.
const PAIRS: &[&str] =
    &["{first} and {second} {place}", "{place} {first} and {second}", "{first} {place} and {second}"];

/// The share of clips with a reference that say only what sort of thing it is: "an object", "an animal".
const SORT_SHARE: f32 = 0.3;

/// How often a caption says something that a reference already tells.
const TOLD_SHARE: f32 = 0.2;

/// The caption of a planned clip.
pub fn caption(plan: &Plan) -> String {
    let mut dice = Dice::new(plan.source, Part::Caption);
    let plain = plan.music.is_none() && dice.chance(PLAIN_SHARE);
    match plan.cast.people() {
        [] if plain => plain_thing(plan, &mut dice),
        [] => thing(plan, &mut dice),
        [person] if plain => {
            format!("a person {} {}", person.act.verbs()[0].0, dice.pick(plan.scene.grounds()))
        }
        [person] => {
            let who = format!("person{}", told(person, &mut dice));
            let way = if person.act.has_direction() && dice.chance(0.5) {
                direction(person.facing, &mut dice)
            } else {
                ""
            };
            let verb = dice.prefer_first(person.act.verbs());
            let place = ground(plan, &mut dice);
            sentence(plan, &Parts { who: &who, verb, way, place }, &mut dice)
        }
        [first, second, ..] => pair(plan, first, second, plain, &mut dice),
    }
}

fn thing(plan: &Plan, dice: &mut Dice) -> String {
    let referred = plan.cast == Cast::ReferredThing;
    let mut thing = String::new();
    if dice.chance(0.4) {
        thing.push_str(dice.prefer_first(plan.size.words()));
        thing.push(' ');
    }
    if dice.chance(0.94) && !referred {
        thing.push_str(dice.prefer_first(plan.colour.words()));
        thing.push(' ');
    }
    let sort = if plan.object == Object::Bird { "animal" } else { "object" };
    let only_sort = referred && dice.chance(SORT_SHARE);
    thing.push_str(if only_sort { sort } else { dice.prefer_first(plan.object.words()) });
    let verb = dice.prefer_first(plan.action.verbs());
    let way = if plan.action.has_direction() && dice.chance(0.5) { direction(plan.facing, dice) } else { "" };
    let place = if dice.chance(0.92) { place(plan, dice) } else { "" };
    sentence(plan, &Parts { who: &thing, verb, way, place }, dice)
}

/// Two people, what each does, and where.
fn pair(plan: &Plan, first: &Person, second: &Person, plain: bool, dice: &mut Dice) -> String {
    let does = |who: &str, person: &Person, dice: &mut Dice| {
        let (told, verb) = if plain {
            (String::new(), person.act.verbs()[0])
        } else {
            (told(person, dice), dice.prefer_first(person.act.verbs()))
        };
        format!("{who} person{told} {}", verb.0)
    };
    let (one, other) = (does("a", first, dice), does("another", second, dice));
    let template = if plain { PAIRS[0] } else { dice.pick(PAIRS) };
    let text =
        template.replace("{first}", &one).replace("{second}", &other).replace("{place}", ground(plan, dice));
    let music = plan.music.map_or("", |music| dice.pick(music.words()));
    join(&text, music)
}

/// What a caption says about somebody's looks: mostly nothing, because a reference does.
fn told(person: &Person, dice: &mut Dice) -> String {
    let Looks { names: (_, hair, _, shirt), hat, avatar } = person.looks;
    if !dice.chance(TOLD_SHARE) {
        return String::new();
    }
    match dice.pick(&[0, 0, 1, 2]) {
        0 => format!(" in {} {} shirt", article(shirt.name()), shirt.name()),
        1 if avatar.hair_style != HairStyle::Bald && hair != Hair::Chestnut => {
            format!(" with {} hair", hair.name())
        }
        _ => match (hat, avatar.glasses, avatar.beard) {
            (Some(colour), _, _) => format!(" with a {} hat", colour.name()),
            (None, true, _) => " with glasses".to_owned(),
            (None, false, true) => " with a beard".to_owned(),
            (None, false, false) => String::new(),
        },
    }
}

/// Where people are: always on the ground.
fn ground(plan: &Plan, dice: &mut Dice) -> &'static str {
    if dice.chance(0.6) { dice.prefer_first(plan.scene.grounds()) } else { dice.pick(plan.scene.places()) }
}

/// The parts of a sentence about one person or thing.
struct Parts<'a> {
    who: &'a str,
    verb: (&'a str, &'a str),
    way: &'a str,
    place: &'a str,
}

/// One of the sentences, and the music.
fn sentence(plan: &Plan, parts: &Parts<'_>, dice: &mut Dice) -> String {
    let Parts { who, verb: (does, doing), way, place } = *parts;
    let template = if dice.chance(0.25) { TEMPLATES[0] } else { dice.pick(TEMPLATES) };
    let text = template
        .replace("{a}", &format!("{} {who}", article(who)))
        .replace("{the}", &format!("the {who}"))
        .replace("{bare}", who)
        .replace("{does}", &format!("{does} {way}"))
        .replace("{doing}", &format!("{doing} {way}"))
        .replace("{place}", place);
    let music = plan.music.map_or("", |music| dice.pick(music.words()));
    join(&text, music)
}

/// Single spaces, and never too few words.
fn join(text: &str, music: &str) -> String {
    let mut words: Vec<&str> = text.split_whitespace().chain(music.split_whitespace()).collect();
    if words.len() < WORDS_MIN {
        words.splice(0..0, ["a", "video", "of"]);
    }
    words.join(" ")
}

/// The shortest way to say it: "a red ball bounces on the grass".
fn plain_thing(plan: &Plan, dice: &mut Dice) -> String {
    let (colour, object, (does, _)) = (plan.colour.name(), plan.object.name(), plan.action.verbs()[0]);
    if plan.cast == Cast::ReferredThing {
        return format!("{} {object} {does} {}", article(object), dice.pick(close_places(plan)));
    }
    format!("{} {colour} {object} {does} {}", article(colour), dice.pick(close_places(plan)))
}

fn article(thing: &str) -> &'static str {
    if thing.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn direction(facing: f32, dice: &mut Dice) -> &'static str {
    let ways = if facing > 0.0 { RIGHT } else { LEFT };
    dice.prefer_first(ways)
}

const RIGHT: &[&str] = &["to the right", "from left to right", "towards the right"];
const LEFT: &[&str] = &["to the left", "from right to left", "towards the left"];

fn place(plan: &Plan, dice: &mut Dice) -> &'static str {
    // The part about the ground is what people write; the general one goes with every action.
    if dice.chance(0.6) { dice.prefer_first(close_places(plan)) } else { dice.pick(plan.scene.places()) }
}

/// The places that fit the action best.
fn close_places(plan: &Plan) -> &'static [&'static str] {
    match plan.action {
        Action::Fly => plan.scene.airs(),
        Action::Spin => plan.scene.places(),
        Action::Bounce | Action::Roll | Action::Jump | Action::Sit => plan.scene.grounds(),
    }
}

/// Every word that a caption can contain, sorted.
pub fn words() -> BTreeSet<&'static str> {
    let mut phrases: Vec<&'static str> = vec!["a video of an object animal", "another person in a shirt"];
    phrases.extend(["with a hat", "with glasses", "with a beard", "with hair"]);
    phrases.extend(TEMPLATES);
    phrases.extend(PAIRS);
    phrases.extend(RIGHT);
    phrases.extend(LEFT);
    for colour in Colour::ALL {
        phrases.extend(colour.words());
    }
    for object in Object::ALL {
        phrases.extend(object.words());
    }
    for size in Size::ALL {
        phrases.extend(size.words());
    }
    for action in Action::ALL {
        phrases.extend(action.verbs().iter().flat_map(|(does, doing)| [*does, *doing]));
    }
    for act in Act::ALL {
        phrases.extend(act.verbs().iter().flat_map(|(does, doing)| [*does, *doing]));
    }
    phrases.extend(Hair::ALL.iter().filter(|hair| **hair != Hair::Chestnut).map(|hair| hair.name()));
    phrases.extend(HATS.map(Colour::name));
    for scene in Scene::ALL {
        phrases.extend(scene.places().iter().chain(scene.grounds()).chain(scene.airs()));
    }
    for music in [Music::Cheerful, Music::Calm] {
        phrases.extend(music.words());
    }
    phrases
        .iter()
        .flat_map(|phrase| phrase.split_whitespace())
        .filter(|word| !word.starts_with('{'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Source, Split};
    use crate::plan::plan;

    fn captions(count: u64) -> impl Iterator<Item = String> {
        (0..count).map(|index| caption(&plan(Source { split: Split::Train, seed: 3, index }, 49)))
    }

    #[test]
    fn a_caption_has_four_to_thirty_words_that_are_all_in_the_list() {
        let known = words();
        for text in captions(5000) {
            let count = text.split(' ').count();
            assert!((WORDS_MIN..=WORDS_MAX).contains(&count), "{count} words: {text}");
            for word in text.split(' ') {
                assert!(known.contains(word), "{word} of {text:?} is not in the list");
            }
        }
    }

    #[test]
    fn the_words_of_the_readme_prompt_are_in_the_list() {
        let known = words();
        for word in "a red ball bounces on the grass meadow".split(' ') {
            assert!(known.contains(word), "{word}");
        }
    }

    #[test]
    fn the_readme_prompt_itself_is_a_caption() {
        let all: BTreeSet<String> = captions(60_000).collect();
        assert!(all.contains("a red ball bounces on the grass"));
        assert!(all.contains("a red ball bounces on the meadow"));
    }
}
