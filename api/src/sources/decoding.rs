//! Whose turn it is to decode: what customers send is read whole and decoded before it is taken, a few at a time, so that
//! neither memory nor processors run out.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ApiError;

/// Most uploads that are decoded at a time.
const AT_A_TIME_MAX: usize = 2;
/// Most pictures that are fetched from addresses, or wait to be decoded then, at a time.
const FETCHES_MAX: usize = 8;
/// Longest wait for a turn.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// The turns of this node.
#[derive(Debug)]
pub struct Decoding {
    turns: Arc<Semaphore>,
    fetches: Arc<Semaphore>,
}

/// A turn; it ends when it is dropped and no work of it is left.
#[derive(Clone)]
pub struct Turn {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl Default for Decoding {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_A_TIME_MAX)),
            fetches: Arc::new(Semaphore::new(FETCHES_MAX)),
        }
    }
}

impl Decoding {
    /// Waits until a picture may be fetched, which takes as long as whoever has it likes: not in a turn, which others wait for.
    /// To be kept until the picture is decoded.
    ///
    /// # Errors
    /// As [`Decoding::turn`].
    pub async fn fetch(&self) -> Result<Turn, ApiError> {
        take(&self.fetches, WAIT_MAX).await
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`ApiError::NotReady`] when there is none for long.
    pub async fn turn(&self) -> Result<Turn, ApiError> {
        take(&self.turns, WAIT_MAX).await
    }
}

async fn take(places: &Arc<Semaphore>, wait: Duration) -> Result<Turn, ApiError> {
    let busy = ApiError::NotReady("it is reading other uploads");
    match tokio::time::timeout(wait, Arc::clone(places).acquire_owned()).await {
        Ok(Ok(permit)) => Ok(Turn { _permit: Arc::new(permit) }),
        Ok(Err(_)) | Err(_) => Err(busy),
    }
}

impl Turn {
    /// Does work that keeps a processor busy. It goes on, and keeps the turn, when nobody waits for it any more.
    ///
    /// # Errors
    /// When it panics, which is a fault of ours.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await
            .map_err(|error| ApiError::Internal(anyhow::Error::from(error).context("decoding an upload")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_lasts_as_long_as_its_work() {
        let decoding = Decoding::default();
        let (first, second) = (decoding.turn().await.unwrap(), decoding.turn().await.unwrap());
        let (finish, wait) = std::sync::mpsc::channel::<()>();
        let work = first.clone();
        let work = tokio::spawn(async move { work.run(move || wait.recv()).await });
        while Arc::strong_count(&first._permit) < 3 {
            tokio::task::yield_now().await;
        }
        drop(first);
        work.abort();
        assert!(
            matches!(take(&decoding.turns, Duration::ZERO).await, Err(ApiError::NotReady(_))),
            "the work still goes on"
        );
        drop(second);
        assert!(take(&decoding.turns, Duration::ZERO).await.is_ok());
        drop(finish);
    }
}
