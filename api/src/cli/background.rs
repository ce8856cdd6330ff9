//! What a server does beside answering: one function a loop.

use std::time::Duration;

use actix_web::web::Data;
use kinora::batches::jobs::{BATCH_INTERVAL_MS, go_on};
use kinora::characters::jobs::sweep as sweep_captures;
use kinora::deliveries::jobs::{keep_delivering, keep_relaying};
use kinora::files::jobs::sweep as sweep_uploads;
use kinora::leases::jobs::{REAP_INTERVAL_MS, reap};
use kinora::live::jobs::follow;
use kinora::money::jobs::{AUDIT_INTERVAL_MS, EXPIRY_INTERVAL_MS, check_books, expire_credit};
use kinora::payments::act_on_kept;
use kinora::{ApiError, App, deliveries, replays};

use kinora::videos::jobs::{SWEEP_INTERVAL_MS, expire_waiting, sweep};
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::stripe::Stripe;

/// Starts the loops, each of which begins at once; they end when the set is dropped.
pub fn start(app: &Data<App>, stripe: Option<(Stripe, String)>) -> JoinSet<()> {
    let mut loops = JoinSet::new();
    loops.spawn(follow(app.clone()));
    loops.spawn(reap_leases(app.clone()));
    loops.spawn(work_on_batches(app.clone()));
    loops.spawn(sweep_files(app.clone()));
    loops.spawn(expire_credit_blocks(app.clone()));
    loops.spawn(add_up_books(app.clone()));
    loops.spawn(pass_on_events(app.clone()));
    loops.spawn(deliver_events(app.clone()));
    loops.spawn(prune(app.clone()));
    if app.payments.is_some() {
        loops.spawn(act_on_kept_messages(app.clone()));
    }
    if let Some((stripe, node)) = stripe {
        loops.spawn(stripe.copying(app, node));
    }
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

async fn work_on_batches(app: Data<App>) {
    let mut ticks = every(BATCH_INTERVAL_MS);
    loop {
        ticks.tick().await;
        if let Err(error) = go_on(&app).await {
            tracing::error!(%error, "batches could not be worked on yet");
        }
    }
}

async fn sweep_files(app: Data<App>) {
    let mut ticks = every(SWEEP_INTERVAL_MS);
    loop {
        ticks.tick().await;
        match expire_waiting(&app).await {
            Ok(0) => {}
            Ok(ended) => tracing::warn!(ended, "no worker took some videos in time; they failed"),
            Err(error) => tracing::error!(%error, "videos that waited too long could not be ended yet"),
        }
        if let Err(error) = sweep_uploads(&app).await {
            tracing::error!("files past their time could not be removed yet: {error:#}");
        }
        if let Err(error) = sweep_captures(&app).await {
            tracing::error!("uploads of characters could not be removed yet: {error:#}");
        }
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

async fn expire_credit_blocks(app: Data<App>) {
    let mut ticks = every(EXPIRY_INTERVAL_MS);
    loop {
        ticks.tick().await;
        match expire_credit(&app).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "credit ended at its time"),
            Err(error) => tracing::error!(%error, "credit whose time is over could not be ended yet"),
        }
    }
}

/// How often messages of the payment provider are acted on that were kept and could not be acted on then, milliseconds.
const KEPT_INTERVAL_MS: u64 = 60_000;

async fn act_on_kept_messages(app: Data<App>) {
    let mut ticks = every(KEPT_INTERVAL_MS);
    loop {
        ticks.tick().await;
        match act_on_kept(&app).await {
            Ok(0) => {}
            Ok(done) => tracing::info!(done, "messages of the payment provider were acted on late"),
            Err(error) => {
                tracing::error!(%error, "messages of the payment provider could not be acted on yet")
            }
        }
    }
}

async fn add_up_books(app: Data<App>) {
    let mut ticks = every(AUDIT_INTERVAL_MS);
    loop {
        ticks.tick().await;
        if let Err(error) = check_books(&app).await {
            tracing::error!(%error, "the books could not be added up");
        }
    }
}

async fn pass_on_events(app: Data<App>) {
    keep_relaying(&app).await;
}

async fn deliver_events(app: Data<App>) {
    keep_delivering(&app).await;
}

/// How often rows are looked for whose time is over, milliseconds.
const PRUNE_INTERVAL_MS: u64 = 60_000;

async fn prune(app: Data<App>) {
    let mut ticks = every(PRUNE_INTERVAL_MS);
    loop {
        ticks.tick().await;
        // One look has a limit, so that it stays short; looks follow each other until there is nothing left.
        while more("stored answers", replays::jobs::prune(&app).await) {}
        while more("events and deliveries", deliveries::jobs::prune(&app).await) {}
    }
}

/// Whether rows were removed, so that there may be further ones.
fn more(what: &str, removed: Result<usize, ApiError>) -> bool {
    match removed {
        Ok(0) => return false,
        Ok(removed) => tracing::debug!(removed, what, "rows whose time is over were removed"),
        Err(error) => {
            tracing::error!(%error, what, "rows whose time is over could not be removed yet");
            return false;
        }
    }
    true
}

fn every(interval_ms: u64) -> Interval {
    let mut ticks = interval(Duration::from_millis(interval_ms));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
