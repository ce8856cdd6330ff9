//! Everything the server remembers, and the file it may be kept in. What the objects mean is in their own modules.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Objects of one kind by their id. Ids are minted in rising order, so this is the order of creation.
pub type Objects = BTreeMap<String, Value>;

/// What became of a meter event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is in the sums.
    Counted,
    /// It was in the sums until an adjustment cancelled it.
    Canceled,
    /// It was accepted and then dropped, for the reason with this code; the sender heard of it by an event only.
    Dropped(String),
}

/// A meter event that was answered with 200.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeterEvent {
    /// Unique for 24 hours.
    pub identifier: String,
    /// Names the meter.
    pub event_name: String,
    /// The customer it counts for.
    pub customer: String,
    /// The value as it was sent.
    pub value: String,
    /// When the use happened, seconds since 1970.
    pub timestamp_s: i64,
    /// When it was received, seconds since 1970.
    pub received_s: i64,
    /// What became of it.
    pub fate: Fate,
}

/// Where events are sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Endpoint {
    /// Receives the events.
    pub url: String,
    /// Signs them.
    pub secret: String,
    /// Event types, or `*`.
    pub enabled_events: Vec<String>,
}

/// An event on its way to an endpoint. It stays until the endpoint answers 2xx.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// The event.
    pub event: String,
    /// Where to.
    pub endpoint: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Not before this time of the system's clock, microseconds since 1970.
    pub due_us: i64,
}

/// What was answered to a request with an idempotency key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// Digest of the path and the parameters.
    pub fingerprint: String,
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// When, seconds since 1970.
    pub created_s: i64,
}

/// Everything.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// `cus_…`
    pub customers: Objects,
    /// `mtr_…`
    pub meters: Objects,
    /// `cs_test_…`
    pub sessions: Objects,
    /// `credgr_…`
    pub grants: Objects,
    /// `evt_…`, as they were when they happened.
    pub events: Objects,
    /// In the order of arrival.
    pub meter_events: Vec<MeterEvent>,
    /// `we_…`
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Not yet delivered.
    pub deliveries: Vec<Delivery>,
    /// By idempotency key.
    pub kept: BTreeMap<String, Kept>,
    /// How far the server's clock is ahead of the system's, in seconds.
    pub clock_offset_s: i64,
    minted: u64,
    /// The newest event with an identifier, so that a duplicate is found without a search.
    #[serde(skip)]
    newest: HashMap<String, usize>,
}

impl State {
    /// Reads the file, or starts empty if there is none.
    ///
    /// # Errors
    /// A file that cannot be read, or that no version of this server wrote.
    pub fn open(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file.filter(|file| file.exists()) else { return Ok(Self::default()) };
        let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut state: Self =
            serde_json::from_slice(&text).with_context(|| format!("cannot parse {}", file.display()))?;
        state.newest =
            state.meter_events.iter().enumerate().map(|(at, event)| (event.identifier.clone(), at)).collect();
        Ok(state)
    }

    /// Writes the file: a new one beside it, then a rename, so that a reader finds the old or the new one whole.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn save(&self, file: &Path) -> anyhow::Result<()> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut fresh, self)?;
        fresh.flush()?;
        fresh.as_file().sync_all()?;
        fresh.persist(file)?;
        Ok(())
    }

    /// A new id, `prefix_` and a number that only rises.
    pub fn mint(&mut self, prefix: &str) -> String {
        self.minted += 1;
        format!("{prefix}_fake{:010}", self.minted)
    }

    /// The newest meter event with this identifier.
    pub fn newest(&mut self, identifier: &str) -> Option<&mut MeterEvent> {
        self.meter_events.get_mut(*self.newest.get(identifier)?)
    }

    /// Remembers a meter event.
    pub fn remember(&mut self, event: MeterEvent) {
        self.newest.insert(event.identifier.clone(), self.meter_events.len());
        self.meter_events.push(event);
    }

    /// What tests look at: every object, and the counted value by customer and meter.
    pub fn shown(&self) -> Value {
        let mut sums: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
        for event in self.meter_events.iter().filter(|event| event.fate == Fate::Counted) {
            let sum = sums.entry(&event.customer).or_default().entry(&event.event_name).or_default();
            *sum += event.value.parse::<i64>().unwrap_or_default();
        }
        json!({
            "customers": self.customers, "meters": self.meters, "sessions": self.sessions, "grants": self.grants,
            "events": self.events, "meter_events": self.meter_events, "undelivered": self.deliveries.len(), "sums": sums,
        })
    }
}
