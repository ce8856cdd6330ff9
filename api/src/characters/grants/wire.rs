//! What travels about handles, follows and grants.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::rules::{Finished, check_handle};
use super::store::GrantRow;
use crate::Refusal;
use crate::clock::SECOND_US;
use crate::http::Fields;

/// Longest life of a grant, seconds: ten years.
const GRANT_SECONDS_MAX: i64 = 315_360_000;
/// Most uses of a grant that counts them.
const GRANT_USES_MAX: i64 = 1_000_000;

/// Under which name a project is known to others on this server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterHandle)]
pub struct Handle {
    /// Always `character.handle`.
    #[schema(example = "character.handle")]
    pub object: &'static str,
    /// The name; `null` when it has none yet.
    #[schema(required, example = "anna")]
    pub handle: Option<String>,
}

impl Handle {
    /// This one.
    #[must_use]
    pub fn of(handle: Option<String>) -> Self {
        Self { object: "character.handle", handle }
    }
}

/// A name to be known under, or whom to follow.
#[derive(Debug, PartialEq, Eq, ToSchema)]
#[schema(as = CharacterHandleRequest)]
pub struct HandleRequest {
    /// 3 to 30 of `a` to `z`, digits, `.` and `_`; an `@` before it counts for nothing.
    #[schema(example = "anna", min_length = 3, max_length = 31)]
    pub handle: String,
}

impl HandleRequest {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When the handle is missing or written wrongly.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let handle = fields.text("handle")?.ok_or(Refusal::Missing { param: "handle" })?;
        fields.finish()?;
        Ok(Self { handle: check_handle("handle", &handle)? })
    }
}

/// Somebody who is followed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterFollow)]
pub struct Follow {
    /// Always `character.follow`.
    #[schema(example = "character.follow")]
    pub object: &'static str,
    /// Who is followed.
    #[schema(example = "ben")]
    pub handle: String,
    /// Whether they follow back.
    pub mutual: bool,
    /// Since when, Unix seconds.
    pub created_at: i64,
}

/// Everybody who is followed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterFollows)]
pub struct Follows {
    /// Always `list`.
    #[schema(example = "list")]
    pub object: &'static str,
    /// The newest first.
    pub data: Vec<Follow>,
}

/// Whom an owner lets use a character.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterGrant)]
pub struct Grant {
    /// Names the grant.
    #[schema(example = "grant_019aabc2f1e87d0e8f6a3c1b5d7e9f13")]
    pub id: String,
    /// Always `character.grant`.
    #[schema(example = "character.grant")]
    pub object: &'static str,
    /// Which character.
    #[schema(example = "char_019aabc2f1e87d0e8f6a3c1b5d7e9f10")]
    pub character_id: String,
    /// Who, by handle.
    #[schema(required, example = "ben")]
    pub handle: Option<String>,
    /// When it was given, Unix seconds.
    pub created_at: i64,
    /// Until when, Unix seconds; `null` until it is revoked.
    #[schema(required)]
    pub expires_at: Option<i64>,
    /// In how many videos; `null` for any number.
    #[schema(required)]
    pub max_uses: Option<i32>,
    /// In how many it was.
    pub uses: i32,
}

impl Grant {
    /// The grant of a row.
    #[must_use]
    pub fn of(row: GrantRow, handle: Option<String>) -> Self {
        Self {
            object: "character.grant",
            handle,
            created_at: row.created_at.div_euclid(SECOND_US),
            expires_at: row.expires_at.map(|at| at.div_euclid(SECOND_US)),
            max_uses: row.uses_max,
            uses: row.uses,
            id: row.id,
            character_id: row.character_id,
        }
    }
}

/// Whom to let use a character.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = CreateCharacterGrant)]
pub struct CreateGrant {
    /// Who, by handle.
    #[schema(example = "anna", min_length = 3, max_length = 31)]
    pub handle: String,
    /// Until when, Unix seconds; until it is revoked if absent.
    pub expires_at: Option<i64>,
    /// In how many videos; any number if absent.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub max_uses: Option<i32>,
}

impl CreateGrant {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing or has an impossible value.
    pub fn from_fields(mut fields: Fields, now_us: i64) -> Result<Self, Refusal> {
        let now = now_us.div_euclid(SECOND_US);
        let handle = fields.text("handle")?.ok_or(Refusal::Missing { param: "handle" })?;
        let request = Self {
            handle: check_handle("handle", &handle)?,
            expires_at: fields.integer("expires_at", now + 1..=now + GRANT_SECONDS_MAX)?,
            max_uses: fields
                .integer("max_uses", 1..=GRANT_USES_MAX)?
                .and_then(|uses| i32::try_from(uses).ok()),
        };
        fields.finish()?;
        Ok(request)
    }
}

/// Takes `finished` out of a query that has nothing else.
///
/// # Errors
/// When there is no such word, or something else is asked.
pub fn finished(mut fields: Fields) -> Result<Option<Finished>, Refusal> {
    let finished = super::super::wire::finished(&mut fields)?;
    fields.finish()?;
    Ok(finished)
}
