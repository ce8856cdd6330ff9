//! Names of diffusers' Wan checkpoints that differ from the module's paths.

use crate::checkpoint::Names;

/// For [`Checkpoint::load`](crate::checkpoint::Checkpoint::load).
pub const NAMES: Names = &[
    // diffusers keeps a list of a projection and a dropout.
    (".to_out.0.", ".to_out."),
    // diffusers keeps a list of an activation that owns the first projection, a dropout and the second projection.
    (".ffn.net.0.proj.", ".ffn.wide."),
    (".ffn.net.2.", ".ffn.narrow."),
];
