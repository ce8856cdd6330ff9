//! What runs by itself: events are passed on, what is due is sent, and what is old is removed.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use kinora_store::Db;

use super::flow::{self, Claimed, RELAY_EVENTS_MAX};
use super::rules::Busy;
use super::send::{Answered, Message, send};
use super::store;
use crate::clock::SECOND_US;
use crate::{ApiError, App};

/// How often is looked for events and for what is due, if nobody says that there is some, milliseconds.
const LOOK_AGAIN_MS: u64 = 1_000;
/// How long events and ended deliveries are kept, microseconds: 30 days.
pub const KEPT_US: i64 = 30 * 86_400 * SECOND_US;
/// Most rows of each kind that one look removes, so that it stays short.
const PRUNED_MAX: i64 = 512;

/// Writes the deliveries of events that nobody was told of yet; how many events that were, at most
/// [`RELAY_EVENTS_MAX`].
///
/// # Errors
/// When the database fails; the next look goes on where this one stopped.
pub async fn relay(app: &App) -> Result<usize, ApiError> {
    let (hooks, now_us) = (app.hooks.clone(), app.clock.now_us());
    let work = move |db: &mut Db| {
        // Looked at outside of the transaction first: an idle server must not take SQLite's write lock.
        if !store::has_undispatched(db)? {
            return Ok(0);
        }
        db.write_tx(|db| flow::pass_on(db, &hooks, now_us))
    };
    let passed = app.store.run(work).await?;
    if passed > 0 {
        app.hooks.due.notify_one();
    }
    Ok(passed)
}

/// Passes events on as they come, for ever.
pub async fn keep_relaying(app: &App) {
    loop {
        let raised = app.hooks.raised.notified();
        match relay(app).await {
            // There may be more.
            Ok(passed) if i64::try_from(passed) == Ok(RELAY_EVENTS_MAX) => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "events could not be passed on yet"),
        }
        // Woken or not, it looks again.
        let _ = tokio::time::timeout(Duration::from_millis(LOOK_AGAIN_MS), raised).await;
    }
}

/// An attempt under way; it yields the target and the organization whose places it took.
type Flight<'a> = Pin<Box<dyn Future<Output = (String, String)> + Send + 'a>>;

/// Sends what is due, many at a time, so that no receiver waits for another.
struct Deliverer<'a> {
    app: &'a App,
    busy: Busy,
    flights: FuturesUnordered<Flight<'a>>,
}

impl<'a> Deliverer<'a> {
    fn new(app: &'a App) -> Self {
        Self { app, busy: Busy::default(), flights: FuturesUnordered::new() }
    }

    /// Begins as many attempts as are due and as there is room for; how many.
    async fn begin(&mut self) -> Result<usize, ApiError> {
        let (busy, now_us) = (self.busy.clone(), self.app.clock.now_us());
        let token = format!("claim_{}", uuid::Uuid::now_v7().simple());
        let work = move |db: &mut Db| {
            let (targets, organizations) = (busy.full_targets(), busy.full_organizations());
            if store::next_target(db, now_us, &targets, &organizations)?.is_none() {
                return Ok::<_, ApiError>(Vec::new());
            }
            db.write_tx(|db| flow::claim(db, busy, &token, now_us))
        };
        let claimed = self.app.store.run(work).await?;
        let begun = claimed.len();
        for claimed in claimed {
            let (target, organization) =
                (claimed.delivery.target.clone(), claimed.delivery.organization_id.clone());
            self.busy.begin(&target, &organization);
            let app = self.app;
            self.flights.push(Box::pin(async move {
                attempt(app, claimed).await;
                (target, organization)
            }));
        }
        Ok(begun)
    }

    /// Waits until an attempt has ended, if one is under way; whether one has.
    async fn land(&mut self) -> bool {
        let Some((target, organization)) = self.flights.next().await else { return false };
        self.busy.end(&target, &organization);
        true
    }
}

/// Makes every attempt that is due, and those that become due meanwhile; how many.
///
/// # Errors
/// When the database fails.
pub async fn deliver_due(app: &App) -> Result<usize, ApiError> {
    let mut deliverer = Deliverer::new(app);
    let mut made = 0;
    loop {
        made += deliverer.begin().await?;
        if !deliverer.land().await {
            return Ok(made);
        }
    }
}

/// Sends what is due as it comes, for ever. An attempt that is cut off when the server stops is made again later.
pub async fn keep_delivering(app: &App) {
    let mut deliverer = Deliverer::new(app);
    loop {
        let due = app.hooks.due.notified();
        if !app.is_draining()
            && let Err(error) = deliverer.begin().await
        {
            tracing::error!(%error, "what is due could not be looked up yet");
        }
        tokio::select! {
            true = deliverer.land() => {}
            () = due => {}
            () = tokio::time::sleep(Duration::from_millis(LOOK_AGAIN_MS)) => {}
        }
    }
}

async fn attempt(app: &App, claimed: Claimed) {
    let id = claimed.delivery.id.clone();
    let answered = match app.hooks.secrets(&claimed.endpoint, app.clock.now_us()) {
        Ok(secrets) => {
            let message = Message {
                event_id: &claimed.delivery.event_id,
                url: claimed.url(),
                secrets: &secrets,
                body: &claimed.delivery.payload,
            };
            send(app, &message).await
        }
        Err(error) => {
            tracing::error!(endpoint = claimed.endpoint.id, "a webhook secret cannot be read: {error:?}");
            Answered::unsent(
                app.clock.now_us(),
                "the signing secret cannot be read; give the endpoint a new one",
            )
        }
    };
    let (now_us, dice) = (app.clock.now_us(), rand::random());
    let waits = app.config.webhook_retry_seconds.clone();
    let work = move |db: &mut Db| flow::note(db, &claimed, &answered, (&waits, dice), now_us);
    match app.store.run(move |db| db.write_tx(work)).await {
        Ok(None) => {}
        Ok(Some(reason)) => {
            tracing::warn!(delivery = id, reason = reason.name(), "a webhook endpoint is disabled");
            app.hooks.raised.notify_one();
        }
        // Nobody knows of the attempt: it is made again when the claim is over.
        Err(error) => tracing::error!(delivery = id, %error, "what came of an attempt could not be noted"),
    }
}

/// Removes deliveries that have ended and events that were passed on, once they are 30 days old; how many.
///
/// # Errors
/// When the database fails.
pub async fn prune(app: &App) -> Result<usize, ApiError> {
    let before_us = app.clock.now_us().saturating_sub(KEPT_US);
    let work = move |db: &mut Db| {
        db.write_tx(|db| {
            let deliveries = store::prune_deliveries(db, before_us, PRUNED_MAX)?;
            Ok::<_, ApiError>(deliveries + store::prune_events(db, before_us, PRUNED_MAX)?)
        })
    };
    app.store.run(work).await
}
