//! The bytes that a video is made from: a row is there before its file and after it, so that a crash leaves a row that is
//! found, never a file without one.

use kinora_spec::lease::InputKind;
use kinora_store::Db;
use object_store::Error as BlobError;

use super::store;
use crate::blobs::Written;
use crate::ids::InputId;
use crate::videos::store::AssetRow;
use crate::{ApiError, App};

/// A file that was written for a video that is not stored yet.
#[derive(Clone, Debug)]
pub struct Staged {
    id: String,
    path: String,
    /// What it is.
    pub kind: InputKind,
    bytes: i64,
    sha256: String,
}

/// Keeps `bytes` for a video to come.
///
/// # Errors
/// When the database or the storage fails; nothing is kept then.
pub async fn keep(app: &App, kind: InputKind, bytes: &[u8]) -> Result<Staged, ApiError> {
    let mut staged = expect(app, kind).await?;
    match write(app, &staged.path, bytes).await {
        Ok(written) => {
            staged.bytes = i64::try_from(written.bytes).unwrap_or(i64::MAX);
            staged.sha256 = written.sha256;
            Ok(staged)
        }
        Err(error) => {
            discard(app, vec![staged]).await;
            Err(ApiError::Internal(error.into()))
        }
    }
}

/// Keeps a copy of a video's file for a video to come.
///
/// # Errors
/// [`ApiError::SourceGone`] when the file was removed meanwhile; when the database or the storage fails. Nothing is kept
/// then.
pub async fn copy(app: &App, kind: InputKind, asset: &AssetRow) -> Result<Staged, ApiError> {
    let mut staged = expect(app, kind).await?;
    match app.blobs.copy(&asset.path, &staged.path).await {
        Ok(()) => {
            staged.bytes = asset.bytes;
            staged.sha256.clone_from(&asset.sha256);
            Ok(staged)
        }
        Err(error) => {
            discard(app, vec![staged]).await;
            Err(match error {
                BlobError::NotFound { .. } => ApiError::SourceGone(super::flow::REMOVED),
                error => ApiError::Internal(error.into()),
            })
        }
    }
}

/// Removes what was written for a video that did not come about. One that came about all the same keeps it.
pub async fn discard(app: &App, staged: Vec<Staged>) {
    for Staged { id, path, .. } in staged {
        let name = id.clone();
        let unused = app.store.run(move |db| store::is_unused(db, &name).map_err(kinora_store::Error::from));
        let removed = match unused.await {
            Ok(true) => super::jobs::remove(app, id, &path).await,
            Ok(false) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = removed {
            tracing::warn!(
                "what was written for a video that was refused could not be removed yet: {error:#}"
            );
        }
    }
}

/// Makes what was written the video's own, in the transaction that stores it.
///
/// # Errors
/// When it took so long that it was given up.
pub fn attach(db: &mut Db, video: &str, staged: &Staged) -> Result<(), ApiError> {
    if store::attach(db, &staged.id, video, (staged.bytes, &staged.sha256))? {
        Ok(())
    } else {
        Err(ApiError::BodyBroken)
    }
}

async fn expect(app: &App, kind: InputKind) -> Result<Staged, ApiError> {
    let id = InputId::new().to_string();
    let staged = Staged { path: format!("inputs/{id}"), id, kind, bytes: 0, sha256: String::new() };
    let (row, now_us) = (staged.clone(), app.clock.now_us());
    let expected = app.store.run(move |db| {
        let place = (row.kind.name(), row.path.as_str());
        db.write_tx(|db| store::expect(db, &row.id, place, now_us)).map_err(kinora_store::Error::from)
    });
    expected.await?;
    Ok(staged)
}

async fn write(app: &App, path: &str, bytes: &[u8]) -> Result<Written, BlobError> {
    let mut writer = app.blobs.writer(path).await?;
    if let Err(error) = writer.write(bytes).await {
        // The row is discarded, and whatever this leaves with it.
        let _ = writer.abort().await;
        return Err(error);
    }
    writer.finish().await
}
