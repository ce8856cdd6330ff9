//! Videos that have a character: its owner sees and takes back all of them.

pub mod store;
