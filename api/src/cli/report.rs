//! `kinora report`: what an operator wants to know about money, straight from the database.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kinora::Config;
use kinora::clock::{Clock as _, SystemClock};
use kinora::money::audit;
use kinora::operator::margin::{Group, MarginQuery, MarginRow, margin, to_csv, total};
use kinora::operator::wire;
use kinora_billing::{DAY_US, Micros, day_name, day_start_us, mirror};
use kinora_store::{Store, StoreConfig};

use super::Ended;

/// Most differences that are shown.
const DIFFERENCES_MAX: i64 = 100;

/// What can be reported.
#[derive(Debug, Args)]
pub struct Report {
    #[command(subcommand)]
    what: What,
    /// The configuration file, which says where the database is [default: kinora.toml, if there is one]
    #[arg(long, env = "KINORA_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The data folder [default: as configured]
    #[arg(long, value_name = "FOLDER", global = true)]
    data_dir: Option<PathBuf>,
    /// sqlite:PATH or postgres://… [default: as configured]
    #[arg(long, value_name = "URL", global = true)]
    database_url: Option<String>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add up the books: whether every balance, hold, settlement and line fits every other
    Books,
    /// What was charged less what it cost to compute
    Margin(Margin),
    /// What Stripe has not been told yet, and where its book and ours were found to differ
    Stripe(Stripe),
}

/// What is done about it.
#[derive(Debug, Args)]
struct Stripe {
    /// Tell Stripe again what it refused, once the cause is mended
    #[arg(long)]
    retry: bool,
}

/// Which margin, and how it is printed.
#[derive(Debug, Args)]
struct Margin {
    /// The first UTC day [default: 29 days ago]
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<i64>,
    /// The last UTC day [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<i64>,
    /// What rows are told apart by, separated by commas: day, organization_id, project_id, api_key_id, model, operation
    #[arg(long, value_name = "GROUPS", value_delimiter = ',', default_value = "day,model", value_parser = group)]
    by: Vec<Group>,
    /// Of this organization alone
    #[arg(long, value_name = "ID")]
    organization: Option<String>,
    /// Print a table for spreadsheets (CSV)
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The first microsecond of a day.
fn day(text: &str) -> Result<i64, String> {
    day_start_us(text).ok_or_else(|| "a day is written YYYY-MM-DD, for example 2026-11-23".to_owned())
}

fn group(name: &str) -> Result<Group, String> {
    Group::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Group::ALL.iter().map(|group| group.name()).collect();
        format!("there are: {}", names.join(", "))
    })
}

impl Margin {
    fn run(self, store: &Store) -> anyhow::Result<Ended> {
        let today_us = SystemClock.now_us().div_euclid(DAY_US) * DAY_US;
        let last_us = self.until.unwrap_or(today_us);
        let query = MarginQuery {
            from_us: self.from.unwrap_or(last_us - 29 * DAY_US),
            until_us: last_us + DAY_US,
            group_by: self.by,
            organization: self.organization,
        };
        if query.from_us >= query.until_us {
            anyhow::bail!("`--from` is after `--until`");
        }
        let rows = store.run_blocking(|db| db.read_tx(|db| margin(db, &query)))?;
        if self.json {
            println!("{}", serde_json::to_string(&wire::Margin::of(&query, rows))?);
        } else if self.csv {
            print!("{}", to_csv(&query, &rows));
        } else {
            print!("{}", table(&to_csv(&query, &with_total(rows))));
        }
        Ok(Ended::Done)
    }
}

/// The rows, and their sum as the last one.
fn with_total(mut rows: Vec<MarginRow>) -> Vec<MarginRow> {
    rows.push(total(&rows));
    rows
}

/// The same columns, set under each other for people. No value has a comma.
fn table(csv: &str) -> String {
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let columns = rows.first().map_or(0, Vec::len);
    let width =
        |n: usize| rows.iter().filter_map(|row| row.get(n)).map(|value| value.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(value, width)| format!("{value:>width$}")).collect();
        text += &cells.join("  ");
        text.push('\n');
    }
    text
}

impl Report {
    pub fn run(self) -> anyhow::Result<Ended> {
        let folder = self.data_dir.as_ref().map(|folder| ("data_dir", folder.display().to_string()));
        let overrides: Vec<(&str, String)> =
            folder.into_iter().chain(self.database_url.clone().map(|url| ("database_url", url))).collect();
        let config = Config::load(self.config.as_deref(), |name| std::env::var(name).ok(), &overrides)?;
        // A report is about what is there: it makes no database, and changes none unless it is told to.
        if config.database_url.is_none() && !config.data_dir.join("kinora.db").exists() {
            anyhow::bail!("there is no database in {}", config.data_dir.display());
        }
        let store = Store::open(&config.database_url(), StoreConfig::standard())?;
        match self.what {
            What::Books => books(&store),
            What::Margin(margin) => margin.run(&store),
            What::Stripe(what) => what.run(&store),
        }
    }
}

fn books(store: &Store) -> anyhow::Result<Ended> {
    let found = store.run_blocking(|db| db.read_tx(audit))?;
    for fault in &found.faults {
        println!("{fault}");
    }
    if !found.faults.is_empty() {
        anyhow::bail!("the books do not balance: {} faults", found.faults.len());
    }
    println!("The books balance: {} holds.", found.holds);
    Ok(Ended::Done)
}

impl Stripe {
    fn run(self, store: &Store) -> anyhow::Result<Ended> {
        if self.retry {
            let rows = store.run_blocking(|db| db.write_tx(mirror::retry_refused))?;
            println!("{rows} refused rows will be told to Stripe again");
        }
        let (left, differences) = store.run_blocking(|db| {
            db.read_tx(|db| {
                let left = mirror::backlog(db)?;
                Ok::<_, kinora_billing::Error>((left, mirror::differences(db, DIFFERENCES_MAX)?))
            })
        })?;
        println!("{} to be told, {} unsure, {} refused by Stripe", left.pending, left.unsure, left.refused);
        println!("{} differences", differences.len());
        for row in differences {
            let (ours, theirs) = (Micros::new(row.ours_micros), Micros::new(row.theirs_micros));
            let day = day_name(row.day).unwrap_or_default();
            println!("{day} {}: ours {ours}, Stripe's {theirs}: {}", row.organization_id, row.action);
        }
        Ok(Ended::Done)
    }
}
