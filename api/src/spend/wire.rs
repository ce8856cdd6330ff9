//! What travels: limits in the shape of OpenAI's `organization.spend_limit`.

use serde::Serialize;
use utoipa::ToSchema;

use super::flow::{Standing, Target};
use super::rules::{CENTS_MAX, cents, of_cents};
use crate::Refusal;
use crate::http::Fields;
use kinora_billing::Micros;

/// The only currency there is.
pub const CURRENCY: &str = "USD";
/// The only interval there is.
pub const INTERVAL: &str = "month";

/// A limit on what may be spent in a calendar month (UTC).
#[derive(Debug, Serialize, ToSchema)]
pub struct SpendLimit {
    /// `organization.spend_limit`, `project.spend_limit` or `project.api_key.spend_limit`.
    #[schema(example = "organization.spend_limit")]
    pub object: &'static str,
    /// Always `USD`.
    #[schema(example = "USD")]
    pub currency: &'static str,
    /// Always `month`.
    #[schema(example = "month")]
    pub interval: &'static str,
    /// The limit, cents.
    #[schema(minimum = 0)]
    pub threshold_amount: i64,
    /// Whether it refuses anything now.
    pub enforcement: Enforcement,
    /// What was charged or is held in this month, dollars with six decimals.
    #[schema(example = "0.004000")]
    pub spent: String,
}

/// Whether a limit refuses anything now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpendLimitEnforcement)]
pub struct Enforcement {
    /// `enforcing` once all of it is spent, else `inactive`. A video that would pass the limit is refused either way.
    #[schema(example = "inactive")]
    pub status: &'static str,
}

impl SpendLimit {
    /// The limit of a target.
    #[must_use]
    pub fn of(target: &Target, standing: &Standing) -> Self {
        let reached = standing.spent >= standing.limit;
        Self {
            object: object(target).0,
            currency: CURRENCY,
            interval: INTERVAL,
            threshold_amount: cents(standing.limit),
            enforcement: Enforcement { status: if reached { "enforcing" } else { "inactive" } },
            spent: standing.spent.dollars(),
        }
    }
}

/// That a limit is gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpendLimitDeleted {
    /// As the limit's, with `.deleted` at the end.
    #[schema(example = "organization.spend_limit.deleted")]
    pub object: &'static str,
    /// Always true.
    pub deleted: bool,
}

impl SpendLimitDeleted {
    /// That the limit of a target is gone.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        Self { object: object(target).1, deleted: true }
    }
}

fn object(target: &Target) -> (&'static str, &'static str) {
    match target {
        Target::Organization => ("organization.spend_limit", "organization.spend_limit.deleted"),
        Target::Project(_) => ("project.spend_limit", "project.spend_limit.deleted"),
        Target::Key(..) => ("project.api_key.spend_limit", "project.api_key.spend_limit.deleted"),
    }
}

/// A new limit.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = SpendLimitUpdate)]
pub struct UpdateSpendLimit {
    /// The limit, cents.
    #[schema(value_type = i64, minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub threshold_amount: Micros,
    /// Always `USD`.
    #[schema(example = "USD")]
    pub currency: &'static str,
    /// Always `month`.
    #[schema(example = "month")]
    pub interval: &'static str,
}

impl UpdateSpendLimit {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let threshold_amount = threshold(&mut fields, 0)?;
        fields.finish()?;
        Ok(Self { threshold_amount, currency: CURRENCY, interval: INTERVAL })
    }
}

/// Takes `threshold_amount`, `currency` and `interval` out of `fields`.
///
/// # Errors
/// When one is missing or cannot be.
pub fn threshold(fields: &mut Fields, cents_min: i64) -> Result<Micros, Refusal> {
    let amount = fields.integer("threshold_amount", cents_min..=CENTS_MAX)?;
    let amount = amount.ok_or(Refusal::Missing { param: "threshold_amount" })?;
    for (name, only) in [("currency", CURRENCY), ("interval", INTERVAL)] {
        match fields.text(name)? {
            None => return Err(Refusal::Missing { param: name }),
            Some(text) if text == only => {}
            Some(_) => return Err(Refusal::invalid(name, format!("supported is: '{only}'."))),
        }
    }
    Ok(of_cents(amount))
}
