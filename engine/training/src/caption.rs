//! Says what a clip shows, in many ways. A factor that is left out stays random, so silence never means a
//! default.

use crate::action::{Action, GROW, MEET, SHRINK};
use crate::camera::Camera;
use crate::cast::Person;
use crate::dice::{Dice, Part};
use crate::phrase::{self, Subject};
use crate::plan::Plan;
use crate::scene::Scene;
use crate::sky::Weather;
use crate::style::Style;
use crate::words::{Synonyms, Verb};

/// The fewest words of a caption that is not short, and the most of any. A model reads the first 48.
pub const WORDS_MIN: usize = 10;
/// See [`WORDS_MIN`].
pub const WORDS_MAX: usize = 40;

/// The share of captions with fewer words, as a person writes who tries the model first.
const SHORT_SHARE: f32 = 0.15;

/// The sentences, from the plainest to the longest. `{a}` is the thing with its article, `{bare}` without; `{does}` and
/// `{doing}` are the two forms of the verb, `{is}` and `{it}` agree with the thing.
pub(crate) const TEMPLATES: &[&str] = &[
    "{a} {does} {place}",
    "{a} {doing} {place}",
    "{place} {a} {does}",
    "{a} {place} {does}",
    "{a} {is} {doing} {place}",
    "{place} {a} {is} {doing}",
    "a video of {a} {doing} {place}",
    "a short clip of {a} {doing} {place}",
    "there {is} {a} {doing} {place}",
    "the clip shows {a} {doing} {place}",
    "we see {a} {place} and {it} {does}",
    "in this video {a} {does} {place}",
    "you can see {a} {doing} {place}",
    "{a} can be seen {doing} {place}",
];

/// The sentences about two people: `{first}` and `{second}` are what they do, with who does it.
pub(crate) const PAIRS: &[&str] = &[
    "{first} and {second} {place}",
    "{place} {first} and {second}",
    "{first} {place} and {second}",
    "{first} {place} while {second}",
];

/// What somebody does who is heard to talk, where the words are not quoted.
pub(crate) const TALK: Synonyms<Verb> = Synonyms {
    trained: &[
        Verb("talks", "talking", "talk"),
        Verb("speaks", "speaking", "speak"),
        Verb("says something", "saying something", "say something"),
    ],
    held_out: &[Verb("chats", "chatting", "chat")],
};

pub(crate) const RIGHT: Synonyms = Synonyms {
    trained: &["to the right", "from left to right", "towards the right"],
    held_out: &["rightwards"],
};
pub(crate) const LEFT: Synonyms = Synonyms {
    trained: &["to the left", "from right to left", "towards the left"],
    held_out: &["leftwards"],
};

/// Where there is water in front.
pub(crate) const WATERS: [&str; 2] = ["in the water", "into the water"];

/// How often a caption quotes what is said.
const QUOTE_SHARE: f32 = 0.6;

/// How often the place, the direction and the music are said.
const PLACE_SHARE: f32 = 0.92;
const WAY_SHARE: f32 = 0.5;
const MUSIC_SHARE: f32 = 0.75;

/// How often a factor is said that most clips have, and one that few have.
const COMMON_SHARE: f32 = 0.15;
const RARE_SHARE: f32 = 0.75;

/// The caption of a planned clip.
pub fn caption(plan: &Plan) -> String {
    let mut dice = Dice::new(plan.source, Part::Caption);
    if dice.chance(SHORT_SHARE) {
        return short(plan, &mut dice);
    }
    let core = core(plan, &mut dice);
    let (mut said, mut unsaid) = clauses(plan, &mut dice);
    while count(&core) + said.iter().map(|clause| count(clause)).sum::<usize>() < WORDS_MIN {
        // What is left is more than enough: camera and style can always be said.
        let Some(clause) = unsaid.pop() else { break };
        said.push(clause);
    }
    while count(&core) + said.iter().map(|clause| count(clause)).sum::<usize>() > WORDS_MAX {
        if said.pop().is_none() {
            break;
        }
    }
    // A clause may come first, but not one that is a sentence.
    let first = said.iter().position(|clause| !clause.starts_with("the "));
    let ahead = match first {
        Some(at) if dice.chance(0.2) => said.remove(at),
        _ => "",
    };
    let parts = [ahead, &core].into_iter().chain(said.iter().copied());
    parts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Words as the model counts them.
fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// What is said beside who does what where, in random order: what is in the caption, and what could be.
fn clauses(plan: &Plan, dice: &mut Dice) -> (Vec<&'static str>, Vec<&'static str>) {
    let split = plan.source.split;
    let rare = |rare: bool| if rare { RARE_SHARE } else { COMMON_SHARE };
    let mut all = vec![
        (plan.camera.words(), rare(plan.camera != Camera::Static)),
        (plan.style.words(), rare(plan.style != Style::Flat)),
    ];
    if plan.scene.has_hours() {
        all.push((plan.time.words(), 0.5));
    }
    if !plan.scene.weathers().is_empty() {
        all.push((plan.weather.words(), rare(plan.weather != Weather::Clear)));
    }
    if let Some(music) = plan.music {
        all.push((music.words(), MUSIC_SHARE));
    }
    let (mut said, mut unsaid) = (Vec::new(), Vec::new());
    while !all.is_empty() {
        let (words, share) = all.swap_remove((dice.unit() * all.len() as f32) as usize);
        let text = words.draw(split, dice);
        if dice.chance(share) { said.push(text) } else { unsaid.push(text) }
    }
    (said, unsaid)
}

/// Who does what where.
fn core(plan: &Plan, dice: &mut Dice) -> String {
    match plan.cast.people() {
        [] => {
            let subject = phrase::thing(plan, dice);
            let verb = verbs(plan).draw(plan.source.split, dice);
            let place = if dice.chance(PLACE_SHARE) { place(plan, dice) } else { String::new() };
            let way = if plan.action.has_direction() { way(plan, plan.facing, dice) } else { "" };
            sentence(&subject, (verb.0, verb.1, verb.2), way, &place, dice)
        }
        [person] => {
            let bare = phrase::person(person, plan.source.split, dice);
            let (does, doing) = act(plan, person, true, dice);
            let way = if person.act.has_direction() { way(plan, person.facing, dice) } else { "" };
            let subject = Subject { number: None, bare, many: false, again: "this person" };
            sentence(&subject, (&does, &doing, ""), way, &ground(plan, dice), dice)
        }
        [first, second, ..] => {
            let split = plan.source.split;
            let one = format!("a {} {}", phrase::person(first, split, dice), act(plan, first, true, dice).0);
            let other = format!(
                "another {} {}",
                phrase::person(second, split, dice),
                act(plan, second, false, dice).0
            );
            let template = dice.pick(PAIRS);
            let place = ground(plan, dice);
            template.replace("{first}", &one).replace("{second}", &other).replace("{place}", &place)
        }
    }
}

/// The words for what an object does.
fn verbs(plan: &Plan) -> Synonyms<Verb> {
    match plan.action {
        Action::Collide if plan.count > 1 => MEET,
        Action::Grow if plan.grows => GROW,
        Action::Grow => SHRINK,
        action => action.verbs(),
    }
}

/// What a person does; the first may be heard to talk.
fn act(plan: &Plan, person: &Person, first: bool, dice: &mut Dice) -> (String, String) {
    let split = plan.source.split;
    match &plan.utterance {
        Some(said) if first && dice.chance(QUOTE_SHARE) => {
            // No single quotes: to the model's reader of words they belong to the word beside them.
            (format!("says \"{}\"", said.text), format!("saying \"{}\"", said.text))
        }
        Some(_) if first => {
            let verb = TALK.draw(split, dice);
            (verb.0.to_owned(), verb.1.to_owned())
        }
        _ => {
            let verb = person.act.verbs().draw(split, dice);
            (verb.0.to_owned(), verb.1.to_owned())
        }
    }
}

/// One of the sentences about one subject; the verb is for one, as a participle, and for many.
fn sentence(
    subject: &Subject,
    (does, doing, many): (&str, &str, &str),
    way: &str,
    place: &str,
    dice: &mut Dice,
) -> String {
    let template = if dice.chance(0.25) { TEMPLATES[0] } else { dice.pick(TEMPLATES) };
    let (does, is) = if subject.many { (many, "are") } else { (does, "is") };
    template
        .replace("{a}", &subject.with_article())
        .replace("{does}", &format!("{does} {way}"))
        .replace("{doing}", &format!("{doing} {way}"))
        .replace("{is}", is)
        .replace("{it}", subject.again)
        .replace("{place}", place)
}

fn way(plan: &Plan, facing: f32, dice: &mut Dice) -> &'static str {
    if !dice.chance(WAY_SHARE) {
        return "";
    }
    if facing > 0.0 { RIGHT } else { LEFT }.draw(plan.source.split, dice)
}

/// Where people are: always on the ground.
fn ground(plan: &Plan, dice: &mut Dice) -> String {
    let split = plan.source.split;
    // From near, the ground is not seen.
    let near = plan.cast.people().iter().any(|person| person.framing == crate::cast::Framing::Bust);
    let grounds = Synonyms { trained: plan.scene.grounds(), held_out: &[] };
    if !near && dice.chance(0.6) { grounds } else { plan.scene.places() }.draw(split, dice).to_owned()
}

/// Where an object is. What people write is about the ground; the general way goes with every action.
fn place(plan: &Plan, dice: &mut Dice) -> String {
    let split = plan.source.split;
    let general = plan.scene.places();
    if plan.water {
        let water = WATERS[usize::from(plan.action == Action::Fall)];
        return format!("{water} {}", general.draw(split, dice));
    }
    let close = Synonyms { trained: close_places(plan), held_out: &[] };
    if dice.chance(0.6) { close } else { general }.draw(split, dice).to_owned()
}

/// The places that fit the action best.
fn close_places(plan: &Plan) -> &'static [&'static str] {
    match plan.action {
        Action::Fly => plan.scene.airs(),
        Action::Swim if plan.scene == Scene::Underwater => plan.scene.airs(),
        Action::Spin | Action::Explode | Action::Swim => plan.scene.places().trained,
        _ => plan.scene.grounds(),
    }
}

/// Fewer words than other captions have, the plain ones first: "a red ball bounces on the grass".
fn short(plan: &Plan, dice: &mut Dice) -> String {
    let split = plan.source.split;
    let (who, does, place) = match plan.cast.people() {
        [] => {
            let subject =
                if dice.chance(0.6) { phrase::plain_thing(plan) } else { phrase::thing(plan, dice) };
            let verb = if dice.chance(0.6) { verbs(plan).plain() } else { verbs(plan).draw(split, dice) };
            let does = if subject.many { verb.2 } else { verb.0 };
            (subject.with_article(), does.to_owned(), place(plan, dice))
        }
        [person] => {
            let verb = if plan.utterance.is_some() { TALK } else { person.act.verbs() };
            ("a person".to_owned(), verb.draw(split, dice).0.to_owned(), ground(plan, dice))
        }
        [..] => ("two people".to_owned(), "together".to_owned(), ground(plan, dice)),
    };
    let text = format!("{who} {does} {place}");
    if count(&text) < WORDS_MIN { text } else { format!("{who} {does}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dice::{Source, Split};
    use crate::plan::plan;
    use crate::vocabulary;

    fn captions(split: Split, count: u64) -> impl Iterator<Item = String> {
        (0..count).map(move |index| caption(&plan(Source { split, seed: 3, index }, 49)))
    }

    #[test]
    fn a_caption_has_at_most_forty_words_that_are_all_in_the_list() {
        let known = vocabulary::words();
        let mut few = 0;
        for split in Split::ALL {
            for text in captions(split, 5000) {
                let words: Vec<&str> = text.split(' ').collect();
                assert!((3..=WORDS_MAX).contains(&words.len()), "{} words: {text}", words.len());
                few += usize::from(words.len() < WORDS_MIN);
                for word in words {
                    assert!(known.contains(word), "{word} of {text:?} is not in the list");
                }
            }
        }
        assert!((2700..3300).contains(&few), "{few} of 20000 are short");
    }

    #[test]
    fn no_training_caption_has_a_held_out_word_and_many_evaluation_captions_do() {
        let held = vocabulary::held_out_words();
        let has = |text: &String| text.split(' ').any(|word| held.contains(word));
        for split in [Split::Train, Split::Validation, Split::Judge] {
            for text in captions(split, 4000) {
                assert!(!has(&text), "{text}");
            }
        }
        let count = captions(Split::HeldOut, 4000).filter(has).count();
        assert!(count > 2000, "{count} of 4000");
    }

    #[test]
    fn the_readme_prompt_itself_is_a_caption() {
        let all: BTreeSet<String> = captions(Split::Train, 120_000).collect();
        assert!(all.contains("a red ball bounces on the grass"));
    }
}
