//! Videos as they change: a stream of events, and requests that wait for the end. Who changes a video is `videos` and
//! `leases`; what is told here is read from the database, so that it does not matter which node changed it.

mod hub;
pub mod jobs;
mod routes;
mod rules;
pub(crate) mod store;
mod stream;
mod wait;
pub mod wire;

pub use hub::Hub;
pub use routes::routes;
pub use rules::{STREAM_RETRY_AFTER_MS, STREAMS_MAX, STREAMS_PER_KEY_MAX, WAIT_SECONDS_MAX, is_picture};
pub(crate) use wait::{Preferred, wait_until_over};
