//! How many videos a project may ask for in a minute, by model: set by its administrators, held when a video is
//! made. What it may spend is `spend`.

mod flow;
mod routes;
mod rules;
mod store;
mod wire;

pub use flow::admit;
pub use routes::routes;
