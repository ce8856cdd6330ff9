//! Whoever reads captures, one at a time: a model of faces takes all of a processor, and nobody waits for ever.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use kinora_spec::{Audio, CaptureReader, EngineError, Findings, Frames, Subject};
use tokio::sync::Semaphore;

use crate::ApiError;

/// Most captures that wait or are read at a time; each holds its pictures in memory once it is its turn.
const CAPTURES_MAX: usize = 8;

/// Reads captures, where there is somebody who can.
#[derive(Clone)]
pub struct Captures(Option<Arc<Shared>>);

struct Shared {
    reader: Mutex<Box<dyn CaptureReader>>,
    sees_faces: bool,
    turn: Semaphore,
    waiting: AtomicUsize,
}

/// A reader whose turn it is.
pub struct Turn<'a>(&'a mut dyn CaptureReader);

impl Captures {
    /// Nobody can: characters cannot be made on this server.
    #[must_use]
    pub fn nobody() -> Self {
        Self(None)
    }

    /// This one does.
    #[must_use]
    pub fn by(reader: Box<dyn CaptureReader>) -> Self {
        let sees_faces = reader.sees_faces();
        Self(Some(Arc::new(Shared {
            reader: Mutex::new(reader),
            sees_faces,
            turn: Semaphore::new(1),
            waiting: AtomicUsize::new(0),
        })))
    }

    /// Whether faces can be found.
    #[must_use]
    pub fn sees_faces(&self) -> bool {
        self.0.as_ref().is_some_and(|shared| shared.sees_faces)
    }

    /// Does `work` with the reader on a thread of its own, once those before it are done.
    ///
    /// # Errors
    /// [`ApiError::NotReady`] when nobody can read captures, or too many wait; and what `work` returned.
    pub async fn read<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Turn<'_>) -> Result<T, ApiError> + Send + 'static,
    {
        let shared = self.0.clone().ok_or(ApiError::NotReady("it cannot read captures"))?;
        let place = Place::take(&shared).ok_or(ApiError::NotReady("too many captures are being read"))?;
        let turn = shared.turn.acquire().await.map_err(|error| ApiError::Internal(error.into()))?;
        let reading = shared.clone();
        let done = tokio::task::spawn_blocking(move || {
            // A reader that panicked has nothing that the next capture could find broken.
            let mut reader = reading.reader.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut Turn(&mut **reader))
        });
        let done = done.await.map_err(|error| ApiError::Internal(error.into()))?;
        drop((turn, place));
        done
    }
}

impl Turn<'_> {
    /// What is in a capture; `param` is the field that is blamed.
    ///
    /// # Errors
    /// A refusal when there is nothing to see.
    pub fn find(
        &mut self,
        (frames, sound): (&Frames, Option<&Audio>),
        subject: Subject,
        param: &'static str,
    ) -> Result<Findings, ApiError> {
        self.0.read(frames, sound, subject).map_err(|error| match error {
            EngineError::Unsupported(problem) => crate::Refusal::invalid(param, format!("{problem}.")).into(),
            other => ApiError::Internal(other.into()),
        })
    }
}

/// A place among those that wait.
struct Place<'a>(&'a Shared);

impl<'a> Place<'a> {
    fn take(shared: &'a Shared) -> Option<Self> {
        let before = shared.waiting.fetch_add(1, Ordering::SeqCst);
        let place = Self(shared);
        (before < CAPTURES_MAX).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
