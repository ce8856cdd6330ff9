//! All SQL of deliveries and of passing events on. Every finder of a customer's takes the project, so that nobody finds
//! another's.

use diesel::dsl::{exists, not};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, JoinOnDsl as _, OptionalExtension as _,
    QueryDsl as _, QueryResult, Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{deliveries, delivery_attempts, events};

use super::rules::{ATTEMPTS_MAX, State};
use crate::ApiError;
use crate::http::Page;

/// An event that is to be passed on. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct EventRow {
    pub id: String,
    pub kind: String,
    pub organization_id: String,
    pub project_id: Option<String>,
    pub data: String,
    pub created_at: i64,
}

/// A delivery. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct DeliveryRow {
    pub id: String,
    pub organization_id: String,
    pub event_id: String,
    pub endpoint_id: String,
    pub event_type: String,
    pub url: Option<String>,
    pub target: String,
    pub payload: String,
    pub state: String,
    pub attempts: i32,
    pub scheduled: i32,
    pub manual: bool,
    pub next_at: Option<i64>,
    pub claimed_by: Option<String>,
    pub created_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = deliveries)]
pub struct NewDelivery<'a> {
    pub id: String,
    pub organization_id: &'a str,
    pub project_id: &'a str,
    pub event_id: &'a str,
    pub endpoint_id: &'a str,
    pub event_type: &'a str,
    /// The video whose words are in the payload.
    pub video_id: Option<String>,
    pub url: Option<&'a str>,
    pub target: String,
    pub payload: &'a str,
    pub state: &'static str,
    pub next_at: Option<i64>,
    pub created_at: i64,
}

/// What came of one attempt.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = delivery_attempts)]
pub struct AttemptRow {
    pub delivery_id: String,
    pub number: i32,
    pub attempted_at: i64,
    pub status_code: Option<i32>,
    pub duration_ms: i32,
    pub error: Option<String>,
    pub response: Option<String>,
    pub cause: String,
}

/// Whether there is an event that nobody was told of.
pub fn has_undispatched(db: &mut Db) -> QueryResult<bool> {
    let waiting = events::table.filter(events::dispatched_at.is_null());
    let first: Option<String> = waiting.order(events::id.asc()).select(events::id).first(db).optional()?;
    Ok(first.is_some())
}

/// The oldest events that nobody was told of, locked, without those that another node is at.
pub fn lock_undispatched(db: &mut Db, limit: i64) -> QueryResult<Vec<EventRow>> {
    let query = events::table.filter(events::dispatched_at.is_null()).order(events::id.asc()).limit(limit);
    match db {
        Db::Postgres(db) => query.select(EventRow::as_select()).for_update().skip_locked().load(db),
        Db::Sqlite(db) => query.select(EventRow::as_select()).load(db),
    }
}

/// Whoever is to be told of these has a delivery.
pub fn mark_dispatched(db: &mut Db, ids: &[&str], now_us: i64) -> QueryResult<()> {
    let rows =
        events::table.filter(events::id.eq_any(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()));
    diesel::update(rows).set(events::dispatched_at.eq(now_us)).execute(db).map(drop)
}

/// Events of these kinds since some time that an endpoint was never sent, the oldest first: of its project, or of
/// nobody's in its organization. Those that are not passed on yet will be.
pub fn never_sent(
    db: &mut Db,
    endpoint: &crate::webhooks::store::EndpointRow,
    since_us: i64,
    limit: i64,
) -> QueryResult<Vec<EventRow>> {
    let kinds: Vec<String> = endpoint.event_types.split_whitespace().map(str::to_owned).collect();
    let sent = deliveries::table
        .filter(deliveries::event_id.eq(events::id).and(deliveries::endpoint_id.eq(&endpoint.id)));
    let own = events::project_id.eq(&endpoint.project_id).or(events::project_id.is_null());
    events::table
        .filter(events::organization_id.eq(&endpoint.organization_id))
        .filter(own)
        .filter(events::dispatched_at.is_not_null().and(events::created_at.ge(since_us)))
        .filter(events::kind.eq_any(kinds))
        .filter(not(exists(sent)))
        .order(events::id.asc())
        .select(EventRow::as_select())
        .limit(limit)
        .load(db)
}

pub fn insert(db: &mut Db, row: &NewDelivery<'_>) -> QueryResult<()> {
    diesel::insert_into(deliveries::table).values(row).execute(db).map(drop)
}

/// Whose turn it is: the target and the organization of the delivery that has been due for longest, those of `full_targets`
/// and `full_organizations` and those that a node is at left out.
pub fn next_target(
    db: &mut Db,
    now_us: i64,
    full_targets: &[String],
    full_organizations: &[String],
) -> QueryResult<Option<(String, String)>> {
    let due = deliveries::state.eq(State::Pending.name()).and(deliveries::next_at.le(now_us));
    let free = deliveries::claimed_until.is_null().or(deliveries::claimed_until.le(now_us));
    deliveries::table
        .filter(due.and(free))
        .filter(deliveries::target.ne_all(full_targets.to_vec()))
        .filter(deliveries::organization_id.ne_all(full_organizations.to_vec()))
        .order(deliveries::next_at.asc())
        .select((deliveries::target, deliveries::organization_id))
        .first(db)
        .optional()
}

/// Who takes deliveries, and until when, microseconds since 1970.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    pub token: &'a str,
    pub now_us: i64,
    pub until_us: i64,
}

/// Takes the deliveries of a target that are due, so that no other node does.
pub fn claim(db: &mut Db, target: &str, limit: usize, claim: &Claim<'_>) -> QueryResult<Vec<DeliveryRow>> {
    let now_us = claim.now_us;
    let due = deliveries::state.eq(State::Pending.name()).and(deliveries::next_at.le(now_us));
    let free = deliveries::claimed_until.is_null().or(deliveries::claimed_until.le(now_us));
    let query = deliveries::table
        .filter(deliveries::target.eq(target))
        .filter(due.and(free))
        .order((deliveries::next_at.asc(), deliveries::id.asc()))
        .limit(i64::try_from(limit).unwrap_or(0));
    let rows: Vec<DeliveryRow> = match db {
        Db::Postgres(db) => query.select(DeliveryRow::as_select()).for_update().skip_locked().load(db),
        Db::Sqlite(db) => query.select(DeliveryRow::as_select()).load(db),
    }?;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let changes = (deliveries::claimed_by.eq(claim.token), deliveries::claimed_until.eq(claim.until_us));
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(ids))).set(changes).execute(db)?;
    Ok(rows)
}

/// A delivery that is there, and nobody else changes it until the transaction ends. Its endpoint is locked before it.
pub fn lock(db: &mut Db, id: &str) -> QueryResult<DeliveryRow> {
    let query = deliveries::table.find(id);
    match db {
        Db::Postgres(db) => query.select(DeliveryRow::as_select()).for_update().first(db),
        Db::Sqlite(db) => query.select(DeliveryRow::as_select()).first(db),
    }
}

pub fn insert_attempt(db: &mut Db, row: &AttemptRow) -> QueryResult<()> {
    diesel::insert_into(delivery_attempts::table).values(row).execute(db)?;
    let delivery = deliveries::table.find(&row.delivery_id);
    diesel::update(delivery).set(deliveries::attempts.eq(row.number)).execute(db).map(drop)
}

/// How a delivery stands after an attempt, or after somebody asked for one. Nobody holds it.
pub struct Standing {
    pub state: State,
    /// Attempts since the schedule last began.
    pub scheduled: i32,
    pub manual: bool,
    /// When the next attempt is made, if there is one.
    pub next_at: Option<i64>,
}

pub fn stand(db: &mut Db, id: &str, standing: &Standing) -> QueryResult<()> {
    stand_all(db, &[id.to_owned()], standing)
}

/// As [`stand`], for many.
pub fn stand_all(db: &mut Db, ids: &[String], standing: &Standing) -> QueryResult<()> {
    let changes = (
        deliveries::state.eq(standing.state.name()),
        deliveries::scheduled.eq(standing.scheduled),
        deliveries::manual.eq(standing.manual),
        deliveries::next_at.eq(standing.next_at),
        deliveries::claimed_by.eq(None::<String>),
        deliveries::claimed_until.eq(None::<i64>),
    );
    let rows = deliveries::table.filter(deliveries::id.eq_any(ids.to_vec()));
    diesel::update(rows).set(changes).execute(db).map(drop)
}

/// Nothing that waits for an endpoint is sent any more, also what is being sent now, whatever comes of it.
pub(crate) fn cancel_pending(db: &mut Db, endpoint: &str) -> QueryResult<()> {
    let changes = (
        deliveries::state.eq(State::Canceled.name()),
        deliveries::next_at.eq(None::<i64>),
        deliveries::claimed_by.eq(None::<String>),
        deliveries::claimed_until.eq(None::<i64>),
    );
    let pending = deliveries::endpoint_id.eq(endpoint).and(deliveries::state.eq(State::Pending.name()));
    diesel::update(deliveries::table.filter(pending)).set(changes).execute(db).map(drop)
}

/// The ids of deliveries to an endpoint that ended without success and may be tried again, written since some time, the
/// oldest first.
pub fn unsuccessful(db: &mut Db, endpoint: &str, since_us: i64, limit: i64) -> QueryResult<Vec<String>> {
    let ended = deliveries::state.eq_any([State::Failed.name(), State::Canceled.name()]);
    deliveries::table
        .filter(deliveries::endpoint_id.eq(endpoint).and(ended).and(deliveries::created_at.ge(since_us)))
        .filter(deliveries::attempts.lt(ATTEMPTS_MAX))
        .order(deliveries::id.asc())
        .select(deliveries::id)
        .limit(limit)
        .load(db)
}

/// The deliveries whose payload has the words of a video, each with its event.
pub fn with_words_of(db: &mut Db, video: &str) -> QueryResult<Vec<(String, EventRow)>> {
    deliveries::table
        .inner_join(events::table.on(deliveries::event_id.eq(events::id)))
        .filter(deliveries::video_id.eq(video))
        .select((deliveries::id, EventRow::as_select()))
        .load(db)
}

/// Another payload, in which nobody's words are.
pub fn set_payload(db: &mut Db, id: &str, payload: &str) -> QueryResult<()> {
    let changes = (deliveries::payload.eq(payload), deliveries::video_id.eq(None::<String>));
    diesel::update(deliveries::table.find(id)).set(changes).execute(db).map(drop)
}

pub fn find(db: &mut Db, project: &str, id: &str) -> QueryResult<Option<DeliveryRow>> {
    deliveries::table
        .find(id)
        .filter(deliveries::project_id.eq(project))
        .select(DeliveryRow::as_select())
        .first(db)
        .optional()
}

/// The rows of a page of an endpoint's deliveries, the newest first.
pub fn list(
    db: &mut Db,
    endpoint: &str,
    state: Option<State>,
    page: &Page,
) -> Result<Vec<DeliveryRow>, ApiError> {
    let mut query = deliveries::table
        .filter(deliveries::endpoint_id.eq(endpoint))
        .select(DeliveryRow::as_select())
        .order(deliveries::id.desc())
        .limit(page.rows())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(deliveries::state.eq(state.name()));
    }
    if let Some(id) = &page.after {
        let known: Option<String> = deliveries::table
            .find(id)
            .filter(deliveries::endpoint_id.eq(endpoint))
            .select(deliveries::id)
            .first(db)
            .optional()?;
        let after = known.ok_or_else(|| ApiError::not_found("webhook delivery", id))?;
        query = query.filter(deliveries::id.lt(after));
    }
    Ok(query.load(db)?)
}

/// The attempts at these deliveries, each delivery's in the order in which they were made.
pub fn attempts(db: &mut Db, ids: Vec<String>) -> QueryResult<Vec<AttemptRow>> {
    delivery_attempts::table
        .filter(delivery_attempts::delivery_id.eq_any(ids))
        .order((delivery_attempts::delivery_id.asc(), delivery_attempts::number.asc()))
        .select(AttemptRow::as_select())
        .load(db)
}

/// Removes deliveries that have ended and are older than `before_us`, with their attempts; how many.
pub fn prune_deliveries(db: &mut Db, before_us: i64, limit: i64) -> QueryResult<usize> {
    let ids: Vec<String> = deliveries::table
        .filter(deliveries::created_at.lt(before_us).and(deliveries::state.ne(State::Pending.name())))
        .order(deliveries::created_at.asc())
        .select(deliveries::id)
        .limit(limit)
        .load(db)?;
    let attempts = delivery_attempts::table.filter(delivery_attempts::delivery_id.eq_any(ids.clone()));
    diesel::delete(attempts).execute(db)?;
    let ended = deliveries::id.eq_any(ids).and(deliveries::state.ne(State::Pending.name()));
    diesel::delete(deliveries::table.filter(ended)).execute(db)
}

/// Removes events that were passed on, have no delivery left and are older than `before_us`; how many.
pub fn prune_events(db: &mut Db, before_us: i64, limit: i64) -> QueryResult<usize> {
    let left = deliveries::table.filter(deliveries::event_id.eq(events::id));
    let ids: Vec<String> = events::table
        .filter(events::created_at.lt(before_us).and(events::dispatched_at.is_not_null()))
        .filter(not(exists(left)))
        .order(events::created_at.asc())
        .select(events::id)
        .limit(limit)
        .load(db)?;
    diesel::delete(events::table.filter(events::id.eq_any(ids))).execute(db)
}
