//! The ledger on SQLite and PostgreSQL: holds and how they end, credit, limits, and what the database refuses.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod credit;
mod holds;
mod limits;
mod modes;
mod prices;
mod races;
mod refusals;
mod story;
mod tenant;
