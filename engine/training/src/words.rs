//! The words for one value of a factor: some are trained on, and some are kept to see whether the text encoder carries
//! them to their neighbours.

use crate::dice::{Dice, Split};

/// How often an evaluation caption uses a word that no training caption has.
const HELD_OUT_SHARE: f32 = 0.5;

/// How often the plain word is taken: it must stay the best-learned one.
const PLAIN_SHARE: f32 = 0.4;

/// Ways to say one thing.
#[derive(Clone, Copy, Debug)]
pub struct Synonyms<Form: 'static = &'static str> {
    /// What training captions use, the plain one first.
    pub trained: &'static [Form],
    /// What only captions of the held-out split use: each has a word that no trained phrase has.
    pub held_out: &'static [Form],
}

impl<Form: Copy> Synonyms<Form> {
    /// The plain way.
    pub fn plain(&self) -> Form {
        self.trained[0]
    }

    /// One of the ways that the split may use.
    pub fn draw(&self, split: Split, dice: &mut Dice) -> Form {
        if split == Split::HeldOut && !self.held_out.is_empty() && dice.chance(HELD_OUT_SHARE) {
            return dice.pick(self.held_out);
        }
        if dice.chance(PLAIN_SHARE) { self.trained[0] } else { dice.pick(self.trained) }
    }
}

/// The three forms of a verb: "a ball bounces", "a ball bouncing" and "two balls bounce".
#[derive(Clone, Copy, Debug)]
pub struct Verb(pub &'static str, pub &'static str, pub &'static str);
