//! Fetches what a run is made from and reads it, so that the engine sees pictures, samples and looks alone.

use std::sync::Arc;
use std::time::Instant;

use kinora_media::{Fit, PictureLimits, UploadError, UploadLimits, View, decode_clip, decode_picture};
use kinora_spec::catalogue;
use kinora_spec::lease::InputKind;
use kinora_spec::limits::CLIP_SECONDS_MAX;
use kinora_spec::{Material, Picture, SourceClip, Spec};

use crate::client::{CallError, Client, until};
use crate::limits::{CLIP_SIDE_MAX, INPUT_BYTES_MAX, INPUT_RETRY};
use crate::state::{Halt, RunState};

/// Why a run has not got what it is made from.
#[derive(Debug)]
pub(crate) enum NoMaterial {
    /// It could not be fetched.
    Call(CallError),
    /// It is there and cannot be read: another attempt would end the same way.
    Unreadable(String),
    /// The run was told to stop meanwhile.
    Halted(Halt),
}

/// What one input turned out to be.
enum Input {
    Picture(Picture),
    Clip(SourceClip),
}

/// Fetches every input of the run, one after the other, and reads each on a thread of its own.
pub(crate) async fn material(client: &Client, run: &Arc<RunState>) -> Result<Material, NoMaterial> {
    let mut material = Material { likenesses: run.lease.likenesses.clone(), ..Material::default() };
    for kind in run.lease.inputs.iter().copied() {
        let end = Instant::now() + INPUT_RETRY;
        let call = until(|| run.lease_end().min(end), || client.input(&run.lease.run_id, kind));
        let unreadable = |reason| NoMaterial::Unreadable(format!("the input {}: {reason}", kind.name()));
        let fetched = tokio::select! {
            fetched = call => fetched.map_err(NoMaterial::Call)?,
            halt = run.halted() => return Err(NoMaterial::Halted(halt)),
        };
        let bytes = fetched.ok_or_else(|| unreadable(too_large()))?;
        let reading = tokio::task::spawn_blocking({
            let run = Arc::clone(run);
            move || read(kind, bytes, &run.lease.spec)
        });
        let input = reading.await.unwrap_or_else(|_| Err("reading it panicked".into()));
        if let Some(halt) = run.halt() {
            return Err(NoMaterial::Halted(halt));
        }
        match input.map_err(unreadable)? {
            Input::Picture(picture) => material.picture = Some(picture),
            Input::Clip(clip) => material.clip = Some(clip),
        }
    }
    Ok(material)
}

/// Reads one input. The server has taken it already, so whatever is wrong with it is wrong for good.
fn read(kind: InputKind, bytes: Vec<u8>, spec: &Spec) -> Result<Input, String> {
    match kind {
        InputKind::Picture => {
            let limits = PictureLimits { bytes: bytes.len(), ..PictureLimits::default() };
            decode_picture(&bytes, &limits).map(Input::Picture).map_err(in_words)
        }
        InputKind::Clip => decode(&bytes, spec).map(Input::Clip).map_err(in_words),
        InputKind::Latents => Ok(Input::Clip(SourceClip::Latents(bytes))),
    }
}

/// The pictures of a movie no faster than the model makes them and no larger than it needs them: two minutes of 1080p
/// would not fit in memory.
fn decode(mp4: &[u8], spec: &Spec) -> Result<SourceClip, UploadError> {
    let limits = UploadLimits { bytes: mp4.len(), seconds: CLIP_SECONDS_MAX, ..UploadLimits::default() };
    let per_second = catalogue::find(&spec.model).map(|model| model.frames_per_second);
    let view = View { fit: Fit::Within(CLIP_SIDE_MAX), per_second };
    let clip = decode_clip(mp4, &limits, &view)?;
    Ok(SourceClip::Decoded(clip.frames, clip.sound))
}

fn too_large() -> String {
    format!("it has more than {INPUT_BYTES_MAX} bytes")
}

fn in_words(error: UploadError) -> String {
    error.to_string()
}
