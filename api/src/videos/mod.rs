//! Videos: what was asked for, how far it is, and the clip. Who makes the clip is `leases`.

mod answer;
mod content;
mod cost;
mod ends;
mod estimate;
mod flow;
mod forecast;
pub mod jobs;
pub mod request;
mod routes;
pub mod rules;
pub(crate) mod store;
pub mod wire;

pub(crate) use content::{FileBytes, Variant, answer as send_content};
pub(crate) use ends::end_without_clip;
pub(crate) use flow::{Order, cancel_in, find, place};
pub use forecast::Forecasts;
pub(crate) use routes::id_in_path;
pub use routes::routes;
