//! What changes who may use a character: grants, handles and follows. Where somebody may no longer, their videos are stopped in
//! the same transaction.

use kinora_store::Db;

use super::store::{self, GrantRow, NewGrant};
use super::wire::{CreateGrant, Follow, Follows, Grant, Handle};
use crate::characters::audit::{self, Actor, Decision};
use crate::characters::rules::{Finished, UsePolicy};
use crate::characters::uses::take_back::{TakeBack, Taken, after};
use crate::characters::{flow, store as characters};
use crate::clock::SECOND_US;
use crate::http::{Page, Tenant};
use crate::ids::{CharacterId, GrantId};
use crate::{ApiError, App, Refusal, projects};

/// Most grants of one character.
const GRANTS_MAX: i64 = 10_000;
/// Most that one project follows.
pub const FOLLOWS_MAX: i64 = 1_000;

fn taken(handle: &str) -> ApiError {
    Refusal::invalid("handle", format!("'{handle}' is somebody else's on this server.")).into()
}

/// Gives a project its first handle; one that it has already must be the same.
///
/// # Errors
/// When it is somebody else's, or the project has another.
pub fn first_handle(db: &mut Db, project: &str, handle: &str, now_us: i64) -> Result<(), ApiError> {
    match characters::handle_of(db, project)? {
        Some(known) if known == handle => Ok(()),
        Some(known) => {
            let problem = format!(
                "the project is known as '{known}': change that with POST /v1/videos/characters/handle."
            );
            Err(Refusal::invalid("handle", problem).into())
        }
        None if store::set_handle(db, project, handle, now_us)? => Ok(()),
        None => Err(taken(handle)),
    }
}

/// Gives a project a handle, in the transaction of the caller.
///
/// # Errors
/// When it is somebody else's.
pub fn set_handle(db: &mut Db, tenant: &Tenant, handle: &str, now_us: i64) -> Result<Handle, ApiError> {
    let project = tenant.project.as_str();
    if projects::is_archived(db, project)? {
        return Err(ApiError::ProjectArchived);
    }
    if store::set_handle(db, project, handle, now_us)? {
        Ok(Handle::of(Some(handle.to_owned())))
    } else {
        Err(taken(handle))
    }
}

/// The project that goes by a handle.
///
/// # Errors
/// When none does.
fn project_of(db: &mut Db, handle: &str) -> Result<String, ApiError> {
    let known = store::project_of(db, handle)?;
    known.ok_or_else(|| {
        Refusal::invalid("handle", format!("nobody on this server is known as '{handle}'.")).into()
    })
}

/// Follows somebody, in the transaction of the caller. To do so again changes nothing.
///
/// # Errors
/// When nobody has that handle, or the project follows as many as it may.
pub fn follow(db: &mut Db, tenant: &Tenant, handle: &str, now_us: i64) -> Result<Follow, ApiError> {
    let (project, followed) = (tenant.project.as_str(), project_of(db, handle)?);
    if project == followed {
        return Err(Refusal::invalid("handle", "it is the project's own.").into());
    }
    if store::count_followed(db, project)? >= FOLLOWS_MAX {
        return Err(Refusal::invalid(
            "handle",
            format!("the project follows {FOLLOWS_MAX}, which is the most."),
        )
        .into());
    }
    store::follow(db, project, &followed, now_us)?;
    let mutual = characters::are_mutual(db, project, &followed)?;
    Ok(Follow {
        object: "character.follow",
        handle: handle.to_owned(),
        mutual,
        created_at: now_us.div_euclid(SECOND_US),
    })
}

/// Whom a project follows.
///
/// # Errors
/// When the database fails.
pub fn follows(db: &mut Db, project: &str) -> Result<Follows, ApiError> {
    let mut data = Vec::new();
    for (id, handle, since) in store::followed(db, project, FOLLOWS_MAX)? {
        let mutual = characters::are_mutual(db, project, &id)?;
        data.push(Follow {
            object: "character.follow",
            handle,
            mutual,
            created_at: since.div_euclid(SECOND_US),
        });
    }
    Ok(Follows { object: "list", data })
}

/// No longer follows somebody. What either may use of the other's as a mutual only is stopped.
///
/// # Errors
/// [`ApiError::NotFound`] when nobody of that handle is followed.
pub async fn unfollow(app: &App, tenant: &Tenant, handle: String) -> Result<(), ApiError> {
    let (taking, taken) = (TakeBack::of(app, tenant, None), Taken::default());
    let (tenant, noted) = (tenant.clone(), taken.clone());
    let done = app.store.run(move |db| {
        db.write_tx(|db| {
            let missing = || ApiError::not_found("follow", &handle);
            let other = store::project_of(db, &handle)?.ok_or_else(missing)?;
            if !store::unfollow(db, tenant.project.as_str(), &other)? {
                return Err(missing());
            }
            let mut affected = characters::active_with(db, tenant.project.as_str(), UsePolicy::Mutuals)?;
            affected.extend(characters::active_with(db, &other, UsePolicy::Mutuals)?);
            affected.sort_unstable();
            for id in affected {
                if let Some(row) = characters::lock(db, &id)? {
                    noted.add(taking.take_uncovered(db, &row, None)?);
                }
            }
            Ok(())
        })
    });
    done.await?;
    after(app, taken).await;
    Ok(())
}

/// Lets somebody use a character, in the transaction of the caller. It takes the place of a grant they had.
///
/// # Errors
/// When there is no such character in the project or nobody of that handle, or it has as many grants as it may.
pub fn grant(
    db: &mut Db,
    tenant: &Tenant,
    id: &CharacterId,
    request: &CreateGrant,
    now_us: i64,
) -> Result<Grant, ApiError> {
    let row = flow::locked(db, tenant, id)?;
    let project = project_of(db, &request.handle)?;
    if project == row.project_id {
        return Err(Refusal::invalid("handle", "it is the owner's own.").into());
    }
    store::revoke_of(db, &row.id, &project, now_us)?;
    if store::count(db, &row.id)? >= GRANTS_MAX {
        return Err(Refusal::invalid(
            "handle",
            format!("the character has {GRANTS_MAX} grants, which is the most."),
        )
        .into());
    }
    let grant = GrantId::new().to_string();
    let new = NewGrant {
        id: &grant,
        character_id: &row.id,
        project_id: &project,
        uses_max: request.max_uses,
        created_at: now_us,
        expires_at: request.expires_at.map(|at| at * SECOND_US),
    };
    store::insert(db, &new)?;
    audit::note(db, Actor::Owner(tenant), &row.id, (Decision::Granted, Some(&grant)), now_us)?;
    Ok(Grant::of(found(db, id, &grant)?, Some(request.handle.clone())))
}

fn found(db: &mut Db, id: &CharacterId, grant: &str) -> Result<GrantRow, ApiError> {
    store::find(db, id.as_str(), grant)?.ok_or_else(|| ApiError::not_found("grant", grant))
}

/// The grants of a character, a page at a time.
///
/// # Errors
/// When there is no such character in the project.
pub async fn list(app: &App, tenant: &Tenant, id: CharacterId, page: Page) -> Result<Vec<Grant>, ApiError> {
    let tenant = tenant.clone();
    app.store
        .run(move |db| {
            flow::required(db, &tenant, &id)?;
            let rows = store::list(db, id.as_str(), &page)?;
            let projects: Vec<String> = rows.iter().map(|row| row.project_id.clone()).collect();
            let mut handles = characters::handles_of(db, &projects)?;
            Ok(rows
                .into_iter()
                .map(|row| (handles.remove(&row.project_id), row))
                .map(|(h, row)| Grant::of(row, h))
                .collect())
        })
        .await
}

/// No longer lets somebody use a character: what they make with it is stopped, unless they may for another reason.
///
/// # Errors
/// When there is no such grant of the project's.
pub async fn revoke(
    app: &App,
    tenant: &Tenant,
    (id, grant): (CharacterId, GrantId),
    finished: Option<Finished>,
) -> Result<GrantId, ApiError> {
    let (taking, taken) = (TakeBack::of(app, tenant, finished), Taken::default());
    let (tenant, noted) = (tenant.clone(), taken.clone());
    let done = app.store.run(move |db| {
        db.write_tx(|db| {
            let row = flow::locked(db, &tenant, &id)?;
            let theirs = found(db, &id, grant.as_str())?.project_id;
            store::revoke(db, grant.as_str(), taking.now_us)?;
            let what = (Decision::GrantRevoked, Some(grant.as_str()));
            audit::note(db, Actor::Owner(&tenant), &row.id, what, taking.now_us)?;
            noted.add(taking.take_uncovered(db, &row, Some(&theirs))?);
            Ok::<_, ApiError>(grant)
        })
    });
    let grant = done.await?;
    after(app, taken).await;
    Ok(grant)
}
