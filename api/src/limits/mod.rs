//! How many videos a project and a key may ask for in a minute, how many seconds of them in a day, how many may wait
//! and how many may be made at a time: set by administrators, held when a video is made and, the last one, when a
//! worker takes it. What may be spent is `spend`; what one address may send is `http::shield`.

mod flow;
mod headers;
mod routes;
mod rules;
mod store;
mod wire;

pub use flow::{Demand, Terms, admit, may_begin};
pub use headers::{Left, Limited, Room};
pub use routes::routes;
pub use rules::{Exceeded, Limit, Scope};
pub(crate) use store::NOT_FULL;
