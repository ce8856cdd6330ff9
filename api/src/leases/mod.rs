//! The worker's side of a video: claim a run, show that it lives, deliver the clip or say why there is none.
//! What customers see of it is `videos`. These routes are for workers of the same version and not public.

pub mod flow;
pub mod jobs;
pub mod node;
mod routes;
pub mod rules;
pub(crate) mod stop;
mod store;
mod upload;
pub mod wire;

pub use routes::routes;
