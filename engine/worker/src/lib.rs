#![doc = include_str!("../README.md")]

mod client;
mod device;
mod heartbeat;
mod inputs;
pub mod limits;
mod run;
mod state;
mod upload;
mod worker;

pub use device::EngineFactory;
pub use worker::{Worker, WorkerError};
