//! The reaper: brings back the runs of workers that have gone silent. Files of runs that did not win are
//! removed by `videos::jobs::sweep`.

use super::flow::{self, Terms};
use super::node::Node;
use super::store;
use super::wire::LeaseError;
use crate::App;

/// How often leases that are over are looked for, milliseconds.
pub const REAP_INTERVAL_MS: u64 = 1_000;

/// Most runs of one look, so that it stays short.
const REAP_RUNS_MAX: i64 = 256;

/// Ends the runs whose leases are over; returns how many.
///
/// # Errors
/// When the database fails; the next look goes on where this one stopped.
pub async fn reap(app: &App) -> Result<usize, LeaseError> {
    let now_us = app.clock.now_us();
    let at = (Terms::of(app), now_us);
    let over =
        app.store.run(move |db| store::expired(db, now_us, REAP_RUNS_MAX).map_err(LeaseError::from)).await?;
    let mut ended = 0;
    for run in over {
        let name = run.clone();
        if app.store.run(move |db| flow::expire(db, &run, at)).await? {
            tracing::warn!(run_id = name, "a worker stayed silent; its run has ended");
            app.wake.notify_one();
            ended += 1;
        }
    }
    Ok(ended)
}

/// Ends the runs of this node's own workers at once, instead of when their leases end: they died with the
/// process that this one follows. Blocks the calling thread. Only whoever holds the [`Node`] can do this,
/// so no living process is robbed.
///
/// # Errors
/// When the database fails.
pub fn recover(app: &App, node: &Node) -> Result<usize, LeaseError> {
    let (prefix, at) = (node.workers(), (Terms::of(app), app.clock.now_us()));
    app.store.run_blocking(|db| flow::recover(db, &prefix, at))
}
