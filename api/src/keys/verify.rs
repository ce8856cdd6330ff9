//! Whether a key is good, and whose it is.

use kinora_store::Db;

use super::rules::{Key, Pepper, has_scope};
use super::store;
use crate::clock::SECOND_US;
use crate::http::Tenant;
use crate::ids::{KeyId, OrganizationId, ProjectId};
use crate::{ApiError, App};

/// `last_used_at` is for people and need not be exact: one write a minute and key is enough.
const LAST_USED_RESOLUTION_US: i64 = 60 * SECOND_US;

/// A key that was looked up and found good.
#[derive(Debug)]
pub struct Verified {
    id: KeyId,
    tenant: Option<Tenant>,
    scopes: String,
}

impl Verified {
    /// The key.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The tenant of a project's key.
    #[must_use]
    pub fn tenant(&self) -> Option<&Tenant> {
        self.tenant.as_ref()
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
/// [`ApiError::BadKey`] alike for a key that is malformed, unknown, wrong or revoked.
pub async fn verify(app: &App, text: &str) -> Result<Verified, ApiError> {
    let key = Key::parse(text).ok_or(ApiError::BadKey)?;
    let (pepper, now_us) = (app.pepper.clone(), app.clock.now_us());
    app.store.run(move |db| check(db, &pepper, key, now_us)).await
}

fn check(db: &mut Db, pepper: &Pepper, key: Key, now_us: i64) -> Result<Verified, ApiError> {
    let row = store::find(db, key.id.as_str())?;
    let good = key.matches(pepper, row.as_ref().map(|row| row.secret_hash.as_slice()));
    let row = row.filter(|row| good && row.revoked_at.is_none()).ok_or(ApiError::BadKey)?;
    if row.last_used_at.is_none_or(|at| now_us - at > LAST_USED_RESOLUTION_US)
        && let Err(error) = store::touch(db, key.id.as_str(), now_us)
    {
        tracing::warn!(%error, "the time a key was used could not be written");
    }
    let tenant =
        row.tenant.map(|(organization, project)| tenant(&organization, &project, &key.id)).transpose()?;
    Ok(Verified { id: key.id, tenant, scopes: row.scopes })
}

fn tenant(organization: &str, project: &str, key: &KeyId) -> Result<Tenant, ApiError> {
    let ids = OrganizationId::parse(organization).zip(ProjectId::parse(project));
    let (organization, project) =
        ids.ok_or_else(|| ApiError::Internal(anyhow::anyhow!("the tenant of {key} has no ids of ours")))?;
    Ok(Tenant { organization, project, key: key.clone() })
}
