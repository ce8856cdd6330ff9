//! The handlers of limits.

use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow::{self, Target};
use super::wire::{Limits, RateLimit, UpdateLimits, UpdateRateLimit, model_of};
use crate::error::ErrorBody;
use crate::http::auth::{OrganizationRead, OrganizationWrite};
use crate::http::page::LIMIT_MAX;
use crate::http::{Body, Caller, List, Query, Window};
use crate::replays::Once;
use crate::{ApiError, App};

/// Adds the routes of limits.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(rate_limit_list)
        .service(rate_limit_update)
        .service(project_limits_get)
        .service(project_limits_update)
        .service(project_key_limits_get)
        .service(project_key_limits_update);
}

/// List a project's rate limits.
///
/// One for each model on offer.
#[utoipa::path(
    tag = "limits",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("before" = Option<String>, Query, description = "The first id of the page behind."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 100 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<RateLimit>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no limit with the id `after` or `before`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/rate_limits")]
async fn rate_limit_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    project: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<RateLimit>>, ApiError> {
    let mut fields = query.fields()?;
    let window = Window::take(&mut fields, LIMIT_MAX)?;
    fields.finish()?;
    let limits = flow::list(&app, caller.who(), project.into_inner()).await?;
    let limits = limits.into_iter().map(|(model, max)| RateLimit::of(model, max)).collect();
    Ok(web::Json(window.of(limits, "rate limit", |limit: &RateLimit| &limit.id)?))
}

/// Set a rate limit of a project.
///
/// Holds from the next video on; those of the last 60 seconds count. A video over it answers 429 `rate_limit_exceeded`.
#[utoipa::path(
    tag = "limits",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("rate_limit_id" = String, Path, description = "The limit: `rl-` and the model's id."),
    ),
    request_body(
        description = "The new limit.",
        content((UpdateRateLimit = "application/json"), (UpdateRateLimit = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The limit.", body = RateLimit),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`, or the project is archived.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such model on offer.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/rate_limits/{rate_limit_id}")]
async fn rate_limit_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    path: web::Path<(String, String)>,
    body: Body,
) -> Result<web::Json<RateLimit>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateRateLimit::from_fields(fields)?;
    let (project, id) = path.into_inner();
    let limit = (model_of(&app, &id)?, request.max_requests_per_1_minute);
    Ok(web::Json(flow::update(&app, caller.who(), once, project, limit).await?))
}

/// Get the limits of a project.
///
/// Over all models; those of one model are its rate limits. Those of keys hold beside them.
#[utoipa::path(
    tag = "limits",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
    ),
    responses(
        (status = 200, description = "The limits.", body = Limits),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/limits")]
async fn project_limits_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    path: web::Path<String>,
) -> Result<web::Json<Limits>, ApiError> {
    Ok(web::Json(flow::find(&app, caller.who(), Target::Project(path.into_inner())).await?))
}

/// Set the limits of a project.
///
/// Changes the limits that are sent, and takes away those that are sent as `null`. They hold from the next video on, which
/// answers 429 `rate_limit_exceeded` or, when too many wait, `queue_full`; over `max_concurrent_videos` a video is taken and
/// waits.
#[utoipa::path(
    tag = "limits",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
    ),
    request_body(
        description = "The new limits.",
        content((UpdateLimits = "application/json"), (UpdateLimits = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "All limits of a project.", body = Limits),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`, or the project is archived.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/limits")]
async fn project_limits_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    path: web::Path<String>,
    once: Once,
    body: Body,
) -> Result<web::Json<Limits>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateLimits::from_fields(fields)?;
    let target = Target::Project(path.into_inner());
    Ok(web::Json(flow::change(&app, caller.who(), once, target, request.change()).await?))
}

/// Get the limits of a key.
///
/// Those of its project hold beside them.
#[utoipa::path(
    tag = "limits",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("key_id" = String, Path, description = "The key."),
    ),
    responses(
        (status = 200, description = "The limits.", body = Limits),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project or key in the organization.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/api_keys/{key_id}/limits")]
async fn project_key_limits_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<Limits>, ApiError> {
    Ok(web::Json(flow::find(&app, caller.who(), key(path)).await?))
}

/// Set the limits of a key.
///
/// Changes the limits that are sent, and takes away those that are sent as `null`. They hold from the next video on, which
/// answers 429 `rate_limit_exceeded` or, when too many wait, `queue_full`; over `max_concurrent_videos` a video is taken and
/// waits.
#[utoipa::path(
    tag = "limits",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("key_id" = String, Path, description = "The key."),
    ),
    request_body(
        description = "The new limits.",
        content((UpdateLimits = "application/json"), (UpdateLimits = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "All limits of a key.", body = Limits),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`, or the project is archived.", body = ErrorBody),
        (status = 404, description = "There is no such project or key in the organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/api_keys/{key_id}/limits")]
async fn project_key_limits_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    path: web::Path<(String, String)>,
    once: Once,
    body: Body,
) -> Result<web::Json<Limits>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateLimits::from_fields(fields)?;
    let target = key(path);
    Ok(web::Json(flow::change(&app, caller.who(), once, target, request.change()).await?))
}

fn key(path: web::Path<(String, String)>) -> Target {
    let (project, key) = path.into_inner();
    Target::Key(project, key)
}
