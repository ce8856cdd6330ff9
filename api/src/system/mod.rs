//! What a client or a load balancer asks about the server itself: which models there are, and whether it
//! lives and is ready.

mod routes;
mod store;
mod wire;

pub use routes::routes;
