//! Deliveries: who is told of an event, when it is tried, and what came of it. At least once each; in what order is not
//! promised. Where things are sent is `webhooks`, what happened is `events`.

mod flow;
pub mod jobs;
mod routes;
pub mod rules;
mod send;
mod store;
pub mod wire;

pub(crate) use flow::forget;
pub use routes::routes;
pub(crate) use send::test;
pub(crate) use store::cancel_pending;
