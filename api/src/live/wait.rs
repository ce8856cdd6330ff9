//! A request that waits for its video: `Prefer: wait=N`.

use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName};
use tokio::time::{Instant, timeout_at};

use super::rules::wait_seconds;
use crate::App;
use crate::http::Tenant;
use crate::ids::VideoId;

/// Says what was done with `Prefer`.
const APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// That somebody prefers to wait for the end of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Preferred {
    seconds: u32,
}

impl Preferred {
    /// What the headers of a request prefer.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        wait_seconds(headers).map(|seconds| Self { seconds })
    }

    /// The header that says that it was done.
    pub(crate) fn applied(self) -> (HeaderName, String) {
        (APPLIED, format!("wait={}", self.seconds))
    }
}

/// Waits until the video is over, the time is up or the server stops; whether it did. It does not when the key has as
/// many followers as it may: a preference is no promise.
pub(crate) async fn wait_until_over(app: &App, tenant: &Tenant, id: &VideoId, preferred: Preferred) -> bool {
    let Some(_seat) = app.live.seat(&tenant.key) else { return false };
    let end = Instant::now() + Duration::from_secs(u64::from(preferred.seconds));
    let mut watch = app.live.watch(id.as_str());
    let mut now = watch.last();
    while !now.is_some_and(|snapshot| snapshot.is_over() || snapshot.deleted_at.is_some()) {
        match timeout_at(end, watch.changed()).await {
            Ok(Some(changed)) => now = Some(changed),
            Ok(None) | Err(_) => break,
        }
    }
    true
}
