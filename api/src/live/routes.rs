//! The handler that lets a video be followed.

use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::{STREAMS_PER_KEY_MAX, Told, last_event_id};
use super::store::{self, Snapshot};
use super::stream::{Follower, events};
use super::wire::VideoEvent;
use crate::error::ErrorBody;
use crate::http::auth::VideosRead;
use crate::http::{Caller, Tenant};
use crate::ids::VideoId;
use crate::videos::id_in_path;
use crate::{ApiError, App};

/// Tells nginx, and those who copied it, to pass on what comes as it comes.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Adds the route.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(video_events);
}

/// Follow a video.
///
/// Server-sent events until the video is over. Each carries the whole state, so whoever misses some has missed nothing:
/// `status` when the status changes and at the start, `progress` as it goes on, `preview` once there is a picture, and
/// at the end `done` with the video as `GET` shows it, or `deleted`. The `id` of an event is the revision of the video;
/// sent back as `Last-Event-ID`, the stream goes on after it. Comments every 15 seconds show that the stream lives.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(
        ("video_id" = String, Path, description = "The video."),
        ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that the caller has; one that no event had counts as absent."),
    ),
    responses(
        (status = 200, description = "The events. One schema for the `data` of each: `status` and `progress` carry a `VideoState`, `preview` a `VideoPreview`, `done` a `Video`, `deleted` a `VideoDeleted`.", content((VideoEvent = "text/event-stream"))),
        (status = 204, description = "The caller has the last event of a video that is over: do not come again."),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project.", body = ErrorBody),
        (status = 429, description = "The key follows 32 videos already, or this server as many as it can; `retry-after-ms` says when to ask again.", body = ErrorBody),
        (status = 503, description = "The server is stopping, or its database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/{video_id}/events")]
async fn video_events(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (id, tenant) = (id_in_path(&path)?, caller.who().clone());
    if app.is_draining() {
        return Err(ApiError::NotReady("it is stopping"));
    }
    let seat = app.live.seat(&tenant.key).ok_or(ApiError::TooManyStreams { max: STREAMS_PER_KEY_MAX })?;
    // Listened for before looking, so that what comes in between is not missed.
    let watch = app.live.watch(id.as_str());
    let now = found(&app, &tenant, &id).await?;
    let told = Told { revision: last_event_id(request.headers(), now.revision), status: None };
    if now.is_over() && told.revision == Some(now.revision) {
        return Ok(HttpResponse::NoContent().finish());
    }
    let follower = Follower { app, tenant, id, watch, _seat: seat, told };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((BUFFERING, "no"))
        .streaming(events(follower, now)))
}

async fn found(app: &App, tenant: &Tenant, id: &VideoId) -> Result<Snapshot, ApiError> {
    let (project, name) = (tenant.project.clone(), id.clone());
    let found = app.store.run(move |db| Ok::<_, ApiError>(store::find(db, project.as_str(), name.as_str())?));
    found.await?.ok_or_else(|| ApiError::not_found("video", id.as_str()))
}
