//! Whether a key is good, and whose it is.

use kinora_store::Db;

use super::rules::{Key, Kind, Pepper, has_scope};
use super::store::{self, KeyRow};
use crate::clock::SECOND_US;
use crate::http::Tenant;
use crate::ids::{KeyId, OrganizationId, ProjectId};
use crate::{ApiError, App};

/// `last_used_at` is for people and need not be exact: one write a minute and key is enough.
const LAST_USED_RESOLUTION_US: i64 = 60 * SECOND_US;

/// Whose a key is.
#[derive(Debug)]
pub enum Owner {
    /// A project's, in an organization.
    Project(Tenant),
    /// An organization's: of its administrators.
    Organization(OrganizationId),
    /// Of whoever runs the server.
    Operator,
    /// A worker's.
    Worker,
}

/// A key that was looked up and found good.
#[derive(Debug)]
pub struct Verified {
    id: KeyId,
    owner: Owner,
    scopes: String,
}

impl Verified {
    /// The key.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Whether it has a scope.
    #[must_use]
    pub fn may(&self, scope: &str) -> bool {
        has_scope(&self.scopes, scope)
    }
}

/// Looks the key up.
///
/// # Errors
/// [`ApiError::BadKey`] alike for a key that is malformed, unknown, wrong, revoked or expired.
pub async fn verify(app: &App, text: &str) -> Result<Verified, ApiError> {
    let key = Key::parse(text).ok_or(ApiError::BadKey)?;
    let (pepper, now_us) = (app.pepper.clone(), app.clock.now_us());
    app.store.run(move |db| check(db, &pepper, key, now_us)).await
}

fn check(db: &mut Db, pepper: &Pepper, key: Key, now_us: i64) -> Result<Verified, ApiError> {
    let row = store::find(db, key.id.as_str())?;
    let good = key.matches(pepper, row.as_ref().map(|row| row.secret_hash.as_slice()));
    let row = row.filter(|row| good && is_live(row, now_us)).ok_or(ApiError::BadKey)?;
    if row.last_used_at.is_none_or(|at| now_us - at > LAST_USED_RESOLUTION_US)
        && let Err(error) = store::touch(db, key.id.as_str(), now_us)
    {
        tracing::warn!(%error, "the time a key was used could not be written");
    }
    let owner = owner(&row, &key.id);
    let owner = owner.ok_or_else(|| ApiError::Internal(anyhow::anyhow!("{} belongs to nobody", key.id)))?;
    Ok(Verified { id: key.id, owner, scopes: row.scopes })
}

/// Whether a key that was verified before is still good, and still has a scope.
///
/// # Errors
/// When the database fails.
pub(crate) async fn is_good(app: &App, key: &KeyId, scope: &'static str) -> Result<bool, ApiError> {
    let (key, now_us) = (key.clone(), app.clock.now_us());
    let row = app.store.run(move |db| Ok::<_, ApiError>(store::find(db, key.as_str())?)).await?;
    Ok(row.is_some_and(|row| is_live(&row, now_us) && has_scope(&row.scopes, scope)))
}

fn is_live(row: &KeyRow, now_us: i64) -> bool {
    row.revoked_at.is_none() && row.expires_at.is_none_or(|at| now_us < at)
}

fn owner(row: &KeyRow, key: &KeyId) -> Option<Owner> {
    Some(match Kind::from_name(&row.kind)? {
        Kind::Project => {
            let (organization, project) = row.tenant.as_ref()?;
            let (organization, project) = (OrganizationId::parse(organization)?, ProjectId::parse(project)?);
            Owner::Project(Tenant { organization, project, key: key.clone() })
        }
        Kind::Admin => Owner::Organization(OrganizationId::parse(row.organization_id.as_deref()?)?),
        Kind::Operator => Owner::Operator,
        Kind::Worker => Owner::Worker,
    })
}
