//! What travels: rate limits in the shape of OpenAI's `project.rate_limit`, of which videos know one number.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::UNLIMITED;
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

/// The id of the offered model whose limit is called `id`.
///
/// # Errors
/// [`ApiError::NotFound`] when there is none.
pub fn model_of(app: &App, id: &str) -> Result<&'static str, ApiError> {
    let mut models = app.catalogue.models().iter();
    let found = models.find(|model| id.strip_prefix(PREFIX) == Some(model.id));
    found.map(|model| model.id).ok_or_else(|| ApiError::not_found("rate limit", id))
}
