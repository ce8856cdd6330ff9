#![doc = include_str!("../README.md")]

mod client;
pub mod events;
pub mod types;
pub mod webhooks;

pub use client::{Client, Error};
