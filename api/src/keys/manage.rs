//! What an organization's administrators do with keys: each change is one transaction.

use kinora_store::Db;
use serde::Serialize;

use super::flow::{NewHolder, Terms, issue};
use super::rules::{ADMIN_SCOPES, Key, expires_at_us};
use super::store::{self, KeyInfo, Whose};
use super::wire::{AdminKeyCreated, CreateAdminKey, CreateProjectKey, ProjectKey, UpdateProjectKey};
use crate::http::{Admin, Order, Page};
use crate::ids::{OrganizationId, ProjectId};
use crate::projects::{self, ProjectRow};
use crate::replays::Attempt;
use crate::{ApiError, App, Refusal};

/// What a key is called in messages.
const API_KEY: &str = "API key";

/// Makes a key of a project. It is `shown` as whoever asks calls it, with its value.
///
/// # Errors
/// [`ApiError::ProjectArchived`] when the project is no longer in use.
pub async fn create_of_project<T: Serialize + Send + 'static>(
    app: &App,
    once: Attempt,
    (admin, project): (&Admin, String),
    request: CreateProjectKey,
    shown: fn(KeyInfo, &ProjectRow, &Key) -> T,
) -> Result<T, ApiError> {
    let (organization, pepper) = (admin.organization.clone(), app.pepper.clone());
    let now_us = app.clock.now_us();
    app.write(once, move |db| {
        let project = projects::active(db, &organization, &project)?;
        let id = ProjectId::parse(&project.id).ok_or_else(|| lost(&project.id))?;
        let CreateProjectKey { name, scopes, expires_in_seconds } = &request;
        let terms = Terms { name, scopes, expires_in_seconds: *expires_in_seconds };
        let key = issue(db, &pepper, &NewHolder::Project(&id), &terms, now_us)?;
        let info = found(db, Whose::Project(&project), key.id.as_str())?;
        Ok(shown(info, &project, &key))
    })
    .await
}

/// Makes a key of the administrators of an organization, which is found in the same transaction.
///
/// # Errors
/// What `organization` returned.
pub async fn create_of_admin<F>(
    app: &App,
    once: Attempt,
    organization: F,
    request: CreateAdminKey,
) -> Result<AdminKeyCreated, ApiError>
where
    F: FnOnce(&mut Db) -> Result<OrganizationId, ApiError> + Send + 'static,
{
    let (pepper, now_us) = (app.pepper.clone(), app.clock.now_us());
    app.write(once, move |db| {
        let organization = organization(db)?;
        let CreateAdminKey { name, expires_in_seconds } = &request;
        let terms = Terms { name, scopes: ADMIN_SCOPES, expires_in_seconds: *expires_in_seconds };
        let key = issue(db, &pepper, &NewHolder::Admin(&organization), &terms, now_us)?;
        let info = found(db, Whose::Organization(&organization), key.id.as_str())?;
        Ok(AdminKeyCreated::of(info, &key))
    })
    .await
}

/// Changes what a project's key may do, and how long.
///
/// # Errors
/// When there is no such key, or it has expired.
pub async fn update_of_project(
    app: &App,
    admin: &Admin,
    once: Attempt,
    (project, key): (String, String),
    request: UpdateProjectKey,
) -> Result<ProjectKey, ApiError> {
    let (organization, now_us) = (admin.organization.clone(), app.clock.now_us());
    app.write(once, move |db| {
        let project = projects::required(db, &organization, &project)?;
        let whose = Whose::Project(&project);
        if found(db, whose, &key)?.expires_at.is_some_and(|at| at <= now_us) {
            return Err(Refusal::invalid("key_id", "the key has expired; make a new one.").into());
        }
        let expires_at = expires_at_us(now_us, request.expires_in_seconds);
        store::update(db, &key, request.scopes.as_deref(), expires_at)?;
        Ok(ProjectKey::of(found(db, whose, &key)?, &project))
    })
    .await
}

/// Some keys of a project, with the project.
///
/// # Errors
/// When the organization has no such project, or the project no key with the id `after`.
pub async fn list_of_project(
    app: &App,
    admin: &Admin,
    project: String,
    page: Page,
) -> Result<(ProjectRow, Vec<KeyInfo>), ApiError> {
    let organization = admin.organization.clone();
    app.store
        .run(move |db| {
            let project = projects::required(db, &organization, &project)?;
            let whose = Whose::Project(&project);
            let keys = store::list_of(db, whose, Order::Asc, page.after.as_deref(), page.rows())?;
            Ok((project, keys))
        })
        .await
}

/// Some keys of the organization's administrators.
///
/// # Errors
/// When there is no key with the id `after`.
pub async fn list_of_admin(
    app: &App,
    admin: &Admin,
    order: Order,
    page: Page,
) -> Result<Vec<KeyInfo>, ApiError> {
    let organization = admin.organization.clone();
    app.store
        .run(move |db| {
            let whose = Whose::Organization(&organization);
            store::list_of(db, whose, order, page.after.as_deref(), page.rows())
        })
        .await
}

/// A project's key, with the project.
///
/// # Errors
/// When the organization has no such project, or the project no such key.
pub async fn find_of_project(
    app: &App,
    admin: &Admin,
    (project, key): (String, String),
) -> Result<(ProjectRow, KeyInfo), ApiError> {
    let organization = admin.organization.clone();
    app.store.run(move |db| required_of_project(db, &organization, (&project, &key))).await
}

/// A key of the organization's administrators.
///
/// # Errors
/// When there is no such key.
pub async fn find_of_admin(app: &App, admin: &Admin, key: String) -> Result<KeyInfo, ApiError> {
    let organization = admin.organization.clone();
    app.store.run(move |db| found(db, Whose::Organization(&organization), &key)).await
}

/// Makes a project's key useless from now on.
///
/// # Errors
/// When the organization has no such project, or the project no such key.
pub async fn revoke_of_project(
    app: &App,
    admin: &Admin,
    (project, key): (String, String),
) -> Result<String, ApiError> {
    let (organization, now_us) = (admin.organization.clone(), app.clock.now_us());
    app.store
        .run(move |db| {
            let project = projects::required(db, &organization, &project)?;
            let gone = store::revoke_of(db, Whose::Project(&project), &key, now_us)?;
            gone.then_some(key.clone()).ok_or_else(|| ApiError::not_found(API_KEY, &key))
        })
        .await
}

/// Makes a key of the organization's administrators useless from now on, be it the one that is used.
///
/// # Errors
/// When there is no such key.
pub async fn revoke_of_admin(app: &App, admin: &Admin, key: String) -> Result<String, ApiError> {
    let (organization, now_us) = (admin.organization.clone(), app.clock.now_us());
    app.store
        .run(move |db| {
            let gone = store::revoke_of(db, Whose::Organization(&organization), &key, now_us)?;
            gone.then_some(key.clone()).ok_or_else(|| ApiError::not_found(API_KEY, &key))
        })
        .await
}

/// The project of that id, and its key of that id.
///
/// # Errors
/// When the organization has no such project, or the project no such key.
pub fn required_of_project(
    db: &mut Db,
    organization: &OrganizationId,
    (project, key): (&str, &str),
) -> Result<(ProjectRow, KeyInfo), ApiError> {
    let project = projects::required(db, organization, project)?;
    let info = found(db, Whose::Project(&project), key)?;
    Ok((project, info))
}

/// The organization's admin key of that id.
///
/// # Errors
/// When it has none.
pub fn required_of_admin(db: &mut Db, organization: &OrganizationId, key: &str) -> Result<KeyInfo, ApiError> {
    found(db, Whose::Organization(organization), key)
}

fn found(db: &mut Db, whose: Whose<'_>, key: &str) -> Result<KeyInfo, ApiError> {
    store::find_of(db, whose, key)?.ok_or_else(|| ApiError::not_found(API_KEY, key))
}

fn lost(project: &str) -> ApiError {
    ApiError::Internal(anyhow::anyhow!("{project} has no id of ours"))
}
