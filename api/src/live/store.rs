//! All SQL of following videos. Whoever follows one has found it for a project first: [`find`] takes the project, and
//! the ids of [`snapshots`] come from there.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, QueryResult, Queryable, RunQueryDsl as _,
};
use kinora_store::Db;
use kinora_store::schema::{video_previews, videos};

use crate::videos::rules::Status;

/// What is told of a video at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Snapshot {
    pub id: String,
    pub status: String,
    /// Percent.
    pub progress: i32,
    pub phase: Option<String>,
    pub eta_ms: Option<i32>,
    pub cancel_requested: bool,
    /// Microseconds since 1970.
    pub deleted_at: Option<i64>,
    /// How often the video changed.
    pub revision: i32,
    /// At which revision its picture came, if it has one.
    pub preview: Option<i32>,
}

impl Snapshot {
    /// Whether nothing can follow but that it is deleted.
    pub fn is_over(&self) -> bool {
        Status::from_name(&self.status).is_some_and(Status::is_final)
    }
}

macro_rules! snapshot {
    () => {
        (
            videos::id,
            videos::status,
            videos::progress,
            videos::phase,
            videos::eta_ms,
            videos::cancel_requested,
            videos::deleted_at,
            videos::revision,
            video_previews::revision.nullable(),
        )
    };
}

pub fn find(db: &mut Db, project: &str, id: &str) -> QueryResult<Option<Snapshot>> {
    videos::table
        .left_join(video_previews::table)
        .filter(videos::id.eq(id))
        .filter(videos::project_id.eq(project).and(videos::deleted_at.is_null()))
        .select(snapshot!())
        .first(db)
        .optional()
}

/// Those of these videos that there are, deleted ones included.
pub fn snapshots(db: &mut Db, ids: &[String]) -> QueryResult<Vec<Snapshot>> {
    let query = videos::table.left_join(video_previews::table).filter(videos::id.eq_any(ids));
    query.select(snapshot!()).load(db)
}

/// The picture of a video of the project.
pub fn preview(db: &mut Db, project: &str, id: &str) -> QueryResult<Option<Vec<u8>>> {
    videos::table
        .inner_join(video_previews::table)
        .filter(videos::id.eq(id).and(videos::project_id.eq(project)))
        .select(video_previews::image)
        .first(db)
        .optional()
}

/// Keeps the picture of a video that is being made, in the place of one from before. To be called with the video locked.
pub fn set_preview(db: &mut Db, video: &str, image: &[u8], now_us: i64) -> QueryResult<()> {
    let one_more = videos::revision.eq(videos::revision + 1);
    diesel::update(videos::table.find(video)).set(one_more).execute(db)?;
    let revision: i32 = videos::table.find(video).select(videos::revision).first(db)?;
    diesel::delete(video_previews::table.find(video)).execute(db)?;
    let row = (
        video_previews::video_id.eq(video),
        video_previews::revision.eq(revision),
        video_previews::image.eq(image),
        video_previews::created_at.eq(now_us),
    );
    diesel::insert_into(video_previews::table).values(row).execute(db).map(drop)
}
