//! What whoever runs the server does: organizations and how they pay, their credit and statements, and what all of it
//! earns. Prices are `prices`.

mod flow;
pub mod margin;
mod routes;
mod store;
pub mod wire;

pub(crate) use flow::{known, required, whole};
pub use routes::routes;
pub(crate) use wire::{key, reason};
