//! Works on batches: reads their files, asks for their videos, writes their results. Every step is a transaction of its own
//! and is found again where it stopped, whichever process goes on; that two nodes do not work on the same batch saves
//! work and is not what keeps lines from becoming two videos.

use kinora_store::Db;

use super::flow::{self, status_of};
use super::results;
use super::rules::{Event, Status};
use super::store::{self, BatchRow};
use super::submit::{submit, tenant_of};
use super::validate::validate;
use crate::clock::SECOND_US;
use crate::http::auth::{Scope as _, VideosWrite};
use crate::ids::VideoId;
use crate::{ApiError, App, keys, videos};

/// How often batches are looked at, milliseconds.
pub const BATCH_INTERVAL_MS: u64 = 1_000;
/// Most batches of one look.
const BATCHES_MAX: i64 = 64;
/// How long a batch stays with a node that says nothing more, microseconds.
const CLAIM_US: i64 = 120 * SECOND_US;

/// Moves every batch on that is not over and that nobody else works on; how many there were.
///
/// # Errors
/// When the database fails. A batch that cannot go on is logged, and the others do.
pub async fn go_on(app: &App) -> Result<usize, ApiError> {
    let now_us = app.clock.now_us();
    let idle = app.store.run(move |db| Ok::<_, ApiError>(store::idle(db, now_us, BATCHES_MAX)?)).await?;
    let mut seen = 0;
    for id in idle {
        if app.is_draining() {
            break;
        }
        let (now_us, name) = (app.clock.now_us(), id.clone());
        let until_us = now_us.saturating_add(CLAIM_US);
        let claimed = app
            .store
            .run(move |db| db.write_tx(|db| Ok::<_, ApiError>(store::claim(db, &name, now_us, until_us)?)));
        let Some(batch) = claimed.await? else { continue };
        seen += 1;
        if let Err(error) = step(app, &batch).await {
            tracing::error!(batch = id, %error, "a batch could not go on yet");
        }
        let now_us = app.clock.now_us();
        app.store.run(move |db| Ok::<_, ApiError>(store::release(db, &id, until_us, now_us)?)).await?;
    }
    Ok(seen)
}

async fn step(app: &App, batch: &BatchRow) -> Result<(), ApiError> {
    let is_late = app.clock.now_us() >= batch.expires_at;
    match status_of(batch)? {
        Status::Validating | Status::InProgress if is_late => happen(app, batch, Event::TimeUp).await,
        Status::Validating => validate(app, batch).await,
        // Whoever lost the right to ask for videos does not ask for more.
        Status::InProgress if !keys::is_good(app, &tenant_of(batch)?.key, VideosWrite::NAME).await? => {
            happen(app, batch, Event::CancelAsked).await
        }
        Status::InProgress => {
            settle(app, batch).await?;
            submit(app, batch).await?;
            if is_done(app, batch).await? { happen(app, batch, Event::AllOver).await } else { Ok(()) }
        }
        Status::Finalizing | Status::Cancelling => {
            wind_up(app, batch).await?;
            if is_done(app, batch).await? { results::write(app, batch).await } else { Ok(()) }
        }
        Status::Failed | Status::Completed | Status::Expired | Status::Cancelled => Ok(()),
    }
}

async fn happen(app: &App, batch: &BatchRow, event: Event) -> Result<(), ApiError> {
    let (id, now_us) = (batch.id.clone(), app.clock.now_us());
    app.store.run(move |db| db.write_tx(|db| flow::happen(db, &id, event, now_us))).await.map(drop)
}

/// Notes which videos are over.
async fn settle(app: &App, batch: &BatchRow) -> Result<(), ApiError> {
    let id = batch.id.clone();
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                store::lock(db, &id)?;
                Ok(store::settle(db, &id)?)
            })
        })
        .await
}

/// Whether every line has its end.
async fn is_done(app: &App, batch: &BatchRow) -> Result<bool, ApiError> {
    let id = batch.id.clone();
    app.store.run(move |db| Ok(store::waiting(db, &id)? == 0 && store::submitted(db, &id)? == 0)).await
}

/// Of a batch that ends before its lines do: none becomes a video any more, and the videos there are, are canceled.
async fn wind_up(app: &App, batch: &BatchRow) -> Result<(), ApiError> {
    let id = batch.id.clone();
    let open = app.store.run(move |db| {
        db.write_tx(|db| {
            store::lock(db, &id)?;
            store::drop_waiting(db, &id)?;
            Ok::<_, ApiError>(store::open_videos(db, &id)?)
        })
    });
    let (open, tenant) = (open.await?, tenant_of(batch)?);
    for id in open.iter().filter_map(|id| VideoId::parse(id)) {
        let (project, now_us) = (tenant.project.clone(), app.clock.now_us());
        let cancel = move |db: &mut Db| videos::cancel_in(db, project.as_str(), &id, now_us);
        match app.store.run(|db| db.write_tx(cancel)).await {
            // It ended by itself, and may have been deleted since.
            Ok(_) | Err(ApiError::VideoOver(_) | ApiError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    app.live.wake();
    app.hooks.raised.notify_one();
    settle(app, batch).await
}
