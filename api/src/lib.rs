#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod alerts;
pub mod app;
pub mod blobs;
pub mod catalogue;
pub mod clock;
pub mod codes;
pub mod config;
pub mod corrections;
pub mod credit;
pub mod error;
pub mod http;
pub mod ids;
pub mod keys;
pub mod leases;
pub mod limits;
pub mod live;
pub mod money;
pub mod openapi;
pub mod operator;
pub mod payments;
pub mod prices;
pub mod projects;
pub mod receipts;
pub mod refusal;
pub mod routes;
pub mod spend;
pub mod system;
pub mod usage;
pub mod videos;

pub use app::App;
pub use config::Config;
pub use error::{ApiError, Code};
pub use refusal::Refusal;
