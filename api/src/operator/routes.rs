//! The handlers of the operator.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use kinora_store::Db;
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::margin::to_csv;
use super::wire::{
    CreateOrganization, GrantCredit, Margin, Organization, OrganizationCreated, UpdateOrganization,
    margin_query,
};
use crate::credit::wire::{CreditBlock, Statement, StatementSummary};
use crate::error::ErrorBody;
use crate::http::auth::Operate;
use crate::http::page::LIMIT_DEFAULT;
use crate::http::{Body, Caller, List, Page, Query, Window, csv};
use crate::keys::wire::{AdminKeyCreated, CreateAdminKey};
use crate::replays::Once;
use crate::{ApiError, App, credit, keys};

/// Adds the routes of the operator.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(organization_create)
        .service(organization_list)
        .service(organization_get)
        .service(organization_update)
        .service(organization_admin_key_create)
        .service(credit_create)
        .service(credit_list)
        .service(statement_list)
        .service(statement_get)
        .service(margin_get);
}

/// Make an organization.
///
/// With a first project, a key of it and a key of its administrators, whose values are in this answer alone.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    request_body(
        description = "What to make.",
        content((CreateOrganization = "application/json"), (CreateOrganization = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The organization, with its keys.", body = OrganizationCreated),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/organizations")]
async fn organization_create(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    body: Body,
) -> Result<web::Json<OrganizationCreated>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateOrganization::from_fields(fields)?;
    Ok(web::Json(flow::create(&app, once, request).await?))
}

/// List organizations.
///
/// Oldest first, a page at a time.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<Organization>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no organization with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/organizations")]
async fn organization_list(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    query: Query,
) -> Result<web::Json<List<Organization>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    fields.finish()?;
    let limit = page.limit;
    let found = flow::list(&app, page).await?;
    Ok(web::Json(List::of(found, limit, |organization: &Organization| &organization.id)))
}

/// Get an organization.
///
/// With how it pays, what it has and what it owes.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(("organization_id" = String, Path, description = "The organization.")),
    responses(
        (status = 200, description = "The organization.", body = Organization),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/organizations/{organization_id}")]
async fn organization_get(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    id: web::Path<String>,
) -> Result<web::Json<Organization>, ApiError> {
    Ok(web::Json(flow::find(&app, id.into_inner()).await?))
}

/// Change an organization.
///
/// Its name, how it pays, what it may owe, and whether Stripe is told of it.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(("organization_id" = String, Path, description = "The organization.")),
    request_body(
        description = "What to change.",
        content((UpdateOrganization = "application/json"), (UpdateOrganization = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The organization.", body = Organization),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/organizations/{organization_id}")]
async fn organization_update(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    id: web::Path<String>,
    body: Body,
) -> Result<web::Json<Organization>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateOrganization::from_fields(fields)?;
    Ok(web::Json(flow::update(&app, once, id.into_inner(), request).await?))
}

/// Make an admin key of an organization.
///
/// For one that has lost all of its own. Its `value` is in this answer alone.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(("organization_id" = String, Path, description = "The organization.")),
    request_body(
        description = "What to make.",
        content((CreateAdminKey = "application/json"), (CreateAdminKey = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The key, with its value.", body = AdminKeyCreated),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/organizations/{organization_id}/admin_api_keys")]
async fn organization_admin_key_create(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    id: web::Path<String>,
    body: Body,
) -> Result<web::Json<AdminKeyCreated>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateAdminKey::from_fields(fields)?;
    let organization = move |db: &mut Db| Ok(flow::required(db, &id)?.0);
    Ok(web::Json(keys::create_of_admin(&app, once, organization, request).await?))
}

/// Give an organization credit.
///
/// A gift, what was paid by other means than Stripe, or what is put right. With the same `idempotency_key` again, nothing
/// more is given.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(("organization_id" = String, Path, description = "The organization.")),
    request_body(
        description = "How much, and why.",
        content((GrantCredit = "application/json"), (GrantCredit = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The block of credit.", body = CreditBlock),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/organizations/{organization_id}/credits")]
async fn credit_create(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    id: web::Path<String>,
    body: Body,
) -> Result<web::Json<CreditBlock>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = GrantCredit::from_fields(fields)?;
    Ok(web::Json(flow::give(&app, once, id.into_inner(), request).await?))
}

/// List an organization's blocks of credit.
///
/// All of them, the newest first, a page at a time.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("organization_id" = String, Path, description = "The organization."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("before" = Option<String>, Query, description = "The first id of the page behind."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<CreditBlock>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization, or no block with the id `after` or `before`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/organizations/{organization_id}/credits")]
async fn credit_list(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    id: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<CreditBlock>>, ApiError> {
    let window = window(query)?;
    let organization = flow::known(&app, id.into_inner()).await?;
    let blocks = credit::flow::all_blocks(&app, organization).await?;
    Ok(web::Json(window.of(blocks, "credit block", |block: &CreditBlock| &block.id)?))
}

/// List an organization's statements.
///
/// The months in which something was charged, the newest first.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("organization_id" = String, Path, description = "The organization."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("before" = Option<String>, Query, description = "The first id of the page behind."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<StatementSummary>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization, or no statement with the id `after` or `before`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/organizations/{organization_id}/statements")]
async fn statement_list(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    id: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<StatementSummary>>, ApiError> {
    let window = window(query)?;
    let organization = flow::known(&app, id.into_inner()).await?;
    let months = credit::flow::statements(&app, organization).await?;
    Ok(web::Json(window.of(months, "statement", |month: &StatementSummary| &month.id)?))
}

/// Get an organization's statement.
///
/// Each thing that was charged in a month. JSON has at most 10 000 lines at a time, a table has all; that of a month that is
/// not over may lack what is charged while it is read.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("organization_id" = String, Path, description = "The organization."),
        ("month" = String, Path, description = "The month (UTC), for example `2026-11`."),
        ("after" = Option<String>, Query, description = "The id of the last line of the page before."),
        ("format" = Option<String>, Query, description = "`json` or `csv`; by the `Accept` header if absent."),
    ),
    responses(
        (status = 200, description = "The statement.", content((Statement = "application/json"), (String = "text/csv"))),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization, that is no month, or it has no line with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/organizations/{organization_id}/statements/{month}")]
async fn statement_get(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    path: web::Path<(String, String)>,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = credit::flow::StatementQuery::of(query, request.headers())?;
    let (id, month) = path.into_inner();
    let organization = flow::known(&app, id).await?;
    credit::flow::answer(app, organization, &month, query).await
}

/// Get what the server earns.
///
/// What was charged less what compute cost, as it was measured. The cost of runs that delivered nothing has a column of its
/// own. Charges count by the day on which they were made, runs by the day on which they ended (UTC).
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("start_time" = i64, Query, description = "Where the range begins, Unix seconds, inclusive."),
        ("end_time" = Option<i64>, Query, description = "Where the range ends, Unix seconds, exclusive; now if absent."),
        ("group_by[]" = Option<Vec<String>>, Query, description = "What rows are told apart by: `day`, `organization_id`, `project_id`, `api_key_id`, `model`, `operation`."),
        ("organization_id" = Option<String>, Query, description = "Of this organization alone."),
        ("format" = Option<String>, Query, description = "`json` or `csv`; by the `Accept` header if absent."),
    ),
    responses(
        (status = 200, description = "The margin.", content((Margin = "application/json"), (String = "text/csv"))),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/margin")]
async fn margin_get(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let mut fields = query.fields()?;
    let as_csv = csv::wanted(&mut fields, request.headers())?;
    let query = margin_query(&mut fields, app.clock.now_us())?;
    fields.finish()?;
    let (query, rows) = flow::earned(&app, query).await?;
    Ok(match as_csv {
        true => csv::answer("margin", to_csv(&query, &rows)),
        false => HttpResponse::Ok().json(Margin::of(&query, rows)),
    })
}

fn window(query: Query) -> Result<Window, ApiError> {
    let mut fields = query.fields()?;
    let window = Window::take(&mut fields, LIMIT_DEFAULT)?;
    fields.finish()?;
    Ok(window)
}
