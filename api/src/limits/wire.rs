//! What travels: rate limits of a model in the shape of OpenAI's `project.rate_limit`, of which videos know one number,
//! and our limits over all models.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{Scope, UNLIMITED};
use super::store::{QuotaChange, QuotaRow};
use crate::http::Fields;
use crate::{ApiError, App, Refusal};

/// Fields of OpenAI's that limit nothing here.
const NOT_HERE: [&str; 5] = [
    "batch_1_day_max_input_tokens",
    "max_audio_megabytes_per_1_minute",
    "max_images_per_1_minute",
    "max_requests_per_1_day",
    "max_tokens_per_1_minute",
];
/// What stands before a model's id in the id of its limit.
const PREFIX: &str = "rl-";

/// How many videos of a model a project may ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct RateLimit {
    /// Names the limit within its project: `rl-` and the model's id.
    #[schema(example = "rl-kinora-mini")]
    pub id: String,
    /// Always `project.rate_limit`.
    #[schema(example = "project.rate_limit")]
    pub object: &'static str,
    /// The model. Its aliases count with it.
    #[schema(example = "kinora-mini")]
    pub model: &'static str,
    /// Videos that may be asked for in any 60 seconds; 2147483647 if nobody set a limit.
    #[schema(minimum = 0)]
    pub max_requests_per_1_minute: i32,
    /// Always 2147483647, which limits nothing: videos have no tokens.
    #[schema(example = 2_147_483_647)]
    pub max_tokens_per_1_minute: i32,
}

impl RateLimit {
    /// The limit of a model.
    #[must_use]
    pub fn of(model: &'static str, max: i32) -> Self {
        Self {
            id: format!("{PREFIX}{model}"),
            object: "project.rate_limit",
            model,
            max_requests_per_1_minute: max,
            max_tokens_per_1_minute: UNLIMITED,
        }
    }
}

/// A new limit.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = RateLimitUpdate)]
pub struct UpdateRateLimit {
    /// Videos that may be asked for in any 60 seconds; 0 for none, 2147483647 for no limit.
    #[schema(minimum = 0, maximum = 2_147_483_647)]
    pub max_requests_per_1_minute: i32,
}

impl UpdateRateLimit {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When the field is missing, or there is one that limits nothing here.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        fields.refuse(&NOT_HERE)?;
        let name = "max_requests_per_1_minute";
        let max = fields.integer(name, 0..=i64::from(UNLIMITED))?.ok_or(Refusal::Missing { param: name })?;
        fields.finish()?;
        Ok(Self { max_requests_per_1_minute: i32::try_from(max).unwrap_or(UNLIMITED) })
    }
}

/// The limits of a project or of a key, over all models. `null` is no limit of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct Limits {
    /// `project.limits` or `project.api_key.limits`.
    #[schema(example = "project.limits")]
    pub object: &'static str,
    /// Videos that may be asked for in any 60 seconds.
    #[schema(required, minimum = 0)]
    pub max_requests_per_1_minute: Option<i32>,
    /// Videos that are made at a time. Over it, they wait.
    #[schema(required, minimum = 0)]
    pub max_concurrent_videos: Option<i32>,
    /// Videos that may wait; of a project without a limit of its own, as many as the server allows every project.
    #[schema(required, minimum = 0)]
    pub max_queued_videos: Option<i32>,
    /// Seconds of video that may be asked for in any 24 hours, those of videos that failed left out.
    #[schema(required, minimum = 0)]
    pub max_video_seconds_per_1_day: Option<i32>,
}

impl Limits {
    /// The limits in a row, or none.
    #[must_use]
    pub fn of(scope: Scope, row: Option<QuotaRow>) -> Self {
        let object = match scope {
            Scope::Project => "project.limits",
            Scope::ApiKey => "project.api_key.limits",
        };
        let of = |column: fn(&QuotaRow) -> Option<i32>| row.as_ref().and_then(column);
        Self {
            object,
            max_requests_per_1_minute: of(|row| row.max_requests_per_1_minute),
            max_concurrent_videos: of(|row| row.max_concurrent_videos),
            max_queued_videos: of(|row| row.max_queued_videos),
            max_video_seconds_per_1_day: of(|row| row.max_video_seconds_per_1_day),
        }
    }
}

/// New limits. A field that is not sent changes nothing; `null` takes the limit away.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = LimitsUpdate)]
pub struct UpdateLimits {
    /// Videos that may be asked for in any 60 seconds; 0 for none.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 2_147_483_647)]
    pub max_requests_per_1_minute: Option<Option<i32>>,
    /// Videos that are made at a time; with 0, all wait.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 2_147_483_647)]
    pub max_concurrent_videos: Option<Option<i32>>,
    /// Videos that may wait; with 0, none is taken.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 2_147_483_647)]
    pub max_queued_videos: Option<Option<i32>>,
    /// Seconds of video that may be asked for in any 24 hours.
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 2_147_483_647)]
    pub max_video_seconds_per_1_day: Option<Option<i32>>,
}

impl UpdateLimits {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let mut limit = |name| {
            let sent = fields.integer_or_null(name, 0..=i64::from(UNLIMITED))?;
            Ok(sent.map(|max| max.and_then(|max| i32::try_from(max).ok())))
        };
        let request = Self {
            max_requests_per_1_minute: limit("max_requests_per_1_minute")?,
            max_concurrent_videos: limit("max_concurrent_videos")?,
            max_queued_videos: limit("max_queued_videos")?,
            max_video_seconds_per_1_day: limit("max_video_seconds_per_1_day")?,
        };
        fields.finish()?;
        Ok(request)
    }

    /// What changes in the database.
    #[must_use]
    pub fn change(&self) -> QuotaChange {
        QuotaChange {
            max_requests_per_1_minute: self.max_requests_per_1_minute,
            max_concurrent_videos: self.max_concurrent_videos,
            max_queued_videos: self.max_queued_videos,
            max_video_seconds_per_1_day: self.max_video_seconds_per_1_day,
        }
    }
}

/// The id of the offered model whose limit is called `id`.
///
/// # Errors
/// [`ApiError::NotFound`] when there is none.
pub fn model_of(app: &App, id: &str) -> Result<&'static str, ApiError> {
    let mut models = app.catalogue.models().iter();
    let found = models.find(|model| id.strip_prefix(PREFIX) == Some(model.id));
    found.map(|model| model.id).ok_or_else(|| ApiError::not_found("rate limit", id))
}
