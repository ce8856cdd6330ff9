//! One stream of events, in the format of the HTML standard's server-sent events.

use std::time::Duration;

use actix_web::web::{Bytes, Data};
use futures_util::stream::{Stream, unfold};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::hub::{Seat, Watch};
use super::rules::{Kind, Told, kind};
use super::store::{self, Snapshot};
use super::wire::{VideoEvent, VideoState};
use crate::http::Tenant;
use crate::http::auth::{Scope as _, VideosRead};
use crate::ids::VideoId;
use crate::videos::wire::{Video, VideoDeleted};
use crate::{ApiError, App, keys, videos};

/// How often a stream without news shows that it lives, and its key is looked at again.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What a stream begins with: when to come again after it broke, milliseconds.
const FIRST: &[u8] = b"retry: 1000\n\n";
/// A comment, which clients pass over.
const COMMENT: &[u8] = b": still here\n\n";

/// One follower, and where it is.
pub struct Follower {
    /// The server.
    pub app: Data<App>,
    /// Who follows.
    pub tenant: Tenant,
    /// The video.
    pub id: VideoId,
    /// Its changes.
    pub watch: Watch,
    /// The place that the stream takes.
    pub _seat: Seat,
    /// What the follower has.
    pub told: Told,
}

struct Following {
    follower: Follower,
    next: Option<Snapshot>,
    heartbeat: Interval,
    is_over: bool,
}

/// The events of a video from `now` on, until it is over.
pub fn events(follower: Follower, now: Snapshot) -> impl Stream<Item = Result<Bytes, ApiError>> {
    let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let state = Following { follower, next: Some(now), heartbeat, is_over: false };
    let events = unfold(state, |mut state| async move { Some((state.next_event().await?, state)) });
    let first = futures_util::stream::once(async { Ok(Bytes::from_static(FIRST)) });
    futures_util::StreamExt::chain(first, events)
}

impl Following {
    /// The next bytes; `None` when the stream ends.
    async fn next_event(&mut self) -> Option<Result<Bytes, ApiError>> {
        if self.is_over {
            return None;
        }
        loop {
            let snapshot = match self.next.take() {
                Some(snapshot) => snapshot,
                None => tokio::select! {
                    changed = self.follower.watch.changed() => changed?,
                    _ = self.heartbeat.tick() => {
                        return self.is_welcome().await.then_some(Ok(Bytes::from_static(COMMENT)));
                    }
                },
            };
            if let Some(kind) = kind(&snapshot, &self.follower.told) {
                let event = self.event(kind, snapshot).await;
                self.is_over |= event.is_err();
                return Some(event);
            }
        }
    }

    /// Whether the key is as good as it was. A database that does not answer says nothing against it.
    async fn is_welcome(&self) -> bool {
        keys::is_good(&self.follower.app, &self.follower.tenant.key, VideosRead::NAME).await.unwrap_or(true)
    }

    async fn event(&mut self, kind: Kind, snapshot: Snapshot) -> Result<Bytes, ApiError> {
        let follower = &mut self.follower;
        let (app, tenant) = (&follower.app, &follower.tenant);
        let data = match kind {
            Kind::Status | Kind::Progress => VideoEvent::State(VideoState::of(&snapshot)?),
            Kind::Preview => {
                let (project, id) = (tenant.project.clone(), follower.id.clone());
                let image = app.store.run(move |db| {
                    store::preview(db, project.as_str(), id.as_str()).map_err(kinora_store::Error::from)
                });
                VideoState::of(&snapshot)?.with_picture(image.await?.as_deref())
            }
            Kind::Done => match videos::find(app, tenant, follower.id.clone()).await {
                Ok(billed) => VideoEvent::Done(Box::new(Video::try_from(billed)?)),
                Err(ApiError::NotFound { .. }) => deleted(&follower.id),
                Err(error) => return Err(error),
            },
            Kind::Deleted => deleted(&follower.id),
        };
        // What was to be told may be gone by now, and then something else is.
        let name = match &data {
            VideoEvent::Deleted(_) => Kind::Deleted.name(),
            VideoEvent::State(_) if kind == Kind::Preview => Kind::Progress.name(),
            _ => kind.name(),
        };
        self.is_over = matches!(kind, Kind::Done | Kind::Deleted);
        let json = serde_json::to_string(&data).map_err(anyhow::Error::from)?;
        let text = format!("event: {name}\nid: {}\ndata: {json}\n\n", snapshot.revision);
        follower.told = Told { revision: Some(snapshot.revision), status: Some(snapshot.status) };
        Ok(Bytes::from(text))
    }
}

fn deleted(id: &VideoId) -> VideoEvent {
    VideoEvent::Deleted(VideoDeleted { id: id.to_string(), object: "video.deleted", deleted: true })
}
