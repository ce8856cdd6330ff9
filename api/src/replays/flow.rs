//! Work that is done once: looked up, done and its answer stored in one transaction. What is refused leaves nothing, so that
//! the same request is judged anew; that differs from Stripe, which keeps some refusals.

use kinora_store::Db;
use serde::Serialize;

use super::once::{Attempt, Place};
use super::rules::{Kept, Kind, OVERTAKEN_US, RETRIES_DEFAULT};
use super::store::{self, BEGUN, DONE, REFUSED};
use super::working::AtWork;
use crate::seal::Seal;
use crate::{ApiError, App};

/// What stored answers are sealed for.
const SEALED_FOR: &str = "stored answers";

/// Something that was begun in one transaction and is ended in another, because another server is asked in between.
pub struct Begun {
    /// The name of what was begun: by this request, or by an earlier one that it repeats and that never ended.
    pub name: String,
    claim: Option<Claim>,
}

impl App {
    /// Does `work` in one transaction and stores its answer there, or gives the answer again that is stored.
    ///
    /// # Errors
    /// [`ApiError::Replayed`], which is that answer; [`ApiError::KeyReused`] and [`ApiError::RepeatsInWork`]; and what `work`
    /// returned, with nothing stored.
    pub async fn write<T, F>(&self, attempt: Attempt, work: F) -> Result<T, ApiError>
    where
        T: Serialize + Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, ApiError> + Send + 'static,
    {
        let Some(claim) = self.claim(attempt)? else {
            return self.store.run(|db| db.write_tx(work)).await;
        };
        let once = move |db: &mut Db| {
            let done = db.write_tx(|db| {
                claim.lock(db)?;
                let before = claim.look(db)?;
                let answer = work(db)?;
                claim.answer(db, &answer, &before)?;
                Ok(answer)
            });
            claim.note_outcome(db, done)
        };
        self.store.run(once).await
    }

    /// Looks whether a request was done before, ahead of what would take long or may have changed since.
    ///
    /// # Errors
    /// [`ApiError::Replayed`], which is its answer, and [`ApiError::KeyReused`].
    pub async fn answered(&self, attempt: &Attempt) -> Result<(), ApiError> {
        match self.claim(Attempt(attempt.0.clone()))? {
            Some(claim) => {
                let look = move |db: &mut Db| {
                    let looked = claim.look(db).map(drop);
                    claim.note_outcome(db, looked)
                };
                self.store.run(look).await
            }
            None => Ok(()),
        }
    }

    /// Does `work` that only reads. It is done again for whoever repeats the request without a key, since that changes nothing.
    ///
    /// # Errors
    /// As [`App::write`].
    pub async fn read<T, F>(&self, attempt: Attempt, work: F) -> Result<T, ApiError>
    where
        T: Serialize + Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, ApiError> + Send + 'static,
    {
        match &attempt.0 {
            Some(place) if place.kind == Kind::Keyed => self.write(attempt, work).await,
            _ => self.store.run(work).await,
        }
    }

    /// Does the first part of something, which returns the name of what was begun; to be followed by [`App::end`]. Where the
    /// same request did that before and never came to its end, `work` is not done and its name is returned.
    ///
    /// # Errors
    /// As [`App::write`].
    pub async fn begin<F>(&self, attempt: Attempt, work: F) -> Result<Begun, ApiError>
    where
        F: FnOnce(&mut Db) -> Result<String, ApiError> + Send + 'static,
    {
        let Some(claim) = self.claim(attempt)? else {
            let name = self.store.run(|db| db.write_tx(work)).await?;
            return Ok(Begun { name, claim: None });
        };
        let once = move |db: &mut Db| {
            let begun = db.write_tx(|db| {
                claim.lock(db)?;
                let before = claim.look(db)?;
                if let Some(name) = &before.begun {
                    return Ok(name.clone());
                }
                let name = work(db)?;
                claim.put(db, (BEGUN, name.as_bytes()), &before)?;
                Ok(name)
            });
            let name = claim.note_outcome(db, begun)?;
            Ok(Begun { name, claim: Some(claim) })
        };
        self.store.run(once).await
    }

    /// Does the last part of what was begun, and stores its answer.
    ///
    /// # Errors
    /// As [`App::write`]; what was begun is then still begun.
    pub async fn end<T, F>(&self, begun: Begun, work: F) -> Result<T, ApiError>
    where
        T: Serialize + Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, ApiError> + Send + 'static,
    {
        let Some(claim) = begun.claim else {
            return self.store.run(|db| db.write_tx(work)).await;
        };
        let once = move |db: &mut Db| {
            db.write_tx(|db| {
                claim.lock(db)?;
                let before = Before { came_again: 0, ..claim.look(db)? };
                let answer = work(db)?;
                claim.answer(db, &answer, &before)?;
                Ok(answer)
            })
        };
        self.store.run(once).await
    }

    fn claim(&self, attempt: Attempt) -> Result<Option<Claim>, ApiError> {
        let Some(place) = attempt.0 else { return Ok(None) };
        let at_work = self.working.begin(&place)?;
        let seal = Seal::new(&self.pepper, SEALED_FOR);
        Ok(Some(Claim { place, seal, now_us: self.clock.now_us(), _at_work: at_work }))
    }
}

/// What is known of a request.
#[derive(Default)]
struct Before {
    /// How many tries that were refused this one makes good: one or none.
    came_again: i32,
    /// The name of what it began and did not end.
    begun: Option<String>,
    /// Whether a first try of it came.
    is_met: bool,
}

/// A request that is worked on. It goes where the work goes: a client that hangs up does not end it.
struct Claim {
    place: Place,
    seal: Seal,
    now_us: i64,
    _at_work: AtWork,
}

impl Claim {
    /// Sees to it that of all nodes one alone works on the request, until the transaction ends.
    fn lock(&self, db: &mut Db) -> Result<(), ApiError> {
        let number = i64::from_str_radix(&self.place.id[..15], 16)
            .map_err(|error| ApiError::Internal(anyhow::Error::from(error)))?;
        match self.place.kind {
            // Several new ones may be at once, but none beside a later try, which may be of one of them.
            Kind::First => store::lock_shared(db, number)?,
            Kind::Again => store::lock(db, number)?,
            Kind::Keyed if store::try_lock(db, number)? => {}
            Kind::Keyed => return Err(ApiError::RepeatsInWork),
        }
        store::forget_over(db, &self.place, self.asked_us())?;
        Ok(())
    }

    fn asked_us(&self) -> i64 {
        self.place.kind.asked_us(self.place.arrived_us, self.now_us)
    }

    /// What is known of the request, unless that is its answer.
    fn look(&self, db: &mut Db) -> Result<Before, ApiError> {
        let Some(stored) = store::find(db, &self.place)? else { return Ok(Before::default()) };
        // What is new has no answer yet, unless its own later try overtook it on the way here. That one met no first try, so it is
        // still to come.
        let was_overtaken =
            stored.by_retry && self.place.arrived_us < stored.created_at.saturating_add(OVERTAKEN_US);
        if self.place.kind == Kind::First && !was_overtaken {
            return Ok(Before::default());
        }
        if stored.fingerprint != self.place.fingerprint {
            return Err(ApiError::KeyReused);
        }
        // Of equal first tries some were refused: their SDKs surely come again, an answer is rarely lost.
        if stored.refused > 0 && !was_overtaken {
            return Ok(Before { came_again: 1, begun: None, is_met: true });
        }
        let is_over = stored.created_at.saturating_add(self.place.kind.answered_us()) <= self.asked_us();
        if stored.stage == REFUSED || is_over {
            return Ok(Before::default());
        }
        let opened = self.seal.open(&self.sealed_place(&stored.stage), &stored.sealed);
        let opened = opened.map_err(|broken| ApiError::Internal(broken.into()))?;
        if stored.stage == DONE {
            return Err(ApiError::Replayed(Kept(opened)));
        }
        let name = String::from_utf8(opened).map_err(|error| ApiError::Internal(error.into()))?;
        Ok(Before { came_again: 0, begun: Some(name), is_met: !stored.by_retry })
    }

    fn answer(&self, db: &mut Db, answer: &impl Serialize, before: &Before) -> Result<(), ApiError> {
        let text = serde_json::to_vec(answer).map_err(|error| ApiError::Internal(error.into()))?;
        self.put(db, (DONE, &text), before)
    }

    fn put(&self, db: &mut Db, (stage, bytes): (&str, &[u8]), before: &Before) -> Result<(), ApiError> {
        let sealed = self.seal.seal(&self.sealed_place(stage), bytes);
        let is_unmet = self.place.kind == Kind::Again && !before.is_met;
        let made_good = (before.came_again, is_unmet);
        let has_room = store::put(db, &self.place, (stage, &sealed), made_good, self.now_us)?;
        // No lock lets it come here; the row that is there is the last thing that keeps it from being done twice.
        if has_room { Ok(()) } else { Err(ApiError::RepeatsInWork) }
    }

    /// What is sealed belongs to this row and to no other.
    fn sealed_place(&self, stage: &str) -> Vec<u8> {
        format!("replays {} {stage}", self.place.id).into_bytes()
    }

    /// Notes that an SDK's first try was refused and comes again, so that its next one does not get the answer of an equal
    /// request; of the last one, that it comes no more; and that a first try came in after its later one, so that the next is new.
    fn note_outcome<T>(&self, db: &mut Db, done: Result<T, ApiError>) -> Result<T, ApiError> {
        let Err(error) = &done else { return done };
        let (place, now_us) = (&self.place, self.now_us);
        let noted = match place.kind {
            Kind::First if error.comes_again() => db.write_tx(|db| {
                store::forget_over(db, place, now_us)?;
                store::put_refused(db, place, now_us)
            }),
            Kind::First if matches!(error, ApiError::Replayed(_)) => db.write_tx(|db| store::meet(db, place)),
            Kind::Again if error.comes_again() && place.retry >= RETRIES_DEFAULT => {
                db.write_tx(|db| store::take_refused(db, place))
            }
            _ => return done,
        };
        if let Err(error) = noted {
            tracing::warn!(%error, "it could not be noted what became of a request");
        }
        done
    }
}
