//! The ledger on SQLite and PostgreSQL: holds and how they end, credit, limits, and what the database refuses.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod holds;
mod tenant;
