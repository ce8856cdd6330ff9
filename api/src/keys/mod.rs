//! API keys: what they look like, how they are kept, and the ones that the first start makes.
//! Which handler wants which scope is `http::auth`.

pub mod flow;
pub mod rules;
mod secrets;
mod store;
mod verify;

pub use flow::{FirstKeys, first_start, worker_token};
pub use rules::{Kind, Pepper};
pub use secrets::{drop_pepper, open_pepper};
pub use verify::{Verified, verify};
