//! What changes deliveries: passing events on, noting attempts, and sending again. Each function is called in the
//! transaction of its caller. An endpoint is locked before its deliveries.

use kinora_store::Db;
use serde_json::{Value, json};

use super::rules::{self, ATTEMPTS_MAX, Busy, Happened, Outcome, State, Verdict};
use super::send::Answered;
use super::store::{self, AttemptRow, Claim, DeliveryRow, EventRow, NewDelivery, Standing};
use super::wire::{Resent, WebhookDelivery};
use crate::clock::SECOND_US;
use crate::events::has_kind;
use crate::events::kinds::{self, About};
use crate::ids::DeliveryId;
use crate::videos::store as videos;
use crate::videos::wire::Video;
use crate::webhooks::rules::{DisabledReason, Payload};
use crate::webhooks::store::{self as endpoints, EndpointRow};
use crate::webhooks::{self, Hooks};
use crate::{ApiError, Refusal};

/// Most events of one look.
pub const RELAY_EVENTS_MAX: i64 = 64;
/// Most deliveries that one request sends again.
pub const RESENT_MAX: i64 = 500;
/// For so long nobody else takes a delivery that is being sent, microseconds: thrice what an attempt can take. If the node
/// dies meanwhile, another one sends it again after that.
pub const CLAIM_US: i64 = 60 * SECOND_US;

/// Writes the deliveries of the oldest events that nobody was told of; how many events that were.
///
/// # Errors
/// When the database fails.
pub fn pass_on(db: &mut Db, hooks: &Hooks, now_us: i64) -> Result<usize, ApiError> {
    let events = store::lock_undispatched(db, RELAY_EVENTS_MAX)?;
    for event in &events {
        let listening = endpoints::listening(db, &event.organization_id, event.project_id.as_deref())?;
        for endpoint in listening.iter().filter(|endpoint| has_kind(&endpoint.event_types, &event.kind)) {
            deliver(db, event, (endpoint, None), now_us)?;
        }
        if let Some((project, url)) = wanted(db, event)? {
            let owner = (event.organization_id.as_str(), project.as_str());
            let endpoint = hooks.default_endpoint(db, owner, now_us)?;
            deliver(db, event, (&endpoint, Some(&url)), now_us)?;
        }
    }
    let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
    store::mark_dispatched(db, &ids, now_us)?;
    Ok(events.len())
}

/// The project and the URL of a video's own, if the event is about a video whose asker wants to be told of it.
fn wanted(db: &mut Db, event: &EventRow) -> Result<Option<(String, String)>, ApiError> {
    let (Some(project), Some(video)) = (&event.project_id, video_of(event)) else { return Ok(None) };
    let found = endpoints::wanted(db, &video)?.filter(|(_, kinds)| has_kind(kinds, &event.kind));
    Ok(found.map(|(url, _)| (project.clone(), url)))
}

/// The video that an event is about.
fn video_of(event: &EventRow) -> Option<String> {
    let about = kinds::find(&event.kind)?.about;
    let data: Value = serde_json::from_str(&event.data).ok()?;
    (about == About::Video).then(|| data["id"].as_str().map(str::to_owned)).flatten()
}

/// Writes that an event is to be sent to an endpoint, or under its secret to a URL of a video's own.
fn deliver(
    db: &mut Db,
    event: &EventRow,
    (endpoint, url): (&EndpointRow, Option<&str>),
    now_us: i64,
) -> Result<(), ApiError> {
    let full = endpoint.payload == Payload::Full.name();
    let payload = envelope(event, data(db, event, full)?);
    let video_id = if full { video_of(event) } else { None };
    let row = NewDelivery {
        id: DeliveryId::new().to_string(),
        organization_id: &endpoint.organization_id,
        project_id: &endpoint.project_id,
        event_id: &event.id,
        endpoint_id: &endpoint.id,
        event_type: &event.kind,
        video_id,
        url,
        target: target(endpoint, url),
        payload: &payload,
        state: State::Pending.name(),
        next_at: Some(now_us),
        created_at: now_us,
    };
    Ok(store::insert(db, &row)?)
}

/// What shares places among the attempts under way: an endpoint, or the host of a video's own URL within a project.
fn target(endpoint: &EndpointRow, url: Option<&str>) -> String {
    let host = url.and_then(|url| reqwest::Url::parse(url).ok()?.host_str().map(str::to_owned));
    host.map_or_else(|| endpoint.id.clone(), |host| format!("{} {host}", endpoint.id))
}

/// What an event says: as it was written, or, where that is wanted, the whole video. Of a video that was deleted since,
/// only the id is left.
fn data(db: &mut Db, event: &EventRow, full: bool) -> Result<Value, ApiError> {
    if full
        && let (Some(project), Some(video)) = (&event.project_id, video_of(event))
        // Locked, so that it is not deleted between this look and the delivery that repeats its words.
        && let Some(row) = videos::lock(db, project, &video)?
    {
        let shown = Video::try_from(videos::with_bill(db, row)?);
        match shown
            .and_then(|video| serde_json::to_value(&video).map_err(|error| ApiError::Internal(error.into())))
        {
            Ok(video) => return Ok(video),
            // Of a release that wrote it otherwise. It must not stop the events behind it.
            Err(error) => {
                tracing::error!(video, "a video cannot be shown; its event has only its id: {error:?}")
            }
        }
    }
    serde_json::from_str(&event.data).map_err(|error| ApiError::Internal(error.into()))
}

/// Takes what was written in a video out of what was and will be sent of it: its id is left. To be called in the
/// transaction that deletes the video.
///
/// # Errors
/// When the database fails.
pub(crate) fn forget(db: &mut Db, video: &str) -> Result<(), ApiError> {
    for (id, event) in store::with_words_of(db, video)? {
        let payload = envelope(&event, data(db, &event, false)?);
        store::set_payload(db, &id, &payload)?;
    }
    Ok(endpoints::forget_wanted(db, video)?)
}

/// An event as it is sent: OpenAI's envelope.
pub fn envelope(event: &EventRow, data: Value) -> String {
    json!({
        "id": event.id,
        "object": "event",
        "created_at": event.created_at.div_euclid(SECOND_US),
        "type": event.kind,
        "data": data,
    })
    .to_string()
}

/// A delivery that this node sends.
pub struct Claimed {
    pub delivery: DeliveryRow,
    pub endpoint: EndpointRow,
    /// Shows later whether it is still this node's.
    pub token: String,
}

impl Claimed {
    /// Where to.
    pub fn url(&self) -> &str {
        self.delivery.url.as_deref().or(self.endpoint.url.as_deref()).unwrap_or_default()
    }
}

/// Takes deliveries that are due, as many as there is room for beside those that are `busy`.
///
/// # Errors
/// When the database fails.
pub fn claim(db: &mut Db, mut busy: Busy, token: &str, now_us: i64) -> Result<Vec<Claimed>, ApiError> {
    let (mut seen, mut claimed) = (busy.full_targets(), Vec::new());
    let term = Claim { token, now_us, until_us: now_us.saturating_add(CLAIM_US) };
    while busy.room_for_all() > 0 {
        let next = store::next_target(db, now_us, &seen, &busy.full_organizations())?;
        let Some((target, organization)) = next else { break };
        for delivery in store::claim(db, &target, busy.room(&target, &organization), &term)? {
            let endpoint = endpoints::get(db, &delivery.endpoint_id)?;
            if endpoint.disabled_at.is_some() || endpoint.deleted_at.is_some() {
                // It was written in the moment in which the endpoint was disabled or deleted.
                let state = rules::next(State::Pending, Happened::Canceled).map_err(anyhow::Error::from)?;
                let scheduled = delivery.scheduled;
                store::stand(db, &delivery.id, &Standing { state, scheduled, manual: false, next_at: None })?;
                continue;
            }
            busy.begin(&target, &organization);
            claimed.push(Claimed { delivery, endpoint, token: token.to_owned() });
        }
        seen.push(target);
    }
    Ok(claimed)
}

/// Notes what came of an attempt and what follows from it by the schedule, which [`rules::verdict`] explains. What was canceled or asked for again meanwhile keeps that state,
/// and the attempt is noted all the same.
///
/// # Errors
/// When the database fails.
pub fn note(
    db: &mut Db,
    claimed: &Claimed,
    answered: &Answered,
    schedule: (&[u32], u32),
    now_us: i64,
) -> Result<Option<DisabledReason>, ApiError> {
    let endpoint = endpoints::lock(db, &claimed.endpoint.id)?;
    let row = store::lock(db, &claimed.delivery.id)?;
    let cause = if claimed.delivery.manual { "manual" } else { "scheduled" };
    let attempt = AttemptRow {
        delivery_id: row.id.clone(),
        number: row.attempts.saturating_add(1),
        attempted_at: answered.at_us,
        status_code: answered.status.map(i32::from),
        duration_ms: answered.duration_ms,
        error: answered.error.clone(),
        response: answered.response.clone(),
        cause: cause.to_owned(),
    };
    store::insert_attempt(db, &attempt)?;
    let outcome = Outcome::of(answered.status, answered.retry_after.as_deref(), now_us);
    if row.claimed_by.as_deref() == Some(&claimed.token) {
        let scheduled = row.scheduled.saturating_add(1);
        let (happened, next_at) = match rules::verdict(scheduled, outcome, now_us, schedule) {
            Verdict::Delivered => (Happened::Accepted, None),
            Verdict::Failed => (Happened::GivenUp, None),
            Verdict::Again { .. } if attempt.number >= ATTEMPTS_MAX => (Happened::GivenUp, None),
            Verdict::Again { at_us } => (Happened::Refused, Some(at_us)),
        };
        let state = rules::next(state_of(&row)?, happened).map_err(anyhow::Error::from)?;
        store::stand(db, &row.id, &Standing { state, scheduled, manual: false, next_at })?;
    }
    judge(db, &endpoint, outcome, now_us)
}

/// What an attempt says about its endpoint, if it is one that somebody made: whether it fails, and whether for too long.
fn judge(
    db: &mut Db,
    endpoint: &EndpointRow,
    outcome: Outcome,
    now_us: i64,
) -> Result<Option<DisabledReason>, ApiError> {
    if endpoint.url.is_none() || endpoint.disabled_at.is_some() || endpoint.deleted_at.is_some() {
        return Ok(None);
    }
    let reason = match (outcome, endpoint.failing_since) {
        (Outcome::Accepted, None) => None,
        (Outcome::Accepted, Some(_)) => {
            endpoints::set_failing(db, &endpoint.id, None)?;
            None
        }
        (Outcome::Gone, _) => Some(DisabledReason::Gone),
        (Outcome::Refused { .. }, Some(since_us)) => {
            rules::is_given_up(since_us, now_us).then_some(DisabledReason::Failing)
        }
        (Outcome::Refused { .. }, None) => {
            endpoints::set_failing(db, &endpoint.id, Some(now_us))?;
            None
        }
    };
    if let Some(reason) = reason {
        webhooks::disable(db, endpoint, reason, now_us)?;
    }
    Ok(reason)
}

/// The project's delivery of that id.
///
/// # Errors
/// [`ApiError::NotFound`] when it has none.
pub fn found(db: &mut Db, project: &str, id: &str) -> Result<DeliveryRow, ApiError> {
    store::find(db, project, id)?.ok_or_else(|| ApiError::not_found("webhook delivery", id))
}

/// A delivery with its attempts.
///
/// # Errors
/// As [`found`].
pub fn shown(db: &mut Db, project: &str, id: &str) -> Result<WebhookDelivery, ApiError> {
    let row = found(db, project, id)?;
    let attempts = store::attempts(db, vec![row.id.clone()])?;
    WebhookDelivery::of(row, attempts)
}

/// Sends a delivery again at once, whatever came of it before; if that fails, the schedule begins anew.
///
/// # Errors
/// When the project has no such delivery, its endpoint is not used any more, or it was tried as often as may be.
pub fn resend(db: &mut Db, project: &str, id: &str, now_us: i64) -> Result<WebhookDelivery, ApiError> {
    let row = found(db, project, id)?;
    usable(db, project, &row.endpoint_id)?;
    let row = store::lock(db, &row.id)?;
    if row.attempts >= ATTEMPTS_MAX {
        let problem = format!("it was tried {ATTEMPTS_MAX} times, which is the most.");
        return Err(Refusal::invalid("webhook_delivery_id", problem).into());
    }
    let state = rules::next(state_of(&row)?, Happened::AskedAgain).map_err(anyhow::Error::from)?;
    store::stand(db, &row.id, &again(state, now_us))?;
    shown(db, project, id)
}

const fn again(state: State, now_us: i64) -> Standing {
    Standing { state, scheduled: 0, manual: true, next_at: Some(now_us) }
}

/// The endpoint, locked, if things are sent there.
fn usable(db: &mut Db, project: &str, id: &str) -> Result<EndpointRow, ApiError> {
    let endpoint = webhooks::locked(db, project, id)?;
    if endpoint.disabled_at.is_some() { Err(ApiError::EndpointDisabled) } else { Ok(endpoint) }
}

/// Sends again what failed or was canceled on its way to an endpoint since some time.
///
/// # Errors
/// When the project has no such endpoint, or nothing is sent there.
pub fn recover(db: &mut Db, project: &str, id: &str, since_us: i64, now_us: i64) -> Result<Resent, ApiError> {
    let endpoint = usable(db, project, id)?;
    let mut ids = store::unsuccessful(db, &endpoint.id, since_us, RESENT_MAX + 1)?;
    let resent = Resent::of("webhook_endpoint.recovery", endpoint.id, ids.len());
    ids.truncate(resent.deliveries);
    store::stand_all(db, &ids, &again(State::Pending, now_us))?;
    Ok(resent)
}

/// Sends an endpoint the events of its kinds since some time that it was never sent.
///
/// # Errors
/// As [`recover`]; `default` has no kinds.
pub fn replay_missing(
    db: &mut Db,
    project: &str,
    id: &str,
    since_us: i64,
    now_us: i64,
) -> Result<Resent, ApiError> {
    let endpoint = usable(db, project, id)?;
    if endpoint.url.is_none() {
        return Err(ApiError::not_found("webhook endpoint", id));
    }
    let mut missing = store::never_sent(db, &endpoint, since_us, RESENT_MAX + 1)?;
    let resent = Resent::of("webhook_endpoint.replay", endpoint.id.clone(), missing.len());
    missing.truncate(resent.deliveries);
    for event in &missing {
        deliver(db, event, (&endpoint, None), now_us)?;
    }
    Ok(resent)
}

fn state_of(row: &DeliveryRow) -> Result<State, ApiError> {
    let state = State::from_name(&row.state);
    Ok(state.ok_or_else(|| anyhow::anyhow!("the delivery {} has the state {:?}", row.id, row.state))?)
}
