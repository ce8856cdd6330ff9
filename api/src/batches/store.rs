//! All SQL of batches. What customers find takes the project; what the loop works on is found by what is open.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _,
    QueryResult, Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::schema::{batch_items, batches, files, videos};
use kinora_store::{Backend, Db, each};

use super::rules::Status;
use crate::ApiError;
use crate::http::Page;

/// Most rows of one insert: SQLite takes 32 766 values.
const ROWS_MAX: usize = 1_000;

/// One batch. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = batches)]
pub struct BatchRow {
    pub id: String,
    pub organization_id: String,
    pub project_id: String,
    pub api_key_id: String,
    pub input_file_id: String,
    pub output_file_id: Option<String>,
    pub error_file_id: Option<String>,
    pub metadata: Option<String>,
    pub errors: Option<String>,
    pub status: String,
    pub lines_total: i32,
    pub lines_completed: i32,
    pub lines_failed: i32,
    pub created_at: i64,
    pub expires_at: i64,
    pub in_progress_at: Option<i64>,
    pub finalizing_at: Option<i64>,
    pub completed_at: Option<i64>,
    pub failed_at: Option<i64>,
    pub expired_at: Option<i64>,
    pub cancelling_at: Option<i64>,
    pub cancelled_at: Option<i64>,
}

/// A batch to be stored.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = batches)]
pub struct NewBatch {
    pub id: String,
    pub organization_id: String,
    pub project_id: String,
    pub api_key_id: String,
    pub input_file_id: String,
    pub metadata: Option<String>,
    pub status: &'static str,
    pub created_at: i64,
    pub expires_at: i64,
}

/// A line to be stored.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = batch_items)]
pub struct NewItem {
    pub batch_id: String,
    pub line: i32,
    pub custom_id: String,
    pub starts_at: i64,
    pub bytes: i32,
    pub state: &'static str,
}

/// One line.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = batch_items)]
pub struct ItemRow {
    pub line: i32,
    pub custom_id: String,
    pub starts_at: i64,
    pub bytes: i32,
    pub video_id: Option<String>,
    pub status_code: Option<i32>,
    pub error: Option<String>,
}

pub fn insert(db: &mut Db, batch: &NewBatch) -> QueryResult<BatchRow> {
    diesel::insert_into(batches::table).values(batch).execute(db)?;
    batches::table.find(&batch.id).select(BatchRow::as_select()).first(db)
}

pub fn find(db: &mut Db, project: &str, id: &str) -> QueryResult<Option<BatchRow>> {
    let theirs = batches::table.find(id).filter(batches::project_id.eq(project));
    theirs.select(BatchRow::as_select()).first(db).optional()
}

/// The rows of a page, newest first: those after the batch `after`.
pub fn list(db: &mut Db, project: &str, page: &Page) -> Result<Vec<BatchRow>, ApiError> {
    let mut query = batches::table
        .filter(batches::project_id.eq(project))
        .select(BatchRow::as_select())
        .limit(page.rows())
        .into_boxed();
    if let Some(id) = &page.after {
        let at = find(db, project, id)?.ok_or_else(|| ApiError::not_found("batch", id))?.created_at;
        let beside = batches::created_at.eq(at);
        query = query.filter(batches::created_at.lt(at).or(beside.and(batches::id.lt(id))));
    }
    Ok(query.order((batches::created_at.desc(), batches::id.desc())).load(db)?)
}

/// How many batches of the project are not over.
pub fn open_of(db: &mut Db, project: &str) -> QueryResult<i64> {
    let open = batches::status.eq_any(Status::OPEN);
    batches::table.filter(batches::project_id.eq(project).and(open)).count().get_result(db)
}

/// The ids of batches that nobody works on, those first that were left alone longest.
pub fn idle(db: &mut Db, now_us: i64, limit: i64) -> QueryResult<Vec<String>> {
    batches::table
        .filter(batches::status.eq_any(Status::OPEN).and(batches::claimed_until.le(now_us)))
        .order((batches::claimed_until.asc(), batches::id.asc()))
        .select(batches::id)
        .limit(limit)
        .load(db)
}

/// Takes a batch that nobody works on, until then; what it is if that succeeded.
pub fn claim(db: &mut Db, id: &str, now_us: i64, until_us: i64) -> QueryResult<Option<BatchRow>> {
    let idle = batches::table.find(id).filter(batches::claimed_until.le(now_us));
    if diesel::update(idle).set(batches::claimed_until.eq(until_us)).execute(db)? == 0 {
        return Ok(None);
    }
    batches::table.find(id).select(BatchRow::as_select()).first(db).optional()
}

/// Lets go of a batch that was taken until then; who is idle next comes after those that wait longer.
pub fn release(db: &mut Db, id: &str, until_us: i64, now_us: i64) -> QueryResult<()> {
    let ours = batches::table.find(id).filter(batches::claimed_until.eq(until_us));
    diesel::update(ours).set(batches::claimed_until.eq(now_us)).execute(db).map(drop)
}

/// The batch, and nobody else changes it until the transaction ends.
pub fn lock(db: &mut Db, id: &str) -> QueryResult<Option<BatchRow>> {
    let query = batches::table.find(id);
    match db {
        Db::Postgres(db) => query.select(BatchRow::as_select()).for_update().first(db),
        Db::Sqlite(db) => query.select(BatchRow::as_select()).first(db),
    }
    .optional()
}

/// The batch has this status from now on. To be called with the batch locked.
pub fn enter(db: &mut Db, id: &str, status: Status, now_us: i64) -> QueryResult<()> {
    let batch = diesel::update(batches::table.find(id));
    let name = batches::status.eq(status.name());
    match status {
        Status::Validating => batch.set(name).execute(db),
        Status::InProgress => batch.set((name, batches::in_progress_at.eq(now_us))).execute(db),
        Status::Finalizing => batch.set((name, batches::finalizing_at.eq(now_us))).execute(db),
        Status::Completed => batch.set((name, batches::completed_at.eq(now_us))).execute(db),
        Status::Failed => batch.set((name, batches::failed_at.eq(now_us))).execute(db),
        Status::Expired => batch.set(name).execute(db),
        Status::Cancelling => batch.set((name, batches::cancelling_at.eq(now_us))).execute(db),
        Status::Cancelled => batch.set((name, batches::cancelled_at.eq(now_us))).execute(db),
    }
    .map(drop)
}

/// Its time was up.
pub fn note_late(db: &mut Db, id: &str, now_us: i64) -> QueryResult<()> {
    diesel::update(batches::table.find(id)).set(batches::expired_at.eq(now_us)).execute(db).map(drop)
}

/// Why its file cannot be read, JSON.
pub fn note_errors(db: &mut Db, id: &str, errors: &str) -> QueryResult<()> {
    diesel::update(batches::table.find(id)).set(batches::errors.eq(errors)).execute(db).map(drop)
}

/// Where its results are.
pub fn note_results(db: &mut Db, id: &str, output: Option<&str>, errors: Option<&str>) -> QueryResult<()> {
    let files = (batches::output_file_id.eq(output), batches::error_file_id.eq(errors));
    diesel::update(batches::table.find(id)).set(files).execute(db).map(drop)
}

/// Stores the lines of a batch.
pub fn insert_items(db: &mut Db, id: &str, items: &[NewItem]) -> QueryResult<()> {
    for rows in items.chunks(ROWS_MAX) {
        each!(db, |c| diesel::insert_into(batch_items::table).values(rows).execute(c))?;
    }
    let total = i32::try_from(items.len()).unwrap_or(i32::MAX);
    diesel::update(batches::table.find(id)).set(batches::lines_total.eq(total)).execute(db).map(drop)
}

/// Where the bytes of the batch's file are, past its time too; a batch keeps the file that it reads.
pub fn input(db: &mut Db, batch: &BatchRow) -> QueryResult<Option<(String, i64)>> {
    files::table
        .find(&batch.input_file_id)
        .filter(files::project_id.eq(&batch.project_id).and(files::state.eq("processed")))
        .select((files::path, files::bytes))
        .first(db)
        .optional()
}

/// How many videos of the batch are not known to be over.
pub fn submitted(db: &mut Db, id: &str) -> QueryResult<i64> {
    in_state(id, "submitted").count().get_result(db)
}

/// How many lines have not become anything yet.
pub fn waiting(db: &mut Db, id: &str) -> QueryResult<i64> {
    in_state(id, "waiting").count().get_result(db)
}

/// The next lines that wait.
pub fn next_waiting(db: &mut Db, id: &str, limit: i64) -> QueryResult<Vec<ItemRow>> {
    in_state(id, "waiting").order(batch_items::line.asc()).select(ItemRow::as_select()).limit(limit).load(db)
}

/// The ids of videos of the batch that are not known to be over.
pub fn open_videos(db: &mut Db, id: &str) -> QueryResult<Vec<String>> {
    let ids: Vec<Option<String>> = in_state(id, "submitted").select(batch_items::video_id).load(db)?;
    Ok(ids.into_iter().flatten().collect())
}

fn in_state<'a>(id: &'a str, state: &'static str) -> batch_items::BoxedQuery<'a, Backend> {
    batch_items::table.filter(batch_items::batch_id.eq(id).and(batch_items::state.eq(state))).into_boxed()
}

/// A line that waits becomes this video; whether it still waited.
pub fn submit(db: &mut Db, id: &str, line: i32, video: &str) -> QueryResult<bool> {
    let item = batch_items::table.find((id, line)).filter(batch_items::state.eq("waiting"));
    let changes = (batch_items::state.eq("submitted"), batch_items::video_id.eq(video));
    diesel::update(item).set(changes).execute(db).map(|rows| rows > 0)
}

/// A line that waits becomes no video; whether it still waited. `error` is the answer's body, JSON.
pub fn refuse(db: &mut Db, id: &str, line: i32, status_code: i32, error: &str) -> QueryResult<bool> {
    let item = batch_items::table.find((id, line)).filter(batch_items::state.eq("waiting"));
    let changes = (
        batch_items::state.eq("refused"),
        batch_items::status_code.eq(status_code),
        batch_items::error.eq(error),
    );
    let refused = diesel::update(item).set(changes).execute(db)? > 0;
    count_over(db, id, 0, i32::from(refused)).map(|()| refused)
}

/// No line waits any more: those that did become no video.
pub fn drop_waiting(db: &mut Db, id: &str) -> QueryResult<()> {
    let waiting =
        batch_items::table.filter(batch_items::batch_id.eq(id)).filter(batch_items::state.eq("waiting"));
    let dropped = diesel::update(waiting).set(batch_items::state.eq("dropped")).execute(db)?;
    count_over(db, id, 0, i32::try_from(dropped).unwrap_or(i32::MAX))
}

/// Notes which videos of the batch are over.
pub fn settle(db: &mut Db, id: &str) -> QueryResult<()> {
    let over: Vec<(i32, String)> = batch_items::table
        .inner_join(videos::table)
        .filter(batch_items::batch_id.eq(id).and(batch_items::state.eq("submitted")))
        .filter(videos::status.eq_any(["completed", "failed"]))
        .select((batch_items::line, videos::status))
        .load(db)?;
    if over.is_empty() {
        return Ok(());
    }
    let lines: Vec<i32> = over.iter().map(|(line, _)| *line).collect();
    let items = batch_items::table
        .filter(batch_items::batch_id.eq(id))
        .filter(batch_items::line.eq_any(&lines).and(batch_items::state.eq("submitted")));
    diesel::update(items).set(batch_items::state.eq("over")).execute(db)?;
    let completed = over.iter().filter(|(_, status)| status == "completed").count();
    let count = |lines: usize| i32::try_from(lines).unwrap_or(i32::MAX);
    count_over(db, id, count(completed), count(over.len() - completed))
}

fn count_over(db: &mut Db, id: &str, completed: i32, failed: i32) -> QueryResult<()> {
    let counts = (
        batches::lines_completed.eq(batches::lines_completed + completed),
        batches::lines_failed.eq(batches::lines_failed + failed),
    );
    diesel::update(batches::table.find(id)).set(counts).execute(db).map(drop)
}

/// Lines behind `line`, in their order.
pub fn items_after(db: &mut Db, id: &str, line: i32, limit: i64) -> QueryResult<Vec<ItemRow>> {
    batch_items::table
        .filter(batch_items::batch_id.eq(id).and(batch_items::line.gt(line)))
        .order(batch_items::line.asc())
        .select(ItemRow::as_select())
        .limit(limit)
        .load(db)
}
