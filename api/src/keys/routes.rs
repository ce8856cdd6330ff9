//! The handlers of keys: those of projects and those of the organization's administrators.

use actix_web::{delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::manage;
use super::wire::{
    AdminKey, AdminKeyCreated, CreateAdminKey, CreateProjectKey, ProjectKey, ProjectKeyCreated,
    UpdateProjectKey, access as access_of,
};
use crate::error::ErrorBody;
use crate::http::auth::{OrganizationRead, OrganizationWrite};
use crate::http::{Body, Caller, Deleted, Fields, List, Order, Page, Query};
use crate::replays::Once;
use crate::{ApiError, App, Refusal};

/// Adds the routes of keys.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(project_key_list)
        .service(project_key_create)
        .service(project_key_get)
        .service(project_key_update)
        .service(project_key_delete)
        .service(admin_key_list)
        .service(admin_key_create)
        .service(admin_key_get)
        .service(admin_key_delete);
}

/// List a project's keys.
///
/// Oldest first, a page at a time. Keys that were revoked are not listed; those that have expired are.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
        ("owner_project_access" = Option<String>, Query, description = "`active`, `inactive` or `any`, which is meant if absent: the keys of an archived project are `inactive`."),
    ),
    responses(
        (status = 200, description = "The page.", body = List<ProjectKey>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no key with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/api_keys")]
async fn project_key_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    project: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<ProjectKey>>, ApiError> {
    let mut fields = query.fields()?;
    let (page, access) = (Page::take(&mut fields)?, access_asked(&mut fields)?);
    fields.finish()?;
    let limit = page.limit;
    let (project, rows) = manage::list_of_project(&app, caller.who(), project.into_inner(), page).await?;
    let wanted = access.is_none_or(|access| access == access_of(&project));
    let rows = rows.into_iter().filter(|_| wanted);
    let keys = rows.map(|row| ProjectKey::of(row, &project)).collect();
    Ok(web::Json(List::of(keys, limit, |key: &ProjectKey| &key.id)))
}

/// Make a key of a project.
///
/// Its `value` is in this answer alone.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(("project_id" = String, Path, description = "The project.")),
    request_body(
        description = "What to make.",
        content((CreateProjectKey = "application/json"), (CreateProjectKey = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The key, with its value.", body = ProjectKeyCreated),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`, or the project is archived.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/api_keys")]
async fn project_key_create(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    project: web::Path<String>,
    body: Body,
) -> Result<web::Json<ProjectKeyCreated>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateProjectKey::from_fields(fields)?;
    let whose = (caller.who(), project.into_inner());
    let made = manage::create_of_project(&app, once, whose, request, ProjectKeyCreated::of).await?;
    Ok(web::Json(made))
}

/// Get a key of a project.
///
/// Without its secret, which nobody has but its owner.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("key_id" = String, Path, description = "The key."),
    ),
    responses(
        (status = 200, description = "The key.", body = ProjectKey),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such key in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/api_keys/{key_id}")]
async fn project_key_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<ProjectKey>, ApiError> {
    let (project, row) = manage::find_of_project(&app, caller.who(), path.into_inner()).await?;
    Ok(web::Json(ProjectKey::of(row, &project)))
}

/// Change a key of a project.
///
/// What it may do, how long it lives, or both at once. A key that has expired cannot be changed.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("key_id" = String, Path, description = "The key."),
    ),
    request_body(
        description = "What to change.",
        content((UpdateProjectKey = "application/json"), (UpdateProjectKey = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The key.", body = ProjectKey),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such key in the project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/api_keys/{key_id}")]
async fn project_key_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    path: web::Path<(String, String)>,
    body: Body,
) -> Result<web::Json<ProjectKey>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateProjectKey::from_fields(fields)?;
    let path = path.into_inner();
    Ok(web::Json(manage::update_of_project(&app, caller.who(), once, path, request).await?))
}

/// Revoke a key of a project.
///
/// From now on it is answered with 401. What was made with it stays.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("key_id" = String, Path, description = "The key."),
    ),
    responses(
        (status = 200, description = "It is revoked.", body = Deleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such key in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/organization/projects/{project_id}/api_keys/{key_id}")]
async fn project_key_delete(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<Deleted>, ApiError> {
    let id = manage::revoke_of_project(&app, caller.who(), path.into_inner()).await?;
    Ok(web::Json(Deleted::of("organization.project.api_key.deleted", id)))
}

/// List the organization's admin keys.
///
/// Keys that were revoked are not listed; those that have expired are.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
        ("order" = inline(Option<Order>), Query, description = "By the time they were made; `asc` if absent."),
    ),
    responses(
        (status = 200, description = "The page.", body = List<AdminKey>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no key with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/admin_api_keys")]
async fn admin_key_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    query: Query,
) -> Result<web::Json<List<AdminKey>>, ApiError> {
    let mut fields = query.fields()?;
    let (page, order) = (Page::take(&mut fields)?, Order::take(&mut fields)?.unwrap_or(Order::Asc));
    fields.finish()?;
    let limit = page.limit;
    let rows = manage::list_of_admin(&app, caller.who(), order, page).await?;
    let keys = rows.into_iter().map(AdminKey::from).collect();
    Ok(web::Json(List::of(keys, limit, |key: &AdminKey| &key.id)))
}

/// Make an admin key.
///
/// A key that manages the organization and makes no videos. Its `value` is in this answer alone.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    request_body(
        description = "What to make.",
        content((CreateAdminKey = "application/json"), (CreateAdminKey = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The key, with its value.", body = AdminKeyCreated),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/admin_api_keys")]
async fn admin_key_create(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<AdminKeyCreated>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateAdminKey::from_fields(fields)?;
    let organization = caller.who().organization.clone();
    Ok(web::Json(manage::create_of_admin(&app, once, |_| Ok(organization), request).await?))
}

/// Get an admin key.
///
/// Without its secret, which nobody has but its owner.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(("key_id" = String, Path, description = "The key.")),
    responses(
        (status = 200, description = "The key.", body = AdminKey),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such admin key in the organization.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/admin_api_keys/{key_id}")]
async fn admin_key_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    id: web::Path<String>,
) -> Result<web::Json<AdminKey>, ApiError> {
    Ok(web::Json(manage::find_of_admin(&app, caller.who(), id.into_inner()).await?.into()))
}

/// Revoke an admin key.
///
/// From now on it is answered with 401, be it the key of this request.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(("key_id" = String, Path, description = "The key.")),
    responses(
        (status = 200, description = "It is revoked.", body = Deleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such admin key in the organization.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/organization/admin_api_keys/{key_id}")]
async fn admin_key_delete(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    id: web::Path<String>,
) -> Result<web::Json<Deleted>, ApiError> {
    let id = manage::revoke_of_admin(&app, caller.who(), id.into_inner()).await?;
    Ok(web::Json(Deleted::of("organization.admin_api_key.deleted", id)))
}

/// The access that keys are asked for by; nothing for any.
fn access_asked(fields: &mut Fields) -> Result<Option<String>, Refusal> {
    match fields.text("owner_project_access")? {
        None => Ok(None),
        Some(text) => match text.as_str() {
            "any" => Ok(None),
            "active" | "inactive" => Ok(Some(text)),
            _ => Err(Refusal::invalid("owner_project_access", "supported are: 'active', 'inactive', 'any'.")),
        },
    }
}
