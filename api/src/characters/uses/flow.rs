//! What an owner sees and does with the videos that have their character, whoever made them.

use kinora_store::Db;

use super::store::{self, UseRow};
use super::take_back::{TakeBack, Taken, after};
use super::wire::{AuditEntry, CharacterVideo};
use crate::characters::audit::{self, Actor, Decision};
use crate::characters::rules::Finished;
use crate::characters::{flow, store as characters};
use crate::http::{Page, Tenant};
use crate::ids::{CharacterId, ProjectId, VideoId};
use crate::{ApiError, App};

/// The videos with a character, a page at a time.
///
/// # Errors
/// When there is no such character in the project.
pub async fn list(
    app: &App,
    tenant: &Tenant,
    id: CharacterId,
    page: Page,
) -> Result<Vec<CharacterVideo>, ApiError> {
    let tenant = tenant.clone();
    app.store
        .run(move |db| {
            flow::required(db, &tenant, &id)?;
            let rows = store::list(db, id.as_str(), &page)?;
            let makers: Vec<String> = rows.iter().map(|row| row.project_id.clone()).collect();
            let handles = characters::handles_of(db, &makers)?;
            let owner = tenant.project.as_str();
            rows.into_iter()
                .map(|row| {
                    let handle = handles.get(&row.project_id).cloned();
                    CharacterVideo::of(row, owner, handle)
                })
                .collect()
        })
        .await
}

fn required(db: &mut Db, id: &CharacterId, video: &VideoId) -> Result<UseRow, ApiError> {
    store::find(db, id.as_str(), video.as_str())?.ok_or_else(|| ApiError::not_found("video", video.as_str()))
}

/// In whose name the owner of a character downloads a video with it: that of whoever made it. It is written into the audit.
///
/// # Errors
/// When there is no such character in the project, or no such video with it.
pub async fn maker_of(
    app: &App,
    tenant: &Tenant,
    id: CharacterId,
    video: VideoId,
) -> Result<Tenant, ApiError> {
    let (tenant, now_us) = (tenant.clone(), app.clock.now_us());
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                flow::required(db, &tenant, &id)?;
                let used = required(db, &id, &video)?;
                let what = (Decision::VideoViewed, Some(video.as_str()));
                audit::note(db, Actor::Owner(&tenant), id.as_str(), what, now_us)?;
                let broken = || ApiError::Internal(anyhow::anyhow!("the project of {video} cannot be read"));
                Ok(Tenant { project: ProjectId::parse(&used.project_id).ok_or_else(broken)?, ..tenant })
            })
        })
        .await
}

/// Takes the character back from one video: it is stopped, or withdrawn if it is finished.
///
/// # Errors
/// As [`maker_of`].
pub async fn remove(
    app: &App,
    tenant: &Tenant,
    id: CharacterId,
    video: VideoId,
) -> Result<VideoId, ApiError> {
    let (taking, taken) = (TakeBack::of(app, tenant, Some(Finished::Tombstone)), Taken::default());
    let (tenant, noted) = (tenant.clone(), taken.clone());
    let done = app.store.run(move |db| {
        db.write_tx(|db| {
            let row = flow::locked(db, &tenant, &id)?;
            let used = required(db, &id, &video)?;
            if used.withdrawn_at.is_none() {
                noted.add(taking.one(db, &row, used)?);
            }
            Ok::<_, ApiError>(video)
        })
    });
    let video = done.await?;
    after(app, taken).await;
    Ok(video)
}

/// The audit of a character, a page at a time.
///
/// # Errors
/// When there is no such character in the project.
pub async fn audit(
    app: &App,
    tenant: &Tenant,
    id: CharacterId,
    (decision, page): (Option<Decision>, Page),
) -> Result<Vec<AuditEntry>, ApiError> {
    let tenant = tenant.clone();
    app.store
        .run(move |db| {
            if !characters::was_of(db, tenant.project.as_str(), id.as_str())? {
                return Err(flow::missing(id.as_str()));
            }
            let rows = audit::list(db, id.as_str(), decision, &page)?;
            let projects: Vec<String> = rows.iter().filter_map(|row| row.project_id.clone()).collect();
            let handles = characters::handles_of(db, &projects)?;
            rows.into_iter()
                .map(|row| {
                    let handle = row.project_id.as_ref().and_then(|project| handles.get(project)).cloned();
                    AuditEntry::of(row, handle)
                })
                .collect()
        })
        .await
}
