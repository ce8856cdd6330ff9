//! What finds and changes projects: each change is one transaction.

use kinora_store::Db;

use super::store::{self, ProjectRow};
use super::wire::Project;
use crate::http::{Admin, Page};
use crate::ids::{OrganizationId, ProjectId};
use crate::replays::Attempt;
use crate::{ApiError, App};

/// The organization's project of that id.
///
/// # Errors
/// [`ApiError::NotFound`] when it has none.
pub fn required(db: &mut Db, organization: &OrganizationId, id: &str) -> Result<ProjectRow, ApiError> {
    store::find(db, organization.as_str(), id)?.ok_or_else(|| ApiError::not_found("project", id))
}

/// As [`required`], and it is in use.
///
/// # Errors
/// [`ApiError::ProjectArchived`] when it is not.
pub fn active(db: &mut Db, organization: &OrganizationId, id: &str) -> Result<ProjectRow, ApiError> {
    let project = required(db, organization, id)?;
    if project.archived_at.is_some() { Err(ApiError::ProjectArchived) } else { Ok(project) }
}

/// The project.
///
/// # Errors
/// [`ApiError::NotFound`] when the organization has no such project.
pub async fn find(app: &App, admin: &Admin, id: String) -> Result<ProjectRow, ApiError> {
    let organization = admin.organization.clone();
    app.store.run(move |db| required(db, &organization, &id)).await
}

/// The rows of a page, oldest first.
///
/// # Errors
/// [`ApiError::NotFound`] when the organization has no project with the id `after`.
pub async fn list(
    app: &App,
    admin: &Admin,
    page: Page,
    with_archived: bool,
) -> Result<Vec<ProjectRow>, ApiError> {
    let organization = admin.organization.clone();
    app.store.run(move |db| store::list(db, organization.as_str(), &page, with_archived)).await
}

/// Makes a project without keys.
///
/// # Errors
/// When the database fails.
pub async fn create(app: &App, admin: &Admin, once: Attempt, name: String) -> Result<Project, ApiError> {
    let (organization, id, now_us) = (admin.organization.clone(), ProjectId::new(), app.clock.now_us());
    app.write(once, move |db| {
        store::insert(db, id.as_str(), organization.as_str(), &name, now_us)?;
        Ok(required(db, &organization, id.as_str())?.into())
    })
    .await
}

/// Gives a project another name.
///
/// # Errors
/// [`ApiError::ProjectArchived`] when it is no longer in use.
pub async fn rename(
    app: &App,
    admin: &Admin,
    once: Attempt,
    id: String,
    name: String,
) -> Result<Project, ApiError> {
    let organization = admin.organization.clone();
    app.write(once, move |db| {
        let project = active(db, &organization, &id)?;
        store::rename(db, &project, &name)?;
        Ok(required(db, &organization, &id)?.into())
    })
    .await
}

/// Takes a project out of use for good: its keys make no more videos, and still see those there are. To
/// archive it again changes nothing.
///
/// # Errors
/// [`ApiError::NotFound`] when the organization has no such project.
pub async fn archive(app: &App, admin: &Admin, once: Attempt, id: String) -> Result<Project, ApiError> {
    let (organization, now_us) = (admin.organization.clone(), app.clock.now_us());
    app.write(once, move |db| {
        let project = required(db, &organization, &id)?;
        store::archive(db, &project, now_us)?;
        Ok(required(db, &organization, &id)?.into())
    })
    .await
}
