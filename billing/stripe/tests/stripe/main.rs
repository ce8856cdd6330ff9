//! Every call of the client and the whole mirror against a fake Stripe over HTTP, with faults on purpose.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bench;
mod calls;
mod faults;
mod mirrored;
mod purchases;
mod reconciled;
mod webhooks;
mod world;
