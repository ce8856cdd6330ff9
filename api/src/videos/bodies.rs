//! What requests for videos look like in the description of the API. They are read in `request`.

use std::collections::BTreeMap;

use kinora_billing::Micros;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

/// A video to be made.
#[derive(ToSchema)]
#[schema(as = CreateVideo)]
#[expect(dead_code, reason = "it stands for a body that is read field by field")]
pub struct CreateVideo {
    /// What is to be seen and heard; it must be there unless there are `shots`, which it then goes before: their shared look.
    #[schema(min_length = 1, max_length = 32_000, example = "A red ball bounces on a wooden table.")]
    prompt: Option<String>,
    /// The model, by id or alias; without it the server's default. `GET /v1/models` lists both.
    #[schema(example = "kinora-mini")]
    model: Option<String>,
    /// Length, seconds: one of the model's, as text or as a whole number. Without it the model's shortest, or what the shots
    /// last together.
    #[schema(schema_with = seconds_schema)]
    seconds: Option<String>,
    /// Width and height in pixels: one of the model's. Without it `720x1280`.
    #[schema(example = "1280x720")]
    size: Option<String>,
    /// The picture that the video begins with: JPEG, PNG or WebP of exactly `size`. In a form it may be a file.
    input_reference: Option<ImageReference>,
    /// Who and what appears in it with its own looks; each name stands in the prompt.
    #[schema(max_items = 2)]
    characters: Option<Vec<CharacterReference>>,
    /// The shots, between which the video cuts, in order: 1 to 8. They have a shared look and one sound track.
    #[schema(min_items = 1, max_items = 8)]
    shots: Option<Vec<CreateVideoShot>>,
    /// The source of all chance: the same request with the same seed on the same kind of device gives the
    /// same frames. Without it the server draws one and returns it.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    seed: Option<u32>,
    /// Up to 16 entries of the caller's, returned as they came: keys of up to 64 characters, values of up
    /// to 512.
    #[schema(value_type = Option<Metadata>)]
    metadata: Option<BTreeMap<String, String>>,
    /// Whether the clip gets sound. Without it, when the model makes any.
    generate_audio: Option<bool>,
    /// The most it may cost, dollars with at most six decimals, as text or as a number: refused if it would cost more.
    #[schema(schema_with = max_cost_schema)]
    max_cost: Option<Micros>,
    /// With `true`, nothing is made: the answer is the estimate of `POST /v1/videos/estimate`.
    dry_run: Option<bool>,
    /// Where this video's events are sent, beside the project's webhook endpoints: HTTPS, and a public host. They are signed
    /// under the secret of the webhook endpoint `default`.
    #[schema(max_length = 2048, example = "https://example.com/hook")]
    webhook_url: Option<String>,
    /// Which of this video's events are sent to `webhook_url`; without it `video.completed`, `video.failed` and
    /// `video.canceled`.
    #[schema(min_items = 1)]
    webhook_events_filter: Option<Vec<String>>,
}

/// A picture: exactly one of its fields is there.
#[derive(ToSchema)]
#[schema(as = VideoImageReference)]
#[expect(dead_code, reason = "it stands for a body that is read field by field")]
pub struct ImageReference {
    /// An `https:` URL on a public host that answers with the picture itself, or a `data:` URL in base64.
    #[schema(max_length = 20_971_520)]
    image_url: Option<String>,
    /// A file of the project, uploaded with the purpose `vision` or `user_data`.
    file_id: Option<String>,
}

/// A character, by its id.
#[derive(ToSchema)]
#[schema(as = VideoCharacterReference)]
#[expect(dead_code, reason = "it stands for a body that is read field by field")]
pub struct CharacterReference {
    /// Which one.
    #[schema(example = "char_019aabc2f1e87d0e8f6a3c1b5d7e9f0a")]
    id: String,
}

/// A shot to be made.
#[derive(ToSchema)]
#[schema(as = CreateVideoShot)]
#[expect(dead_code, reason = "it stands for a body that is read field by field")]
pub struct CreateVideoShot {
    /// What is to be seen and heard in it.
    #[schema(min_length = 1, max_length = 32_000, example = "A red ball bounces on a wooden table.")]
    prompt: String,
    /// How long it lasts, whole seconds.
    #[schema(minimum = 1, maximum = 120, example = 4)]
    seconds: i64,
    /// Who of the video's `characters` appears in it; without it those whose names its prompt has.
    #[schema(max_items = 2)]
    characters: Option<Vec<CharacterReference>>,
}

/// Entries of the caller's: keys of up to 64 characters, values of up to 512, and at most 16 of them.
#[derive(Debug, ToSchema)]
#[schema(as = VideoMetadata)]
#[expect(dead_code, reason = "it stands for a map that is read entry by entry")]
pub struct Metadata(BTreeMap<String, String>);

/// The schema of `max_cost`.
pub fn max_cost_schema() -> Object {
    let either = SchemaType::Array(vec![Type::String, Type::Number, Type::Null]);
    ObjectBuilder::new()
        .schema_type(either)
        .description(Some(
            "The most it may cost, dollars with at most six decimals, as text or as a number: refused if it would cost more.",
        ))
        .examples([Value::from("0.25")])
        .build()
}

fn seconds_schema() -> Object {
    let either = SchemaType::Array(vec![Type::String, Type::Integer, Type::Null]);
    ObjectBuilder::new()
        .schema_type(either)
        .description(Some(
            "Length, seconds: one of the model's, as text or as a whole number. Without it the model's shortest, or what the \
             shots last together.",
        ))
        .examples([Value::from("8")])
        .build()
}
