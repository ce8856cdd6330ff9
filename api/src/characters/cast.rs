//! Characters in videos: whether somebody may use them, which videos have them, and what the engine is told of them.
//!
//! Whoever places a video calls [`prepare`] and then [`record`] in the transaction that stores it, and [`note_refused`] when
//! that was refused; whoever leases it calls [`likenesses_of`] in the transaction that does.

use std::collections::HashMap;

use kinora_spec::limits::CAST_MAX;
use kinora_spec::{Likeness, Role, is_named};
use kinora_store::Db;

use super::audit::{self, Actor, Decision};
use super::keeper::{Keeper, SECRETS, Secrets};
use super::refused::CameoRefused;
use super::rules::{Ground, Kind, Standing, Status, Use, UsePolicy, ground};
use super::store::{self, CharacterRow};
use super::uses::store::{self as uses, NewUse};
use super::{grants, words};
use crate::http::Tenant;
use crate::ids::CharacterId;
use crate::{ApiError, App, Refusal};

pub use super::uses::store::CastRow;

/// Who wants to use characters, and for what.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// Opens what is sealed.
    pub keeper: &'a Keeper,
    /// Who asks.
    pub tenant: &'a Tenant,
    /// For what.
    pub operation: Use,
    /// The video that the new one is made from, if it is.
    pub parent: Option<&'a str>,
    /// Microseconds since 1970.
    pub now_us: i64,
}

/// Characters that may be used: what a new video has of them.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The cast, for the spec.
    pub roles: Vec<Role>,
    /// What is added to the prompt for each of the cast; empty where its owner wishes nothing.
    pub conditioning: Vec<String>,
    /// All that are noted with the video: the cast, then those that may still be seen in it.
    members: Vec<Member>,
}

#[derive(Clone, Debug)]
struct Member {
    row: CharacterRow,
    grant: Option<String>,
    in_cast: bool,
}

impl Prepared {
    /// The text that the engine is told instead of `prompt`: with what the owners of the whole cast wish.
    #[must_use]
    pub fn prompt(&self, prompt: &str) -> String {
        let wishes = self.conditioning.iter().filter(|wish| !wish.is_empty()).map(String::as_str);
        std::iter::once(prompt).chain(wishes).collect::<Vec<_>>().join(" ")
    }

    /// As [`Prepared::prompt`], with what the owners of those of the cast wish that are in it, by place.
    #[must_use]
    pub fn prompt_with(&self, prompt: &str, places: &[u8]) -> String {
        let wishes = places.iter().filter_map(|place| self.conditioning.get(usize::from(*place)));
        let wishes = wishes.filter(|wish| !wish.is_empty()).map(String::as_str);
        std::iter::once(prompt).chain(wishes).collect::<Vec<_>>().join(" ")
    }
}

/// What is said of an id that is none, as of one that may not be used.
#[must_use]
pub fn unknown() -> ApiError {
    Box::new(CameoRefused::permission(vec![])).into()
}

/// Whether characters may be used, and what a video gets of them. Without `wanted` the cast is that of the video it is made
/// from. Every character of that video must be one that may be used, also one that is not in the new cast: it may still be
/// seen. `prompts` are the texts of all shots; each of `wanted` must be named in one of them.
///
/// # Errors
/// [`ApiError::Cameo`] when one may not be used, does not exist, or its owner's wishes are gone against; a refusal of
/// `characters` or `prompt` otherwise.
pub fn prepare(
    db: &mut Db,
    ask: Ask<'_>,
    wanted: Option<&[CharacterId]>,
    prompts: &[&str],
) -> Result<Prepared, ApiError> {
    check_wanted(wanted.unwrap_or_default())?;
    let before = match ask.parent {
        Some(parent) => uses::of_video(db, parent)?,
        None => Vec::new(),
    };
    let cast: Vec<String> = match wanted {
        Some(wanted) => wanted.iter().map(ToString::to_string).collect(),
        None => before.iter().filter(|row| row.is_cast()).map(|row| row.character_id.clone()).collect(),
    };
    let seen = before.into_iter().map(|row| row.character_id).filter(|id| !cast.contains(id));
    let all: Vec<String> = cast.iter().cloned().chain(seen).collect();
    let mut members = judge_all(db, ask, &all, cast.len())?;
    let mut prepared = Prepared::default();
    for member in &members {
        let secrets: Secrets = secrets_of(db, ask.keeper, &member.row)?;
        let is_there = || prompts.iter().any(|prompt| is_named(prompt, &secrets.name));
        if wanted.is_some() && member.in_cast && !is_there() {
            let problem =
                format!("it must have the name of each character as it is written: '{}'.", secrets.name);
            return Err(Refusal::invalid("prompt", problem).into());
        }
        let against =
            prompts.iter().find_map(|prompt| words::conflict(&secrets.name, &secrets.preferences, prompt));
        if let Some(problem) = against {
            return Err(Box::new(CameoRefused::preference(member.row.id.clone(), &problem)).into());
        }
        if member.in_cast {
            prepared.conditioning.push(words::conditioning(&secrets.name, &secrets.preferences));
            prepared.roles.push(Role { name: secrets.name });
        }
    }
    prepared.members.append(&mut members);
    Ok(prepared)
}

fn check_wanted(wanted: &[CharacterId]) -> Result<(), Refusal> {
    if wanted.len() > CAST_MAX {
        let problem = format!("expected at most {CAST_MAX} characters, but got {}.", wanted.len());
        return Err(Refusal::invalid("characters", problem));
    }
    match wanted.iter().enumerate().find(|(n, id)| wanted[..*n].contains(id)) {
        Some((_, id)) => {
            Err(Refusal::invalid("characters", format!("expected each once, but '{id}' came twice.")))
        }
        None => Ok(()),
    }
}

/// Locks the characters, in the order of their ids so that nobody waits in a circle, and judges each.
fn judge_all(db: &mut Db, ask: Ask<'_>, ids: &[String], cast: usize) -> Result<Vec<Member>, ApiError> {
    let mut order: Vec<&String> = ids.iter().collect();
    order.sort_unstable();
    let mut found = HashMap::new();
    let (mut decisions, mut is_refused) = (Vec::new(), false);
    for id in order {
        let Some(row) = store::lock_shared(db, id)? else {
            is_refused = true;
            continue;
        };
        match judge(db, ask, &row)? {
            Ok(grant) => drop(found.insert(id, (row, grant))),
            Err(decision) => {
                is_refused = true;
                decisions.push((row.id, decision));
            }
        }
    }
    if is_refused {
        return Err(Box::new(CameoRefused::permission(decisions)).into());
    }
    let member = |(n, id)| found.remove(id).map(|(row, grant)| Member { row, grant, in_cast: n < cast });
    Ok(ids.iter().enumerate().filter_map(member).collect())
}

/// Whether one character may be used, and by which grant if it takes one.
fn judge(
    db: &mut Db,
    ask: Ask<'_>,
    row: &CharacterRow,
) -> Result<Result<Option<String>, Decision>, ApiError> {
    if row.status != Status::Active.name() {
        return Ok(Err(Decision::RefusedInactive));
    }
    if !is_consented(db, row, Some(ask.operation), ask.now_us)? {
        return Ok(Err(Decision::RefusedConsent));
    }
    let project = ask.tenant.project.as_str();
    let grant = grants::store::usable(db, &row.id, project, ask.now_us)?;
    let standing = Standing {
        is_owner: row.project_id == project,
        is_mutual: store::are_mutual(db, &row.project_id, project)?,
        is_approved: grant.is_some(),
    };
    Ok(match ground(policy_of(row)?, standing) {
        Some(Ground::Grant) => Ok(grant),
        Some(Ground::Own | Ground::Policy) => Ok(None),
        None => Err(Decision::RefusedPolicy),
    })
}

/// Whether somebody consented to the use of a person, for that and until now; an animal or object needs nobody's consent.
///
/// # Errors
/// When the database fails.
pub(super) fn is_consented(
    db: &mut Db,
    row: &CharacterRow,
    operation: Option<Use>,
    now_us: i64,
) -> Result<bool, ApiError> {
    let Some(consent) = &row.consent_id else { return Ok(row.kind != Kind::Person.name()) };
    let consent = store::consent(db, consent)?;
    let covers = |operation: Use| consent.scopes.split(' ').any(|scope| scope == operation.name());
    let is_over = consent.revoked_at.is_some() || consent.expires_at.is_some_and(|at| at <= now_us);
    Ok(!is_over && operation.is_none_or(covers))
}

/// Whether the caller may use a character that is somebody else's, for anything.
///
/// # Errors
/// When the database fails.
pub(super) fn is_usable(
    db: &mut Db,
    project: &str,
    row: &CharacterRow,
    now_us: i64,
) -> Result<bool, ApiError> {
    if row.status != Status::Active.name() || !is_consented(db, row, None, now_us)? {
        return Ok(false);
    }
    let standing = Standing {
        is_owner: row.project_id == project,
        is_mutual: store::are_mutual(db, &row.project_id, project)?,
        is_approved: grants::store::usable(db, &row.id, project, now_us)?.is_some(),
    };
    Ok(ground(policy_of(row)?, standing).is_some())
}

/// Notes with a new video which characters it has, and uses up a grant where one was needed.
///
/// # Errors
/// [`ApiError::Cameo`] when another video took the last use of a grant; when the database fails.
pub fn record(db: &mut Db, ask: Ask<'_>, video: &str, prepared: &Prepared) -> Result<(), ApiError> {
    for (position, member) in prepared.members.iter().enumerate() {
        let id = member.row.id.as_str();
        if let Some(grant) = &member.grant
            && !grants::store::use_once(db, grant, ask.now_us)?
        {
            let decisions = vec![(id.to_owned(), Decision::RefusedPolicy)];
            return Err(Box::new(CameoRefused::permission(decisions)).into());
        }
        let row = NewUse {
            video_id: video,
            character_id: id,
            role: if member.in_cast { uses::CAST } else { uses::SOURCE },
            position: i32::try_from(position).unwrap_or(i32::MAX),
            consent_id: member.row.consent_id.as_deref(),
            grant_id: member.grant.as_deref(),
            created_at: ask.now_us,
        };
        uses::insert(db, &row)?;
        audit::note(db, actor(ask.tenant, &member.row), id, (Decision::Used, Some(video)), ask.now_us)?;
    }
    Ok(())
}

fn actor<'a>(tenant: &'a Tenant, row: &CharacterRow) -> Actor<'a> {
    if row.project_id == tenant.project.as_str() { Actor::Owner(tenant) } else { Actor::Other(tenant) }
}

/// Writes a refusal into the audits of the characters it is about. To be called once the transaction that was refused is
/// given up; another error is passed over.
pub async fn note_refused(app: &App, tenant: &Tenant, error: &ApiError) {
    let ApiError::Cameo(refused) = error else { return };
    let (decisions, tenant, now_us) = (refused.decisions.clone(), tenant.clone(), app.clock.now_us());
    let noted = app.store.run(move |db| {
        db.write_tx(|db| {
            for (id, decision) in decisions {
                let Some(row) = store::get(db, &id)? else { continue };
                audit::note_refusal(db, actor(&tenant, &row), &id, decision, now_us)?;
            }
            Ok::<_, ApiError>(())
        })
    });
    if let Err(error) = noted.await {
        tracing::error!(%error, "the refusal of a character could not be written into its audit");
    }
}

/// What a worker is told of a video's cast.
#[derive(Clone, Debug, PartialEq)]
pub enum Looks {
    /// The looks of the cast, in order.
    Shown(Vec<Likeness>),
    /// The character of this id may no longer be used: the video must end without a clip, with
    /// [`CAMEO_REVOKED`](super::rules::CAMEO_REVOKED).
    Withdrawn(String),
}

/// The looks of the cast of a video that is about to be made.
///
/// # Errors
/// When the database fails, or something sealed cannot be opened.
pub fn likenesses_of(db: &mut Db, keeper: &Keeper, video: &str, now_us: i64) -> Result<Looks, ApiError> {
    let mut looks = Vec::new();
    for used in uses::of_video(db, video)? {
        let row = store::get(db, &used.character_id)?.filter(|row| row.status == Status::Active.name());
        let Some(row) = row else { return Ok(Looks::Withdrawn(used.character_id)) };
        if !is_consented(db, &row, None, now_us)? {
            return Ok(Looks::Withdrawn(used.character_id));
        }
        if used.is_cast() {
            let likeness = secrets_of(db, keeper, &row)?.likeness;
            looks.push(likeness.ok_or_else(|| {
                ApiError::Internal(anyhow::anyhow!("{} is active and has no looks", used.character_id))
            })?);
        }
    }
    Ok(Looks::Shown(looks))
}

/// Writes into the audit of a character that a video was stopped because of [`Looks::Withdrawn`].
///
/// # Errors
/// When the database fails.
pub fn note_stopped(db: &mut Db, character: &str, video: &str, now_us: i64) -> Result<(), ApiError> {
    Ok(audit::note(db, Actor::Server, character, (Decision::VideoStopped, Some(video)), now_us)?)
}

/// Which characters each of these videos has, in the order of their places.
///
/// # Errors
/// When the database fails.
pub fn of_videos(db: &mut Db, videos: &[String]) -> Result<HashMap<String, Vec<CastRow>>, ApiError> {
    let mut by_video: HashMap<String, Vec<CastRow>> = HashMap::new();
    for row in uses::of_videos(db, videos)? {
        by_video.entry(row.video_id.clone()).or_default().push(row);
    }
    Ok(by_video)
}

/// What is sealed of a character.
///
/// # Errors
/// When it cannot be opened.
pub(super) fn secrets_of(db: &mut Db, keeper: &Keeper, row: &CharacterRow) -> Result<Secrets, ApiError> {
    let sealed = row.sealed.as_deref().unwrap_or_default();
    keeper.key_of(db, &row.id)?.open_value(SECRETS, sealed)
}

/// Who may use a character.
///
/// # Errors
/// When the row cannot be read, which is a fault of ours.
pub(super) fn policy_of(row: &CharacterRow) -> Result<UsePolicy, ApiError> {
    let policy = UsePolicy::from_name(&row.use_policy);
    policy
        .ok_or_else(|| ApiError::Internal(anyhow::anyhow!("{} has the policy {:?}", row.id, row.use_policy)))
}
