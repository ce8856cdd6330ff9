//! Taking a likeness back from those who use it: what waits or is made is stopped and its hold given back, what is finished
//! stays or is withdrawn. All of it in the transaction that takes the right away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kinora_store::Db;

use super::store::{self, UseRow};
use crate::characters::audit::{self, Actor, Decision};
use crate::characters::cast::policy_of;
use crate::characters::grants;
use crate::characters::rules::{self, CAMEO_REVOKED, CAMEO_REVOKED_MESSAGE, Finished, UsePolicy};
use crate::characters::store::{self as characters, CharacterRow};
use crate::http::Tenant;
use crate::ids::VideoId;
use crate::leases::flow::Terms;
use crate::leases::stop;
use crate::videos::jobs::remove_files_of;
use crate::videos::rules::Status;
use crate::{ApiError, App};

/// Who takes back, and how.
#[derive(Clone, Debug)]
pub struct TakeBack {
    by: By,
    finished: Finished,
    terms: Terms,
    /// Microseconds since 1970.
    pub now_us: i64,
}

#[derive(Clone, Debug)]
enum By {
    Owner(Tenant),
    Operator(String),
}

/// The videos that were withdrawn: their files are to be removed once the transaction is committed.
#[derive(Clone, Debug, Default)]
pub struct Taken(Arc<Mutex<Vec<String>>>);

impl Taken {
    /// Adds some.
    pub fn add(&self, withdrawn: Vec<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(withdrawn);
    }

    fn all(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// To be called once what was taken back is committed: wakes those that follow the videos, and removes the files of those
/// that were withdrawn.
pub async fn after(app: &App, taken: Taken) {
    app.live.wake();
    app.hooks.raised.notify_one();
    for video in taken.all().iter().filter_map(|id| VideoId::parse(id)) {
        // It is withdrawn whatever happens to its files now; what is left, the next sweep removes.
        if let Err(error) = remove_files_of(app, &video).await {
            tracing::warn!("the files of a withdrawn video could not be removed yet: {error:#}");
        }
    }
}

impl TakeBack {
    /// The owner does.
    #[must_use]
    pub fn of(app: &App, tenant: &Tenant, finished: Option<Finished>) -> Self {
        Self {
            by: By::Owner(tenant.clone()),
            finished: finished.unwrap_or(Finished::Keep),
            terms: Terms::of(app),
            now_us: app.clock.now_us(),
        }
    }

    /// The operator does, who keeps what is finished.
    #[must_use]
    pub fn of_operator(app: &App, key: &str) -> Self {
        Self {
            by: By::Operator(key.to_owned()),
            finished: Finished::Keep,
            terms: Terms::of(app),
            now_us: app.clock.now_us(),
        }
    }

    /// Who does, to the audit of this character: whoever no longer follows its owner is not its owner.
    fn actor(&self, character: &CharacterRow) -> Actor<'_> {
        match &self.by {
            By::Owner(tenant) if tenant.project.as_str() != character.project_id => Actor::Other(tenant),
            By::Owner(tenant) => Actor::Owner(tenant),
            By::Operator(key) => Actor::Operator(key),
        }
    }

    /// Takes a character, locked, back from everybody; the ids of videos that were withdrawn.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_all(&self, db: &mut Db, character: &CharacterRow) -> Result<Vec<String>, ApiError> {
        let lost = store::standing(db, &character.id)?;
        self.take(db, character, lost)
    }

    /// As [`TakeBack::take_all`], from those who may not use it as things are now, or from one project alone if it may
    /// not. A grant whose time or count is over covers what was begun under it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take_uncovered(
        &self,
        db: &mut Db,
        character: &CharacterRow,
        only: Option<&str>,
    ) -> Result<Vec<String>, ApiError> {
        let mut rights: HashMap<String, Right> = HashMap::new();
        let mut lost = Vec::new();
        for used in store::standing(db, &character.id)? {
            if only.is_some_and(|only| only != used.project_id) {
                continue;
            }
            let right = match rights.get(&used.project_id) {
                Some(known) => *known,
                None => {
                    let found = Right::of(db, character, &used.project_id, self.now_us)?;
                    rights.insert(used.project_id.clone(), found);
                    found
                }
            };
            if !right.covers(&used) {
                lost.push(used);
            }
        }
        self.take(db, character, lost)
    }

    /// As [`TakeBack::take_all`], one video alone.
    ///
    /// # Errors
    /// When the database fails.
    pub fn one(&self, db: &mut Db, character: &CharacterRow, used: UseRow) -> Result<Vec<String>, ApiError> {
        self.take(db, character, vec![used])
    }

    /// All videos are locked first, in the order of their ids, and ended then in the order of their organizations: whoever
    /// ends a video waits for its organization's money while holding the video, and never the other way round.
    fn take(
        &self,
        db: &mut Db,
        character: &CharacterRow,
        lost: Vec<UseRow>,
    ) -> Result<Vec<String>, ApiError> {
        let mut held = Vec::new();
        for used in lost {
            if let Some(status) = stop::lock(db, &used.project_id, &used.id)? {
                held.push((used, status));
            }
        }
        held.sort_by(|(one, _), (other, _)| {
            (&one.organization_id, &one.id).cmp(&(&other.organization_id, &other.id))
        });
        let mut withdrawn = Vec::new();
        for (used, status) in held {
            let decision = match (status, self.finished) {
                (Status::Queued | Status::InProgress, _) => {
                    let why = (CAMEO_REVOKED, CAMEO_REVOKED_MESSAGE);
                    stop::stop(db, (&used.id, status), why, self.terms, self.now_us)?;
                    Decision::VideoStopped
                }
                (Status::Completed, Finished::Tombstone) => {
                    store::withdraw(db, &used.id, self.now_us)?;
                    withdrawn.push(used.id.clone());
                    Decision::VideoWithdrawn
                }
                (Status::Completed | Status::Failed, _) => continue,
            };
            audit::note(db, self.actor(character), &character.id, (decision, Some(&used.id)), self.now_us)?;
        }
        Ok(withdrawn)
    }
}

/// Why a project may go on with what it makes with a character.
#[derive(Clone, Copy)]
struct Right {
    /// It could begin another now.
    now: bool,
    /// It has a grant that nobody took back, which may be over.
    granted: bool,
}

impl Right {
    /// How it stands with a project.
    fn of(db: &mut Db, character: &CharacterRow, project: &str, now_us: i64) -> Result<Self, ApiError> {
        let policy = policy_of(character)?;
        let standing = rules::Standing {
            is_owner: character.project_id == project,
            is_mutual: characters::are_mutual(db, &character.project_id, project)?,
            is_approved: grants::store::usable(db, &character.id, project, now_us)?.is_some(),
        };
        let lets = matches!(policy, UsePolicy::Approved | UsePolicy::Mutuals);
        Ok(Self {
            now: rules::ground(policy, standing).is_some(),
            granted: lets && grants::store::is_standing(db, &character.id, project)?,
        })
    }

    /// Whether it covers a video. A grant that is over still covers what was begun under one, and nothing else.
    fn covers(self, used: &UseRow) -> bool {
        self.now || (self.granted && used.grant_id.is_some())
    }
}
