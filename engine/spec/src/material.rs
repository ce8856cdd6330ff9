//! What a run is given beside its spec: pictures, clips and looks that the customer handed in, or that earlier runs made.

use crate::{Audio, Frames, Likeness, Picture};

/// Everything that a spec refers to. Whoever runs the engine has read and checked it.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// The picture that the clip begins with, of exactly the spec's size: with [`Source::Picture`](crate::Source).
    pub picture: Option<Picture>,
    /// The clip that is changed or goes on: with [`Source::Remix`](crate::Source) and [`Source::Extend`](crate::Source).
    pub clip: Option<SourceClip>,
    /// One for each of the spec's `cast`, in that order.
    pub likenesses: Vec<Likeness>,
}

/// A clip to go on from.
#[derive(Clone, Debug)]
pub enum SourceClip {
    /// One that this engine made, as [`Clip::latents`](crate::Clip) were.
    Latents(Vec<u8>),
    /// Any other: its pictures, at whatever size and rate they were decoded, and its sound.
    Decoded(Frames, Option<Audio>),
}
