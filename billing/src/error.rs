//! Why money did not move. What each of these means to an HTTP client is decided elsewhere.

use crate::{Micros, Operation};

/// Why money did not move. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The organization's credit, or what it may owe, does not cover the hold.
    #[error("{} is available and {} more is needed", available, short)]
    InsufficientCredit {
        /// What could be held.
        available: Micros,
        /// What is missing, above 0.
        short: Micros,
    },
    /// A hard limit on what may be spent in a month would be passed.
    #[error("the monthly spend limit {limit} of the {scope} leaves {left}, and {needed} is needed")]
    SpendLimit {
        /// Whose limit: `organization`, `project` or `api_key`.
        scope: &'static str,
        /// The limit.
        limit: Micros,
        /// What is left of it this month; 0 if it was lowered below what is spent.
        left: Micros,
        /// What the hold needs.
        needed: Micros,
    },
    /// No price list is in force, or the one that is has no such row.
    #[error("there is no price for {operation} with the model {model} at {tier}")]
    NoPrice {
        /// The model.
        model: String,
        /// The operation.
        operation: Operation,
        /// The resolution tier.
        tier: String,
    },
    /// The organization has no accounts.
    #[error("the organization {0} has no billing profile")]
    NoProfile(String),
    /// Something is held for the subject already.
    #[error("something is already held for {0}")]
    AlreadyHeld(String),
    /// The hold ended the other way before: captured instead of released, or released instead of captured.
    #[error("the hold for {0} was settled otherwise")]
    SettledOtherwise(String),
    /// An amount, a name or a time that cannot be.
    #[error("{0}")]
    Invalid(String),
    /// A sum that no amount can hold.
    #[error("an amount does not fit into 64 bits")]
    Overflow,
    /// The database.
    #[error(transparent)]
    Store(#[from] kinora_store::Error),
    /// What the database holds cannot be read: a fault of ours.
    #[error("a row of {table} cannot be read: {why}")]
    Broken {
        /// Which table.
        table: &'static str,
        /// What is wrong.
        why: String,
    },
}

impl Error {
    pub(crate) fn broken(table: &'static str, why: impl ToString) -> Self {
        Self::Broken { table, why: why.to_string() }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
