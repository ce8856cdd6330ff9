//! What an organization, a project or a key may spend in a calendar month. What is told when an amount is reached
//! is `alerts`.

mod flow;
mod routes;
pub mod rules;
pub(crate) mod wire;

pub use flow::{Target, resolve};
pub use routes::routes;
