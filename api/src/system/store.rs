//! The least that a database answers.

use diesel::RunQueryDsl as _;
use kinora_store::{Error, Store};

/// Fails when the database cannot be reached.
pub async fn reach(store: &Store) -> Result<(), Error> {
    store.run(|db| diesel::sql_query("SELECT 1").execute(db).map(drop).map_err(Error::from)).await
}
