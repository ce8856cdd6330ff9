//! Files that customers upload, and that batches write for them. What is in one, only `batches` knows.

pub(crate) mod flow;
pub mod jobs;
mod routes;
mod rules;
mod store;
mod upload;
pub mod wire;

pub(crate) use flow::find;
pub use routes::routes;
pub use rules::{FILE_BYTES_MAX, FILES_BYTES_MAX, FILES_MAX};
pub(crate) use rules::{Purpose, expires_at};
pub(crate) use store::{NewFile, insert, lock_project};
