//! All SQL of limits. A project's row is only had by whoever named its organization, and a key's by whoever named its
//! project.

use diesel::dsl::{count_star, min, sql};
use diesel::sql_types::{BigInt, Integer, Text};
use diesel::upsert::excluded;
use diesel::{
    AsChangeset, BoolExpressionMethods as _, ExpressionMethods as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, QueryResult, Queryable, QueryableByName, RunQueryDsl as _,
    Selectable, SelectableHelper as _,
};
use kinora_store::schema::{quotas, rate_limits, videos};
use kinora_store::{Backend, Db, each};

use super::rules::Scope;
use crate::projects::ProjectRow;
use crate::sources::store::NEW_SECONDS;
use crate::videos::rules::Status;

/// What a video that waits must fulfil to begin: neither its project nor its key makes as many at a time as it may.
/// Starts from the few that run, so that whoever has no limit costs nothing.
pub(crate) const NOT_FULL: &str = "
    videos.project_id NOT IN (
        SELECT quotas.scope_id FROM quotas INNER JOIN (
            SELECT project_id, COUNT(*) AS count FROM videos WHERE status = 'in_progress' GROUP BY project_id
        ) AS running ON quotas.scope_id = running.project_id
        WHERE quotas.scope = 'project' AND quotas.max_concurrent_videos <= running.count
        UNION ALL SELECT scope_id FROM quotas WHERE scope = 'project' AND max_concurrent_videos = 0
    ) AND videos.api_key_id NOT IN (
        SELECT quotas.scope_id FROM quotas INNER JOIN (
            SELECT api_key_id, COUNT(*) AS count FROM videos WHERE status = 'in_progress' GROUP BY api_key_id
        ) AS running ON quotas.scope_id = running.api_key_id
        WHERE quotas.scope = 'api_key' AND quotas.max_concurrent_videos <= running.count
        UNION ALL SELECT scope_id FROM quotas WHERE scope = 'api_key' AND max_concurrent_videos = 0
    )";

/// The limits that were set, each with its model.
pub fn all(db: &mut Db, project: &ProjectRow) -> QueryResult<Vec<(String, i32)>> {
    rate_limits::table
        .filter(rate_limits::project_id.eq(&project.id))
        .select((rate_limits::model, rate_limits::max_requests_per_1_minute))
        .load(db)
}

pub fn set(db: &mut Db, project: &ProjectRow, model: &str, max: i32, now_us: i64) -> QueryResult<()> {
    let row = (
        rate_limits::project_id.eq(&project.id),
        rate_limits::model.eq(model),
        rate_limits::max_requests_per_1_minute.eq(max),
        rate_limits::updated_at.eq(now_us),
    );
    each!(db, |c| {
        diesel::insert_into(rate_limits::table)
            .values(row)
            .on_conflict((rate_limits::project_id, rate_limits::model))
            .do_update()
            .set((
                rate_limits::max_requests_per_1_minute.eq(excluded(rate_limits::max_requests_per_1_minute)),
                rate_limits::updated_at.eq(excluded(rate_limits::updated_at)),
            ))
            .execute(c)
    })
    .map(drop)
}

/// The limit of a model in the project of a key.
pub fn of_model(db: &mut Db, project: &str, model: &str) -> QueryResult<Option<i32>> {
    let limit = rate_limits::table.find((project, model)).select(rate_limits::max_requests_per_1_minute);
    limit.first(db).optional()
}

/// The limits of a project or of a key over all models.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = quotas)]
pub struct QuotaRow {
    pub scope: String,
    pub max_requests_per_1_minute: Option<i32>,
    pub max_concurrent_videos: Option<i32>,
    pub max_queued_videos: Option<i32>,
    pub max_video_seconds_per_1_day: Option<i32>,
}

/// What of it changes: nothing where there is `None`, to no limit where there is `Some(None)`.
#[derive(Clone, Debug, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = quotas)]
pub struct QuotaChange {
    pub max_requests_per_1_minute: Option<Option<i32>>,
    pub max_concurrent_videos: Option<Option<i32>>,
    pub max_queued_videos: Option<Option<i32>>,
    pub max_video_seconds_per_1_day: Option<Option<i32>>,
}

/// The limits of a project, or of a key that was found in it.
pub fn quota(db: &mut Db, scope: Scope, id: &str) -> QueryResult<Option<QuotaRow>> {
    quotas::table.find((scope.name(), id)).select(QuotaRow::as_select()).first(db).optional()
}

/// The limits that a video of this key is under; none for whoever has none.
pub fn quotas_of(db: &mut Db, project: &str, key: &str) -> QueryResult<Vec<QuotaRow>> {
    let of_project = quotas::scope.eq(Scope::Project.name()).and(quotas::scope_id.eq(project));
    let of_key = quotas::scope.eq(Scope::ApiKey.name()).and(quotas::scope_id.eq(key));
    quotas::table.filter(of_project.or(of_key)).select(QuotaRow::as_select()).load(db)
}

/// Changes some limits of a project, or of a key that was found in it.
pub fn change_quota(
    db: &mut Db,
    project: &ProjectRow,
    (scope, id): (Scope, &str),
    change: &QuotaChange,
    now_us: i64,
) -> QueryResult<()> {
    let none = (
        quotas::scope.eq(scope.name()),
        quotas::scope_id.eq(id),
        quotas::project_id.eq(&project.id),
        quotas::updated_at.eq(now_us),
    );
    each!(db, |c| {
        diesel::insert_into(quotas::table).values(none).on_conflict_do_nothing().execute(c)?;
        let row = diesel::update(quotas::table.find((scope.name(), id)));
        row.set((change, quotas::updated_at.eq(now_us))).execute(c)
    })
    .map(drop)
}

/// How many videos a project, or a key of it, may have made at a time, where it has a limit. Nobody else begins one
/// under the same limit until the transaction ends.
pub fn lock_concurrency(db: &mut Db, project: &str, key: &str) -> QueryResult<Vec<(String, i32)>> {
    let of_project = quotas::scope.eq(Scope::Project.name()).and(quotas::scope_id.eq(project));
    let of_key = quotas::scope.eq(Scope::ApiKey.name()).and(quotas::scope_id.eq(key));
    let query = quotas::table
        .filter(of_project.or(of_key).and(quotas::max_concurrent_videos.is_not_null()))
        // The same order for everybody, so that no two wait for each other.
        .order(quotas::scope.asc())
        .select((quotas::scope, quotas::max_concurrent_videos.assume_not_null()));
    match db {
        Db::Postgres(db) => query.for_update().load(db),
        Db::Sqlite(db) => query.load(db),
    }
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many videos of a project, or of one key of it, have this status, counted up to `most`. The status is written into
/// the query, since the indexes are of videos of one status.
pub fn count(db: &mut Db, status: Status, project: &str, key: Option<&str>, most: i64) -> QueryResult<i64> {
    let query = |of_key: &str, most: &str| {
        format!(
            "SELECT COUNT(*) AS count FROM (
                 SELECT 1 FROM videos WHERE project_id = $1 {of_key} AND status = '{}' LIMIT {most}
             ) AS counted",
            status.name()
        )
    };
    let row: CountRow = match key {
        Some(key) => diesel::sql_query(query("AND api_key_id = $2", "$3"))
            .bind::<Text, _>(project)
            .bind::<Text, _>(key)
            .bind::<BigInt, _>(most)
            .get_result(db)?,
        None => diesel::sql_query(query("", "$2"))
            .bind::<Text, _>(project)
            .bind::<BigInt, _>(most)
            .get_result(db)?,
    };
    Ok(row.count)
}

/// Which videos are counted.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// Those of a model in a project, which stands first.
    Model(&'a str, &'a str),
    /// Those of a project.
    Project(&'a str),
    /// Those of a key.
    Key(&'a str),
}

fn asked(whose: Asked<'_>, since_us: i64) -> videos::BoxedQuery<'_, Backend> {
    let videos = videos::table.filter(videos::created_at.gt(since_us)).into_boxed();
    match whose {
        Asked::Model(project, model) => {
            videos.filter(videos::project_id.eq(project).and(videos::model_id.eq(model)))
        }
        Asked::Project(project) => videos.filter(videos::project_id.eq(project)),
        Asked::Key(key) => videos.filter(videos::api_key_id.eq(key)),
    }
}

/// How many videos were asked for after `since_us`, deleted ones included, and when the oldest was.
pub fn requests(db: &mut Db, whose: Asked<'_>, since_us: i64) -> QueryResult<(i64, Option<i64>)> {
    asked(whose, since_us).select((count_star(), min(videos::created_at))).first(db)
}

/// When the `nth` newest video was asked for, counted from 1, if that was after `since_us`.
pub fn nth_newest(db: &mut Db, whose: Asked<'_>, since_us: i64, nth: i64) -> QueryResult<Option<i64>> {
    asked(whose, since_us)
        .order(videos::created_at.desc())
        .offset(nth.saturating_sub(1))
        .limit(1)
        .select(videos::created_at)
        .first(db)
        .optional()
}

/// How many seconds were asked for after `since_us` by videos that did not fail, and when the oldest of them was.
pub fn seconds(db: &mut Db, whose: Asked<'_>, since_us: i64) -> QueryResult<(i64, Option<i64>)> {
    asked(whose, since_us)
        .filter(videos::status.ne(Status::Failed.name()))
        .select((
            sql::<BigInt>(&format!("CAST(COALESCE(SUM({NEW_SECONDS}), 0) AS BIGINT)")),
            min(videos::created_at),
        ))
        .first(db)
}

/// The oldest videos that did not fail of those asked for after `since_us`, each with its seconds.
pub fn oldest_seconds(
    db: &mut Db,
    whose: Asked<'_>,
    since_us: i64,
    most: i64,
) -> QueryResult<Vec<(i64, i32)>> {
    asked(whose, since_us)
        .filter(videos::status.ne(Status::Failed.name()))
        .order(videos::created_at.asc())
        .limit(most)
        .select((videos::created_at, sql::<Integer>(NEW_SECONDS)))
        .load(db)
}
