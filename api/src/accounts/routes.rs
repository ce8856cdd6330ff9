//! The handlers of service accounts.

use actix_web::{delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::wire::{CreateAccount, ServiceAccount, ServiceAccountCreated};
use crate::error::ErrorBody;
use crate::http::auth::{OrganizationRead, OrganizationWrite};
use crate::http::{Body, Caller, Deleted, List, Page, Query};
use crate::replays::Once;
use crate::{ApiError, App, keys};

/// Adds the routes of service accounts.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(service_account_list)
        .service(service_account_create)
        .service(service_account_get)
        .service(service_account_delete);
}

/// List a project's service accounts.
///
/// Each key of the project is one. Oldest first, a page at a time.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<ServiceAccount>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no account with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/service_accounts")]
async fn service_account_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    project: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<ServiceAccount>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    fields.finish()?;
    let limit = page.limit;
    let (_, rows) = keys::list_of_project(&app, caller.who(), project.into_inner(), page).await?;
    let accounts = rows.into_iter().map(ServiceAccount::from).collect();
    Ok(web::Json(List::of(accounts, limit, |account: &ServiceAccount| &account.id)))
}

/// Make a service account in a project.
///
/// A key with all rights that a project's key can have. The `value` of `api_key` is in this answer alone.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(("project_id" = String, Path, description = "The project.")),
    request_body(
        description = "What to make.",
        content((CreateAccount = "application/json"), (CreateAccount = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The account, with its key.", body = ServiceAccountCreated),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`, or the project is archived.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/service_accounts")]
async fn service_account_create(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    project: web::Path<String>,
    body: Body,
) -> Result<web::Json<ServiceAccountCreated>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateAccount::from_fields(fields)?;
    let whose = (caller.who(), project.into_inner());
    let shown = |row, _: &_, key: &_| ServiceAccountCreated::of(row, key);
    Ok(web::Json(keys::create_of_project(&app, once, whose, request, shown).await?))
}

/// Get a service account of a project.
///
/// Without its key's secret, which nobody has but its owner.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("service_account_id" = String, Path, description = "The account."),
    ),
    responses(
        (status = 200, description = "The account.", body = ServiceAccount),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such account in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/service_accounts/{service_account_id}")]
async fn service_account_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<ServiceAccount>, ApiError> {
    let (_, row) = keys::find_of_project(&app, caller.who(), path.into_inner()).await?;
    Ok(web::Json(row.into()))
}

/// Delete a service account of a project.
///
/// Its key is revoked.
#[utoipa::path(
    tag = "keys",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("service_account_id" = String, Path, description = "The account."),
    ),
    responses(
        (status = 200, description = "It is gone.", body = Deleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such account in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/organization/projects/{project_id}/service_accounts/{service_account_id}")]
async fn service_account_delete(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<Deleted>, ApiError> {
    let id = keys::revoke_of_project(&app, caller.who(), path.into_inner()).await?;
    Ok(web::Json(Deleted::of("organization.project.service_account.deleted", id)))
}
