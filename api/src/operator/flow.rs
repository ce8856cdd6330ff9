//! What the operator reads and changes: each change is one transaction.

use kinora_billing::{Grant, balances, grant, profile, set_mode, set_owed_limit};
use kinora_store::Db;

use super::margin::{MarginQuery, MarginRow, margin};
use super::store::{self, OrganizationRow};
use super::wire::{CreateOrganization, GrantCredit, Organization, OrganizationCreated, UpdateOrganization};
use crate::credit::flow::spendable;
use crate::credit::wire::CreditBlock;
use crate::http::Page;
use crate::ids::OrganizationId;
use crate::keys::flow::{NewHolder, create_tenant, mint};
use crate::keys::rules::{ADMIN_SCOPES, PROJECT_SCOPES};
use crate::keys::wire::{AdminKeyCreated, ProjectKey, ProjectKeyCreated};
use crate::replays::Attempt;
use crate::spend::rules::refused;
use crate::{ApiError, App, keys};

/// The id of an organization that there is.
///
/// # Errors
/// [`ApiError::NotFound`] when there is none.
pub fn required(db: &mut Db, id: &str) -> Result<(OrganizationId, OrganizationRow), ApiError> {
    let row = store::find(db, id)?.ok_or_else(|| ApiError::not_found("organization", id))?;
    let id = OrganizationId::parse(&row.id);
    id.map(|id| (id, row))
        .ok_or_else(|| ApiError::Internal(anyhow::anyhow!("an organization has no id of ours")))
}

/// An organization with its accounts.
///
/// # Errors
/// When the database fails.
pub fn whole(db: &mut Db, row: OrganizationRow, now_us: i64) -> Result<Organization, ApiError> {
    let (profile, balances) = (profile(db, &row.id)?, balances(db, &row.id)?);
    let spendable = spendable(db, &row.id, &balances, now_us)?;
    Ok(Organization::of(row, profile, &balances, spendable))
}

/// Makes an organization with a project and keys.
///
/// # Errors
/// When the database fails.
pub async fn create(
    app: &App,
    once: Attempt,
    request: CreateOrganization,
) -> Result<OrganizationCreated, ApiError> {
    let (pepper, now_us) = (app.pepper.clone(), app.clock.now_us());
    app.write(once, move |db| {
        let pays = (request.mode, request.mirrored);
        let (organization, project) = create_tenant(db, &request.name, pays, now_us)?;
        if request.owed_limit.is_some() {
            set_owed_limit(db, organization.as_str(), request.owed_limit).map_err(refused("owed_limit"))?;
        }
        let api = mint(db, &pepper, &NewHolder::Project(&project), PROJECT_SCOPES, now_us)?;
        let admin = mint(db, &pepper, &NewHolder::Admin(&organization), ADMIN_SCOPES, now_us)?;
        let ids = (project.as_str(), api.id.as_str());
        let (project, info) = keys::required_of_project(db, &organization, ids)?;
        let admin_info = keys::required_of_admin(db, &organization, admin.id.as_str())?;
        let (_, row) = required(db, organization.as_str())?;
        let key = ProjectKey::of(info, &project);
        Ok(OrganizationCreated {
            organization: whole(db, row, now_us)?,
            project: project.into(),
            api_key: ProjectKeyCreated { key, value: api.reveal() },
            admin_api_key: AdminKeyCreated::of(admin_info, &admin),
        })
    })
    .await
}

/// Some organizations, oldest first.
///
/// # Errors
/// When there is none with the id `after`.
pub async fn list(app: &App, page: Page) -> Result<Vec<Organization>, ApiError> {
    let now_us = app.clock.now_us();
    let of =
        move |db: &mut Db| store::list(db, &page)?.into_iter().map(|row| whole(db, row, now_us)).collect();
    app.store.run(move |db| db.read_tx(of)).await
}

/// An organization.
///
/// # Errors
/// When there is none with this id.
pub async fn find(app: &App, id: String) -> Result<Organization, ApiError> {
    let now_us = app.clock.now_us();
    app.store
        .run(move |db| {
            // Of one moment, so that its amounts agree.
            db.read_tx(|db| {
                let (_, row) = required(db, &id)?;
                whole(db, row, now_us)
            })
        })
        .await
}

/// The id of an organization that there is.
///
/// # Errors
/// When there is none with this id.
pub async fn known(app: &App, id: String) -> Result<OrganizationId, ApiError> {
    app.store.run(move |db| Ok(required(db, &id)?.0)).await
}

/// Changes an organization's name and how it pays.
///
/// # Errors
/// When there is none with this id, or it owes more than the new limit.
pub async fn update(
    app: &App,
    once: Attempt,
    id: String,
    request: UpdateOrganization,
) -> Result<Organization, ApiError> {
    let now_us = app.clock.now_us();
    app.write(once, move |db| {
        required(db, &id)?;
        if let Some(name) = &request.name {
            store::rename(db, &id, name)?;
        }
        if request.mode.is_some() || request.mirrored.is_some() {
            let before = profile(db, &id)?;
            let mode = request.mode.unwrap_or(before.mode);
            let mirrored = request.mirrored.unwrap_or(before.mirrored);
            set_mode(db, &id, mode, mirrored, now_us).map_err(refused("mode"))?;
        }
        if let Some(limit) = request.owed_limit {
            set_owed_limit(db, &id, limit).map_err(refused("owed_limit"))?;
        }
        let (_, row) = required(db, &id)?;
        whole(db, row, now_us)
    })
    .await
}

/// Gives an organization credit.
///
/// # Errors
/// When there is no such organization, or another grant has the name.
pub async fn give(
    app: &App,
    once: Attempt,
    id: String,
    request: GrantCredit,
) -> Result<CreditBlock, ApiError> {
    let now_us = app.clock.now_us();
    app.write(once, move |db| {
        let (organization, _) = required(db, &id)?;
        let name = request.idempotency_key.unwrap_or_else(|| uuid::Uuid::now_v7().simple().to_string());
        let block = Grant {
            organization: organization.as_str(),
            funding: request.source,
            amount: request.amount,
            priority: request.priority,
            expires_at_us: request.expires_at,
            reason: &request.reason,
            idempotency_key: &format!("{organization}:{name}"),
        };
        // Which of the two it is, billing alone knows: a grant that is repeated after its end is none.
        let is_over = request.expires_at.is_some_and(|at_us| at_us <= now_us);
        let param = if is_over { "expires_at" } else { "idempotency_key" };
        Ok(grant(db, &block, now_us).map_err(refused(param))?.into())
    })
    .await
}

/// What the server earned.
///
/// # Errors
/// When the database fails.
pub async fn earned(app: &App, query: MarginQuery) -> Result<(MarginQuery, Vec<MarginRow>), ApiError> {
    app.store
        .run(move |db| {
            let rows = db.read_tx(|db| margin(db, &query))?;
            Ok((query, rows))
        })
        .await
}
