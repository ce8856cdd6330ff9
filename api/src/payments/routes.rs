//! The handlers of bought credit.

use actix_web::{HttpRequest, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::wire::{CreateCheckout, CreditCheckout, Received};
use crate::error::ErrorBody;
use crate::http::auth::{OrganizationRead, OrganizationWrite};
use crate::http::{Body, Caller};
use crate::replays::Once;
use crate::{ApiError, App, Refusal};

/// Largest message of a payment provider, bytes.
const MESSAGE_BYTES_MAX: usize = 1024 * 1024;
/// Where Stripe puts its signature.
const SIGNATURE: &str = "stripe-signature";

/// Adds the routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(checkout_create).service(checkout_get).service(payment_message_create);
}

/// Buy credit.
///
/// Makes a page of the payment provider on which the amount is paid. The credit is there as soon as the provider says so,
/// seconds later as a rule.
#[utoipa::path(
    tag = "credit",
    security(("api_key" = [])),
    request_body(
        description = "What is bought.",
        content((CreateCheckout = "application/json"), (CreateCheckout = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The page, in `url`.", body = CreditCheckout),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "No payment provider is set up on this server, it cannot be reached, or the database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/credit/checkouts")]
async fn checkout_create(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<CreditCheckout>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateCheckout::from_fields(fields)?;
    Ok(web::Json(flow::buy(&app, caller.who(), once, request).await?))
}

/// Get a purchase of credit.
///
/// Whether it was paid.
#[utoipa::path(
    tag = "credit",
    security(("api_key" = [])),
    params(("checkout_id" = String, Path, description = "The purchase.")),
    responses(
        (status = 200, description = "The purchase.", body = CreditCheckout),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such purchase in the organization.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/credit/checkouts/{checkout_id}")]
async fn checkout_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    id: web::Path<String>,
) -> Result<web::Json<CreditCheckout>, ApiError> {
    let purchase = flow::find(&app, caller.who(), id.into_inner()).await?;
    Ok(web::Json(CreditCheckout::of(purchase, None)))
}

/// Take a message of Stripe.
///
/// For Stripe alone: the address of the webhook endpoint that is set up there, signed with its secret. Needs no key.
#[utoipa::path(
    tag = "credit",
    security(()),
    params(("stripe-signature" = String, Header, description = "What proves that Stripe sent it.")),
    request_body(description = "The event, as Stripe writes it.", content_type = "application/json", content = Object),
    responses(
        (status = 200, description = "It was kept and acted on.", body = Received),
        (status = 400, description = "It is not signed by Stripe, or too old.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 503, description = "No payment provider is set up on this server, or the database is busy.", body = ErrorBody),
    ),
)]
#[post("/webhooks/stripe")]
async fn payment_message_create(
    app: web::Data<App>,
    request: HttpRequest,
    body: Body,
) -> Result<web::Json<Received>, ApiError> {
    let signature = request.headers().get(SIGNATURE).and_then(|value| value.to_str().ok());
    let signature = signature.ok_or(Refusal::Missing { param: SIGNATURE })?;
    flow::take(&app, body.bytes(MESSAGE_BYTES_MAX).await?, signature).await?;
    Ok(web::Json(Received { received: true }))
}
