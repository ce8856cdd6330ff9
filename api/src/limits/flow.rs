//! What reads, sets and holds limits.

use kinora_store::{Db, Error};

use super::headers::{Left, Room};
use super::rules::{DAY_US, Gauge, Limit, MINUTE_US, Scope, UNLIMITED, decide, freed_with, until_gone_ms};
use super::store::{self, Asked, QuotaChange};
use super::wire::{Limits, RateLimit};
use crate::http::Admin;
use crate::ids::OrganizationId;
use crate::projects::ProjectRow;
use crate::replays::Attempt;
use crate::videos::rules::Status;
use crate::{ApiError, App, keys, projects};

/// Most videos of a day that are looked at to tell when there is room again.
const LOOK_VIDEOS_MAX: i64 = 4_096;

/// A video that is asked for, as limits see it.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// Whose video.
    pub project: &'a str,
    /// With which key.
    pub api_key: &'a str,
    /// Of which model, by its id.
    pub model: &'a str,
    /// Its length.
    pub seconds: i32,
    /// Now.
    pub now_us: i64,
}

/// What a server's settings say of limits.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Most videos that may wait in a project without a limit of its own.
    pub queue_videos_max: u32,
}

impl Terms {
    /// What the settings of `app` say.
    #[must_use]
    pub fn of(app: &App) -> Self {
        Self { queue_videos_max: app.config.queue_videos_max }
    }
}

/// What is left once a video is stored, if it may be asked for now. To be called in the transaction that stores the
/// video, before it does, and behind a lock that lets the videos of its project in one after the other.
///
/// # Errors
/// [`ApiError::ProjectArchived`], or [`ApiError::Limited`] with what is left.
pub fn admit(db: &mut Db, demand: &Demand<'_>, terms: Terms) -> Result<Left, ApiError> {
    let Demand { project, api_key, model, now_us, .. } = *demand;
    if projects::is_archived(db, project)? {
        return Err(ApiError::ProjectArchived);
    }
    let (mut gauges, mut running) = (Vec::new(), Vec::new());
    let of_model = store::of_model(db, project, model)?.filter(|max| *max != UNLIMITED);
    if let Some(max) = of_model {
        let limit = Limit::Model(model.to_owned());
        gauges.push(of_requests(db, limit, Asked::Model(project, model), i64::from(max), now_us)?);
    }
    let mut queue_max = i64::from(terms.queue_videos_max);
    for quota in store::quotas_of(db, project, api_key)? {
        let (scope, key, whose) = if quota.scope == Scope::Project.name() {
            (Scope::Project, None, Asked::Project(project))
        } else {
            (Scope::ApiKey, Some(api_key), Asked::Key(api_key))
        };
        if let Some(max) = quota.max_requests_per_1_minute {
            gauges.push(of_requests(db, Limit::Requests(scope), whose, i64::from(max), now_us)?);
        }
        if let Some(max) = quota.max_video_seconds_per_1_day {
            gauges.push(of_seconds(db, demand, (scope, whose), i64::from(max))?);
        }
        if let Some(max) = quota.max_concurrent_videos.map(i64::from) {
            let used = store::count(db, Status::InProgress, project, key, max)?;
            running.push(Room { max, left: max - used, reset_ms: None });
        }
        match (quota.max_queued_videos.map(i64::from), key) {
            (Some(max), None) => queue_max = max,
            (Some(max), Some(_)) => {
                let waiting = store::count(db, Status::Queued, project, key, max)?;
                gauges.push(Gauge::of_queue(scope, max, waiting));
            }
            (None, _) => {}
        }
    }
    let waiting = store::count(db, Status::Queued, project, None, queue_max)?;
    gauges.push(Gauge::of_queue(Scope::Project, queue_max, waiting));
    Ok(decide(&gauges, running)?)
}

fn of_requests(
    db: &mut Db,
    limit: Limit,
    whose: Asked<'_>,
    max: i64,
    now_us: i64,
) -> Result<Gauge, ApiError> {
    let since_us = now_us.saturating_sub(MINUTE_US);
    let (used, oldest) = store::requests(db, whose, since_us)?;
    let until_ms = |created_at| until_gone_ms(created_at, MINUTE_US, now_us);
    let reset_ms = match (max, used >= max) {
        (0, _) => None,
        // As many as are over it must go too, if the limit was lowered.
        (_, true) => store::nth_newest(db, whose, since_us, max)?.map(until_ms),
        (_, false) => Some(until_ms(oldest.unwrap_or(now_us).min(now_us))),
    };
    Ok(Gauge { limit, max, used, asks: 1, reset_ms })
}

fn of_seconds(
    db: &mut Db,
    demand: &Demand<'_>,
    (scope, whose): (Scope, Asked<'_>),
    max: i64,
) -> Result<Gauge, ApiError> {
    let (now_us, asks) = (demand.now_us, i64::from(demand.seconds));
    let since_us = now_us.saturating_sub(DAY_US);
    let (used, oldest) = store::seconds(db, whose, since_us)?;
    let until_ms = |created_at| until_gone_ms(created_at, DAY_US, now_us);
    let needed = used.saturating_add(asks).saturating_sub(max);
    let reset_ms = if asks > max {
        None
    } else if needed > 0 {
        // No video is shorter than a second, so as many videos as seconds are enough. Of a limit that was lowered by far,
        // the wait is only at least this long.
        let oldest = store::oldest_seconds(db, whose, since_us, needed.min(LOOK_VIDEOS_MAX))?;
        freed_with(&oldest, needed).or(oldest.last().map(|(created_at, _)| *created_at)).map(until_ms)
    } else {
        Some(until_ms(oldest.unwrap_or(now_us).min(now_us)))
    };
    Ok(Gauge { limit: Limit::VideoSeconds(scope), max, used, asks, reset_ms })
}

/// Whether a video may begin to be made now, as far as its project and its key may have more of them made at a time. If
/// so, nobody else begins one under the same limit until the transaction ends.
///
/// # Errors
/// When the database fails.
pub fn may_begin(db: &mut Db, project: &str, key: &str) -> Result<bool, Error> {
    for (scope, max) in store::lock_concurrency(db, project, key)? {
        let key = (scope == Scope::ApiKey.name()).then_some(key);
        // Counted only now: what others began before the lock was had is seen.
        let max = i64::from(max);
        if store::count(db, Status::InProgress, project, key, max)? >= max {
            return Ok(false);
        }
    }
    Ok(true)
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

/// Whose limits over all models.
#[derive(Clone, Debug)]
pub enum Target {
    /// A project's.
    Project(String),
    /// A key's, in a project.
    Key(String, String),
}

/// The project of a target, and what its limits are found by.
fn resolve(
    db: &mut Db,
    organization: &OrganizationId,
    target: &Target,
) -> Result<(ProjectRow, Scope, String), ApiError> {
    Ok(match target {
        Target::Project(project) => {
            let project = projects::required(db, organization, project)?;
            let id = project.id.clone();
            (project, Scope::Project, id)
        }
        Target::Key(project, key) => {
            let (project, key) = keys::required_of_project(db, organization, (project, key))?;
            (project, Scope::ApiKey, key.id)
        }
    })
}

/// The limits of a target over all models.
///
/// # Errors
/// [`ApiError::NotFound`] when there is no such target.
pub async fn find(app: &App, admin: &Admin, target: Target) -> Result<Limits, ApiError> {
    let organization = admin.organization.clone();
    app.store
        .run(move |db| {
            let (_, scope, id) = resolve(db, &organization, &target)?;
            Ok(Limits::of(scope, store::quota(db, scope, &id)?))
        })
        .await
}

/// Changes limits of a target over all models; all of them as they are then.
///
/// # Errors
/// [`ApiError::NotFound`] when there is no such target, [`ApiError::ProjectArchived`].
pub async fn change(
    app: &App,
    admin: &Admin,
    once: Attempt,
    target: Target,
    change: QuotaChange,
) -> Result<Limits, ApiError> {
    let (organization, now_us) = (admin.organization.clone(), app.clock.now_us());
    app.write(once, move |db| {
        let (project, scope, id) = resolve(db, &organization, &target)?;
        if project.archived_at.is_some() {
            return Err(ApiError::ProjectArchived);
        }
        store::change_quota(db, &project, (scope, &id), &change, now_us)?;
        Ok(Limits::of(scope, store::quota(db, scope, &id)?))
    })
    .await
}
