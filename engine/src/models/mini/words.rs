//! The words of a prompt as rows of the table. A word that the transformer never saw is read as the nearest one that it did.

use std::collections::{HashMap, HashSet};

/// Least cosine of two words' vectors for one to be read as the other. In the shipped table lion and animal (0.57) or truck
/// and car (0.63) are above it, wolf and animal (0.49) or pizza and fish (0.40) below.
const NEAR_MIN: f32 = 0.5;
/// Words that say nothing alone, so that no other word is read as one of them.
const GRAMMAR: [&str; 52] = [
    "a", "across", "after", "again", "along", "among", "an", "and", "another", "around", "at", "be", "by",
    "can", "does", "down", "during", "for", "from", "he", "hello", "i", "in", "is", "it", "keeps", "makes",
    "making", "no", "not", "of", "on", "over", "saying", "says", "shows", "that", "the", "there", "this",
    "through", "to", "towards", "turning", "turns", "up", "was", "we", "while", "with", "yes", "you",
];
/// What people are called, which is read as `person`: as single words, the vectors of most of these lie elsewhere, that of "man"
/// next to "that".
const PEOPLE: [&str; 16] = [
    "boy", "boys", "child", "children", "girl", "girls", "guy", "human", "kid", "lady", "man", "men",
    "people", "someone", "woman", "women",
];
/// Endings that are taken from a word that is not in the list, the first that leaves a word that is.
const ENDINGS: [&str; 6] = ["ing", "ed", "es", "'s", "s", "ly"];

/// The word list: line `i` of `words.txt` is row `i` of the table. Row 0 stands for no word.
#[derive(Clone, Debug)]
pub struct Words {
    rows: HashMap<String, usize>,
    /// Rows that the transformer was trained on.
    trained: usize,
    /// Every row's vector, of length 1.
    vectors: Vec<Vec<f32>>,
    /// Rows that another word may be read as.
    concepts: Vec<usize>,
}

impl Words {
    /// Reads the list; `table` has a vector for each line, of which the first `trained` were trained on.
    #[must_use]
    pub fn read(text: &str, trained: usize, table: &[f32]) -> Self {
        let rows: HashMap<_, _> = text.lines().map(str::to_owned).zip(0..).collect();
        let numbers = table.len() / text.lines().count().max(1);
        let vectors = table.chunks_exact(numbers.max(1)).map(unit).collect();
        let trained = trained.min(rows.len());
        let says = |(word, row): (&String, &usize)| {
            let is_concept = (1..trained).contains(row) && !GRAMMAR.contains(&word.as_str());
            is_concept.then_some(*row)
        };
        let mut concepts: Vec<_> = rows.iter().filter_map(says).collect();
        concepts.sort_unstable();
        Self { trained, rows, vectors, concepts }
    }

    /// Rows of the first `max` words of a prompt that say something to the transformer. Words are runs of `a-z`, `0-9` and
    /// `'` in the lower-case text; one that is neither known nor near to one that is, is left out.
    #[must_use]
    pub fn rows(&self, prompt: &str, max: usize) -> Vec<i32> {
        let lower = prompt.to_lowercase();
        let words =
            lower.split(|c: char| !matches!(c, 'a'..='z' | '0'..='9' | '\'')).filter(|word| !word.is_empty());
        let rows = words.filter_map(|word| self.read_as(word.trim_matches('\'')));
        rows.take(max).filter_map(|row| i32::try_from(row).ok()).collect()
    }

    /// As [`Words::rows`]; of a prompt with more than `max` of them, words that say nothing alone and those that were there before are
    /// left out before any other.
    #[must_use]
    pub fn gist(&self, prompt: &str, max: usize) -> Vec<i32> {
        let mut rows = self.rows(prompt, usize::MAX);
        if rows.len() > max {
            let mut seen = HashSet::new();
            rows.retain(|row| {
                let is_concept =
                    usize::try_from(*row).is_ok_and(|row| self.concepts.binary_search(&row).is_ok());
                is_concept && seen.insert(*row)
            });
            rows.truncate(max);
        }
        rows
    }

    /// The trained row that a word is read as, if there is one.
    fn read_as(&self, word: &str) -> Option<usize> {
        let row = self.row(word);
        match self.rows.get("person") {
            Some(person)
                if *person < self.trained
                    && row.is_none_or(|row| row >= self.trained)
                    && PEOPLE.contains(&word) =>
            {
                Some(*person)
            }
            _ => self.nearest(row?),
        }
    }

    /// The row of a word, or of what is left of it without an ending.
    fn row(&self, word: &str) -> Option<usize> {
        let whole = std::iter::once(word);
        let parts = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
        whole.chain(parts).find_map(|part| self.rows.get(part).copied())
    }

    /// The trained row that is nearest in meaning, if one is near; a trained row itself.
    fn nearest(&self, row: usize) -> Option<usize> {
        if row < self.trained {
            return (row > 0).then_some(row);
        }
        let vector = self.vectors.get(row)?;
        let cosine =
            |other: &usize| -> f32 { self.vectors[*other].iter().zip(vector).map(|(a, b)| a * b).sum() };
        let near = self.concepts.iter().map(|other| (cosine(other), *other));
        near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(cosine, _)| *cosine >= NEAR_MIN).map(|(_, row)| row)
    }
}

fn unit(vector: &[f32]) -> Vec<f32> {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    vector.iter().map(|number| number / length.max(f32::MIN_POSITIVE)).collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::models::mini::{Model, Weights};

    /// Red and ball are trained; crimson is near to red, tax to nothing.
    fn words() -> Words {
        let table = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.9, 0.1, 0.0], [0.1, 0.1, 5.0]];
        Words::read("<unk>\nred\nball\ncrimson\ntax", 3, table.as_flattened())
    }

    #[test]
    fn a_word_is_read_as_the_nearest_that_was_trained() {
        assert_eq!(words().rows("A CRIMSON ball, red-crimson!", 9), [1, 2, 1, 1]);
        assert_eq!(words().rows("crimson red ball", 2), [1, 1]);
    }

    #[test]
    fn of_a_long_prompt_words_that_say_nothing_alone_and_repetitions_are_left_out_first() {
        let table = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
        let words = Words::read("<unk>\nthe\nred\nball", 4, table.as_flattened());
        assert_eq!(words.gist("the red the ball", 4), [1, 2, 1, 3]);
        assert_eq!(words.gist("the red the ball", 3), [2, 3]);
        assert_eq!(words.gist("the red ball the ball", 2), [2, 3]);
        assert_eq!(words.gist(&"red ".repeat(35), 20), [2]);
    }

    #[test]
    fn a_word_is_found_without_its_ending() {
        assert_eq!(words().rows("balls balling reds", 9), [2, 2, 1]);
    }

    #[test]
    fn in_the_shipped_table_words_are_read_as_the_concepts_that_the_card_names() {
        let weights = Weights::embedded();
        let model = Model::load(&weights, &Device::flex()).unwrap();
        let read = |word: &str| model.words.rows(word, 9);
        for (word, as_word) in [
            ("man", "person"),
            ("women", "person"),
            ("a child", "a person"),
            ("dog", "animal"),
            ("lion", "animal"),
            ("eagle", "bird"),
            ("truck", "car"),
            ("tiny", "small"),
            ("'red'", "red"),
            ("galaxy", "planet"),
            ("pizza philosophy", ""),
        ] {
            assert_eq!(read(word), read(as_word), "{word}");
        }
    }

    #[test]
    fn what_is_near_to_nothing_is_left_out() {
        assert_eq!(words().rows("the tax ball of <unk> taxes zyx", 9), [2]);
        assert_eq!(words().rows("", 9), [0_i32; 0]);
    }
}
