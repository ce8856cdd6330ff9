//! What travels: characters in OpenAI's shape, with more fields than it had.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::capture::checks::Checks;
use super::capture::upload::Uploads;
use super::capture::wire::{Challenge, Consent};
use super::keeper::Preferences;
use super::rules::{Finished, Kind, Status, UsePolicy, check_handle, check_name};
use super::words;
use crate::http::{Fields, wrong_type};
use crate::{ApiError, Refusal};

/// A character. Whoever may use it but does not own it sees `null` for what is the owner's business.
#[derive(Debug, Serialize, ToSchema)]
pub struct Character {
    /// Names the character.
    #[schema(example = "char_019aabc2f1e87d0e8f6a3c1b5d7e9f10")]
    pub id: String,
    /// Always `character`.
    #[schema(example = "character")]
    pub object: &'static str,
    /// When it was made, Unix seconds.
    pub created_at: i64,
    /// Its name. A prompt with it must have the name as it is written here.
    #[schema(example = "Anna")]
    pub name: String,
    /// Under which name its owner is known to others on this server.
    #[schema(required, example = "anna")]
    pub handle: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Whether it can be used.
    pub status: Status,
    /// Who may use it beside its owner.
    pub use_policy: UsePolicy,
    /// How its owner wants it to be shown.
    #[schema(required)]
    pub preferences: Option<CharacterPreferences>,
    /// What a capture must answer now; `null` when nothing is asked for, or it is too late.
    #[schema(required)]
    pub challenge: Option<Challenge>,
    /// What its person agreed to.
    #[schema(required)]
    pub consent: Option<Consent>,
    /// What was found in the last capture.
    #[schema(required)]
    pub checks: Option<Checks>,
    /// Why the operator refused it.
    #[schema(required)]
    pub refusal: Option<String>,
    /// When its owner took it back, Unix seconds.
    #[schema(required)]
    pub revoked_at: Option<i64>,
}

/// How an owner wants a character to be shown. It is added to every prompt with it, and a prompt that says otherwise in plain
/// words is refused.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct CharacterPreferences {
    /// How it is spoken of.
    #[schema(required, example = "she/her", max_length = 200)]
    pub pronouns: Option<String>,
    /// What is always so; the last word of each is the thing it is about.
    #[schema(example = json!(["always a black T-shirt"]), max_items = 8)]
    pub appearance: Vec<String>,
    /// Words and phrases that no prompt with it may have.
    #[schema(example = json!(["politics"]), max_items = 16)]
    pub never: Vec<String>,
}

impl From<Preferences> for CharacterPreferences {
    fn from(preferences: Preferences) -> Self {
        let Preferences { pronouns, appearance, never } = preferences;
        Self { pronouns, appearance, never }
    }
}

/// A character to be made.
#[derive(Debug)]
pub struct CreateCharacter {
    /// Its name.
    pub name: String,
    /// What it is said to be.
    pub kind: Option<Kind>,
    /// Under which name its owner wants to be known.
    pub handle: Option<String>,
    /// What shows it.
    pub uploads: Uploads,
}

impl CreateCharacter {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, is of another type, or does not exist.
    pub async fn from_fields(mut fields: Fields) -> Result<Self, ApiError> {
        let name = check_name(fields.text("name")?.ok_or(Refusal::Missing { param: "name" })?)?;
        let kind = fields.word("kind")?.map(|kind| Kind::asked("kind", &kind)).transpose()?;
        let handle = fields.word("handle")?.map(|handle| check_handle("handle", &handle)).transpose()?;
        let uploads = Uploads::take(&mut fields).await?;
        fields.finish()?;
        Ok(Self { name, kind, handle, uploads })
    }
}

/// A character to be made: the parts of the form.
#[derive(ToSchema)]
#[schema(as = CreateCharacter)]
#[expect(dead_code, reason = "it stands for a form that is read by its fields")]
pub struct CreateCharacterForm {
    /// Its name, 1 to 80 characters.
    #[schema(min_length = 1, max_length = 80, example = "Anna")]
    name: String,
    /// A recording that shows it: MP4 or MOV with H.264, at most 20 seconds.
    #[schema(value_type = Option<String>, format = Binary)]
    video: Option<Vec<u8>>,
    /// Or 1 to 5 photographs: JPEG, PNG or WebP.
    #[schema(value_type = Option<Vec<String>>, max_items = 5)]
    images: Option<Vec<Vec<u8>>>,
    /// Its voice, if it was recorded apart: WAV with 16 bits a sample, or MP4 with AAC.
    #[schema(value_type = Option<String>, format = Binary)]
    voice: Option<Vec<u8>>,
    /// What it is; without it, a person where a face is seen or nobody can look for one.
    kind: Option<Kind>,
    /// Under which name its owner is known to others, if it has none yet: 3 to 30 of `a` to `z`, digits, `.` and `_`.
    #[schema(example = "anna", min_length = 3, max_length = 31)]
    handle: Option<String>,
}

/// What to change of a character; what is absent stays.
#[derive(Debug, Default, PartialEq, Eq, ToSchema)]
pub struct UpdateCharacter {
    /// Its name.
    #[schema(min_length = 1, max_length = 80, example = "Anna")]
    pub name: Option<String>,
    /// Who may use it beside its owner.
    pub use_policy: Option<UsePolicy>,
    /// How its owner wants it to be shown: all of it.
    #[schema(value_type = Option<CharacterPreferences>)]
    pub preferences: Option<Preferences>,
    /// What becomes of finished videos of those who may no longer use it; `keep` if absent.
    pub finished: Option<Finished>,
}

impl UpdateCharacter {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is of another type, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            name: fields.text("name")?.map(check_name).transpose()?,
            use_policy: fields
                .word("use_policy")?
                .map(|word| UsePolicy::asked("use_policy", &word))
                .transpose()?,
            preferences: fields.object("preferences")?.map(preferences).transpose()?,
            finished: finished(&mut fields)?,
        };
        fields.finish()?;
        Ok(request)
    }
}

fn preferences(object: serde_json::Map<String, Value>) -> Result<Preferences, Refusal> {
    let mut wishes = Preferences::default();
    for (name, value) in object {
        match (name.as_str(), value) {
            ("pronouns", Value::Null) => {}
            ("pronouns", Value::String(text)) => wishes.pronouns = Some(text),
            ("pronouns", other) => return Err(wrong_type("preferences.pronouns", "a string", &other)),
            ("appearance", value) => wishes.appearance = texts("preferences.appearance", value)?,
            ("never", value) => wishes.never = texts("preferences.never", value)?,
            (other, _) => return Err(Refusal::unknown(&format!("preferences.{other}"))),
        }
    }
    words::check(&wishes)?;
    Ok(wishes)
}

fn texts(param: &str, value: Value) -> Result<Vec<String>, Refusal> {
    let wrong = |value: &Value| wrong_type(param, "an array of strings", value);
    let Value::Array(items) = value else { return Err(wrong(&value)) };
    let text = |item| match item {
        Value::String(text) => Ok(text),
        other => Err(wrong(&other)),
    };
    items.into_iter().map(text).collect()
}

/// Takes `finished` out of a body or a query.
///
/// # Errors
/// When there is no such word.
pub fn finished(fields: &mut Fields) -> Result<Option<Finished>, Refusal> {
    fields.word("finished")?.map(|word| Finished::asked("finished", &word)).transpose()
}

/// What a character is taken back with.
#[derive(Debug, Default, PartialEq, Eq, ToSchema)]
pub struct RevokeCharacter {
    /// What becomes of finished videos with it; `keep` if absent.
    pub finished: Option<Finished>,
}

impl RevokeCharacter {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field has an impossible value or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self { finished: finished(&mut fields)? };
        fields.finish()?;
        Ok(request)
    }
}
