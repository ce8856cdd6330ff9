//! One prepaid clip through every row it causes: credit, quote, hold, capture of fewer seconds, and the statement. Prints each
//! row when it is written and when it changes; ids are numbered as they appear.
//!
//! `cargo run -p kinora-billing --example one_clip`
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "an example that cannot go on has failed; a test uses all but main"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use diesel::sql_types::Text;
use diesel::{ExpressionMethods as _, QueryableByName, RunQueryDsl as _, sql_query};
use kinora_billing::{
    Error, Funding, Grant, Item, Micros, Mode, Operation, Payer, PriceFile, Quantities, capture, grant, hold,
    load_prices, open_organization, quote, statement,
};
use kinora_store::Db;
use kinora_store::schema::{organizations, projects};
use kinora_store::testing::databases;

/// 2026-11-23T12:00:00Z, microseconds since 1970.
const NOW_US: i64 = 1_795_435_200_000_000;
const MINUTE_US: i64 = 60_000_000;
const PAYER: Payer<'static> = Payer { organization: "org_ann", project: "proj_1", api_key: "key_1" };

const PRICES: &str = r#"
id = "2026-11-prices"
effective = "2026-11-01"
currency = "usd"

[[prices]]
model = "colour-bars"
operations = ["create"]
tier = "720p"
per_second_micros = 100_000
"#;

/// Every table of money that the clip touches, with what of it is shown.
const TABLES: [(&str, &[&str]); 11] = [
    ("billing_profiles", &["organization_id", "mode"]),
    ("price_lists", &["id", "effective_at"]),
    (
        "prices",
        &[
            "price_list_id",
            "model",
            "operation",
            "tier",
            "per_second_micros",
            "per_job_micros",
            "per_reference_micros",
        ],
    ),
    ("credit_blocks", &["id", "source", "priority", "amount_micros", "remaining_micros", "expires_at"]),
    ("holds", &["id", "subject", "source_account", "amount_micros", "price_list_id", "created_at"]),
    (
        "transfers",
        &["id", "debit_account", "credit_account", "amount_micros", "kind", "subject", "idempotency_key"],
    ),
    ("credit_block_entries", &["transfer_id", "credit_block_id", "amount_micros"]),
    ("settlements", &["hold_id", "held_micros", "captured_micros", "released_micros", "outcome", "reason"]),
    (
        "lines",
        &[
            "id",
            "hold_id",
            "component",
            "quantity_milli",
            "unit_micros",
            "discount_basis_points",
            "amount_micros",
        ],
    ),
    ("accounts", &["id", "balance_micros", "floor_micros"]),
    ("spend", &["api_key_id", "month", "committed_micros"]),
];

fn main() {
    let database = databases().swap_remove(0);
    let told = database.store.run_blocking(|db| db.write_tx(story)).unwrap();
    print!("{told}");
}

/// Does it, and tells it.
pub fn story(db: &mut Db) -> Result<String, Error> {
    let mut story = Story::default();
    let row = (
        organizations::id.eq(PAYER.organization),
        organizations::name.eq("Ann"),
        organizations::created_at.eq(NOW_US),
    );
    diesel::insert_into(organizations::table).values(row).execute(db)?;
    let row = (
        projects::id.eq(PAYER.project),
        projects::organization_id.eq(PAYER.organization),
        projects::name.eq("Ann"),
        projects::created_at.eq(NOW_US),
    );
    diesel::insert_into(projects::table).values(row).execute(db)?;
    open_organization(db, PAYER.organization, Mode::Prepaid, false, NOW_US)?;
    load_prices(db, &PriceFile::parse(PRICES).unwrap(), NOW_US)?;
    story.tell(db, "0. An organization that pays beforehand, and a price list")?;

    let credit = Grant {
        organization: PAYER.organization,
        funding: Funding::Promotional,
        amount: Micros::new(1_000_000),
        priority: 50,
        expires_at_us: None,
        reason: "welcome",
        idempotency_key: "welcome-ann",
    };
    grant(db, &credit, NOW_US)?;
    story.tell(db, "1. Grant: one dollar as a gift")?;

    let item = Item { model: "colour-bars".into(), operation: Operation::Create, tier: "720p".into() };
    let asked = Quantities { milliseconds: 8_000, references: 0 };
    let quote = quote(db, (PAYER.organization, PAYER.project), &item, asked, NOW_US)?;
    story.tell(db, "2. Quote of 8 seconds: no row, only what the hold will keep")?;
    story.say(&serde_json::to_string(&quote).unwrap());

    hold(db, &PAYER, "video_1", &quote, NOW_US)?;
    story.tell(db, "3. Hold, in the transaction that makes the job")?;

    let delivered = Quantities { milliseconds: 5_000, references: 0 };
    capture(db, "video_1", delivered, NOW_US + MINUTE_US)?;
    story.tell(db, "4. Capture of the 5 seconds that were delivered, and release of the other 3, in the transaction that completes the job")?;

    story.tell(db, "5. Statement: no row, only what is there")?;
    let statement = statement(db, PAYER.organization, "2026-11".parse().unwrap())?;
    for line in &statement.lines {
        story.say(&format!(
            "{}: {} {} x {} = {}",
            line.subject,
            line.quantity_milli as f64 / 1e3,
            line.component,
            Micros::new(line.unit_micros),
            Micros::new(line.amount_micros)
        ));
    }
    story.say(&format!("{} in all: {}", statement.month, statement.total));
    Ok(story.text)
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = Text)]
    row: String,
}

#[derive(Default)]
struct Story {
    text: String,
    /// The rows of each table when something was last told.
    seen: BTreeMap<&'static str, Vec<Vec<String>>>,
    /// What random ids are called here.
    names: BTreeMap<String, String>,
}

impl Story {
    fn say(&mut self, line: &str) {
        writeln!(self.text, "{line}").unwrap();
    }

    /// Tells which rows are new or changed.
    fn tell(&mut self, db: &mut Db, title: &str) -> Result<(), Error> {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        self.say(&format!("{gap}{title}"));
        for (table, columns) in TABLES {
            let cells: Vec<String> =
                columns.iter().map(|c| format!("COALESCE(CAST({c} AS TEXT), '-')")).collect();
            let query =
                format!("SELECT {} AS row FROM {table} ORDER BY {}", cells.join(" || '|' || "), columns[0]);
            let rows: Vec<Shown> = sql_query(query).load(db)?;
            let rows: Vec<Vec<String>> =
                rows.iter().map(|shown| shown.row.split('|').map(|cell| self.name(cell)).collect()).collect();
            let before = self.seen.insert(table, rows.clone()).unwrap_or_default();
            let fresh: Vec<_> = rows.into_iter().filter(|row| !before.contains(row)).collect();
            if !fresh.is_empty() {
                self.print(table, columns, &fresh);
            }
        }
        Ok(())
    }

    fn print(&mut self, table: &str, columns: &[&str], rows: &[Vec<String>]) {
        let width = |index: usize| {
            let cells = rows.iter().map(|row| row[index].len());
            cells.chain([columns[index].len()]).max().unwrap()
        };
        let pad = |cells: Vec<&str>| {
            let cells: Vec<String> =
                cells.iter().enumerate().map(|(index, cell)| format!("{cell:<0$}", width(index))).collect();
            cells.join("  ").trim_end().to_owned()
        };
        self.say(&format!("  {table}"));
        self.say(&format!("    {}", pad(columns.to_vec())));
        for row in rows {
            self.say(&format!("    {}", pad(row.iter().map(String::as_str).collect())));
        }
    }

    /// A cell with its random id, if it has one, called by its number.
    fn name(&mut self, cell: &str) -> String {
        let prefixes = ["blk_", "tr_", "hold_", "line_"];
        let Some(at) = prefixes.iter().filter_map(|prefix| cell.find(prefix)).max() else {
            return cell.to_owned();
        };
        let (before, id) = cell.split_at(at);
        if id.len() < 32 {
            return cell.to_owned();
        }
        let prefix = prefixes.into_iter().find(|prefix| id.starts_with(prefix)).unwrap();
        let number = self.names.keys().filter(|known| known.starts_with(prefix)).count() + 1;
        let name = self.names.entry(id.to_owned()).or_insert_with(|| format!("{prefix}{number}"));
        format!("{before}{name}")
    }
}
