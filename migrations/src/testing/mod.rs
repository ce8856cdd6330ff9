//! Fresh databases for tests: one SQLite file, and one database in a PostgreSQL of their own.
//!
//! PostgreSQL is started from whatever is installed, in a temporary folder, once per test process,
//! and is gone when the process is, however it ends. Without one, tests run on SQLite alone and
//! say so; `KINORA_REQUIRE_ALL=1` turns that into a failure.
#![expect(clippy::expect_used, reason = "a test that cannot get a database has failed")]

mod postgres;

use tempfile::TempDir;

use crate::{Store, StoreConfig};

/// A database that nobody else uses, and that goes away with this value.
#[derive(Debug)]
pub struct TestDb {
    /// The open store.
    pub store: Store,
    /// What [`Store::open`] was given; opens the same database again.
    pub url: String,
    /// Holds the SQLite file.
    _folder: Option<TempDir>,
}

/// Connections of one test's store: enough to meet each other, few enough for many tests at once.
const CONNECTIONS_MAX: u32 = 8;

/// Slow machines run many tests at once.
const CONNECTION_WAIT_MS: u64 = 30_000;

/// A fresh database of each kind, with the current schema.
///
/// # Panics
/// If one cannot be made; or if PostgreSQL is not installed and `KINORA_REQUIRE_ALL=1`.
pub fn databases() -> Vec<TestDb> {
    let databases = empty_databases();
    for database in &databases {
        database.store.migrate().expect("a fresh database takes the schema");
    }
    databases
}

/// Runs `test` on a fresh database of each kind, with the current schema.
///
/// # Panics
/// As [`databases`].
pub fn each_database(test: impl Fn(&Store)) {
    for database in databases() {
        test(&database.store);
    }
}

/// A fresh database of each kind, without any table.
///
/// # Panics
/// As [`databases`].
pub fn empty_databases() -> Vec<TestDb> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let sqlite = format!("sqlite:{}", folder.path().join("kinora.db").display());
    let mut databases = vec![open(sqlite, Some(folder))];
    if let Some(url) = postgres::fresh_database() {
        databases.push(open(url, None));
    }
    databases
}

fn open(url: String, folder: Option<TempDir>) -> TestDb {
    let config = StoreConfig { connections_max: CONNECTIONS_MAX, connection_wait_ms: CONNECTION_WAIT_MS };
    let store = Store::open(&url, config).expect("a fresh database opens");
    TestDb { store, url, _folder: folder }
}
