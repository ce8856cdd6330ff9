//! The handlers of videos: read, decide, answer.

use actix_web::http::header::RANGE;
use actix_web::{HttpRequest, HttpResponse, delete, get, head, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answer;
use super::bodies::CreateVideo;
use super::content::{self, FileBytes, Variant};
use super::estimate::{Estimate, VideoOrEstimate, estimate};
use super::flow;
use super::order::Order;
use super::request::{CreateRequest, Reference};
use super::store::{self, Order as ListOrder};
use super::wire::{Video, VideoDeleted, VideoList};
use super::wish::Wish;
use crate::error::ErrorBody;
use crate::http::auth::{VideosRead, VideosWrite};
use crate::http::{Body, Caller, Fields, Query};
use crate::ids::VideoId;
use crate::replays::Once;
use crate::{ApiError, App, Refusal, sources, webhooks};

/// Most videos of a page.
const PAGE_LIMIT_MAX: i64 = 100;
/// Videos of a page when the request says nothing.
const PAGE_LIMIT_DEFAULT: i64 = 20;

/// Adds the routes of videos.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(video_create)
        .service(video_estimate)
        .service(video_list)
        .service(video_get)
        .service(video_delete)
        .service(video_cancel)
        .service(video_content)
        .service(video_content_head);
}

/// Make a video.
///
/// Returns at once with a video that is `queued`. Poll it until it is `completed` or `failed`, follow its events, or wait
/// for the end with `Prefer: wait=N`. The body may be JSON or a multipart form. Unknown fields are refused.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=N`: answer when the video is over, or after N seconds as it is then; at most 60. `preference-applied` says how long was meant.", example = "wait=30"),
    ),
    request_body(
        description = "What to make. In a form, each field is a part, and each entry of `metadata` one named `metadata[key]`.",
        content((CreateVideo = "application/json"), (CreateVideo = "multipart/form-data")),
    ),
    responses(
        (
            status = 200, description = "The video, queued or as it is after the wait; with `dry_run`, the estimate. While it is not over, `openai-poll-after-ms` says when to look at it.", body = VideoOrEstimate,
            headers(
                ("RateLimit-Policy" = String, description = "The limits that the request is under, the tightest of each kind, as the IETF's draft writes them; none without a limit."),
                ("RateLimit" = String, description = "What is left of each, and in how many seconds there is more."),
                ("x-ratelimit-limit-requests" = i64, description = "Videos that may be asked for in a minute; likewise `-remaining-` and `-reset-`, and all three of `video-seconds` for the seconds of video of a day."),
            ),
        ),
        (status = 400, description = "The request cannot be understood or asks for something impossible.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 402, description = "The organization's credit does not cover it, or a spend limit would be passed. Do not repeat the request.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`, or the project is archived.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a multipart form.", body = ErrorBody),
        (
            status = 429,
            description = "The project or the key asked for as many videos in a minute or as many seconds of them in a day as it may, or as many of them wait as may (`queue_full`), or too many requests came from this address. `retry-after-ms` says when to ask again.",
            body = ErrorBody,
            headers(
                ("retry-after-ms" = i64, description = "When there may be room, milliseconds from now; `retry-after` says it in seconds. Without them, and where it is more than a minute, `x-should-retry` is `false`."),
            ),
        ),
        (status = 503, description = "The server is stopping, its database is busy, or there is no price for it.", body = ErrorBody),
    ),
)]
#[post("/v1/videos")]
async fn video_create(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    body: Body,
    http: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let (wish, reference) = wish(&app, fields)?;
    if wish.extras.dry_run {
        let estimate = estimate(&app, caller.who(), once, wish).await?;
        return Ok(HttpResponse::Ok().json(VideoOrEstimate::Estimate(Box::new(estimate))));
    }
    // Before a picture is fetched, which may be gone by the time that the request is repeated.
    app.answered(&once).await?;
    let staged = match reference {
        Some(reference) => vec![sources::picture(&app, caller.who(), reference, wish.spec.size).await?],
        None => vec![],
    };
    let order = Order::new(&app, caller.who(), wish, staged);
    let made = flow::create(&app, once, order).await?;
    answer::placed(&app, caller.who(), made, http.headers()).await
}

/// Estimate a video.
///
/// Takes the same body as the request that makes it, and makes nothing: what it would cost, from which price list, what
/// it would take to compute, and when it would be there. A picture is not looked at.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    request_body(
        description = "What would be made.",
        content((CreateVideo = "application/json"), (CreateVideo = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The estimate.", body = Estimate),
        (status = 400, description = "The request cannot be understood or asks for something impossible.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a multipart form.", body = ErrorBody),
        (status = 503, description = "The database is busy, or there is no price for it.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/estimate")]
async fn video_estimate(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    once: Once,
    body: Body,
) -> Result<web::Json<Estimate>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let (wish, _) = wish(&app, fields)?;
    Ok(web::Json(estimate(&app, caller.who(), once, wish).await?))
}

/// What is asked for, and the picture that it begins with.
fn wish(app: &App, fields: Fields) -> Result<(Wish, Option<Reference>), ApiError> {
    let request = CreateRequest::from_fields(fields)?;
    webhooks::check_wanted(app, &request.extras)?;
    Ok(Wish::create(request, &app.catalogue, rand::random())?)
}

/// List videos.
///
/// The project's videos, a page at a time. Ask for the next page with the `last_id` of this one as `after`.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most videos of the page, 0 to 100; 20 if absent.", minimum = 0, maximum = 100),
        ("order" = inline(Option<ListOrder>), Query, description = "By the time they were made; `desc` if absent."),
    ),
    responses(
        (status = 200, description = "The page.", body = VideoList),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no video with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos")]
async fn video_list(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    query: Query,
) -> Result<web::Json<VideoList>, ApiError> {
    let mut fields = query.fields()?;
    let limit = fields.integer("limit", 0..=PAGE_LIMIT_MAX)?.unwrap_or(PAGE_LIMIT_DEFAULT);
    let order = order(&mut fields)?;
    let after = fields.text("after")?.map(|id| id_from(&id)).transpose()?;
    fields.finish()?;
    let project = caller.who().project.clone();
    let rows = app
        .store
        .run(move |db| {
            let after = after.as_ref().map(VideoId::as_str);
            let rows = store::list(db, project.as_str(), order, limit + 1, after)?;
            store::with_bills(db, rows)
        })
        .await?;
    Ok(web::Json(VideoList::of(rows, usize::try_from(limit).unwrap_or(0))?))
}

/// Get a video.
///
/// While it is not over, the header `openai-poll-after-ms` says when to look again. A video that failed
/// is answered with 200 as well: `error` says why.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(("video_id" = String, Path, description = "The video.")),
    responses(
        (status = 200, description = "The video.", body = Video),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/{video_id}")]
async fn video_get(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = id_in_path(&path)?;
    answer::found(&app, flow::find(&app, caller.who(), id).await?).await
}

/// Delete a video.
///
/// A video that is completed or failed, with its files. What was written in its prompt is forgotten; an answer that is kept for an
/// `Idempotency-Key` has it, sealed, until its 24 hours are over.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(("video_id" = String, Path, description = "The video.")),
    responses(
        (status = 200, description = "It is deleted.", body = VideoDeleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project.", body = ErrorBody),
        (status = 409, description = "It is still being made. Do not repeat the request.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/videos/{video_id}")]
async fn video_delete(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    path: web::Path<String>,
) -> Result<web::Json<VideoDeleted>, ApiError> {
    let id = flow::delete(&app, caller.who(), id_in_path(&path)?).await?;
    Ok(web::Json(VideoDeleted { id: id.to_string(), object: "video.deleted", deleted: true }))
}

/// Cancel a video.
///
/// One that is queued fails at once, with `error.code` `canceled`; one that is in progress does so when its
/// worker has stopped, within one denoising step. To cancel again changes nothing.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(("video_id" = String, Path, description = "The video.")),
    responses(
        (status = 200, description = "The video, canceled or about to be.", body = Video),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project.", body = ErrorBody),
        (status = 409, description = "It is over already. Do not repeat the request.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/{video_id}/cancel")]
async fn video_cancel(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    path: web::Path<String>,
) -> Result<web::Json<Video>, ApiError> {
    let once = once.bare(&caller)?;
    let video = flow::cancel(&app, caller.who(), once, id_in_path(&path)?).await?;
    app.hooks.raised.notify_one();
    Ok(web::Json(video))
}

/// Download a file of a video.
///
/// The clip, or another file made with it. Parts of it can be asked for with `Range`, and `ETag` tells
/// whether it changed.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(
        ("video_id" = String, Path, description = "The video."),
        ("variant" = inline(Option<Variant>), Query, description = "Which file; `video` if absent."),
    ),
    responses(
        (status = 200, description = "The file.", content(
            (inline(FileBytes) = "video/mp4"), (inline(FileBytes) = "image/webp"), (inline(FileBytes) = "image/jpeg"), (inline(FileBytes) = "audio/wav"),
        )),
        (status = 206, description = "The part of the file that was asked for.", content(
            (inline(FileBytes) = "video/mp4"), (inline(FileBytes) = "image/webp"), (inline(FileBytes) = "image/jpeg"), (inline(FileBytes) = "audio/wav"),
        )),
        (status = 304, description = "The caller has the file already."),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project, it is not completed, it failed, or it has no sound.", body = ErrorBody),
        (status = 410, description = "The files were removed after the time they are kept.", body = ErrorBody),
        (status = 416, description = "The part lies outside the file.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/{video_id}/content")]
async fn video_content(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    content::answer(&app, caller.who(), id_in_path(&path)?, query, request.headers()).await
}

/// Look at a file of a video.
///
/// The headers of the whole download, without its bytes. `Range` does not count here.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(
        ("video_id" = String, Path, description = "The video."),
        ("variant" = inline(Option<Variant>), Query, description = "Which file; `video` if absent."),
    ),
    responses(
        (status = 200, description = "The file is there."),
        (status = 304, description = "The caller has the file already."),
        (status = 400, description = "A parameter is unknown or has an impossible value."),
        (status = 401, description = "The API key is missing or not valid."),
        (status = 403, description = "The API key lacks the scope `videos:read`."),
        (status = 404, description = "There is no such video in the project, it is not completed, it failed, or it has no sound."),
        (status = 410, description = "The files were removed after the time they are kept."),
        (status = 503, description = "The database is busy."),
    ),
)]
#[head("/v1/videos/{video_id}/content")]
async fn video_content_head(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let mut headers = request.headers().clone();
    // RFC 9110, section 14.2: a range has a meaning for GET alone.
    headers.remove(RANGE);
    content::answer(&app, caller.who(), id_in_path(&path)?, query, &headers).await
}

/// The id in the path.
pub(crate) fn id_in_path(text: &str) -> Result<VideoId, ApiError> {
    id_from(text)
}

fn id_from(text: &str) -> Result<VideoId, ApiError> {
    VideoId::parse(text).ok_or_else(|| ApiError::not_found("video", text))
}

fn order(fields: &mut Fields) -> Result<ListOrder, Refusal> {
    match fields.text("order")?.as_deref() {
        None | Some("desc") => Ok(ListOrder::Desc),
        Some("asc") => Ok(ListOrder::Asc),
        Some(_) => Err(Refusal::invalid("order", "supported are: 'asc', 'desc'.")),
    }
}
