//! Ends videos that may no longer be made, whether they wait or a worker is on them: the worker finds its lease lost at the
//! next heartbeat and drops the run.

use kinora_billing::Reason;
use kinora_store::Db;

use super::flow::{Terms, compute_micros};
use super::rules::RunState;
use super::store;
use crate::ApiError;
use crate::videos::rules::{Event, Status, next};
use crate::videos::wire::status_of;
use crate::videos::{end_without_clip, store as videos};

/// Locks a video of a project together with the run that is on it, in the order in which workers' messages lock them; its
/// status. `None` when it is deleted.
///
/// # Errors
/// When the database fails.
pub fn lock(db: &mut Db, project: &str, video: &str) -> Result<Option<Status>, ApiError> {
    if let Some((run, _)) = store::leased_run(db, video)? {
        store::lock_run(db, &run)?;
    }
    let row = videos::lock(db, project, video)?;
    row.as_ref().map(status_of).transpose()
}

/// Ends a video that is not over, [locked](lock), and gives its hold back; `why` is its error's code and message.
///
/// # Errors
/// When it is over already, or the database fails.
pub fn stop(
    db: &mut Db,
    (video, from): (&str, Status),
    why: (&str, &str),
    terms: Terms,
    now_us: i64,
) -> Result<(), ApiError> {
    let event = if from == Status::Queued { Event::CancelAsked } else { Event::Stopped };
    let status = next(from, event).map_err(anyhow::Error::from)?;
    if let Some((run, started_at)) = store::leased_run(db, video)? {
        let held_us = u64::try_from(now_us.saturating_sub(started_at)).unwrap_or(0);
        let compute_micros = compute_micros(db, None, held_us, (terms, now_us))?;
        let over = store::End {
            state: RunState::Failed,
            failure: Some("the video was stopped: it may no longer be made"),
            compute_micros,
            ended_at: now_us,
        };
        store::end_run(db, &run, &over)?;
    }
    store::give_up(db, video, status, why)?;
    end_without_clip(db, video, Reason::Moderated, now_us)
}
