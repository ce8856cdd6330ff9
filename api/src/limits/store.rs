//! All SQL of rate limits. A project's row is only had by whoever named its organization.

use diesel::upsert::excluded;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, RunQueryDsl as _};
use kinora_store::schema::{rate_limits, videos};
use kinora_store::{Db, each};

use crate::projects::ProjectRow;

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

/// The limit of the project of a key. Nobody else asks for a video under it until the transaction ends, so that
/// two that come together do not both take the last place.
pub fn lock(db: &mut Db, project: &str, model: &str) -> QueryResult<Option<i32>> {
    let query = rate_limits::table.find((project, model)).select(rate_limits::max_requests_per_1_minute);
    match db {
        Db::Postgres(db) => query.for_update().first(db),
        Db::Sqlite(db) => query.first(db),
    }
    .optional()
}

/// When the `nth` newest video of the project was asked for, counted from 1, if that was after `since_us`.
/// Deleted videos count too.
pub fn nth_newest(
    db: &mut Db,
    project: &str,
    model: &str,
    since_us: i64,
    nth: i32,
) -> QueryResult<Option<i64>> {
    videos::table
        .filter(videos::project_id.eq(project))
        .filter(videos::model_id.eq(model))
        .filter(videos::created_at.gt(since_us))
        .order(videos::created_at.desc())
        .offset(i64::from(nth) - 1)
        .limit(1)
        .select(videos::created_at)
        .first(db)
        .optional()
}
