//! What was made and what it cost, by time: OpenAI's `usage` and `costs`. Statements are `credit`.

mod flow;
mod routes;
pub mod rules;
mod store;
mod wire;

pub use routes::routes;
