//! Requests for new clips from clips, read out of their fields. What they look like in the description of the API is
//! `bodies`.

use crate::Refusal;
use crate::http::{Fields, Upload};
use crate::videos::request::{Extras, characters};

/// What an extension takes from its source, and so does not name.
const INHERITED: [&str; 2] = ["characters", "input_reference"];

/// A clip to be made from another, as it was asked for.
#[derive(Debug)]
pub struct ChangeRequest {
    /// What is to be seen and heard.
    pub prompt: String,
    /// The model, by id or alias.
    pub model: Option<String>,
    /// Width and height in pixels.
    pub size: Option<String>,
    /// Length of what is new, seconds, as text.
    pub seconds: Option<String>,
    /// How much is changed, percent.
    pub strength_percent: Option<u8>,
    /// Who appears in it, by id; without them those of the source.
    pub characters: Option<Vec<String>>,
    /// What else it says.
    pub extras: Extras,
}

/// What a clip is made from.
#[derive(Debug)]
pub enum SourceRequest {
    /// A video, by its id.
    Video(String),
    /// A clip that came with the request.
    File(Upload),
}

impl ChangeRequest {
    /// Takes a remix out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, is of another type, or does not exist.
    pub fn remix(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self::changed(&mut fields)?;
        fields.finish()?;
        Ok(request)
    }

    /// Takes an edit and its source out of `fields`.
    ///
    /// # Errors
    /// As [`ChangeRequest::remix`].
    pub fn edit(mut fields: Fields) -> Result<(Self, SourceRequest), Refusal> {
        let source = source(&mut fields)?;
        let request = Self::changed(&mut fields)?;
        let request = Self { model: fields.text("model")?, size: fields.text("size")?, ..request };
        fields.finish()?;
        Ok((request, source))
    }

    /// Takes an extension and its source out of `fields`.
    ///
    /// # Errors
    /// As [`ChangeRequest::remix`].
    pub fn extension(mut fields: Fields) -> Result<(Self, SourceRequest), Refusal> {
        for name in INHERITED {
            if fields.has_file(name) || fields.any(name).is_some() {
                let problem = "an extension goes on with what its source shows; leave it out.";
                return Err(Refusal::invalid(name, problem));
            }
        }
        let source = source(&mut fields)?;
        let request = Self {
            prompt: prompt(&mut fields)?,
            model: fields.text("model")?,
            size: fields.text("size")?,
            seconds: fields.text_or_integer("seconds")?,
            strength_percent: None,
            characters: None,
            extras: Extras::take(&mut fields)?,
        };
        fields.finish()?;
        Ok((request, source))
    }

    /// What remixes and edits have in common.
    fn changed(fields: &mut Fields) -> Result<Self, Refusal> {
        let strength = fields.integer("strength_percent", 1..=100)?;
        Ok(Self {
            prompt: prompt(fields)?,
            model: None,
            size: None,
            seconds: None,
            strength_percent: strength.and_then(|percent| u8::try_from(percent).ok()),
            characters: characters(fields, "characters")?,
            extras: Extras::take(fields)?,
        })
    }
}

fn prompt(fields: &mut Fields) -> Result<String, Refusal> {
    fields.text("prompt")?.ok_or(Refusal::Missing { param: "prompt" })
}

/// The source: an object with an id, or a file.
fn source(fields: &mut Fields) -> Result<SourceRequest, Refusal> {
    let file = fields.file("video")?;
    match (fields.within("video")?, file) {
        (Some(mut object), None) => {
            let id = object.text("id")?.ok_or(Refusal::Missing { param: "video.id" })?;
            object.finish()?;
            Ok(SourceRequest::Video(id))
        }
        (None, Some(file)) => Ok(SourceRequest::File(file)),
        (Some(_), Some(_)) => Err(Refusal::invalid("video", "expected either a file or an 'id'.")),
        (None, None) => Err(Refusal::Missing { param: "video" }),
    }
}
