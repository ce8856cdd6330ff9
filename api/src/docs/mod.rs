//! The API's description for people and for programs: `/docs` and `/openapi.json`. Nothing of it comes from another server,
//! and neither is part of the API that it describes.

mod routes;

pub use routes::routes;
