//! The audit of a character: what was decided, when, and on whose request. It holds ids and words of ours alone, so that it can
//! outlive what it is about.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::character_audit;

use super::rules::words;
use crate::ApiError;
use crate::clock::SECOND_US;
use crate::http::{Page, Tenant};
use crate::ids::AuditId;

/// Of equal refusals of one project only the first in so long is written, microseconds: nobody fills another's audit.
const REFUSAL_PAUSE_US: i64 = 60 * SECOND_US;

words! {
    /// What was decided about a character.
    Decision as CharacterDecision {
        /// It was made.
        Created = "created",
        /// A challenge was issued.
        ChallengeIssued = "challenge_issued",
        /// A capture passed the checks.
        CapturePassed = "capture_passed",
        /// A capture failed a check.
        CaptureFailed = "capture_failed",
        /// Consent was recorded.
        ConsentRecorded = "consent_recorded",
        /// It can be used from now on.
        Activated = "activated",
        /// The operator looked at what was uploaded.
        Viewed = "viewed",
        /// The operator refused it.
        Refused = "refused",
        /// Its name or its owner's wishes were changed.
        Updated = "updated",
        /// Who may use it was changed.
        PolicyChanged = "policy_changed",
        /// Somebody was let use it.
        Granted = "granted",
        /// Somebody is no longer let use it.
        GrantRevoked = "grant_revoked",
        /// It was used in a video.
        Used = "used",
        /// Somebody wanted to use it who may not.
        RefusedPolicy = "refused_policy",
        /// It was to be used when it cannot be.
        RefusedInactive = "refused_inactive",
        /// It was to be used in a way that was not consented to, or after the consent's end.
        RefusedConsent = "refused_consent",
        /// It was to be used against its owner's wishes.
        RefusedPreference = "refused_preference",
        /// A video with it was stopped while it waited or was made.
        VideoStopped = "video_stopped",
        /// A finished video with it was withdrawn.
        VideoWithdrawn = "video_withdrawn",
        /// A video of somebody else was downloaded by its owner.
        VideoViewed = "video_viewed",
        /// Its owner took it back for good.
        Revoked = "revoked",
        /// Nothing is left of it.
        Deleted = "deleted",
    }
}

/// Who asked for something.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// The owner, with this key.
    Owner(&'a Tenant),
    /// Another project.
    Other(&'a Tenant),
    /// The operator, with the key of this id.
    Operator(&'a str),
    /// Nobody: the server by itself.
    Server,
}

/// A row of the audit.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = character_audit)]
pub struct AuditRow {
    pub id: String,
    pub decision: String,
    pub actor: String,
    pub project_id: Option<String>,
    pub subject_id: Option<String>,
    pub created_at: i64,
}

/// Writes down what was decided about a character; `subject` is the video, grant, consent, challenge or file it is about.
pub fn note(
    db: &mut Db,
    actor: Actor<'_>,
    character: &str,
    (decision, subject): (Decision, Option<&str>),
    now_us: i64,
) -> QueryResult<()> {
    let (name, project, key) = match actor {
        Actor::Owner(tenant) => ("owner", Some(tenant.project.as_str()), Some(tenant.key.as_str())),
        Actor::Other(tenant) => ("other", Some(tenant.project.as_str()), Some(tenant.key.as_str())),
        Actor::Operator(key) => ("operator", None, Some(key)),
        Actor::Server => ("server", None, None),
    };
    let row = (
        character_audit::id.eq(AuditId::new().to_string()),
        character_audit::character_id.eq(character),
        character_audit::decision.eq(decision.name()),
        character_audit::actor.eq(name),
        character_audit::project_id.eq(project),
        character_audit::api_key_id.eq(key),
        character_audit::subject_id.eq(subject),
        character_audit::created_at.eq(now_us),
    );
    diesel::insert_into(character_audit::table).values(row).execute(db).map(drop)
}

/// Writes down a refusal, unless the same was refused to the same project a moment ago.
pub fn note_refusal(
    db: &mut Db,
    actor: Actor<'_>,
    character: &str,
    decision: Decision,
    now_us: i64,
) -> QueryResult<()> {
    if let Actor::Owner(tenant) | Actor::Other(tenant) = actor {
        let same = character_audit::character_id
            .eq(character)
            .and(character_audit::decision.eq(decision.name()))
            .and(character_audit::project_id.eq(tenant.project.as_str()))
            .and(character_audit::created_at.gt(now_us.saturating_sub(REFUSAL_PAUSE_US)));
        let before: i64 = character_audit::table.filter(same).count().get_result(db)?;
        if before > 0 {
            return Ok(());
        }
    }
    note(db, actor, character, (decision, None), now_us)
}

/// The rows of a page, the newest first, of one decision if one is asked for.
///
/// # Errors
/// [`ApiError::NotFound`] when the character has no row with the id `after`.
pub fn list(
    db: &mut Db,
    character: &str,
    decision: Option<Decision>,
    page: &Page,
) -> Result<Vec<AuditRow>, ApiError> {
    let mut query = character_audit::table
        .filter(character_audit::character_id.eq(character))
        .select(AuditRow::as_select())
        .order(character_audit::id.desc())
        .limit(page.rows())
        .into_boxed();
    if let Some(decision) = decision {
        query = query.filter(character_audit::decision.eq(decision.name()));
    }
    if let Some(after) = &page.after {
        let of_it = character_audit::id.eq(after).and(character_audit::character_id.eq(character));
        let found: i64 = character_audit::table.filter(of_it).count().get_result(db)?;
        if found == 0 {
            return Err(ApiError::not_found("audit entry", after));
        }
        query = query.filter(character_audit::id.lt(after.clone()));
    }
    Ok(query.load(db)?)
}
