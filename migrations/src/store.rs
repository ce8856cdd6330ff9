//! The store: a pool of connections, and a place off the async threads to use them.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use diesel::r2d2::{Pool, PooledConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::migrate::{Direction, migrate};
use crate::pool::{LogError, Manager, connect};
use crate::url::Target;
use crate::{Db, Dialect, Error};

/// Connections of one process. PostgreSQL allows 100 in all unless told otherwise; SQLite has one
/// writer, so more than a few only serve readers.
pub const CONNECTIONS_MAX_DEFAULT: u32 = 8;

/// How long a request waits for a free connection, in milliseconds, before it is told to come back.
pub const CONNECTION_WAIT_MS_DEFAULT: u64 = 5_000;

/// How a [`Store`] is sized.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// Connections that may be open at once, at least 1; also how many pieces of work run at once.
    pub connections_max: u32,
    /// How long work waits for a free connection, in milliseconds.
    pub connection_wait_ms: u64,
}

impl StoreConfig {
    /// [`CONNECTIONS_MAX_DEFAULT`] and [`CONNECTION_WAIT_MS_DEFAULT`].
    pub fn standard() -> Self {
        Self { connections_max: CONNECTIONS_MAX_DEFAULT, connection_wait_ms: CONNECTION_WAIT_MS_DEFAULT }
    }
}

/// A database that is open. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    target: Arc<Target>,
    pool: Pool<Manager>,
    gate: Arc<Semaphore>,
    wait: Duration,
}

impl Store {
    /// Opens the database at `url`: `sqlite:PATH` (the file is created, its folder is not) or
    /// `postgres://…`. Connects once, so that a mistake shows now. Blocks the calling thread.
    ///
    /// # Errors
    /// [`Error::Open`].
    pub fn open(url: &str, config: StoreConfig) -> Result<Self, Error> {
        let target = Target::parse(url).map_err(|reason| Error::Open {
            database: "(not shown)".to_owned(),
            reason: reason.to_owned(),
        })?;
        let target = Arc::new(target);
        let refuse = |reason: String| Error::Open { database: target.to_string(), reason };
        if config.connections_max == 0 {
            return Err(refuse("a pool of 0 connections serves nobody".to_owned()));
        }
        drop(connect(&target).map_err(|error| refuse(error.0))?);
        let wait = Duration::from_millis(config.connection_wait_ms.max(1));
        let pool = Pool::builder()
            .max_size(config.connections_max)
            .min_idle(Some(1))
            .connection_timeout(wait)
            .error_handler(Box::new(LogError))
            .build_unchecked(Manager(Arc::clone(&target)));
        let gate = Arc::new(Semaphore::new(usize::try_from(config.connections_max).unwrap_or(usize::MAX)));
        Ok(Self { target, pool, gate, wait })
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match *self.target {
            Target::Sqlite(_) => Dialect::Sqlite,
            Target::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Brings the schema up to date and returns the versions that were missing. Processes that
    /// start together take turns. Blocks the calling thread.
    ///
    /// # Errors
    /// [`Error::Migrate`], with the schema as it was; [`Error::Unreachable`].
    pub fn migrate(&self) -> Result<Vec<String>, Error> {
        self.migrate_in(Direction::Up)
    }

    /// Drops every table of ours, and with them every row.
    ///
    /// # Errors
    /// As [`Store::migrate`].
    #[cfg(feature = "testing")]
    pub fn migrate_down(&self) -> Result<Vec<String>, Error> {
        self.migrate_in(Direction::Down)
    }

    fn migrate_in(&self, direction: Direction) -> Result<Vec<String>, Error> {
        let own = connect(&self.target).map_err(|error| Error::Unreachable(error.0))?;
        let moved = migrate(own, direction)?;
        if !moved.is_empty() {
            tracing::info!(database = %self.target, versions = ?moved, "the database schema was changed");
        }
        Ok(moved)
    }

    /// Runs `work` with a connection, on a thread where it may block. Waits for its turn, up to
    /// the configured time. If the returned future is dropped, work that has begun still ends.
    ///
    /// # Errors
    /// What `work` returned; [`Error::Busy`], [`Error::Unreachable`], [`Error::Panicked`],
    /// [`Error::Stopping`], turned into `E`.
    pub async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let turn = self.turn().await?;
        let store = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            // Held until the connection is back in the pool: whoever has a turn finds one there.
            let _turn = turn;
            store.run_blocking(work)
        });
        match done.await {
            Ok(result) => result,
            Err(error) => Err(match error.try_into_panic() {
                Ok(panic) => Error::Panicked(panic_text(&*panic)),
                Err(_) => Error::Stopping,
            }
            .into()),
        }
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Error> {
        match tokio::time::timeout(self.wait, Arc::clone(&self.gate).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_closed)) => Err(Error::Stopping),
            Err(_elapsed) => Err(Error::Busy("every connection stayed in use")),
        }
    }

    /// Runs `work` with a connection on the calling thread. A panic goes through to the caller.
    ///
    /// # Errors
    /// What `work` returned; [`Error::Busy`] or [`Error::Unreachable`], turned into `E`.
    pub fn run_blocking<T, E>(&self, work: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E>
    where
        E: From<Error>,
    {
        let mut connection = self.connection()?;
        work(&mut connection)
    }

    fn connection(&self) -> Result<PooledConnection<Manager>, Error> {
        self.pool.get().map_err(|error| {
            if self.pool.state().connections >= self.pool.max_size() {
                Error::Busy("every connection stayed in use")
            } else {
                Error::Unreachable(error.to_string())
            }
        })
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("database", &self.target.to_string())
            .field("connections_max", &self.pool.max_size())
            .finish_non_exhaustive()
    }
}
