//! The weights that are part of the program.

use std::borrow::Cow;

/// The four files of a model.
#[derive(Clone, Debug)]
pub struct Weights {
    /// `config.json`.
    pub config: Cow<'static, str>,
    /// `words.txt`.
    pub words: Cow<'static, str>,
    /// `concepts.txt`.
    pub concepts: Cow<'static, str>,
    /// `model.safetensors`.
    pub tensors: Cow<'static, [u8]>,
}

impl Weights {
    /// The committed weights of kinora-mini.
    #[must_use]
    pub const fn embedded() -> Self {
        Self {
            config: Cow::Borrowed(include_str!("../../../weights/kinora-mini/config.json")),
            words: Cow::Borrowed(include_str!("../../../weights/kinora-mini/words.txt")),
            concepts: Cow::Borrowed(include_str!("../../../weights/kinora-mini/concepts.txt")),
            tensors: Cow::Borrowed(include_bytes!("../../../weights/kinora-mini/model.safetensors")),
        }
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// What a published package may hold.
    const TENSORS_BYTES_MAX: usize = 20_000_000;

    #[test]
    fn the_embedded_files_are_those_of_the_committed_list() {
        let weights = Weights::embedded();
        let files = [
            ("concepts.txt", weights.concepts.as_bytes()),
            ("config.json", weights.config.as_bytes()),
            ("model.safetensors", &weights.tensors),
            ("words.txt", weights.words.as_bytes()),
        ];
        let list = include_str!("../../../weights/kinora-mini/SHA256SUMS");
        for (name, bytes) in files {
            let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(list.lines().any(|line| line == format!("{hex}  {name}")), "{name} is {hex}");
        }
        assert!(weights.tensors.len() <= TENSORS_BYTES_MAX);
    }
}
