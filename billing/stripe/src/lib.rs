//! Mirrors the ledger of `kinora-billing` to Stripe. Nothing is here yet.
//!
//! This crate holds the place, and the arrow (stripe → billing), for the work on money. Kinora
//! runs without it: Stripe is a copy of the book, never the book.
