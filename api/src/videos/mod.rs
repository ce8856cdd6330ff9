//! Videos: what was asked for, how far it is, and the clip. Who makes the clip is `leases`.

mod answer;
mod bodies;
mod casting;
mod content;
mod cost;
mod ends;
mod estimate;
mod flow;
mod forecast;
pub mod jobs;
mod order;
pub mod request;
mod routes;
pub mod rules;
pub(crate) mod store;
pub mod wire;
pub mod wish;

pub(crate) use answer::placed;
pub(crate) use bodies::{CharacterReference, Metadata, max_cost_schema};
pub(crate) use content::{FileBytes, Variant, answer as send_content};
pub(crate) use ends::end_without_clip;
pub(crate) use estimate::{VideoOrEstimate, estimate};
pub(crate) use flow::{cancel_in, create, find};
pub use forecast::Forecasts;
pub(crate) use order::{Order, place};
pub(crate) use routes::id_in_path;
pub use routes::routes;
