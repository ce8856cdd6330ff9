//! What reads, sets and holds rate limits.

use kinora_store::Db;

use super::rules::{UNLIMITED, WINDOW_US, retry_after_ms};
use super::store;
use super::wire::RateLimit;
use crate::http::Admin;
use crate::replays::Attempt;
use crate::{ApiError, App, projects};

/// Refuses a video that the project may not ask for now. To be called in the transaction that stores the video,
/// before it does.
///
/// # Errors
/// [`ApiError::ProjectArchived`], or [`ApiError::RateLimited`] when the project asked for as many videos of the
/// model in the last minute as it may.
pub fn admit(db: &mut Db, project: &str, model: &str, now_us: i64) -> Result<(), ApiError> {
    if projects::is_archived(db, project)? {
        return Err(ApiError::ProjectArchived);
    }
    let Some(max) = store::lock(db, project, model)? else { return Ok(()) };
    let limited = |retry_after_ms| ApiError::RateLimited { model: model.to_owned(), max, retry_after_ms };
    if max == 0 {
        return Err(limited(None));
    }
    match store::nth_newest(db, project, model, now_us.saturating_sub(WINDOW_US), max)? {
        Some(created_at) => Err(limited(Some(retry_after_ms(created_at, now_us)))),
        None => Ok(()),
    }
}

/// The limit of each model on offer, in the order of the catalogue.
///
/// # Errors
/// When the organization has no such project.
pub async fn list(app: &App, admin: &Admin, project: String) -> Result<Vec<(&'static str, i32)>, ApiError> {
    let organization = admin.organization.clone();
    let set = app
        .store
        .run(move |db| {
            let project = projects::required(db, &organization, &project)?;
            store::all(db, &project).map_err(ApiError::from)
        })
        .await?;
    let limit = |id: &str| set.iter().find(|(model, _)| model == id).map_or(UNLIMITED, |(_, max)| *max);
    Ok(app.catalogue.models().iter().map(|model| (model.id, limit(model.id))).collect())
}

/// Sets the limit of a model.
///
/// # Errors
/// When the organization has no such project, or the project is archived.
pub async fn update(
    app: &App,
    admin: &Admin,
    once: Attempt,
    project: String,
    (model, max): (&'static str, i32),
) -> Result<RateLimit, ApiError> {
    let (organization, now_us) = (admin.organization.clone(), app.clock.now_us());
    app.write(once, move |db| {
        let project = projects::active(db, &organization, &project)?;
        store::set(db, &project, model, max, now_us)?;
        Ok(RateLimit::of(model, max))
    })
    .await
}
