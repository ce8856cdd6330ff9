//! The handlers of new clips from clips: read, decide, answer.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use kinora_billing::Operation;
use utoipa_actix_web::service_config::ServiceConfig;

use super::bodies::{EditVideo, ExtendVideo, RemixVideo};
use super::request::{ChangeRequest, SourceRequest};
use super::wire::VideoLineage;
use super::{flow, inputs, lineage, material, rules};
use crate::error::ErrorBody;
use crate::http::auth::{VideosRead, VideosWrite};
use crate::http::{Body, Caller, Page, Query, Tenant};
use crate::replays::{Attempt, Once};
use crate::videos::{self, Order, VideoOrEstimate, id_in_path};
use crate::{ApiError, App, webhooks};

/// Adds the routes of new clips from clips.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(video_edit).service(video_extend).service(video_remix).service(video_lineage);
}

/// Remix a video.
///
/// Makes a new video from one of the project's that is completed: what is seen and heard changes as the prompt says, the more
/// the greater `strength_percent` is. The new video has the model, the size and the length of its source.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(("video_id" = String, Path, description = "The video that is changed.")),
    request_body(
        description = "What to make of it.",
        content((RemixVideo = "application/json"), (RemixVideo = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The new video, queued; with `dry_run`, the estimate.", body = VideoOrEstimate),
        (status = 400, description = "The request cannot be understood or asks for something impossible, or the source failed or is past its time.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 402, description = "The organization's credit does not cover it, or a spend limit would be passed. Do not repeat the request.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`, or the project is archived.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project.", body = ErrorBody),
        (status = 409, description = "The source is not completed yet. Do not repeat the request before it is.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a multipart form.", body = ErrorBody),
        (status = 429, description = "A limit of the project, of the key or of the address is reached; `retry-after-ms` says when to ask again.", body = ErrorBody),
        (status = 503, description = "The server is stopping, its database is busy, or there is no price for it.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/{video_id}/remix")]
async fn video_remix(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    body: Body,
    http: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let id = id_in_path(http.match_info().query("video_id"))?;
    let asked = (ChangeRequest::remix(fields)?, SourceRequest::Video(id.to_string()));
    make(&app, caller.who(), once, (Operation::Remix, asked), &http).await
}

/// Edit a video.
///
/// As a remix, of a video of the project or of a clip that comes with the request: MP4 or MOV with H.264 and, if it has
/// sound, AAC, of at most 100 000 000 bytes, 20 seconds and 1920x1080 pixels.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    request_body(
        description = "What to make of it. In a form, `video` is a file, or `video[id]` names a video.",
        content((EditVideo = "application/json"), (EditVideo = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The new video, queued; with `dry_run`, the estimate.", body = VideoOrEstimate),
        (status = 400, description = "The request cannot be understood or asks for something impossible, the source failed or is past its time, or the file is no clip that is taken.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 402, description = "The organization's credit does not cover it, or a spend limit would be passed. Do not repeat the request.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`, or the project is archived.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project.", body = ErrorBody),
        (status = 409, description = "The source is not completed yet. Do not repeat the request before it is.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a multipart form.", body = ErrorBody),
        (status = 429, description = "A limit of the project, of the key or of the address is reached; `retry-after-ms` says when to ask again.", body = ErrorBody),
        (status = 503, description = "The server is stopping, its database is busy, it reads too many uploads, or there is no price for it.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/edits")]
async fn video_edit(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    body: Body,
    http: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let asked = ChangeRequest::edit(fields)?;
    make(&app, caller.who(), once, (Operation::Edit, asked), &http).await
}

/// Extend a video.
///
/// Makes a new video that begins with all of a video of the project, or of a clip that comes with the request, and goes on.
/// Its `seconds` are those of the whole; what is new is charged. A clip can be extended six times and lasts at most 120
/// seconds.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    request_body(
        description = "How it goes on. In a form, `video` is a file, or `video[id]` names a video.",
        content((ExtendVideo = "application/json"), (ExtendVideo = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The new video, queued; with `dry_run`, the estimate.", body = VideoOrEstimate),
        (status = 400, description = "The request cannot be understood or asks for something impossible, the source failed or is past its time, or the file is no clip that is taken.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 402, description = "The organization's credit does not cover it, or a spend limit would be passed. Do not repeat the request.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`, or the project is archived.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project.", body = ErrorBody),
        (status = 409, description = "The source is not completed yet. Do not repeat the request before it is.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a multipart form.", body = ErrorBody),
        (status = 429, description = "A limit of the project, of the key or of the address is reached; `retry-after-ms` says when to ask again.", body = ErrorBody),
        (status = 503, description = "The server is stopping, its database is busy, it reads too many uploads, or there is no price for it.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/extensions")]
async fn video_extend(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    body: Body,
    http: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let asked = ChangeRequest::extension(fields)?;
    make(&app, caller.who(), once, (Operation::Extend, asked), &http).await
}

/// What a clip is made from, found and not copied yet.
enum Found {
    Video(flow::Source),
    Upload(material::Clip),
}

async fn make(
    app: &App,
    tenant: &Tenant,
    once: Attempt,
    (operation, (request, source)): (Operation, (ChangeRequest, SourceRequest)),
    http: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    webhooks::check_wanted(app, &request.extras)?;
    // Before the source is looked for, which may be gone by the time that the request is repeated.
    app.answered(&once).await?;
    let found = match source {
        SourceRequest::Video(id) => Found::Video(flow::source(app, tenant, &id).await?),
        SourceRequest::File(upload) => {
            rules::check_with_upload(operation, &request, &app.catalogue)?;
            Found::Upload(material::clip(app, upload).await?)
        }
    };
    let origin = match &found {
        Found::Video(source) => rules::Origin::Video(source.parent.clone()),
        Found::Upload(clip) => clip.origin.clone(),
    };
    let wish = rules::wish(origin, operation, request, &app.catalogue, rand::random())?;
    if wish.extras.dry_run {
        let estimate = videos::estimate(app, tenant, once, wish).await?;
        return Ok(HttpResponse::Ok().json(VideoOrEstimate::Estimate(Box::new(estimate))));
    }
    let staged = match found {
        Found::Video(source) => inputs::copy(app, source.kind, &source.asset).await?,
        Found::Upload(clip) => clip.keep(app).await?,
    };
    let order = Order::new(app, tenant, wish, vec![staged]);
    let made = videos::create(app, once, order).await?;
    videos::placed(app, tenant, made, http.headers()).await
}

/// Get a video's lineage.
///
/// What the video was made from, up to the first, and what was made from it. One that was deleted or withdrawn is shown as
/// `withdrawn`, and nothing else of it.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(
        ("video_id" = String, Path, description = "The video."),
        ("after" = Option<String>, Query, description = "The last id of the page of children before."),
        ("limit" = Option<i64>, Query, description = "Most children of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The lineage.", body = VideoLineage),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/{video_id}/lineage")]
async fn video_lineage(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
    query: Query,
) -> Result<web::Json<VideoLineage>, ApiError> {
    let id = id_in_path(&path)?;
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    fields.finish()?;
    let project = caller.who().project.clone();
    let found = app.store.run(move |db| lineage::lineage(db, project.as_str(), &id, &page));
    Ok(web::Json(found.await?))
}
