//! An organization with a project and a key, and prices: what tests start from.

use diesel::prelude::*;
use kinora_billing::{
    EXAMPLE_PRICES, Error, Funding, Grant, Item, Micros, Mode, Operation, Payer, PriceFile, Quantities,
    Quote, grant, load_prices, open_organization, quote,
};
use kinora_store::Db;
use kinora_store::schema::{organizations, projects};

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
