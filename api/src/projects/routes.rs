//! The handlers of projects: read, decide, answer.

use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::wire::{Project, WriteProject};
use crate::error::ErrorBody;
use crate::http::auth::{OrganizationRead, OrganizationWrite};
use crate::http::{Body, Caller, List, Page, Query};
use crate::replays::Once;
use crate::{ApiError, App};

/// Adds the routes of projects.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(project_list)
        .service(project_create)
        .service(project_get)
        .service(project_update)
        .service(project_archive);
}

/// List projects.
///
/// The organization's projects, oldest first, a page at a time.
#[utoipa::path(
    tag = "projects",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
        ("include_archived" = Option<bool>, Query, description = "Whether archived projects are listed too; false if absent."),
    ),
    responses(
        (status = 200, description = "The page.", body = List<Project>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no project with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects")]
async fn project_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    query: Query,
) -> Result<web::Json<List<Project>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    let with_archived = fields.boolean("include_archived")?.unwrap_or(false);
    fields.finish()?;
    let limit = page.limit;
    let rows = flow::list(&app, caller.who(), page, with_archived).await?;
    let projects = rows.into_iter().map(Project::from).collect();
    Ok(web::Json(List::of(projects, limit, |project: &Project| &project.id)))
}

/// Make a project.
///
/// It has no keys yet; see `POST /v1/organization/projects/{project_id}/api_keys`.
#[utoipa::path(
    tag = "projects",
    security(("api_key" = [])),
    request_body(
        description = "What to make.",
        content((WriteProject = "application/json"), (WriteProject = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The project.", body = Project),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects")]
async fn project_create(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<Project>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = WriteProject::from_fields(fields)?;
    Ok(web::Json(flow::create(&app, caller.who(), once, request.name).await?))
}

/// Get a project.
///
/// One of the organization, archived or not.
#[utoipa::path(
    tag = "projects",
    security(("api_key" = [])),
    params(("project_id" = String, Path, description = "The project.")),
    responses(
        (status = 200, description = "The project.", body = Project),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}")]
async fn project_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    id: web::Path<String>,
) -> Result<web::Json<Project>, ApiError> {
    Ok(web::Json(flow::find(&app, caller.who(), id.into_inner()).await?.into()))
}

/// Rename a project.
///
/// Nothing but the name can be changed, and that only while it is not archived.
#[utoipa::path(
    tag = "projects",
    security(("api_key" = [])),
    params(("project_id" = String, Path, description = "The project.")),
    request_body(
        description = "The new name.",
        content((WriteProject = "application/json"), (WriteProject = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The project.", body = Project),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`, or the project is archived.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}")]
async fn project_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    id: web::Path<String>,
    body: Body,
) -> Result<web::Json<Project>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = WriteProject::from_fields(fields)?;
    Ok(web::Json(flow::rename(&app, caller.who(), once, id.into_inner(), request.name).await?))
}

/// Archive a project.
///
/// For good. Its keys stay valid, so that its videos can be seen, canceled, downloaded and deleted, but making a
/// video with them answers 403 `project_archived`. Videos that wait or are being made are not stopped.
#[utoipa::path(
    tag = "projects",
    security(("api_key" = [])),
    params(("project_id" = String, Path, description = "The project.")),
    responses(
        (status = 200, description = "The project, archived.", body = Project),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/archive")]
async fn project_archive(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    id: web::Path<String>,
) -> Result<web::Json<Project>, ApiError> {
    let once = once.bare(&caller)?;
    Ok(web::Json(flow::archive(&app, caller.who(), once, id.into_inner()).await?))
}
