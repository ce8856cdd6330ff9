//! The handlers of balances and statements.

use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow::{self, StatementQuery};
use super::wire::{Credit, Statement, StatementSummary};
use crate::error::ErrorBody;
use crate::http::auth::OrganizationRead;
use crate::http::page::LIMIT_DEFAULT;
use crate::http::{Caller, List, Query, Window};
use crate::{ApiError, App};

/// Adds the routes of balances and statements.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(organization_credit_get)
        .service(organization_statement_list)
        .service(organization_statement_get);
}

/// Get the credit of the organization.
///
/// What it can spend, what is set aside, what it owes, and the blocks of credit that have something left.
#[utoipa::path(
    tag = "usage",
    security(("api_key" = [])),
    responses(
        (status = 200, description = "What it has and owes.", body = Credit),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/credit")]
async fn organization_credit_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
) -> Result<web::Json<Credit>, ApiError> {
    Ok(web::Json(flow::credit(&app, caller.who().organization.clone()).await?))
}

/// List the statements of the organization.
///
/// The months in which something was charged, the newest first.
#[utoipa::path(
    tag = "usage",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("before" = Option<String>, Query, description = "The first id of the page behind."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<StatementSummary>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no statement with the id `after` or `before`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/statements")]
async fn organization_statement_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    query: Query,
) -> Result<web::Json<List<StatementSummary>>, ApiError> {
    let mut fields = query.fields()?;
    let window = Window::take(&mut fields, LIMIT_DEFAULT)?;
    fields.finish()?;
    let months = flow::statements(&app, caller.who().organization.clone()).await?;
    Ok(web::Json(window.of(months, "statement", |month: &StatementSummary| &month.id)?))
}

/// Get a statement of the organization.
///
/// Each thing that was charged in a month. A month in which nothing was charged has no lines. JSON has at most 10 000 lines
/// at a time, a table has all; that of a month that is not over may lack what is charged while it is read.
#[utoipa::path(
    tag = "usage",
    security(("api_key" = [])),
    params(
        ("month" = String, Path, description = "The month (UTC), for example `2026-11`."),
        ("after" = Option<String>, Query, description = "The id of the last line of the page before."),
        ("format" = Option<String>, Query, description = "`json` or `csv`; by the `Accept` header if absent."),
    ),
    responses(
        (status = 200, description = "The statement.", content((Statement = "application/json"), (String = "text/csv"))),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "That is no month, or it has no line with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/statements/{month}")]
async fn organization_statement_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    month: web::Path<String>,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = StatementQuery::of(query, request.headers())?;
    flow::answer(app, caller.who().organization.clone(), &month, query).await
}
