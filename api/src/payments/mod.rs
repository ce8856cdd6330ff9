//! Credit that is bought: the page on which it is, and the payment provider's messages about it. Which provider that is,
//! only `main` knows.

mod flow;
mod routes;
pub mod rules;
pub mod wire;

pub use flow::act_on_kept;
pub use routes::routes;
