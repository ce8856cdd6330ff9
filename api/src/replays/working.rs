//! Which requests that are not to be done twice this process is working on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::once::Place;
use super::rules::Kind;
use crate::ApiError;

/// The ids of requests, each with how many there are; as many as requests are in work.
#[derive(Clone, Default)]
pub struct Working(Arc<Mutex<HashMap<String, usize>>>);

/// Held as long as a request is worked on.
pub(super) struct AtWork {
    working: Working,
    /// Nothing for a later try of an SDK: several may be of first tries that were all refused, so that they take turns.
    id: Option<String>,
}

impl Working {
    /// Notes that a request is worked on. The first try of an SDK is something new, so that several may be at once.
    ///
    /// # Errors
    /// [`ApiError::RepeatsInWork`] when it repeats one that is.
    pub(super) fn begin(&self, place: &Place) -> Result<AtWork, ApiError> {
        let mut ids = self.ids();
        let there = ids.get(&place.id).copied().unwrap_or(0);
        if there > 0 && place.kind != Kind::First {
            return Err(ApiError::RepeatsInWork);
        }
        let id = (place.kind != Kind::Again).then(|| place.id.clone());
        if let Some(id) = &id {
            ids.insert(id.clone(), there.saturating_add(1));
        }
        Ok(AtWork { working: self.clone(), id })
    }

    fn ids(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        // Every change of the map is one call: a panic elsewhere leaves it whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let Some(id) = &self.id else { return };
        let mut ids = self.working.ids();
        match ids.get_mut(id) {
            Some(there) if *there > 1 => *there -= 1,
            _ => drop(ids.remove(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(kind: Kind) -> Place {
        Place {
            id: "a".to_owned(),
            owner: String::new(),
            fingerprint: [0; 32],
            kind,
            retry: 0,
            arrived_us: 0,
        }
    }

    #[test]
    fn what_repeats_a_request_in_work_waits_for_all_of_them() {
        let working = Working::default();
        let first = working.begin(&place(Kind::First)).unwrap();
        let second = working.begin(&place(Kind::First)).unwrap();
        drop(first);
        assert!(working.begin(&place(Kind::Again)).is_err());
        drop(second);
        let again = working.begin(&place(Kind::Again)).unwrap();
        assert!(working.begin(&place(Kind::Again)).is_ok());
        drop(again);
        let keyed = working.begin(&place(Kind::Keyed)).unwrap();
        assert!(working.begin(&place(Kind::Keyed)).is_err());
        drop(keyed);
        assert!(working.ids().is_empty());
    }
}
