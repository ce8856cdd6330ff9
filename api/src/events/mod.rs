//! What happened: one table of kinds, and the rows that say so. A row is written in the transaction that made it happen,
//! so it is there exactly if it did. Who is told, and how often that is tried, is `deliveries`.

pub mod kinds;
mod record;

pub use kinds::{About, Kind};
pub(crate) use record::has_kind;
pub use record::{endpoint_disabled, video, video_progress};
