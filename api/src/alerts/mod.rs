//! What is told when an organization or a project has spent some amount in a month, and the events that tell it.
//! What may be spent at most is `spend`. No mail is sent from here.

mod flow;
mod routes;
mod store;
mod wire;

pub use routes::routes;
