//! The handlers of the videos of a character, and of its audit.

use actix_web::{HttpRequest, HttpResponse, delete, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::wire::{AuditEntry, CharacterVideo};
use crate::characters::audit::Decision;
use crate::characters::routes::id_from;
use crate::error::ErrorBody;
use crate::http::auth::{VideosRead, VideosWrite};
use crate::http::{Caller, Deleted, List, Page, Query};
use crate::ids::VideoId;
use crate::videos::{FileBytes, Variant, send_content};
use crate::{ApiError, App};

/// Adds the routes of the videos of a character, and of its audit.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(character_video_list)
        .service(character_video_content)
        .service(character_video_delete)
        .service(character_audit_list);
}

/// List the videos with a character.
///
/// Every one, whoever made it and wherever it is on its way, the newest first, a page at a time.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<CharacterVideo>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project, or no video with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/characters/{character_id}/videos")]
async fn character_video_list(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<CharacterVideo>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    fields.finish()?;
    let limit = page.limit;
    let found = flow::list(&app, caller.who(), id_from(&path)?, page).await?;
    Ok(web::Json(List::of(found, limit, |video: &CharacterVideo| &video.id)))
}

/// Download a video with a character.
///
/// As its owner, whoever made it. It is written into the audit.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
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
        (status = 404, description = "There is no such character in the project, no such video with it, it is not completed, it failed, or it has no sound.", body = ErrorBody),
        (status = 410, description = "The files were withdrawn, or removed after the time they are kept.", body = ErrorBody),
        (status = 416, description = "The part lies outside the file.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/characters/{character_id}/videos/{video_id}/content")]
async fn character_video_content(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<(String, String)>,
    query: Query,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (id, video) = path.into_inner();
    let video = video_from(&video)?;
    let maker = flow::maker_of(&app, caller.who(), id_from(&id)?, video.clone()).await?;
    send_content(&app, &maker, video, query, request.headers()).await
}

/// Take a character back from one video.
///
/// Whoever made it: it is stopped, or withdrawn if it is finished.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
        ("video_id" = String, Path, description = "The video."),
    ),
    responses(
        (status = 200, description = "It is taken back.", body = Deleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project, or no such video with it.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/videos/characters/{character_id}/videos/{video_id}")]
async fn character_video_delete(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<Deleted>, ApiError> {
    let (id, video) = path.into_inner();
    let video = flow::remove(&app, caller.who(), id_from(&id)?, video_from(&video)?).await?;
    Ok(web::Json(Deleted::of("character.video", video.to_string())))
}

/// Read the audit of a character.
///
/// What was decided about it and on whose request, the newest first, a page at a time. It stays when the character is deleted.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
        ("decision" = inline(Option<Decision>), Query, description = "Only these decisions."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<AuditEntry>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There was never such a character in the project, or there is no entry with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/characters/{character_id}/audit")]
async fn character_audit_list(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<AuditEntry>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    let decision = fields.word("decision")?.map(|word| Decision::asked("decision", &word)).transpose()?;
    fields.finish()?;
    let limit = page.limit;
    let found = flow::audit(&app, caller.who(), id_from(&path)?, (decision, page)).await?;
    Ok(web::Json(List::of(found, limit, |entry: &AuditEntry| &entry.id)))
}

fn video_from(text: &str) -> Result<VideoId, ApiError> {
    VideoId::parse(text).ok_or_else(|| ApiError::not_found("video", text))
}
