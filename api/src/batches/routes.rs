//! The handlers of batches.

use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::wire::{Batch, CreateBatch};
use super::{flow, store};
use crate::error::ErrorBody;
use crate::http::auth::{VideosRead, VideosWrite};
use crate::http::{Body, Caller, List, Page, Query};
use crate::ids::BatchId;
use crate::replays::Once;
use crate::{ApiError, App};

/// Adds the routes of batches.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(batch_create).service(batch_list).service(batch_get).service(batch_cancel);
}

/// Make a batch.
///
/// A video for each line of a file: `{"custom_id", "method": "POST", "url": "/v1/videos", "body"}`, where `body` is what
/// `POST /v1/videos` takes as JSON; at most 50 000 lines. The videos are made behind those that were asked for one by one,
/// and each costs what it costs there. A file with a line that is written otherwise fails as a whole, and `errors` names
/// the lines; a line whose video is refused has a line in the error file. When every video is over, the output file has a
/// line with each of them, completed or failed.
#[utoipa::path(
    tag = "batches",
    security(("api_key" = [])),
    request_body(
        description = "The batch.",
        content((CreateBatch = "application/json"), (CreateBatch = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The batch, whose file is about to be read.", body = Batch),
        (status = 400, description = "The request cannot be understood, or the project has no such file.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`, or the project is archived.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 429, description = "The project has 100 batches that are not over.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/batches")]
async fn batch_create(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<Batch>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = CreateBatch::from_fields(fields)?;
    let (tenant, now_us) = (caller.who().clone(), app.clock.now_us());
    Ok(web::Json(app.write(once, move |db| flow::create(db, &tenant, &request, now_us)).await?))
}

/// List batches.
///
/// The project's batches, the newest first, a page at a time.
#[utoipa::path(
    tag = "batches",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most batches of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<Batch>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no batch with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/batches")]
async fn batch_list(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    query: Query,
) -> Result<web::Json<List<Batch>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    fields.finish()?;
    let (project, limit) = (caller.who().project.clone(), page.limit);
    let rows = app.store.run(move |db| store::list(db, project.as_str(), &page)).await?;
    let batches = rows.into_iter().map(Batch::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(web::Json(List::of(batches, limit, |batch: &Batch| &batch.id)))
}

/// Get a batch.
///
/// How far it is, and where its results are once it is over.
#[utoipa::path(
    tag = "batches",
    security(("api_key" = [])),
    params(("batch_id" = String, Path, description = "The batch.")),
    responses(
        (status = 200, description = "The batch.", body = Batch),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such batch in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/batches/{batch_id}")]
async fn batch_get(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
) -> Result<web::Json<Batch>, ApiError> {
    Ok(web::Json(flow::find(&app, caller.who(), id_from(&path)?).await?))
}

/// Cancel a batch.
///
/// No further line becomes a video, and its videos that are not over are canceled; the results so far are written. To cancel
/// again changes nothing.
#[utoipa::path(
    tag = "batches",
    security(("api_key" = [])),
    params(("batch_id" = String, Path, description = "The batch.")),
    responses(
        (status = 200, description = "The batch, cancelled or about to be.", body = Batch),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such batch in the project.", body = ErrorBody),
        (status = 409, description = "It is over already, or its results are being written. Do not repeat the request.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/batches/{batch_id}/cancel")]
async fn batch_cancel(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    path: web::Path<String>,
    once: Once,
) -> Result<web::Json<Batch>, ApiError> {
    let once = once.bare(&caller)?;
    let (tenant, id, now_us) = (caller.who().clone(), id_from(&path)?, app.clock.now_us());
    Ok(web::Json(app.write(once, move |db| flow::cancel(db, &tenant, &id, now_us)).await?))
}

fn id_from(text: &str) -> Result<BatchId, ApiError> {
    BatchId::parse(text).ok_or_else(|| ApiError::not_found("batch", text))
}
