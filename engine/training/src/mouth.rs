//! What a face does while somebody talks: where the words come from is in `speech`, how it is painted in `figure`.

/// A mouth in one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mouth {
    /// How far it is open: 0 is closed, 1 as wide as it goes.
    pub open: f32,
    /// How round the lips are: 0 is as wide as at rest, 1 as for "oo".
    pub round: f32,
}

/// What the first person of a clip says.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// The words in lower case, without punctuation but for apostrophes within words.
    pub text: String,
    /// When the first sample is heard, in seconds.
    pub at: f32,
    /// The voice, 16 kHz, between -1 and 1.
    pub samples: Vec<f32>,
    /// The mouth in every frame of the clip, closed where nothing is said.
    pub mouths: Vec<Mouth>,
}
