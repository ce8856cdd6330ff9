//! The handlers of corrections.

use actix_web::{post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::wire::Correction;
use crate::error::ErrorBody;
use crate::http::auth::Operate;
use crate::http::{Body, Caller};
use crate::operator::wire::Organization;
use crate::replays::Once;
use crate::{ApiError, App};

/// Adds the routes of corrections.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(credit_take_back).service(payment_create);
}

/// Take credit back from an organization.
///
/// In the order in which it would be spent: a refund, a charge that was reversed, a mistake. With the same
/// `idempotency_key` again, nothing more is taken; where there is less, nothing is taken.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(("organization_id" = String, Path, description = "The organization.")),
    request_body(
        description = "How much, and why.",
        content((Correction = "application/json"), (Correction = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The organization, with what it has left.", body = Organization),
        (status = 400, description = "The body cannot be understood or has an impossible value, or there is less credit.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/organizations/{organization_id}/credits/take_back")]
async fn credit_take_back(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    id: web::Path<String>,
    body: Body,
) -> Result<web::Json<Organization>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = Correction::from_fields(fields)?;
    Ok(web::Json(flow::take(&app, once, id.into_inner(), request).await?))
}

/// Note a payment of an organization.
///
/// Of what it owes, by other means than Stripe. What is more than it owes counts for what it will owe. With the same
/// `idempotency_key` again, nothing more is noted.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(("organization_id" = String, Path, description = "The organization.")),
    request_body(
        description = "How much, and why.",
        content((Correction = "application/json"), (Correction = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The organization, with what it still owes.", body = Organization),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/organizations/{organization_id}/payments")]
async fn payment_create(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    id: web::Path<String>,
    body: Body,
) -> Result<web::Json<Organization>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = Correction::from_fields(fields)?;
    Ok(web::Json(flow::pay(&app, once, id.into_inner(), request).await?))
}
