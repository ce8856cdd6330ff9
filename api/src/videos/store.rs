//! All SQL of videos and their files. Every finder takes the project, so that nobody finds another's.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Integer, Text};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, JoinOnDsl as _,
    NullableExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    QueryableByName, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_billing::{Bill, bills};
use kinora_store::schema::{assets, runs, videos};
use kinora_store::{Db, each};

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{CANCELED, CANCELED_MESSAGE, EXPIRED, EXPIRED_MESSAGE, Status};
use crate::ApiError;
use crate::characters::cast::{self, CastRow};
use crate::sources::store::{self as sources, NEW_SECONDS, SourceRow};

/// One video. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = videos)]
pub struct VideoRow {
    pub id: String,
    pub model: String,
    pub operation: String,
    pub spec: String,
    pub prompt: String,
    pub size: String,
    pub seconds: i32,
    pub metadata: Option<String>,
    pub status: String,
    pub progress: i32,
    pub eta_ms: Option<i32>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub completed_at: Option<i64>,
    pub canceled_at: Option<i64>,
    pub expires_at: Option<i64>,
    pub run_id: Option<String>,
    pub report: Option<String>,
    pub compute_micros: Option<i64>,
    pub withdrawn_at: Option<i64>,
}

/// A video to be stored.
#[derive(Insertable)]
#[diesel(table_name = videos)]
pub struct NewVideo {
    pub id: String,
    pub organization_id: String,
    pub project_id: String,
    pub api_key_id: String,
    pub model: String,
    pub model_id: String,
    pub operation: &'static str,
    pub spec: String,
    pub prompt: String,
    pub size: String,
    pub seconds: i32,
    pub metadata: Option<String>,
    pub status: &'static str,
    /// Of one organization's, those with a higher one are made first.
    pub priority: i32,
    pub created_at: i64,
}

/// A video, what it costs, its place in the queue while it waits, what it is made from and who is in it; videos of releases that charged
/// nothing have no bill.
#[derive(Clone, Debug)]
pub struct Billed {
    pub row: VideoRow,
    pub bill: Option<Bill>,
    pub queue_position: Option<i64>,
    pub source: Option<SourceRow>,
    pub cast: Vec<CastRow>,
}

/// Adds to each video of one project its bill, its place, what it is made from and who is in it.
pub fn with_bills(db: &mut Db, rows: Vec<VideoRow>) -> Result<Vec<Billed>, ApiError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut bills = bills(db, &ids)?;
    let mut places = positions(db, &rows.iter().collect::<Vec<_>>())?;
    let mut made_from = sources::of(db, &ids)?;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut casts = cast::of_videos(db, &ids)?;
    let billed = |row: VideoRow| Billed {
        bill: bills.remove(&row.id),
        queue_position: places.remove(&row.id),
        source: made_from.remove(&row.id),
        cast: casts.remove(&row.id).unwrap_or_default(),
        row,
    };
    Ok(rows.into_iter().map(billed).collect())
}

/// As [`with_bills`], for one.
pub fn with_bill(db: &mut Db, row: VideoRow) -> Result<Billed, ApiError> {
    let bill = bills(db, &[&row.id])?.remove(&row.id);
    let queue_position = position(db, &row)?;
    let source = sources::of(db, &[&row.id])?.remove(&row.id);
    let cast = cast::of_videos(db, std::slice::from_ref(&row.id))?.remove(&row.id).unwrap_or_default();
    Ok(Billed { row, bill, queue_position, source, cast })
}

#[derive(QueryableByName)]
struct PlaceRow {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = BigInt)]
    place: i64,
}

/// The place of a video in its organization's queue, from 1, while it waits. For one alone this is several times as fast
/// as [`positions`].
pub fn position(db: &mut Db, video: &VideoRow) -> QueryResult<Option<i64>> {
    if video.status != Status::Queued.name() {
        return Ok(None);
    }
    let query = diesel::sql_query(
        "SELECT this.id AS id, 1 + (
             SELECT COUNT(*) FROM videos AS other
             WHERE other.organization_id = this.organization_id AND other.status = 'queued' AND (
                 other.priority > this.priority OR (other.priority = this.priority AND (
                     other.created_at < this.created_at OR (other.created_at = this.created_at AND other.id < this.id)
                 ))
             )
         ) AS place FROM videos AS this WHERE this.id = $1",
    );
    let row: PlaceRow = query.bind::<Text, _>(&video.id).get_result(db)?;
    Ok(Some(row.place))
}

/// Which place those of these videos that wait have in their organization's queue, from 1, by id. All of them are of one
/// organization.
pub fn positions(db: &mut Db, videos: &[&VideoRow]) -> QueryResult<HashMap<String, i64>> {
    let waiting = videos.iter().filter(|row| row.status == Status::Queued.name());
    let ids: Vec<&str> = waiting.map(|row| row.id.as_str()).collect();
    let Some(first) = ids.first() else { return Ok(HashMap::new()) };
    let marks: Vec<String> = (2..ids.len() + 2).map(|number| format!("${number}")).collect();
    let query = format!(
        "SELECT id, place FROM (
             SELECT id, ROW_NUMBER() OVER (ORDER BY priority DESC, created_at, id) AS place FROM videos
             WHERE organization_id = (SELECT organization_id FROM videos WHERE id = $1) AND status = 'queued'
         ) AS line WHERE id IN ({})",
        marks.join(", ")
    );
    let rows: Vec<PlaceRow> = each!(db, |c| {
        let mut query = diesel::sql_query(query).into_boxed().bind::<Text, _>(*first);
        for id in &ids {
            query = query.bind::<Text, _>(*id);
        }
        query.load(c)?
    });
    Ok(rows.into_iter().map(|row| (row.id, row.place)).collect())
}

/// One file of a run.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = assets)]
pub struct AssetRow {
    pub run_id: String,
    pub kind: String,
    pub path: String,
    pub bytes: i64,
    pub sha256: String,
}

/// Which way a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Oldest first.
    Asc,
    /// Newest first.
    Desc,
}

pub fn insert(db: &mut Db, video: &NewVideo) -> QueryResult<VideoRow> {
    diesel::insert_into(videos::table).values(video).execute(db)?;
    videos::table.find(&video.id).select(VideoRow::as_select()).first(db)
}

pub fn find(db: &mut Db, project: &str, id: &str) -> QueryResult<Option<VideoRow>> {
    videos::table
        .find(id)
        .filter(videos::project_id.eq(project).and(videos::deleted_at.is_null()))
        .select(VideoRow::as_select())
        .first(db)
        .optional()
}

/// Those of these videos that there are.
pub fn find_all(db: &mut Db, project: &str, ids: &[String]) -> QueryResult<Vec<VideoRow>> {
    videos::table
        .filter(videos::id.eq_any(ids))
        .filter(videos::project_id.eq(project).and(videos::deleted_at.is_null()))
        .select(VideoRow::as_select())
        .load(db)
}

/// As [`find`], and nobody else changes it until the transaction ends.
pub fn lock(db: &mut Db, project: &str, id: &str) -> QueryResult<Option<VideoRow>> {
    let query =
        videos::table.find(id).filter(videos::project_id.eq(project).and(videos::deleted_at.is_null()));
    match db {
        Db::Postgres(db) => query.select(VideoRow::as_select()).for_update().first(db),
        Db::Sqlite(db) => query.select(VideoRow::as_select()).first(db),
    }
    .optional()
}

/// The rows of a page: those after the video `after`, which may have been deleted since, so that deleting
/// while paging leaves nothing out.
pub fn list(
    db: &mut Db,
    project: &str,
    order: Order,
    limit: i64,
    after: Option<&str>,
) -> Result<Vec<VideoRow>, ApiError> {
    let mut query = videos::table
        .filter(videos::project_id.eq(project).and(videos::deleted_at.is_null()))
        .select(VideoRow::as_select())
        .limit(limit)
        .into_boxed();
    if let Some(id) = after {
        let at: Option<i64> = videos::table
            .find(id)
            .filter(videos::project_id.eq(project))
            .select(videos::created_at)
            .first(db)
            .optional()?;
        let at = at.ok_or_else(|| ApiError::not_found("video", id))?;
        query =
            match order {
                Order::Desc => query
                    .filter(videos::created_at.lt(at).or(videos::created_at.eq(at).and(videos::id.lt(id)))),
                Order::Asc => query
                    .filter(videos::created_at.gt(at).or(videos::created_at.eq(at).and(videos::id.gt(id)))),
            };
    }
    let rows = match order {
        Order::Desc => query.order((videos::created_at.desc(), videos::id.desc())).load(db),
        Order::Asc => query.order((videos::created_at.asc(), videos::id.asc())).load(db),
    };
    Ok(rows?)
}

/// The customer no longer wants it; its worker is told at the next heartbeat.
pub fn ask_to_cancel(db: &mut Db, id: &str) -> QueryResult<()> {
    diesel::update(videos::table.find(id)).set(videos::cancel_requested.eq(true)).execute(db).map(drop)
}

/// It is over, since the customer no longer wants it.
pub fn cancel(db: &mut Db, id: &str, status: Status, now_us: i64) -> QueryResult<()> {
    let changes = (
        videos::status.eq(status.name()),
        videos::cancel_requested.eq(true),
        videos::error_code.eq(CANCELED),
        videos::error_message.eq(CANCELED_MESSAGE),
        videos::canceled_at.eq(now_us),
        videos::eta_ms.eq(None::<i32>),
        videos::phase.eq(None::<String>),
    );
    diesel::update(videos::table.find(id)).set(changes).execute(db).map(drop)
}

/// The ids of videos that have waited since before `before_us`, oldest first.
pub fn waiting_since(db: &mut Db, before_us: i64, limit: i64) -> QueryResult<Vec<String>> {
    videos::table
        .filter(videos::status.eq(Status::Queued.name()).and(videos::created_at.lt(before_us)))
        .order(videos::created_at.asc())
        .select(videos::id)
        .limit(limit)
        .load(db)
}

/// It is over, since no worker took it; whether it was still waiting.
pub fn expire(db: &mut Db, id: &str, status: Status) -> QueryResult<bool> {
    let changes = (
        videos::status.eq(status.name()),
        videos::error_code.eq(EXPIRED),
        videos::error_message.eq(EXPIRED_MESSAGE),
        videos::eta_ms.eq(None::<i32>),
    );
    let waiting = videos::table.find(id).filter(videos::status.eq(Status::Queued.name()));
    diesel::update(waiting).set(changes).execute(db).map(|rows| rows > 0)
}

/// Nobody finds it any more, and nothing of what the customer wrote is left. `spec` has no prompt.
pub fn delete(db: &mut Db, id: &str, spec: &str, now_us: i64) -> QueryResult<()> {
    let changes = (
        videos::deleted_at.eq(now_us),
        videos::prompt.eq(""),
        videos::spec.eq(spec),
        videos::metadata.eq(None::<String>),
    );
    diesel::update(videos::table.find(id)).set(changes).execute(db).map(drop)
}

/// What is known of one of the last videos of a kind. Times are microseconds since 1970.
#[derive(Queryable)]
pub struct PastRow {
    /// Without what was taken over from a source.
    pub seconds: i32,
    pub compute_micros: Option<i64>,
    pub report: Option<String>,
    pub started_at: Option<i64>,
    pub completed_at: Option<i64>,
}

/// The last videos of a model and size that were completed, whoever they are of, newest first.
pub fn past(db: &mut Db, model_id: &str, size: &str, limit: i64) -> QueryResult<Vec<PastRow>> {
    let kind = videos::model_id.eq(model_id).and(videos::size.eq(size));
    videos::table
        .filter(kind.and(videos::status.eq(Status::Completed.name())))
        .order(videos::completed_at.desc())
        .select((
            sql::<Integer>(NEW_SECONDS),
            videos::compute_micros,
            videos::report,
            videos::started_at,
            videos::completed_at,
        ))
        .limit(limit)
        .load(db)
}

/// How many videos wait, and how many are being made.
pub fn load(db: &mut Db) -> QueryResult<(i64, i64)> {
    let count = |db: &mut Db, status: Status| {
        videos::table.filter(videos::status.eq(status.name())).count().get_result(db)
    };
    Ok((count(db, Status::Queued)?, count(db, Status::InProgress)?))
}

pub fn asset(db: &mut Db, run: &str, kind: &str) -> QueryResult<Option<AssetRow>> {
    assets::table.find((run, kind)).select(AssetRow::as_select()).first(db).optional()
}

/// The files of every run of a video.
pub fn assets_of(db: &mut Db, video: &str) -> QueryResult<Vec<AssetRow>> {
    assets::table
        .inner_join(runs::table)
        .filter(runs::video_id.eq(video))
        .select(AssetRow::as_select())
        .load(db)
}

/// Files that nobody can reach any more: of videos that are deleted, withdrawn or past their time, and of runs that
/// ended without a clip.
pub fn unreachable_assets(db: &mut Db, now_us: i64, limit: i64) -> QueryResult<Vec<AssetRow>> {
    let lost = runs::state.eq_any(["failed", "expired", "returned"]);
    let gone = videos::deleted_at.is_not_null().or(videos::withdrawn_at.is_not_null());
    let expired = videos::expires_at.le(now_us);
    assets::table
        .inner_join(runs::table.inner_join(videos::table.on(runs::video_id.eq(videos::id))))
        .filter(lost.nullable().or(gone.nullable()).or(expired))
        .select(AssetRow::as_select())
        .limit(limit)
        .load(db)
}

pub fn forget_asset(db: &mut Db, asset: &AssetRow) -> QueryResult<()> {
    diesel::delete(assets::table.find((&asset.run_id, &asset.kind))).execute(db).map(drop)
}
