//! How one video is answered: when to look again, and whether the answer waits for the end.

use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{HttpResponse, HttpResponseBuilder};

use super::estimate::VideoOrEstimate;
use super::flow;
use super::forecast::forecast;
use super::rules::{Status, poll_after_ms};
use super::store::Billed;
use super::wire::Video;
use crate::http::Tenant;
use crate::ids::VideoId;
use crate::limits::Limited;
use crate::live::{Preferred, wait_until_over};
use crate::{ApiError, App};

/// When to look at a video again, milliseconds: the poll helper of OpenAI's Python SDK reads it.
const POLL_AFTER_MS: HeaderName = HeaderName::from_static("openai-poll-after-ms");

/// A video that was found.
pub(super) async fn found(app: &App, found: Billed) -> Result<HttpResponse, ApiError> {
    let eta_ms = eta_of(&found);
    let video = Video::try_from(found)?;
    Ok(head(app, &video, eta_ms).await.json(video))
}

/// A video that was asked for and is stored: at once, or as it is when it is over or the time is up that the caller
/// prefers to wait.
pub(crate) async fn placed(
    app: &App,
    tenant: &Tenant,
    Limited { answer: video, left }: Limited<Video>,
    headers: &HeaderMap,
) -> Result<HttpResponse, ApiError> {
    let waited = match (Preferred::of(headers), VideoId::parse(&video.id)) {
        (Some(preferred), Some(id)) if wait_until_over(app, tenant, &id, preferred).await => {
            Some((preferred, id))
        }
        _ => None,
    };
    let (mut now, mut eta_ms) = (video, None);
    // It was promised when it was stored: a database that does not answer now, or whoever deleted it meanwhile, takes
    // nothing back.
    if let Some((_, id)) = &waited
        && let Ok(found) = flow::find(app, tenant, id.clone()).await
    {
        eta_ms = eta_of(&found);
        now = Video::try_from(found)?;
    }
    let mut answer = head(app, &now, eta_ms).await;
    for header in left.headers() {
        answer.insert_header(header);
    }
    if let Some((preferred, _)) = waited {
        answer.insert_header(preferred.applied());
    }
    Ok(answer.json(VideoOrEstimate::Video(Box::new(now))))
}

/// What stands above a video.
async fn head(app: &App, video: &Video, eta_ms: Option<u32>) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    if !video.status.is_final() {
        answer.insert_header((POLL_AFTER_MS, poll_after_ms(eta(app, video, eta_ms).await)));
    }
    answer
}

fn eta_of(billed: &Billed) -> Option<u32> {
    billed.row.eta_ms.and_then(|eta_ms| u32::try_from(eta_ms).ok())
}

/// When the video may be there: as its worker says, and while it waits, as those before it were.
async fn eta(app: &App, video: &Video, eta_ms: Option<u32>) -> Option<u32> {
    if eta_ms.is_some() || video.status != Status::Queued {
        return eta_ms;
    }
    let told = forecast(app, &video.model, &video.size, video.new_seconds).await;
    told.unwrap_or_else(|error| {
        tracing::warn!(%error, "when a video may be there could not be told");
        None
    })
}
