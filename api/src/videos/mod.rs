//! Videos: what was asked for, how far it is, and the clip. Who makes the clip is `leases`.

mod content;
mod cost;
mod estimate;
mod flow;
pub mod jobs;
mod routes;
pub mod rules;
pub(crate) mod store;
pub mod wire;

pub use routes::routes;
