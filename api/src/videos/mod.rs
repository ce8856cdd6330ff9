//! Videos: what was asked for, how far it is, and the clip. Who makes the clip is `leases`.

mod content;
mod cost;
mod ends;
mod estimate;
mod flow;
pub mod jobs;
mod routes;
pub mod rules;
pub(crate) mod store;
pub mod wire;

pub(crate) use ends::end_without_clip;
pub use routes::routes;
