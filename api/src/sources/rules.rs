//! What becomes of a clip that is changed or goes on, and how long it may become. Pure.

use kinora_billing::Operation;
use kinora_spec::catalogue::Model;
use kinora_spec::limits::CLIP_SECONDS_MAX;
use kinora_spec::{Size, Source, Spec};

use super::request::ChangeRequest;
use crate::Refusal;
use crate::catalogue::Catalogue;
use crate::ids::VideoId;
use crate::videos::wish::{self, CastWish, SIZE_DEFAULT, Wish};

/// Most extensions in one clip, as the Sora API's.
pub const EXTENSIONS_MAX: u32 = 6;
/// How much a clip is changed when nothing is said, percent.
pub const STRENGTH_PERCENT_DEFAULT: u8 = 60;

/// What a new clip is made from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// An earlier one.
    Video(Parent),
    /// One that was handed in.
    Upload {
        /// Its pixels, as it is shown.
        size: Size,
        /// Its length, whole seconds: what is over is cut off.
        seconds: u32,
        /// Whether it has any.
        sound: bool,
    },
}

/// A video that another is made from.
#[derive(Clone, Debug)]
pub struct Parent {
    /// Which one.
    pub id: VideoId,
    /// The model, by the name it was asked for.
    pub model: String,
    /// What it is.
    pub spec: Spec,
    /// How many extensions are in it.
    pub extensions: u32,
}

/// Checks of a request what can be told before the clip that came with it is decoded.
///
/// # Errors
/// When a field has a value that the model does not allow.
pub fn check_with_upload(
    operation: Operation,
    request: &ChangeRequest,
    catalogue: &Catalogue,
) -> Result<(), Refusal> {
    wish::check_prompt("prompt", &request.prompt)?;
    let name = request.model.as_deref().ok_or(Refusal::Missing { param: "model" })?;
    let model = wish::model(Some(name), catalogue)?;
    if let Some(asked) = &request.size {
        wish::size(Some(asked), model)?;
    }
    if operation == Operation::Extend {
        let asked = request.seconds.as_deref().ok_or(Refusal::Missing { param: "seconds" })?;
        wish::seconds(Some(asked), model)?;
    }
    wish::check_extras(&request.extras, model)
}

/// What a request asks for. `dice` is the seed unless it brings one.
///
/// # Errors
/// When a field has a value that the model, or the source, does not allow.
pub fn wish(
    origin: Origin,
    operation: Operation,
    request: ChangeRequest,
    catalogue: &Catalogue,
    dice: u32,
) -> Result<Wish, Refusal> {
    wish::check_prompt("prompt", &request.prompt)?;
    let (basis, parent) = basis(origin, &request, catalogue)?;
    wish::check_extras(&request.extras, &basis.model)?;
    let (source, seconds, extensions) = match operation {
        Operation::Extend => {
            let (seconds, extensions) = extended(&basis, request.seconds.as_deref())?;
            (Source::Extend { source_seconds: basis.seconds }, seconds, extensions)
        }
        _ => {
            let strength_percent = request.strength_percent.unwrap_or(STRENGTH_PERCENT_DEFAULT);
            (Source::Remix { strength_percent }, basis.seconds, basis.extensions)
        }
    };
    let cast = match request.characters {
        Some(ids) => CastWish::Named(ids),
        None if parent.is_some() => CastWish::Inherited,
        None => CastWish::Named(vec![]),
    };
    Ok(Wish {
        operation,
        model: basis.model_name,
        prompt: request.prompt.clone(),
        shots: vec![],
        cast,
        parent,
        extensions,
        spec: Spec {
            model: basis.model.id.to_owned(),
            prompt: request.prompt,
            size: basis.size,
            seconds,
            seed: request.extras.seed.unwrap_or(dice),
            generate_audio: request.extras.generate_audio.unwrap_or(basis.audio),
            source: Some(source),
            shots: vec![],
            cast: vec![],
        },
        extras: request.extras,
    })
}

/// What a new clip takes from its source.
struct Basis {
    model: Model,
    model_name: String,
    size: Size,
    seconds: u32,
    audio: bool,
    extensions: u32,
}

fn basis(
    origin: Origin,
    request: &ChangeRequest,
    catalogue: &Catalogue,
) -> Result<(Basis, Option<VideoId>), Refusal> {
    match origin {
        Origin::Video(parent) => {
            let model = *wish::model(Some(&parent.spec.model), catalogue)?;
            check_same_model(request.model.as_deref(), &model, catalogue)?;
            let size = parent.spec.size;
            if request.size.as_deref().is_some_and(|asked| asked != size.to_string()) {
                return Err(Refusal::invalid("size", format!("the source has {size}, which stays.")));
            }
            let basis = Basis {
                model,
                model_name: parent.model,
                size,
                seconds: parent.spec.seconds,
                audio: parent.spec.generate_audio,
                extensions: parent.extensions,
            };
            Ok((basis, Some(parent.id)))
        }
        Origin::Upload { size: shown, seconds, sound } => {
            let name = request.model.as_deref().ok_or(Refusal::Missing { param: "model" })?;
            let model = *wish::model(Some(name), catalogue)?;
            let size = match request.size.as_deref() {
                Some(asked) => wish::size(Some(asked), &model)?,
                None => like(shown, &model)?,
            };
            let (model_name, audio) = (name.to_owned(), model.audio && sound);
            Ok((Basis { model, model_name, size, seconds, audio, extensions: 0 }, None))
        }
    }
}

/// A model may be named beside a source that has one, if it is that one.
fn check_same_model(asked: Option<&str>, model: &Model, catalogue: &Catalogue) -> Result<(), Refusal> {
    match asked.map(|name| wish::model(Some(name), catalogue)).transpose()? {
        Some(other) if other.id != model.id => {
            let problem = format!("the source was made with '{}', and so is what is made from it.", model.id);
            Err(Refusal::invalid("model", problem))
        }
        _ => Ok(()),
    }
}

/// The model's size for a clip that stands or lies as this one does: the default or, lying, its counterpart.
fn like(shown: Size, model: &Model) -> Result<Size, Refusal> {
    let lying = Size::new(SIZE_DEFAULT.height, SIZE_DEFAULT.width);
    let wanted = if shown.is_portrait() { SIZE_DEFAULT } else { lying };
    let same = model.sizes.iter().find(|size| size.is_portrait() == shown.is_portrait());
    match model.sizes.iter().find(|size| **size == wanted).or(same) {
        Some(size) => Ok(*size),
        None => wish::size(None, model),
    }
}

/// How long an extended clip is, and how many extensions are in it.
fn extended(basis: &Basis, asked: Option<&str>) -> Result<(u32, u32), Refusal> {
    let asked = asked.ok_or(Refusal::Missing { param: "seconds" })?;
    let new_seconds = wish::seconds(Some(asked), &basis.model)?;
    if basis.extensions >= EXTENSIONS_MAX {
        let problem =
            format!("it was extended {EXTENSIONS_MAX} times already, which is as often as a clip can be.");
        return Err(Refusal::invalid("video", problem));
    }
    let together = basis.seconds.saturating_add(new_seconds);
    if together > CLIP_SECONDS_MAX {
        let problem = format!(
            "the source lasts {} seconds, so that it would last {together}; a clip lasts at most {CLIP_SECONDS_MAX}.",
            basis.seconds
        );
        return Err(Refusal::invalid("seconds", problem));
    }
    Ok((together, basis.extensions + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Config;
    use crate::videos::request::Extras;

    fn catalogue() -> Catalogue {
        Catalogue::new(&Config::default()).unwrap()
    }

    fn parent(seconds: u32, extensions: u32) -> Parent {
        let mut spec = Spec::of_words("kinora-mini", "x", Size::new(1280, 720), seconds, 1);
        spec.generate_audio = false;
        Parent { id: VideoId::new(), model: "sora-2".into(), spec, extensions }
    }

    fn request(seconds: Option<u32>) -> ChangeRequest {
        ChangeRequest {
            prompt: "goes on".into(),
            model: None,
            size: None,
            seconds: seconds.map(|seconds| seconds.to_string()),
            strength_percent: None,
            characters: None,
            extras: Extras::default(),
        }
    }

    proptest! {
        /// However a clip is extended, its total is the sum of its parts, and neither limit is passed.
        #[test]
        fn a_chain_of_extensions_adds_up_and_ends_at_its_limits(
            first in prop::sample::select(vec![4_u32, 8, 12, 16, 20]),
            parts in prop::collection::vec(prop::sample::select(vec![4_u32, 8, 12, 16, 20]), 1..12),
        ) {
            let mut clip = parent(first, 0);
            let mut taken = vec![first];
            for part in parts {
                let made = wish(Origin::Video(clip.clone()), Operation::Extend, request(Some(part)), &catalogue(), 0);
                let sum: u32 = taken.iter().sum();
                let fits = taken.len() <= 6 && sum + part <= 120;
                prop_assert_eq!(made.is_ok(), fits, "{:?} and {}: {:?}", taken, part, made);
                let Ok(made) = made else { continue };
                taken.push(part);
                prop_assert_eq!(made.spec.seconds, sum + part);
                prop_assert_eq!(made.spec.new_seconds(), part);
                prop_assert_eq!(made.spec.source, Some(Source::Extend { source_seconds: sum }));
                clip = Parent { extensions: made.extensions, spec: made.spec, ..clip };
            }
        }
    }

    #[test]
    fn a_remix_keeps_what_its_source_has_and_an_extension_counts_through_it() {
        let origin = Origin::Video(parent(24, 3));
        let remix = wish(origin, Operation::Remix, request(None), &catalogue(), 9).unwrap();
        assert_eq!((remix.spec.seconds, remix.spec.seed, remix.extensions), (24, 9, 3));
        assert_eq!((remix.spec.size, remix.model.as_str()), (Size::new(1280, 720), "sora-2"));
        assert!(!remix.spec.generate_audio);
        assert_eq!(remix.spec.source, Some(Source::Remix { strength_percent: 60 }));
        assert_eq!(remix.cast, CastWish::Inherited);
    }

    #[test]
    fn an_upload_needs_a_model_and_is_made_as_it_stands_or_lies() {
        let upload =
            |width, height| Origin::Upload { size: Size::new(width, height), seconds: 5, sound: true };
        let refused = wish(upload(640, 480), Operation::Edit, request(None), &catalogue(), 0).unwrap_err();
        assert_eq!(refused, Refusal::Missing { param: "model" });
        for (shown, size) in [((640, 480), (1280, 720)), ((480, 640), (720, 1280)), ((500, 500), (1280, 720))]
        {
            let request = ChangeRequest { model: Some("sora-2".into()), ..request(None) };
            let made = wish(upload(shown.0, shown.1), Operation::Edit, request, &catalogue(), 0).unwrap();
            assert_eq!((made.spec.size, made.spec.seconds), (Size::new(size.0, size.1), 5), "{shown:?}");
        }
    }

    #[test]
    fn an_upload_without_sound_stays_without_it_unless_some_is_asked_for() {
        for (sound, asked, expected) in
            [(true, None, true), (false, None, false), (false, Some(true), true), (true, Some(false), false)]
        {
            let origin = Origin::Upload { size: Size::new(1280, 720), seconds: 5, sound };
            let extras = Extras { generate_audio: asked, ..Extras::default() };
            let request = ChangeRequest { model: Some("sora-2".into()), extras, ..request(None) };
            let made = wish(origin, Operation::Edit, request, &catalogue(), 0).unwrap();
            assert_eq!(made.spec.generate_audio, expected, "{sound} {asked:?}");
        }
    }

    #[test]
    fn another_model_or_size_than_the_sources_is_refused() {
        for (param, change) in [
            ("size", ChangeRequest { size: Some("720x1280".into()), ..request(None) }),
            ("model", ChangeRequest { model: Some("gpt-4".into()), ..request(None) }),
        ] {
            let origin = Origin::Video(parent(4, 0));
            let refused = wish(origin, Operation::Edit, change, &catalogue(), 0).unwrap_err();
            assert_eq!(refused.param(), Some(param));
        }
        let same = ChangeRequest {
            size: Some("1280x720".into()),
            model: Some("sora-2-pro".into()),
            ..request(None)
        };
        assert!(wish(Origin::Video(parent(4, 0)), Operation::Edit, same, &catalogue(), 0).is_ok());
    }
}
