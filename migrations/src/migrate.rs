//! Brings a database to the schema this program was built with, one process at a time.
//!
//! The SQL is in `sqlite/` and `postgres/` beside `src/` and compiled into the program.

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{Db, Error};

const SQLITE: EmbeddedMigrations = embed_migrations!("sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("postgres");

/// The PostgreSQL advisory lock of whoever changes the schema: "kinora" in ASCII, then 1.
const MIGRATION_LOCK: i64 = 0x6b69_6e6f_7261_0001;

/// How long a process waits for another one that is changing the same SQLite file.
const SQLITE_MIGRATION_WAIT_MS: u32 = 60_000;

#[derive(Clone, Copy)]
pub(crate) enum Direction {
    /// Apply everything that is missing.
    Up,
    /// Revert everything. Loses all rows, so only tests can ask for it.
    #[cfg(feature = "testing")]
    Down,
}

/// Moves the schema on a connection of its own, which the caller drops afterwards: its settings
/// are changed here, and a lock that it still holds ends with it.
///
/// Returns the versions moved, in the order in which they were.
pub(crate) fn migrate(mut own: Db, direction: Direction) -> Result<Vec<String>, Error> {
    match &mut own {
        Db::Postgres(c) => postgres(c, direction),
        Db::Sqlite(c) => sqlite(c, direction),
    }
}

fn postgres(c: &mut PgConnection, direction: Direction) -> Result<Vec<String>, Error> {
    c.batch_execute("SET lock_timeout = 0; SET statement_timeout = 0")?;
    c.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
    let moved = apply(c, POSTGRES, direction);
    c.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
    moved
}

fn sqlite(c: &mut SqliteConnection, direction: Direction) -> Result<Vec<String>, Error> {
    // SQLite changes a table by rebuilding it, which live foreign keys would turn into deletes.
    // They can only be switched outside a transaction, and are checked as a whole before its end.
    c.batch_execute(&format!("PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = {SQLITE_MIGRATION_WAIT_MS}"))?;
    c.immediate_transaction(|c| {
        let moved = apply(c, SQLITE, direction)?;
        if moved.is_empty() {
            return Ok(moved);
        }
        let broken: Count = sql_query("SELECT count(*) AS n FROM pragma_foreign_key_check").get_result(c)?;
        if broken.n > 0 {
            return Err(Error::Migrate(format!("{} rows would point at missing rows", broken.n)));
        }
        Ok(moved)
    })
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn apply<C, B>(c: &mut C, all: EmbeddedMigrations, direction: Direction) -> Result<Vec<String>, Error>
where
    C: MigrationHarness<B>,
    B: diesel::backend::Backend,
{
    let versions = match direction {
        Direction::Up => c.run_pending_migrations(all),
        #[cfg(feature = "testing")]
        Direction::Down => c.revert_all_migrations(all),
    };
    match versions {
        Ok(versions) => Ok(versions.iter().map(ToString::to_string).collect()),
        Err(error) => Err(Error::Migrate(error.to_string())),
    }
}
