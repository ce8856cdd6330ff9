//! What is read and written of a video's source when the video is stored, and of its files when it is leased.

use kinora_spec::Spec;
use kinora_spec::lease::{AssetKind, InputKind};
use kinora_store::Db;

use super::inputs::{self, Staged};
use super::rules::Parent;
use super::store::{self, SourceRow};
use crate::http::Tenant;
use crate::ids::VideoId;
use crate::videos::rules::Status;
use crate::videos::store::{self as videos, AssetRow, VideoRow};
use crate::videos::wire::{spec_of, status_of};
use crate::videos::wish::Wish;
use crate::{ApiError, App};

/// Why a video whose time is over is no source.
pub const REMOVED: &str = "its files were removed after the time they are kept";
/// Why a video that failed is no source.
const FAILED: &str = "it failed, so there is no clip";
/// Why a video that was withdrawn is no source.
const WITHDRAWN: &str = "it was withdrawn, since a character in it may no longer be shown";

/// A video that another is to be made from, and the file of it that is.
pub struct Source {
    /// What counts of it.
    pub parent: Parent,
    /// What the file is.
    pub kind: InputKind,
    /// The file.
    pub asset: AssetRow,
}

/// The video of that id, if another can be made from it.
///
/// # Errors
/// [`ApiError::NotFound`] when the project has no such video; [`ApiError::SourceNotReady`] and [`ApiError::SourceGone`].
pub async fn source(app: &App, tenant: &Tenant, id: &str) -> Result<Source, ApiError> {
    let id = VideoId::parse(id).ok_or_else(|| ApiError::not_found("video", id))?;
    let (project, now_us) = (tenant.project.clone(), app.clock.now_us());
    app.store
        .run(move |db| {
            let row = videos::find(db, project.as_str(), id.as_str())?;
            let row = row.ok_or_else(|| ApiError::not_found("video", id.as_str()))?;
            check_usable(&row, now_us)?;
            let (kind, asset) = file_of(db, &row)?;
            let extensions = store::of(db, &[id.as_str()])?.get(id.as_str()).map_or(0, |row| row.extensions);
            let spec: Spec = spec_of(&row)?;
            let extensions = u32::try_from(extensions).unwrap_or(0);
            Ok(Source { parent: Parent { id, model: row.model, spec, extensions }, kind, asset })
        })
        .await
}

/// What a clip goes on from: what its engine left for that, else the clip itself.
fn file_of(db: &mut Db, row: &VideoRow) -> Result<(InputKind, AssetRow), ApiError> {
    let run = row.run_id.as_deref().unwrap_or_default();
    if let Some(latents) = videos::asset(db, run, AssetKind::Latents.name())? {
        return Ok((InputKind::Latents, latents));
    }
    let clip = videos::asset(db, run, AssetKind::Video.name())?;
    clip.map(|clip| (InputKind::Clip, clip)).ok_or(ApiError::SourceGone(REMOVED))
}

fn check_usable(row: &VideoRow, now_us: i64) -> Result<(), ApiError> {
    if row.withdrawn_at.is_some() {
        return Err(ApiError::SourceGone(WITHDRAWN));
    }
    match status_of(row)? {
        Status::Queued | Status::InProgress => Err(ApiError::SourceNotReady),
        Status::Failed => Err(ApiError::SourceGone(FAILED)),
        Status::Completed if row.expires_at.is_some_and(|at_us| at_us <= now_us) => {
            Err(ApiError::SourceGone(REMOVED))
        }
        Status::Completed => Ok(()),
    }
}

/// Sees to it, in the transaction that stores a video, that the one it is made from is still there.
///
/// # Errors
/// As [`source`].
pub(crate) fn check_parent(db: &mut Db, tenant: &Tenant, wish: &Wish, now_us: i64) -> Result<(), ApiError> {
    let Some(parent) = &wish.parent else { return Ok(()) };
    let row = videos::lock(db, tenant.project.as_str(), parent.as_str())?;
    check_usable(&row.ok_or_else(|| ApiError::not_found("video", parent.as_str()))?, now_us)
}

/// Notes what a video is made from, in the transaction that stores it.
///
/// # Errors
/// When what was written for it is gone, or the database fails.
pub(crate) fn record(
    db: &mut Db,
    video: &str,
    wish: &Wish,
    staged: &[Staged],
) -> Result<Option<SourceRow>, ApiError> {
    for input in staged {
        inputs::attach(db, video, input)?;
    }
    let number = |count: u32| i32::try_from(count).map_err(anyhow::Error::from);
    let shots = (!wish.shots.is_empty()).then(|| serde_json::to_string(&wish.shots)).transpose();
    let row = SourceRow {
        video_id: video.to_owned(),
        parent_id: wish.parent.as_ref().map(ToString::to_string),
        extensions: number(wish.extensions)?,
        source_seconds: number(wish.spec.seconds - wish.spec.new_seconds())?,
        shots: shots.map_err(anyhow::Error::from)?,
    };
    if row.parent_id.is_none() && row.extensions == 0 && row.shots.is_none() {
        return Ok(None);
    }
    store::insert(db, &row)?;
    Ok(Some(row))
}

/// Which files a worker fetches before it begins with a video.
///
/// # Errors
/// When the database fails.
pub(crate) fn inputs_of(db: &mut Db, video: &str) -> Result<Vec<InputKind>, ApiError> {
    Ok(store::inputs(db, video)?.iter().filter_map(|row| InputKind::from_name(&row.kind)).collect())
}

/// Nothing is left of what the customer of a deleted video wrote.
///
/// # Errors
/// When the database fails.
pub(crate) fn forget_words(db: &mut Db, video: &str) -> Result<(), ApiError> {
    Ok(store::forget_words(db, video)?)
}
