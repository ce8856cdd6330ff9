//! Says what a clip shows, in many ways. A factor that is left out stays random, so silence never means a
//! default.

use std::collections::BTreeSet;

use crate::action::Action;
use crate::colour::Colour;
use crate::dice::{Dice, Part};
use crate::object::{Object, Size};
use crate::plan::{Music, Plan};
use crate::scene::Scene;

/// The fewest words of a caption.
pub const WORDS_MIN: usize = 4;

/// The most words of a caption.
pub const WORDS_MAX: usize = 25;

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

/// The caption of a planned clip.
pub fn caption(plan: &Plan) -> String {
    let mut dice = Dice::new(plan.source, Part::Caption);
    if plan.music.is_none() && dice.chance(PLAIN_SHARE) {
        return plain(plan, &mut dice);
    }
    let mut thing = String::new();
    if dice.chance(0.4) {
        thing.push_str(dice.prefer_first(plan.size.words()));
        thing.push(' ');
    }
    if dice.chance(0.94) {
        thing.push_str(dice.prefer_first(plan.colour.words()));
        thing.push(' ');
    }
    thing.push_str(dice.prefer_first(plan.object.words()));
    let (does, doing) = dice.prefer_first(plan.action.verbs());
    let way = if plan.action.has_direction() && dice.chance(0.5) { direction(plan, &mut dice) } else { "" };
    let place = if dice.chance(0.92) { place(plan, &mut dice) } else { "" };
    let template = if dice.chance(0.25) { TEMPLATES[0] } else { dice.pick(TEMPLATES) };
    let text = template
        .replace("{a}", &format!("{} {thing}", article(&thing)))
        .replace("{the}", &format!("the {thing}"))
        .replace("{bare}", &thing)
        .replace("{does}", &format!("{does} {way}"))
        .replace("{doing}", &format!("{doing} {way}"))
        .replace("{place}", place);
    let music = plan.music.map_or("", |music| dice.pick(music.words()));
    let mut words: Vec<&str> = text.split_whitespace().chain(music.split_whitespace()).collect();
    if words.len() < WORDS_MIN {
        words.splice(0..0, ["a", "video", "of"]);
    }
    words.join(" ")
}

/// The shortest way to say it: "a red ball bounces on the grass".
fn plain(plan: &Plan, dice: &mut Dice) -> String {
    let (colour, object, (does, _)) = (plan.colour.name(), plan.object.name(), plan.action.verbs()[0]);
    format!("{} {colour} {object} {does} {}", article(colour), dice.pick(close_places(plan)))
}

fn article(thing: &str) -> &'static str {
    if thing.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn direction(plan: &Plan, dice: &mut Dice) -> &'static str {
    let ways = if plan.facing > 0.0 { RIGHT } else { LEFT };
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
    let mut phrases: Vec<&'static str> = vec!["a video of an"];
    phrases.extend(TEMPLATES);
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
    fn a_caption_has_four_to_twenty_five_words_that_are_all_in_the_list() {
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
