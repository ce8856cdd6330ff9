//! Removes the files that nobody can reach any more, and ends videos that no worker takes.

use kinora_billing::Reason;
use kinora_store::{Db, Error};

use super::ends::end_without_clip;
use super::rules::{Event, Status, next};
use super::store::{self, AssetRow};
use crate::clock::SECOND_US;
use crate::ids::VideoId;
use crate::{ApiError, App, sources};

/// How often files are looked for that are to be removed, milliseconds.
pub const SWEEP_INTERVAL_MS: u64 = 60_000;
/// Most videos of one look at those that wait.
const EXPIRED_VIDEOS_MAX: i64 = 256;
/// Most files of one look, so that it stays short.
const SWEEP_FILES_MAX: i64 = 256;

/// Removes files of videos that are deleted or past their time and of runs that ended without a clip, and what videos that are
/// over were made from; returns how many.
///
/// # Errors
/// When the database or the storage fails; the next sweep goes on where this one stopped.
pub async fn sweep(app: &App) -> anyhow::Result<usize> {
    let now_us = app.clock.now_us();
    let assets =
        app.store.run(move |db| store::unreachable_assets(db, now_us, SWEEP_FILES_MAX).map_err(Error::from));
    let removed = remove(app, assets.await?).await?;
    Ok(removed + sources::jobs::sweep(app).await?)
}

/// Removes the files of one video.
///
/// # Errors
/// As [`sweep`].
pub(crate) async fn remove_files_of(app: &App, id: &VideoId) -> anyhow::Result<usize> {
    let id = id.clone();
    let name = id.clone();
    let assets = app.store.run(move |db| store::assets_of(db, id.as_str()).map_err(Error::from));
    let removed = remove(app, assets.await?).await?;
    Ok(removed + sources::jobs::remove_inputs_of(app, &name).await?)
}

/// Ends videos that have waited longer than they may, and gives their holds back; how many.
///
/// # Errors
/// When the database fails; the next look goes on where this one stopped.
pub async fn expire_waiting(app: &App) -> Result<usize, ApiError> {
    let now_us = app.clock.now_us();
    let before_us = now_us.saturating_sub(i64::from(app.config.queue_seconds_max).saturating_mul(SECOND_US));
    let over =
        app.store.run(move |db| store::waiting_since(db, before_us, EXPIRED_VIDEOS_MAX).map_err(Error::from));
    let mut ended = 0;
    for id in over.await.map_err(ApiError::from)? {
        let expire = move |db: &mut Db| {
            let status = next(Status::Queued, Event::WaitedTooLong).map_err(anyhow::Error::from)?;
            let waited = store::expire(db, &id, status)?;
            if waited {
                end_without_clip(db, &id, Reason::Expired, now_us)?;
            }
            Ok::<_, ApiError>(waited)
        };
        ended += usize::from(app.store.run(|db| db.write_tx(expire)).await?);
    }
    Ok(ended)
}

async fn remove(app: &App, assets: Vec<AssetRow>) -> anyhow::Result<usize> {
    for asset in &assets {
        app.blobs.remove(&asset.path).await?;
        // Forgotten only once it is removed: a crash in between leaves a row, never a file without one.
        let asset = asset.clone();
        app.store.run(move |db| store::forget_asset(db, &asset).map_err(Error::from)).await?;
    }
    Ok(assets.len())
}
