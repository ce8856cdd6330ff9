//! Requests for videos, read out of their fields, in the shape of OpenAI's and with more fields than it had. What they
//! look like in the description of the API is `bodies`.

use std::collections::{BTreeMap, BTreeSet};

use kinora_billing::Micros;
use kinora_spec::limits::{CAST_MAX, SHOTS_MAX};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::Refusal;
use crate::events::kinds::About;
use crate::http::{Fields, Upload, wrong_type};
use crate::ids::FileId;
use crate::webhooks::rules::kinds_of;

/// Longest `image_url`, characters, as OpenAI's.
pub const IMAGE_URL_CHARS_MAX: usize = 20_971_520;

/// A video to be made, as it was asked for.
#[derive(Debug)]
pub struct CreateRequest {
    /// What is to be seen and heard; with shots, what they have in common.
    pub prompt: Option<String>,
    /// The model, by id or alias.
    pub model: Option<String>,
    /// Length, seconds, as text.
    pub seconds: Option<String>,
    /// Width and height in pixels.
    pub size: Option<String>,
    /// The picture that it begins with.
    pub reference: Option<Reference>,
    /// Who appears in it, by id.
    pub characters: Option<Vec<String>>,
    /// The shots, in order; none for a video of one.
    pub shots: Vec<ShotRequest>,
    /// What else it says.
    pub extras: Extras,
}

/// A picture that a video begins with.
#[derive(Debug)]
pub enum Reference {
    /// One that came with the request.
    File(Upload),
    /// An `https:` or a `data:` URL.
    Url(String),
    /// One of the project's files.
    FileId(FileId),
}

/// A stretch of a video between two cuts, as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = VideoShot)]
pub struct ShotRequest {
    /// What is to be seen and heard in it.
    #[schema(min_length = 1, max_length = 32_000, example = "A red ball bounces on a wooden table.")]
    pub prompt: String,
    /// How long it lasts, whole seconds.
    #[schema(value_type = i64, minimum = 1, maximum = 120, example = 4)]
    pub seconds: u32,
    /// Who of the video's `characters` appears in it, by id; without it those whose names its prompt has.
    #[serde(default)]
    #[schema(required, max_items = 2, example = json!(["char_019aabc2f1e87d0e8f6a3c1b5d7e9f0a"]))]
    pub characters: Option<Vec<String>>,
}

/// What every request for a video may say beside what is to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// The source of all chance.
    pub seed: Option<u32>,
    /// Entries of the caller's.
    pub metadata: Option<BTreeMap<String, String>>,
    /// Whether there is to be sound.
    pub generate_audio: Option<bool>,
    /// The most it may cost.
    pub max_cost: Option<Micros>,
    /// Whether only the estimate is wanted.
    pub dry_run: bool,
    /// Where its events are sent beside the project's endpoints.
    pub webhook_url: Option<String>,
    /// Which of them, separated by spaces.
    pub webhook_events_filter: Option<String>,
}

impl CreateRequest {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, is of another type, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            prompt: fields.text("prompt")?,
            model: fields.text("model")?,
            seconds: fields.text_or_integer("seconds")?,
            size: fields.text("size")?,
            reference: reference(&mut fields)?,
            characters: characters(&mut fields, "characters")?,
            shots: shots(&mut fields)?,
            extras: Extras::take(&mut fields)?,
        };
        if request.prompt.is_none() && request.shots.is_empty() {
            return Err(Refusal::Missing { param: "prompt" });
        }
        fields.finish()?;
        Ok(request)
    }
}

impl Extras {
    /// Takes them out of `fields`.
    ///
    /// # Errors
    /// When one is of another type.
    pub fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let extras = Self {
            seed: fields.whole_u32("seed")?,
            metadata: fields.object("metadata")?.map(metadata).transpose()?,
            generate_audio: fields.boolean("generate_audio")?,
            max_cost: fields.dollars("max_cost")?,
            dry_run: fields.boolean("dry_run")? == Some(true),
            webhook_url: fields.text("webhook_url")?,
            webhook_events_filter: webhook_events(fields)?,
        };
        if extras.webhook_events_filter.is_some() && extras.webhook_url.is_none() {
            return Err(Refusal::invalid("webhook_events_filter", "it needs a 'webhook_url'."));
        }
        Ok(extras)
    }
}

/// What is said of a `file_id` that names nothing of the project.
pub const NO_FILE: &str = "there is no file with this 'file_id'.";

/// A picture: a file, or an object that says where it is. An object counts before a file.
fn reference(fields: &mut Fields) -> Result<Option<Reference>, Refusal> {
    const NAME: &str = "input_reference";
    let file = fields.file(NAME)?;
    let Some(mut object) = fields.within(NAME)? else { return Ok(file.map(Reference::File)) };
    let (url, file_id) = (object.text("image_url")?, object.text("file_id")?);
    object.finish()?;
    match (url, file_id, file) {
        (Some(url), None, None) if url.len() > IMAGE_URL_CHARS_MAX => {
            let problem = format!("expected an 'image_url' of at most {IMAGE_URL_CHARS_MAX} characters.");
            Err(Refusal::invalid(NAME, problem))
        }
        (Some(url), None, None) => Ok(Some(Reference::Url(url))),
        (None, Some(id), None) => {
            let known = FileId::parse(&id).map(|id| Some(Reference::FileId(id)));
            known.ok_or_else(|| Refusal::invalid(NAME, NO_FILE))
        }
        _ => Err(Refusal::invalid(NAME, "expected exactly one of a file, 'file_id' and 'image_url'.")),
    }
}

/// Ids of characters: at most [`CAST_MAX`], each once.
///
/// # Errors
/// When they are written otherwise.
pub fn characters(fields: &mut Fields, name: &str) -> Result<Option<Vec<String>>, Refusal> {
    let Some(entries) = fields.each_within(name)? else { return Ok(None) };
    if entries.len() > CAST_MAX {
        let problem = format!("expected at most {CAST_MAX} characters, but got {}.", entries.len());
        return Err(Refusal::invalid(name, problem));
    }
    let mut ids = Vec::new();
    for mut entry in entries {
        let id = entry.text("id")?.ok_or(Refusal::Missing { param: "characters[].id" })?;
        entry.finish()?;
        ids.push(id);
    }
    if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
        return Err(Refusal::invalid(name, "expected each character once."));
    }
    Ok(Some(ids))
}

fn shots(fields: &mut Fields) -> Result<Vec<ShotRequest>, Refusal> {
    let Some(entries) = fields.each_within("shots")? else { return Ok(Vec::new()) };
    if entries.is_empty() || entries.len() > SHOTS_MAX {
        let problem = format!("expected 1 to {SHOTS_MAX} shots, but got {}.", entries.len());
        return Err(Refusal::invalid("shots", problem));
    }
    let shot = |mut entry: Fields| {
        let prompt = entry.text("prompt")?.ok_or(Refusal::Missing { param: "shots[].prompt" })?;
        let seconds =
            entry.text_or_integer("seconds")?.ok_or(Refusal::Missing { param: "shots[].seconds" })?;
        let seconds = whole_seconds(&seconds).ok_or_else(|| {
            Refusal::invalid("shots[].seconds", "expected a whole number of seconds from 1 on.")
        })?;
        let characters = characters(&mut entry, "characters")?;
        entry.finish()?;
        Ok(ShotRequest { prompt, seconds, characters })
    };
    entries.into_iter().map(shot).collect()
}

/// A whole number of seconds from 1 on, in plain decimal.
#[must_use]
pub fn whole_seconds(text: &str) -> Option<u32> {
    let seconds: u32 = text.parse().ok()?;
    (seconds > 0 && seconds.to_string() == text).then_some(seconds)
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
