//! What videos are made from beside words: earlier videos that are changed or go on, uploads, and pictures that they begin
//! with. Who was made from whom is remembered; the bytes are a video's own copy and live until it is over.

mod bodies;
mod decoding;
mod flow;
mod inputs;
pub mod jobs;
mod lineage;
mod material;
mod request;
mod routes;
pub mod rules;
pub(crate) mod store;
mod wire;

pub use decoding::Decoding;
pub(crate) use flow::{check_parent, forget_words, inputs_of, record};
pub(crate) use inputs::{Staged, discard};
pub(crate) use material::picture;
pub use routes::routes;
