//! What reads balances and statements. Nothing is changed here.

use actix_web::HttpResponse;
use kinora_billing::{Month, balances, blocks, profile, statement, statement_months};

use super::wire::{Credit, CreditBlock, Statement, StatementSummary, statement_csv};
use crate::http::csv;
use crate::ids::OrganizationId;
use crate::{ApiError, App};

/// What an organization has and owes.
///
/// # Errors
/// When the database fails.
pub async fn credit(app: &App, organization: OrganizationId) -> Result<Credit, ApiError> {
    let now_us = app.clock.now_us();
    app.store
        .run(move |db| {
            // Of one moment, so that the blocks add up to the balance.
            db.read_tx(|db| {
                let id = organization.as_str();
                let (profile, balances) = (profile(db, id)?, balances(db, id)?);
                let blocks = blocks(db, id)?;
                Ok(Credit::of(&profile, &balances, blocks, now_us))
            })
        })
        .await
}

/// Every block of credit that an organization was given, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn all_blocks(app: &App, organization: OrganizationId) -> Result<Vec<CreditBlock>, ApiError> {
    app.store
        .run(move |db| Ok(blocks(db, organization.as_str())?.into_iter().map(CreditBlock::from).collect()))
        .await
}

/// The months in which an organization was charged something, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn statements(app: &App, organization: OrganizationId) -> Result<Vec<StatementSummary>, ApiError> {
    let months = app.store.run(move |db| Ok::<_, ApiError>(statement_months(db, organization.as_str())?));
    Ok(months.await?.into_iter().map(StatementSummary::from).collect())
}

/// The statement of a month, as JSON or as a table.
///
/// # Errors
/// [`ApiError::NotFound`] when `month` is none.
pub async fn answer(
    app: &App,
    organization: OrganizationId,
    month: &str,
    as_csv: bool,
) -> Result<HttpResponse, ApiError> {
    let month: Month = month.parse().map_err(|_| ApiError::not_found("statement", month))?;
    let found =
        app.store.run(move |db| Ok::<_, ApiError>(statement(db, organization.as_str(), month)?)).await?;
    if as_csv {
        return Ok(csv::answer(&format!("statement-{month}"), statement_csv(&found)));
    }
    Ok(HttpResponse::Ok().json(Statement::from(found)))
}
