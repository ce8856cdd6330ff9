//! What travels: price lists as their files are, discounts, and rates. Amounts are dollars as text with six decimals.

use kinora_billing::{BasisPoints, Discount, Micros, PriceFile};
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{ListRow, RateRow};
use crate::Refusal;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::operator::reason;
use crate::spend::rules::time_us;

/// Longest name of a device, characters.
const DEVICE_CHARS_MAX: usize = 200;

/// A price list to be loaded.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = PriceListCreate)]
pub struct CreatePriceList {
    /// The file: TOML with `id`, `effective`, `currency` and `[[prices]]`.
    #[schema(value_type = String)]
    pub content: PriceFile,
}

impl CreatePriceList {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When there is no file, or it is no price list.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let content = fields.text("content")?.ok_or(Refusal::Missing { param: "content" })?;
        fields.finish()?;
        let content = PriceFile::parse(&content);
        Ok(Self { content: content.map_err(|error| Refusal::invalid("content", format!("{error}.")))? })
    }
}

/// Whether a price list counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceListStatus {
    /// It is in force.
    InForce,
    /// It will be.
    Scheduled,
    /// A later one is in force.
    Superseded,
    /// It was taken back before it came into force.
    Withdrawn,
}

/// A price list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceList {
    /// Names the list.
    #[schema(example = "2026-12-01")]
    pub id: String,
    /// Always `price_list`.
    #[schema(example = "price_list")]
    pub object: &'static str,
    /// From when it is in force, Unix seconds.
    pub effective_at: i64,
    /// Whether it counts.
    pub status: PriceListStatus,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// When it was loaded, Unix seconds.
    pub loaded_at: i64,
    /// When it was withdrawn, Unix seconds.
    #[schema(required)]
    pub withdrawn_at: Option<i64>,
}

impl PriceList {
    /// The list, where `active` is the id of the one in force.
    #[must_use]
    pub fn of(list: ListRow, active: Option<&str>, now_us: i64) -> Self {
        let status = if list.withdrawn_at.is_some() {
            PriceListStatus::Withdrawn
        } else if active == Some(list.id.as_str()) {
            PriceListStatus::InForce
        } else if list.effective_at > now_us {
            PriceListStatus::Scheduled
        } else {
            PriceListStatus::Superseded
        };
        Self {
            id: list.id,
            object: "price_list",
            effective_at: list.effective_at.div_euclid(SECOND_US),
            status,
            sha256: list.sha256,
            loaded_at: list.loaded_at.div_euclid(SECOND_US),
            withdrawn_at: list.withdrawn_at.map(|at_us| at_us.div_euclid(SECOND_US)),
        }
    }
}

/// A price list with its file.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListFile {
    /// The list.
    #[serde(flatten)]
    pub list: PriceList,
    /// The file as it was loaded.
    pub content: String,
}

/// A discount to be set.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = DiscountCreate)]
pub struct CreateDiscount {
    /// Whose.
    pub organization_id: String,
    /// For this project alone; for each that has none of its own if absent.
    pub project_id: Option<String>,
    /// What is taken off each line, hundredths of a percent.
    #[schema(value_type = i64, minimum = 0, maximum = 10_000)]
    pub basis_points: BasisPoints,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// From when, Unix seconds; now if absent. Not in the past.
    #[schema(value_type = Option<i64>)]
    pub effective_at: i64,
}

impl CreateDiscount {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields, now_us: i64) -> Result<Self, Refusal> {
        let organization_id =
            fields.text("organization_id")?.ok_or(Refusal::Missing { param: "organization_id" })?;
        let points = fields.integer("basis_points", 0..=10_000)?;
        let points = points.ok_or(Refusal::Missing { param: "basis_points" })?;
        let points = i32::try_from(points).ok().and_then(BasisPoints::new).unwrap_or(BasisPoints::NONE);
        let request = Self {
            organization_id,
            project_id: fields.text("project_id")?,
            basis_points: points,
            reason: reason(&mut fields)?,
            effective_at: from_now_on(&mut fields, now_us)?,
        };
        fields.finish()?;
        Ok(request)
    }
}

fn from_now_on(fields: &mut Fields, now_us: i64) -> Result<i64, Refusal> {
    match time_us(fields, "effective_at")? {
        Some(at_us) if at_us < now_us => Err(Refusal::invalid("effective_at", "it must not be in the past.")),
        at_us => Ok(at_us.unwrap_or(now_us)),
    }
}

/// A discount from some time on. The newest in force counts; a project's goes before its organization's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Discount)]
pub struct DiscountShown {
    /// Names the discount.
    pub id: String,
    /// Always `discount`.
    #[schema(example = "discount")]
    pub object: &'static str,
    /// Whose.
    pub organization_id: String,
    /// For this project alone.
    #[schema(required)]
    pub project_id: Option<String>,
    /// What is taken off each line, hundredths of a percent.
    #[schema(minimum = 0, maximum = 10_000)]
    pub basis_points: i32,
    /// Why.
    pub reason: String,
    /// From when, Unix seconds.
    pub effective_at: i64,
    /// When it was set, Unix seconds.
    pub created_at: i64,
}

impl From<Discount> for DiscountShown {
    fn from(discount: Discount) -> Self {
        Self {
            id: discount.id,
            object: "discount",
            organization_id: discount.organization_id,
            project_id: discount.project_id,
            basis_points: discount.basis_points,
            reason: discount.reason,
            effective_at: discount.effective_at.div_euclid(SECOND_US),
            created_at: discount.created_at.div_euclid(SECOND_US),
        }
    }
}

/// A rate to be set.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = ComputeRateCreate)]
pub struct CreateRate {
    /// The device, by the name that workers report; any without a rate of its own if absent.
    #[schema(min_length = 1, max_length = 200, example = "NVIDIA H100 80GB HBM3")]
    pub device: Option<String>,
    /// What an hour of it costs the operator, dollars as text.
    #[schema(value_type = String, example = "2.500000")]
    pub dollars_per_hour: Micros,
    /// From when, Unix seconds; now if absent. Not in the past.
    #[schema(value_type = Option<i64>)]
    pub effective_at: i64,
}

impl CreateRate {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields, now_us: i64) -> Result<Self, Refusal> {
        let device = fields.text("device")?;
        let fits = |name: &String| {
            !name.trim().is_empty() && name.chars().count() <= DEVICE_CHARS_MAX && !name.contains('\0')
        };
        if !device.iter().all(fits) {
            let problem = format!("expected 1 to {DEVICE_CHARS_MAX} characters that are not all blank.");
            return Err(Refusal::invalid("device", problem));
        }
        let rate = fields.dollars_text("dollars_per_hour")?;
        let dollars_per_hour = rate.ok_or(Refusal::Missing { param: "dollars_per_hour" })?;
        let effective_at = from_now_on(&mut fields, now_us)?;
        fields.finish()?;
        Ok(Self { device, dollars_per_hour, effective_at })
    }
}

/// What an hour of a device costs the operator from some time on. The newest in force counts; a device's own goes before
/// that of all.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComputeRate {
    /// Names the rate.
    pub id: String,
    /// Always `compute_rate`.
    #[schema(example = "compute_rate")]
    pub object: &'static str,
    /// The device; `null` for any without a rate of its own.
    #[schema(required)]
    pub device: Option<String>,
    /// What an hour of it costs.
    #[schema(example = "2.500000")]
    pub dollars_per_hour: String,
    /// From when, Unix seconds.
    pub effective_at: i64,
    /// When it was set, Unix seconds.
    pub created_at: i64,
}

impl From<RateRow> for ComputeRate {
    fn from(row: RateRow) -> Self {
        Self {
            id: row.id,
            object: "compute_rate",
            device: row.device,
            dollars_per_hour: Micros::new(row.micros_per_hour).dollars(),
            effective_at: row.effective_at.div_euclid(SECOND_US),
            created_at: row.created_at.div_euclid(SECOND_US),
        }
    }
}
