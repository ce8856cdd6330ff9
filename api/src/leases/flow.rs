//! What a worker's messages change: each message is one transaction, and no video has two winners.

use kinora_billing::{Micros, Reason, capture};
use kinora_spec::lease::{Fail, FailReason, Finish, Heartbeat, HeartbeatAnswer, InputKind, Lease};
use kinora_spec::limits::{LEASE_MS, WORKER_NAME_BYTES_MAX};
use kinora_spec::{Likeness, Spec, catalogue};
use kinora_store::Db;

use super::rules::{self, Ending, Fate, RunState, Standing};
pub use super::store::Look;
use super::store::{self, NewRun, RunRow};
use super::wire::LeaseError;
use crate::characters::cast::{self, Looks};
use crate::characters::keeper::Keeper;
use crate::characters::rules::{CAMEO_REVOKED, CAMEO_REVOKED_MESSAGE};
use crate::clock::SECOND_US;
use crate::events;
use crate::events::kinds::{VIDEO_COMPLETED, VIDEO_STARTED};
use crate::ids::RunId;
use crate::live::store as live;
use crate::money::rules::delivered;
use crate::sources::store::InputRow;
use crate::videos::rules::{
    Event, GENERATION_FAILED, GENERATION_FAILED_MESSAGE, Status, expires_at_us, next,
};
use crate::videos::{end_without_clip, store as videos};
use crate::{ApiError, App, limits, sources};

/// How long a lease lasts after a claim or a heartbeat, microseconds.
pub const LEASE_US: i64 = LEASE_MS as i64 * (SECOND_US / 1_000);

/// Who claims what.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// The worker's name.
    pub worker: String,
    /// What it can run, of what this build knows.
    pub models: Vec<&'static str>,
}

/// What a server's settings add to a clip.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// What an hour of a device costs the operator where no rate was set over the API, micro-dollars.
    pub compute_rate_micros_per_hour: i64,
    /// How long files are kept, seconds; `None` for ever.
    pub asset_retention_seconds: Option<u64>,
}

impl Terms {
    /// What the settings of `app` say.
    #[must_use]
    pub fn of(app: &App) -> Self {
        Self {
            compute_rate_micros_per_hour: app.config.compute_rate_micros_per_hour,
            asset_retention_seconds: app.config.asset_retention_seconds,
        }
    }
}

impl Claimant {
    /// Whoever sent `claim`.
    ///
    /// # Errors
    /// When the name is empty or too long.
    pub fn of(claim: &kinora_spec::lease::Claim) -> Result<Self, LeaseError> {
        if claim.worker.is_empty()
            || claim.worker.len() > WORKER_NAME_BYTES_MAX
            || claim.worker.contains('\0')
        {
            return Err(LeaseError::BadMessage("A worker's name has 1 to 128 bytes and no U+0000."));
        }
        let known = |id: &String| catalogue::find(id).map(|model| model.id);
        Ok(Self { worker: claim.worker.clone(), models: claim.models.iter().filter_map(known).collect() })
    }
}

/// How one try to claim ended.
enum Try {
    Leased(Box<Lease>),
    Nothing,
    /// Another claim took the last place under a limit.
    Late,
}

/// Leases the next run that `claimant` can do, if there is one.
///
/// # Errors
/// When the database fails; nothing is leased then.
pub fn claim(
    db: &mut Db,
    claimant: &Claimant,
    keeper: &Keeper,
    now_us: i64,
) -> Result<Option<Lease>, LeaseError> {
    loop {
        // Looked at outside of the transaction first: an idle worker must not take SQLite's write lock.
        if claimant.models.is_empty() || store::waiting_organizations(db, &claimant.models)?.is_empty() {
            return Ok(None);
        }
        match db.write_tx(|db| try_claim(db, claimant, keeper, now_us))? {
            Try::Leased(lease) => return Ok(Some(*lease)),
            Try::Nothing => return Ok(None),
            // In a new transaction: to wait for the row of one limit while holding that of another could end in a circle.
            // The next look sees what the other claim began, and passes over what may not begin beside it.
            Try::Late => {}
        }
    }
}

fn try_claim(db: &mut Db, claimant: &Claimant, keeper: &Keeper, now_us: i64) -> Result<Try, LeaseError> {
    for organization in store::waiting_organizations(db, &claimant.models)? {
        while let Some(waiting) = store::lock_next(db, &organization, &claimant.models)? {
            let status = legal(Status::Queued, Event::Leased)?;
            let Ok(spec) = serde_json::from_str::<Spec>(&waiting.spec) else {
                // Of a release that wrote specs otherwise. It must not stop those behind it.
                tracing::error!(video_id = waiting.id, "a spec cannot be read; its video is given up");
                let why = (GENERATION_FAILED, GENERATION_FAILED_MESSAGE);
                give_up(db, &waiting.id, (status, why), Reason::Failed, now_us)?;
                continue;
            };
            let Some(likenesses) = looks(db, keeper, (&waiting.id, status), now_us)? else { continue };
            if !limits::may_begin(db, &waiting.project_id, &waiting.api_key_id)? {
                return Ok(Try::Late);
            }
            let run_id = RunId::new();
            let attempt = waiting.attempts.saturating_add(1);
            let run = NewRun {
                id: run_id.as_str(),
                video_id: &waiting.id,
                attempt,
                worker: &claimant.worker,
                now_us,
                lease_until: now_us + LEASE_US,
            };
            if store::begin(db, &run, status)? {
                events::video(db, VIDEO_STARTED, &waiting.id, now_us)?;
            }
            let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
            return Ok(Try::Leased(Box::new(Lease {
                run_id: run_id.to_string(),
                attempt,
                spec,
                inputs: sources::inputs_of(db, &waiting.id)?,
                likenesses,
                lease_ms: LEASE_MS,
            })));
        }
    }
    Ok(Try::Nothing)
}

/// The looks of a video's cast; `None` when the video was given up, because they may not or cannot be shown.
fn looks(
    db: &mut Db,
    keeper: &Keeper,
    (video, status): (&str, Status),
    now_us: i64,
) -> Result<Option<Vec<Likeness>>, LeaseError> {
    let (why, reason) = match cast::likenesses_of(db, keeper, video, now_us) {
        Ok(Looks::Shown(looks)) => return Ok(Some(looks)),
        Ok(Looks::Withdrawn(character)) => {
            cast::note_stopped(db, &character, video, now_us)?;
            ((CAMEO_REVOKED, CAMEO_REVOKED_MESSAGE), Reason::Moderated)
        }
        Err(ApiError::Internal(error)) => {
            // It must not stop those behind it.
            tracing::error!(
                video_id = video,
                "the looks of a cast cannot be read; its video is given up: {error:#}"
            );
            ((GENERATION_FAILED, GENERATION_FAILED_MESSAGE), Reason::Failed)
        }
        Err(error) => return Err(error.into()),
    };
    give_up(db, video, (status, why), reason, now_us)?;
    Ok(None)
}

/// Ends a video that nobody can make; `why` is what its customer hears.
fn give_up(
    db: &mut Db,
    video: &str,
    (from, why): (Status, (&str, &str)),
    reason: Reason,
    now_us: i64,
) -> Result<(), LeaseError> {
    store::give_up(db, video, legal(from, Event::GaveUp)?, why)?;
    Ok(end_without_clip(db, video, reason, now_us)?)
}

/// Lets a lease live on and notes how far the run is, and what its clip will look like if that is told.
///
/// # Errors
/// [`LeaseError::Lost`] when the lease is no longer held.
pub fn heartbeat(
    db: &mut Db,
    run: &str,
    (beat, picture): (&Heartbeat, Option<&[u8]>),
    now_us: i64,
) -> Result<HeartbeatAnswer, LeaseError> {
    db.write_tx(|db| {
        let run = held(db, run, now_us)?;
        store::beat(db, &run, beat, now_us + LEASE_US)?;
        events::video_progress(db, &run.video_id, run.progress, i32::from(beat.progress), now_us)?;
        if let Some(picture) = picture {
            live::set_preview(db, &run.video_id, picture, now_us)?;
        }
        Ok(HeartbeatAnswer { cancel: run.cancel_requested })
    })
}

/// The run of a lease that is held, and its video, locked. A lease ends at its time, whether or not the
/// reaper has been there.
///
/// # Errors
/// [`LeaseError::Lost`] when it is not held.
pub fn held(db: &mut Db, run: &str, now_us: i64) -> Result<RunRow, LeaseError> {
    let row = store::lock_run(db, run)?.ok_or(LeaseError::Lost)?;
    if row.state == RunState::Leased.name() && row.lease_until > now_us {
        Ok(row)
    } else {
        Err(LeaseError::Lost)
    }
}

/// Where something is that a held run is made from.
///
/// # Errors
/// [`LeaseError::Lost`] when the lease is not held; [`LeaseError::BadMessage`] when the run has nothing of the kind.
pub fn input(db: &mut Db, run: &str, kind: InputKind, now_us: i64) -> Result<InputRow, LeaseError> {
    let run = held(db, run, now_us)?;
    let input = sources::store::input(db, &run.video_id, kind.name())?;
    input.ok_or(LeaseError::BadMessage("This run has no input of this kind."))
}

/// Completes the video of a run whose clip is here and whole. The same message again changes nothing.
///
/// A customer who canceled before this gets no clip: the run fails, and the worker hears that its lease is
/// lost.
///
/// # Errors
/// [`LeaseError::Lost`] and [`LeaseError::BadAssets`]; the lease is still held after the latter.
pub fn finish(db: &mut Db, run: &str, finish: &Finish, terms: Terms, now_us: i64) -> Result<(), LeaseError> {
    let completed = db.write_tx(|db| {
        let row = store::lock_run(db, run)?.ok_or(LeaseError::Lost)?;
        let spec: Spec = serde_json::from_str(&row.spec).map_err(anyhow::Error::from)?;
        let stored = store::assets(db, run)?;
        if row.state == RunState::Finished.name() {
            // The answer to the first one did not arrive.
            rules::check_assets(&finish.assets, &stored, spec.generate_audio)
                .map_err(|_| LeaseError::Lost)?;
            return Ok(true);
        }
        let row = held(db, run, now_us)?;
        if row.cancel_requested {
            let late = Ending::Failed(FailReason::Canceled);
            end(db, &row, late, "finished after it was canceled", (terms, now_us))?;
            return Ok::<bool, LeaseError>(false);
        }
        rules::check_assets(&finish.assets, &stored, spec.generate_audio)?;
        let device = Some(finish.report.device.name.as_str());
        let compute_micros = compute_micros(db, device, finish.report.device_us(), (terms, now_us))?;
        let over = store::End { state: RunState::Finished, failure: None, compute_micros, ended_at: now_us };
        store::end_run(db, run, &over)?;
        let result = store::Outcome {
            run_id: run,
            report: &serde_json::to_string(&finish.report).map_err(anyhow::Error::from)?,
            compute_micros,
            completed_at: now_us,
            expires_at: expires_at_us(now_us, terms.asset_retention_seconds),
        };
        store::complete(db, &row.video_id, legal(status_of(&row)?, Event::Finished)?, &result)?;
        capture(db, &row.video_id, delivered(&spec, &finish.report.output), now_us)?;
        events::video(db, VIDEO_COMPLETED, &row.video_id, now_us)?;
        Ok(true)
    })?;
    if completed { Ok(()) } else { Err(LeaseError::Lost) }
}

/// What the device time of a run costs the operator, micro-dollars; at most what a column holds, since a
/// worker's report is not to stop its clip.
pub(super) fn compute_micros(
    db: &mut Db,
    device: Option<&str>,
    device_us: u64,
    (terms, now_us): (Terms, i64),
) -> diesel::QueryResult<i64> {
    let set = store::compute_rate(db, device, now_us)?;
    let rate = Micros::new(set.unwrap_or(terms.compute_rate_micros_per_hour));
    Ok(Micros::per_hour(rate, device_us).map_or(i64::MAX, Micros::get))
}

/// Ends a run without a clip, as its worker says.
///
/// # Errors
/// [`LeaseError::Lost`] when the lease is no longer held.
pub fn fail(db: &mut Db, run: &str, fail: &Fail, (terms, now_us): (Terms, i64)) -> Result<(), LeaseError> {
    db.write_tx(|db| {
        let row = held(db, run, now_us)?;
        let message = fail.message.replace('\0', " ");
        end(db, &row, Ending::Failed(fail.reason), &message, (terms, now_us))
    })
}

/// Ends a run whose worker was silent too long; whether it did.
///
/// # Errors
/// When the database fails.
pub fn expire(db: &mut Db, run: &str, (terms, now_us): (Terms, i64)) -> Result<bool, LeaseError> {
    db.write_tx(|db| {
        // Looked at again under lock: a heartbeat may have come in between.
        let Some(row) = store::lock_run(db, run)? else { return Ok(false) };
        let is_over = row.state == RunState::Leased.name() && row.lease_until <= now_us;
        if is_over {
            end(db, &row, Ending::Expired, "the worker stayed silent", (terms, now_us))?;
        }
        Ok(is_over)
    })
}

/// Ends the runs of the workers whose names begin with `prefix`, which died with the process that this one
/// follows; how many.
///
/// # Errors
/// When the database fails.
pub fn recover(db: &mut Db, prefix: &str, (terms, now_us): (Terms, i64)) -> Result<usize, LeaseError> {
    let mut recovered = 0;
    for run in store::leased_by(db, prefix)? {
        // One transaction a run: to hold the locks of several videos at once could block another node's reaper, and
        // be blocked by it.
        recovered += usize::from(db.write_tx(|db| {
            let Some(row) = store::lock_run(db, &run)? else { return Ok::<bool, LeaseError>(false) };
            let is_leased = row.state == RunState::Leased.name();
            if is_leased {
                end(db, &row, Ending::Restarted, "the process of the worker ended", (terms, now_us))?;
            }
            Ok(is_leased)
        })?);
    }
    Ok(recovered)
}

/// A closer look at a video than its customer gets.
///
/// # Errors
/// When the database fails, or there is no such video.
pub fn look(db: &mut Db, video: &str) -> Result<Look, kinora_store::Error> {
    Ok(store::look(db, video)?)
}

/// Ends a run without a clip, sends its video where the rules say, and charges nothing for one that is over. What the
/// run cost to compute is not known: the time for which its worker held it is the most it can be.
fn end(
    db: &mut Db,
    run: &RunRow,
    ending: Ending,
    failure: &str,
    (terms, now_us): (Terms, i64),
) -> Result<(), LeaseError> {
    let lost = u32::try_from(store::returned_runs(db, &run.video_id)?).unwrap_or(u32::MAX);
    let until_us = if ending == Ending::Expired { run.lease_until } else { now_us };
    let held_us = u64::try_from(until_us.saturating_sub(run.started_at)).unwrap_or(0);
    let compute_micros = compute_micros(db, None, held_us, (terms, now_us))?;
    let over = store::End { state: ending.state(), failure: Some(failure), compute_micros, ended_at: now_us };
    store::end_run(db, &run.id, &over)?;
    let attempts = u32::try_from(run.attempts).unwrap_or(0);
    let standing = Standing { attempts, lost, cancel_requested: run.cancel_requested };
    let from = status_of(run)?;
    match rules::fate(ending, standing) {
        Fate::Queued { attempts } => {
            let attempts = i32::try_from(attempts).unwrap_or(i32::MAX);
            store::requeue(db, &run.video_id, legal(from, Event::Freed)?, attempts)?;
        }
        Fate::Canceled => {
            videos::cancel(db, &run.video_id, legal(from, Event::Stopped)?, now_us)?;
            end_without_clip(db, &run.video_id, Reason::Canceled, now_us)?;
        }
        Fate::Failed => {
            let why = (GENERATION_FAILED, GENERATION_FAILED_MESSAGE);
            store::give_up(db, &run.video_id, legal(from, Event::GaveUp)?, why)?;
            end_without_clip(db, &run.video_id, Reason::Failed, now_us)?;
        }
    }
    Ok(())
}

fn status_of(run: &RunRow) -> Result<Status, LeaseError> {
    let status = Status::from_name(&run.status);
    Ok(status.ok_or_else(|| anyhow::anyhow!("the video {} has the status {:?}", run.video_id, run.status))?)
}

fn legal(from: Status, event: Event) -> Result<Status, LeaseError> {
    Ok(next(from, event).map_err(anyhow::Error::from)?)
}
