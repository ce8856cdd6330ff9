//! The handlers of the operator's review.

use actix_web::{HttpResponse, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::wire::{AttestCharacter, RefuseCharacter, ReviewedCharacter};
use crate::characters::routes::id_from;
use crate::characters::rules::Status;
use crate::error::ErrorBody;
use crate::http::auth::Operate;
use crate::http::{Body, Caller, List, Page, Query};
use crate::ids::CaptureId;
use crate::replays::Once;
use crate::videos::FileBytes;
use crate::{ApiError, App};

/// Adds the routes of the operator's review.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(character_review_list)
        .service(character_review_get)
        .service(character_capture_content)
        .service(character_approve)
        .service(character_attest)
        .service(character_refuse);
}

/// List characters to review.
///
/// Of all organizations, the oldest first, a page at a time.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("status" = inline(Option<Status>), Query, description = "Which ones; `unverified` if absent."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<ReviewedCharacter>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no character with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/characters")]
async fn character_review_list(
    app: web::Data<App>,
    _caller: Caller<Operate>,
    query: Query,
) -> Result<web::Json<List<ReviewedCharacter>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    let status = fields.word("status")?.map(|word| Status::asked("status", &word)).transpose()?;
    fields.finish()?;
    let limit = page.limit;
    let found = flow::list(&app, status.unwrap_or(Status::Unverified), page).await?;
    Ok(web::Json(List::of(found, limit, |character: &ReviewedCharacter| &character.id)))
}

/// Look at a character.
///
/// With what its last capture was asked for, what was found in it, and what was uploaded. It is written into its audit.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    responses(
        (status = 200, description = "The character.", body = ReviewedCharacter),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such character.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/characters/{character_id}")]
async fn character_review_get(
    app: web::Data<App>,
    caller: Caller<Operate>,
    path: web::Path<String>,
) -> Result<web::Json<ReviewedCharacter>, ApiError> {
    Ok(web::Json(flow::find(&app, caller.who().key.to_string(), id_from(&path)?).await?))
}

/// Download what was uploaded for a character.
///
/// Opened. It is written into its audit.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
        ("capture_id" = String, Path, description = "The upload."),
    ),
    responses(
        (status = 200, description = "The bytes.", content((inline(FileBytes) = "application/octet-stream"))),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such character, or no such upload.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/operator/characters/{character_id}/captures/{capture_id}/content")]
async fn character_capture_content(
    app: web::Data<App>,
    caller: Caller<Operate>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (id, capture) = path.into_inner();
    let capture = CaptureId::parse(&capture).ok_or_else(|| ApiError::not_found("upload", &capture))?;
    let bytes = flow::content(&app, caller.who().key.to_string(), id_from(&id)?, capture).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header(("cache-control", "private, no-store"))
        .insert_header(("content-disposition", "attachment"))
        .body(bytes))
}

/// Approve a character.
///
/// One that is `unverified` can be used from then on.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    responses(
        (status = 200, description = "The character.", body = ReviewedCharacter),
        (status = 400, description = "It is not `unverified`.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such character.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/characters/{character_id}/approve")]
async fn character_approve(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    path: web::Path<String>,
) -> Result<web::Json<ReviewedCharacter>, ApiError> {
    let once = once.bare(&caller)?;
    Ok(web::Json(flow::approve(&app, caller.who().key.to_string(), once, id_from(&path)?).await?))
}

/// Attest that a person consented.
///
/// One who is `pending` and consented elsewhere, for example in writing, can be used from then on. The consent is recorded with
/// what the operator says of it, in place of a capture; the server has checked nothing.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    request_body(
        description = "How and where they consented.",
        content((AttestCharacter = "application/json"), (AttestCharacter = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The character.", body = ReviewedCharacter),
        (status = 400, description = "The body cannot be understood or has an impossible value, or it is not a person who is `pending`.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such character.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/characters/{character_id}/attest")]
async fn character_attest(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    path: web::Path<String>,
    body: Body,
) -> Result<web::Json<ReviewedCharacter>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = AttestCharacter::from_fields(fields)?;
    let key = caller.who().key.to_string();
    Ok(web::Json(flow::attest(&app, key, once, (id_from(&path)?, request.attestation)).await?))
}

/// Refuse a character.
///
/// Whatever waits or is made with it is stopped. Its owner reads the reason.
#[utoipa::path(
    tag = "operator",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    request_body(
        description = "Why.",
        content((RefuseCharacter = "application/json"), (RefuseCharacter = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The character.", body = ReviewedCharacter),
        (status = 400, description = "The body cannot be understood or has an impossible value, or it was revoked.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key is not the operator's.", body = ErrorBody),
        (status = 404, description = "There is no such character.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/operator/characters/{character_id}/refuse")]
async fn character_refuse(
    app: web::Data<App>,
    caller: Caller<Operate>,
    once: Once,
    path: web::Path<String>,
    body: Body,
) -> Result<web::Json<ReviewedCharacter>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = RefuseCharacter::from_fields(fields)?;
    let key = caller.who().key.to_string();
    Ok(web::Json(flow::refuse(&app, key, once, (id_from(&path)?, request.reason)).await?))
}
