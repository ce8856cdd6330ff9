//! The SQL of which characters are in which videos.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, JoinOnDsl as _,
    NullableExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{video_characters, video_sources, videos};

use crate::ApiError;
use crate::http::Page;
use crate::videos::rules::Status;

/// It was asked for.
pub const CAST: &str = "cast";
/// It may still be seen, since it was in the clip that the video was made from.
pub const SOURCE: &str = "source";

/// A character in a video.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = video_characters)]
pub struct CastRow {
    /// The video.
    pub video_id: String,
    /// The character.
    pub character_id: String,
    /// `cast` or `source`.
    pub role: String,
    /// Its place, from 0; the cast comes first.
    pub position: i32,
    /// Under which consent it was used; none for animals and objects.
    pub consent_id: Option<String>,
    /// By which grant, where one was needed.
    pub grant_id: Option<String>,
}

impl CastRow {
    /// Whether it was asked for.
    #[must_use]
    pub fn is_cast(&self) -> bool {
        self.role == CAST
    }
}

#[derive(Insertable)]
#[diesel(table_name = video_characters)]
pub struct NewUse<'a> {
    pub video_id: &'a str,
    pub character_id: &'a str,
    pub role: &'static str,
    pub position: i32,
    pub consent_id: Option<&'a str>,
    pub grant_id: Option<&'a str>,
    pub created_at: i64,
}

pub fn insert(db: &mut Db, row: &NewUse<'_>) -> QueryResult<()> {
    diesel::insert_into(video_characters::table).values(row).execute(db).map(drop)
}

/// The characters of a video, in the order of their places.
pub fn of_video(db: &mut Db, video: &str) -> QueryResult<Vec<CastRow>> {
    let query = video_characters::table.filter(video_characters::video_id.eq(video));
    query.order(video_characters::position).select(CastRow::as_select()).load(db)
}

/// As [`of_video`], of several.
pub fn of_videos(db: &mut Db, ids: &[String]) -> QueryResult<Vec<CastRow>> {
    let query = video_characters::table.filter(video_characters::video_id.eq_any(ids));
    query.order(video_characters::position).select(CastRow::as_select()).load(db)
}

/// A video with a character, whoever's it is. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable)]
pub struct UseRow {
    pub id: String,
    pub organization_id: String,
    pub project_id: String,
    pub status: String,
    pub prompt: String,
    pub operation: String,
    pub created_at: i64,
    pub withdrawn_at: Option<i64>,
    pub role: String,
    /// By which grant the character is in it, where one was needed.
    pub grant_id: Option<String>,
}

macro_rules! columns {
    () => {
        (
            videos::id,
            videos::organization_id,
            videos::project_id,
            videos::status,
            videos::prompt,
            videos::operation,
            videos::created_at,
            videos::withdrawn_at,
            video_characters::role,
            video_characters::grant_id,
        )
    };
}

/// The rows of a page of videos with a character, the newest first.
pub fn list(db: &mut Db, character: &str, page: &Page) -> Result<Vec<UseRow>, ApiError> {
    let mut query = video_characters::table
        .inner_join(videos::table)
        .filter(video_characters::character_id.eq(character).and(videos::deleted_at.is_null()))
        .select(columns!())
        .order(videos::id.desc())
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = &page.after {
        // One that was deleted since still says where the page begins.
        let found: i64 = video_characters::table.find((after, character)).count().get_result(db)?;
        if found == 0 {
            return Err(ApiError::not_found("video", after));
        }
        query = query.filter(videos::id.lt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// One video with a character.
pub fn find(db: &mut Db, character: &str, video: &str) -> QueryResult<Option<UseRow>> {
    video_characters::table
        .inner_join(videos::table)
        .filter(video_characters::character_id.eq(character).and(video_characters::video_id.eq(video)))
        .filter(videos::deleted_at.is_null())
        .select(columns!())
        .first(db)
        .optional()
}

/// The videos with a character that wait, are made or are finished and not withdrawn: all of which something is left to take
/// back. In the order of their ids.
pub fn standing(db: &mut Db, character: &str) -> QueryResult<Vec<UseRow>> {
    video_characters::table
        .inner_join(videos::table)
        .filter(video_characters::character_id.eq(character))
        .filter(videos::deleted_at.is_null().and(videos::withdrawn_at.is_null()))
        .filter(videos::status.ne(Status::Failed.name()))
        .select(columns!())
        .order(videos::id)
        .load(db)
}

/// What the engine was told for a video, and what its maker wrote.
#[derive(Clone, Debug, Queryable)]
pub struct SpecRow {
    pub id: String,
    /// `cast` or `source`, of the character.
    pub role: String,
    /// Its place.
    pub position: i32,
    /// JSON.
    pub spec: String,
    pub prompt: String,
    /// JSON.
    pub shots: Option<String>,
}

/// The specs of all videos with a character, deleted ones included.
pub fn specs(db: &mut Db, character: &str) -> QueryResult<Vec<SpecRow>> {
    video_characters::table
        .inner_join(videos::table)
        .left_join(video_sources::table.on(video_sources::video_id.eq(videos::id)))
        .filter(video_characters::character_id.eq(character))
        .order(videos::id)
        .select((
            videos::id,
            video_characters::role,
            video_characters::position,
            videos::spec,
            videos::prompt,
            video_sources::shots.nullable(),
        ))
        .load(db)
}

pub fn set_spec(db: &mut Db, video: &str, spec: &str) -> QueryResult<()> {
    diesel::update(videos::table.find(video)).set(videos::spec.eq(spec)).execute(db).map(drop)
}

/// The files of a video are no longer to be had.
pub fn withdraw(db: &mut Db, video: &str, now_us: i64) -> QueryResult<()> {
    let changes = (videos::withdrawn_at.eq(now_us), videos::revision.eq(videos::revision + 1));
    diesel::update(videos::table.find(video)).set(changes).execute(db).map(drop)
}
