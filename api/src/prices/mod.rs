//! What the operator charges and pays: price lists, discounts, and what an hour of a device costs. Each is in force from
//! some time on and never changed afterwards.

mod flow;
mod routes;
mod store;
mod wire;

pub use routes::routes;
