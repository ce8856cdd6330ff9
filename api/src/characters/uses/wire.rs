//! What travels about the videos of a character, and its audit.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::UseRow;
use crate::ApiError;
use crate::characters::audit::{AuditRow, Decision};
use crate::clock::SECOND_US;
use crate::videos::rules::Status;

/// A video with a character, as the character's owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CharacterVideo {
    /// Names the video.
    #[schema(example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `character.video`.
    #[schema(example = "character.video")]
    pub object: &'static str,
    /// Where it is on its way.
    pub status: Status,
    /// When it was asked for, Unix seconds.
    pub created_at: i64,
    /// Who made it, by handle; `null` when they have none.
    #[schema(required, example = "ben")]
    pub handle: Option<String>,
    /// Whether the owner made it.
    pub own: bool,
    /// What was asked for.
    pub prompt: String,
    /// What was done, as price lists tell it apart.
    #[schema(example = "cameo")]
    pub operation: String,
    /// `cast` when the character was asked for; `source` when it was in the clip that this one was made from, so that it may
    /// still be seen.
    #[schema(example = "cast")]
    pub role: String,
    /// When it was withdrawn, Unix seconds.
    #[schema(required)]
    pub withdrawn_at: Option<i64>,
}

impl CharacterVideo {
    /// The video of a row.
    ///
    /// # Errors
    /// When the row cannot be read, which is a fault of ours.
    pub fn of(row: UseRow, owner: &str, handle: Option<String>) -> Result<Self, ApiError> {
        let status = Status::from_name(&row.status);
        let broken = || ApiError::Internal(anyhow::anyhow!("{} is {:?}", row.id, row.status));
        Ok(Self {
            object: "character.video",
            status: status.ok_or_else(broken)?,
            created_at: row.created_at.div_euclid(SECOND_US),
            handle,
            own: row.project_id == owner,
            prompt: row.prompt,
            operation: row.operation,
            role: row.role,
            withdrawn_at: row.withdrawn_at.map(|at| at.div_euclid(SECOND_US)),
            id: row.id,
        })
    }
}

/// What was decided about a character.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterAuditEntry)]
pub struct AuditEntry {
    /// Names the entry.
    #[schema(example = "audit_019aabc2f1e87d0e8f6a3c1b5d7e9f14")]
    pub id: String,
    /// Always `character.audit_entry`.
    #[schema(example = "character.audit_entry")]
    pub object: &'static str,
    /// When, Unix seconds.
    pub created_at: i64,
    /// What.
    pub decision: Decision,
    /// On whose request: `owner`, `other`, `operator` or `server`.
    #[schema(example = "other")]
    pub actor: String,
    /// Who that was, by handle, if it was somebody with one.
    #[schema(required, example = "ben")]
    pub handle: Option<String>,
    /// The video, grant, consent, challenge or upload it is about.
    #[schema(required, example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub subject_id: Option<String>,
}

impl AuditEntry {
    /// The entry of a row.
    ///
    /// # Errors
    /// When the row cannot be read, which is a fault of ours.
    pub fn of(row: AuditRow, handle: Option<String>) -> Result<Self, ApiError> {
        let decision = Decision::from_name(&row.decision);
        let broken = || ApiError::Internal(anyhow::anyhow!("{} says {:?}", row.id, row.decision));
        Ok(Self {
            object: "character.audit_entry",
            created_at: row.created_at.div_euclid(SECOND_US),
            decision: decision.ok_or_else(broken)?,
            actor: row.actor,
            handle,
            subject_id: row.subject_id,
            id: row.id,
        })
    }
}
