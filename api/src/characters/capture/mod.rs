//! Captures: what is uploaded for a character, what is found in it, and whether it answers the challenge.

pub mod challenge;
pub mod checks;
