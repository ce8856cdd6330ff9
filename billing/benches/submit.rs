//! How many submits a second the books take: a quote and a hold in one durable transaction each, sixteen at once, without
//! HTTP. Run it with `cargo bench -p kinora-billing --bench submit` on a machine that does nothing else.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::InstrumentationEvent;
use diesel::{Connection as _, ExpressionMethods as _, RunQueryDsl as _};
use kinora_billing::{
    EXAMPLE_PRICES, Error, Funding, Grant, Item, Micros, Mode, Operation, Payer, PriceFile, Quantities,
    books_balance, grant, hold, load_prices, open_organization, quote,
};
use kinora_store::schema::{organizations, projects};
use kinora_store::testing::{TestDb, databases};
use kinora_store::{Db, Store, StoreConfig};

/// As many connections as threads, so that none waits for another's.
const CONNECTIONS: u32 = 16;
const ORGANIZATIONS: u32 = 256;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(5);
/// 2026-11-23T12:00:00Z, microseconds since 1970.
const NOW_US: i64 = 1_795_435_200_000_000;
/// Makes the test server of PostgreSQL keep every commit, as a real one does.
const DURABLE: &str = "KINORA_TEST_FSYNC";

fn main() {
    if std::env::var_os(DURABLE).is_none_or(|value| value != "1") {
        // The variable must be there before the server starts, and setting it in a running process is not safe.
        let program = std::env::current_exe().unwrap();
        let failed = Command::new(program).args(std::env::args_os().skip(1)).env(DURABLE, "1").exec();
        panic!("{failed}");
    }
    println!("submits with a hold, {CONNECTIONS} threads and connections, each commit durable");
    println!("load average when it began: {}", load());
    for database in databases() {
        measure_database(&database);
    }
    println!("load average when it ended: {}", load());
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

fn measure_database(database: &TestDb) {
    let config = StoreConfig { connections_max: CONNECTIONS, connection_wait_ms: 30_000 };
    let store = Store::open(&database.url, config).unwrap();
    for mode in [Mode::Prepaid, Mode::Postpaid] {
        let name = |number: u32| format!("org_{}_{number}", mode.name());
        store
            .run_blocking(|db| {
                db.write_tx(|db| {
                    load_prices(db, &PriceFile::parse(EXAMPLE_PRICES).unwrap(), NOW_US)?;
                    (0..ORGANIZATIONS).try_for_each(|number| open(db, &name(number), mode))
                })
            })
            .unwrap();
        let statements = store.run_blocking(|db| count_statements(db, &name(0))).unwrap();
        for (what, organizations) in [("many organizations", ORGANIZATIONS), ("one organization", 1)] {
            let title = format!("{:?}, {}, {what}", store.dialect(), mode.name());
            eprintln!("measuring {title} …");
            let taken = measure(&store, |number| name(number % organizations));
            report(&title, &taken, statements);
        }
    }
    let books = store.run_blocking(|db| db.write_tx(books_balance)).unwrap();
    println!("{:?}: {} holds, faults in the books: {:?}", store.dialect(), books.holds, books.faults);
}

fn open(db: &mut Db, organization: &str, mode: Mode) -> Result<(), Error> {
    let row = (
        organizations::id.eq(organization),
        organizations::name.eq("A"),
        organizations::created_at.eq(NOW_US),
    );
    diesel::insert_into(organizations::table).values(row).execute(db)?;
    let row = (
        projects::id.eq(format!("{organization}_p")),
        projects::organization_id.eq(organization),
        projects::name.eq("A"),
        projects::created_at.eq(NOW_US),
    );
    diesel::insert_into(projects::table).values(row).execute(db)?;
    open_organization(db, organization, mode, false, NOW_US)?;
    let credit = Grant {
        organization,
        funding: Funding::Manual,
        amount: Micros::new(1_000_000_000_000),
        priority: 50,
        expires_at_us: None,
        reason: "to be spent",
        idempotency_key: organization,
    };
    grant(db, &credit, NOW_US).map(drop)
}

fn submit(db: &mut Db, organization: &str, subject: &str) -> Result<(), Error> {
    let item = Item { model: "colour-bars".into(), operation: Operation::Create, tier: "720p".into() };
    let asked = Quantities { milliseconds: 4_000, references: 0 };
    let project = format!("{organization}_p");
    let api_key = format!("{organization}_k");
    db.write_tx(|db| {
        let quote = quote(db, (organization, &project), &item, asked, NOW_US)?;
        let payer = Payer { organization, project: &project, api_key: &api_key };
        hold(db, &payer, subject, &quote, NOW_US).map(drop)
    })
}

/// How many statements one submit sends, those that begin and end the transaction included.
fn count_statements(db: &mut Db, organization: &str) -> Result<u64, Error> {
    submit(db, organization, &format!("{organization}:first"))?;
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    let show = std::env::var_os("KINORA_BENCH_SHOW").is_some();
    db.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            counted.fetch_add(1, Ordering::Relaxed);
            if show {
                eprintln!("{query}");
            }
        }
    });
    submit(db, organization, &format!("{organization}:counted"))?;
    db.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    Ok(count.load(Ordering::Relaxed))
}

/// How long a submit took, and whether it was told that the database is busy.
struct Taken {
    time: Duration,
    busy: bool,
}

/// What every submit of the measured time took, in the order of their lengths.
fn measure(store: &Store, organization: impl Fn(u32) -> String + Sync) -> Vec<Taken> {
    static SUBJECT: AtomicU64 = AtomicU64::new(0);
    let (warm, over) = (AtomicBool::new(false), AtomicBool::new(false));
    let barrier = Barrier::new(usize::try_from(CONNECTIONS).unwrap() + 1);
    let mut taken = thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                let (organization, warm, over, barrier) = (&organization, &warm, &over, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let mut taken = Vec::new();
                    let mut next = number;
                    while !over.load(Ordering::Relaxed) {
                        let subject = format!("video_{}", SUBJECT.fetch_add(1, Ordering::Relaxed));
                        let begun = Instant::now();
                        let answer = store.run_blocking(|db| submit(db, &organization(next), &subject));
                        let busy = matches!(answer, Err(Error::Store(kinora_store::Error::Busy(_))));
                        assert!(busy || answer.is_ok(), "{answer:?}");
                        if warm.load(Ordering::Relaxed) && !over.load(Ordering::Relaxed) {
                            taken.push(Taken { time: begun.elapsed(), busy });
                        }
                        next = next.wrapping_add(CONNECTIONS + 1);
                    }
                    taken
                })
            })
            .collect();
        barrier.wait();
        thread::sleep(WARM_UP);
        warm.store(true, Ordering::Relaxed);
        thread::sleep(MEASURED);
        over.store(true, Ordering::Relaxed);
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    taken.sort_unstable_by_key(|taken| taken.time);
    taken
}

fn report(title: &str, taken: &[Taken], statements: u64) {
    let busy = taken.iter().filter(|taken| taken.busy).count();
    let ms: Vec<f64> =
        taken.iter().filter(|taken| !taken.busy).map(|taken| taken.time.as_secs_f64() * 1e3).collect();
    let at = |part: usize| ms.get(ms.len() * part / 100).copied().unwrap_or(0.0);
    let a_second = ms.len() as f64 / MEASURED.as_secs_f64();
    let max = ms.last().copied().unwrap_or(0.0);
    println!(
        "{title:<42} {a_second:>6.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms   max {max:>7.1} ms   {busy} busy   {statements} statements",
        at(50),
        at(99),
    );
    std::io::stdout().flush().unwrap();
}
