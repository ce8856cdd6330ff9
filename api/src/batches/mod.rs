//! Batches: many videos asked for with one file. Its lines become videos a few at a time, behind those that somebody waits
//! for; each is priced, held and made like any other. What a file is, `files` knows.

mod flow;
pub mod jobs;
mod lines;
mod results;
mod routes;
mod rules;
mod store;
mod submit;
mod validate;
pub mod wire;

pub use routes::routes;
pub use rules::{BATCHES_OPEN_MAX, LINE_BYTES_MAX, LINES_MAX, OPEN_VIDEOS_MAX};
