//! A character as it is answered: opened, with what belongs to it.

use kinora_store::Db;

use super::capture::store as captures;
use super::capture::wire::{Challenge, Consent};
use super::cast::policy_of;
use super::keeper::{Keeper, SECRETS, Secrets};
use super::rules::{Kind, Status};
use super::store::{self, CharacterRow};
use super::wire::Character;
use crate::ApiError;
use crate::clock::SECOND_US;

/// All of a character, as its owner sees it.
///
/// # Errors
/// When the database fails, or something sealed cannot be opened.
pub fn own(db: &mut Db, keeper: &Keeper, row: CharacterRow, now_us: i64) -> Result<Character, ApiError> {
    let key = keeper.key_of(db, &row.id)?;
    let secrets: Secrets = key.open_value(SECRETS, row.sealed.as_deref().unwrap_or_default())?;
    let status = status_of(&row)?;
    let open = match status {
        Status::Pending => {
            captures::last_challenge(db, &row.id)?.filter(|challenge| challenge.is_open(now_us))
        }
        _ => None,
    };
    let consent = match &row.consent_id {
        Some(id) => Some(Consent::of(store::consent(db, id)?, &key)?),
        None => None,
    };
    let seen = public(db, row, secrets.name)?;
    Ok(Character {
        preferences: Some(secrets.preferences.into()),
        challenge: open.map(|row| Challenge::of(&row, &key)).transpose()?,
        consent,
        checks: secrets.checks,
        ..seen
    })
}

/// What whoever may use a character sees of it.
///
/// # Errors
/// As [`own`].
pub fn others(db: &mut Db, keeper: &Keeper, row: CharacterRow) -> Result<Character, ApiError> {
    let secrets: Secrets =
        keeper.key_of(db, &row.id)?.open_value(SECRETS, row.sealed.as_deref().unwrap_or_default())?;
    let seen = public(db, row, secrets.name)?;
    Ok(Character { refusal: None, revoked_at: None, ..seen })
}

fn public(db: &mut Db, row: CharacterRow, name: String) -> Result<Character, ApiError> {
    Ok(Character {
        object: "character",
        created_at: row.created_at.div_euclid(SECOND_US),
        name,
        handle: store::handle_of(db, &row.project_id)?,
        kind: kind_of(&row)?,
        status: status_of(&row)?,
        use_policy: policy_of(&row)?,
        preferences: None,
        challenge: None,
        consent: None,
        checks: None,
        refusal: row.refusal,
        revoked_at: row.revoked_at.map(|at| at.div_euclid(SECOND_US)),
        id: row.id,
    })
}

/// The status in a row.
///
/// # Errors
/// When it is none, which is a fault of ours.
pub fn status_of(row: &CharacterRow) -> Result<Status, ApiError> {
    Status::from_name(&row.status)
        .ok_or_else(|| ApiError::Internal(anyhow::anyhow!("{} is {:?}", row.id, row.status)))
}

/// The kind in a row.
///
/// # Errors
/// As [`status_of`].
pub fn kind_of(row: &CharacterRow) -> Result<Kind, ApiError> {
    Kind::from_name(&row.kind)
        .ok_or_else(|| ApiError::Internal(anyhow::anyhow!("{} is a {:?}", row.id, row.kind)))
}
