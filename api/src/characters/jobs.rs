//! What is done about characters by itself.

pub use super::capture::jobs::sweep;
