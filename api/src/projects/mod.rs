//! The projects of an organization: made, renamed and archived by its administrators. Their keys are `keys`,
//! their limits `limits`.

pub mod flow;
mod routes;
mod store;
pub(crate) mod wire;

pub use flow::{active, required};
pub use routes::routes;
pub use store::ProjectRow;
pub(crate) use store::{insert, is_archived};
