//! Who may use a character: grants by handle, and who follows whom.

pub mod flow;
mod routes;
pub mod store;
pub mod wire;

pub use routes::routes;
