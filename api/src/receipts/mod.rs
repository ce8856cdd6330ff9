//! Receipts: what a clip is, what it cost, and the server's signature under both, so that whoever holds one can prove it
//! without asking. Signed as a JSON Web Signature (RFC 7515) with Ed25519 (RFC 8037).

mod flow;
mod routes;
pub mod rules;
pub mod wire;

pub use routes::routes;
