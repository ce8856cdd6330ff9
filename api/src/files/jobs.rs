//! Removes the bytes of files that nobody needs any more.

use kinora_store::Error;

use super::store;
use crate::App;
use crate::clock::SECOND_US;

/// How long a file may take to be written, microseconds, before it counts as given up: longer than any upload may last.
const STALE_US: i64 = 2 * 3_600 * SECOND_US;
/// Most files of one look.
const SWEEP_FILES_MAX: i64 = 256;

/// Removes files that are deleted, past their time or given up; returns how many. A file that a batch still reads stays.
///
/// # Errors
/// When the database or the storage fails; the next sweep goes on where this one stopped.
pub async fn sweep(app: &App) -> anyhow::Result<usize> {
    let now_us = app.clock.now_us();
    let found = app.store.run(move |db| {
        store::removable(db, now_us, now_us.saturating_sub(STALE_US), SWEEP_FILES_MAX).map_err(Error::from)
    });
    let mut removed = 0;
    for (id, path) in found.await? {
        let name = id.clone();
        if app.store.run(move |db| db.write_tx(|db| store::retire(db, &name)).map_err(Error::from)).await? {
            remove(app, id, &path).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Removes the bytes of a file that nobody finds any more, and then its row: a crash in between leaves a row, never bytes
/// without one.
pub(crate) async fn remove(app: &App, id: String, path: &str) -> anyhow::Result<()> {
    app.blobs.remove(path).await?;
    app.store.run(move |db| store::forget(db, &id).map_err(Error::from)).await?;
    Ok(())
}
