//! Where videos meet money: what of a video is priced, the price list this server starts with, and the loops that keep
//! the books. The books themselves are `kinora_billing`.

mod flow;
pub mod jobs;
pub mod rules;
mod store;

pub use flow::{load_price_list, missing_price};
pub use store::{Audit, audit};
