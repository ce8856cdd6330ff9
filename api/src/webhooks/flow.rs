//! What changes endpoints. Each function is called in the transaction of its caller.

use kinora_store::Db;

use super::Hooks;
use super::rules::{self, DisabledReason, ENDPOINTS_MAX, OVERLAP_US};
use super::signing::Secret;
use super::store::{self, Changes, EndpointRow, NewEndpoint};
use super::wire::{CreateEndpoint, UpdateEndpoint, WebhookEndpoint, WebhookEndpointWithSecret};
use crate::http::{Deleted, Tenant};
use crate::ids::EndpointId;
use crate::videos::request::Extras;
use crate::{ApiError, App, Refusal, deliveries, events, projects};

/// The kind of an endpoint that somebody made.
pub(crate) const REGISTERED: &str = "registered";
/// The kind of the endpoint that holds a project's secret for the URLs of single videos, and its name in paths.
pub(crate) const DEFAULT: &str = "default";

/// The project's endpoint of that id.
///
/// # Errors
/// [`ApiError::NotFound`] when it has none.
pub(crate) fn found(db: &mut Db, project: &str, id: &str) -> Result<EndpointRow, ApiError> {
    store::find(db, project, id)?.ok_or_else(|| missing(id))
}

/// As [`found`], and nobody else changes it until the transaction ends.
///
/// # Errors
/// As [`found`].
pub(crate) fn locked(db: &mut Db, project: &str, id: &str) -> Result<EndpointRow, ApiError> {
    let found = found(db, project, id)?;
    // Looked at again under lock: it may have been deleted in between.
    let row = store::lock(db, &found.id)?;
    if row.deleted_at.is_none() { Ok(row) } else { Err(missing(id)) }
}

/// As [`locked`], of those that somebody made.
fn locked_registered(db: &mut Db, project: &str, id: &str) -> Result<EndpointRow, ApiError> {
    let row = locked(db, project, id)?;
    if row.kind == REGISTERED { Ok(row) } else { Err(missing(id)) }
}

fn missing(id: &str) -> ApiError {
    ApiError::not_found("webhook endpoint", id)
}

/// Makes an endpoint.
///
/// # Errors
/// When the project is archived, or has as many as it may.
pub fn create(
    db: &mut Db,
    hooks: &Hooks,
    tenant: &Tenant,
    request: &CreateEndpoint,
    now_us: i64,
) -> Result<WebhookEndpointWithSecret, ApiError> {
    let project = tenant.project.as_str();
    store::lock_project(db, project)?;
    if projects::is_archived(db, project)? {
        return Err(ApiError::ProjectArchived);
    }
    if store::count(db, project)? >= ENDPOINTS_MAX {
        let problem = format!("the project has {ENDPOINTS_MAX} webhook endpoints, which is the most.");
        return Err(Refusal::invalid("url", problem).into());
    }
    let (id, secret) = (EndpointId::new().to_string(), Secret::new());
    let row = NewEndpoint {
        organization_id: tenant.organization.as_str(),
        project_id: project,
        kind: REGISTERED,
        name: &request.name,
        url: Some(&request.url),
        event_types: request.event_types.clone(),
        payload: request.payload.name(),
        secret: hooks.sealed(&id, &secret),
        secret_hint: secret.hint(),
        created_at: now_us,
        updated_at: now_us,
        id: id.clone(),
    };
    store::insert(db, &row)?;
    WebhookEndpointWithSecret::of(found(db, project, &id)?, &secret)
}

/// Changes what is given of an endpoint. An endpoint whose URL changes starts with a clean record.
///
/// # Errors
/// When the project has no such endpoint.
pub fn update(
    db: &mut Db,
    project: &str,
    id: &str,
    request: UpdateEndpoint,
    now_us: i64,
) -> Result<WebhookEndpoint, ApiError> {
    let row = locked_registered(db, project, id)?;
    if request.url.as_ref().is_some_and(|url| Some(url) != row.url.as_ref()) {
        store::set_failing(db, id, None)?;
    }
    let other = |new: Option<String>, old: Option<&str>| new.filter(|new| Some(new.as_str()) != old);
    let changes = Changes {
        name: other(request.name, Some(&row.name)),
        url: other(request.url, row.url.as_deref()),
        event_types: other(request.event_types, Some(&row.event_types)),
        payload: request.payload.map(rules::Payload::name).filter(|new| *new != row.payload),
        updated_at: now_us,
    };
    if changes.name.is_some()
        || changes.url.is_some()
        || changes.event_types.is_some()
        || changes.payload.is_some()
    {
        store::update(db, id, &changes)?;
    }
    match request.disabled {
        Some(true) if row.disabled_at.is_none() => {
            store::set_disabled(db, id, Some(DisabledReason::Asked), now_us)?;
            deliveries::cancel_pending(db, id)?;
        }
        Some(false) if row.disabled_at.is_some() => store::set_disabled(db, id, None, now_us)?,
        _ => {}
    }
    found(db, project, id)?.try_into()
}

/// Nothing is sent to an endpoint any more, which its owner did not ask for: that is an event.
///
/// # Errors
/// When the database fails.
pub(crate) fn disable(
    db: &mut Db,
    row: &EndpointRow,
    why: DisabledReason,
    now_us: i64,
) -> Result<(), ApiError> {
    store::set_disabled(db, &row.id, Some(why), now_us)?;
    deliveries::cancel_pending(db, &row.id)?;
    events::endpoint_disabled(db, (&row.organization_id, &row.project_id), &row.id, why.name(), now_us)?;
    Ok(())
}

/// Takes an endpoint away, and with it what was still to be sent.
///
/// # Errors
/// When the project has no such endpoint.
pub fn delete(db: &mut Db, project: &str, id: &str, now_us: i64) -> Result<Deleted, ApiError> {
    let row = locked_registered(db, project, id)?;
    store::delete(db, &row.id, now_us)?;
    deliveries::cancel_pending(db, &row.id)?;
    Ok(Deleted::of("webhook_endpoint.deleted", row.id))
}

/// Gives an endpoint a new secret; with `keep_old`, the one before counts for a day beside it. The default endpoint is
/// made if it is not there.
///
/// # Errors
/// When the project has no such endpoint.
pub fn rotate(
    db: &mut Db,
    hooks: &Hooks,
    (tenant, id): (&Tenant, &str),
    keep_old: bool,
    now_us: i64,
) -> Result<WebhookEndpointWithSecret, ApiError> {
    let project = tenant.project.as_str();
    if id == DEFAULT {
        hooks.default_endpoint(db, (tenant.organization.as_str(), project), now_us)?;
    }
    let row = locked(db, project, id)?;
    let secret = Secret::new();
    let old_until = keep_old.then(|| now_us.saturating_add(OVERLAP_US));
    let sealed = hooks.sealed(&row.id, &secret);
    store::rotate(db, &row, (&sealed, &secret.hint()), old_until, now_us)?;
    WebhookEndpointWithSecret::of(found(db, project, &row.id)?, &secret)
}

/// Checks the URL that a video's asker wants to be told at.
///
/// # Errors
/// When it is not called.
pub(crate) fn check_wanted(app: &App, request: &Extras) -> Result<(), Refusal> {
    request.webhook_url.as_deref().map_or(Ok(()), |url| check_url(app, "webhook_url", url))
}

/// Checks a URL that somebody wants to be told at.
///
/// # Errors
/// When it is not called.
pub(super) fn check_url(app: &App, param: &str, url: &str) -> Result<(), Refusal> {
    app.outgoing.check(url).map(drop).map_err(|bad| Refusal::invalid(param, bad.to_string()))
}

/// Notes where the asker of a video wants to be told, in the transaction that stores the video.
///
/// # Errors
/// When the database fails.
pub(crate) fn note_wanted(
    db: &mut Db,
    video: &str,
    wanted: Option<&(String, String)>,
) -> Result<(), ApiError> {
    if let Some((url, kinds)) = wanted {
        store::insert_wanted(db, video, url, kinds)?;
    }
    Ok(())
}
