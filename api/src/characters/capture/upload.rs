//! What a form brings for a character, and how it is kept: sealed, in files of which the database knows before they are
//! there.

use std::sync::Arc;

use kinora_spec::{Findings, Frames};
use kinora_store::Error;

use super::super::keeper::DataKey;
use super::super::rules::Kind;
use super::decode::{self, IMAGES_MAX, Seen};
use super::recogniser;
use super::store::{self, FileRow};
use super::subject::{kind_of, subject_of};
use crate::blobs::hex;
use crate::http::Fields;
use crate::ids::CaptureId;
use crate::{ApiError, App, Refusal};

/// A file of a form.
#[derive(Debug)]
pub struct Given {
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// The files of a form.
#[derive(Debug, Default)]
pub struct Uploads {
    /// A recording.
    pub video: Option<Given>,
    /// Or photographs.
    pub images: Vec<Given>,
    /// A voice apart from it.
    pub voice: Option<Given>,
}

/// What was found in them.
#[derive(Debug)]
pub struct Found {
    /// What they show.
    pub kind: Kind,
    /// Of the pictures and the sound.
    pub findings: Findings,
    /// The digits that were heard, where somebody listens.
    pub heard: Option<String>,
    /// Whether the voice came apart from the recording: it need not be that of who is seen.
    pub is_voice_apart: bool,
}

impl Uploads {
    /// Takes the files out of the fields.
    ///
    /// # Errors
    /// When there is neither a recording nor a photograph, or too much.
    pub async fn take(fields: &mut Fields) -> Result<Self, ApiError> {
        let (video, voice) = (fields.file("video")?, fields.file("voice")?);
        let mut images = fields.files("images");
        images.extend(fields.files("images[]"));
        if video.is_some() && !images.is_empty() {
            return Err(Refusal::invalid("images", "send either a video or images.").into());
        }
        if images.len() > IMAGES_MAX {
            let problem = format!("expected at most {IMAGES_MAX} images, but got {}.", images.len());
            return Err(Refusal::invalid("images", problem).into());
        }
        if video.is_none() && images.is_empty() {
            return Err(Refusal::Missing { param: "video" }.into());
        }
        let mut given = Self::default();
        for upload in images {
            given.images.push(Given { sha256: hex(upload.sha256()), bytes: upload.read().await? });
        }
        for (upload, place) in [(video, &mut given.video), (voice, &mut given.voice)] {
            if let Some(upload) = upload {
                *place = Some(Given { sha256: hex(upload.sha256()), bytes: upload.read().await? });
            }
        }
        Ok(given)
    }

    /// Each file with its kind in the database; a recording goes by `video_kind`.
    fn all(&self, video_kind: &'static str) -> impl Iterator<Item = (&'static str, &Given)> {
        let video = self.video.iter().map(move |given| (video_kind, given));
        let images = self.images.iter().map(|given| ("image", given));
        video.chain(images).chain(self.voice.iter().map(|given| ("voice", given)))
    }

    fn decode(&self) -> Result<Seen, Refusal> {
        let (frames, own) = match &self.video {
            Some(video) => decode::video(&video.bytes)?,
            None => {
                decode::images(&self.images.iter().map(|given| given.bytes.as_slice()).collect::<Vec<_>>())?
            }
        };
        let apart = self.voice.as_ref().map(|voice| decode::voice(&voice.bytes)).transpose()?;
        Ok((frames, apart.or(own)))
    }
}

/// Looks at what was sent; `asked` is what it is said to show.
///
/// # Errors
/// When it cannot be decoded, is not what it is said to be, or nobody can read captures.
pub async fn look(app: &App, given: Arc<Uploads>, asked: Option<Kind>) -> Result<Found, ApiError> {
    app.captures
        .read(move |turn| {
            let (frames, sound) = given.decode()?;
            let param = if given.video.is_some() { "video" } else { "images" };
            let seen: (&Frames, _) = (&frames, sound.as_ref());
            let mut findings = turn.find(seen, subject_of(asked.unwrap_or(Kind::Person)), param)?;
            let kind = kind_of(asked, findings.faces.as_ref())?;
            if asked.is_none() && kind != Kind::Person {
                let faces = findings.faces;
                findings = Findings { faces, ..turn.find(seen, subject_of(kind), param)? };
            }
            Ok(Found { kind, findings, heard: None, is_voice_apart: given.voice.is_some() })
        })
        .await
}

/// Looks at a capture of a person, and listens to it where the operator has set up somebody who does.
///
/// # Errors
/// As [`look`].
pub async fn look_and_listen(app: &App, given: Arc<Uploads>) -> Result<Found, ApiError> {
    let command = app.config.digit_recogniser.clone();
    app.captures
        .read(move |turn| {
            let (frames, sound) = given.decode()?;
            let findings = turn.find((&frames, sound.as_ref()), subject_of(Kind::Person), "video")?;
            let is_voice_apart = given.voice.is_some();
            let listened = sound.filter(|_| !command.is_empty() && !is_voice_apart);
            let heard = listened.and_then(|sound| {
                let heard = recogniser::hear(&command, &sound);
                // The operator looks at what nobody could listen to.
                heard.inspect_err(|error| tracing::error!("`digit_recogniser` heard nothing: {error:#}")).ok()
            });
            Ok(Found { kind: Kind::Person, findings, heard, is_voice_apart })
        })
        .await
}

/// Keeps what was sent, sealed under the key of its character; the ids. They count once [`store::keep`] was called for each.
///
/// # Errors
/// When the database or the storage fails; what was written then is swept.
pub async fn put(
    app: &App,
    character: &str,
    key: &DataKey,
    (given, video_kind): (&Uploads, &'static str),
) -> Result<Vec<String>, ApiError> {
    let now_us = app.clock.now_us();
    let row = |(kind, file): (&'static str, &Given)| {
        let about = (file.bytes.len(), file.sha256.clone());
        FileRow::expected(CaptureId::new().to_string(), character, kind, about, now_us)
    };
    let rows: Vec<FileRow> = given.all(video_kind).map(row).collect();
    let expected = rows.clone();
    app.store
        .run(move |db| {
            db.write_tx(|db| expected.iter().try_for_each(|row| store::insert(db, row)).map_err(Error::from))
        })
        .await?;
    for (row, (_, file)) in rows.iter().zip(given.all(video_kind)) {
        let sealed = key.seal(&row.id, &file.bytes);
        write(app, &row.path, &sealed).await.map_err(|error| ApiError::Internal(error.into()))?;
    }
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn write(app: &App, path: &str, bytes: &[u8]) -> Result<(), object_store::Error> {
    let mut writer = app.blobs.writer(path).await?;
    writer.write(bytes).await?;
    writer.finish().await.map(drop)
}

/// Gives up files that are not needed after all. What cannot be removed now, the sweep will.
pub async fn discard(app: &App, ids: Vec<String>) {
    if let Err(error) = try_discard(app, ids).await {
        tracing::warn!("what was uploaded for a character could not be removed yet: {error:#}");
    }
}

async fn try_discard(app: &App, ids: Vec<String>) -> anyhow::Result<()> {
    let given_up = app.store.run(move |db| {
        db.write_tx(|db| {
            let mut swept = Vec::new();
            for id in ids {
                store::give_up_expected(db, &id)?;
                if !store::is_known(db, &id)? {
                    swept.push(id);
                }
            }
            Ok::<_, Error>(swept)
        })
    });
    // Of those that were swept while they were written no row tells any more.
    for id in given_up.await? {
        app.blobs.remove(&store::path_of(&id)).await?;
    }
    super::jobs::remove_gone(app).await.map(drop)
}
