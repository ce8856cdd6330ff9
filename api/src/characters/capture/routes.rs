//! The handlers of challenges, captures and consents.

use actix_web::{get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::consent::Consenting;
use super::flow::{self, Capture};
use super::upload::Uploads;
use super::wire::{CaptureForm, Challenge, Consent};
use crate::characters::routes::id_from;
use crate::characters::wire::Character;
use crate::error::ErrorBody;
use crate::http::auth::{VideosRead, VideosWrite};
use crate::http::{Body, Caller};
use crate::replays::Once;
use crate::{ApiError, App, Refusal};

/// Adds the routes of challenges, captures and consents.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(character_challenge).service(character_capture).service(character_consent_get);
}

/// Ask for a challenge.
///
/// A new one for a person who is `pending`, or whose consent has ended: it is `pending` again then. The last one no longer
/// counts. It can be answered once, within ten minutes, by a capture that begins to arrive in them and is there two minutes
/// after them.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    responses(
        (status = 200, description = "The challenge.", body = Challenge),
        (status = 400, description = "The character waits for no capture.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/characters/{character_id}/challenge")]
async fn character_challenge(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    path: web::Path<String>,
) -> Result<web::Json<Challenge>, ApiError> {
    let once = once.bare(&caller)?;
    Ok(web::Json(flow::challenge(&app, caller.who(), once, id_from(&path)?).await?))
}

/// Answer the challenge.
///
/// A recording in which the person speaks the digits and turns the head as the challenge says, and with which they consent. It
/// is checked: whether a face is there all the time and no other, whether the head turns so, whether it is the person of the
/// first upload, whether somebody speaks, and whether they speak the digits, where the operator has set up somebody who
/// listens. If a check fails, the challenge is used up and the error says which one. If one could not be made, the character is
/// `unverified` until the operator has looked.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    request_body(description = "The recording and the consent.", content((CaptureForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The character, which can be used or waits for the operator.", body = Character),
        (status = 400, description = "The form cannot be understood, the recording cannot be decoded, no challenge waits for it, or it fails a check.", body = ErrorBody),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:write`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project.", body = ErrorBody),
        (status = 413, description = "The body is too large.", body = ErrorBody),
        (status = 415, description = "The body is not a multipart form.", body = ErrorBody),
        (status = 503, description = "It cannot read captures now, or the database is busy.", body = ErrorBody),
    ),
)]
#[post("/v1/videos/characters/{character_id}/capture")]
async fn character_capture(
    app: web::Data<App>,
    caller: Caller<VideosWrite>,
    once: Once,
    path: web::Path<String>,
    body: Body,
) -> Result<web::Json<Character>, ApiError> {
    let once = once.ahead(&caller)?;
    // Whoever sends a long recording must not lose the challenge by it.
    let (arrived_us, id) = (app.clock.now_us(), id_from(&path)?);
    // Nor is it read for nothing.
    flow::check_there(&app, caller.who(), &id).await?;
    let mut fields = body.fields(&app.config).await?;
    let once = once.with(fields.fingerprint());
    if app.is_draining() {
        return Err(ApiError::NotReady("it is stopping"));
    }
    let consenting = Consenting::take(&mut fields, arrived_us)?;
    let uploads = Uploads::take(&mut fields).await?;
    fields.finish()?;
    if uploads.video.is_none() {
        return Err(Refusal::Missing { param: "video" }.into());
    }
    let what = (id, arrived_us);
    Ok(web::Json(flow::capture(&app, caller.who(), once, what, Capture { uploads, consenting }).await?))
}

/// Get the consent to a character.
///
/// Who agreed to which words, for which uses, until when, and with which recording.
#[utoipa::path(
    tag = "characters",
    security(("api_key" = [])),
    params(
        ("character_id" = String, Path, description = "The character."),
    ),
    responses(
        (status = 200, description = "The consent.", body = Consent),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such character in the project, or nobody consented yet.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/characters/{character_id}/consent")]
async fn character_consent_get(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
) -> Result<web::Json<Consent>, ApiError> {
    Ok(web::Json(flow::consent(&app, caller.who(), id_from(&path)?).await?))
}
