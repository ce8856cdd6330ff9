//! What every request passes, whatever it asks for: the request id, the shield against floods, the key, the body, the
//! query, and the answer to a path that is not there. It knows no feature.

pub mod auth;
mod body;
pub mod csv;
mod fallback;
pub mod fields;
mod fingerprint;
mod multipart;
pub mod page;
mod query;
mod range;
mod server;
mod shield;
mod spool;
mod stamp;

pub use auth::{Admin, Caller, Operator, Signer, Tenant};
pub use body::Body;
pub use fields::{Fields, wrong_type};
pub use page::{Deleted, List, Order, Page, Window};
pub use query::Query;
pub use range::{Asked, Conditions};
pub use server::serve;
pub(crate) use shield::HEALTH;
pub use spool::Upload;
pub use stamp::REQUEST_ID;
