//! What a server does beside answering: one function a loop.

use std::time::Duration;

use actix_web::web::Data;
use kinora::App;
use kinora::leases::jobs::{REAP_INTERVAL_MS, reap};
use kinora::videos::jobs::{SWEEP_INTERVAL_MS, sweep};
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Starts the loops, each of which begins at once; they end when the set is dropped.
pub fn start(app: &Data<App>) -> JoinSet<()> {
    let mut loops = JoinSet::new();
    loops.spawn(reap_leases(app.clone()));
    loops.spawn(sweep_files(app.clone()));
    loops
}

async fn reap_leases(app: Data<App>) {
    let mut ticks = every(REAP_INTERVAL_MS);
    loop {
        ticks.tick().await;
        if let Err(error) = reap(&app).await {
            tracing::error!(%error, "leases that are over could not be ended yet");
        }
    }
}

async fn sweep_files(app: Data<App>) {
    let mut ticks = every(SWEEP_INTERVAL_MS);
    loop {
        ticks.tick().await;
        // One look has a limit, so that it stays short; looks follow each other until there is nothing left.
        loop {
            match sweep(&app).await {
                Ok(0) => break,
                Ok(removed) => tracing::info!(removed, "files that nobody can reach were removed"),
                Err(error) => {
                    tracing::error!("files that nobody can reach could not be removed yet: {error:#}");
                    break;
                }
            }
        }
    }
}

fn every(interval_ms: u64) -> Interval {
    let mut ticks = interval(Duration::from_millis(interval_ms));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
