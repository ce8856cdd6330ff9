//! Who follows which video on this node. It knows no SQL: what changed it is told by `jobs`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::rules::{STREAMS_MAX, STREAMS_PER_KEY_MAX};
use super::store::Snapshot;
use crate::ids::KeyId;

/// The followers of one node.
#[derive(Default)]
pub struct Hub {
    inner: Mutex<Inner>,
    /// Told when there may be something new, or somebody to tell it to.
    look: Notify,
}

#[derive(Default)]
struct Inner {
    watched: HashMap<String, watch::Sender<Option<Snapshot>>>,
    /// Places taken, by key.
    seats: HashMap<KeyId, usize>,
    seats_taken: usize,
    closed: bool,
}

impl Hub {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Every change is whole before anything in it can panic.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a follower; `None` when the key, or this node, has as many as it may.
    #[must_use]
    pub fn seat(self: &Arc<Self>, key: &KeyId) -> Option<Seat> {
        let mut inner = self.inner();
        let of_key = inner.seats.get(key).copied().unwrap_or(0);
        if inner.seats_taken >= STREAMS_MAX || of_key >= STREAMS_PER_KEY_MAX {
            return None;
        }
        inner.seats_taken += 1;
        inner.seats.insert(key.clone(), of_key + 1);
        drop(inner);
        Some(Seat { hub: Arc::clone(self), key: key.clone() })
    }

    /// From now on, hears of what becomes of a video. What it is at this moment is the caller's to find, afterwards.
    #[must_use]
    pub fn watch(self: &Arc<Self>, video: &str) -> Watch {
        let mut inner = self.inner();
        let changes = if inner.closed {
            watch::channel(None).1
        } else {
            inner.watched.entry(video.to_owned()).or_insert_with(|| watch::channel(None).0).subscribe()
        };
        drop(inner);
        self.look.notify_one();
        Watch { hub: Arc::clone(self), video: video.to_owned(), changes }
    }

    /// Something of a video may have changed on this node: followers are told at once instead of at the next look.
    pub fn wake(&self) {
        self.look.notify_one();
    }

    /// Nobody is told anything more: the server stops.
    pub fn close(&self) {
        let mut inner = self.inner();
        inner.closed = true;
        // Whoever listens hears that nobody speaks any more.
        inner.watched.clear();
    }

    /// The videos that somebody follows.
    pub(super) fn watched(&self) -> Vec<String> {
        self.inner().watched.keys().cloned().collect()
    }

    /// Tells the followers of these videos what they are now.
    pub(super) fn tell(&self, snapshots: Vec<Snapshot>) {
        let inner = self.inner();
        for snapshot in snapshots {
            if let Some(told) = inner.watched.get(&snapshot.id) {
                told.send_if_modified(|before| {
                    let news = before.as_ref() != Some(&snapshot);
                    if news {
                        *before = Some(snapshot);
                    }
                    news
                });
            }
        }
    }

    /// Ends when it is time to look: at once after [`Hub::wake`], else after `rest`, and while nobody follows anything
    /// not at all.
    pub(super) async fn time_to_look(&self, rest: Duration) {
        loop {
            let followed = !self.inner().watched.is_empty();
            if followed {
                // Woken or not, it is time.
                let _ = tokio::time::timeout(rest, self.look.notified()).await;
                return;
            }
            self.look.notified().await;
        }
    }
}

/// A follower's place, given back when it is dropped.
pub struct Seat {
    hub: Arc<Hub>,
    key: KeyId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut inner = self.hub.inner();
        inner.seats_taken = inner.seats_taken.saturating_sub(1);
        let left = inner.seats.get(&self.key).copied().unwrap_or(0).saturating_sub(1);
        if left == 0 {
            inner.seats.remove(&self.key);
        } else {
            inner.seats.insert(self.key.clone(), left);
        }
    }
}

/// One follower of a video.
pub struct Watch {
    hub: Arc<Hub>,
    video: String,
    changes: watch::Receiver<Option<Snapshot>>,
}

impl Watch {
    /// What was last told of the video, if anything was.
    pub(super) fn last(&self) -> Option<Snapshot> {
        self.changes.borrow().clone()
    }

    /// What the video is after the next change; `None` when there will be no more news. Nothing is lost when the
    /// future is dropped.
    pub(super) async fn changed(&mut self) -> Option<Snapshot> {
        loop {
            self.changes.changed().await.ok()?;
            let now = self.changes.borrow_and_update().clone();
            if now.is_some() {
                return now;
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut inner = self.hub.inner();
        // Let go of under the lock, so that of several that end together the last one sees that it is.
        self.changes = watch::channel(None).1;
        if inner.watched.get(&self.video).is_some_and(|told| told.receiver_count() == 0) {
            inner.watched.remove(&self.video);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_video_is_looked_at_as_long_as_somebody_follows_it() {
        let hub = Arc::new(Hub::default());
        assert_eq!(hub.watched(), Vec::<String>::new());
        let (first, second) = (hub.watch("a"), hub.watch("a"));
        assert_eq!(hub.watched(), ["a"]);
        drop(first);
        assert_eq!(hub.watched(), ["a"]);
        drop(second);
        assert_eq!(hub.watched(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn whoever_follows_hears_that_the_server_stops() {
        let hub = Arc::new(Hub::default());
        let mut watch = hub.watch("a");
        hub.close();
        assert_eq!(watch.changed().await, None);
        assert_eq!(hub.watch("a").changed().await, None);
    }

    #[test]
    fn a_key_has_a_limited_number_of_places_and_gets_them_back() {
        let hub = Arc::new(Hub::default());
        let key = KeyId::new();
        let mut seats: Vec<_> = (0..STREAMS_PER_KEY_MAX).map(|_| hub.seat(&key).unwrap()).collect();
        assert!(hub.seat(&key).is_none());
        let others: Vec<_> =
            (STREAMS_PER_KEY_MAX..STREAMS_MAX).map(|_| hub.seat(&KeyId::new()).unwrap()).collect();
        assert!(hub.seat(&KeyId::new()).is_none());
        drop(others);
        seats.pop();
        assert!(hub.seat(&key).is_some());
        drop(seats);
        assert!(hub.inner().seats.is_empty() && hub.inner().seats_taken == 0);
    }
}
