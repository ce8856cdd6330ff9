//! API keys: what they look like, how they are kept, the ones that the first start makes, and the ones that an
//! organization's administrators make. Which handler wants which scope is `http::auth`.

pub mod flow;
mod manage;
mod routes;
pub mod rules;
mod secrets;
mod store;
mod verify;
pub(crate) mod wire;

pub use flow::{FirstKeys, first_start, worker_token};
pub(crate) use manage::{
    create_of_admin, create_of_project, find_of_project, list_of_project, required_of_admin,
    required_of_project, revoke_of_project,
};
pub use routes::routes;
pub use rules::{Kind, Pepper};
pub use secrets::{drop_pepper, open_pepper};
pub(crate) use store::KeyInfo;
pub(crate) use verify::is_good;
pub use verify::{Owner, Verified, verify};
