//! The books, and Stripe's copy of them, after fifty kills with a Stripe that fails at random.

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};
use kinora::keys::flow::{NewHolder, create_tenant, mint};
use kinora::keys::open_pepper;
use kinora::keys::rules::PROJECT_SCOPES;
use kinora::money::audit;
use kinora_billing::{Funding, Grant, Micros, Mode, grant, set_mode};
use kinora_fake_stripe::{Faults, Server as FakeStripe, Settings};
use kinora_store::schema::{holds, mirror_outbox, organizations, settlements, videos};
use kinora_store::testing::{TestDb, databases};
use kinora_store::{Error, Store};
use serde_json::{Value, json};

use crate::Dice;
use crate::process::Server;

/// How often the server is killed.
const KILLS: u64 = 50;
/// Videos that are asked for between two kills.
const VIDEOS_PER_LIFE: u64 = 3;
/// A kill comes at most this long after the last request of a life, milliseconds.
const LIFE_MS_MAX: u64 = 900;
/// Every other kill comes this soon: while that request is being answered.
const SOON_MS_MAX: u64 = 8;
/// Longest wait for what is left to do after the last kill.
const PATIENCE: Duration = Duration::from_secs(240);
/// What the organization that pays beforehand has, micro-dollars: less than all that it asks for costs.
const CREDIT_MICROS: i64 = 20_000_000;
/// Now, for rows that the test itself writes: 2026-11-23T12:00:00Z.
const NOW_US: i64 = 1_795_435_200_000_000;

#[test]
fn a_server_that_is_killed_fifty_times_charges_exactly_and_stripe_hears_each_charge_once() {
    let mut dice = Dice::new();
    for database in databases() {
        println!("on {}", database.url.split(':').next().unwrap());
        survive(&database, &mut dice);
    }
}

fn survive(database: &TestDb, dice: &mut Dice) {
    let begun = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let faults = Faults {
        rate_429: 0.1,
        rate_500: 0.08,
        rate_lost_request: 0.04,
        rate_lost_response: 0.1,
        seed: dice.below(u64::MAX),
        ..Faults::default()
    };
    let stripe = FakeStripe::start("127.0.0.1:0", Settings { faults, ..Settings::default() }).unwrap();
    let stripe_url = stripe.url();
    let environment = [
        ("KINORA_STRIPE_SECRET_KEY", "sk_test_fake"),
        ("KINORA_STRIPE_WEBHOOK_SECRET", "whsec_test"),
        ("KINORA_STRIPE_BASE_URL", stripe_url.as_str()),
        ("KINORA_COLOUR_BARS_STEP_MS", "1"),
    ];
    let spawn = || Server::spawn_with(&data_dir, &database.url, &environment);
    let mut server = spawn();
    server.ready();
    let customers = open_accounts(database, &data_dir);
    let mut asked = 0;
    for kill in 0..KILLS {
        let url = server.ready_again();
        for _ in 0..VIDEOS_PER_LIFE {
            customers.ask(&url, dice);
            asked += 1;
        }
        // Nobody waits for the answer to this one: it may be stored or not, but never by half.
        customers.ask_unheard(&url, dice);
        asked += 1;
        let life_ms = if kill % 2 == 0 { LIFE_MS_MAX } else { SOON_MS_MAX };
        std::thread::sleep(Duration::from_millis(dice.below(life_ms)));
        server.kill();
        server = spawn();
    }
    server.ready();
    let killed = begun.elapsed();
    wait_until_over(&database.store);
    let over = begun.elapsed();
    wait_until_told(&database.store);
    let told = begun.elapsed();
    println!(
        "killed for {killed:.0?}, then made for {:.0?}, then told for {:.0?}",
        over - killed,
        told - over
    );
    assert!(server.terminate().success());
    let books = database.store.run_blocking(|db| db.read_tx(audit)).unwrap();
    assert_eq!(books.faults, Vec::<String>::new());
    let charged = charged_afterwards(&database.store);
    let counted = counted(&customers, &stripe_url);
    println!("{asked} videos asked for, {} holds, {charged} micro-dollars charged afterwards", books.holds);
    assert!(charged > 0);
    assert_eq!(counted, charged, "what Stripe counted against what the ledger charged");
}

/// Two organizations: the first pays afterwards and is told to Stripe, the second has credit for some of its videos.
struct Customers {
    keys: [String; 2],
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

fn open_accounts(database: &TestDb, data_dir: &Path) -> Customers {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let keys: Value =
        serde_json::from_slice(&std::fs::read(data_dir.join("bootstrap.json")).unwrap()).unwrap();
    let (pepper, _) = open_pepper(data_dir).unwrap();
    let made = database.store.run_blocking(|db| {
        db.write_tx(|db| {
            let first: String = organizations::table.select(organizations::id).first(db)?;
            set_mode(db, &first, Mode::Postpaid, true, NOW_US)?;
            let (organization, project) = create_tenant(db, "prepaid", (Mode::Prepaid, false), NOW_US)?;
            let credit = Grant {
                organization: organization.as_str(),
                funding: Funding::Manual,
                amount: Micros::new(CREDIT_MICROS),
                priority: 50,
                expires_at_us: None,
                reason: "a test",
                idempotency_key: "first",
            };
            grant(db, &credit, NOW_US)?;
            let key = mint(db, &pepper, &NewHolder::Project(&project), PROJECT_SCOPES, NOW_US)?;
            Ok::<_, kinora_billing::Error>(key.reveal())
        })
    });
    Customers {
        keys: [keys["api_key"].as_str().unwrap().to_owned(), made.unwrap()],
        client: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().unwrap(),
        runtime: tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap(),
    }
}

impl Customers {
    /// One of them asks for a video and is gone before the answer.
    fn ask_unheard(&self, url: &str, dice: &mut Dice) {
        let key = &self.keys[usize::from(dice.below(2) == 1)];
        let wish = json!({ "prompt": "bars", "size": "720x1280" });
        let request = self.client.post(format!("{url}/v1/videos")).bearer_auth(key).json(&wish);
        self.runtime.spawn(async move { drop(request.send().await) });
    }

    /// One of them asks for a video, and sometimes cancels it.
    fn ask(&self, url: &str, dice: &mut Dice) {
        let key = &self.keys[usize::from(dice.below(2) == 1)];
        let seconds = if dice.below(2) == 1 { "4" } else { "8" };
        let wish = json!({ "prompt": "bars", "size": "720x1280", "seconds": seconds });
        let cancels = dice.below(4) == 0;
        self.runtime.block_on(async {
            let request = self.client.post(format!("{url}/v1/videos")).bearer_auth(key).json(&wish);
            let answer = request.send().await.unwrap();
            // Credit runs out, and says so.
            assert!([200, 402].contains(&answer.status().as_u16()), "{answer:?}");
            if let (200, true) = (answer.status().as_u16(), cancels) {
                let video: Value = answer.json().await.unwrap();
                let cancel = format!("{url}/v1/videos/{}/cancel", video["id"].as_str().unwrap());
                let answer = self.client.post(cancel).bearer_auth(key).send().await.unwrap();
                // It may be over already.
                assert!([200, 409].contains(&answer.status().as_u16()), "{answer:?}");
            }
        });
    }
}

fn wait_until_over(store: &Store) {
    wait_until(|| {
        store.run_blocking(|db| {
            let open = videos::table.filter(videos::status.eq_any(["queued", "in_progress"]));
            Ok::<i64, Error>(open.count().get_result(db)?)
        })
    });
}

fn wait_until_told(store: &Store) {
    wait_until(|| {
        store.run_blocking(|db| {
            let untold = mirror_outbox::table.filter(mirror_outbox::state.ne("sent"));
            Ok::<i64, Error>(untold.count().get_result(db)?)
        })
    });
}

fn wait_until(left: impl Fn() -> Result<i64, Error>) {
    let end = Instant::now() + PATIENCE;
    loop {
        let left = left().unwrap();
        if left == 0 {
            return;
        }
        assert!(Instant::now() < end, "{left} are still open");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// What the ledger charged to whoever pays afterwards, micro-dollars.
fn charged_afterwards(store: &Store) -> i64 {
    let captured: Vec<i64> = store
        .run_blocking(|db| {
            let rows = settlements::table
                .inner_join(holds::table.on(settlements::hold_id.eq(holds::id)))
                .filter(diesel::TextExpressionMethods::like(holds::source_account, "%:owed"))
                .select(settlements::captured_micros);
            Ok::<_, Error>(rows.load(db)?)
        })
        .unwrap();
    captured.iter().sum()
}

/// What the other side counted, micro-dollars.
fn counted(customers: &Customers, stripe_url: &str) -> i64 {
    let state: Value = customers.runtime.block_on(async {
        let answer = customers.client.get(format!("{stripe_url}_fake/state")).send().await.unwrap();
        answer.json().await.unwrap()
    });
    let events = state["meter_events"].as_array().unwrap();
    let accepted = events.iter().filter(|event| event["fate"] == "counted");
    accepted.map(|event| event["value"].as_str().unwrap().parse::<i64>().unwrap()).sum()
}
