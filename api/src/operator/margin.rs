//! What the server earns: what was charged less what its compute cost, as it was measured. The cost of runs that
//! delivered nothing is in it, and in a column of its own: nobody was charged for those.

use std::collections::BTreeMap;

use kinora_billing::{DAY_US, Error, Micros};
use kinora_store::Db;

use super::store::{self, MarginKey};
use crate::clock::rfc3339;
use crate::http::csv::Csv;

/// What rows of a margin are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The UTC day on which something was charged, or on which a run ended.
    Day,
    /// The organization.
    Organization,
    /// The project.
    Project,
    /// The key.
    Key,
    /// The model.
    Model,
    /// The operation.
    Operation,
}

impl Group {
    /// Every group, in the order of the columns.
    pub const ALL: [Self; 6] =
        [Self::Day, Self::Organization, Self::Project, Self::Key, Self::Model, Self::Operation];

    /// The name on the wire and of the column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Organization => "organization_id",
            Self::Project => "project_id",
            Self::Key => "api_key_id",
            Self::Model => "model",
            Self::Operation => "operation",
        }
    }

    /// The group of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

/// Which margin is asked for. Times are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarginQuery {
    /// The first moment of the range.
    pub from_us: i64,
    /// The first moment after the range.
    pub until_us: i64,
    /// What rows are told apart by; with nothing there is at most one row.
    pub group_by: Vec<Group>,
    /// Of this organization alone.
    pub organization: Option<String>,
}

/// What a group earned. A field that is not grouped by is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarginRow {
    /// For example `2026-11-23`.
    pub day: Option<String>,
    /// The organization.
    pub organization_id: Option<String>,
    /// The project.
    pub project_id: Option<String>,
    /// The key.
    pub api_key_id: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The operation.
    pub operation: Option<String>,
    /// Runs that delivered a clip.
    pub videos: i64,
    /// Seconds that were charged for, thousandths.
    pub seconds_milli: i64,
    /// What was charged, micro-dollars.
    pub revenue_micros: i64,
    /// What the runs that delivered cost to compute, micro-dollars.
    pub compute_micros: i64,
    /// Runs that delivered nothing.
    pub lost_runs: i64,
    /// What those cost to compute, micro-dollars.
    pub lost_compute_micros: i64,
}

impl MarginRow {
    /// What was charged less what all runs cost, micro-dollars.
    #[must_use]
    pub const fn margin_micros(&self) -> i64 {
        self.revenue_micros.saturating_sub(self.compute_micros).saturating_sub(self.lost_compute_micros)
    }

    fn of(key: MarginKey) -> Self {
        let day = key.day.map(|day| {
            let mut text = rfc3339(day.saturating_mul(DAY_US));
            text.truncate("2026-11-23".len());
            text
        });
        Self {
            day,
            organization_id: key.organization_id,
            project_id: key.project_id,
            api_key_id: key.api_key_id,
            model: key.model,
            operation: key.operation,
            ..Self::default()
        }
    }

    /// Adds the amounts of another row.
    fn add(&mut self, other: &Self) {
        self.videos += other.videos;
        self.seconds_milli += other.seconds_milli;
        self.revenue_micros = self.revenue_micros.saturating_add(other.revenue_micros);
        self.compute_micros = self.compute_micros.saturating_add(other.compute_micros);
        self.lost_runs += other.lost_runs;
        self.lost_compute_micros = self.lost_compute_micros.saturating_add(other.lost_compute_micros);
    }
}

/// The margin of each group, by day, organization, project, key, model and operation.
///
/// # Errors
/// When the database fails.
pub fn margin(db: &mut Db, query: &MarginQuery) -> Result<Vec<MarginRow>, Error> {
    let mut rows: BTreeMap<MarginKey, MarginRow> = BTreeMap::new();
    for found in store::revenue(db, query)? {
        let row = rows.entry(found.key.clone()).or_insert_with(|| MarginRow::of(found.key));
        row.seconds_milli = found.seconds_milli;
        row.revenue_micros = found.amount_micros;
    }
    for found in store::compute(db, query)? {
        let row = rows.entry(found.key.clone()).or_insert_with(|| MarginRow::of(found.key));
        row.videos = found.delivered;
        row.compute_micros = found.delivered_micros;
        row.lost_runs = found.lost;
        row.lost_compute_micros = found.lost_micros;
    }
    Ok(rows.into_values().collect())
}

/// The sum of rows.
#[must_use]
pub fn total(rows: &[MarginRow]) -> MarginRow {
    let mut sum = MarginRow::default();
    for row in rows {
        sum.add(row);
    }
    sum
}

/// The rows as a table: the columns that are grouped by, then the amounts in dollars.
#[must_use]
pub fn to_csv(query: &MarginQuery, rows: &[MarginRow]) -> String {
    let groups: Vec<Group> = Group::ALL.into_iter().filter(|group| query.group_by.contains(group)).collect();
    let mut columns: Vec<&str> = groups.iter().map(|group| group.name()).collect();
    columns.extend([
        "videos",
        "seconds",
        "revenue_usd",
        "compute_usd",
        "lost_runs",
        "lost_compute_usd",
        "margin_usd",
    ]);
    let mut table = Csv::with_columns(&columns);
    for row in rows {
        let mut values: Vec<String> = groups.iter().map(|group| value(row, *group)).collect();
        values.extend([
            row.videos.to_string(),
            format!("{}.{:03}", row.seconds_milli / 1_000, row.seconds_milli % 1_000),
            dollars(row.revenue_micros),
            dollars(row.compute_micros),
            row.lost_runs.to_string(),
            dollars(row.lost_compute_micros),
            dollars(row.margin_micros()),
        ]);
        table.row(values);
    }
    table.text()
}

fn value(row: &MarginRow, group: Group) -> String {
    let value = match group {
        Group::Day => &row.day,
        Group::Organization => &row.organization_id,
        Group::Project => &row.project_id,
        Group::Key => &row.api_key_id,
        Group::Model => &row.model,
        Group::Operation => &row.operation,
    };
    value.clone().unwrap_or_default()
}

fn dollars(micros: i64) -> String {
    Micros::new(micros).dollars()
}
