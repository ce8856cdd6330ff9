//! Which specs the model can do, and whether what they refer to has arrived. Whoever wrote the spec has checked it; this is
//! the last gate, so that nothing later has to think of what cannot be.

use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::limits::{CAST_MAX, CLIP_SECONDS_MAX, SHOTS_MAX};
use kinora_spec::{EngineError, Frames, Material, Picture, Size, Source, SourceClip, Spec};

use super::Config;

/// Refuses what the model cannot do.
///
/// # Errors
/// [`EngineError::UnknownModel`] and, with what is wrong and what would be right, `Unsupported`.
pub fn check(spec: &Spec, material: &Material) -> Result<(), EngineError> {
    if spec.model != KINORA_MINI.id {
        return Err(EngineError::UnknownModel(spec.model.clone()));
    }
    let checks = [seconds(spec), source(spec, material), shots(spec), cast(spec, material)];
    checks.into_iter().collect::<Result<(), String>>().map_err(EngineError::Unsupported)
}

/// Refuses looks for weights that know none.
///
/// # Errors
/// [`EngineError::Unsupported`].
pub fn check_weights(spec: &Spec, config: &Config) -> Result<(), EngineError> {
    match (spec.cast.is_empty(), config.transformer.ref_features) {
        (true, _) | (false, Some(kinora_spec::LIKENESS_FEATURES)) => Ok(()),
        (false, _) => {
            Err(EngineError::Unsupported("these weights know no likenesses: cast must be empty".into()))
        }
    }
}

fn holds(condition: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(otherwise()) }
}

fn seconds(spec: &Spec) -> Result<(), String> {
    let seconds = spec.seconds;
    let is_free =
        !spec.shots.is_empty() || matches!(spec.source, Some(Source::Remix { .. } | Source::Extend { .. }));
    if is_free {
        return holds((1..=CLIP_SECONDS_MAX).contains(&seconds), || {
            format!("seconds is {seconds}; 1 to {CLIP_SECONDS_MAX} can be made")
        });
    }
    holds(KINORA_MINI.seconds.contains(&seconds), || {
        format!("seconds is {seconds}; {:?} can be made", KINORA_MINI.seconds)
    })
}

fn source(spec: &Spec, material: &Material) -> Result<(), String> {
    let clip = || match &material.clip {
        Some(SourceClip::Latents(_)) => Ok(()),
        Some(SourceClip::Decoded(frames, sound)) => {
            holds(sound.as_ref().is_none_or(|sound| sound.sample_rate > 0), || {
                "the sound of the clip has no rate".into()
            })?;
            holds(is_whole(frames), || "the clip has no whole pictures".into())
        }
        None => Err("the clip that it is made from has not arrived".into()),
    };
    match spec.source {
        None => Ok(()),
        Some(Source::Picture) => picture(spec.size, material.picture.as_ref()),
        Some(Source::Remix { strength_percent }) => {
            holds((1..=100).contains(&strength_percent), || {
                format!("strength_percent is {strength_percent}; it must be 1 to 100")
            })?;
            clip()
        }
        Some(Source::Extend { source_seconds }) => {
            holds((1..spec.seconds).contains(&source_seconds), || {
                format!("source_seconds is {source_seconds}; it must be less than seconds, {}", spec.seconds)
            })?;
            clip()
        }
    }
}

fn picture(size: Size, picture: Option<&Picture>) -> Result<(), String> {
    let picture = picture.ok_or("the picture that it begins with has not arrived")?;
    let found = Size::new(picture.width, picture.height);
    holds(found == size, || format!("the picture has {found} pixels; it must have {size}"))?;
    let bytes = found.width as usize * found.height as usize * 3;
    holds(picture.rgb.len() == bytes && bytes > 0, || "the picture is not whole".into())
}

fn is_whole(frames: &Frames) -> bool {
    let bytes = frames.frame_bytes();
    frames.per_second > 0 && bytes > 0 && frames.rgb.len() >= bytes && frames.rgb.len().is_multiple_of(bytes)
}

fn shots(spec: &Spec) -> Result<(), String> {
    if spec.shots.is_empty() {
        return Ok(());
    }
    holds(matches!(spec.source, None | Some(Source::Picture)), || {
        "shots cannot be given to a remix or an extension: cut them from words, or from a picture".into()
    })?;
    let count = spec.shots.len();
    holds(count <= SHOTS_MAX, || format!("there are {count} shots; at most {SHOTS_MAX} can be made"))?;
    holds(spec.shots.iter().all(|shot| shot.seconds > 0), || {
        "every shot must last at least 1 second".into()
    })?;
    let sum: u64 = spec.shots.iter().map(|shot| u64::from(shot.seconds)).sum();
    holds(sum == u64::from(spec.seconds), || {
        format!("the shots last {sum} s together; it must be seconds, {}", spec.seconds)
    })?;
    let known = spec.cast.len();
    let is_known = |place: &u8| usize::from(*place) < known;
    holds(spec.shots.iter().flat_map(|shot| &shot.cast).all(is_known), || {
        format!("a shot has somebody of a cast of {known} who is not there")
    })?;
    holds(spec.shots.iter().all(|shot| shot.cast.len() <= CAST_MAX), || {
        format!("a shot has a cast of more than {CAST_MAX}")
    })
}

fn cast(spec: &Spec, material: &Material) -> Result<(), String> {
    let (cast, looks) = (spec.cast.len(), material.likenesses.len());
    holds(cast <= CAST_MAX, || format!("there is a cast of {cast}; at most {CAST_MAX} can appear"))?;
    holds(cast == looks, || {
        format!("there is a cast of {cast} and likenesses of {looks}; each needs its own")
    })
}
