//! What a request for a video may have, in the shape of OpenAI's, with more fields than it had.

use std::collections::BTreeMap;

use kinora_billing::Micros;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use crate::Refusal;
use crate::events::kinds::About;
use crate::http::{Fields, wrong_type};
use crate::webhooks::rules::kinds_of;

/// Fields of OpenAI's that this release refuses by name instead of ignoring them.
const NOT_YET: [&str; 2] = ["input_reference", "characters"];

/// A video to be made.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
pub struct CreateVideo {
    /// What is to be seen and heard.
    #[schema(min_length = 1, max_length = 32_000, example = "A red ball bounces on a wooden table.")]
    pub prompt: String,
    /// The model, by id or alias; without it the server's default. `GET /v1/models` lists both.
    #[schema(example = "kinora-mini")]
    pub model: Option<String>,
    /// Length, seconds: one of the model's, as text or as a whole number. Without it the model's shortest.
    #[schema(schema_with = seconds_schema)]
    pub seconds: Option<String>,
    /// Width and height in pixels: one of the model's. Without it `720x1280`.
    #[schema(example = "1280x720")]
    pub size: Option<String>,
    /// The source of all chance: the same request with the same seed on the same kind of device gives the
    /// same frames. Without it the server draws one and returns it.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    pub seed: Option<u32>,
    /// Up to 16 entries of the caller's, returned as they came: keys of up to 64 characters, values of up
    /// to 512.
    #[schema(value_type = Option<Metadata>)]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Whether the clip gets sound. Without it, when the model makes any.
    pub generate_audio: Option<bool>,
    /// The most it may cost, dollars with at most six decimals, as text or as a number: refused if it would cost more.
    #[schema(schema_with = max_cost_schema)]
    pub max_cost: Option<Micros>,
    /// With `true`, nothing is made: the answer is the estimate of `POST /v1/videos/estimate`.
    pub dry_run: Option<bool>,
    /// Where this video's events are sent, beside the project's webhook endpoints: HTTPS, and a public host. They are signed
    /// under the secret of the webhook endpoint `default`.
    #[schema(max_length = 2048, example = "https://example.com/hook")]
    pub webhook_url: Option<String>,
    /// Which of this video's events are sent to `webhook_url`; without it `video.completed`, `video.failed` and
    /// `video.canceled`.
    #[schema(value_type = Option<Vec<String>>, min_items = 1)]
    pub webhook_events_filter: Option<String>,
}

/// Entries of the caller's: keys of up to 64 characters, values of up to 512, and at most 16 of them.
#[derive(Debug, ToSchema)]
#[schema(as = VideoMetadata)]
pub struct Metadata(pub BTreeMap<String, String>);

fn max_cost_schema() -> Object {
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
            "Length, seconds: one of the model's, as text or as a whole number. Without it the model's shortest.",
        ))
        .examples([Value::from("8")])
        .build()
}

impl CreateVideo {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, is of another type, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            prompt: fields.text("prompt")?.ok_or(Refusal::Missing { param: "prompt" })?,
            model: fields.text("model")?,
            seconds: fields.text_or_integer("seconds")?,
            size: fields.text("size")?,
            seed: fields.whole_u32("seed")?,
            metadata: fields.object("metadata")?.map(metadata).transpose()?,
            generate_audio: fields.boolean("generate_audio")?,
            max_cost: fields.dollars("max_cost")?,
            dry_run: fields.boolean("dry_run")?,
            webhook_url: fields.text("webhook_url")?,
            webhook_events_filter: webhook_events(&mut fields)?,
        };
        if request.webhook_events_filter.is_some() && request.webhook_url.is_none() {
            return Err(Refusal::invalid("webhook_events_filter", "it needs a 'webhook_url'."));
        }
        for name in NOT_YET {
            refuse_for_now(&mut fields, name)?;
        }
        fields.finish()?;
        Ok(request)
    }
}

/// The kinds of events, separated by spaces as they are stored.
fn webhook_events(fields: &mut Fields) -> Result<Option<String>, Refusal> {
    let name = "webhook_events_filter";
    fields.texts(name)?.map(|kinds| kinds_of(name, &kinds, Some(About::Video))).transpose()
}

/// Entries of a caller's, out of an object.
///
/// # Errors
/// When one is no text.
pub(crate) fn metadata(object: Map<String, Value>) -> Result<BTreeMap<String, String>, Refusal> {
    let text = |(key, value)| match value {
        Value::String(text) => Ok((key, text)),
        other => Err(wrong_type(&format!("metadata.{key}"), "a string", &other)),
    };
    object.into_iter().map(text).collect()
}

fn refuse_for_now(fields: &mut Fields, name: &'static str) -> Result<(), Refusal> {
    if name == "input_reference"
        && let Some(Value::String(text)) = fields.peek(name)
        && !text.trim_start().starts_with('{')
    {
        return Err(wrong_type(name, "an object", &Value::String(String::new())));
    }
    if fields.any(name).is_some() || fields.has_file(name) {
        return Err(Refusal::invalid(name, "this release of Kinora does not support it yet; leave it out."));
    }
    Ok(())
}
