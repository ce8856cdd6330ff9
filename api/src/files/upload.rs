//! A file on its way from a customer into the storage: passed on as it comes, never whole in memory.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use futures_util::StreamExt as _;
use kinora_store::Db;
use tokio::time::timeout;

use super::rules::{FILE_BYTES_MAX, Purpose, expires_at, filename};
use super::store::NewFile;
use super::wire::{CreateFile, File};
use super::{flow, store};
use crate::blobs::{BlobWriter, Written};
use crate::http::{Body, Fields, Tenant};
use crate::replays::{Ahead, Attempt};
use crate::{ApiError, App, Refusal};

/// Longest silence in the middle of an upload, after which its connection counts as dead.
const STALL: Duration = Duration::from_secs(30);
/// Longest upload.
const UPLOAD_TIME_MAX: Duration = Duration::from_secs(3_600);
/// Most parts of the form.
const PARTS_MAX: usize = 16;
/// Longest text of a part that is no file, bytes.
const TEXT_BYTES_MAX: usize = 4_096;
/// What a form may have around its file, bytes.
const FORM_BYTES_MAX: u64 = 64 * 1024;

/// A file that was written and has not appeared yet.
struct Received {
    file: NewFile,
    written: Written,
}

/// Stores the file of a form.
///
/// # Errors
/// When the form is not one of an upload, is broken, or has a file that is too large or has no room; nothing is kept then.
pub async fn receive(app: &App, tenant: &Tenant, once: Ahead, body: Body) -> Result<File, ApiError> {
    let too_large = ApiError::TooLarge { limit_bytes: FILE_BYTES_MAX };
    let length = body.length();
    if length.is_some_and(|length| length > FILE_BYTES_MAX + FORM_BYTES_MAX) {
        return Err(too_large);
    }
    let mut upload = Upload { app, tenant, length, received: None, fields: Fields::of_form() };
    let form = body.form()?;
    let request = match timeout(UPLOAD_TIME_MAX, upload.read(form)).await {
        Ok(Ok(())) => upload.fields_read(once),
        Ok(Err(error)) => Err(error),
        Err(_elapsed) => Err(ApiError::BodyBroken),
    };
    let received = upload.received.take();
    match (request, received) {
        (Ok((request, once)), Some(received)) => finish(app, tenant, once, request, received).await,
        (Ok(_), None) => Err(Refusal::Missing { param: "file" }.into()),
        (Err(error), received) => {
            if let Some(received) = received {
                discard(app, received.file).await;
            }
            Err(error)
        }
    }
}

/// Here an upload becomes a file: the one transaction that answers it.
async fn finish(
    app: &App,
    tenant: &Tenant,
    once: Attempt,
    request: CreateFile,
    received: Received,
) -> Result<File, ApiError> {
    let Received { file, written } = received;
    let (project, expires_at) = (tenant.project.clone(), expires_at(file.created_at, request.kept_seconds));
    let bytes = i64::try_from(written.bytes).unwrap_or(i64::MAX);
    let id = file.id.clone();
    let appear = move |db: &mut Db| {
        store::set_purpose(db, &id, request.purpose)?;
        Ok(flow::appear(db, &project, &id, bytes, expires_at)?.into())
    };
    let appeared = app.write(once, appear).await;
    // After other errors the file may have appeared all the same: what has not, the sweep removes.
    if matches!(appeared, Err(ApiError::Replayed(_) | ApiError::KeyReused)) {
        discard(app, file).await;
    }
    appeared
}

/// Forgets a file that will not appear. What cannot be removed now, the sweep will.
async fn discard(app: &App, file: NewFile) {
    if let Err(error) = super::jobs::remove(app, file.id, &file.path).await {
        tracing::warn!("what arrived of a file could not be removed yet: {error:#}");
    }
}

/// A form that is being read.
struct Upload<'a> {
    app: &'a App,
    tenant: &'a Tenant,
    /// Of the whole body, bytes, where the client says so.
    length: Option<u64>,
    received: Option<Received>,
    fields: Fields,
}

impl Upload<'_> {
    async fn read(&mut self, mut form: Multipart) -> Result<(), ApiError> {
        let mut parts = 0;
        loop {
            let next = timeout(STALL, form.next()).await.map_err(|_| ApiError::BodyBroken)?;
            let Some(part) = next else { return Ok(()) };
            let part = part.map_err(|error| Refusal::Multipart(error.to_string()))?;
            parts += 1;
            if parts > PARTS_MAX {
                return Err(Refusal::Multipart(format!("more than {PARTS_MAX} parts")).into());
            }
            let name = part.name().unwrap_or_default().to_owned();
            let filename =
                part.content_disposition().and_then(|about| about.get_filename()).map(str::to_owned);
            match filename {
                Some(filename) if name == "file" => self.read_file(part, &filename).await?,
                Some(_) => return Err(Refusal::unknown(&name).into()),
                None => self.read_text(part, &name).await?,
            }
        }
    }

    async fn read_text(&mut self, mut part: Field, name: &str) -> Result<(), ApiError> {
        let read = timeout(STALL, part.bytes(TEXT_BYTES_MAX)).await.map_err(|_| ApiError::BodyBroken)?;
        let too_long = || Refusal::invalid(name, format!("expected at most {TEXT_BYTES_MAX} bytes."));
        let bytes = read.map_err(|_| too_long())?.map_err(|error| Refusal::Multipart(error.to_string()))?;
        let text = String::from_utf8(bytes.to_vec());
        let text = text.map_err(|_| Refusal::invalid(name, "expected UTF-8 text."))?;
        Ok(self.fields.add_text(name, text)?)
    }

    async fn read_file(&mut self, part: Field, name: &str) -> Result<(), ApiError> {
        if self.received.is_some() {
            return Err(Refusal::invalid("file", "it was sent more than once.").into());
        }
        let most = self.length.unwrap_or(FILE_BYTES_MAX).min(FILE_BYTES_MAX);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let (project, now_us) = (&self.tenant.project, self.app.clock.now_us());
        // What it is for may be said behind it.
        let file = flow::new_file(project, Purpose::UserData, filename(name)?, most, now_us);
        flow::expect(self.app, file.clone()).await?;
        let nothing = Written { bytes: 0, sha256: String::new() };
        let received = self.received.insert(Received { file, written: nothing });
        let internal = |error: object_store::Error| ApiError::Internal(error.into());
        let mut writer = self.app.blobs.writer(&received.file.path).await.map_err(internal)?;
        if let Err(error) = copy(part, &mut writer).await {
            // The row is discarded with the upload, and whatever this leaves with it.
            let _ = writer.abort().await;
            return Err(error);
        }
        received.written = writer.finish().await.map_err(internal)?;
        if received.written.bytes == 0 {
            return Err(Refusal::invalid("file", "it is empty.").into());
        }
        Ok(())
    }

    fn fields_read(&mut self, once: Ahead) -> Result<(CreateFile, Attempt), ApiError> {
        let fields = std::mem::take(&mut self.fields);
        let digest = self.received.as_ref().map(|received| received.written.sha256.as_str());
        let once = once.with(fields.fingerprint_beside(digest.map(|digest| ("file", digest))));
        Ok((CreateFile::from_fields(fields)?, once))
    }
}

async fn copy(mut part: Field, writer: &mut BlobWriter) -> Result<(), ApiError> {
    loop {
        let next = timeout(STALL, part.next()).await.map_err(|_| ApiError::BodyBroken)?;
        let Some(chunk) = next else { return Ok(()) };
        let chunk = chunk.map_err(|error| Refusal::Multipart(error.to_string()))?;
        if writer.bytes() + chunk.len() as u64 > FILE_BYTES_MAX {
            return Err(ApiError::TooLarge { limit_bytes: FILE_BYTES_MAX });
        }
        writer.write(&chunk).await.map_err(|error| ApiError::Internal(error.into()))?;
    }
}
