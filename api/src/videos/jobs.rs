//! Removes the files that nobody can reach any more.

use kinora_store::Error;

use super::store::{self, AssetRow};
use crate::App;
use crate::ids::VideoId;

/// How often files are looked for that are to be removed, milliseconds.
pub const SWEEP_INTERVAL_MS: u64 = 60_000;
/// Most files of one look, so that it stays short.
const SWEEP_FILES_MAX: i64 = 256;

/// Removes files of videos that are deleted or past their time and of runs that ended without a clip;
/// returns how many.
///
/// # Errors
/// When the database or the storage fails; the next sweep goes on where this one stopped.
pub async fn sweep(app: &App) -> anyhow::Result<usize> {
    let now_us = app.clock.now_us();
    let assets =
        app.store.run(move |db| store::unreachable_assets(db, now_us, SWEEP_FILES_MAX).map_err(Error::from));
    remove(app, assets.await?).await
}

/// Removes the files of one video.
///
/// # Errors
/// As [`sweep`].
pub(super) async fn remove_files_of(app: &App, id: &VideoId) -> anyhow::Result<usize> {
    let id = id.clone();
    let assets = app.store.run(move |db| store::assets_of(db, id.as_str()).map_err(Error::from));
    remove(app, assets.await?).await
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
