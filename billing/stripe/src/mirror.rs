//! Drains the rows that billing wrote for Stripe: when which row is tried, and how long after a failure. What is said is in
//! `tell`, the comparison afterwards in `reconcile`.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kinora_billing::mirror::{self, Row};
use kinora_billing::{Db, Error as BillingError, Store};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::tell::{Outcome, tell};

/// The longest `Retry-After` that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);

/// How often it is looked whether a day is due to be compared.
const COMPARE_POLL: Duration = Duration::from_secs(60);

/// How long until the meter is looked for again after the first failure; doubled with each further one, up to the second.
const METER_WAIT: Duration = Duration::from_secs(2);
const METER_WAIT_MAX: Duration = Duration::from_secs(300);

/// The wait is not doubled more often than this.
const DOUBLINGS_MAX: u32 = 20;

/// Says what time it is, microseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The system's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    })
}

/// How the rows are drained.
#[derive(Clone, Debug)]
pub struct MirrorSettings {
    /// Names this process across restarts, and no other: what it claimed before it died it takes back when it runs again.
    /// Empty: it waits until the claim is over.
    pub name: String,
    /// Organizations that are told about at once.
    pub lanes_at_once: usize,
    /// Organizations, and rows of each, in one pass.
    pub pass_max: u16,
    /// How long nobody else tells about an organization after a row was claimed; longer than the slowest row takes.
    pub claim: Duration,
    /// The wait after the first failure; doubled with each further one.
    pub wait: Duration,
    /// The longest wait, unless Stripe asks for more.
    pub wait_max: Duration,
    /// How often it is looked for new rows.
    pub poll: Duration,
}

impl Default for MirrorSettings {
    /// Eight organizations at once, a claim of three minutes, waits of half a second to five minutes, a look every half second.
    fn default() -> Self {
        Self {
            name: String::new(),
            lanes_at_once: 8,
            pass_max: 500,
            claim: Duration::from_secs(180),
            wait: Duration::from_millis(500),
            wait_max: Duration::from_secs(300),
            poll: Duration::from_millis(500),
        }
    }
}

/// What one pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// Rows that arrived.
    pub sent: u32,
    /// Rows that will be tried again.
    pub put_off: u32,
    /// Rows that will not: refused, or unsure.
    pub given_up: u32,
}

impl Pass {
    fn and(self, other: Self) -> Self {
        Self {
            sent: self.sent.saturating_add(other.sent),
            put_off: self.put_off.saturating_add(other.put_off),
            given_up: self.given_up.saturating_add(other.given_up),
        }
    }
}

/// Copies the ledger to Stripe. Several processes may run one each: a lane belongs to one of them at a time. Cheap to clone.
#[derive(Clone)]
pub struct Mirror {
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) settings: MirrorSettings,
    pub(crate) clock: Clock,
}

impl Mirror {
    /// Starts nothing yet.
    pub fn new(store: Store, client: Client, settings: MirrorSettings, clock: Clock) -> Self {
        Self { store, client, settings, clock }
    }

    /// Drains and compares until `stop` is ready; what has begun is finished first. Faults are logged, and mended by
    /// trying again.
    pub async fn run(&self, stop: impl Future<Output = ()> + Send) {
        self.recover().await;
        let (tell, told) = watch::channel(());
        let stopping = async move {
            stop.await;
            drop(tell);
        };
        let copying = async {
            // Usage that names a meter which is not there is accepted and dropped.
            if let Some(meter) = self.meter(told.clone()).await {
                tokio::join!(self.drain(told.clone()), self.compare_each_night(&meter, told.clone()));
            }
        };
        tokio::join!(stopping, copying);
    }

    /// Takes back what an earlier life of this process claimed.
    async fn recover(&self) {
        let by = self.settings.name.clone();
        if by.is_empty() {
            return;
        }
        match self.store.run(move |db| db.write_tx(|db| mirror::recover_lanes(db, &by))).await {
            Ok(0) => {}
            Ok(lanes) => tracing::info!(lanes, "the last process left claims behind; they are taken back"),
            Err(fault) => tracing::error!(%fault, "claims of the last process could not be taken back"),
        }
    }

    async fn drain(&self, mut stop: watch::Receiver<()>) {
        loop {
            if let Err(fault) = self.pass().await {
                tracing::error!(%fault, "the rows for Stripe cannot be read or written");
            }
            if stopped(&mut stop, self.settings.poll).await {
                return;
            }
        }
    }

    async fn compare_each_night(&self, meter: &str, mut stop: watch::Receiver<()>) {
        let mut compared = None;
        loop {
            compared = self.compare_due(meter, compared).await;
            if stopped(&mut stop, COMPARE_POLL).await {
                return;
            }
        }
    }

    /// The meter's id, as soon as it is known; `None` when it is time to stop. Each try has a key of its own, because
    /// Stripe keeps an error 500 under its key; and Stripe has no second meter of one name.
    async fn meter(&self, mut stop: watch::Receiver<()>) -> Option<String> {
        for failures in 0_u32.. {
            let wait = meter_wait(failures);
            match self.client.ensure_meter(&format!("kinora-meter-{}", (self.clock)())).await {
                Ok(meter) => return Some(meter),
                Err(fault) => {
                    tracing::warn!(%fault, ?wait, "the meter at Stripe cannot be found or made; nothing is told until it can");
                }
            }
            if stopped(&mut stop, wait).await {
                return None;
            }
        }
        None
    }

    /// Tells what can be told now, organizations beside each other and the rows of each one after the other.
    ///
    /// # Errors
    /// When the database fails. What Stripe does is never an error here.
    pub async fn pass(&self) -> Result<Pass, BillingError> {
        let (now_us, lanes_max) = ((self.clock)(), i64::from(self.settings.pass_max));
        let lanes = self.store.run(move |db| mirror::due_lanes(db, now_us, lanes_max)).await?;
        let mut running = JoinSet::new();
        let mut total = Pass::default();
        for organization in lanes {
            while running.len() >= self.settings.lanes_at_once.max(1) {
                total = joined(running.join_next().await, total)?;
            }
            let mirror = self.clone();
            running.spawn(async move { mirror.lane(&organization).await });
        }
        while !running.is_empty() {
            total = joined(running.join_next().await, total)?;
        }
        Ok(total)
    }

    /// The rows of one organization, in order, until one has to wait.
    async fn lane(&self, organization: &str) -> Result<Pass, BillingError> {
        let mut pass = Pass::default();
        for _ in 0..self.settings.pass_max {
            let (now_us, whose) = ((self.clock)(), organization.to_owned());
            let until_us = after(now_us, self.settings.claim);
            let by = self.settings.name.clone();
            let claim = move |db: &mut Db| db.write_tx(|db| mirror::claim(db, &whose, &by, now_us, until_us));
            let Some(row) = self.store.run(claim).await? else { break };
            let outcome = tell(&self.client, &row, now_us).await;
            let one = match outcome {
                Outcome::Sent(_) => Pass { sent: 1, ..Pass::default() },
                Outcome::Later { .. } => Pass { put_off: 1, ..Pass::default() },
                Outcome::GivenUp(..) => Pass { given_up: 1, ..Pass::default() },
            };
            pass = pass.and(one);
            self.settle(row, outcome).await?;
            if one.put_off > 0 {
                break;
            }
        }
        Ok(pass)
    }

    async fn settle(&self, row: Row, outcome: Outcome) -> Result<(), BillingError> {
        let now_us = (self.clock)();
        let wait = self.wait(&row);
        self.store
            .run(move |db| {
                db.write_tx(|db| match outcome {
                    Outcome::Sent(external_id) => mirror::sent(db, &row, &external_id, now_us),
                    Outcome::Later { done, retry_after, failure } => {
                        tracing::info!(row = row.id, failure, "Stripe will be told later");
                        let wait = retry_after.unwrap_or_default().min(RETRY_AFTER_MAX).max(wait);
                        mirror::put_off(db, &row, after(now_us, wait), done, &failure)
                    }
                    Outcome::GivenUp(verdict, failure) => {
                        tracing::warn!(row = row.id, ?verdict, failure, "Stripe was not told");
                        mirror::give_up(db, &row, verdict, &failure, now_us)
                    }
                })
            })
            .await
    }

    /// Doubled with each failure, and then anything between half of that and all of it, so that lanes which failed
    /// together do not come back together.
    fn wait(&self, row: &Row) -> Duration {
        let doublings = u32::try_from(row.failures).unwrap_or(0).min(DOUBLINGS_MAX);
        let factor = 2_u32.saturating_pow(doublings);
        let full = self.settings.wait.saturating_mul(factor).min(self.settings.wait_max);
        let full_us = u64::try_from(full.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(rand::random_range(full_us.div_euclid(2)..=full_us))
    }
}

/// How long until the meter is looked for again, which failed `failures` times before.
fn meter_wait(failures: u32) -> Duration {
    METER_WAIT.saturating_mul(2_u32.saturating_pow(failures.min(DOUBLINGS_MAX))).min(METER_WAIT_MAX)
}

/// Waits for `pause`; `true` at once when it is time to stop, which is when the sender is gone.
async fn stopped(stop: &mut watch::Receiver<()>, pause: Duration) -> bool {
    tokio::time::timeout(pause, stop.changed()).await.is_ok()
}

fn joined(
    ended: Option<Result<Result<Pass, BillingError>, tokio::task::JoinError>>,
    total: Pass,
) -> Result<Pass, BillingError> {
    match ended {
        None => Ok(total),
        Some(Ok(pass)) => Ok(total.and(pass?)),
        Some(Err(fault)) => {
            // The row stays claimed until the claim ends, and is then one whose outcome is unknown.
            tracing::error!(%fault, "telling Stripe about an organization panicked");
            Ok(total)
        }
    }
}

/// The time `wait` after `now_us`, microseconds since 1970.
pub(crate) fn after(now_us: i64, wait: Duration) -> i64 {
    now_us.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_that_cannot_be_found_is_looked_for_ever_more_rarely_down_to_every_five_minutes() {
        let waits: Vec<u64> = (0..10).map(|failures| meter_wait(failures).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(meter_wait(u32::MAX), METER_WAIT_MAX);
    }
}
