//! Mirrors the ledger of `kinora-billing` to Stripe: the ledger is the book, Stripe is a copy of it.
//!
//! Kinora runs without this crate. Nothing here decides what somebody owes, knows what a video is, or speaks SQL.
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

mod amounts;
mod client;
mod compare;
mod error;
mod meters;
mod mirror;
mod payments;
mod reconcile;
mod settings;
mod tell;
mod transport;
mod webhook;

pub use client::{CheckoutLink, Client, CreditSource, NewCheckout, NewCredit, NewCustomer};
pub use error::{Cause, Error, Later, Refusal};
pub use meters::{MeterEvent, Summary, Window};
pub use mirror::{Clock, Mirror, MirrorSettings, Pass, system_clock};
pub use reconcile::Reconciled;
pub use settings::{Secret, Settings};
pub use webhook::{Checkout, Invoice, Notice};
