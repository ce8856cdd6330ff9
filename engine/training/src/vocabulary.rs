//! The words that captions can have.

use std::collections::BTreeSet;

use crate::act::Act;
use crate::action::{Action, GROW, MEET, MEET_CRATE, SHRINK};
use crate::camera::Camera;
use crate::caption::{LEFT, PAIRS, RIGHT, TALK, TEMPLATES, WATERS};
use crate::colour::Colour;
use crate::mood::Mood;
use crate::object::Size;
use crate::phrase;
use crate::scene::Scene;
use crate::sky::{TimeOfDay, Weather};
use crate::speech;
use crate::style::Style;
use crate::words::{Synonyms, Verb};

/// The phrases of training captions, and those that only held-out captions have.
#[derive(Default)]
struct Phrases {
    trained: Vec<String>,
    held_out: Vec<&'static str>,
}

impl Phrases {
    fn take(&mut self, words: Synonyms) {
        self.trained.extend(words.trained.iter().map(|text| (*text).to_owned()));
        self.held_out.extend(words.held_out);
    }

    fn take_verbs(&mut self, verbs: Synonyms<Verb>) {
        let forms = |verb: &Verb| [verb.0, verb.1, verb.2];
        self.trained.extend(verbs.trained.iter().flat_map(forms).map(str::to_owned));
        self.held_out.extend(verbs.held_out.iter().flat_map(forms));
    }

    fn all() -> Self {
        let (trained, held_out) = phrase::phrases();
        let mut phrases = Self { trained, held_out };
        let fixed = TEMPLATES.iter().chain(PAIRS).chain(&WATERS).chain(FIXED);
        phrases.trained.extend(fixed.map(|text| (*text).to_owned()));
        phrases.trained.extend(speech::lines().map(speech::words));
        [RIGHT, LEFT].into_iter().for_each(|words| phrases.take(words));
        [TALK, GROW, SHRINK, MEET, MEET_CRATE].into_iter().for_each(|verbs| phrases.take_verbs(verbs));
        Action::ALL.into_iter().for_each(|action| phrases.take_verbs(action.verbs()));
        Act::ALL.into_iter().for_each(|act| phrases.take_verbs(act.verbs()));
        Colour::ALL.into_iter().for_each(|colour| phrases.take(colour.words()));
        Size::ALL.into_iter().for_each(|size| phrases.take(size.words()));
        Camera::ALL.into_iter().for_each(|camera| phrases.take(camera.words()));
        Style::ALL.into_iter().for_each(|style| phrases.take(style.words()));
        Mood::ALL.into_iter().for_each(|mood| phrases.take(mood.words()));
        TimeOfDay::ALL.into_iter().for_each(|time| phrases.take(time.words()));
        Weather::ALL.into_iter().for_each(|weather| phrases.take(weather.words()));
        for scene in Scene::ALL {
            phrases.take(scene.places());
            let near = scene.grounds().iter().chain(scene.airs());
            phrases.trained.extend(near.map(|text| (*text).to_owned()));
        }
        phrases
    }
}

/// Words that sentences have beside their parts.
const FIXED: &[&str] = &["a an two three is are it they", "people together this person", "says saying"];

fn words_of<'a>(phrases: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let words = phrases.flat_map(str::split_whitespace).filter(|word| !word.starts_with('{'));
    words.map(str::to_owned).collect()
}

/// Every word that a caption can contain, sorted.
pub fn words() -> BTreeSet<String> {
    let phrases = Phrases::all();
    let held = phrases.held_out.iter().copied().map(str::to_owned);
    let plurals = phrases.held_out.iter().map(|noun| phrase::plural(noun));
    let all: Vec<String> = phrases.trained.iter().cloned().chain(held).chain(plurals).collect();
    words_of(all.iter().map(String::as_str))
}

/// Every word that only captions of the held-out split can contain, sorted.
pub fn held_out_words() -> BTreeSet<String> {
    let phrases = Phrases::all();
    let trained = words_of(phrases.trained.iter().map(String::as_str));
    let held = words_of(phrases.held_out.iter().copied());
    held.into_iter().filter(|word| !trained.contains(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_held_out_phrase_has_a_word_that_is_never_trained_on() {
        let held = held_out_words();
        for phrase in Phrases::all().held_out {
            assert!(phrase.split(' ').any(|word| held.contains(word)), "{phrase}");
        }
    }

    #[test]
    fn the_committed_list_of_synonyms_is_what_the_generator_holds_out() {
        let lines: String = held_out_words().iter().map(|word| format!("{word}\n")).collect();
        assert_eq!(include_str!("../held-out-synonyms.txt"), lines);
    }

    #[test]
    fn the_words_of_the_readme_prompt_are_in_the_list() {
        let known = words();
        for word in "a red ball bounces on the grass meadow".split(' ') {
            assert!(known.contains(word), "{word}");
        }
    }
}
