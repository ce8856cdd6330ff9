//! Where what customers hand in comes from, and whether it is what it should be: it is decoded before it is taken.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::StreamExt as _;
use kinora_media::{
    Fit, PICTURE_BYTES_MAX, PictureLimits, UploadError, UploadLimits, View, decode_picture, decode_sound,
    for_each_frame, picture_size,
};
use kinora_spec::Size;
use kinora_spec::lease::InputKind;

use super::decoding::Turn;
use super::inputs::{self, Staged};
use super::rules::Origin;
use crate::files::{self, Purpose};
use crate::http::{Tenant, Upload};
use crate::ids::FileId;
use crate::videos::request::{NO_FILE, Reference};
use crate::{ApiError, App, Refusal};

/// How long the pictures of an upload become while it is only looked at whether they can be decoded, pixels.
const LOOKED_AT: Fit = Fit::Within(64);

/// The field that a refusal of a picture names.
const PICTURE: &str = "input_reference";

/// Keeps the picture that a video begins with.
///
/// # Errors
/// When it is not there, is no picture, or has not the `size` of the video.
pub async fn picture(
    app: &App,
    tenant: &Tenant,
    reference: Reference,
    size: Size,
) -> Result<Staged, ApiError> {
    // A picture from elsewhere comes before the turn, since nobody knows when; the others in it, so that not more of them are
    // in memory than are decoded at a time.
    let (turn, bytes, _fetch) = match reference {
        Reference::Url(url) => {
            let fetch = app.decoding.fetch().await?;
            let bytes = at(app, &url).await?;
            (app.decoding.turn().await?, bytes, Some(fetch))
        }
        Reference::File(upload) => (app.decoding.turn().await?, file(upload).await?, None),
        Reference::FileId(id) => (app.decoding.turn().await?, stored(app, tenant, &id).await?, None),
    };
    let looked_at = bytes.clone();
    let looked = turn.run(move || {
        // The headers tell the size without a pixel being decoded.
        let fits = picture_size(&looked_at)? == size;
        if fits {
            decode_picture(&looked_at, &PictureLimits::default())?;
        }
        Ok::<_, UploadError>(fits)
    });
    if !looked.await?.map_err(|error| refused(PICTURE, &error))? {
        return Err(ApiError::PictureSize);
    }
    inputs::keep(app, InputKind::Picture, &bytes).await
}

/// A clip that was handed in and can be decoded.
pub struct Clip {
    /// What counts of it.
    pub origin: Origin,
    bytes: Bytes,
    /// So that not more are in memory than are decoded at a time.
    _turn: Turn,
}

impl Clip {
    /// Keeps it.
    ///
    /// # Errors
    /// When the database or the storage fails.
    pub async fn keep(self, app: &App) -> Result<Staged, ApiError> {
        inputs::keep(app, InputKind::Clip, &self.bytes).await
    }
}

/// Reads an upload and decodes all of it.
///
/// # Errors
/// When it is no clip that is taken.
pub async fn clip(app: &App, upload: Upload) -> Result<Clip, ApiError> {
    let limits = UploadLimits::default();
    if upload.bytes() > limits.bytes as u64 {
        let found = usize::try_from(upload.bytes()).unwrap_or(usize::MAX);
        return Err(refused("video", &UploadError::Bytes { found, max: limits.bytes }).into());
    }
    let turn = app.decoding.turn().await?;
    let bytes = Bytes::from(upload.read().await?);
    let looked_at = bytes.clone();
    let decoded = turn.run(move || {
        let view = View { fit: LOOKED_AT, per_second: None };
        let info = for_each_frame(&looked_at, &limits, &view, &mut |_| std::ops::ControlFlow::Continue(()))?;
        decode_sound(&looked_at, &limits)?;
        Ok::<_, UploadError>(info)
    });
    let info = decoded.await?.map_err(|error| refused("video", &error))?;
    let seconds = u32::try_from(info.duration.as_secs()).unwrap_or(u32::MAX);
    if seconds == 0 {
        return Err(Refusal::invalid("video", "expected a clip of at least one second.").into());
    }
    Ok(Clip {
        origin: Origin::Upload { size: info.size, seconds, sound: info.sound.is_some() },
        bytes,
        _turn: turn,
    })
}

fn refused(param: &str, error: &UploadError) -> Refusal {
    Refusal::invalid(param, format!("{error}."))
}

async fn file(upload: Upload) -> Result<Bytes, ApiError> {
    check_length(upload.bytes())?;
    upload.read().await.map(Bytes::from)
}

fn check_length(found: u64) -> Result<(), Refusal> {
    let found = usize::try_from(found).unwrap_or(usize::MAX);
    match found > PICTURE_BYTES_MAX {
        true => Err(refused(PICTURE, &UploadError::Bytes { found, max: PICTURE_BYTES_MAX })),
        false => Ok(()),
    }
}

/// What is at a URL, or in it.
async fn at(app: &App, url: &str) -> Result<Bytes, ApiError> {
    let problem = |text: String| Refusal::invalid(PICTURE, text);
    if let Some(data) = url.strip_prefix("data:") {
        let bytes = in_base64(data).ok_or_else(|| {
            problem(
                "expected an 'image_url' such as 'data:image/png;base64,…', with the picture in base64."
                    .into(),
            )
        });
        return Ok(bytes?);
    }
    app.outgoing.check(url).map_err(|bad| problem(format!("the 'image_url' is not called: {bad}")))?;
    let got = app.outgoing.get(url, PICTURE_BYTES_MAX).await;
    Ok(got
        .map(Bytes::from)
        .map_err(|fault| problem(format!("the picture could not be fetched: {fault}.")))?)
}

/// What a data URL holds, behind its `data:`. Its content decides what it is, whatever type it says.
fn in_base64(data: &str) -> Option<Bytes> {
    let (about, text) = data.split_once(',')?;
    about.to_ascii_lowercase().ends_with(";base64").then_some(())?;
    STANDARD.decode(text).ok().map(Bytes::from)
}

/// One of the project's files.
async fn stored(app: &App, tenant: &Tenant, id: &FileId) -> Result<Bytes, ApiError> {
    let missing = |_| ApiError::from(Refusal::invalid(PICTURE, NO_FILE));
    let row = files::find(app, tenant, id.clone()).await;
    let row = match row {
        Err(error @ ApiError::NotFound { .. }) => return Err(missing(error)),
        row => row?,
    };
    if !Purpose::of_material(&row.purpose) {
        let problem = "expected a 'file_id' of a file with the purpose 'vision' or 'user_data'.";
        return Err(Refusal::invalid(PICTURE, problem).into());
    }
    let length = u64::try_from(row.bytes).unwrap_or(0);
    check_length(length)?;
    let internal = |error: object_store::Error| ApiError::Internal(error.into());
    let mut pieces = app.blobs.read(&row.path, 0..length).await.map_err(internal)?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece.map_err(internal)?);
    }
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_url_is_base64_whatever_type_it_says() {
        for good in ["image/png;base64,aGk=", "image/png;charset=utf-8;BASE64,aGk=", ";base64,aGk="] {
            assert_eq!(in_base64(good).as_deref(), Some(&b"hi"[..]), "{good}");
        }
        for bad in [
            "image/png,aGk=",
            "image/png;base64,aGk",
            "image/png;base64",
            "base64,aGk=",
            "image/png;base64,a k=",
        ] {
            assert_eq!(in_base64(bad), None, "{bad}");
        }
    }
}
