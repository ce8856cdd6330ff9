//! What changes videos: each change is one transaction.

use kinora_billing::Reason;
use kinora_spec::Spec;
use kinora_store::Db;

use super::ends::end_without_clip;
use super::jobs;
use super::order::{Order, place};
use super::rules::{self, CANCELED, Event};
use super::store::{self, Billed, VideoRow};
use super::wire::{Video, spec_of, status_of};
use crate::characters::cast;
use crate::http::Tenant;
use crate::ids::VideoId;
use crate::limits::{Limited, Terms};
use crate::replays::Attempt;
use crate::{ApiError, App, deliveries, sources};

/// Stores a video that waits for a worker together with its hold, and wakes one.
///
/// # Errors
/// When it may not be paid for or is over a limit, the server is stopping, or the database fails; nothing is stored then,
/// and what was written for it is removed.
pub async fn create(app: &App, once: Attempt, order: Order) -> Result<Limited<Video>, ApiError> {
    let (terms, tenant, staged) = (Terms::of(app), order.tenant.clone(), order.staged.clone());
    let is_draining = app.is_draining();
    let work = move |db: &mut Db| {
        // Within, because what was made before the stop began is still answered.
        if is_draining {
            return Err(ApiError::NotReady("it is stopping"));
        }
        let (billed, left) = place(db, &order, terms)?;
        Ok(Limited { answer: Video::try_from(billed)?, left })
    };
    match app.write(once, work).await {
        Ok(made) => {
            app.wake.notify_one();
            Ok(made)
        }
        Err(refused) => {
            sources::discard(app, staged).await;
            cast::note_refused(app, &tenant, &refused).await;
            Err(refused)
        }
    }
}

/// The video.
///
/// # Errors
/// [`ApiError::NotFound`] when the project has no such video.
pub async fn find(app: &App, tenant: &Tenant, id: VideoId) -> Result<Billed, ApiError> {
    let project = tenant.project.clone();
    app.store
        .run(move |db| {
            let row = store::find(db, project.as_str(), id.as_str())?;
            store::with_bill(db, row.ok_or_else(|| ApiError::not_found("video", id.as_str()))?)
        })
        .await
}

/// Ends a video that is not over: at once while it waits, and by its worker when it has one. To ask again
/// changes nothing.
///
/// # Errors
/// [`ApiError::VideoOver`] when it ended otherwise.
pub async fn cancel(app: &App, tenant: &Tenant, once: Attempt, id: VideoId) -> Result<Video, ApiError> {
    let (project, now_us) = (tenant.project.clone(), app.clock.now_us());
    let canceled =
        app.write(once, move |db| cancel_in(db, project.as_str(), &id, now_us)?.try_into()).await?;
    app.live.wake();
    Ok(canceled)
}

/// As [`cancel`], in the transaction of the caller, who wakes those that follow the video once it is committed.
///
/// # Errors
/// As [`cancel`].
pub fn cancel_in(db: &mut Db, project: &str, id: &VideoId, now_us: i64) -> Result<Billed, ApiError> {
    let row = locked(db, project, id)?;
    if row.error_code.as_deref() == Some(CANCELED) {
        return store::with_bill(db, row);
    }
    let from = status_of(&row)?;
    match rules::next(from, Event::CancelAsked) {
        Ok(to) if to.is_final() => {
            store::cancel(db, id.as_str(), to, now_us)?;
            end_without_clip(db, id.as_str(), Reason::Canceled, now_us)?;
        }
        Ok(_) => store::ask_to_cancel(db, id.as_str())?,
        Err(_) => return Err(ApiError::VideoOver(from.name())),
    }
    let row = locked(db, project, id)?;
    store::with_bill(db, row)
}

/// Takes a video that is over out of sight, forgets what the customer wrote, and removes its files.
///
/// # Errors
/// [`ApiError::VideoInProgress`] when it is not over.
pub async fn delete(app: &App, tenant: &Tenant, id: VideoId) -> Result<VideoId, ApiError> {
    let (project, now_us) = (tenant.project.clone(), app.clock.now_us());
    let deleted = app
        .store
        .run(move |db| {
            db.write_tx(|db| {
                let row = locked(db, project.as_str(), &id)?;
                if !status_of(&row)?.is_final() {
                    return Err(ApiError::VideoInProgress);
                }
                let spec = Spec { prompt: String::new(), shots: vec![], cast: vec![], ..spec_of(&row)? };
                store::delete(db, id.as_str(), &serde_json::to_string(&spec).map_err(internal)?, now_us)?;
                sources::forget_words(db, id.as_str())?;
                deliveries::forget(db, id.as_str())?;
                Ok(id)
            })
        })
        .await?;
    // The video is gone whatever happens to its files now; what is left, the next sweep removes.
    if let Err(error) = jobs::remove_files_of(app, &deleted).await {
        tracing::warn!("the files of a deleted video could not be removed yet: {error:#}");
    }
    Ok(deleted)
}

fn locked(db: &mut Db, project: &str, id: &VideoId) -> Result<VideoRow, ApiError> {
    store::lock(db, project, id.as_str())?.ok_or_else(|| ApiError::not_found("video", id.as_str()))
}

fn internal(error: impl Into<anyhow::Error>) -> ApiError {
    ApiError::Internal(error.into())
}
