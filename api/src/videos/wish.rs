//! A video that is asked for, once it is known to be possible: the spec and all that is remembered of the request. Pure.

use kinora_billing::Operation;
use kinora_spec::catalogue::Model;
use kinora_spec::limits::PROMPT_CHARS_MAX;
use kinora_spec::{Shot, Size, Source, Spec};

use super::request::{CreateRequest, Extras, Reference, ShotRequest};
use super::rules::{check_metadata, check_text};
use crate::Refusal;
use crate::catalogue::Catalogue;
use crate::ids::VideoId;

/// What a size is when none is asked for, if the model has it.
pub(crate) const SIZE_DEFAULT: Size = Size::new(720, 1280);

/// A video that is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What is done.
    pub operation: Operation,
    /// The model, by the name it was asked for.
    pub model: String,
    /// The prompt as it was asked for: that of all shots where there is none of the video's own.
    pub prompt: String,
    /// The shots as they were asked for.
    pub shots: Vec<ShotRequest>,
    /// Who appears in it.
    pub cast: CastWish,
    /// The video that it is made from.
    pub parent: Option<VideoId>,
    /// How many extensions will be in it.
    pub extensions: u32,
    /// What an engine needs; the cast is not in it yet.
    pub spec: Spec,
    /// What else was said.
    pub extras: Extras,
}

/// Who appears in a video.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CastWish {
    /// Those with these ids.
    Named(Vec<String>),
    /// Those who appear in the video that it is made from.
    Inherited,
}

impl Wish {
    /// What a request for a new video asks for, and the picture that it begins with. `dice` is its seed unless it brings
    /// one.
    ///
    /// # Errors
    /// When a field has a value that the model, or any model, cannot have.
    pub fn create(
        request: CreateRequest,
        catalogue: &Catalogue,
        dice: u32,
    ) -> Result<(Self, Option<Reference>), Refusal> {
        let CreateRequest { prompt, shots, extras, reference, .. } = request;
        let text = match &prompt {
            Some(prompt) => prompt.clone(),
            None => shots.iter().map(|shot| shot.prompt.as_str()).collect::<Vec<_>>().join("\n"),
        };
        check_prompt(if prompt.is_some() { "prompt" } else { "shots" }, &text)?;
        let model = model(request.model.as_deref(), catalogue)?;
        check_extras(&extras, model)?;
        let seconds = match shots.len() {
            0 => seconds(request.seconds.as_deref(), model)?,
            _ => seconds_of(&shots, request.seconds.as_deref(), model)?,
        };
        let spec = Spec {
            model: model.id.to_owned(),
            prompt: text.clone(),
            size: size(request.size.as_deref(), model)?,
            seconds,
            seed: extras.seed.unwrap_or(dice),
            generate_audio: extras.generate_audio.unwrap_or(model.audio),
            source: reference.is_some().then_some(Source::Picture),
            shots: with_look(prompt.as_deref(), &shots)?,
            cast: vec![],
        };
        let cast = cast(request.characters, &shots)?;
        let wish = Self {
            operation: match &cast {
                CastWish::Named(ids) if !ids.is_empty() => Operation::Cameo,
                _ => Operation::Create,
            },
            model: request.model.unwrap_or_else(|| spec.model.clone()),
            prompt: text,
            shots,
            cast,
            parent: None,
            extensions: 0,
            spec,
            extras,
        };
        Ok((wish, reference))
    }
}

/// The model of that name, or the default.
///
/// # Errors
/// When it is not on offer.
pub fn model<'a>(asked: Option<&str>, catalogue: &'a Catalogue) -> Result<&'a Model, Refusal> {
    let Some(name) = asked else { return Ok(catalogue.default_model()) };
    catalogue.find(name).ok_or_else(|| {
        let offered: Vec<&str> = catalogue.models().iter().map(|model| model.id).collect();
        Refusal::unknown_model(name, offered.join(", "))
    })
}

/// Checks what every request may say.
///
/// # Errors
/// When the model cannot do it, or it is too much.
pub fn check_extras(extras: &Extras, model: &Model) -> Result<(), Refusal> {
    if let Some(metadata) = &extras.metadata {
        check_metadata(metadata)?;
    }
    if extras.generate_audio == Some(true) && !model.audio {
        return Err(Refusal::invalid("generate_audio", format!("the model '{}' makes no sound.", model.id)));
    }
    Ok(())
}

/// Checks a text that a model is to draw.
///
/// # Errors
/// When it is blank or too long.
pub fn check_prompt(param: &'static str, prompt: &str) -> Result<(), Refusal> {
    if prompt.trim().is_empty() {
        return Err(Refusal::invalid(param, "expected a text that is not blank."));
    }
    let chars = prompt.chars().count();
    if chars > PROMPT_CHARS_MAX {
        let problem = format!("expected at most {PROMPT_CHARS_MAX} characters, but got {chars}.");
        return Err(Refusal::invalid(param, problem));
    }
    check_text(param, prompt)
}

/// The size that was asked for, or the model's default.
///
/// # Errors
/// When the model does not have it.
pub fn size(asked: Option<&str>, model: &Model) -> Result<Size, Refusal> {
    let sizes = model.sizes;
    let found = match asked {
        None => sizes.iter().find(|size| **size == SIZE_DEFAULT).or(sizes.first()),
        Some(text) => sizes.iter().find(|size| size.to_string() == text),
    };
    found.copied().ok_or_else(|| unsupported("size", model, sizes.iter()))
}

/// The length that was asked for, or the model's shortest.
///
/// # Errors
/// When the model does not have it.
pub fn seconds(asked: Option<&str>, model: &Model) -> Result<u32, Refusal> {
    let lengths = model.seconds;
    let found = match asked {
        None => lengths.first(),
        Some(text) => lengths.iter().find(|seconds| seconds.to_string() == text),
    };
    found.copied().ok_or_else(|| unsupported("seconds", model, lengths.iter()))
}

fn unsupported(param: &str, model: &Model, possible: impl Iterator<Item = impl ToString>) -> Refusal {
    let possible: Vec<String> = possible.map(|value| format!("'{}'", value.to_string())).collect();
    Refusal::invalid(param, format!("supported by the model '{}' are: {}.", model.id, possible.join(", ")))
}

/// How long shots last together, if the model makes clips of that length.
fn seconds_of(shots: &[ShotRequest], asked: Option<&str>, model: &Model) -> Result<u32, Refusal> {
    let together = shots.iter().fold(0_u32, |sum, shot| sum.saturating_add(shot.seconds));
    if !model.seconds.contains(&together) {
        let possible: Vec<String> = model.seconds.iter().map(ToString::to_string).collect();
        let problem = format!(
            "together they last {together} seconds; supported by the model '{}' are: {}.",
            model.id,
            possible.join(", ")
        );
        return Err(Refusal::invalid("shots", problem));
    }
    match asked {
        Some(text) if text != together.to_string() => Err(Refusal::invalid(
            "seconds",
            format!("expected '{together}', which is what the shots last together."),
        )),
        _ => Ok(together),
    }
}

/// The shots of a spec: each of its own text behind the look that all have in common.
fn with_look(look: Option<&str>, shots: &[ShotRequest]) -> Result<Vec<Shot>, Refusal> {
    let shot = |shot: &ShotRequest| {
        check_prompt("shots[].prompt", &shot.prompt)?;
        let prompt = look.map_or_else(|| shot.prompt.clone(), |look| format!("{look} {}", shot.prompt));
        check_prompt("shots[].prompt", &prompt)?;
        Ok(Shot { prompt, seconds: shot.seconds, cast: vec![] })
    };
    shots.iter().map(shot).collect()
}

/// Who appears in a new video. Its shots name nobody else.
fn cast(characters: Option<Vec<String>>, shots: &[ShotRequest]) -> Result<CastWish, Refusal> {
    let ids = characters.unwrap_or_default();
    let stranger =
        shots.iter().flat_map(|shot| shot.characters.iter().flatten()).find(|id| !ids.contains(id));
    match stranger {
        Some(_) => Err(Refusal::invalid("shots[].characters", "expected ids of the video's 'characters'.")),
        None => Ok(CastWish::Named(ids)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Config;

    fn catalogue() -> Catalogue {
        Catalogue::new(&Config::default()).unwrap()
    }

    fn request(prompt: Option<&str>, shots: &[(&str, u32)]) -> CreateRequest {
        let shot = |(prompt, seconds): &(&str, u32)| ShotRequest {
            prompt: (*prompt).to_owned(),
            seconds: *seconds,
            characters: None,
        };
        CreateRequest {
            prompt: prompt.map(str::to_owned),
            model: None,
            seconds: None,
            size: None,
            reference: None,
            characters: None,
            shots: shots.iter().map(shot).collect(),
            extras: Extras::default(),
        }
    }

    #[test]
    fn shots_have_the_shared_look_before_their_own_text_and_last_as_long_as_the_clip() {
        let asked = request(Some("On film."), &[("a cat", 3), ("a dog", 5)]);
        let (wish, _) = Wish::create(asked, &catalogue(), 7).unwrap();
        assert_eq!((wish.prompt.as_str(), wish.spec.seconds, wish.spec.seed), ("On film.", 8, 7));
        let prompts: Vec<&str> = wish.spec.shots.iter().map(|shot| shot.prompt.as_str()).collect();
        assert_eq!(prompts, ["On film. a cat", "On film. a dog"]);
        let (wish, _) = Wish::create(request(None, &[("a cat", 3), ("a dog", 1)]), &catalogue(), 7).unwrap();
        assert_eq!((wish.prompt.as_str(), wish.spec.prompt.as_str()), ("a cat\na dog", "a cat\na dog"));
        assert_eq!(wish.spec.shots[1], Shot { prompt: "a dog".into(), seconds: 1, cast: vec![] });
    }

    proptest! {
        #[test]
        fn shots_are_taken_exactly_when_the_model_makes_what_they_last_together(
            seconds in prop::collection::vec(1_u32..30, 1..8),
        ) {
            let shots: Vec<(&str, u32)> = seconds.iter().map(|seconds| ("x", *seconds)).collect();
            let sum: u32 = seconds.iter().sum();
            match Wish::create(request(None, &shots), &catalogue(), 0) {
                Ok((wish, _)) => {
                    prop_assert!([4, 8, 12, 16, 20].contains(&sum));
                    prop_assert_eq!(wish.spec.seconds, sum);
                }
                Err(refusal) => {
                    prop_assert!(![4, 8, 12, 16, 20].contains(&sum));
                    prop_assert_eq!(refusal.param(), Some("shots"));
                }
            }
        }
    }

    #[test]
    fn seconds_that_are_not_those_of_the_shots_are_refused() {
        let mut asked = request(None, &[("a cat", 4)]);
        asked.seconds = Some("8".into());
        assert_eq!(Wish::create(asked, &catalogue(), 0).unwrap_err().param(), Some("seconds"));
    }

    #[test]
    fn a_shot_shows_nobody_who_is_not_in_the_video() {
        let mut asked = request(Some("Bo and Al"), &[("Bo", 4)]);
        asked.characters = Some(vec!["char_bo".into()]);
        asked.shots[0].characters = Some(vec!["char_al".into()]);
        assert_eq!(Wish::create(asked, &catalogue(), 0).unwrap_err().param(), Some("shots[].characters"));
    }
}
