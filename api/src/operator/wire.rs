//! What travels between the operator and the server. Amounts are dollars as text with six decimals: exact.

use kinora_billing::{Balances, Funding, Micros, Mode, PRIORITY_MAX, Profile, REASON_CHARS_MAX};
use serde::Serialize;
use utoipa::ToSchema;

use super::margin::{Group, MarginQuery, MarginRow, total};
use super::store::OrganizationRow;
use crate::Refusal;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::keys::rules::check_name;
use crate::keys::wire::{AdminKeyCreated, ProjectKeyCreated};
use crate::projects::wire::Project;
use crate::spend::rules::time_us;
use crate::usage::rules::group_by;

/// Longest name of a request, characters.
const KEY_CHARS_MAX: usize = 255;
/// The priority of credit for which none is given.
const PRIORITY_DEFAULT: i32 = 50;

/// An organization to be made.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = OrganizationCreate)]
pub struct CreateOrganization {
    /// What people call it, and its first project.
    #[schema(min_length = 1, max_length = 200, example = "Acme")]
    pub name: String,
    /// `prepaid`, which is meant if absent, or `postpaid`.
    #[schema(value_type = Option<String>, example = "prepaid")]
    pub mode: Mode,
    /// What it may owe at most, dollars as text; any amount if absent. Counts while it is postpaid.
    #[schema(value_type = Option<String>, example = "100.00")]
    pub owed_limit: Option<Micros>,
    /// Whether Stripe is told of it; false if absent.
    #[schema(value_type = Option<bool>)]
    pub mirrored: bool,
}

impl CreateOrganization {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            name: check_name(fields.text("name")?.ok_or(Refusal::Missing { param: "name" })?)?,
            mode: mode(&mut fields)?.unwrap_or(Mode::Prepaid),
            owed_limit: fields.dollars_text("owed_limit")?,
            mirrored: fields.boolean("mirrored")?.unwrap_or(false),
        };
        fields.finish()?;
        Ok(request)
    }
}

/// What to change of an organization: at least one field.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = OrganizationUpdate)]
pub struct UpdateOrganization {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// `prepaid` or `postpaid`. What is held stays where it came from.
    #[schema(value_type = Option<String>)]
    pub mode: Option<Mode>,
    /// What it may owe at most, dollars as text; `null` for any amount.
    #[schema(value_type = Option<String>)]
    pub owed_limit: Option<Option<Micros>>,
    /// Whether Stripe is told of it from now on.
    pub mirrored: Option<bool>,
}

impl UpdateOrganization {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When there is no field, or one has an impossible value or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let unlimited = fields.is_null("owed_limit");
        let limit = fields.dollars_text("owed_limit")?;
        let request = Self {
            name: fields.text("name")?.map(check_name).transpose()?,
            mode: mode(&mut fields)?,
            owed_limit: if unlimited { Some(None) } else { limit.map(Some) },
            mirrored: fields.boolean("mirrored")?,
        };
        fields.finish()?;
        let nothing = Self { name: None, mode: None, owed_limit: None, mirrored: None };
        if request == nothing { Err(Refusal::Missing { param: "name" }) } else { Ok(request) }
    }
}

fn mode(fields: &mut Fields) -> Result<Option<Mode>, Refusal> {
    let Some(text) = fields.word("mode")? else { return Ok(None) };
    let problem = "supported are: 'prepaid', 'postpaid'.";
    Mode::from_name(&text).map(Some).ok_or_else(|| Refusal::invalid("mode", problem))
}

/// An organization, and how it pays.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organization {
    /// Names the organization.
    #[schema(example = "org_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `organization`.
    #[schema(example = "organization")]
    pub object: &'static str,
    /// What people call it.
    pub name: String,
    /// When it was made, Unix seconds.
    pub created_at: i64,
    /// `prepaid` or `postpaid`.
    #[schema(example = "prepaid")]
    pub mode: &'static str,
    /// What it may owe at most; `null` for any amount.
    #[schema(required)]
    pub owed_limit: Option<String>,
    /// What it owes, what is held on account included.
    pub owed: String,
    /// What it can spend: what is held, and credit whose time is over, is not in it.
    pub balance: String,
    /// Whether Stripe is told of it.
    pub mirrored: bool,
    /// Its name in Stripe.
    #[schema(required)]
    pub external_customer: Option<String>,
}

impl Organization {
    /// The organization in a row, with its accounts and what it can spend of its credit.
    #[must_use]
    pub fn of(row: OrganizationRow, profile: Profile, balances: &Balances, spendable: Micros) -> Self {
        Self {
            id: row.id,
            object: "organization",
            name: row.name,
            created_at: row.created_at.div_euclid(SECOND_US),
            mode: profile.mode.name(),
            owed_limit: balances.owed_limit.map(Micros::dollars),
            owed: Micros::new(balances.owed.get().saturating_neg()).dollars(),
            balance: spendable.dollars(),
            mirrored: profile.mirrored,
            external_customer: profile.external_customer,
        }
    }
}

/// An organization that was made just now, with the keys that open it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationCreated {
    /// The organization.
    #[serde(flatten)]
    pub organization: Organization,
    /// Its first project.
    pub project: Project,
    /// A key of that project. Its `value` is shown this once.
    pub api_key: ProjectKeyCreated,
    /// A key of its administrators. Its `value` is shown this once.
    pub admin_api_key: AdminKeyCreated,
}

/// Credit to be given.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = CreditGrant)]
pub struct GrantCredit {
    /// `promotional` for a gift; `correction` for what was paid by other means than Stripe, or is put right.
    #[schema(value_type = String, example = "promotional")]
    pub source: Funding,
    /// How much, dollars as text, above 0.
    #[schema(value_type = String, example = "10.00")]
    pub amount: Micros,
    /// The lower is spent first; 50 if absent.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 100)]
    pub priority: i32,
    /// When what is left of it ends, Unix seconds; never if absent.
    #[schema(value_type = Option<i64>)]
    pub expires_at: Option<i64>,
    /// Why. The organization sees it.
    #[schema(min_length = 1, max_length = 500, example = "Welcome")]
    pub reason: String,
    /// Names the grant: the same name again for the organization gives nothing more.
    #[schema(min_length = 1, max_length = 255)]
    pub idempotency_key: Option<String>,
}

impl GrantCredit {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let source = match fields.text("source")?.as_deref() {
            None => return Err(Refusal::Missing { param: "source" }),
            Some("promotional") => Funding::Promotional,
            Some("correction") => Funding::Manual,
            Some(_) => {
                return Err(Refusal::invalid("source", "supported are: 'promotional', 'correction'."));
            }
        };
        let amount = fields.dollars_text("amount")?.ok_or(Refusal::Missing { param: "amount" })?;
        if amount == Micros::ZERO {
            return Err(Refusal::invalid("amount", "it must be above 0."));
        }
        let priority = fields.integer("priority", 0..=i64::from(PRIORITY_MAX))?;
        let expires_at = time_us(&mut fields, "expires_at")?;
        let priority = priority.and_then(|priority| i32::try_from(priority).ok()).unwrap_or(PRIORITY_DEFAULT);
        let idempotency_key = key(&mut fields)?;
        let reason = reason(&mut fields)?;
        fields.finish()?;
        Ok(Self { source, amount, priority, expires_at, reason, idempotency_key })
    }
}

/// Takes `reason` out of `fields`.
///
/// # Errors
/// When it is missing or cannot be one.
pub fn reason(fields: &mut Fields) -> Result<String, Refusal> {
    bounded(fields, "reason", REASON_CHARS_MAX)?.ok_or(Refusal::Missing { param: "reason" })
}

/// Takes `idempotency_key` out of `fields`.
///
/// # Errors
/// When it cannot be one.
pub fn key(fields: &mut Fields) -> Result<Option<String>, Refusal> {
    bounded(fields, "idempotency_key", KEY_CHARS_MAX)
}

fn bounded(fields: &mut Fields, name: &str, chars_max: usize) -> Result<Option<String>, Refusal> {
    let Some(text) = fields.text(name)? else { return Ok(None) };
    if text.trim().is_empty() || text.chars().count() > chars_max || text.contains('\0') {
        let problem = format!("expected 1 to {chars_max} characters that are not all blank.");
        return Err(Refusal::invalid(name, problem));
    }
    Ok(Some(text))
}

/// Takes a margin's query out of `fields`.
///
/// # Errors
/// When a parameter is missing or has an impossible value.
pub fn margin_query(fields: &mut Fields, now_us: i64) -> Result<MarginQuery, Refusal> {
    let from_us = time_us(fields, "start_time")?.ok_or(Refusal::Missing { param: "start_time" })?;
    let until_us = time_us(fields, "end_time")?.unwrap_or(now_us);
    if until_us <= from_us {
        return Err(Refusal::invalid("end_time", "it must be after 'start_time'."));
    }
    let groups = group_by(fields, &Group::ALL.map(Group::name))?;
    let group_by = groups.into_iter().filter_map(Group::from_name).collect();
    Ok(MarginQuery { from_us, until_us, group_by, organization: fields.text("organization_id")? })
}

/// What the server earned in a range of time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Margin {
    /// Always `margin`.
    #[schema(example = "margin")]
    pub object: &'static str,
    /// The first second of the range, Unix seconds.
    pub start_time: i64,
    /// The first second after it, Unix seconds.
    pub end_time: i64,
    /// Always `usd`.
    #[schema(example = "usd")]
    pub currency: &'static str,
    /// Each group that has something.
    pub data: Vec<MarginEntry>,
    /// Their sum.
    pub total: MarginEntry,
}

impl Margin {
    /// The margin that was asked for.
    #[must_use]
    pub fn of(query: &MarginQuery, rows: Vec<MarginRow>) -> Self {
        let total = total(&rows).into();
        Self {
            object: "margin",
            start_time: query.from_us.div_euclid(SECOND_US),
            end_time: query.until_us.div_euclid(SECOND_US),
            currency: "usd",
            data: rows.into_iter().map(MarginEntry::from).collect(),
            total,
        }
    }
}

/// What a group earned.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarginEntry {
    /// The UTC day, if it is grouped by.
    #[schema(required, example = "2026-11-23")]
    pub day: Option<String>,
    /// The organization, if it is grouped by.
    #[schema(required)]
    pub organization_id: Option<String>,
    /// The project, if it is grouped by.
    #[schema(required)]
    pub project_id: Option<String>,
    /// The key, if it is grouped by.
    #[schema(required)]
    pub api_key_id: Option<String>,
    /// The model, if it is grouped by.
    #[schema(required)]
    pub model: Option<String>,
    /// The operation, if it is grouped by.
    #[schema(required)]
    pub operation: Option<String>,
    /// Runs that delivered a clip.
    pub videos: i64,
    /// Seconds that were charged for.
    pub seconds: f64,
    /// What was charged.
    #[schema(example = "0.004000")]
    pub revenue: String,
    /// What the runs that delivered cost to compute.
    #[schema(example = "0.000068")]
    pub compute: String,
    /// Runs that delivered nothing.
    pub lost_runs: i64,
    /// What those cost to compute.
    #[schema(example = "0.000000")]
    pub lost_compute: String,
    /// What was charged less what all runs cost.
    #[schema(example = "0.003932")]
    pub margin: String,
}

impl From<MarginRow> for MarginEntry {
    fn from(row: MarginRow) -> Self {
        let text = |micros: i64| Micros::new(micros).dollars();
        Self {
            videos: row.videos,
            seconds: row.seconds_milli as f64 / 1e3,
            revenue: text(row.revenue_micros),
            compute: text(row.compute_micros),
            lost_runs: row.lost_runs,
            lost_compute: text(row.lost_compute_micros),
            margin: text(row.margin_micros()),
            day: row.day,
            organization_id: row.organization_id,
            project_id: row.project_id,
            api_key_id: row.api_key_id,
            model: row.model,
            operation: row.operation,
        }
    }
}
