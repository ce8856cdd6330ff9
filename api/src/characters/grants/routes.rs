//! The handlers of handles, follows and grants.

use actix_web::{delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::wire::{CreateGrant, Follow, Follows, Grant, Handle, HandleRequest, finished};
use crate::characters::routes::id_from;
use crate::characters::rules::{Finished, check_handle};
use crate::characters::store as characters;
use crate::error::ErrorBody;
use crate::http::auth::{VideosRead, VideosWrite};
use crate::http::{Body, Caller, Deleted, List, Page, Query};
use crate::ids::GrantId;
use crate::replays::Once;
use crate::{ApiError, App};

/// Adds the routes of handles, follows and grants. Words that stand where an id could stand come first.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(character_handle_get)
        .service(character_handle_set)
        .service(character_follow_list)
        .service(character_follow_create)
        .service(character_follow_delete)
        .service(character_grant_create)
        .service(character_grant_list)
        .service(character_grant_delete);
}

/// Get the project's handle.
///
/// Under which name others on this server know it.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    responses(
        (status = 200, description = "The handle.", body = Handle),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/characters/handle")]
async fn character_handle_get(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
) -> Result<web::Json<Handle>, ApiError> {
    let project = caller.who().project.clone();
    let handle = app.store.run(move |db| characters::handle_of(db, project.as_str()).map_err(ApiError::from));
    Ok(web::Json(Handle::of(handle.await?)))
}

/// Set the project's handle.
///
/// One a project, and one project a handle. Grants and follows stay with the project.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    request_body(
        description = "The handle.",
        content((HandleRequest = "application/json"), (HandleRequest = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The handle.", body = Handle),
        (status = 400, description = "The handle is written wrongly or somebody else's.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`, or the project is archived.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/characters/handle")]
async fn character_handle_set(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<Handle>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = HandleRequest::from_fields(fields)?;
    let (tenant, now_us) = (caller.who().clone(), app.clock.now_us());
    let work = move |db: &mut _| flow::set_handle(db, &tenant, &request.handle, now_us);
    Ok(web::Json(app.write(once, work).await?))
}

/// List who is followed.
///
/// Everybody whom the project follows, at most 1 000, the newest first.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    responses(
        (status = 200, description = "Everybody who is followed.", body = Follows),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/characters/follows")]
async fn character_follow_list(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
) -> Result<web::Json<Follows>, ApiError> {
    let project = caller.who().project.clone();
    Ok(web::Json(app.store.run(move |db| flow::follows(db, project.as_str())).await?))
}

/// Follow somebody.
///
/// Two who follow each other are mutuals. To follow again changes nothing.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    request_body(
        description = "Whom.",
        content((HandleRequest = "application/json"), (HandleRequest = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "Who is followed.", body = Follow),
        (status = 400, description = "Nobody is known by this handle, it is the project's own, or it follows as many as it may.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/characters/follows")]
async fn character_follow_create(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    body: Body,
) -> Result<web::Json<Follow>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let request = HandleRequest::from_fields(fields)?;
    let (tenant, now_us) = (caller.who().clone(), app.clock.now_us());
    let work = move |db: &mut _| flow::follow(db, &tenant, &request.handle, now_us);
    Ok(web::Json(app.write(once, work).await?))
}

/// No longer follow somebody.
///
/// What either makes with a character of the other that only mutuals may use is stopped.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("handle" = String, Path, description = "Who, by handle."),
    ),
    responses(
        (status = 200, description = "They are no longer followed.", body = Deleted),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "Nobody of this handle is followed.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/videos/characters/follows/{handle}")]
async fn character_follow_delete(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    path: web::Path<String>,
) -> Result<web::Json<Deleted>, ApiError> {
    let handle = check_handle("handle", &path).map_err(|_| ApiError::not_found("follow", &path))?;
    flow::unfollow(&app, caller.who(), handle.clone()).await?;
    Ok(web::Json(Deleted::of("character.follow", handle)))
}

/// Let somebody use a character.
///
/// By handle, until a time, and in a number of videos. It counts with the policies `approved` and `mutuals`. A grant that they had
/// before no longer counts.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    request_body(
        description = "Whom, until when and how often.",
        content((CreateGrant = "application/json"), (CreateGrant = "multipart/form-data")),
    ),
    responses(
        (status = 200, description = "The grant.", body = Grant),
        (status = 400, description = "The body cannot be understood or has an impossible value, or nobody is known by this handle.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is neither JSON nor a form.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/characters/{character_id}/grants")]
async fn character_grant_create(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    path: web::Path<String>,
    body: Body,
) -> Result<web::Json<Grant>, ApiError> {
    let (once, fields) = once.read(&caller, body, &app.config).await?;
    let (id, tenant, now_us) = (id_from(&path)?, caller.who().clone(), app.clock.now_us());
    let request = CreateGrant::from_fields(fields, now_us)?;
    let work = move |db: &mut _| flow::grant(db, &tenant, &id, &request, now_us);
    Ok(web::Json(app.write(once, work).await?))
}

/// List who may use a character.
///
/// Grants that were not revoked, also those whose time or count is over, the newest first, a page at a time.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
        ("after" = Option<String>, Query, description = "The last id of the page before."),
        ("limit" = Option<i64>, Query, description = "Most entries of the page, 1 to 100; 20 if absent.", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, description = "The page.", body = List<Grant>),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project, or no grant with the id `after`.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/characters/{character_id}/grants")]
async fn character_grant_list(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
    query: Query,
) -> Result<web::Json<List<Grant>>, ApiError> {
    let mut fields = query.fields()?;
    let page = Page::take(&mut fields)?;
    fields.finish()?;
    let limit = page.limit;
    let found = flow::list(&app, caller.who(), id_from(&path)?, page).await?;
    Ok(web::Json(List::of(found, limit, |grant: &Grant| &grant.id)))
}

/// No longer let somebody use a character.
///
/// What they make with it is stopped, unless they may use it for another reason.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
        ("grant_id" = String, Path, description = "The grant."),
        ("finished" = inline(Option<Finished>), Query, description = "What becomes of finished videos of those who may no longer use it; `keep` if absent."),
    ),
    responses(
        (status = 200, description = "It is revoked.", body = Deleted),
        (status = 400, description = "A parameter is unknown or has an impossible value.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project, or no such grant.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[delete("/v1/videos/characters/{character_id}/grants/{grant_id}")]
async fn character_grant_delete(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    path: web::Path<(String, String)>,
    query: Query,
) -> Result<web::Json<Deleted>, ApiError> {
    let finished = finished(query.fields()?)?;
    let (id, grant) = path.into_inner();
    let grant = GrantId::parse(&grant).ok_or_else(|| ApiError::not_found("grant", &grant))?;
    let grant = flow::revoke(&app, caller.who(), (id_from(&id)?, grant), finished).await?;
    Ok(web::Json(Deleted::of("character.grant", grant.to_string())))
}
