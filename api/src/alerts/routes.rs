//! The handlers of spend alerts and of events.

use actix_web::{delete, get, post, web};
use kinora_billing::spend::Alert;
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow::{self, Place};
use super::wire::{Event, SpendAlert, WriteAlert};
use crate::error::ErrorBody;
use crate::http::auth::{OrganizationRead, OrganizationWrite, Scope};
use crate::http::page::LIMIT_DEFAULT;
use crate::http::{Admin, Body, Caller, Deleted, List, Order, Page, Query, Window};
use crate::replays::Once;
use crate::{ApiError, App};

/// Adds the routes of spend alerts and of events.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(organization_spend_alert_list)
        .service(organization_spend_alert_create)
        .service(organization_spend_alert_get)
        .service(organization_spend_alert_update)
        .service(organization_spend_alert_delete)
        .service(project_spend_alert_list)
        .service(project_spend_alert_create)
        .service(project_spend_alert_get)
        .service(project_spend_alert_update)
        .service(project_spend_alert_delete)
        .service(organization_event_list);
}

/// List the spend alerts of the organization.
///
/// Those of its projects are not among them.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("before" = Option<String>, Query, description = "The first id of the page behind."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
        ("order" = inline(Option<Order>), Query, description = "By the time they were made; `desc` if absent."),
    ),
    responses(
        (status = 200, description = "The page.", body = List<SpendAlert>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such alert as `after` or `before`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/spend_alerts")]
async fn organization_spend_alert_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    query: Query,
) -> Result<web::Json<List<SpendAlert>>, ApiError> {
    let (window, order) = window(query)?;
    page(window, order, flow::list(&app, place(&caller, None)).await?)
}

/// Add a spend alert to the organization.
///
/// It goes off once in a month, with the video that reaches the amount: an event `spend_alert.triggered` is written. Kinora sends
/// no mail. Nothing is refused for an alert; see `spend_limit`.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    request_body(
        description = "The alert.",
        content((WriteAlert = "application/json"), (WriteAlert = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The alert.", body = SpendAlert),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/spend_alerts")]
async fn organization_spend_alert_create(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<SpendAlert>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    Ok(web::Json(flow::create(&app, once, place(&caller, None), WriteAlert::from_fields(fields)?).await?))
}

/// Get a spend alert of the organization.
///
/// With the last month in which it went off.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(("alert_id" = String, Path, description = "The alert.")),
    responses(
        (status = 200, description = "The alert.", body = SpendAlert),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "The organization itself has no such alert.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/spend_alerts/{alert_id}")]
async fn organization_spend_alert_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    id: web::Path<String>,
) -> Result<web::Json<SpendAlert>, ApiError> {
    Ok(web::Json(flow::find(&app, place(&caller, None), id.into_inner()).await?.try_into()?))
}

/// Change a spend alert of the organization.
///
/// All of it. If it went off in this month, it can do so again.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(("alert_id" = String, Path, description = "The alert.")),
    request_body(
        description = "What to change it to.",
        content((WriteAlert = "application/json"), (WriteAlert = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The alert.", body = SpendAlert),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "The organization itself has no such alert.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/spend_alerts/{alert_id}")]
async fn organization_spend_alert_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    id: web::Path<String>,
    body: Body,
) -> Result<web::Json<SpendAlert>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let (place, request) = (place(&caller, None), WriteAlert::from_fields(fields)?);
    Ok(web::Json(flow::update(&app, once, place, id.into_inner(), request).await?))
}

/// Remove a spend alert of the organization.
///
/// Its events stay.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(("alert_id" = String, Path, description = "The alert.")),
    responses(
        (status = 200, description = "It is gone.", body = Deleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "The organization itself has no such alert.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/organization/spend_alerts/{alert_id}")]
async fn organization_spend_alert_delete(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    id: web::Path<String>,
) -> Result<web::Json<Deleted>, ApiError> {
    let id = flow::remove(&app, place(&caller, None), id.into_inner()).await?;
    Ok(web::Json(Deleted::of("organization.spend_alert.deleted", id)))
}

/// List the spend alerts of a project.
///
/// Those of the organization are not among them.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("before" = Option<String>, Query, description = "The first id of the page behind."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
        ("order" = inline(Option<Order>), Query, description = "By the time they were made; `desc` if absent."),
    ),
    responses(
        (status = 200, description = "The page.", body = List<SpendAlert>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such alert as `after` or `before`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/spend_alerts")]
async fn project_spend_alert_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    project: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<SpendAlert>>, ApiError> {
    let (window, order) = window(query)?;
    page(window, order, flow::list(&app, place(&caller, Some(project.into_inner()))).await?)
}

/// Add a spend alert to a project.
///
/// It goes off once in a month, with the video that reaches the amount: an event `spend_alert.triggered` is written. Kinora sends
/// no mail. Nothing is refused for an alert; see `spend_limit`.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(("project_id" = String, Path, description = "The project.")),
    request_body(
        description = "The alert.",
        content((WriteAlert = "application/json"), (WriteAlert = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The alert.", body = SpendAlert),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/spend_alerts")]
async fn project_spend_alert_create(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    project: web::Path<String>,
    body: Body,
) -> Result<web::Json<SpendAlert>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = WriteAlert::from_fields(fields)?;
    Ok(web::Json(flow::create(&app, once, place(&caller, Some(project.into_inner())), request).await?))
}

/// Get a spend alert of a project.
///
/// With the last month in which it went off.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("alert_id" = String, Path, description = "The alert."),
    ),
    responses(
        (status = 200, description = "The alert.", body = SpendAlert),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such alert in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/projects/{project_id}/spend_alerts/{alert_id}")]
async fn project_spend_alert_get(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<SpendAlert>, ApiError> {
    let (project, id) = path.into_inner();
    Ok(web::Json(flow::find(&app, place(&caller, Some(project)), id).await?.try_into()?))
}

/// Change a spend alert of a project.
///
/// All of it. If it went off in this month, it can do so again.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("alert_id" = String, Path, description = "The alert."),
    ),
    request_body(
        description = "What to change it to.",
        content((WriteAlert = "application/json"), (WriteAlert = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The alert.", body = SpendAlert),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such alert in the project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/organization/projects/{project_id}/spend_alerts/{alert_id}")]
async fn project_spend_alert_update(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    once: Once,
    path: web::Path<(String, String)>,
    body: Body,
) -> Result<web::Json<SpendAlert>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let ((project, id), request) = (path.into_inner(), WriteAlert::from_fields(fields)?);
    Ok(web::Json(flow::update(&app, once, place(&caller, Some(project)), id, request).await?))
}

/// Remove a spend alert of a project.
///
/// Its events stay.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(
        ("project_id" = String, Path, description = "The project."),
        ("alert_id" = String, Path, description = "The alert."),
    ),
    responses(
        (status = 200, description = "It is gone.", body = Deleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:write`.", body = ErrorBody),
        (status = 404, description = "There is no such project in the organization, or no such alert in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/organization/projects/{project_id}/spend_alerts/{alert_id}")]
async fn project_spend_alert_delete(
    app: web::Data<App>,
    caller: Caller<OrganizationWrite>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<Deleted>, ApiError> {
    let (project, id) = path.into_inner();
    let id = flow::remove(&app, place(&caller, Some(project)), id).await?;
    Ok(web::Json(Deleted::of("project.spend_alert.deleted", id)))
}

/// List what happened in the organization.
///
/// For example the spend alerts that went off, the newest first.
#[utoipa::path(
    tag = "spend",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
        ("order" = inline(Option<Order>), Query, description = "By the time they happened; `desc` if absent."),
    ),
    responses(
        (status = 200, description = "The page.", body = List<Event>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 404, description = "There is no event with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/events")]
async fn organization_event_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    query: Query,
) -> Result<web::Json<List<Event>>, ApiError> {
    let mut fields = query.fields()?;
    let (asked, order) = (Page::take(&mut fields)?, Order::take(&mut fields)?.unwrap_or(Order::Desc));
    fields.finish()?;
    let (limit, rows) = (asked.limit, flow::events(&app, caller.who(), order, asked).await?);
    let events = rows.into_iter().map(Event::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(web::Json(List::of(events, limit, |event: &Event| &event.id)))
}

fn place<S: Scope<Holder = Admin>>(caller: &Caller<S>, project: Option<String>) -> Place {
    Place { organization: caller.who().organization.clone(), project }
}

fn window(query: Query) -> Result<(Window, Order), ApiError> {
    let mut fields = query.fields()?;
    let window = Window::take(&mut fields, LIMIT_DEFAULT)?;
    let order = Order::take(&mut fields)?.unwrap_or(Order::Desc);
    fields.finish()?;
    Ok((window, order))
}

/// The page of alerts that come the newest first.
fn page(
    window: Window,
    order: Order,
    mut alerts: Vec<Alert>,
) -> Result<web::Json<List<SpendAlert>>, ApiError> {
    if order == Order::Asc {
        alerts.reverse();
    }
    let alerts = alerts.into_iter().map(SpendAlert::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(web::Json(window.of(alerts, "spend alert", |alert: &SpendAlert| &alert.id)?))
}
