//! What travels: models in the shape of OpenAI's list, with what each can do.

use kinora_spec::catalogue;
use serde::Serialize;
use utoipa::ToSchema;

/// A model on offer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Model {
    /// The name to ask for it by.
    #[schema(example = "kinora-mini")]
    pub id: String,
    /// Always `model`.
    #[schema(example = "model")]
    pub object: &'static str,
    /// When it was added, Unix seconds.
    pub created: i64,
    /// Who made it.
    #[schema(example = "kinora")]
    pub owned_by: &'static str,
    /// For an alias, the model it stands for.
    #[schema(required)]
    pub alias_of: Option<&'static str>,
    /// Whether a request that names no model gets it.
    pub default: bool,
    /// The sizes its videos may have.
    pub sizes: Vec<String>,
    /// The lengths its videos may have, seconds, as text.
    pub seconds: Vec<String>,
    /// Frames a second of its videos.
    pub frames_per_second: u32,
    /// Whether it can make sound.
    pub audio: bool,
}

impl Model {
    /// `model`, asked for as `name`; `default_id` is the server's default.
    #[must_use]
    pub fn of(name: &str, model: &catalogue::Model, default_id: &str) -> Self {
        Self {
            id: name.to_owned(),
            object: "model",
            created: model.created_at,
            owned_by: model.owned_by,
            alias_of: (name != model.id).then_some(model.id),
            default: name == default_id,
            sizes: model.sizes.iter().map(ToString::to_string).collect(),
            seconds: model.seconds.iter().map(ToString::to_string).collect(),
            frames_per_second: model.frames_per_second,
            audio: model.audio,
        }
    }
}

/// Every model on offer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelList {
    /// Always `list`.
    #[schema(example = "list")]
    pub object: &'static str,
    /// The models, then their aliases.
    pub data: Vec<Model>,
}

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    pub status: &'static str,
}
