//! What an organization has, owes, and was charged: its balances, its blocks of credit, and its statements.

pub(crate) mod flow;
mod routes;
mod store;
pub(crate) mod wire;

pub use routes::routes;
