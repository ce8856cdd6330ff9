//! The operator's part: looking at what could not be checked, and approving or refusing it.

mod flow;
mod routes;
mod wire;

pub use routes::routes;
