//! All SQL of leases. It opens no transaction; what it reads in order to write from it, it locks.

use diesel::sql_types::{BigInt, Integer, Text};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _, OptionalExtension as _,
    QueryDsl as _, QueryResult, Queryable, QueryableByName, RunQueryDsl as _, TextExpressionMethods as _,
};
use kinora_spec::lease::{AssetDigest, AssetKind, Heartbeat};
use kinora_store::schema::{assets, compute_rates, runs, videos};
use kinora_store::{Db, Dialect};

use super::rules::RunState;
use crate::limits::NOT_FULL;
use crate::videos::rules::Status;

/// Most organizations that one claim looks at: further ones are only reached when others claim the heads
/// of all these at the same moment.
const ORGANIZATIONS_MAX: i64 = 16;

/// Stands in an asset's row until its bytes have arrived: no hash of anything.
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[derive(QueryableByName)]
struct OrganizationRow {
    #[diesel(sql_type = Text)]
    organization_id: String,
}

/// Which videos one of `models` can make now, as SQL. The models are ids of the catalogue, which no request can change.
fn claimable(models: &[&'static str]) -> String {
    let models: Vec<String> = models.iter().map(|id| format!("'{id}'")).collect();
    format!(
        "videos.status = 'queued' AND videos.deleted_at IS NULL AND videos.model_id IN ({}) AND {NOT_FULL}",
        models.join(", ")
    )
}

/// The organizations with a video that one of `models` can make now: the fewest running runs first, then the one
/// that had its turn longest ago, so that one worker alone is fair too.
pub fn waiting_organizations(db: &mut Db, models: &[&'static str]) -> QueryResult<Vec<String>> {
    let claimable = claimable(models);
    let query = format!(
        "SELECT waiting.organization_id AS organization_id FROM (
             SELECT DISTINCT organization_id FROM videos WHERE {claimable}
         ) AS waiting LEFT JOIN (
             SELECT organization_id, COUNT(*) AS count FROM videos WHERE status = 'in_progress'
             GROUP BY organization_id
         ) AS running ON running.organization_id = waiting.organization_id
         ORDER BY
             COALESCE(running.count, 0),
             COALESCE((SELECT MAX(served.started_at) FROM videos AS served
                 WHERE served.organization_id = waiting.organization_id AND served.started_at IS NOT NULL), 0),
             waiting.organization_id
         LIMIT $1"
    );
    let rows: Vec<OrganizationRow> =
        diesel::sql_query(query).bind::<BigInt, _>(ORGANIZATIONS_MAX).load(db)?;
    Ok(rows.into_iter().map(|row| row.organization_id).collect())
}

/// A video that waits.
#[derive(Debug, QueryableByName)]
pub struct WaitingRow {
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub project_id: String,
    #[diesel(sql_type = Text)]
    pub api_key_id: String,
    #[diesel(sql_type = Text)]
    pub spec: String,
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
}

/// The next video of an organization that one of `models` can make now, locked; `None` too when another claim
/// holds it at this moment.
pub fn lock_next(
    db: &mut Db,
    organization: &str,
    models: &[&'static str],
) -> QueryResult<Option<WaitingRow>> {
    let lock = match db.dialect() {
        Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
        Dialect::Sqlite => "",
    };
    let query = format!(
        "SELECT id, project_id, api_key_id, spec, attempts FROM videos
         WHERE organization_id = $1 AND {}
         ORDER BY priority DESC, created_at, id LIMIT 1 {lock}",
        claimable(models)
    );
    diesel::sql_query(query).bind::<Text, _>(organization).get_result(db).optional()
}

/// What is written when a run begins. Times are microseconds since 1970.
pub struct NewRun<'a> {
    pub id: &'a str,
    pub video_id: &'a str,
    pub attempt: i32,
    pub worker: &'a str,
    pub now_us: i64,
    pub lease_until: i64,
}

/// The run begins, and its video with it; whether it is the video's first.
pub fn begin(db: &mut Db, run: &NewRun<'_>, status: Status) -> QueryResult<bool> {
    let values = (
        runs::id.eq(run.id),
        runs::video_id.eq(run.video_id),
        runs::attempt.eq(run.attempt),
        runs::worker.eq(run.worker),
        runs::state.eq(RunState::Leased.name()),
        runs::lease_until.eq(run.lease_until),
        runs::started_at.eq(run.now_us),
    );
    diesel::insert_into(runs::table).values(values).execute(db)?;
    let video = videos::table.find(run.video_id);
    let changes = (
        videos::status.eq(status.name()),
        videos::attempts.eq(run.attempt),
        videos::run_id.eq(run.id),
        videos::progress.eq(0),
    );
    diesel::update(video).set(changes).execute(db)?;
    let first = videos::table.find(run.video_id).filter(videos::started_at.is_null());
    diesel::update(first).set(videos::started_at.eq(run.now_us)).execute(db).map(|rows| rows > 0)
}

/// A run and what counts of its video.
#[derive(Debug, Queryable)]
pub struct RunRow {
    pub id: String,
    pub video_id: String,
    pub state: String,
    pub lease_until: i64,
    pub started_at: i64,
    pub spec: String,
    pub status: String,
    pub attempts: i32,
    pub cancel_requested: bool,
    pub progress: i32,
}

/// The run of that id and its video, both locked.
pub fn lock_run(db: &mut Db, id: &str) -> QueryResult<Option<RunRow>> {
    let query = runs::table
        .inner_join(videos::table.on(runs::video_id.eq(videos::id)))
        .filter(runs::id.eq(id))
        .select((
            runs::id,
            runs::video_id,
            runs::state,
            runs::lease_until,
            runs::started_at,
            videos::spec,
            videos::status,
            videos::attempts,
            videos::cancel_requested,
            videos::progress,
        ));
    match db {
        Db::Postgres(db) => query.for_update().first(db),
        Db::Sqlite(db) => query.first(db),
    }
    .optional()
}

/// The run that holds a video now, and when it began, microseconds since 1970. To be called with the video locked.
pub fn leased_run(db: &mut Db, video: &str) -> QueryResult<Option<(String, i64)>> {
    let leased = runs::table.filter(runs::video_id.eq(video).and(runs::state.eq(RunState::Leased.name())));
    leased.select((runs::id, runs::started_at)).first(db).optional()
}

/// How many runs of a video were handed back or died with their process.
pub fn returned_runs(db: &mut Db, video: &str) -> QueryResult<i64> {
    let returned = runs::state.eq(RunState::Returned.name());
    runs::table.filter(runs::video_id.eq(video).and(returned)).count().get_result(db)
}

/// The lease lives on, and the video is this far. Its progress does not fall within a run.
pub fn beat(db: &mut Db, run: &RunRow, beat: &Heartbeat, lease_until: i64) -> QueryResult<()> {
    diesel::update(runs::table.find(&run.id)).set(runs::lease_until.eq(lease_until)).execute(db)?;
    let eta_ms = beat.eta_ms.map(|eta_ms| i32::try_from(eta_ms).unwrap_or(i32::MAX));
    let changes = (videos::phase.eq(beat.phase.name()), videos::eta_ms.eq(eta_ms));
    diesel::update(videos::table.find(&run.video_id)).set(changes).execute(db)?;
    let progress = i32::from(beat.progress);
    let behind = videos::table.find(&run.video_id).filter(videos::progress.lt(progress));
    diesel::update(behind).set(videos::progress.eq(progress)).execute(db).map(drop)
}

/// How a run ended. Times are microseconds since 1970.
pub struct End<'a> {
    pub state: RunState,
    pub failure: Option<&'a str>,
    /// What it cost to compute, micro-dollars.
    pub compute_micros: i64,
    pub ended_at: i64,
}

/// The run is over.
pub fn end_run(db: &mut Db, id: &str, end: &End<'_>) -> QueryResult<()> {
    let changes = (
        runs::state.eq(end.state.name()),
        runs::ended_at.eq(end.ended_at),
        runs::failure.eq(end.failure),
        runs::compute_micros.eq(end.compute_micros),
    );
    diesel::update(runs::table.find(id)).set(changes).execute(db).map(drop)
}

/// What an hour of a device costs, micro-dollars: the newest rate in force for the device of that name, else for all
/// devices, else none.
pub fn compute_rate(db: &mut Db, device: Option<&str>, now_us: i64) -> QueryResult<Option<i64>> {
    let this = compute_rates::device.is_null().or(compute_rates::device.eq(device.unwrap_or_default()));
    compute_rates::table
        .filter(compute_rates::effective_at.le(now_us).and(this))
        .order((
            compute_rates::device.is_null().asc(),
            compute_rates::effective_at.desc(),
            compute_rates::id.desc(),
        ))
        .select(compute_rates::micros_per_hour)
        .first(db)
        .optional()
}

/// The video waits again; `attempts` are used up.
pub fn requeue(db: &mut Db, video: &str, status: Status, attempts: i32) -> QueryResult<()> {
    let changes = (
        videos::status.eq(status.name()),
        videos::attempts.eq(attempts),
        videos::progress.eq(0),
        videos::phase.eq(None::<String>),
        videos::eta_ms.eq(None::<i32>),
        videos::run_id.eq(None::<String>),
    );
    diesel::update(videos::table.find(video)).set(changes).execute(db).map(drop)
}

/// The video is over without a clip; why, as the customer sees it.
pub fn give_up(db: &mut Db, video: &str, status: Status, (code, message): (&str, &str)) -> QueryResult<()> {
    let changes = (
        videos::status.eq(status.name()),
        videos::error_code.eq(code),
        videos::error_message.eq(message),
        videos::phase.eq(None::<String>),
        videos::eta_ms.eq(None::<i32>),
    );
    diesel::update(videos::table.find(video)).set(changes).execute(db).map(drop)
}

/// What a completed video has more than others. Times are microseconds since 1970.
pub struct Outcome<'a> {
    pub run_id: &'a str,
    /// JSON.
    pub report: &'a str,
    /// Micro-dollars.
    pub compute_micros: i64,
    pub completed_at: i64,
    pub expires_at: Option<i64>,
}

/// The clip is there.
pub fn complete(db: &mut Db, video: &str, status: Status, result: &Outcome<'_>) -> QueryResult<()> {
    let changes = (
        videos::status.eq(status.name()),
        videos::progress.eq(100),
        videos::phase.eq(None::<String>),
        videos::eta_ms.eq(None::<i32>),
        videos::run_id.eq(result.run_id),
        videos::report.eq(result.report),
        videos::compute_micros.eq(result.compute_micros),
        videos::completed_at.eq(result.completed_at),
        videos::expires_at.eq(result.expires_at),
    );
    diesel::update(videos::table.find(video)).set(changes).execute(db).map(drop)
}

/// The ids of runs whose lease is over, oldest first.
pub fn expired(db: &mut Db, now_us: i64, limit: i64) -> QueryResult<Vec<String>> {
    let over = runs::state.eq(RunState::Leased.name()).and(runs::lease_until.le(now_us));
    runs::table.filter(over).order(runs::lease_until.asc()).limit(limit).select(runs::id).load(db)
}

/// The ids of runs that a worker holds whose name begins with `prefix`, which has no `%` and no `_`.
pub fn leased_by(db: &mut Db, prefix: &str) -> QueryResult<Vec<String>> {
    let theirs = runs::state.eq(RunState::Leased.name()).and(runs::worker.like(format!("{prefix}%")));
    runs::table.filter(theirs).select(runs::id).load(db)
}

/// Notes that a file is about to be written, so that it is found and removed whatever happens then.
pub fn expect_asset(db: &mut Db, run: &str, kind: AssetKind, path: &str) -> QueryResult<()> {
    diesel::delete(assets::table.find((run, kind.name()))).execute(db)?;
    let values = (
        assets::run_id.eq(run),
        assets::kind.eq(kind.name()),
        assets::path.eq(path),
        assets::bytes.eq(0_i64),
        assets::sha256.eq(NO_HASH),
    );
    diesel::insert_into(assets::table).values(values).execute(db).map(drop)
}

/// Notes what arrived.
pub fn fill_asset(db: &mut Db, run: &str, digest: &AssetDigest) -> QueryResult<()> {
    let bytes = i64::try_from(digest.bytes).unwrap_or(i64::MAX);
    let changes = (assets::bytes.eq(bytes), assets::sha256.eq(&digest.sha256));
    diesel::update(assets::table.find((run, digest.kind.name()))).set(changes).execute(db).map(drop)
}

/// The files of a run that have arrived.
pub fn assets(db: &mut Db, run: &str) -> QueryResult<Vec<AssetDigest>> {
    let query = assets::table.filter(assets::run_id.eq(run).and(assets::sha256.ne(NO_HASH)));
    let rows: Vec<(String, i64, String)> =
        query.select((assets::kind, assets::bytes, assets::sha256)).load(db)?;
    let digest = |(kind, bytes, sha256): (String, i64, String)| {
        Some(AssetDigest { kind: AssetKind::from_name(&kind)?, bytes: u64::try_from(bytes).ok()?, sha256 })
    };
    Ok(rows.into_iter().filter_map(digest).collect())
}

/// What the operator sees of a video beyond what its customer does.
#[derive(Clone, Debug)]
pub struct Look {
    /// What is being done.
    pub phase: Option<String>,
    /// Expected time to the end, milliseconds.
    pub eta_ms: Option<i32>,
    /// The cost report, JSON.
    pub report: Option<String>,
    /// What computing it cost, micro-dollars.
    pub compute_micros: Option<i64>,
    /// Why the last run that failed did.
    pub failure: Option<String>,
}

pub fn look(db: &mut Db, video: &str) -> QueryResult<Look> {
    let failed = runs::table.filter(runs::video_id.eq(video).and(runs::failure.is_not_null()));
    let failure = failed.order(runs::started_at.desc()).select(runs::failure).first(db).optional()?.flatten();
    let columns = (videos::phase, videos::eta_ms, videos::report, videos::compute_micros);
    let (phase, eta_ms, report, compute_micros) = videos::table.find(video).select(columns).first(db)?;
    Ok(Look { phase, eta_ms, report, compute_micros, failure })
}
