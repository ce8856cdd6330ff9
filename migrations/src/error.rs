//! What can go wrong with a database. No message here ever holds a part of a URL that may be secret.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be opened at all: a bad URL, a missing folder, a refused login.
    #[error("cannot open the database {database}: {reason}")]
    Open {
        /// The URL without credentials.
        database: String,
        /// Why, without credentials.
        reason: String,
    },
    /// Every connection stayed in use, or another writer held SQLite, for too long. Trying again helps.
    #[error("the database is busy: {0}")]
    Busy(&'static str),
    /// The database was there when the store was opened and now takes no connections.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// A statement failed.
    #[error("a database statement failed: {0}")]
    Database(DieselError),
    /// The schema could not be brought up to date. Nothing of the failed migration is left behind.
    #[error("the database schema could not be changed: {0}")]
    Migrate(String),
    /// The work given to [`Store::run`](crate::Store::run) panicked; its transaction was rolled back.
    #[error("database work panicked: {0}")]
    Panicked(String),
    /// The async runtime is shutting down and started no more work.
    #[error("the process is shutting down")]
    Stopping,
}

impl Error {
    /// Whether a unique constraint or primary key refused a row.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }

    /// Whether a query that wanted one row found none.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Database(DieselError::NotFound))
    }

    /// Whether the same call may succeed a moment later.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy(_)
                | Self::Unreachable(_)
                | Self::Database(DieselError::DatabaseError(
                    DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ClosedConnection,
                    _
                ))
        )
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::DatabaseError(_, info) if info.message().contains("database is locked") => {
                Self::Busy("another writer held SQLite for too long")
            }
            DieselError::DatabaseError(_, info) if info.message().contains("due to lock timeout") => {
                Self::Busy("another transaction held a PostgreSQL lock for too long")
            }
            _ => Self::Database(error),
        }
    }
}
