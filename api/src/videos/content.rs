//! The files of a video on their way out: which one, which part of it, and as a stream.

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, ETAG, HeaderMap,
};
use kinora_spec::lease::AssetKind;
use kinora_store::Db;
use object_store::Error as BlobError;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::Status;
use super::store::{self, AssetRow, VideoRow};
use super::wire::status_of;
use crate::http::{Asked, Conditions, Query, Tenant};
use crate::ids::VideoId;
use crate::{ApiError, App, Refusal};

/// The bytes of the file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it stands for a stream in the description of the API")]
pub struct FileBytes(Vec<u8>);

/// A file of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// MP4 with H.264 and, if it has sound, AAC.
    Video,
    /// WebP of one picture.
    Thumbnail,
    /// JPEG of pictures in a grid.
    Spritesheet,
    /// WAV of the sound.
    Audio,
}

impl Variant {
    fn from_query(query: Query) -> Result<Self, Refusal> {
        let mut fields = query.fields()?;
        let variant = match fields.text("variant")?.as_deref() {
            None | Some("video") => Self::Video,
            Some("thumbnail") => Self::Thumbnail,
            Some("spritesheet") => Self::Spritesheet,
            Some("audio") => Self::Audio,
            Some(_) => {
                let problem = "supported are: 'video', 'thumbnail', 'spritesheet', 'audio'.";
                return Err(Refusal::invalid("variant", problem));
            }
        };
        fields.finish()?;
        Ok(variant)
    }

    fn asset(self) -> AssetKind {
        match self {
            Self::Video => AssetKind::Video,
            Self::Thumbnail => AssetKind::Thumbnail,
            Self::Spritesheet => AssetKind::Spritesheet,
            Self::Audio => AssetKind::Audio,
        }
    }
}

/// The file that `query` asks for, or the part of it that `headers` ask for.
pub(crate) async fn answer(
    app: &App,
    tenant: &Tenant,
    id: VideoId,
    query: Query,
    headers: &HeaderMap,
) -> Result<HttpResponse, ApiError> {
    let kind = Variant::from_query(query)?.asset();
    let filename = format!("{id}.{}", kind.extension());
    let asset = look_up(app, tenant, &id, kind).await?;
    let length = u64::try_from(asset.bytes).unwrap_or(0);
    let etag = format!("\"{}\"", asset.sha256);
    let mut answer = HttpResponse::Ok();
    answer.insert_header((ETAG, etag.as_str())).insert_header((CACHE_CONTROL, "private, no-cache"));
    let range = match Conditions::of(headers).asked(&etag, length) {
        Asked::Nothing => return Ok(answer.status(StatusCode::NOT_MODIFIED).finish()),
        Asked::Outside => return Err(ApiError::Range { length_bytes: length }),
        Asked::Whole => 0..length,
        Asked::Part(range) => {
            let shown = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            answer.status(StatusCode::PARTIAL_CONTENT).insert_header((CONTENT_RANGE, shown));
            range
        }
    };
    answer
        .content_type(kind.content_type())
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{filename}\"")));
    let sent = range.end - range.start;
    let bytes = match app.blobs.read(&asset.path, range).await {
        Ok(bytes) => bytes,
        Err(error) => {
            if matches!(error, BlobError::NotFound { .. }) {
                // Removed since it was looked up: a second look says why.
                look_up(app, tenant, &id, kind).await?;
            }
            return Err(ApiError::Internal(error.into()));
        }
    };
    Ok(answer.body(SizedStream::new(sent, bytes)))
}

async fn look_up(app: &App, tenant: &Tenant, id: &VideoId, kind: AssetKind) -> Result<AssetRow, ApiError> {
    let (project, id, now_us) = (tenant.project.clone(), id.clone(), app.clock.now_us());
    app.store.run(move |db| find(db, project.as_str(), &id, kind, now_us)).await
}

fn find(
    db: &mut Db,
    project: &str,
    id: &VideoId,
    kind: AssetKind,
    now_us: i64,
) -> Result<AssetRow, ApiError> {
    let row =
        store::find(db, project, id.as_str())?.ok_or_else(|| ApiError::not_found("video", id.as_str()))?;
    if row.withdrawn_at.is_some() {
        return Err(ApiError::VideoWithdrawn);
    }
    match status_of(&row)? {
        Status::Queued | Status::InProgress => return Err(ApiError::VideoNotReady),
        Status::Failed => return Err(ApiError::VideoFailed),
        Status::Completed => {}
    }
    if row.expires_at.is_some_and(|at_us| at_us <= now_us) {
        return Err(ApiError::VideoExpired);
    }
    let asset = store::asset(db, run_of(&row)?, kind.name())?;
    asset.ok_or_else(|| match kind {
        AssetKind::Audio => ApiError::NoAudio,
        _ => ApiError::Internal(anyhow::anyhow!("the completed {id} has no {}", kind.name())),
    })
}

fn run_of(row: &VideoRow) -> Result<&str, ApiError> {
    let run = row.run_id.as_deref();
    run.ok_or_else(|| ApiError::Internal(anyhow::anyhow!("the completed {} has no run", row.id)))
}
