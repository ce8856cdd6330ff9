//! What changes files: each change is one transaction. Bytes are written between two of them, so that a crash leaves a
//! row that is found, never a file without one.

use kinora_store::Db;

use super::rules::{FILES_BYTES_MAX, FILES_MAX, KEPT_SECONDS_DEFAULT, Purpose, State, expires_at};
use super::store::{self, FileRow, NewFile};
use crate::http::Tenant;
use crate::ids::{FileId, ProjectId};
use crate::{ApiError, App, projects};

/// A file that is about to be written.
pub fn new_file(
    project: &ProjectId,
    purpose: Purpose,
    filename: String,
    bytes_max: i64,
    now_us: i64,
) -> NewFile {
    let id = FileId::new().to_string();
    NewFile {
        path: format!("files/{project}/{id}"),
        id,
        project_id: project.to_string(),
        purpose: purpose.name(),
        filename,
        bytes: bytes_max,
        state: State::Uploading.name(),
        created_at: now_us,
        expires_at: expires_at(now_us, KEPT_SECONDS_DEFAULT),
    }
}

/// Writes down that a file is coming, if the project has room for it.
///
/// # Errors
/// [`ApiError::FileQuota`] when it has not, [`ApiError::ProjectArchived`] when it takes nothing any more.
pub async fn expect(app: &App, file: NewFile) -> Result<(), ApiError> {
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                store::lock_project(db, &file.project_id)?;
                if projects::is_archived(db, &file.project_id)? {
                    return Err(ApiError::ProjectArchived);
                }
                let (count, bytes) = store::kept(db, &file.project_id)?;
                if count >= FILES_MAX || bytes.saturating_add(file.bytes) > FILES_BYTES_MAX {
                    return Err(ApiError::FileQuota { files_max: FILES_MAX, bytes_max: FILES_BYTES_MAX });
                }
                Ok(store::insert(db, &file)?)
            })
        })
        .await
}

/// Makes a file that was written whole appear, in the transaction of the caller.
///
/// # Errors
/// When it took so long that it was given up.
pub fn appear(
    db: &mut Db,
    project: &ProjectId,
    id: &str,
    bytes: i64,
    expires_at: i64,
) -> Result<FileRow, ApiError> {
    if !store::finish(db, id, bytes, expires_at)? {
        return Err(ApiError::BodyBroken);
    }
    let row = store::lock(db, project.as_str(), id)?;
    row.ok_or_else(|| ApiError::Internal(anyhow::anyhow!("{id} is not there although it was just written")))
}

/// The file.
///
/// # Errors
/// [`ApiError::NotFound`] when the project has no such file.
pub async fn find(app: &App, tenant: &Tenant, id: FileId) -> Result<FileRow, ApiError> {
    let (project, now_us) = (tenant.project.clone(), app.clock.now_us());
    app.store.run(move |db| required(db, &project, id.as_str(), now_us)).await
}

/// As [`find`], in the transaction of the caller.
///
/// # Errors
/// As [`find`].
pub fn required(db: &mut Db, project: &ProjectId, id: &str, now_us: i64) -> Result<FileRow, ApiError> {
    store::find(db, project.as_str(), id, now_us)?.ok_or_else(|| ApiError::not_found("file", id))
}

/// As [`required`], and nobody deletes it until the transaction ends. It may be past its time.
///
/// # Errors
/// As [`find`].
pub fn locked(db: &mut Db, project: &ProjectId, id: &str) -> Result<FileRow, ApiError> {
    store::lock(db, project.as_str(), id)?.ok_or_else(|| ApiError::not_found("file", id))
}

/// Takes a file out of sight and removes its bytes.
///
/// # Errors
/// [`ApiError::FileInUse`] when a batch that is not over reads it.
pub async fn delete(app: &App, tenant: &Tenant, id: FileId) -> Result<FileId, ApiError> {
    let (project, now_us, name) = (tenant.project.clone(), app.clock.now_us(), id.clone());
    let row = app.store.run(move |db| {
        db.write_tx(|db| {
            let row = locked(db, &project, name.as_str())?;
            if row.expires_at <= now_us {
                return Err(ApiError::not_found("file", name.as_str()));
            }
            if store::is_in_use(db, &row.id)? {
                return Err(ApiError::FileInUse);
            }
            store::delete(db, &row.id)?;
            Ok(row)
        })
    });
    let row = row.await?;
    // The file is gone whatever happens to its bytes now; what is left, the next sweep removes.
    if let Err(error) = super::jobs::remove(app, row.id, &row.path).await {
        tracing::warn!("the bytes of a deleted file could not be removed yet: {error:#}");
    }
    Ok(id)
}
