//! Telling Stripe one row: which call it is, and what its outcome means for the row. When it is tried is in `mirror`.

use std::time::Duration;

use kinora_billing::mirror::{Done, Kind, Row, Verdict};

use crate::client::{Client, CreditSource, NewCredit, NewCustomer};
use crate::error::{Error, Later};
use crate::meters::MeterEvent;

/// Characters of a credit grant's name, Stripe's own limit.
const NAME_CHARS_MAX: usize = 100;

/// A row is not sent blindly any more when it may have arrived this long ago, microseconds: Stripe forgets identifiers and
/// keys after 24 hours, and clocks differ.
const BLIND_US_MAX: i64 = 20 * 3_600_000_000;

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived; Stripe's name for it.
    Sent(String),
    /// It is tried again, not before the time given by Stripe.
    Later {
        /// Whether it may have arrived.
        done: Done,
        /// Not before this time has passed.
        retry_after: Option<Duration>,
        /// In words.
        failure: String,
    },
    /// It is not tried again.
    GivenUp(Verdict, String),
}

/// Tells Stripe `row`, at the time `now_us`, microseconds since 1970.
pub async fn tell(client: &Client, row: &Row, now_us: i64) -> Outcome {
    let told = match row.kind {
        Kind::Customer => customer(client, row).await,
        Kind::Usage if too_late(row, now_us) => {
            let failure = "it may have arrived, and Stripe may have forgotten its identifier".to_owned();
            return Outcome::GivenUp(Verdict::Unsure, failure);
        }
        Kind::Usage => usage(client, row).await,
        Kind::CreditGrant => credit(client, row).await,
    };
    match told {
        Ok(external_id) => Outcome::Sent(external_id),
        Err(fault) => sorted(row, fault),
    }
}

fn too_late(row: &Row, now_us: i64) -> bool {
    row.unknown_since_us.is_some_and(|since_us| now_us.saturating_sub(since_us) >= BLIND_US_MAX)
}

/// A key for a row whose usual key answers with a fault that Stripe has kept.
fn fresh_key(row: &Row) -> String {
    format!("{}-{}", row.name, row.attempts)
}

fn is_kept(fault: &Error) -> bool {
    matches!(fault, Error::Later(Later { replayed: true, .. }))
}

/// A second customer of the same name does no harm: only the one whose id we note is ever used.
async fn customer(client: &Client, row: &Row) -> Result<String, Error> {
    let new = NewCustomer { organization: &row.organization, name: &row.organization_name, email: None };
    match client.create_customer(&row.name, new).await {
        Err(fault) if is_kept(&fault) => client.create_customer(&fresh_key(row), new).await,
        told => told,
    }
}

/// The identifier makes the event count once, whatever the key.
async fn usage(client: &Client, row: &Row) -> Result<String, Error> {
    let event = MeterEvent {
        identifier: &row.name,
        customer: known(row)?,
        amount: row.amount,
        time_s: row.occurred_at_us.div_euclid(1_000_000),
    };
    let told = match client.meter_event(&row.name, event).await {
        Err(fault) if is_kept(&fault) => client.meter_event(&fresh_key(row), event).await,
        told => told,
    };
    match told {
        // An answer of 2xx that cannot be read is an event that was accepted.
        Ok(()) | Err(Error::Duplicate(_) | Error::Unreadable(_)) => Ok(row.name.clone()),
        Err(fault) => Err(fault),
    }
}

/// A grant has no identifier, but it can be looked for before it is sent a second time.
async fn credit(client: &Client, row: &Row) -> Result<String, Error> {
    let customer = known(row)?;
    let Some(block) = &row.block else {
        return Err(Error::Settings("a credit grant without its block".to_owned()));
    };
    if row.unknown_since_us.is_some()
        && let Some(there) = client.find_credit_grant(customer, &row.id).await?
    {
        return Ok(there);
    }
    let name: String = block.reason.chars().take(NAME_CHARS_MAX).collect();
    let source = if block.source == "promotional" { CreditSource::Promotional } else { CreditSource::Paid };
    let expires_s = block.expires_at.map(|at_us| at_us.div_euclid(1_000_000));
    let new = NewCredit { customer, amount: row.amount, name: &name, reference: &row.id, source, expires_s };
    match client.credit_grant(&row.name, new).await {
        Err(fault) if is_kept(&fault) => match client.find_credit_grant(customer, &row.id).await? {
            Some(there) => Ok(there),
            None => client.credit_grant(&fresh_key(row), new).await,
        },
        told => told,
    }
}

fn known(row: &Row) -> Result<&str, Error> {
    let unknown = || Error::Settings(format!("Stripe does not know {} yet", row.organization));
    row.customer.as_deref().ok_or_else(unknown)
}

fn sorted(row: &Row, fault: Error) -> Outcome {
    let failure = fault.to_string();
    match fault {
        Error::Later(later) => {
            let done = if later.cause.outcome_is_unknown() { Done::Unknown } else { Done::No };
            Outcome::Later { done, retry_after: later.retry_after, failure }
        }
        // An earlier try may have been accepted: that this one is refused says nothing about it.
        Error::Refused(_) if row.kind == Kind::Usage && row.unknown_since_us.is_some() => {
            Outcome::GivenUp(Verdict::Unsure, failure)
        }
        Error::Refused(_) | Error::Amount { .. } => Outcome::GivenUp(Verdict::Refused, failure),
        Error::Unauthorized(_) | Error::Settings(_) | Error::BadSignature(_) => {
            tracing::error!(
                row = row.id,
                failure,
                "Stripe cannot be told anything until somebody mends this"
            );
            Outcome::Later { done: Done::No, retry_after: None, failure }
        }
        Error::Duplicate(_) | Error::Unreadable(_) => {
            Outcome::Later { done: Done::Unknown, retry_after: None, failure }
        }
    }
}

#[cfg(test)]
mod tests {
    use kinora_billing::Micros;

    use super::*;
    use crate::error::Refusal;

    fn row(kind: Kind, unknown_since_us: Option<i64>) -> Row {
        Row {
            id: "mir_1".to_owned(),
            organization: "org_1".to_owned(),
            organization_name: "One".to_owned(),
            customer: None,
            kind,
            amount: Micros::new(1),
            occurred_at_us: 0,
            name: "mir_1".to_owned(),
            attempts: 2,
            unknown_since_us,
            failures: 1,
            block: None,
        }
    }

    #[test]
    fn a_refusal_after_a_try_that_may_have_arrived_does_not_say_that_it_did_not() {
        let refused = || {
            let (code, message, request_id) = (String::new(), "no".to_owned(), String::new());
            Error::Refused(Box::new(Refusal { status: 400, code, message, request_id }))
        };
        let verdict = |row: Row| match sorted(&row, refused()) {
            Outcome::GivenUp(verdict, _) => verdict,
            other => panic!("{other:?}"),
        };
        assert_eq!(verdict(row(Kind::Usage, None)), Verdict::Refused);
        assert_eq!(verdict(row(Kind::Usage, Some(1))), Verdict::Unsure);
        assert_eq!(
            verdict(row(Kind::CreditGrant, Some(1))),
            Verdict::Refused,
            "it was looked for before it was sent"
        );
    }

    #[test]
    fn twenty_hours_after_a_try_that_may_have_arrived_it_is_too_late() {
        let row = row(Kind::Usage, Some(1_000));
        assert!(!too_late(&row, 1_000 + BLIND_US_MAX - 1));
        assert!(too_late(&row, 1_000 + BLIND_US_MAX));
    }
}
