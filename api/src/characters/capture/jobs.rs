//! Removes uploads of characters that nobody may need any more.

use kinora_store::Error;

use super::store;
use crate::App;
use crate::clock::SECOND_US;

/// How long an upload may be expected, microseconds, before it counts as given up.
const STALE_US: i64 = 3_600 * SECOND_US;
/// Most files of one look.
const SWEEP_FILES_MAX: i64 = 256;

/// Removes uploads of deleted characters, and those that were given up; returns how many.
///
/// # Errors
/// When the database or the storage fails; the next sweep goes on where this one stopped.
pub async fn sweep(app: &App) -> anyhow::Result<usize> {
    let before_us = app.clock.now_us().saturating_sub(STALE_US);
    app.store.run(move |db| store::give_up_stale(db, before_us).map_err(Error::from)).await?;
    remove_gone(app).await
}

/// Removes the bytes of what is gone, and then the rows: a crash in between leaves a row, never bytes without one.
pub(super) async fn remove_gone(app: &App) -> anyhow::Result<usize> {
    let gone = app.store.run(|db| store::gone(db, SWEEP_FILES_MAX).map_err(Error::from)).await?;
    let removed = gone.len();
    for (id, path) in gone {
        app.blobs.remove(&path).await?;
        app.store.run(move |db| store::forget(db, &id).map_err(Error::from)).await?;
    }
    Ok(removed)
}
