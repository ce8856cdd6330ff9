//! What travels: OpenAI's pages of buckets, with its results of costs and ours of videos.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::group_by;
use crate::Refusal;
use crate::http::Fields;

/// A page of buckets.
#[derive(Debug, Serialize, ToSchema)]
pub struct BucketPage<T> {
    /// Always `page`.
    #[schema(example = "page")]
    pub object: &'static str,
    /// The buckets, the earliest first; those without results too.
    pub data: Vec<TimeBucket<T>>,
    /// Whether there is a next page.
    pub has_more: bool,
    /// `page` of the next page.
    #[schema(required)]
    pub next_page: Option<String>,
}

/// A part of the time that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeBucket<T> {
    /// Always `bucket`.
    #[schema(example = "bucket")]
    pub object: &'static str,
    /// Its first second, Unix seconds.
    pub start_time: i64,
    /// The first second after it, Unix seconds.
    pub end_time: i64,
    /// One for each group that has something.
    pub results: Vec<T>,
}

/// What was charged in a bucket and a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostResult {
    /// Always `organization.costs.result`.
    #[schema(example = "organization.costs.result")]
    pub object: &'static str,
    /// How much.
    pub amount: CostAmount,
    /// What for, if it is grouped by: model, operation, tier and component.
    #[schema(required, example = "kinora-mini, create, 720p, second")]
    pub line_item: Option<String>,
    /// The project, if it is grouped by.
    #[schema(required)]
    pub project_id: Option<String>,
    /// The key, if it is grouped by.
    #[schema(required)]
    pub api_key_id: Option<String>,
    /// Always `null`: there are no users here.
    #[schema(required)]
    pub user_id: Option<String>,
    /// `unlabeled`, if it is grouped by.
    #[schema(required)]
    pub api_source: Option<&'static str>,
    /// How much of it was charged for, if it is grouped by `line_item`.
    #[schema(required)]
    pub quantity: Option<f64>,
    /// `duration_seconds` for the component `second`, else `null`.
    #[schema(required)]
    pub quantity_unit: Option<&'static str>,
}

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostAmount {
    /// Dollars, at most six decimals.
    pub value: f64,
    /// Always `usd`.
    #[schema(example = "usd")]
    pub currency: &'static str,
    /// The same as text with six decimals: exact.
    #[schema(example = "0.004000")]
    pub exact: String,
}

/// What was made in a bucket and a group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideosUsageResult)]
pub struct UsageResult {
    /// Always `organization.usage.videos.result`.
    #[schema(example = "organization.usage.videos.result")]
    pub object: &'static str,
    /// Videos that were completed.
    pub videos: i64,
    /// Length of their clips, seconds, without what extensions took over.
    pub seconds: f64,
    /// Videos that were asked for.
    pub num_model_requests: i64,
    /// Time for which devices were held for the videos that were completed, seconds.
    pub gpu_seconds: f64,
    /// The size, if it is grouped by.
    #[schema(required)]
    pub size: Option<String>,
    /// The model, if it is grouped by; never an alias.
    #[schema(required)]
    pub model: Option<String>,
    /// The operation, if it is grouped by.
    #[schema(required)]
    pub operation: Option<String>,
    /// The project, if it is grouped by.
    #[schema(required)]
    pub project_id: Option<String>,
    /// The key, if it is grouped by.
    #[schema(required)]
    pub api_key_id: Option<String>,
    /// Always `null`: there are no users here.
    #[schema(required)]
    pub user_id: Option<String>,
}

/// Which costs are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostFilter {
    /// The fields of a result that are told apart.
    pub group_by: Vec<&'static str>,
    /// Of these projects alone.
    pub project_ids: Option<Vec<String>>,
    /// Of these keys alone.
    pub api_key_ids: Option<Vec<String>>,
    /// For these alone.
    pub line_items: Option<Vec<String>>,
}

impl CostFilter {
    /// Takes the filter out of a query.
    ///
    /// # Errors
    /// When a parameter has an impossible value.
    pub fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let groups = ["project_id", "user_id", "line_item", "api_key_id", "api_source"];
        Ok(Self {
            group_by: group_by(fields, &groups)?,
            project_ids: fields.texts("project_ids")?,
            api_key_ids: fields.texts("api_key_ids")?,
            line_items: fields.texts("line_items")?,
        })
    }
}

/// Which usage is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageFilter {
    /// The fields of a result that are told apart.
    pub group_by: Vec<&'static str>,
    /// Of these projects alone.
    pub project_ids: Option<Vec<String>>,
    /// Of these keys alone.
    pub api_key_ids: Option<Vec<String>>,
    /// Of these models alone.
    pub models: Option<Vec<String>>,
    /// Of these sizes alone.
    pub sizes: Option<Vec<String>>,
    /// Of these operations alone.
    pub operations: Option<Vec<String>>,
}

impl UsageFilter {
    /// Takes the filter out of a query.
    ///
    /// # Errors
    /// When a parameter has an impossible value.
    pub fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        fields.refuse(&["user_ids", "sources"])?;
        let groups = ["project_id", "user_id", "api_key_id", "model", "size", "operation"];
        Ok(Self {
            group_by: group_by(fields, &groups)?,
            project_ids: fields.texts("project_ids")?,
            api_key_ids: fields.texts("api_key_ids")?,
            models: fields.texts("models")?,
            sizes: fields.texts("sizes")?,
            operations: fields.texts("operations")?,
        })
    }
}
