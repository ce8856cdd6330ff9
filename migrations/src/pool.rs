//! Opens connections and keeps them ready to use.
//!
//! Which database a URL names, and what of it may be shown, is in `url.rs`.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::{SimpleConnection, TransactionManager};
use diesel::r2d2::{HandleError, ManageConnection};
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::Db;
use crate::url::Target;

/// How long a statement waits for another SQLite writer, or for a PostgreSQL lock, before it fails: well below the time of
/// a lease, so that whoever waits for a heartbeat to be stored does not lose the lease by it.
const LOCK_WAIT_MS: u32 = 5_000;

/// A PostgreSQL statement that takes longer is stopped: a request is not worth more of the database.
const STATEMENT_MS_MAX: u32 = 30_000;

/// SQLite answers "busy" at once, without waiting, when two processes switch one new file to
/// write-ahead logging, so the switch is tried again for this long.
const WAL_SWITCH_MAX: Duration = Duration::from_secs(5);
const WAL_SWITCH_PAUSE: Duration = Duration::from_millis(20);

/// A connection that could not be opened or no longer answers; the text holds no credentials.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ConnectError(pub(crate) String);

/// Opens a connection with the settings that every other part of the store relies on.
pub(crate) fn connect(target: &Target) -> Result<Db, ConnectError> {
    match target {
        Target::Postgres(url) => {
            let opened = PgConnection::establish(&url.reveal()).map_err(|e| e.to_string());
            let prepared = opened.and_then(|mut c| {
                let settings = format!(
                    "SET application_name = 'kinora'; SET client_min_messages = warning; \
                     SET lock_timeout = {LOCK_WAIT_MS}; SET statement_timeout = {STATEMENT_MS_MAX}"
                );
                c.batch_execute(&settings).map_err(|e| e.to_string())?;
                Ok(c)
            });
            prepared.map(Db::Postgres).map_err(|reason| ConnectError(url.without_secrets(reason)))
        }
        Target::Sqlite(path) => {
            open_sqlite(path).map(Db::Sqlite).map_err(|error| ConnectError(error.to_string()))
        }
    }
}

fn open_sqlite(path: &Path) -> Result<SqliteConnection, Box<dyn std::error::Error>> {
    make_private_file(path)?;
    let name = path.to_str().ok_or("the path is not valid UTF-8")?;
    let mut c = SqliteConnection::establish(name)?;
    c.batch_execute(&format!("PRAGMA busy_timeout = {LOCK_WAIT_MS}"))?;
    use_write_ahead_log(&mut c)?;
    // FULL keeps every commit even when the machine loses power; a job that was promised must survive that. What is
    // deleted is overwritten: keys and words that people took back must not lie in free pages.
    c.batch_execute(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA secure_delete = ON",
    )?;
    Ok(c)
}

/// Creates a missing file so that only its owner can read it. SQLite gives its two companion
/// files the same permissions.
fn make_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[derive(QueryableByName)]
struct Journal {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

fn use_write_ahead_log(c: &mut SqliteConnection) -> Result<(), Box<dyn std::error::Error>> {
    let deadline = Instant::now() + WAL_SWITCH_MAX;
    loop {
        let refused = match sql_query("PRAGMA journal_mode = WAL").get_result::<Journal>(c) {
            Ok(journal) if journal.journal_mode == "wal" => return Ok(()),
            Ok(journal) => format!("its journal stays in {} mode", journal.journal_mode),
            Err(error) => error.to_string(),
        };
        if Instant::now() > deadline {
            return Err(format!("write-ahead logging is not possible there: {refused}").into());
        }
        thread::sleep(WAL_SWITCH_PAUSE);
    }
}

/// What the pool asks about connections.
#[derive(Debug)]
pub(crate) struct Manager(pub(crate) Arc<Target>);

impl ManageConnection for Manager {
    type Connection = Db;
    type Error = ConnectError;

    fn connect(&self) -> Result<Db, ConnectError> {
        connect(&self.0)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), ConnectError> {
        match db {
            // The server may have restarted since this connection was last used.
            Db::Postgres(c) => c.batch_execute("SELECT 1").map_err(|e| ConnectError(e.to_string())),
            Db::Sqlite(_) => Ok(()),
        }
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        thread::panicking() || <Db as TransactionManager<Db>>::is_broken_transaction_manager(db)
    }
}

/// Says in the log why the pool could not open a connection; whoever waits for one only sees it fail.
#[derive(Debug)]
pub(crate) struct LogError;

impl HandleError<ConnectError> for LogError {
    fn handle_error(&self, error: ConnectError) {
        tracing::warn!(%error, "a database connection could not be opened");
    }
}
