//! The API through HTTP: a real server on a free port, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod alerts;
mod app;
mod batches;
mod books;
mod bootstrap;
mod claims;
mod content;
mod corrections;
mod create;
mod credit;
mod errors;
mod files;
mod keys;
mod leases;
mod lifecycle;
mod limits;
mod list;
mod live;
mod models;
mod money;
mod openapi;
mod operator;
mod prices;
mod projects;
mod settings;
mod spend;
mod usage;
