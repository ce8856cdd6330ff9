//! The handlers of webhook endpoints.

use actix_web::{delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::wire::{
    CreateEndpoint, RotateSecret, TestEndpoint, UpdateEndpoint, WebhookEndpoint, WebhookEndpointTest,
    WebhookEndpointWithSecret, WebhookEventType, WebhookEventTypes,
};
use super::{flow, store};
use crate::error::ErrorBody;
use crate::events::kinds::KINDS;
use crate::http::auth::{WebhooksRead, WebhooksWrite};
use crate::http::{Body, Caller, Deleted, List, Page, Query};
use crate::receipts::rules::PublicKeys;
use crate::replays::Once;
use crate::{ApiError, App, deliveries};

/// Adds the routes of webhook endpoints.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(webhook_endpoint_create)
        .service(webhook_endpoint_list)
        .service(webhook_endpoint_get)
        .service(webhook_endpoint_update)
        .service(webhook_endpoint_delete)
        .service(webhook_endpoint_rotate_secret)
        .service(webhook_endpoint_test)
        .service(webhook_event_type_list)
        .service(webhook_keys);
}

/// Make a webhook endpoint.
///
/// Events of the project are sent there from now on. The secret is shown in this answer alone. A project has at most 16.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    request_body(
        description = "The endpoint.",
        content((CreateEndpoint = "application/json"), (CreateEndpoint = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The endpoint, with its secret.", body = WebhookEndpointWithSecret),
        (status = 400, description = "The body cannot be understood or has an impossible value, or the project has as many endpoints as it may.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:write`, or the project is archived.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/webhook_endpoints")]
async fn webhook_endpoint_create(
    app: web::Data<App>,
    caller: Caller<WebhooksWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<WebhookEndpointWithSecret>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateEndpoint::from_fields(fields)?;
    flow::check_url(&app, "url", &request.url)?;
    let (hooks, tenant, now_us) = (app.hooks.clone(), caller.who().clone(), app.clock.now_us());
    let work = move |db: &mut _| flow::create(db, &hooks, &tenant, &request, now_us);
    Ok(web::Json(app.write(once, work).await?))
}

/// List webhook endpoints.
///
/// The project's, the newest first. `default` is not among them.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<WebhookEndpoint>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:read`.", body = ErrorBody),
        (status = 404, description = "There is no endpoint with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/webhook_endpoints")]
async fn webhook_endpoint_list(
    app: web::Data<App>,
    caller: Caller<WebhooksRead>,
    query: Query,
) -> Result<web::Json<List<WebhookEndpoint>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    fields.finish()?;
    let (project, limit) = (caller.who().project.clone(), page.limit);
    let rows = app.store.run(move |db| store::list(db, project.as_str(), &page)).await?;
    let endpoints = rows.into_iter().map(WebhookEndpoint::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(web::Json(List::of(endpoints, limit, |endpoint: &WebhookEndpoint| &endpoint.id)))
}

/// Get a webhook endpoint.
///
/// `default` is the one under whose secret events are signed that go to the `webhook_url` of a video. It is there once its
/// secret was rotated or an event went to such a URL.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(("webhook_endpoint_id" = String, Path, description = "The endpoint, or `default`.")),
    responses(
        (status = 200, description = "The endpoint.", body = WebhookEndpoint),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:read`.", body = ErrorBody),
        (status = 404, description = "There is no such endpoint in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/webhook_endpoints/{webhook_endpoint_id}")]
async fn webhook_endpoint_get(
    app: web::Data<App>,
    caller: Caller<WebhooksRead>,
    id: web::Path<String>,
) -> Result<web::Json<WebhookEndpoint>, ApiError> {
    let project = caller.who().project.clone();
    let row = app.store.run(move |db| flow::found(db, project.as_str(), &id)).await?;
    Ok(web::Json(row.try_into()?))
}

/// Change a webhook endpoint.
///
/// What is absent stays. One that was disabled is used again with `disabled` `false`; what was missed meanwhile can be sent
/// with `replay_missing` and `recover`.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(("webhook_endpoint_id" = String, Path, description = "The endpoint.")),
    request_body(
        description = "What to change.",
        content((UpdateEndpoint = "application/json"), (UpdateEndpoint = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The endpoint.", body = WebhookEndpoint),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:write`.", body = ErrorBody),
        (status = 404, description = "There is no such endpoint in the project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/webhook_endpoints/{webhook_endpoint_id}")]
async fn webhook_endpoint_update(
    app: web::Data<App>,
    caller: Caller<WebhooksWrite>,
    id: web::Path<String>,
    once: Once,
    body: Body,
) -> Result<web::Json<WebhookEndpoint>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateEndpoint::from_fields(fields)?;
    if let Some(url) = &request.url {
        flow::check_url(&app, "url", url)?;
    }
    let (project, now_us) = (caller.who().project.clone(), app.clock.now_us());
    let work = move |db: &mut _| flow::update(db, project.as_str(), &id, request, now_us);
    Ok(web::Json(app.write(once, work).await?))
}

/// Delete a webhook endpoint.
///
/// What was still to be sent there is not sent.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(("webhook_endpoint_id" = String, Path, description = "The endpoint.")),
    responses(
        (status = 200, description = "It is gone.", body = Deleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:write`.", body = ErrorBody),
        (status = 404, description = "There is no such endpoint in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/webhook_endpoints/{webhook_endpoint_id}")]
async fn webhook_endpoint_delete(
    app: web::Data<App>,
    caller: Caller<WebhooksWrite>,
    id: web::Path<String>,
) -> Result<web::Json<Deleted>, ApiError> {
    let (project, now_us) = (caller.who().project.clone(), app.clock.now_us());
    let work = move |db: &mut _| flow::delete(db, project.as_str(), &id, now_us);
    Ok(web::Json(app.store.run(move |db| db.write_tx(work)).await?))
}

/// Give a webhook endpoint a new secret.
///
/// The new one is shown in this answer alone. With `default` it is the secret for the `webhook_url` of videos, which is made
/// if there is none yet.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(("webhook_endpoint_id" = String, Path, description = "The endpoint, or `default`.")),
    request_body(
        description = "How.",
        content((RotateSecret = "application/json"), (RotateSecret = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The endpoint, with its new secret.", body = WebhookEndpointWithSecret),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:write`.", body = ErrorBody),
        (status = 404, description = "There is no such endpoint in the project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/webhook_endpoints/{webhook_endpoint_id}/rotate_secret")]
async fn webhook_endpoint_rotate_secret(
    app: web::Data<App>,
    caller: Caller<WebhooksWrite>,
    id: web::Path<String>,
    once: Once,
    body: Body,
) -> Result<web::Json<WebhookEndpointWithSecret>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = RotateSecret::from_fields(fields)?;
    let keep_old = request.keep_old_secret_active_for_24_hours.unwrap_or(false);
    let (hooks, tenant, now_us) = (app.hooks.clone(), caller.who().clone(), app.clock.now_us());
    let work = move |db: &mut _| flow::rotate(db, &hooks, (&tenant, &id), keep_old, now_us);
    Ok(web::Json(app.write(once, work).await?))
}

/// Test a webhook endpoint.
///
/// Sends one signed event of the kind, about something that does not exist, and waits for the answer, for up to 20 seconds.
/// It is sent once, also to an endpoint that is disabled, and is in no list of deliveries.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    params(("webhook_endpoint_id" = String, Path, description = "The endpoint.")),
    request_body(
        description = "What to send.",
        content((TestEndpoint = "application/json"), (TestEndpoint = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "What came of it.", body = WebhookEndpointTest),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:write`.", body = ErrorBody),
        (status = 404, description = "There is no such endpoint in the project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy, or many tests are under way.", body = ErrorBody),
    ),
)]
#[post("/v1/webhook_endpoints/{webhook_endpoint_id}/test")]
async fn webhook_endpoint_test(
    app: web::Data<App>,
    caller: Caller<WebhooksWrite>,
    id: web::Path<String>,
    once: Once,
    body: Body,
) -> Result<web::Json<WebhookEndpointTest>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = TestEndpoint::from_fields(fields)?;
    let (project, id) = (caller.who().project.clone(), id.into_inner());
    let (again, name) = (project.clone(), id.clone());
    let begun = app.begin(once, move |db| flow::found(db, project.as_str(), &id).map(|row| row.id)).await?;
    let row = app.store.run(move |db| flow::found(db, again.as_str(), &name)).await?;
    let tested = deliveries::test(&app, row, request.event_type).await?;
    Ok(web::Json(app.end(begun, move |_| Ok(tested)).await?))
}

/// List the kinds of events.
///
/// `data` has their names, as OpenAI's does.
#[utoipa::path(
    tag = "webhooks",
    security(("api_key" = [])),
    responses(
        (status = 200, description = "The kinds.", body = WebhookEventTypes),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `webhooks:read`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/webhook_event_types")]
async fn webhook_event_type_list(_caller: Caller<WebhooksRead>) -> web::Json<WebhookEventTypes> {
    let about = |kind: &crate::events::Kind| WebhookEventType {
        name: kind.name,
        description: kind.description,
        by_default: kind.by_default,
    };
    web::Json(WebhookEventTypes {
        object: "list",
        data: KINDS.iter().map(|kind| kind.name).collect(),
        descriptions: KINDS.iter().map(about).collect(),
    })
}

/// Get the keys that webhooks are signed with.
///
/// Needs no key. A JSON Web Key Set: the signature `v1a` of every webhook was made with one of these (Ed25519).
#[utoipa::path(
    tag = "system",
    security(()),
    responses((status = 200, description = "The public keys.", body = PublicKeys)),
)]
#[get("/.well-known/kinora-webhooks.json")]
async fn webhook_keys(app: web::Data<App>) -> web::Json<PublicKeys> {
    web::Json(PublicKeys { keys: vec![app.hooks.signatory.public_key()] })
}
