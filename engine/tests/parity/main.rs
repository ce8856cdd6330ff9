//! Every stage against numbers that somebody else computed (`tests/reference`), and what must hold without such numbers.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod behaviour;
mod checkpoints;
mod devices;
mod golden;
mod samplers;
mod transformer;
