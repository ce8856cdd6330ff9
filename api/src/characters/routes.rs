//! The handlers of characters.

use actix_web::{delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::rules::Finished;
use super::wire::{Character, CreateCharacter, CreateCharacterForm, RevokeCharacter, UpdateCharacter};
use super::{capture, flow, grants, review, uses};
use crate::error::ErrorBody;
use crate::http::auth::{VideosRead, VideosWrite};
use crate::http::{Body, Caller, Deleted, List, Page, Query};
use crate::ids::CharacterId;
use crate::replays::Once;
use crate::{ApiError, App};

/// Adds the routes of characters. Words that stand where an id could stand come first.
pub fn routes(config: &mut ServiceConfig<'_>) {
    grants::routes(config);
    config
        .service(character_create)
        .service(character_list)
        .service(character_get)
        .service(character_update)
        .service(character_delete)
        .service(character_revoke);
    capture::routes(config);
    uses::routes(config);
    review::routes(config);
}

/// Make a character.
///
/// From a recording or photographs. A person is `pending` until a capture answers the challenge that comes with the answer; an
/// animal or object can be used at once where the server can see that there is no face in it, and waits for the operator
/// where it cannot. What is uploaded is kept encrypted under a key of the character's own.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    request_body(description = "The character.", content((CreateCharacterForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The character.", body = Character),
        (status = 400, description = "The form cannot be understood, an upload cannot be decoded or is not what it is said to be, or the project has as many characters as it may.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`, or the project is archived.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is not a multipart form.", body = ErrorBody),
        (status = 503, description = "It cannot read captures now, or the database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/characters")]
async fn character_create(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<Character>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    if app.is_draining() {
        return Err(ApiError::NotReady("it is stopping"));
    }
    let request = CreateCharacter::from_fields(fields).await?;
    Ok(web::Json(flow::create(&app, caller.who(), once, request).await?))
}

/// List characters.
///
/// The project's own, the newest first, a page at a time.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<Character>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no character with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/characters")]
async fn character_list(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    query: Query,
) -> Result<web::Json<List<Character>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    fields.finish()?;
    let limit = page.limit;
    let found = flow::list(&app, caller.who(), page).await?;
    Ok(web::Json(List::of(found, limit, |character: &Character| &character.id)))
}

/// Get a character.
///
/// The project's own, or one of another's that the project may use: then without what is its owner's business.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    responses(
        (status = 200, description = "The character.", body = Character),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such character, or none that the project may use.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/characters/{character_id}")]
async fn character_get(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
) -> Result<web::Json<Character>, ApiError> {
    Ok(web::Json(flow::find(&app, caller.who(), id_from(&path)?).await?))
}

/// Change a character.
///
/// What is absent stays. Where fewer people may use it afterwards, what they make with it is stopped at once, with `error.code`
/// `cameo_revoked`, and costs nothing.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    request_body(
        description = "What to change.",
        content((UpdateCharacter = "application/json"), (UpdateCharacter = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The character.", body = Character),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/characters/{character_id}")]
async fn character_update(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    path: web::Path<String>,
    body: Body,
) -> Result<web::Json<Character>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = UpdateCharacter::from_fields(fields)?;
    Ok(web::Json(flow::update(&app, caller.who(), once, id_from(&path)?, request).await?))
}

/// Delete a character.
///
/// What was uploaded for it, what was measured of it, its name and its owner's wishes are gone at once. What is made with it is
/// stopped. What others wrote into the prompts of their videos stays with those, the name too. An answer that is kept for an
/// `Idempotency-Key` has its name, sealed, until its 24 hours are over. Its audit can still be read.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
        ("finished" = inline(Option<Finished>), Query, description = "What becomes of finished videos of those who may no longer use it; `keep` if absent."),
    ),
    responses(
        (status = 200, description = "It is deleted.", body = Deleted),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/videos/characters/{character_id}")]
async fn character_delete(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    path: web::Path<String>,
    query: Query,
) -> Result<web::Json<Deleted>, ApiError> {
    let finished = grants::wire::finished(query.fields()?)?;
    let id = flow::delete(&app, caller.who(), id_from(&path)?, finished).await?;
    Ok(web::Json(Deleted::of("character", id.to_string())))
}

/// Take a character back.
///
/// For good: what waits or is made with it is stopped, its videos can be neither remixed nor extended, and finished ones stay or
/// are withdrawn. To do so again with `tombstone` withdraws those that stayed.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    request_body(
        description = "How.",
        content((RevokeCharacter = "application/json"), (RevokeCharacter = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The character.", body = Character),
        (status = 400, description = "The body cannot be understood or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/characters/{character_id}/revoke")]
async fn character_revoke(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    path: web::Path<String>,
    body: Body,
) -> Result<web::Json<Character>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = RevokeCharacter::from_fields(fields)?;
    let what = (id_from(&path)?, request.finished);
    Ok(web::Json(flow::revoke(&app, caller.who(), once, what).await?))
}

/// The id in a path.
///
/// # Errors
/// When it is written like none.
pub(super) fn id_from(text: &str) -> Result<CharacterId, ApiError> {
    CharacterId::parse(text).ok_or_else(|| flow::missing(text))
}
