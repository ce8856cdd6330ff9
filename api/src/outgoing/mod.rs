//! The one client for requests to addresses that customers name: it calls public addresses alone, and those that the
//! operator allows. It follows no redirect and uses no proxy. What it is called for is the features' matter.

mod addresses;
mod allow;
mod client;
mod resolver;
pub mod rules;

pub use allow::Allow;
pub use client::{ANSWER_TIMEOUT_MS, Fault, Letter, Outgoing, Reply};
pub use resolver::{Looking, Lookup};
pub use rules::BadUrl;
