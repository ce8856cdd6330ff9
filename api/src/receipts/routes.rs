//! The handlers of receipts.

use actix_web::{get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow;
use super::rules::{PublicKeys, Signatory};
use super::wire::Receipt;
use crate::error::ErrorBody;
use crate::http::Caller;
use crate::http::auth::VideosRead;
use crate::ids::VideoId;
use crate::{ApiError, App};

/// Adds the routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(receipt_get).service(receipt_keys);
}

/// Get the receipt of a video.
///
/// What a completed video is, what was charged for it and what it took to compute, signed by this server. Verify it with
/// `kinora receipt verify`, or with any library that reads JSON Web Signatures.
#[utoipa::path(
    tag = "videos",
    security(("api_key" = [])),
    params(("video_id" = String, Path, description = "The video.")),
    responses(
        (status = 200, description = "The receipt.", body = Receipt),
        (status = 401, description = "The API key is missing or not valid.", body = ErrorBody),
        (status = 403, description = "The API key lacks the scope `videos:read`.", body = ErrorBody),
        (status = 404, description = "There is no such video in the project, it is not completed, or it failed.", body = ErrorBody),
        (status = 410, description = "The clip was removed after the time it is kept, and its digest with it.", body = ErrorBody),
        (status = 503, description = "The database is busy.", body = ErrorBody),
    ),
)]
#[get("/v1/videos/{video_id}/receipt")]
async fn receipt_get(
    app: web::Data<App>,
    caller: Caller<VideosRead>,
    path: web::Path<String>,
) -> Result<web::Json<Receipt>, ApiError> {
    let id = VideoId::parse(&path).ok_or_else(|| ApiError::not_found("video", &path))?;
    Ok(web::Json(flow::receipt(&app, caller.who(), id).await?))
}

/// Get the keys that receipts are signed with.
///
/// Needs no key. A JSON Web Key Set.
#[utoipa::path(
    tag = "system",
    security(()),
    responses((status = 200, description = "The public keys.", body = PublicKeys)),
)]
#[get("/.well-known/kinora-receipts.json")]
async fn receipt_keys(app: web::Data<App>) -> web::Json<PublicKeys> {
    web::Json(PublicKeys { keys: vec![Signatory::of(&app.pepper).public_key()] })
}
