//! The handlers of limits on spending.

use actix_web::{delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow::{self, Target};
use super::wire::{SpendLimit, SpendLimitDeleted, UpdateSpendLimit};
use crate::error::ErrorBody;
use crate::http::auth::{OrganizationRead, OrganizationWrite};
use crate::http::{Body, Caller};
use crate::replays::Once;
use crate::{ApiError, App};

/// Adds the routes of limits on spending.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(organization_spend_limit_get)
        .service(organization_spend_limit_update)
        .service(organization_spend_limit_delete)
        .service(project_spend_limit_get)
        .service(project_spend_limit_update)
        .service(project_spend_limit_delete)
        .service(project_key_spend_limit_get)
        .service(project_key_spend_limit_update)
        .service(project_key_spend_limit_delete);
}

/// Get the spend limit of the organization.
///
/// With what was spent of it in this month.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    responses(
        (status = 200, description = "The limit.", body = SpendLimit),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "The organization has no limit.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/spend_limit")]
async fn organization_spend_limit_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
) -> Result<web::Json<SpendLimit>, ApiError> {
    let target = Target::Organization;
    let standing = flow::find(&app, caller.who().organization.clone(), target.clone()).await?;
    Ok(web::Json(SpendLimit::of(&target, &standing)))
}

/// Set the spend limit of the organization.
///
/// Holds from the next video on: one that would pass it answers 402 `spend_limit_reached`. What is held already stays.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    request_body(
        description = "The new limit.",
        content((UpdateSpendLimit = "application/json"), (UpdateSpendLimit = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The limit.", body = SpendLimit),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/spend_limit")]
async fn organization_spend_limit_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<SpendLimit>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateSpendLimit::from_fields(fields)?;
    let (organization, target) = (caller.who().organization.clone(), Target::Organization);
    Ok(web::Json(flow::set(&app, once, organization, target, request.threshold_amount).await?))
}

/// Remove the spend limit of the organization.
///
/// From now on nothing is refused for it.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    responses(
        (status = 200, description = "It is gone.", body = SpendLimitDeleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "The organization has no limit.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/organization/spend_limit")]
async fn organization_spend_limit_delete(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
) -> Result<web::Json<SpendLimitDeleted>, ApiError> {
    let target = Target::Organization;
    flow::remove(&app, caller.who().organization.clone(), target.clone()).await?;
    Ok(web::Json(SpendLimitDeleted::of(&target)))
}

/// Get the spend limit of a project.
///
/// With what was spent of it in this month.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(("project_id" = String, Path, description = "The project.")),
    responses(
        (status = 200, description = "The limit.", body = SpendLimit),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or it has no limit.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/spend_limit")]
async fn project_spend_limit_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    path: web::Path<String>,
) -> Result<web::Json<SpendLimit>, ApiError> {
    let target = Target::Project(path.into_inner());
    let standing = flow::find(&app, caller.who().organization.clone(), target.clone()).await?;
    Ok(web::Json(SpendLimit::of(&target, &standing)))
}

/// Set the spend limit of a project.
///
/// Holds from the next video on: one that would pass it answers 402 `spend_limit_reached`. What is held already stays.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(("project_id" = String, Path, description = "The project.")),
    request_body(
        description = "The new limit.",
        content((UpdateSpendLimit = "application/json"), (UpdateSpendLimit = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The limit.", body = SpendLimit),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/spend_limit")]
async fn project_spend_limit_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    path: web::Path<String>,
    body: Body,
) -> Result<web::Json<SpendLimit>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateSpendLimit::from_fields(fields)?;
    let (organization, target) = (caller.who().organization.clone(), Target::Project(path.into_inner()));
    Ok(web::Json(flow::set(&app, once, organization, target, request.threshold_amount).await?))
}

/// Remove the spend limit of a project.
///
/// From now on nothing is refused for it.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(("project_id" = String, Path, description = "The project.")),
    responses(
        (status = 200, description = "It is gone.", body = SpendLimitDeleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or it has no limit.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/organization/projects/{project_id}/spend_limit")]
async fn project_spend_limit_delete(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    path: web::Path<String>,
) -> Result<web::Json<SpendLimitDeleted>, ApiError> {
    let target = Target::Project(path.into_inner());
    flow::remove(&app, caller.who().organization.clone(), target.clone()).await?;
    Ok(web::Json(SpendLimitDeleted::of(&target)))
}

/// Get the spend limit of a key.
///
/// With what was spent of it in this month.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("key_id" = String, Path, description = "The key."),
    ),
    responses(
        (status = 200, description = "The limit.", body = SpendLimit),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project or key in the organization, or it has no limit.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/api_keys/{key_id}/spend_limit")]
async fn project_key_spend_limit_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<SpendLimit>, ApiError> {
    let target = key(path);
    let standing = flow::find(&app, caller.who().organization.clone(), target.clone()).await?;
    Ok(web::Json(SpendLimit::of(&target, &standing)))
}

/// Set the spend limit of a key.
///
/// Holds from the next video on: one that would pass it answers 402 `spend_limit_reached`. What is held already stays.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("key_id" = String, Path, description = "The key."),
    ),
    request_body(
        description = "The new limit.",
        content((UpdateSpendLimit = "application/json"), (UpdateSpendLimit = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The limit.", body = SpendLimit),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project or key in the organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/api_keys/{key_id}/spend_limit")]
async fn project_key_spend_limit_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    path: web::Path<(String, String)>,
    body: Body,
) -> Result<web::Json<SpendLimit>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateSpendLimit::from_fields(fields)?;
    let (organization, target) = (caller.who().organization.clone(), key(path));
    Ok(web::Json(flow::set(&app, once, organization, target, request.threshold_amount).await?))
}

/// Remove the spend limit of a key.
///
/// From now on nothing is refused for it.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("key_id" = String, Path, description = "The key."),
    ),
    responses(
        (status = 200, description = "It is gone.", body = SpendLimitDeleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project or key in the organization, or it has no limit.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/organization/projects/{project_id}/api_keys/{key_id}/spend_limit")]
async fn project_key_spend_limit_delete(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<SpendLimitDeleted>, ApiError> {
    let target = key(path);
    flow::remove(&app, caller.who().organization.clone(), target.clone()).await?;
    Ok(web::Json(SpendLimitDeleted::of(&target)))
}

fn key(path: web::Path<(String, String)>) -> Target {
    let (project, key) = path.into_inner();
    Target::Key(project, key)
}
