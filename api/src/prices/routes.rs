//! The handlers of price lists, discounts and compute rates.

use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::wire::{
    ComputeRate, CreateDiscount, CreatePriceList, CreateRate, DiscountShown, PriceList, PriceListFile,
};
use crate::error::ErrorBody;
use crate::http::auth::Operate;
use crate::http::page::LIMIT_DEFAULT;
use crate::http::{Body, Caller, List, Query, Window};
use crate::replays::Once;
use crate::{ApiError, App, Refusal, operator};

/// Adds the routes of price lists, discounts and compute rates.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(price_list_list)
        .service(price_list_create)
        .service(price_list_get)
        .service(price_list_withdraw)
        .service(discount_list)
        .service(discount_create)
        .service(compute_rate_list)
        .service(compute_rate_create);
}

/// List price lists.
///
/// The latest to come into force first, a page at a time.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("before" = Option<String>, Query, description = "The first id of the page behind."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<PriceList>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no price list with the id `after` or `before`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/price_lists")]
async fn price_list_list(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    query: Query,
) -> Result<web::Json<List<PriceList>>, ApiError> {
    let mut fields = query.fields()?;
    let window = Window::take(&mut fields, LIMIT_DEFAULT)?;
    fields.finish()?;
    Ok(web::Json(window.of(flow::lists(&app).await?, "price list", |list: &PriceList| &list.id)?))
}

/// Load a price list.
///
/// A file as `kinora` reads it at its start, with a price for everything on offer. It never changes once it is loaded, and must not be in force in the past. The
/// same file again changes nothing.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    request_body(
        description = "The file.",
        content((CreatePriceList = "application/json"), (CreatePriceList = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The price list.", body = PriceList),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/price_lists")]
async fn price_list_create(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    body: Body,
) -> Result<web::Json<PriceList>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreatePriceList::from_fields(fields)?;
    Ok(web::Json(flow::load(&app, once, request).await?))
}

/// Get a price list.
///
/// With the file as it was loaded.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(("price_list_id" = String, Path, description = "The price list.")),
    responses(
        (status = 200, description = "The price list.", body = PriceListFile),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such price list.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/price_lists/{price_list_id}")]
async fn price_list_get(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    id: web::Path<String>,
) -> Result<web::Json<PriceListFile>, ApiError> {
    Ok(web::Json(flow::list(&app, id.into_inner()).await?))
}

/// Withdraw a price list.
///
/// One that is not in force yet. Its name stays taken.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(("price_list_id" = String, Path, description = "The price list.")),
    responses(
        (status = 200, description = "The price list, withdrawn.", body = PriceList),
        (status = 400, description = "It is in force, or was withdrawn before.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such price list.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/price_lists/{price_list_id}/withdraw")]
async fn price_list_withdraw(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    id: web::Path<String>,
) -> Result<web::Json<PriceList>, ApiError> {
    let once = once.bare(&caller)?;
    Ok(web::Json(flow::withdraw(&app, once, id.into_inner()).await?))
}

/// List an organization's discounts.
///
/// The newest first, a page at a time.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("organization_id" = String, Query, description = "The organization."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("before" = Option<String>, Query, description = "The first id of the page behind."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<DiscountShown>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization, or no discount with the id `after` or `before`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/discounts")]
async fn discount_list(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    query: Query,
) -> Result<web::Json<List<DiscountShown>>, ApiError> {
    let mut fields = query.fields()?;
    let window = Window::take(&mut fields, LIMIT_DEFAULT)?;
    let id = fields.text("organization_id")?.ok_or(Refusal::Missing { param: "organization_id" })?;
    fields.finish()?;
    let organization = operator::known(&app, id).await?;
    let discounts = flow::discounts_of(&app, organization).await?;
    Ok(web::Json(window.of(discounts, "discount", |discount: &DiscountShown| &discount.id)?))
}

/// Set a discount.
///
/// Off the list price of what an organization or one of its projects asks for from some time on. It never changes: set
/// another, of 0 to end it.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    request_body(
        description = "The discount.",
        content((CreateDiscount = "application/json"), (CreateDiscount = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The discount.", body = DiscountShown),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such organization, or it has no such project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/discounts")]
async fn discount_create(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    body: Body,
) -> Result<web::Json<DiscountShown>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateDiscount::from_fields(fields, app.clock.now_us())?;
    Ok(web::Json(flow::discount(&app, once, request).await?))
}

/// List compute rates.
///
/// The latest to come into force first, a page at a time.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("before" = Option<String>, Query, description = "The first id of the page behind."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<ComputeRate>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no rate with the id `after` or `before`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/compute_rates")]
async fn compute_rate_list(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    query: Query,
) -> Result<web::Json<List<ComputeRate>>, ApiError> {
    let mut fields = query.fields()?;
    let window = Window::take(&mut fields, LIMIT_DEFAULT)?;
    fields.finish()?;
    Ok(web::Json(window.of(flow::rates(&app).await?, "compute rate", |rate: &ComputeRate| &rate.id)?))
}

/// Set a compute rate.
///
/// What an hour of a device costs the operator from some time on. Where none is set, the configuration counts.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    request_body(
        description = "The rate.",
        content((CreateRate = "application/json"), (CreateRate = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The rate.", body = ComputeRate),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/compute_rates")]
async fn compute_rate_create(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    body: Body,
) -> Result<web::Json<ComputeRate>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateRate::from_fields(fields, app.clock.now_us())?;
    Ok(web::Json(flow::set_rate(&app, once, request).await?))
}
