//! What moves money by the operator's word: each correction is one transaction.

use kinora_billing::{Error, pay_owed_manually, take_back};

use super::wire::Correction;
use crate::operator::wire::Organization;
use crate::operator::{required, whole};
use crate::replays::Attempt;
use crate::spend::rules::refused;
use crate::{ApiError, App, Refusal};

/// Takes credit back from an organization.
///
/// # Errors
/// When there is no such organization, it has less, or another correction has the name.
pub async fn take(
    app: &App,
    once: Attempt,
    id: String,
    request: Correction,
) -> Result<Organization, ApiError> {
    let now_us = app.clock.now_us();
    app.write(once, move |db| {
        let (organization, row) = required(db, &id)?;
        let name = format!("{organization}:{}", request.idempotency_key);
        let why = (name.as_str(), request.reason.as_str());
        take_back(db, organization.as_str(), request.amount, why, now_us).map_err(too_much)?;
        whole(db, row, now_us)
    })
    .await
}

fn too_much(error: Error) -> ApiError {
    match error {
        Error::InsufficientCredit { available, .. } => {
            let problem = format!("the organization has ${} of credit left.", available.dollars());
            Refusal::invalid("amount", problem).into()
        }
        other => refused("idempotency_key")(other),
    }
}

/// Notes that an organization paid some of what it owes.
///
/// # Errors
/// When there is no such organization, or another payment has the name.
pub async fn pay(
    app: &App,
    once: Attempt,
    id: String,
    request: Correction,
) -> Result<Organization, ApiError> {
    let now_us = app.clock.now_us();
    app.write(once, move |db| {
        let (organization, row) = required(db, &id)?;
        let name = format!("{organization}:{}", request.idempotency_key);
        let why = (name.as_str(), request.reason.as_str());
        pay_owed_manually(db, organization.as_str(), request.amount, why, now_us)
            .map_err(refused("idempotency_key"))?;
        whole(db, row, now_us)
    })
    .await
}
