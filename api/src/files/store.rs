//! All SQL of files. Every finder takes the project, so that nobody finds another's; what is past its time is not found.

use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _,
    QueryResult, Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{batches, files, projects};

use super::rules::{Purpose, State};
use crate::ApiError;
use crate::http::{Order, Page};

/// One file. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = files)]
pub struct FileRow {
    pub id: String,
    pub purpose: String,
    pub filename: String,
    pub bytes: i64,
    pub path: String,
    pub created_at: i64,
    pub expires_at: i64,
}

/// A file that is about to be written.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = files)]
pub struct NewFile {
    pub id: String,
    pub project_id: String,
    pub purpose: &'static str,
    pub filename: String,
    /// The most it can become.
    pub bytes: i64,
    pub path: String,
    pub state: &'static str,
    pub created_at: i64,
    pub expires_at: i64,
}

/// Nobody else uploads to the project until the transaction ends.
pub fn lock_project(db: &mut Db, project: &str) -> QueryResult<()> {
    let query = projects::table.find(project).select(projects::id);
    let _: String = match db {
        // Not so strong that videos of the project wait, which point at it.
        Db::Postgres(db) => query.for_no_key_update().first(db)?,
        Db::Sqlite(db) => query.first(db)?,
    };
    Ok(())
}

/// How many files a project uploaded and still has, and their bytes; those on their way count as what they can become.
pub fn kept(db: &mut Db, project: &str) -> QueryResult<(i64, i64)> {
    files::table
        .filter(files::project_id.eq(project).and(files::purpose.ne(Purpose::BatchOutput.name())))
        .filter(files::state.ne(State::Deleted.name()))
        .select((sql::<BigInt>("COUNT(*)"), sql::<BigInt>("CAST(COALESCE(SUM(bytes), 0) AS BIGINT)")))
        .first(db)
}

pub fn insert(db: &mut Db, file: &NewFile) -> QueryResult<()> {
    diesel::insert_into(files::table).values(file).execute(db).map(drop)
}

/// What arrived of a file is all of it; whether it was still waited for.
pub fn finish(db: &mut Db, id: &str, bytes: i64, expires_at: i64) -> QueryResult<bool> {
    let uploading = files::table.find(id).filter(files::state.eq(State::Uploading.name()));
    let changes =
        (files::state.eq(State::Processed.name()), files::bytes.eq(bytes), files::expires_at.eq(expires_at));
    diesel::update(uploading).set(changes).execute(db).map(|rows| rows > 0)
}

/// Notes what a file is for that is about to appear.
pub fn set_purpose(db: &mut Db, id: &str, purpose: Purpose) -> QueryResult<()> {
    let uploading = files::table.find(id).filter(files::state.eq(State::Uploading.name()));
    diesel::update(uploading).set(files::purpose.eq(purpose.name())).execute(db).map(drop)
}

pub fn find(db: &mut Db, project: &str, id: &str, now_us: i64) -> QueryResult<Option<FileRow>> {
    files::table
        .find(id)
        .filter(files::project_id.eq(project).and(files::state.eq(State::Processed.name())))
        .filter(files::expires_at.gt(now_us))
        .select(FileRow::as_select())
        .first(db)
        .optional()
}

/// As [`find`], past its time too, and nobody deletes it until the transaction ends.
pub fn lock(db: &mut Db, project: &str, id: &str) -> QueryResult<Option<FileRow>> {
    let query = files::table
        .find(id)
        .filter(files::project_id.eq(project).and(files::state.eq(State::Processed.name())));
    match db {
        Db::Postgres(db) => query.select(FileRow::as_select()).for_update().first(db),
        Db::Sqlite(db) => query.select(FileRow::as_select()).first(db),
    }
    .optional()
}

/// The rows of a page: those after the file `after`, which must still be there.
pub fn list(
    db: &mut Db,
    project: &str,
    purpose: Option<Purpose>,
    (order, page): (Order, &Page),
    now_us: i64,
) -> Result<Vec<FileRow>, ApiError> {
    let mut query = files::table
        .filter(files::project_id.eq(project).and(files::state.eq(State::Processed.name())))
        .filter(files::expires_at.gt(now_us))
        .select(FileRow::as_select())
        .limit(page.rows())
        .into_boxed();
    if let Some(purpose) = purpose {
        query = query.filter(files::purpose.eq(purpose.name()));
    }
    if let Some(id) = &page.after {
        let at = find(db, project, id, now_us)?.ok_or_else(|| ApiError::not_found("file", id))?.created_at;
        let beside = files::created_at.eq(at);
        query = match order {
            Order::Desc => query.filter(files::created_at.lt(at).or(beside.and(files::id.lt(id)))),
            Order::Asc => query.filter(files::created_at.gt(at).or(beside.and(files::id.gt(id)))),
        };
    }
    let rows = match order {
        Order::Desc => query.order((files::created_at.desc(), files::id.desc())).load(db),
        Order::Asc => query.order((files::created_at.asc(), files::id.asc())).load(db),
    };
    Ok(rows?)
}

/// Whether a batch that is not over reads the file.
pub fn is_in_use(db: &mut Db, id: &str) -> QueryResult<bool> {
    let reading = batches::table.filter(batches::input_file_id.eq(id)).filter(batches::status.eq_any([
        "validating",
        "in_progress",
        "finalizing",
        "cancelling",
    ]));
    reading.count().get_result(db).map(|count: i64| count > 0)
}

/// Nobody finds it any more.
pub fn delete(db: &mut Db, id: &str) -> QueryResult<()> {
    diesel::update(files::table.find(id)).set(files::state.eq(State::Deleted.name())).execute(db).map(drop)
}

/// Files of any project that nobody needs any more: deleted, past their time, or not written to
/// the end since `stale_us`.
pub fn removable(db: &mut Db, now_us: i64, stale_us: i64, limit: i64) -> QueryResult<Vec<(String, String)>> {
    let abandoned = files::state.eq(State::Uploading.name()).and(files::created_at.lt(stale_us));
    let deleted = files::state.eq(State::Deleted.name());
    let past = files::state.eq(State::Processed.name()).and(files::expires_at.le(now_us));
    files::table
        .filter(abandoned.or(deleted).or(past))
        .order(files::created_at.asc())
        .select((files::id, files::path))
        .limit(limit)
        .load(db)
}

/// Takes a file out of sight that is not; whether its bytes may now be removed. A batch keeps the file that it reads.
pub fn retire(db: &mut Db, id: &str) -> QueryResult<bool> {
    let query = files::table.find(id).select(files::state);
    let state: Option<String> = match db {
        Db::Postgres(db) => query.for_update().first(db),
        Db::Sqlite(db) => query.first(db),
    }
    .optional()?;
    match state.as_deref() {
        None => Ok(false),
        Some("deleted") => Ok(true),
        Some(_) if is_in_use(db, id)? => Ok(false),
        Some(_) => delete(db, id).map(|()| true),
    }
}

pub fn forget(db: &mut Db, id: &str) -> QueryResult<()> {
    diesel::delete(files::table.find(id)).execute(db).map(drop)
}
