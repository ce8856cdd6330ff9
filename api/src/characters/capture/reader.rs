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
    turn: Arc<Semaphore>,
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
            turn: Arc::new(Semaphore::new(1)),
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
        let turn = shared.turn.clone().acquire_owned().await;
        let turn = turn.map_err(|error| ApiError::Internal(error.into()))?;
        let done = tokio::task::spawn_blocking(move || {
            // They go with the work: it goes on when whoever waits for it hangs up.
            let _held = (place, turn);
            // A reader that panicked has nothing that the next capture could find broken.
            let mut reader = shared.reader.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut Turn(&mut **reader))
        });
        done.await.map_err(|error| ApiError::Internal(error.into()))?
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
struct Place(Arc<Shared>);

impl Place {
    fn take(shared: &Arc<Shared>) -> Option<Self> {
        let before = shared.waiting.fetch_add(1, Ordering::SeqCst);
        let place = Self(shared.clone());
        (before < CAPTURES_MAX).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    struct Nothing;

    impl CaptureReader for Nothing {
        fn sees_faces(&self) -> bool {
            false
        }

        fn read(&mut self, _: &Frames, _: Option<&Audio>, _: Subject) -> Result<Findings, EngineError> {
            Err(EngineError::Unsupported("nothing to see".into()))
        }
    }

    #[tokio::test]
    async fn whoever_hangs_up_keeps_the_turn_until_the_work_is_done() {
        let captures = Captures::by(Box::new(Nothing));
        let shared = captures.0.clone().unwrap();
        let (begun, wait_begun) = tokio::sync::oneshot::channel();
        let (go_on, wait_go_on) = mpsc::channel::<()>();
        let reading = captures.clone();
        let caller = tokio::spawn(async move {
            let work = move |_: &mut Turn<'_>| {
                begun.send(()).unwrap();
                wait_go_on.recv().unwrap();
                Ok(())
            };
            reading.read(work).await
        });
        wait_begun.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        let held = || (shared.turn.available_permits(), shared.waiting.load(Ordering::SeqCst));
        assert_eq!(held(), (0, 1));
        go_on.send(()).unwrap();
        captures.read(|_| Ok(())).await.unwrap();
        assert_eq!(held(), (1, 0));
    }
}
