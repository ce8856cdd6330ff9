//! The API through HTTP: a real server on a free port, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod alerts;
mod app;
mod books;
mod bootstrap;
mod claims;
mod concurrency;
mod content;
mod contract;
mod corrections;
mod create;
mod credit;
mod deliveries;
mod docs;
mod errors;
mod examples;
mod keys;
mod leases;
mod lifecycle;
mod limits;
mod list;
mod models;
mod money;
mod openapi;
mod operator;
mod prices;
mod projects;
mod quotas;
mod receiver;
mod replays;
mod retries;
mod settings;
mod shield;
mod spend;
mod usage;
mod webhooks;
