//! The handlers of usage and costs.

use actix_web::{get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::rules::{Report, Span};
use super::wire::{BucketPage, CostFilter, CostResult, UsageFilter, UsageResult};
use crate::error::ErrorBody;
use crate::http::auth::OrganizationRead;
use crate::http::{Caller, Query};
use crate::{ApiError, App};

/// Adds the routes of usage and costs.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(organization_cost_list).service(video_usage_list);
}

/// Get what was charged.
///
/// By the day (UTC) on which it was charged. Prices and quantities of each video are in the statements.
#[utoipa::path(
    tag = "usage",
    security(("api_key" = [])),
    params(
        ("start_time" = i64, Query, description = "Where the range begins, Unix seconds, inclusive."),
        ("end_time" = Option<i64>, Query, description = "Where the range ends, Unix seconds, exclusive; with the bucket of now if absent."),
        ("bucket_width" = Option<String>, Query, description = "`1d`, which is meant if absent."),
        ("group_by[]" = Option<Vec<String>>, Query, description = "What results are told apart by: `project_id`, `api_key_id`, `line_item`, `user_id`, `api_source`."),
        ("project_ids[]" = Option<Vec<String>>, Query, description = "Of these projects alone."),
        ("api_key_ids[]" = Option<Vec<String>>, Query, description = "Of these keys alone."),
        ("line_items[]" = Option<Vec<String>>, Query, description = "For these alone, each written as in `line_item`."),
        ("limit" = Option<i64>, Query, description = "Most buckets of the page, 1 to 180; 7 if absent."),
        ("page" = Option<String>, Query, description = "`next_page` of the page before."),
    ),
    responses(
        (status = 200, description = "The buckets.", body = BucketPage<CostResult>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/costs")]
async fn organization_cost_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    query: Query,
) -> Result<web::Json<BucketPage<CostResult>>, ApiError> {
    let mut fields = query.fields()?;
    let span = Span::take(&mut fields, Report::Costs, app.clock.now_us())?;
    let filter = CostFilter::take(&mut fields)?;
    fields.finish()?;
    Ok(web::Json(flow::costs(&app, caller.who().organization.clone(), span, filter).await?))
}

/// Get what was made.
///
/// Requests count when they were made, clips when they were completed. Deleted videos count too.
#[utoipa::path(
    tag = "usage",
    security(("api_key" = [])),
    params(
        ("start_time" = i64, Query, description = "Where the range begins, Unix seconds, inclusive."),
        ("end_time" = Option<i64>, Query, description = "Where the range ends, Unix seconds, exclusive; with the bucket of now if absent."),
        ("bucket_width" = Option<String>, Query, description = "`1m`, `1h` or `1d`, which is meant if absent."),
        ("group_by[]" = Option<Vec<String>>, Query, description = "What results are told apart by: `project_id`, `api_key_id`, `model`, `size`, `operation`, `user_id`."),
        ("project_ids[]" = Option<Vec<String>>, Query, description = "Of these projects alone."),
        ("api_key_ids[]" = Option<Vec<String>>, Query, description = "Of these keys alone."),
        ("models[]" = Option<Vec<String>>, Query, description = "Of these models alone."),
        ("sizes[]" = Option<Vec<String>>, Query, description = "Of these sizes alone."),
        ("operations[]" = Option<Vec<String>>, Query, description = "Of these operations alone."),
        ("limit" = Option<i64>, Query, description = "Most buckets of the page: days 1 to 31, 7 if absent; hours 1 to 168, 24; minutes 1 to 1440, 60."),
        ("page" = Option<String>, Query, description = "`next_page` of the page before."),
    ),
    responses(
        (status = 200, description = "The buckets.", body = BucketPage<UsageResult>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `organization:read`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/organization/usage/videos")]
async fn video_usage_list(
    app: web::Data<App>,
    caller: Caller<OrganizationRead>,
    query: Query,
) -> Result<web::Json<BucketPage<UsageResult>>, ApiError> {
    let mut fields = query.fields()?;
    let span = Span::take(&mut fields, Report::Usage, app.clock.now_us())?;
    let filter = UsageFilter::take(&mut fields)?;
    fields.finish()?;
    Ok(web::Json(flow::usage(&app, caller.who().organization.clone(), span, filter).await?))
}
