//! What reads and changes limits on spending.

use kinora_billing::spend::{self, Scope};
use kinora_billing::{Micros, Month};
use kinora_store::Db;

use super::rules::refused;
use super::wire::SpendLimit;
use crate::ids::OrganizationId;
use crate::replays::Attempt;
use crate::{ApiError, App, keys, projects};

/// Whose spending.
#[derive(Clone, Debug)]
pub enum Target {
    /// The whole organization's.
    Organization,
    /// A project's.
    Project(String),
    /// A key's, in a project.
    Key(String, String),
}

/// The id of a target that is the organization's.
///
/// # Errors
/// When the organization has no such project, or the project no such key.
pub fn resolve(
    db: &mut Db,
    organization: &OrganizationId,
    target: &Target,
) -> Result<(Scope, String), ApiError> {
    Ok(match target {
        Target::Organization => (Scope::Organization, organization.to_string()),
        Target::Project(project) => (Scope::Project, projects::required(db, organization, project)?.id),
        Target::Key(project, key) => {
            let (_, key) = keys::required_of_project(db, organization, (project, key))?;
            (Scope::ApiKey, key.id)
        }
    })
}

/// A limit, and what was spent of it in this month.
pub struct Standing {
    /// The limit.
    pub limit: Micros,
    /// What was charged or is held.
    pub spent: Micros,
}

/// The limit of a target.
///
/// # Errors
/// [`ApiError::NotFound`] when there is no such target, or it has no limit.
pub async fn find(app: &App, organization: OrganizationId, target: Target) -> Result<Standing, ApiError> {
    let now_us = app.clock.now_us();
    app.store.run(move |db| standing(db, &organization, &target, now_us)).await
}

/// Sets the limit of a target.
///
/// # Errors
/// [`ApiError::NotFound`] when there is no such target.
pub async fn set(
    app: &App,
    once: Attempt,
    organization: OrganizationId,
    target: Target,
    limit: Micros,
) -> Result<SpendLimit, ApiError> {
    let now_us = app.clock.now_us();
    app.write(once, move |db| {
        let (scope, id) = resolve(db, &organization, &target)?;
        spend::set_limit(db, organization.as_str(), (scope, &id), limit, now_us)
            .map_err(refused("threshold_amount"))?;
        Ok(SpendLimit::of(&target, &standing(db, &organization, &target, now_us)?))
    })
    .await
}

/// Takes the limit of a target away.
///
/// # Errors
/// [`ApiError::NotFound`] when there is no such target, or it has no limit.
pub async fn remove(app: &App, organization: OrganizationId, target: Target) -> Result<(), ApiError> {
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                let (scope, id) = resolve(db, &organization, &target)?;
                let gone = spend::remove_limit(db, organization.as_str(), (scope, &id))?;
                if gone { Ok(()) } else { Err(ApiError::not_found("spend limit", &id)) }
            })
        })
        .await
}

fn standing(
    db: &mut Db,
    organization: &OrganizationId,
    target: &Target,
    now_us: i64,
) -> Result<Standing, ApiError> {
    let (scope, id) = resolve(db, organization, target)?;
    let limit = spend::limit(db, organization.as_str(), (scope, &id))?;
    let limit = limit.ok_or_else(|| ApiError::not_found("spend limit", &id))?;
    let month =
        Month::of(now_us).ok_or_else(|| ApiError::Internal(anyhow::anyhow!("no month has {now_us}")))?;
    let spent = spend::spent(db, organization.as_str(), (scope, &id), month)?;
    Ok(Standing { limit, spent })
}
