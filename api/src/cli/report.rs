//! `kinora report`: what an operator wants to know about money, straight from the database.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kinora::Config;
use kinora::money::audit;
use kinora_billing::{Micros, day_name, mirror};
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
    /// What Stripe has not been told yet, and where its book and ours were found to differ
    Stripe,
}

impl Report {
    pub fn run(self) -> anyhow::Result<Ended> {
        let folder = self.data_dir.as_ref().map(|folder| ("data_dir", folder.display().to_string()));
        let overrides: Vec<(&str, String)> =
            folder.into_iter().chain(self.database_url.clone().map(|url| ("database_url", url))).collect();
        let config = Config::load(self.config.as_deref(), |name| std::env::var(name).ok(), &overrides)?;
        // A report is about what is there: it neither makes a database nor changes one.
        if config.database_url.is_none() && !config.data_dir.join("kinora.db").exists() {
            anyhow::bail!("there is no database in {}", config.data_dir.display());
        }
        let store = Store::open(&config.database_url(), StoreConfig::standard())?;
        match self.what {
            What::Books => books(&store),
            What::Stripe => stripe(&store),
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

fn stripe(store: &Store) -> anyhow::Result<Ended> {
    let (left, differences) = store.run_blocking(|db| {
        db.read_tx(|db| {
            Ok::<_, kinora_billing::Error>((mirror::backlog(db)?, mirror::differences(db, DIFFERENCES_MAX)?))
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
