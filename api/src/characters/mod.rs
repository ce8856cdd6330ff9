//! Characters: likenesses that people lend to videos. What is asked of a person before, who may use theirs, in which videos
//! it is, and how all of it is taken back.

pub mod audit;
mod capture;
pub mod cast;
mod grants;
pub mod keeper;
mod refused;
pub mod rules;
mod store;
mod uses;
mod words;

pub use refused::CameoRefused;
