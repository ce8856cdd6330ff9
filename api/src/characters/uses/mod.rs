//! Videos that have a character: its owner sees and takes back all of them.

pub mod flow;
pub mod forget;
mod routes;
pub mod store;
pub mod take_back;
pub mod wire;

pub use routes::routes;
