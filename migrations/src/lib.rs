//! The database under Kinora: SQL for SQLite and PostgreSQL, the schema, the pool, transactions.
//!
//! Nothing here knows what a video means, what it costs, or how anybody asks for one. A caller
//! writes diesel queries against [`schema`], as functions that take [`&mut Db`](Db), and runs
//! them with [`Store::run`], everything that changes something inside one [`Db::write_tx`].

mod db;
mod error;
mod migrate;
mod pool;
pub mod schema;
mod store;
mod turn;
mod url;

#[cfg(feature = "testing")]
pub mod testing;

pub use db::{Backend, Db, Dialect};
pub use error::Error;
pub use store::{CONNECTION_WAIT_MS_DEFAULT, CONNECTIONS_MAX_DEFAULT, Store, StoreConfig};
