//! Seeded chance: every random choice of a clip comes from here, and from nowhere else.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Which of the disjoint sets of clips is drawn. The tag is part of the seed, so no two splits can share a
/// clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// What the model is trained on; never a held-out combination.
    Train,
    /// Combinations that are trained on, in clips that are not.
    Validation,
    /// Only combinations that are never trained on.
    HeldOut,
    /// All combinations, in clips of no other split: what an evaluation's classifier learns from.
    Judge,
}

impl Split {
    /// Every split.
    pub const ALL: [Self; 4] = [Self::Train, Self::Validation, Self::HeldOut, Self::Judge];

    /// Whether something that is or is not held out may be in the split.
    pub fn takes(self, held_out: bool) -> bool {
        match self {
            Self::Train | Self::Validation => !held_out,
            Self::HeldOut => held_out,
            Self::Judge => true,
        }
    }

    fn tag(self) -> &'static [u8; 8] {
        match self {
            Self::Train => b"train   ",
            Self::Validation => b"validate",
            Self::HeldOut => b"held-out",
            Self::Judge => b"judge   ",
        }
    }
}

/// The part of a clip that a die is for. Parts are independent, so a change of one leaves the others as
/// they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Factors and layout.
    Plan,
    /// The words.
    Caption,
    /// The background.
    Backdrop,
    /// The path of the object.
    Motion,
    /// The sound.
    Sound,
    /// The people.
    Cast,
    /// The looks of people who come back.
    Identity,
    /// What falls from the sky.
    Weather,
    /// What is said.
    Speech,
}

/// Where a clip comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The set of clips.
    pub split: Split,
    /// The seed of the whole stream.
    pub seed: u64,
    /// The clip's place in the stream.
    pub index: u64,
}

/// A die for one part of one clip.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The die for `part` of the clip at `source`.
    pub fn new(source: Source, part: Part) -> Self {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(source.split.tag());
        key[8..16].copy_from_slice(&source.seed.to_le_bytes());
        key[16..24].copy_from_slice(&source.index.to_le_bytes());
        key[24] = part as u8;
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Uniform in `[0, 1)`.
    pub fn unit(&mut self) -> f32 {
        // 24 bits are what an f32 holds exactly; more would round up to 1.
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }

    /// Uniform in `[low, high)`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// True with probability `share`.
    pub fn chance(&mut self, share: f32) -> bool {
        self.unit() < share
    }

    /// One of `items`, each as likely as the others.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        let at = (self.unit() * items.len() as f32) as usize;
        items[at.min(items.len() - 1)]
    }

    /// A seed for a cheap noise generator.
    pub fn word(&mut self) -> u32 {
        self.0.next_u32()
    }
}
