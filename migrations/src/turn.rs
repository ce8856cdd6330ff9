//! Whose turn it is to write to an SQLite file, among the threads of this process.
//!
//! SQLite lets those who wait sleep and ask again, and whoever asks at the right moment is first: under load some of
//! sixteen writers waited for seconds and were told that the database is busy, while the others took a millisecond. A
//! lock wakes them instead, and is handed on fairly now and then.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::sql_types::Text;
use diesel::{QueryResult, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use parking_lot::{Mutex, MutexGuard};

/// How long a writer waits here. After that it asks SQLite all the same, which knows of other processes too, and
/// says so if the file is busy: a thread that holds the turn on another connection must not wait for itself for ever.
const TURN_WAIT: Duration = Duration::from_secs(5);

/// One lock a file that was ever written to; a process has few.
static FILES: Mutex<BTreeMap<String, &'static Mutex<()>>> = Mutex::new(BTreeMap::new());

/// Held until the transaction has ended; `None` when the wait was in vain.
pub(crate) type Turn = Option<MutexGuard<'static, ()>>;

#[derive(QueryableByName)]
struct File {
    #[diesel(sql_type = Text)]
    file: String,
}

/// Waits for this connection's turn to write to its file.
pub(crate) fn take(c: &mut SqliteConnection) -> QueryResult<Turn> {
    let name: File = sql_query("SELECT file FROM pragma_database_list WHERE name = 'main'").get_result(c)?;
    let lock = *FILES.lock().entry(name.file).or_insert_with(|| Box::leak(Box::new(Mutex::new(()))));
    Ok(lock.try_lock_for(TURN_WAIT))
}
