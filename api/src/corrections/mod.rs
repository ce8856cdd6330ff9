//! What the operator puts right: credit that is taken back, and what is owed and was paid by other means than Stripe.

mod flow;
mod routes;
mod wire;

pub use routes::routes;
