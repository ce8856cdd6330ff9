//! All SQL of what videos are made from.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, JoinOnDsl as _,
    NullableExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{video_inputs, video_sources, videos};

use crate::videos::rules::Status;

/// How many seconds of a video are new: all but what was taken over from its source. It stands in a query of `videos`.
pub const NEW_SECONDS: &str = "(videos.seconds - COALESCE((SELECT made_from.source_seconds \
     FROM video_sources AS made_from WHERE made_from.video_id = videos.id), 0))";

/// What a video is made from.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = video_sources)]
pub struct SourceRow {
    pub video_id: String,
    pub parent_id: Option<String>,
    /// How many are in it, its own included.
    pub extensions: i32,
    /// How much of it was taken over.
    pub source_seconds: i32,
    /// JSON.
    pub shots: Option<String>,
}

pub fn insert(db: &mut Db, row: &SourceRow) -> QueryResult<()> {
    diesel::insert_into(video_sources::table).values(row).execute(db).map(drop)
}

/// What each of these videos is made from, where that is more than words.
pub fn of(db: &mut Db, videos: &[&str]) -> QueryResult<HashMap<String, SourceRow>> {
    let rows: Vec<SourceRow> = video_sources::table
        .filter(video_sources::video_id.eq_any(videos))
        .select(SourceRow::as_select())
        .load(db)?;
    Ok(rows.into_iter().map(|row| (row.video_id.clone(), row)).collect())
}

/// Nothing is left of what the customer wrote.
pub fn forget_words(db: &mut Db, video: &str) -> QueryResult<()> {
    let row = video_sources::table.find(video);
    diesel::update(row).set(video_sources::shots.eq(None::<String>)).execute(db).map(drop)
}

/// A video as its relatives see it.
#[derive(Clone, Debug, Queryable)]
pub struct RelativeRow {
    pub id: String,
    pub operation: String,
    pub status: String,
    pub created_at: i64,
    pub deleted_at: Option<i64>,
    pub withdrawn_at: Option<i64>,
    pub parent_id: Option<String>,
}

macro_rules! relative {
    () => {
        (
            videos::id,
            videos::operation,
            videos::status,
            videos::created_at,
            videos::deleted_at,
            videos::withdrawn_at,
            video_sources::parent_id.nullable(),
        )
    };
}

/// The video, which may be deleted.
pub fn relative(db: &mut Db, project: &str, id: &str) -> QueryResult<Option<RelativeRow>> {
    videos::table
        .left_join(video_sources::table.on(video_sources::video_id.eq(videos::id)))
        .filter(videos::id.eq(id).and(videos::project_id.eq(project)))
        .select(relative!())
        .first(db)
        .optional()
}

/// The videos that were made from one, oldest first, without deleted ones: those after the video `after`.
pub fn children(
    db: &mut Db,
    project: &str,
    parent: &str,
    after: Option<&str>,
    limit: i64,
) -> QueryResult<Vec<RelativeRow>> {
    let mut query = videos::table
        .left_join(video_sources::table.on(video_sources::video_id.eq(videos::id)))
        .filter(videos::project_id.eq(project).and(videos::deleted_at.is_null()))
        .filter(video_sources::parent_id.eq(parent))
        .order(videos::id.asc())
        .select(relative!())
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(videos::id.gt(after));
    }
    query.load(db)
}

/// A file that workers fetch.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = video_inputs)]
pub struct InputRow {
    pub id: String,
    pub kind: String,
    pub path: String,
    pub bytes: i64,
    pub sha256: String,
}

/// Notes that a file is about to be written for a video to come, so that it is found and removed whatever happens then.
pub fn expect(db: &mut Db, id: &str, (kind, path): (&str, &str), now_us: i64) -> QueryResult<()> {
    let values = (
        video_inputs::id.eq(id),
        video_inputs::kind.eq(kind),
        video_inputs::path.eq(path),
        video_inputs::created_at.eq(now_us),
    );
    diesel::insert_into(video_inputs::table).values(values).execute(db).map(drop)
}

/// Makes a file that was written the video's own; whether it was still there for that.
pub fn attach(db: &mut Db, id: &str, video: &str, (bytes, sha256): (i64, &str)) -> QueryResult<bool> {
    let unused = video_inputs::table.find(id).filter(video_inputs::video_id.is_null());
    let changes =
        (video_inputs::video_id.eq(video), video_inputs::bytes.eq(bytes), video_inputs::sha256.eq(sha256));
    diesel::update(unused).set(changes).execute(db).map(|rows| rows > 0)
}

/// The files of a video.
pub fn inputs(db: &mut Db, video: &str) -> QueryResult<Vec<InputRow>> {
    video_inputs::table
        .filter(video_inputs::video_id.eq(video))
        .order(video_inputs::kind.asc())
        .select(InputRow::as_select())
        .load(db)
}

/// The file of that kind of a video.
pub fn input(db: &mut Db, video: &str, kind: &str) -> QueryResult<Option<InputRow>> {
    video_inputs::table
        .filter(video_inputs::video_id.eq(video).and(video_inputs::kind.eq(kind)))
        .select(InputRow::as_select())
        .first(db)
        .optional()
}

/// Whether no video has the file.
pub fn is_unused(db: &mut Db, id: &str) -> QueryResult<bool> {
    let unused = video_inputs::table.find(id).filter(video_inputs::video_id.is_null());
    unused.count().get_result(db).map(|count: i64| count > 0)
}

/// Files that nobody needs any more: of videos that are over or deleted, and those that no video has had since `stale_us`.
pub fn removable(db: &mut Db, stale_us: i64, limit: i64) -> QueryResult<Vec<InputRow>> {
    let over = videos::status.eq_any([Status::Completed.name(), Status::Failed.name()]);
    let gone = over.or(videos::deleted_at.is_not_null());
    let abandoned = video_inputs::video_id.is_null().and(video_inputs::created_at.lt(stale_us));
    video_inputs::table
        .left_join(videos::table)
        .filter(gone.nullable().or(abandoned.nullable()))
        .order(video_inputs::created_at.asc())
        .select(InputRow::as_select())
        .limit(limit)
        .load(db)
}

pub fn forget(db: &mut Db, id: &str) -> QueryResult<()> {
    diesel::delete(video_inputs::table.find(id)).execute(db).map(drop)
}
