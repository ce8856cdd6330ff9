//! The handlers of the lease protocol, for workers only.

use std::time::{Duration, Instant};

use actix_web::body::SizedStream;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Data, Json, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinora_spec::lease::{AssetKind, Claim, Fail, Finish, Heartbeat, HeartbeatAnswer, InputKind, Lease};
use kinora_spec::limits::{ASSET_BYTES_MAX, CLAIM_WAIT_MS_MAX};
use object_store::Error as BlobError;
use utoipa_actix_web::service_config::ServiceConfig;

use super::flow::{self, Claimant, Terms};
use super::upload::upload;
use super::wire::LeaseError;
use crate::characters::keeper::Keeper;
use crate::http::Caller;
use crate::http::auth::Runs;
use crate::live::is_picture;
use crate::{ApiError, App};

/// How often a waiting claim looks by itself: another node that stores a video cannot wake it.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// Most progress of a run that is not over, percent.
const PROGRESS_MAX: u8 = 99;

/// Adds the lease routes, but not to the public document.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.map(|config| {
        config
            .service(lease_claim)
            .service(lease_heartbeat)
            .service(lease_input)
            .service(lease_asset)
            .service(lease_finish)
            .service(lease_fail)
    });
}

#[post("/internal/v1/leases")]
async fn lease_claim(
    app: Data<App>,
    _worker: Caller<Runs>,
    claim: Json<Claim>,
) -> Result<HttpResponse, LeaseError> {
    let claimant = Claimant::of(&claim)?;
    if claim.wait_ms > CLAIM_WAIT_MS_MAX {
        return Err(LeaseError::BadMessage("A claim waits at most 20 000 milliseconds."));
    }
    let wait = Duration::from_millis(u64::from(claim.wait_ms));
    Ok(match wait_for_work(&app, &claimant, Instant::now() + wait).await? {
        Some(lease) => {
            app.hooks.raised.notify_one();
            app.live.wake();
            HttpResponse::Ok().json(lease)
        }
        None => HttpResponse::NoContent().finish(),
    })
}

async fn wait_for_work(app: &App, claimant: &Claimant, end: Instant) -> Result<Option<Lease>, LeaseError> {
    loop {
        // Listened for before looking, so that what comes in between is not missed.
        let woken = app.wake.notified();
        if app.is_draining() {
            // Not "no work": then an idle worker would ask again at once, and again.
            return Err(ApiError::NotReady("it is stopping").into());
        }
        let (claimant, clock) = (claimant.clone(), app.clock.clone());
        let keeper = Keeper::of(&app.pepper);
        // The clock is read once there is a connection, for which this may have waited.
        if let Some(lease) =
            app.store.run(move |db| flow::claim(db, &claimant, &keeper, clock.now_us())).await?
        {
            return Ok(Some(lease));
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        // Woken or not, it looks again.
        let _ = tokio::time::timeout(left.min(LOOK_AGAIN), woken).await;
    }
}

#[post("/internal/v1/leases/{run_id}/heartbeat")]
async fn lease_heartbeat(
    app: Data<App>,
    _worker: Caller<Runs>,
    run: Path<String>,
    beat: Json<Heartbeat>,
) -> Result<Json<HeartbeatAnswer>, LeaseError> {
    let beat = beat.into_inner();
    if beat.progress > PROGRESS_MAX {
        return Err(LeaseError::BadMessage("The progress of a run is at most 99 percent."));
    }
    let (picture, clock) = (picture(&beat)?, app.clock.clone());
    let answer =
        app.store.run(move |db| flow::heartbeat(db, &run, (&beat, picture.as_deref()), clock.now_us()));
    let answer = answer.await?;
    app.live.wake();
    Ok(Json(answer))
}

/// The picture that comes with a heartbeat.
fn picture(beat: &Heartbeat) -> Result<Option<Vec<u8>>, LeaseError> {
    let Some(text) = &beat.preview else { return Ok(None) };
    let image = STANDARD.decode(text).ok().filter(|image| is_picture(image));
    Ok(Some(
        image.ok_or(LeaseError::BadMessage("A preview is a JPEG or WebP of at most 32 KiB, in base64."))?,
    ))
}

/// What a run is made from, as the lease names it.
#[get("/internal/v1/leases/{run_id}/inputs/{kind}")]
async fn lease_input(
    app: Data<App>,
    _worker: Caller<Runs>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, LeaseError> {
    let (run, kind) = path.into_inner();
    let kind =
        InputKind::from_name(&kind).ok_or(LeaseError::BadMessage("There is no input of this kind."))?;
    let clock = app.clock.clone();
    let input = app.store.run(move |db| flow::input(db, &run, kind, clock.now_us())).await?;
    let length = u64::try_from(input.bytes).unwrap_or(0);
    let bytes = match app.blobs.read(&input.path, 0..length).await {
        // It does not come back: the run is to fail for good instead of asking for it again.
        Err(BlobError::NotFound { .. }) => return Err(LeaseError::BadMessage("The input is gone.")),
        bytes => bytes.map_err(anyhow::Error::from)?,
    };
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(SizedStream::new(length, bytes)))
}

#[put("/internal/v1/leases/{run_id}/assets/{kind}")]
async fn lease_asset(
    app: Data<App>,
    _worker: Caller<Runs>,
    path: Path<(String, String)>,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse, LeaseError> {
    let (run, kind) = path.into_inner();
    let kind =
        AssetKind::from_name(&kind).ok_or(LeaseError::BadMessage("There is no asset of this kind."))?;
    let length =
        request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > ASSET_BYTES_MAX) {
        return Err(ApiError::TooLarge { limit_bytes: ASSET_BYTES_MAX }.into());
    }
    Ok(HttpResponse::Ok().json(upload(&app, run, kind, body).await?))
}

#[post("/internal/v1/leases/{run_id}/finish")]
async fn lease_finish(
    app: Data<App>,
    _worker: Caller<Runs>,
    run: Path<String>,
    finish: Json<Finish>,
) -> Result<HttpResponse, LeaseError> {
    let terms = Terms::of(&app);
    let (finish, now_us) = (finish.into_inner(), app.clock.now_us());
    app.store.run(move |db| flow::finish(db, &run, &finish, terms, now_us)).await?;
    // One that waited for a place under a limit may begin now, and another worker may be idle.
    app.wake.notify_one();
    app.hooks.raised.notify_one();
    app.live.wake();
    Ok(HttpResponse::NoContent().finish())
}

#[post("/internal/v1/leases/{run_id}/fail")]
async fn lease_fail(
    app: Data<App>,
    _worker: Caller<Runs>,
    run: Path<String>,
    fail: Json<Fail>,
) -> Result<HttpResponse, LeaseError> {
    let at = (Terms::of(&app), app.clock.now_us());
    let fail = fail.into_inner();
    app.store.run(move |db| flow::fail(db, &run, &fail, at)).await?;
    // It may wait again, and another worker may be idle.
    app.wake.notify_one();
    app.hooks.raised.notify_one();
    app.live.wake();
    Ok(HttpResponse::NoContent().finish())
}
