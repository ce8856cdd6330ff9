//! Money: how much something costs, exactly.
//!
//! Today this is one type, [`Micros`], and one rounding. The price book, quotes, the ledger,
//! holds, limits and statements belong here too and are not written yet. Nothing here knows what
//! a video is, which device made it, who asked over HTTP, or that Stripe exists.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

mod micros;

pub use micros::Micros;
