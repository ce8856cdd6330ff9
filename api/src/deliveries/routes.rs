//! The handlers of deliveries.

use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::State;
use super::wire::{Asked, Resent, Since, WebhookDelivery};
use super::{flow, store};
use crate::error::ErrorBody;
use crate::http::auth::{WebhooksRead, WebhooksWrite};
use crate::http::{Body, Caller, List, Query};
use crate::replays::Once;
use crate::{ApiError, App, webhooks};

/// Adds the routes of deliveries.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(webhook_delivery_list)
        .service(webhook_delivery_get)
        .service(webhook_delivery_resend)
        .service(webhook_endpoint_recover)
        .service(webhook_endpoint_replay_missing);
}

/// List the deliveries to a webhook endpoint.
///
/// The newest first, each with its attempts. They are kept for 30 days.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(
        ("webhook_endpoint_id" = String, Path, description = "The endpoint, or `default` for those to the `webhook_url` of videos."),
        ("status" = inline(Option<State>), Query, description = "Those with this status alone."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<WebhookDelivery>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:read`.", body = ErrorBody),
        (status = 404, description = "There is no such endpoint in the project, or no delivery with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/webhook_endpoints/{webhook_endpoint_id}/deliveries")]
async fn webhook_delivery_list(
    app: web::Data<App>,
    caller: Caller<WebhooksRead>,
    id: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<WebhookDelivery>>, ApiError> {
    let asked = Asked::from_fields(query.fields()?)?;
    let (project, limit) = (caller.who().project.clone(), asked.page.limit);
    let work = move |db: &mut _| {
        let endpoint = webhooks::found(db, project.as_str(), &id)?;
        let rows = store::list(db, &endpoint.id, asked.status, &asked.page)?;
        let attempts = store::attempts(db, rows.iter().map(|row| row.id.clone()).collect())?;
        WebhookDelivery::all(rows, attempts)
    };
    let deliveries = app.store.run(work).await?;
    Ok(web::Json(List::of(deliveries, limit, |delivery: &WebhookDelivery| &delivery.id)))
}

/// Get a delivery.
///
/// With its attempts.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(("webhook_delivery_id" = String, Path, description = "The delivery.")),
    responses(
        (status = 200, description = "The delivery.", body = WebhookDelivery),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:read`.", body = ErrorBody),
        (status = 404, description = "There is no such delivery in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/webhook_deliveries/{webhook_delivery_id}")]
async fn webhook_delivery_get(
    app: web::Data<App>,
    caller: Caller<WebhooksRead>,
    id: web::Path<String>,
) -> Result<web::Json<WebhookDelivery>, ApiError> {
    let project = caller.who().project.clone();
    Ok(web::Json(app.store.run(move |db| flow::shown(db, project.as_str(), &id)).await?))
}

/// Send a delivery again.
///
/// At once, whatever came of it before. If that fails, it is tried again on the schedule, from its beginning.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(("webhook_delivery_id" = String, Path, description = "The delivery.")),
    responses(
        (status = 200, description = "The delivery, due now.", body = WebhookDelivery),
        (status = 400, description = "It was tried as often as may be.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:write`.", body = ErrorBody),
        (status = 404, description = "There is no such delivery in the project, or its endpoint was deleted.", body = ErrorBody),
        (status = 409, description = "The endpoint is disabled.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/webhook_deliveries/{webhook_delivery_id}/resend")]
async fn webhook_delivery_resend(
    app: web::Data<App>,
    caller: Caller<WebhooksWrite>,
    id: web::Path<String>,
    once: Once,
) -> Result<web::Json<WebhookDelivery>, ApiError> {
    let once = once.bare(&caller)?;
    let (project, now_us) = (caller.who().project.clone(), app.clock.now_us());
    let work = move |db: &mut _| flow::resend(db, project.as_str(), &id, now_us);
    let delivery = app.write(once, work).await?;
    app.hooks.due.notify_one();
    Ok(web::Json(delivery))
}

/// Send again what failed.
///
/// Deliveries to the endpoint that were written since some time and failed, or were canceled when it was disabled: at most
/// 500 at a time.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(("webhook_endpoint_id" = String, Path, description = "The endpoint, or `default` for deliveries to the `webhook_url` of videos.")),
    request_body(
        description = "Since when.",
        content((Since = "application/json"), (Since = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "How many are sent again.", body = Resent),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:write`.", body = ErrorBody),
        (status = 404, description = "There is no such endpoint in the project.", body = ErrorBody),
        (status = 409, description = "The endpoint is disabled.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/webhook_endpoints/{webhook_endpoint_id}/recover")]
async fn webhook_endpoint_recover(
    app: web::Data<App>,
    caller: Caller<WebhooksWrite>,
    id: web::Path<String>,
    once: Once,
    body: Body,
) -> Result<web::Json<Resent>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let since = Since::from_fields(fields)?;
    let (project, now_us) = (caller.who().project.clone(), app.clock.now_us());
    let work = move |db: &mut _| flow::recover(db, project.as_str(), &id, since.us(), now_us);
    let resent = app.write(once, work).await?;
    app.hooks.due.notify_one();
    Ok(web::Json(resent))
}

/// Send what was never sent.
///
/// Events since some time of the kinds that the endpoint wants, of which there is no delivery to it, for example because it
/// was disabled or is new: at most 500 at a time.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(("webhook_endpoint_id" = String, Path, description = "The endpoint.")),
    request_body(
        description = "Since when.",
        content((Since = "application/json"), (Since = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "How many are sent.", body = Resent),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:write`.", body = ErrorBody),
        (status = 404, description = "There is no such endpoint in the project.", body = ErrorBody),
        (status = 409, description = "The endpoint is disabled.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/webhook_endpoints/{webhook_endpoint_id}/replay_missing")]
async fn webhook_endpoint_replay_missing(
    app: web::Data<App>,
    caller: Caller<WebhooksWrite>,
    id: web::Path<String>,
    once: Once,
    body: Body,
) -> Result<web::Json<Resent>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let since = Since::from_fields(fields)?;
    let (project, now_us) = (caller.who().project.clone(), app.clock.now_us());
    let work = move |db: &mut _| flow::replay_missing(db, project.as_str(), &id, since.us(), now_us);
    let resent = app.write(once, work).await?;
    app.hooks.due.notify_one();
    Ok(web::Json(resent))
}
