//! Characters: likenesses that people lend to videos. What is asked of a person before, who may use theirs, in which videos
//! it is, and how all of it is taken back.

mod audit;
mod capture;
pub mod cast;
mod flow;
mod grants;
pub mod jobs;
pub mod keeper;
mod refused;
mod review;
mod routes;
pub mod rules;
mod show;
mod store;
mod uses;
pub mod wire;
mod words;

pub use capture::Captures;
pub use refused::CameoRefused;
pub use routes::routes;
