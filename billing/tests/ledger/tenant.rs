//! An organization with a project and a key, and prices: what tests start from.

use diesel::prelude::*;
use kinora_billing::{
    EXAMPLE_PRICES, Error, Funding, Grant, Item, Micros, Mode, Operation, Payer, PriceFile, Quantities,
    Quote, balances, books_balance, grant, hold, load_prices, open_organization, quote,
};
use kinora_store::Db;
use kinora_store::schema::{organizations, projects};
use kinora_store::testing::each_database;

/// When tests happen: 2026-11-23T12:00:00Z, microseconds since 1970.
pub const NOW_US: i64 = 1_795_435_200_000_000;

/// Whoever pays in tests.
pub const PAYER: Payer<'static> = Payer { organization: "org_a", project: "proj_a", api_key: "key_a" };

/// A second of the test card at 720p, micro-dollars, by the example prices.
pub const SECOND_MICROS: i64 = 100_000;

/// Makes the organization of [`PAYER`] and loads the example prices.
pub fn open(db: &mut Db, mode: Mode, mirrored: bool) -> Result<(), Error> {
    let row = (
        organizations::id.eq(PAYER.organization),
        organizations::name.eq("A"),
        organizations::created_at.eq(NOW_US),
    );
    diesel::insert_into(organizations::table).values(row).execute(db)?;
    let row = (
        projects::id.eq(PAYER.project),
        projects::organization_id.eq(PAYER.organization),
        projects::name.eq("A"),
        projects::created_at.eq(NOW_US),
    );
    diesel::insert_into(projects::table).values(row).execute(db)?;
    open_organization(db, PAYER.organization, mode, mirrored, NOW_US)?;
    load_prices(db, &PriceFile::parse(EXAMPLE_PRICES).unwrap(), NOW_US)?;
    Ok(())
}

/// Gives credit that does not end.
pub fn give(db: &mut Db, micros: i64, key: &str) -> Result<(), Error> {
    let credit = Grant {
        organization: PAYER.organization,
        funding: Funding::Manual,
        amount: Micros::new(micros),
        priority: 50,
        expires_at_us: None,
        reason: "a test",
        idempotency_key: key,
    };
    grant(db, &credit, NOW_US).map(drop)
}

/// What `seconds` of the test card at 720p cost.
pub fn quoted(db: &mut Db, seconds: u32) -> Result<Quote, Error> {
    let item = Item { model: "colour-bars".into(), operation: Operation::Create, tier: "720p".into() };
    quote(db, (PAYER.organization, PAYER.project), &item, of_seconds(seconds), NOW_US)
}

/// That many seconds without references.
pub fn of_seconds(seconds: u32) -> Quantities {
    Quantities { milliseconds: seconds * 1_000, references: 0 }
}

/// A day, microseconds.
pub const DAY_US: i64 = 86_400_000_000;

/// Runs `test` in one transaction on each database, with the organization of [`PAYER`] there.
pub fn with_books(mode: Mode, test: impl Fn(&mut Db) -> Result<(), Error>) {
    each_database(|store| {
        let done = store.run_blocking(|db| {
            db.write_tx(|db| {
                open(db, mode, false)?;
                test(db)?;
                assert_eq!(books_balance(db)?.faults, Vec::<String>::new());
                Ok::<_, Error>(())
            })
        });
        done.unwrap();
    });
}

/// What `work` is refused with; nothing of it stays, and the transaction around it goes on.
pub fn refused<T: std::fmt::Debug>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T, Error>) -> String {
    db.write_tx(work).unwrap_err().to_string()
}

/// Makes another organization with a project, without money.
pub fn open_other(db: &mut Db, organization: &str, project: &str) -> Result<(), Error> {
    let row = (
        organizations::id.eq(organization),
        organizations::name.eq("B"),
        organizations::created_at.eq(NOW_US),
    );
    diesel::insert_into(organizations::table).values(row).execute(db)?;
    let row = (
        projects::id.eq(project),
        projects::organization_id.eq(organization),
        projects::name.eq("B"),
        projects::created_at.eq(NOW_US),
    );
    diesel::insert_into(projects::table).values(row).execute(db)?;
    open_organization(db, organization, Mode::Prepaid, false, NOW_US)
}

/// Holds `seconds` of the test card at 720p for a subject, at a time.
pub fn submit(db: &mut Db, subject: &str, seconds: u32, now_us: i64) -> Result<String, Error> {
    let item = Item { model: "colour-bars".into(), operation: Operation::Create, tier: "720p".into() };
    let quote = quote(db, (PAYER.organization, PAYER.project), &item, of_seconds(seconds), now_us)?;
    hold(db, &PAYER, subject, &quote, now_us)
}

/// Credit, held and owed of the organization of [`PAYER`], micro-dollars.
pub fn money(db: &mut Db) -> Result<(i64, i64, i64), Error> {
    let now = balances(db, PAYER.organization)?;
    Ok((now.credit.get(), now.held.get(), now.owed.get()))
}
