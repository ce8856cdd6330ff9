//! Requests that are not done twice, however often they are sent: by a key of the client's (`Idempotency-Key`), or by the
//! count that official SDKs send with every try. The answer is stored in the transaction that did the work, and given again.
//! What the work is, this folder does not know.

mod document;
mod flow;
pub mod jobs;
mod once;
pub mod rules;
mod store;
mod working;

pub use document::describe;
pub use flow::Begun;
pub use once::{Ahead, Attempt, Once};
pub use rules::Kept;
pub use working::Working;
