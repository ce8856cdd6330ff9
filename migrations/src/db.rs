//! One connection to one of the two databases, and the transaction that every change runs in.
//!
//! Opening a connection and settings that a connection needs are in `pool.rs`.

use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::Error as DieselError;
use diesel::{Connection, PgConnection, QueryResult, SqliteConnection};

use crate::turn;

/// A connection to either database. diesel queries run on it as on any other connection.
///
/// What diesel cannot express for both at once (`ON CONFLICT`, several rows in one `INSERT`,
/// `FOR UPDATE`) is written once inside [`each!`](crate::each), or once per variant in a `match`.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// The diesel backend of [`Db`], for `ToSql`, `FromSql` and `check_for_backend`.
pub type Backend = <Db as Connection>::Backend;

/// Which database a connection speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, in this process, one writer at a time.
    Sqlite,
    /// PostgreSQL, many writers.
    Postgres,
}

/// Compiles one query once per database, with the connection under the given name.
///
/// ```
/// use diesel::prelude::*;
/// use kinora_store::{Db, each, schema::organizations::dsl::*};
///
/// fn insert_if_missing(db: &mut Db, row_id: &str) -> QueryResult<usize> {
///     let row = (id.eq(row_id), name.eq("A"), created_at.eq(0));
///     each!(db, |c| diesel::insert_into(organizations).values(row).on_conflict_do_nothing().execute(c))
/// }
/// ```
#[macro_export]
macro_rules! each {
    ($db:expr, |$connection:ident| $body:expr) => {
        match $db {
            $crate::Db::Postgres($connection) => $body,
            $crate::Db::Sqlite($connection) => $body,
        }
    };
}

impl Db {
    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::Postgres,
            Self::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// Runs `work` in one transaction: all of it is stored when this returns `Ok`, and none of it
    /// when `work` fails, when it panics (the panic goes on), or when the commit fails.
    ///
    /// On SQLite it waits its turn at the start (`BEGIN IMMEDIATE`), so what `work` reads stays
    /// true until it ends. PostgreSQL runs it beside others (`READ COMMITTED`): a row that is read
    /// and then written from what was read must be locked by the read (`FOR UPDATE`), or be
    /// written by an `UPDATE` that repeats the condition.
    ///
    /// Inside another `write_tx` it is a savepoint: it can fail alone. That is the way to survive
    /// an expected constraint violation, because PostgreSQL accepts no further statement in a
    /// transaction in which one has failed.
    ///
    /// # Errors
    /// What `work` returned; or diesel's error if the transaction could not begin or commit.
    pub fn write_tx<T, E>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DieselError>,
    {
        let outermost = self.depth() == 0;
        let _turn = match self {
            Self::Sqlite(c) if outermost => turn::take(c)?,
            Self::Postgres(_) | Self::Sqlite(_) => None,
        };
        self.begin()?;
        self.finish(work)
    }

    /// Empties the write-ahead log of SQLite, so that what was deleted is not left there either: the pages of the database were
    /// overwritten when it was. Waits for readers for a while; those that still read keep the log, until the next call. What
    /// PostgreSQL keeps of old rows is its `VACUUM`'s to remove. Not to be called in a transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_overwritten(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(c) => c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)"),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Runs `work`, which only reads, on the database as it is at one moment: what others commit
    /// meanwhile is not seen, and nobody waits.
    ///
    /// # Errors
    /// As [`Db::write_tx`]; on PostgreSQL also when `work` writes.
    pub fn read_tx<T, E>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DieselError>,
    {
        const SNAPSHOT: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
        match self {
            Self::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, SNAPSHOT)?,
            Self::Sqlite(c) => AnsiTransactionManager::begin_transaction(c)?,
        }
        self.finish(work)
    }

    /// Runs `work` in the transaction that was begun, and ends it.
    fn finish<T, E>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DieselError>,
    {
        // The closure's captures are not used after a panic, which goes on below, and the
        // connection is put back in order by the rollback.
        match catch_unwind(AssertUnwindSafe(|| work(&mut *self))) {
            Ok(Ok(value)) => {
                self.commit()?;
                Ok(value)
            }
            Ok(Err(error)) => {
                self.rollback();
                Err(error)
            }
            Err(panic) => {
                self.rollback();
                resume_unwind(panic)
            }
        }
    }

    fn begin(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
            Self::Sqlite(c) => match AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE") {
                Err(DieselError::AlreadyInTransaction) => AnsiTransactionManager::begin_transaction(c),
                begun => begun,
            },
        }
    }

    /// Commits, or rolls back and says why.
    fn commit(&mut self) -> QueryResult<()> {
        let depth = self.depth();
        let committed = self.refuse_aborted().and_then(|()| Self::commit_transaction(self));
        // diesel rolls some failed commits back by itself, and leaves others open.
        if committed.is_err() && self.depth() == depth {
            self.rollback();
        }
        committed
    }

    /// How many transactions are open inside each other; 0 also when diesel has given the connection up.
    fn depth(&mut self) -> u32 {
        let depth = Self::transaction_manager_status_mut(self).transaction_depth();
        depth.ok().flatten().map_or(0, NonZeroU32::get)
    }

    /// Fails if a statement failed earlier in a PostgreSQL transaction and its error was dropped:
    /// `COMMIT` would report success and store nothing. (Releasing a savepoint fails by itself.)
    fn refuse_aborted(&mut self) -> QueryResult<()> {
        let outermost = self.depth() == 1;
        match self {
            Self::Postgres(c) if outermost => c.batch_execute("SELECT 1"),
            Self::Postgres(_) | Self::Sqlite(_) => Ok(()),
        }
    }

    /// Undoes the innermost transaction. A connection on which even that fails is left marked as
    /// broken, and the pool throws it away; the database then rolls back by itself.
    fn rollback(&mut self) {
        if let Err(error) = Self::rollback_transaction(self) {
            tracing::warn!(%error, "a transaction could not be rolled back; its connection is dropped");
        }
    }
}
