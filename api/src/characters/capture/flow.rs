//! Challenges and the captures that answer them. A capture uses its challenge up before anybody looks at whether it answers
//! it, so that there is one try for each.

use std::sync::Arc;

use kinora_store::Db;

use super::super::audit::{self, Actor, Decision};
use super::super::keeper::{DataKey, Keeper, SECRETS, Secrets};
use super::super::refused::CameoRefused;
use super::super::rules::{Kind, Status};
use super::super::show::{self, status_of};
use super::super::store::{self as characters, CharacterRow, NewConsent};
use super::super::wire::Character;
use super::super::{cast, flow, show::kind_of};
use super::challenge::{CHALLENGE_US, Task};
use super::checks::{Checks, Expected};
use super::consent::Consenting;
use super::store::{self, ChallengeRow};
use super::upload::{self, Found, Uploads};
use super::wire::{Challenge, Consent, SIGNED, TASK};
use crate::clock::SECOND_US;
use crate::http::Tenant;
use crate::ids::{ChallengeId, CharacterId, ConsentId};
use crate::replays::Attempt;
use crate::{ApiError, App, Refusal};

/// Most challenges of one character in a day: whoever guesses is soon done.
const CHALLENGES_A_DAY_MAX: i64 = 20;
const DAY_US: i64 = 86_400 * SECOND_US;

/// Issues a challenge in the transaction of the caller; one from before no longer counts.
///
/// # Errors
/// When the system has no source of chance, or the database fails.
pub fn issue(
    db: &mut Db,
    tenant: &Tenant,
    character: &str,
    key: &DataKey,
    now_us: i64,
) -> Result<ChallengeRow, ApiError> {
    if store::challenges_since(db, character, now_us.saturating_sub(DAY_US))? >= CHALLENGES_A_DAY_MAX {
        let problem = format!(
            "it was challenged {CHALLENGES_A_DAY_MAX} times in a day, which is the most: try again tomorrow."
        );
        return Err(Refusal::invalid("character_id", problem).into());
    }
    let row = ChallengeRow {
        id: ChallengeId::new().to_string(),
        character_id: character.to_owned(),
        sealed: key.seal_value(TASK, &Task::draw()?)?,
        created_at: now_us,
        expires_at: now_us.saturating_add(CHALLENGE_US),
        used_at: None,
    };
    store::insert_challenge(db, &row)?;
    audit::note(db, Actor::Owner(tenant), character, (Decision::ChallengeIssued, Some(&row.id)), now_us)?;
    Ok(row)
}

/// Issues a new challenge for a person who has not consented yet, or whose consent is over: they are pending again then.
///
/// # Errors
/// When there is no such character in the project, or it waits for no capture.
pub async fn challenge(
    app: &App,
    tenant: &Tenant,
    once: Attempt,
    id: CharacterId,
) -> Result<Challenge, ApiError> {
    let (keeper, tenant, now_us) = (Keeper::of(&app.pepper), tenant.clone(), app.clock.now_us());
    let work = move |db: &mut Db| {
        let row = flow::locked(db, &tenant, &id)?;
        if is_over(db, &row, now_us)? {
            characters::set_status(db, &row.id, Status::Pending, now_us)?;
        } else {
            check_waits(&row)?;
        }
        let key = keeper.key_of(db, &row.id)?;
        Challenge::of(&issue(db, &tenant, &row.id, &key, now_us)?, &key)
    };
    app.write(once, work).await
}

/// Whether a person could be used once and cannot be now, since the consent is over.
fn is_over(db: &mut Db, row: &CharacterRow, now_us: i64) -> Result<bool, ApiError> {
    let was_active = (kind_of(row)?, status_of(row)?) == (Kind::Person, Status::Active);
    Ok(was_active && !cast::is_consented(db, row, None, now_us)?)
}

/// Sees to it that a character is a person who has not consented yet.
///
/// # Errors
/// When it is something else, or is over that.
pub fn check_waits(row: &CharacterRow) -> Result<(), ApiError> {
    match (kind_of(row)?, status_of(row)?) {
        (Kind::Person, Status::Pending) => Ok(()),
        (Kind::Person, status) => {
            let problem =
                format!("the character is {}: only one that is pending waits for a capture.", status.name());
            Err(Refusal::invalid("character_id", problem).into())
        }
        (kind, _) => {
            let problem = format!("the character is an {}, which nobody needs to consent to.", kind.name());
            Err(Refusal::invalid("character_id", problem).into())
        }
    }
}

/// The challenge that a capture can answer which began to arrive at one time and was there at the other.
fn open_challenge(db: &mut Db, character: &str, times_us: (i64, i64)) -> Result<ChallengeRow, ApiError> {
    let last = store::last_challenge(db, character)?;
    let open = last.filter(|challenge| challenge.is_answered_in_time(times_us));
    open.ok_or_else(|| {
        let problem = "no challenge waits for it: the last one was answered or its ten minutes are over. Ask for a new one.";
        Refusal::invalid("video", problem).into()
    })
}

/// What answers a challenge, with who consents by it.
#[derive(Debug)]
pub struct Capture {
    /// The recording.
    pub uploads: Uploads,
    /// The consent.
    pub consenting: Consenting,
}

/// Takes a capture: checks it against the challenge, records the consent, and activates the character, unless the operator
/// must look at it first.
///
/// # Errors
/// [`ApiError::Cameo`] when a check failed; the challenge is used up then.
pub async fn capture(
    app: &App,
    tenant: &Tenant,
    once: Attempt,
    (id, arrived_us): (CharacterId, i64),
    capture: Capture,
) -> Result<Character, ApiError> {
    let keeper = Keeper::of(&app.pepper);
    let times_us = (arrived_us, app.clock.now_us());
    let (key, problem) = ready(app, tenant, &id, times_us).await?;
    let uploads = Arc::new(capture.uploads);
    let (begun, found) = match problem {
        // It may have been answered before: then that is the answer again.
        Some(problem) => {
            let begun = app.begin(once, move |_| Err(problem)).await?;
            (begun, upload::look_and_listen(app, uploads.clone()).await?)
        }
        None => {
            let found = upload::look_and_listen(app, uploads.clone()).await?;
            let (who, name) = (tenant.clone(), id.clone());
            let begin = move |db: &mut Db| {
                let row = flow::locked(db, &who, &name)?;
                check_waits(&row)?;
                let challenge = open_challenge(db, &row.id, times_us)?;
                store::use_challenge(db, &challenge.id, arrived_us)?;
                Ok(challenge.id)
            };
            (app.begin(once, begin).await?, found)
        }
    };
    let answer = Answer {
        keeper,
        tenant: tenant.clone(),
        id,
        challenge: begun.name.clone(),
        found,
        sha256: uploads.video.as_ref().map(|given| given.sha256.clone()).unwrap_or_default(),
        consenting: capture.consenting,
        now_us: app.clock.now_us(),
    };
    let (answer, checks) = app.store.run(move |db| db.write_tx(|db| answer.judge(db))).await?;
    if let Some(problem) = problem_of(&checks) {
        return Err(Box::new(CameoRefused::capture(&problem)).into());
    }
    let files = upload::put(app, answer.id.as_str(), &key, (&uploads, "capture")).await?;
    let kept = files.clone();
    let done = app.end(begun, move |db| answer.accept(db, &kept, checks)).await;
    if done.is_err() {
        upload::discard(app, files).await;
    }
    done
}

/// Sees to it that there is such a character in the project.
///
/// # Errors
/// [`ApiError::NotFound`] when there is none.
pub async fn check_there(app: &App, tenant: &Tenant, id: &CharacterId) -> Result<(), ApiError> {
    let (tenant, id) = (tenant.clone(), id.clone());
    app.store.run(move |db| flow::required(db, &tenant, &id).map(drop)).await
}

/// The key of a character, and why no capture of it can be taken now, if that is so: looked at before anything is decoded, so
/// that nobody makes us decode for nothing, and again under lock once it is.
async fn ready(
    app: &App,
    tenant: &Tenant,
    id: &CharacterId,
    times_us: (i64, i64),
) -> Result<(DataKey, Option<ApiError>), ApiError> {
    let (keeper, tenant, id) = (Keeper::of(&app.pepper), tenant.clone(), id.clone());
    app.store
        .run(move |db| {
            let row = flow::required(db, &tenant, &id)?;
            let key = keeper.key_of(db, &row.id)?;
            let waits = check_waits(&row).and_then(|()| open_challenge(db, &row.id, times_us));
            Ok((key, waits.err()))
        })
        .await
}

/// A capture that was looked at.
struct Answer {
    keeper: Keeper,
    tenant: Tenant,
    id: CharacterId,
    challenge: String,
    found: Found,
    sha256: String,
    consenting: Consenting,
    now_us: i64,
}

impl Answer {
    /// The character, locked, with what is sealed of it.
    fn character(&self, db: &mut Db) -> Result<(CharacterRow, DataKey, Secrets), ApiError> {
        let row = flow::locked(db, &self.tenant, &self.id)?;
        check_waits(&row)?;
        let key = self.keeper.key_of(db, &row.id)?;
        let secrets = key.open_value(SECRETS, row.sealed.as_deref().unwrap_or_default())?;
        Ok((row, key, secrets))
    }

    /// Checks it and writes down what was found.
    fn judge(self, db: &mut Db) -> Result<(Self, Checks), ApiError> {
        let (row, key, mut secrets) = self.character(db)?;
        let task: Task = key.open_value(TASK, &store::challenge(db, &self.challenge)?.sealed)?;
        let expected = Expected {
            turns: &task.turns,
            digits: &task.digits,
            descriptor: secrets.descriptor.as_deref(),
            heard: self.found.heard.as_deref(),
            is_voice_apart: self.found.is_voice_apart,
        };
        let checks = Checks::of(&self.found.findings, expected);
        let has_failed = checks.failed().is_some();
        let decision = if has_failed { Decision::CaptureFailed } else { Decision::CapturePassed };
        secrets.checks = Some(checks.clone());
        characters::set_sealed(db, &row.id, &key.seal_value(SECRETS, &secrets)?, self.now_us)?;
        audit::note(db, Actor::Owner(&self.tenant), &row.id, (decision, Some(&self.challenge)), self.now_us)?;
        Ok((self, checks))
    }

    /// Records the consent, and activates the character if nothing is left to look at. `checks` are its own: those that are
    /// written down may be of another capture by now.
    fn accept(self, db: &mut Db, files: &[String], checks: Checks) -> Result<Character, ApiError> {
        let (row, key, mut secrets) = self.character(db)?;
        let is_complete = checks.are_complete();
        secrets.checks = Some(checks);
        characters::set_sealed(db, &row.id, &key.seal_value(SECRETS, &secrets)?, self.now_us)?;
        for file in files {
            if !store::keep(db, file)? {
                return Err(ApiError::BodyBroken);
            }
        }
        let consent = ConsentId::new().to_string();
        let scopes = self.consenting.scopes();
        characters::insert_consent(
            db,
            &NewConsent {
                id: &consent,
                character_id: &row.id,
                organization_id: self.tenant.organization.as_str(),
                project_id: self.tenant.project.as_str(),
                api_key_id: self.tenant.key.as_str(),
                sealed: key.seal_value(SIGNED, &self.consenting.signed)?,
                wording_version: &self.consenting.wording,
                scopes: &scopes,
                capture_sha256: &self.sha256,
                created_at: self.now_us,
                expires_at: self.consenting.expires_at,
            },
        )?;
        characters::set_consent(db, &row.id, &consent)?;
        let owner = Actor::Owner(&self.tenant);
        audit::note(db, owner, &row.id, (Decision::ConsentRecorded, Some(&consent)), self.now_us)?;
        if is_complete {
            characters::set_status(db, &row.id, Status::Active, self.now_us)?;
            audit::note(db, Actor::Server, &row.id, (Decision::Activated, Some(&consent)), self.now_us)?;
        } else {
            characters::set_status(db, &row.id, Status::Unverified, self.now_us)?;
        }
        let row = flow::required(db, &self.tenant, &self.id)?;
        show::own(db, &self.keeper, row, self.now_us)
    }
}

/// What is wrong, if anything is.
fn problem_of(checks: &Checks) -> Option<String> {
    checks.failed().map(|(name, check)| {
        let found = check.measured.as_deref().unwrap_or_default();
        format!(
            "it fails the check '{name}': found {found}, needed {}. Ask for a new challenge.",
            check.required
        )
    })
}

/// The consent to a character.
///
/// # Errors
/// [`ApiError::NotFound`] when there is no such character in the project, or nobody consented yet.
pub async fn consent(app: &App, tenant: &Tenant, id: CharacterId) -> Result<Consent, ApiError> {
    let (keeper, tenant) = (Keeper::of(&app.pepper), tenant.clone());
    app.store
        .run(move |db| {
            let row = flow::required(db, &tenant, &id)?;
            let consent = row.consent_id.as_deref().ok_or_else(|| Box::new(CameoRefused::no_consent()))?;
            Consent::of(characters::consent(db, consent)?, &keeper.key_of(db, &row.id)?)
        })
        .await
}
