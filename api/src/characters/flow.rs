//! What changes characters: each change is one transaction. What is taken away from somebody ends or withdraws their videos in
//! the same transaction.

use std::sync::Arc;

use kinora_store::{Db, Error};

use super::audit::{self, Actor, Decision};
use super::capture::store as captures;
use super::capture::subject::first_status;
use super::capture::upload::{self, Found};
use super::capture::{flow as capture_flow, jobs};
use super::cast::is_usable;
use super::keeper::{DataKey, Keeper, SECRETS, Secrets};
use super::rules::{CHARACTERS_MAX, Finished, Kind, UsePolicy};
use super::show;
use super::store::{self, CharacterRow, NewCharacter};
use super::uses::forget::forget_wishes;
use super::uses::take_back::{TakeBack, Taken, after};
use super::wire::{Character, CreateCharacter, UpdateCharacter};
use super::{grants, store as characters};
use crate::http::{Page, Tenant};
use crate::ids::CharacterId;
use crate::replays::Attempt;
use crate::{ApiError, App, Refusal, projects};

/// A character of the project.
///
/// # Errors
/// [`ApiError::NotFound`] when it has no such character.
pub fn required(db: &mut Db, tenant: &Tenant, id: &CharacterId) -> Result<CharacterRow, ApiError> {
    store::find(db, tenant.project.as_str(), id.as_str())?.ok_or_else(|| missing(id.as_str()))
}

/// As [`required`], and nobody else changes or uses it until the transaction ends.
///
/// # Errors
/// As [`required`].
pub fn locked(db: &mut Db, tenant: &Tenant, id: &CharacterId) -> Result<CharacterRow, ApiError> {
    // Found before it is locked, so that nobody locks another's.
    required(db, tenant, id)?;
    store::lock(db, id.as_str())?.ok_or_else(|| missing(id.as_str()))
}

/// There is no such character, or none that the caller may see.
pub fn missing(id: &str) -> ApiError {
    ApiError::not_found("character", id)
}

/// Makes a character of what was uploaded.
///
/// # Errors
/// When it cannot be decoded or is not what it is said to be, or the project may have no more.
pub async fn create(
    app: &App,
    tenant: &Tenant,
    once: Attempt,
    request: CreateCharacter,
) -> Result<Character, ApiError> {
    let CreateCharacter { name, kind, handle, uploads } = request;
    let uploads = Arc::new(uploads);
    let found = upload::look(app, uploads.clone(), kind).await?;
    let (id, keeper) = (CharacterId::new().to_string(), Keeper::of(&app.pepper));
    let (key, stored_key) = keeper.new_key(&id);
    let files = upload::put(app, &id, &key, (&uploads, "video")).await?;
    let new = New { tenant: tenant.clone(), id, key, stored_key, name, handle, found, files: files.clone() };
    let now_us = app.clock.now_us();
    let made = app.write(once, move |db| new.store(db, &keeper, now_us)).await;
    if made.is_err() {
        upload::discard(app, files).await;
    }
    made
}

/// A character that is about to be stored.
struct New {
    tenant: Tenant,
    id: String,
    key: DataKey,
    stored_key: Vec<u8>,
    name: String,
    handle: Option<String>,
    found: Found,
    files: Vec<String>,
}

impl New {
    fn store(self, db: &mut Db, keeper: &Keeper, now_us: i64) -> Result<Character, ApiError> {
        let project = self.tenant.project.as_str();
        store::lock_project(db, project)?;
        if projects::is_archived(db, project)? {
            return Err(ApiError::ProjectArchived);
        }
        if store::count(db, project)? >= CHARACTERS_MAX {
            let problem = format!("the project has {CHARACTERS_MAX} characters, which is the most.");
            return Err(Refusal::invalid("name", problem).into());
        }
        if let Some(handle) = &self.handle {
            grants::flow::first_handle(db, project, handle, now_us)?;
        }
        let faces = self.found.findings.faces;
        let status = first_status(self.found.kind, faces.as_ref());
        let secrets = Secrets {
            name: self.name,
            likeness: Some(self.found.findings.likeness),
            descriptor: faces.and_then(|faces| faces.descriptor).filter(|_| self.found.kind == Kind::Person),
            ..Secrets::default()
        };
        let row = NewCharacter {
            id: &self.id,
            organization_id: self.tenant.organization.as_str(),
            project_id: project,
            api_key_id: self.tenant.key.as_str(),
            kind: self.found.kind.name(),
            status: status.name(),
            use_policy: UsePolicy::OnlyMe.name(),
            sealed: self.key.seal_value(SECRETS, &secrets)?,
            created_at: now_us,
            updated_at: now_us,
        };
        store::insert(db, &row, &self.stored_key)?;
        for file in &self.files {
            if !captures::keep(db, file)? {
                return Err(ApiError::BodyBroken);
            }
        }
        audit::note(db, Actor::Owner(&self.tenant), &self.id, (Decision::Created, None), now_us)?;
        if self.found.kind == Kind::Person {
            capture_flow::issue(db, &self.tenant, &self.id, &self.key, now_us)?;
        }
        let row = store::get(db, &self.id)?.ok_or_else(|| missing(&self.id))?;
        show::own(db, keeper, row, now_us)
    }
}

/// A character of the project, or one of another's that the project may use.
///
/// # Errors
/// [`ApiError::NotFound`] when there is none of either kind.
pub async fn find(app: &App, tenant: &Tenant, id: CharacterId) -> Result<Character, ApiError> {
    let (keeper, tenant, now_us) = (Keeper::of(&app.pepper), tenant.clone(), app.clock.now_us());
    app.store
        .run(move |db| {
            let row = store::get(db, id.as_str())?.ok_or_else(|| missing(id.as_str()))?;
            if row.project_id == tenant.project.as_str() {
                return show::own(db, &keeper, row, now_us);
            }
            if !is_usable(db, tenant.project.as_str(), &row, now_us)? {
                return Err(missing(id.as_str()));
            }
            show::others(db, &keeper, row)
        })
        .await
}

/// The characters of a project, a page at a time.
///
/// # Errors
/// When it has no character with the id `after`.
pub async fn list(app: &App, tenant: &Tenant, page: Page) -> Result<Vec<Character>, ApiError> {
    let (keeper, tenant, now_us) = (Keeper::of(&app.pepper), tenant.clone(), app.clock.now_us());
    app.store
        .run(move |db| {
            let rows = store::list(db, tenant.project.as_str(), &page)?;
            rows.into_iter().map(|row| show::own(db, &keeper, row, now_us)).collect()
        })
        .await
}

/// Changes what is given of a character. Where fewer people may use it then, their videos are stopped.
///
/// # Errors
/// When the project has no such character.
pub async fn update(
    app: &App,
    tenant: &Tenant,
    once: Attempt,
    id: CharacterId,
    request: UpdateCharacter,
) -> Result<Character, ApiError> {
    let taking = TakeBack::of(app, tenant, request.finished);
    let taken = Taken::default();
    let (keeper, tenant, noted) = (Keeper::of(&app.pepper), tenant.clone(), taken.clone());
    let work = move |db: &mut Db| {
        let row = locked(db, &tenant, &id)?;
        let now_us = taking.now_us;
        if request.name.is_some() || request.preferences.is_some() {
            let key = keeper.key_of(db, &row.id)?;
            let mut secrets: Secrets = key.open_value(SECRETS, row.sealed.as_deref().unwrap_or_default())?;
            secrets.name = request.name.unwrap_or(secrets.name);
            secrets.preferences = request.preferences.unwrap_or(secrets.preferences);
            store::set_sealed(db, &row.id, &key.seal_value(SECRETS, &secrets)?, now_us)?;
            audit::note(db, Actor::Owner(&tenant), &row.id, (Decision::Updated, None), now_us)?;
        }
        if let Some(policy) = request.use_policy.filter(|policy| policy.name() != row.use_policy) {
            store::set_policy(db, &row.id, policy, now_us)?;
            audit::note(db, Actor::Owner(&tenant), &row.id, (Decision::PolicyChanged, None), now_us)?;
            let row = required(db, &tenant, &id)?;
            noted.add(taking.take_uncovered(db, &row, None)?);
        }
        let row = required(db, &tenant, &id)?;
        show::own(db, &keeper, row, now_us)
    };
    let updated = app.write(once, work).await?;
    after(app, taken).await;
    Ok(updated)
}

/// Takes a character back for good: whatever waits or is made with it is stopped, and nothing is made of it any more.
///
/// # Errors
/// When the project has no such character.
pub async fn revoke(
    app: &App,
    tenant: &Tenant,
    once: Attempt,
    (id, finished): (CharacterId, Option<Finished>),
) -> Result<Character, ApiError> {
    let taking = TakeBack::of(app, tenant, finished);
    let taken = Taken::default();
    let (keeper, tenant, noted) = (Keeper::of(&app.pepper), tenant.clone(), taken.clone());
    let work = move |db: &mut Db| {
        let row = locked(db, &tenant, &id)?;
        if row.revoked_at.is_none() {
            characters::revoke(db, &row.id, taking.now_us)?;
            audit::note(db, Actor::Owner(&tenant), &row.id, (Decision::Revoked, None), taking.now_us)?;
        }
        noted.add(taking.take_all(db, &row)?);
        let row = required(db, &tenant, &id)?;
        show::own(db, &keeper, row, taking.now_us)
    };
    let revoked = app.write(once, work).await?;
    after(app, taken).await;
    Ok(revoked)
}

/// Deletes a character: stops what is made with it, forgets its key and with that all that is sealed of it, and removes its
/// uploads.
///
/// # Errors
/// When the project has no such character.
pub async fn delete(
    app: &App,
    tenant: &Tenant,
    id: CharacterId,
    finished: Option<Finished>,
) -> Result<CharacterId, ApiError> {
    let taking = TakeBack::of(app, tenant, finished);
    let taken = Taken::default();
    let (tenant, noted) = (tenant.clone(), taken.clone());
    let deleted = app.store.run(move |db| {
        db.write_tx(|db| {
            let row = locked(db, &tenant, &id)?;
            if row.revoked_at.is_none() {
                characters::revoke(db, &row.id, taking.now_us)?;
            }
            noted.add(taking.take_all(db, &row)?);
            forget_wishes(db, &row.id)?;
            captures::give_up(db, &row.id)?;
            captures::forget_challenges(db, &row.id)?;
            store::delete(db, &row.id, taking.now_us)?;
            audit::note(db, Actor::Owner(&tenant), &row.id, (Decision::Deleted, None), taking.now_us)?;
            Ok::<_, ApiError>(id)
        })
    });
    let deleted = deleted.await?;
    // It is gone whatever happens to its files now; what is left, the next sweep removes.
    if let Err(error) = jobs::sweep(app).await {
        tracing::warn!("the uploads of a deleted character could not be removed yet: {error:#}");
    }
    if let Err(error) = app.store.run(|db| db.forget_overwritten().map_err(Error::from)).await {
        tracing::warn!(%error, "what was overwritten may still be in the database's log");
    }
    after(app, taken).await;
    Ok(deleted)
}
