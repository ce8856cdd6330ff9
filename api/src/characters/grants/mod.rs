//! Who may use a character: grants by handle, and who follows whom.

pub mod store;
