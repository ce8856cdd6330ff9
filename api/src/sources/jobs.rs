//! Removes what videos were made from, once they are over.

use kinora_store::Error;

use super::store::{self, InputRow};
use crate::App;
use crate::clock::SECOND_US;
use crate::ids::VideoId;

/// How long a file may be without its video, microseconds, before it counts as given up: longer than any request lasts.
const STALE_US: i64 = 2 * 3_600 * SECOND_US;
/// Most files of one look.
const SWEEP_FILES_MAX: i64 = 256;

/// Removes the files of videos that are over, and those whose video never came about; how many.
///
/// # Errors
/// When the database or the storage fails; the next sweep goes on where this one stopped.
pub async fn sweep(app: &App) -> anyhow::Result<usize> {
    let stale_us = app.clock.now_us().saturating_sub(STALE_US);
    let found = app.store.run(move |db| store::removable(db, stale_us, SWEEP_FILES_MAX).map_err(Error::from));
    remove_all(app, found.await?).await
}

/// Removes the files of one video.
///
/// # Errors
/// As [`sweep`].
pub(crate) async fn remove_inputs_of(app: &App, video: &VideoId) -> anyhow::Result<usize> {
    let video = video.clone();
    let found = app.store.run(move |db| store::inputs(db, video.as_str()).map_err(Error::from));
    remove_all(app, found.await?).await
}

async fn remove_all(app: &App, inputs: Vec<InputRow>) -> anyhow::Result<usize> {
    let count = inputs.len();
    for InputRow { id, path, .. } in inputs {
        remove(app, id, &path).await?;
    }
    Ok(count)
}

/// Removes a file and then its row: a crash in between leaves a row, never a file without one.
pub(super) async fn remove(app: &App, id: String, path: &str) -> anyhow::Result<()> {
    app.blobs.remove(path).await?;
    app.store.run(move |db| store::forget(db, &id).map_err(Error::from)).await?;
    Ok(())
}
