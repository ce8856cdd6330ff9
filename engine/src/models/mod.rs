//! The models, one folder each.

pub mod mini;
pub mod wan;
