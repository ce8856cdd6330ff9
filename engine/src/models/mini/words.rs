//! The words of a prompt as rows of the table. A word that the transformer never saw is read as the one that stands for it.

use std::collections::{HashMap, HashSet};

/// Words that say nothing alone, so that a long prompt can do without them.
const GRAMMAR: &str = include_str!("grammar.txt");
/// Endings that are taken from a word that is not in a list, the first that leaves a word that is.
const ENDINGS: [&str; 6] = ["ing", "ed", "es", "'s", "s", "ly"];

/// The words that the model can read.
#[derive(Clone, Debug)]
pub struct Words {
    /// The row of the table of each; several may be read as one, and some say nothing to the transformer.
    rows: HashMap<String, Option<i32>>,
    /// Rows that say nothing alone.
    grammar: HashSet<i32>,
}

impl Words {
    /// Reads the lists. Of `words`, line `i` is row `i` of the table, the first `trained` were trained on, and row 0 stands for no
    /// word. `concepts` has a line `word concept` for each word that is read as a trained one.
    ///
    /// # Errors
    /// A line that is not so.
    pub fn read(words: &str, trained: usize, concepts: &str) -> Result<Self, String> {
        let known = i32::try_from(trained).unwrap_or(i32::MAX);
        let row = |(word, row): (&str, i32)| (word.to_owned(), (1..known).contains(&row).then_some(row));
        let mut rows: HashMap<_, _> = words.lines().zip(0..).map(row).collect();
        let grammar = GRAMMAR.split_whitespace().filter_map(|word| *rows.get(word)?).collect();
        let own = rows.clone();
        for line in concepts.lines() {
            let refused = || format!("{line:?} is not a word that was not trained on and one that was");
            let (word, concept) = line.split_once(' ').ok_or_else(refused)?;
            let row = own.get(concept).copied().flatten().ok_or_else(refused)?;
            if word.is_empty() || !word.chars().all(is_letter) {
                return Err(refused());
            }
            if rows.insert(word.to_owned(), Some(row)).flatten().is_some() {
                return Err(refused());
            }
        }
        Ok(Self { rows, grammar })
    }

    /// Rows of the first `max` words of a prompt that say something to the transformer. Words are runs of `a-z`, `0-9` and
    /// `'` in the lower-case text; one that can not be read is left out.
    #[must_use]
    pub fn rows(&self, prompt: &str, max: usize) -> Vec<i32> {
        let lower = prompt.to_lowercase().replace('’', "'");
        let words = lower.split(|c| !is_letter(c)).filter(|word| !word.is_empty());
        words.filter_map(|word| self.row(word.trim_matches('\''))).take(max).collect()
    }

    /// As [`Words::rows`]; of a prompt with more than `max` of them, words that say nothing alone and those that were there before are
    /// left out before any other.
    #[must_use]
    pub fn gist(&self, prompt: &str, max: usize) -> Vec<i32> {
        let mut rows = self.rows(prompt, usize::MAX);
        if rows.len() > max {
            let mut seen = HashSet::new();
            rows.retain(|row| !self.grammar.contains(row) && seen.insert(*row));
            rows.truncate(max);
        }
        rows
    }

    /// The row of a word, or, of one that is not listed, of what is left of it without an ending.
    fn row(&self, word: &str) -> Option<i32> {
        let whole = std::iter::once(word);
        let parts = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
        whole.chain(parts).find_map(|part| self.rows.get(part).copied()).flatten()
    }
}

/// Whether words are made of it.
fn is_letter(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '\'')
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::models::mini::{Model, Weights};

    fn words() -> Words {
        Words::read("<unk>\nred\nball\ncrimson\ntax", 3, "crimson red\norb ball\n").unwrap()
    }

    #[test]
    fn a_word_is_read_as_the_concept_that_stands_for_it() {
        assert_eq!(words().rows("A CRIMSON ball, red-crimson!", 9), [1, 2, 1, 1]);
        assert_eq!(words().rows("crimson red ball", 2), [1, 1]);
    }

    #[test]
    fn of_a_long_prompt_words_that_say_nothing_alone_and_repetitions_are_left_out_first() {
        let words = Words::read("<unk>\nthe\nred\nball", 4, "").unwrap();
        assert_eq!(words.gist("the red the ball", 4), [1, 2, 1, 3]);
        assert_eq!(words.gist("the red the ball", 3), [2, 3]);
        assert_eq!(words.gist("the red ball the ball", 2), [2, 3]);
        assert_eq!(words.gist(&"red ".repeat(35), 20), [2]);
    }

    #[test]
    fn a_word_is_found_without_its_ending() {
        assert_eq!(words().rows("balls balling reds orbs", 9), [2, 2, 1, 2]);
        let words = Words::read("<unk>\ncar\ncaring", 2, "").unwrap();
        assert_eq!(words.rows("caring cared", 9), [1]);
    }

    #[test]
    fn in_the_shipped_lists_words_are_read_as_the_concepts_that_the_card_names() {
        let model = Model::load(&Weights::embedded(), &Device::flex()).unwrap();
        let read = |word: &str| model.words.rows(word, 9);
        for (word, as_word) in [
            ("truck", "car"),
            ("tiny", "little"),
            ("a small dog", "a little cat"),
            ("hops", "jumping"),
            ("doctor", "person"),
            ("two women and a child", "two person and a person"),
            ("scarlet", "red"),
            ("tokyo", "city"),
            ("guitar", "music"),
            ("lions", "animal"),
            ("'red' or blue", "red blue"),
            ("they’re very", ""),
            ("pizza philosophy", ""),
        ] {
            assert_eq!(read(word), read(as_word), "{word}");
            assert!(as_word.is_empty() || !read(as_word).is_empty(), "{as_word}");
        }
    }

    #[test]
    fn what_no_concept_stands_for_is_left_out() {
        assert_eq!(words().rows("the tax ball of <unk> taxes zyx", 9), [2]);
        assert_eq!(words().rows("", 9), [0_i32; 0]);
    }

    #[test]
    fn a_concept_that_was_not_trained_on_is_refused() {
        for line in [
            "crimson tax",
            "crimson",
            "crimson <unk>",
            "",
            " red",
            "red ball",
            "Crimson red",
            "orb red",
            "tax orb",
        ] {
            let concepts = format!("orb ball\n{line}\n");
            assert!(Words::read("<unk>\nred\nball\ncrimson\ntax", 3, &concepts).is_err(), "{line:?}");
        }
    }
}
