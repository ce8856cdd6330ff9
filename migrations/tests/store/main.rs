//! What the store promises, tried on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod constraints;
mod migrating;
mod opening;
mod processes;
mod running;
mod schema;
mod support;
mod transactions;
