//! Captures: what is uploaded for a character, what is found in it, and whether it answers the challenge.

pub mod challenge;
pub mod checks;
pub mod consent;
pub mod decode;
pub mod flow;
pub mod jobs;
mod reader;
mod recogniser;
mod routes;
pub mod store;
pub mod subject;
pub mod upload;
pub mod wire;

pub use reader::Captures;
pub use routes::routes;
