//! Organizations with a ledger, a fake Stripe, and a mirror between them, at a time of the test's choosing.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use kinora_billing::mirror::{self, Backlog};
use kinora_billing::{
    Db, EXAMPLE_PRICES, Error, Funding, Grant, Item, Micros, Mode, Operation, Payer, PriceFile, Quantities,
    balances, capture, grant, hold, load_prices, open_organization, profile, quote,
};
use kinora_store::Store;
use kinora_store::schema::{organizations, projects};
use kinora_store::testing::TestDb;
use kinora_stripe::{Client, Mirror, MirrorSettings, system_clock};
use serde_json::Value;

use crate::bench::Bench;

pub struct World {
    pub bench: Bench,
    pub store: Store,
    pub client: Client,
    pub mirror: Mirror,
    pub meter: String,
    /// When the test began; everything is captured then. Microseconds since 1970.
    pub began_us: i64,
    offset_us: Arc<AtomicI64>,
    _database: TestDb,
}

impl World {
    pub async fn new(database: TestDb) -> Self {
        let bench = Bench::plain();
        let client = bench.client();
        let meter = client.ensure_meter("meter").await.unwrap();
        let offset_us = Arc::new(AtomicI64::new(0));
        let store = database.store.clone();
        store
            .run(|db| load_prices(db, &PriceFile::parse(EXAMPLE_PRICES).unwrap(), system_clock()()).map(drop))
            .await
            .unwrap();
        let mirror = mirror(&store, &client, &offset_us);
        Self {
            bench,
            store,
            client,
            mirror,
            meter,
            began_us: system_clock()(),
            offset_us,
            _database: database,
        }
    }

    /// A second process of the same operator.
    pub fn another_mirror(&self) -> Mirror {
        mirror(&self.store, &self.client, &self.offset_us)
    }

    pub fn now_us(&self) -> i64 {
        system_clock()() + self.offset_us.load(Ordering::SeqCst)
    }

    /// Lets time pass, here and at Stripe.
    pub async fn advance(&self, seconds: i64) {
        let offset_us = self.offset_us.fetch_add(seconds * 1_000_000, Ordering::SeqCst) + seconds * 1_000_000;
        self.bench.clock(offset_us / 1_000_000).await;
    }

    /// The UTC day on which everything is captured.
    pub fn day(&self) -> i32 {
        i32::try_from(self.began_us / 86_400_000_000).unwrap()
    }

    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.store.run(move |db| db.write_tx(work)).await.unwrap()
    }

    pub async fn open(&self, organization: &'static str, mode: Mode) {
        let now_us = self.began_us;
        self.run(move |db| {
            let row = (
                organizations::id.eq(organization),
                organizations::name.eq(format!("{organization} Ltd")),
                organizations::created_at.eq(now_us),
            );
            diesel::insert_into(organizations::table).values(row).execute(db)?;
            let row = (
                projects::id.eq(format!("proj_{organization}")),
                projects::organization_id.eq(organization),
                projects::name.eq("A"),
                projects::created_at.eq(now_us),
            );
            diesel::insert_into(projects::table).values(row).execute(db)?;
            open_organization(db, organization, mode, true, now_us)
        })
        .await;
    }

    /// Captures a clip of `milliseconds`; what it cost.
    pub async fn use_up(&self, organization: &'static str, clip: u32, milliseconds: u32) -> i64 {
        let now_us = self.began_us;
        self.run(move |db| {
            let project = format!("proj_{organization}");
            let payer = Payer { organization, project: &project, api_key: "key" };
            let item =
                Item { model: "colour-bars".into(), operation: Operation::Create, tier: "720p".into() };
            let quantities = || Quantities { milliseconds, references: 0 };
            let quote = quote(db, (organization, &project), &item, quantities(), now_us)?;
            let subject = format!("{organization}_video_{clip}");
            hold(db, &payer, &subject, &quote, now_us)?;
            Ok(capture(db, &subject, quantities(), now_us)?.unwrap().captured.get())
        })
        .await
    }

    pub async fn give(&self, organization: &'static str, micros: i64, key: &'static str) {
        let now_us = self.began_us;
        self.run(move |db| {
            let credit = Grant {
                organization,
                funding: Funding::Promotional,
                amount: Micros::new(micros),
                priority: 50,
                expires_at_us: None,
                reason: "a test",
                idempotency_key: key,
            };
            grant(db, &credit, now_us).map(drop)
        })
        .await;
    }

    /// What the ledger says an organization was charged and has not paid, micro-dollars.
    pub async fn owed(&self, organization: &'static str) -> i64 {
        -self.run(move |db| balances(db, organization)).await.owed.get()
    }

    /// What Stripe has counted for an organization, micro-dollars.
    pub async fn counted(&self, organization: &'static str) -> i64 {
        match self.customer(organization).await {
            Some(customer) => self.bench.counted(&customer).await,
            None => 0,
        }
    }

    pub async fn customer(&self, organization: &'static str) -> Option<String> {
        self.run(move |db| profile(db, organization)).await.external_customer
    }

    pub async fn backlog(&self) -> Backlog {
        self.run(mirror::backlog).await
    }

    /// Passes, two minutes apart, until nothing is left to be told.
    pub async fn drain(&self) {
        for _ in 0..500 {
            self.mirror.pass().await.unwrap();
            if self.backlog().await.pending == 0 {
                return;
            }
            self.advance(120).await;
        }
        panic!("still not told after 500 passes: {:?}", self.backlog().await);
    }

    pub async fn faults(&self, faults: Value) {
        self.bench.faults(faults).await;
    }
}

fn mirror(store: &Store, client: &Client, offset_us: &Arc<AtomicI64>) -> Mirror {
    let (system, offset_us) = (system_clock(), Arc::clone(offset_us));
    let clock = Arc::new(move || system() + offset_us.load(Ordering::SeqCst));
    let settings = MirrorSettings { wait_max: Duration::from_secs(60), ..MirrorSettings::default() };
    Mirror::new(store.clone(), client.clone(), settings, clock)
}
