//! What requests for new clips from clips look like in the description of the API. They are read in `request`.

use std::collections::BTreeMap;

use kinora_billing::Micros;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use crate::videos::{CharacterReference, Metadata, max_cost_schema};

/// A video to be changed.
#[derive(ToSchema)]
#[schema(as = RemixVideo)]
#[expect(dead_code, reason = "it stands for a body that is read field by field")]
pub struct RemixVideo {
    /// What is to be seen and heard.
    #[schema(min_length = 1, max_length = 32_000, example = "The same, at night.")]
    prompt: String,
    /// How much is changed, percent: at 100 nothing of the source is left. Without it 60.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100, example = 60)]
    strength_percent: Option<u8>,
    /// Who and what appears in it with its own looks; each name stands in the prompt. Without it those of the source, and with
    /// `[]` nobody.
    #[schema(max_items = 2)]
    characters: Option<Vec<CharacterReference>>,
    /// The source of all chance. Without it the server draws one and returns it.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    seed: Option<u32>,
    /// Up to 16 entries of the caller's, returned as they came.
    #[schema(value_type = Option<Metadata>)]
    metadata: Option<BTreeMap<String, String>>,
    /// Whether the clip gets sound. Without it, if the source has.
    generate_audio: Option<bool>,
    /// The most it may cost.
    #[schema(schema_with = max_cost_schema)]
    max_cost: Option<Micros>,
    /// With `true`, nothing is made: the answer is the estimate.
    dry_run: Option<bool>,
    /// Where this video's events are sent, beside the project's webhook endpoints.
    #[schema(max_length = 2048, example = "https://example.com/hook")]
    webhook_url: Option<String>,
    /// Which of this video's events are sent to `webhook_url`.
    #[schema(min_items = 1)]
    webhook_events_filter: Option<Vec<String>>,
}

/// A video or an upload to be changed.
#[derive(ToSchema)]
#[schema(as = EditVideo)]
#[expect(dead_code, reason = "it stands for a body that is read field by field")]
pub struct EditVideo {
    /// What is to be seen and heard.
    #[schema(min_length = 1, max_length = 32_000, example = "The same, at night.")]
    prompt: String,
    /// What is changed: a video of the project. In a form it may be a file instead.
    video: VideoReference,
    /// The model, by id or alias. An upload needs it; a video is changed by the model that made it.
    model: Option<String>,
    /// Width and height in pixels, for an upload: one of the model's. Without it the model's default that stands or lies as the
    /// upload does.
    size: Option<String>,
    /// How much is changed, percent: at 100 nothing of the source is left. Without it 60.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100, example = 60)]
    strength_percent: Option<u8>,
    /// Who and what appears in it with its own looks; each name stands in the prompt. Without it those of the source, and with
    /// `[]` nobody.
    #[schema(max_items = 2)]
    characters: Option<Vec<CharacterReference>>,
    /// The source of all chance. Without it the server draws one and returns it.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    seed: Option<u32>,
    /// Up to 16 entries of the caller's, returned as they came.
    #[schema(value_type = Option<Metadata>)]
    metadata: Option<BTreeMap<String, String>>,
    /// Whether the clip gets sound. Without it, if the source has.
    generate_audio: Option<bool>,
    /// The most it may cost.
    #[schema(schema_with = max_cost_schema)]
    max_cost: Option<Micros>,
    /// With `true`, nothing is made: the answer is the estimate.
    dry_run: Option<bool>,
    /// Where this video's events are sent, beside the project's webhook endpoints.
    #[schema(max_length = 2048, example = "https://example.com/hook")]
    webhook_url: Option<String>,
    /// Which of this video's events are sent to `webhook_url`.
    #[schema(min_items = 1)]
    webhook_events_filter: Option<Vec<String>>,
}

/// A video or an upload that is to go on. Who appears in it appears further on.
#[derive(ToSchema)]
#[schema(as = ExtendVideo)]
#[expect(dead_code, reason = "it stands for a body that is read field by field")]
pub struct ExtendVideo {
    /// What is to be seen and heard in what is new.
    #[schema(min_length = 1, max_length = 32_000, example = "The ball rolls off the table.")]
    prompt: String,
    /// What goes on: a video of the project. In a form it may be a file instead, which is taken over as far as its whole
    /// seconds go.
    video: VideoReference,
    /// Length of what is new, seconds: one of the model's, as text or as a whole number.
    #[schema(schema_with = seconds_schema)]
    seconds: String,
    /// The model, by id or alias. An upload needs it; a video goes on by the model that made it.
    model: Option<String>,
    /// Width and height in pixels, for an upload: one of the model's. Without it the model's default that stands or lies as the
    /// upload does.
    size: Option<String>,
    /// The source of all chance. Without it the server draws one and returns it.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    seed: Option<u32>,
    /// Up to 16 entries of the caller's, returned as they came.
    #[schema(value_type = Option<Metadata>)]
    metadata: Option<BTreeMap<String, String>>,
    /// Whether the clip gets sound. Without it, if the source has.
    generate_audio: Option<bool>,
    /// The most it may cost.
    #[schema(schema_with = max_cost_schema)]
    max_cost: Option<Micros>,
    /// With `true`, nothing is made: the answer is the estimate.
    dry_run: Option<bool>,
    /// Where this video's events are sent, beside the project's webhook endpoints.
    #[schema(max_length = 2048, example = "https://example.com/hook")]
    webhook_url: Option<String>,
    /// Which of this video's events are sent to `webhook_url`.
    #[schema(min_items = 1)]
    webhook_events_filter: Option<Vec<String>>,
}

/// A video, by its id.
#[derive(ToSchema)]
#[schema(as = VideoReference)]
#[expect(dead_code, reason = "it stands for a body that is read field by field")]
pub struct VideoReference {
    /// Which one: it must be completed.
    #[schema(example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    id: String,
}

fn seconds_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::Array(vec![Type::String, Type::Integer]))
        .description(Some(
            "Length of what is new, seconds: one of the model's, as text or as a whole number.",
        ))
        .examples([Value::from("4")])
        .build()
}
