//! Writes events, in the transaction of whatever made them happen.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    RunQueryDsl as _,
};
use kinora_store::Db;
use kinora_store::schema::{events, video_webhooks, videos, webhook_endpoints};
use serde_json::{Value, json};

use super::kinds::{ENDPOINT_DISABLED, VIDEO_PROGRESS};
use crate::ids::EventId;

/// Progress is told once for so many percent.
const PROGRESS_STEP: i32 = 10;

/// Whose event it is.
struct Owner<'a> {
    organization: &'a str,
    project: &'a str,
}

fn record(db: &mut Db, kind: &str, owner: &Owner<'_>, data: &Value, now_us: i64) -> QueryResult<()> {
    let row = (
        events::id.eq(EventId::new().to_string()),
        events::kind.eq(kind),
        events::organization_id.eq(owner.organization),
        events::project_id.eq(owner.project),
        events::data.eq(data.to_string()),
        events::created_at.eq(now_us),
    );
    diesel::insert_into(events::table).values(row).execute(db).map(drop)
}

fn record_of_video(db: &mut Db, kind: &str, id: &str, data: &Value, now_us: i64) -> QueryResult<()> {
    let (organization, project): (String, String) =
        videos::table.find(id).select((videos::organization_id, videos::project_id)).first(db)?;
    let owner = Owner { organization: &organization, project: &project };
    record(db, kind, &owner, data, now_us)
}

/// Something happened to a video.
///
/// # Errors
/// When the database fails, or there is no such video.
pub fn video(db: &mut Db, kind: &'static str, id: &str, now_us: i64) -> QueryResult<()> {
    record_of_video(db, kind, id, &json!({ "id": id }), now_us)
}

/// A video that was `before` percent done is now `progress` percent done. Nothing is written unless that is a further
/// tenth and somebody wants to know: most do not, and there are many.
///
/// # Errors
/// As [`video`].
pub fn video_progress(db: &mut Db, id: &str, before: i32, progress: i32, now_us: i64) -> QueryResult<()> {
    if progress / PROGRESS_STEP <= before / PROGRESS_STEP || !is_wanted(db, id, VIDEO_PROGRESS)? {
        return Ok(());
    }
    record_of_video(db, VIDEO_PROGRESS, id, &json!({ "id": id, "progress": progress }), now_us)
}

/// Whether the asker of a video or an endpoint of its project wants to be told of a kind.
fn is_wanted(db: &mut Db, video: &str, kind: &str) -> QueryResult<bool> {
    let own: Option<String> =
        video_webhooks::table.find(video).select(video_webhooks::event_types).first(db).optional()?;
    if own.is_some_and(|kinds| has_kind(&kinds, kind)) {
        return Ok(true);
    }
    let project: String = videos::table.find(video).select(videos::project_id).first(db)?;
    let live = webhook_endpoints::deleted_at.is_null().and(webhook_endpoints::disabled_at.is_null());
    let wanted: Vec<String> = webhook_endpoints::table
        .filter(webhook_endpoints::project_id.eq(project).and(live))
        .select(webhook_endpoints::event_types)
        .load(db)?;
    Ok(wanted.iter().any(|kinds| has_kind(kinds, kind)))
}

/// Whether kinds, separated by spaces, have one among them.
pub(crate) fn has_kind(kinds: &str, kind: &str) -> bool {
    kinds.split(' ').any(|each| each == kind)
}

/// Nothing is sent to an endpoint any more.
///
/// # Errors
/// When the database fails.
pub fn endpoint_disabled(
    db: &mut Db,
    (organization, project): (&str, &str),
    endpoint: &str,
    reason: &str,
    now_us: i64,
) -> QueryResult<()> {
    let data = json!({ "id": endpoint, "reason": reason });
    record(db, ENDPOINT_DISABLED, &Owner { organization, project }, &data, now_us)
}
