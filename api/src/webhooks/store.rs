//! All SQL of webhook endpoints. Every finder of a customer's takes the project, so that nobody finds another's.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _,
    QueryResult, Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::schema::{projects, video_webhooks, webhook_endpoints};
use kinora_store::{Db, each};

use super::flow::{DEFAULT, REGISTERED};
use super::rules::DisabledReason;
use crate::ApiError;
use crate::http::Page;

/// An endpoint. Times are microseconds since 1970.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = webhook_endpoints)]
pub struct EndpointRow {
    pub id: String,
    pub organization_id: String,
    pub project_id: String,
    pub kind: String,
    pub name: String,
    pub url: Option<String>,
    pub event_types: String,
    pub payload: String,
    pub secret: Vec<u8>,
    pub secret_hint: String,
    pub old_secret: Option<Vec<u8>>,
    pub old_secret_until: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub failing_since: Option<i64>,
    pub disabled_at: Option<i64>,
    pub disabled_reason: Option<String>,
    pub deleted_at: Option<i64>,
}

#[derive(Insertable)]
#[diesel(table_name = webhook_endpoints)]
pub struct NewEndpoint<'a> {
    pub id: String,
    pub organization_id: &'a str,
    pub project_id: &'a str,
    pub kind: &'static str,
    pub name: &'a str,
    pub url: Option<&'a str>,
    pub event_types: String,
    pub payload: &'static str,
    pub secret: Vec<u8>,
    pub secret_hint: String,
    pub created_at: i64,
    pub updated_at: i64,
}

/// Stores an endpoint. Of kind `default` there is one a project: a second one is not stored.
pub fn insert(db: &mut Db, row: &NewEndpoint<'_>) -> QueryResult<()> {
    each!(db, |db| diesel::insert_into(webhook_endpoints::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(db))
    .map(drop)
}

/// The project's endpoint of that id; the one of kind `default` goes by that name too.
pub fn find(db: &mut Db, project: &str, name: &str) -> QueryResult<Option<EndpointRow>> {
    let mut query = webhook_endpoints::table
        .filter(webhook_endpoints::project_id.eq(project).and(webhook_endpoints::deleted_at.is_null()))
        .select(EndpointRow::as_select())
        .into_boxed();
    query = match name {
        DEFAULT => query.filter(webhook_endpoints::kind.eq(DEFAULT)),
        id => query.filter(webhook_endpoints::id.eq(id.to_owned())),
    };
    query.first(db).optional()
}

/// An endpoint that is there, whoever's it is: deliveries lead to it.
pub fn get(db: &mut Db, id: &str) -> QueryResult<EndpointRow> {
    webhook_endpoints::table.find(id).select(EndpointRow::as_select()).first(db)
}

/// An endpoint that is there, and nobody else changes it until the transaction ends.
pub fn lock(db: &mut Db, id: &str) -> QueryResult<EndpointRow> {
    let query = webhook_endpoints::table.find(id);
    match db {
        // Deliveries that point to it can still be written.
        Db::Postgres(db) => query.select(EndpointRow::as_select()).for_no_key_update().first(db),
        Db::Sqlite(db) => query.select(EndpointRow::as_select()).first(db),
    }
}

/// Lets nobody else add endpoints to a project until the transaction ends.
pub fn lock_project(db: &mut Db, project: &str) -> QueryResult<()> {
    let query = projects::table.find(project).select(projects::id);
    match db {
        Db::Postgres(db) => query.for_no_key_update().first::<String>(db),
        Db::Sqlite(db) => query.first::<String>(db),
    }
    .map(drop)
}

/// How many endpoints a project has.
pub fn count(db: &mut Db, project: &str) -> QueryResult<i64> {
    webhook_endpoints::table
        .filter(webhook_endpoints::project_id.eq(project).and(webhook_endpoints::deleted_at.is_null()))
        .filter(webhook_endpoints::kind.eq(REGISTERED))
        .count()
        .get_result(db)
}

/// The rows of a page, the newest first.
pub fn list(db: &mut Db, project: &str, page: &Page) -> Result<Vec<EndpointRow>, ApiError> {
    let mut query = webhook_endpoints::table
        .filter(webhook_endpoints::project_id.eq(project).and(webhook_endpoints::deleted_at.is_null()))
        .filter(webhook_endpoints::kind.eq(REGISTERED))
        .select(EndpointRow::as_select())
        .order(webhook_endpoints::id.desc())
        .limit(page.rows())
        .into_boxed();
    if let Some(id) = &page.after {
        let known: Option<String> = webhook_endpoints::table
            .find(id)
            .filter(webhook_endpoints::project_id.eq(project))
            .select(webhook_endpoints::id)
            .first(db)
            .optional()?;
        let after = known.ok_or_else(|| ApiError::not_found("webhook endpoint", id))?;
        query = query.filter(webhook_endpoints::id.lt(after));
    }
    Ok(query.load(db)?)
}

/// The endpoints that may be told of an event: those of its project, or, if it is nobody's, of every project of the
/// organization.
pub fn listening(db: &mut Db, organization: &str, project: Option<&str>) -> QueryResult<Vec<EndpointRow>> {
    let live = webhook_endpoints::deleted_at.is_null().and(webhook_endpoints::disabled_at.is_null());
    let mut query = webhook_endpoints::table
        .filter(webhook_endpoints::organization_id.eq(organization.to_owned()).and(live))
        .filter(webhook_endpoints::kind.eq(REGISTERED))
        .select(EndpointRow::as_select())
        .order(webhook_endpoints::id.asc())
        .into_boxed();
    if let Some(project) = project {
        query = query.filter(webhook_endpoints::project_id.eq(project.to_owned()));
    }
    query.load(db)
}

/// What of an endpoint is changed. `None` leaves a value as it is.
#[derive(Default, diesel::AsChangeset)]
#[diesel(table_name = webhook_endpoints)]
pub struct Changes {
    pub name: Option<String>,
    pub url: Option<String>,
    pub event_types: Option<String>,
    pub payload: Option<&'static str>,
    pub updated_at: i64,
}

pub fn update(db: &mut Db, id: &str, changes: &Changes) -> QueryResult<()> {
    diesel::update(webhook_endpoints::table.find(id)).set(changes).execute(db).map(drop)
}

/// A new secret; the one before counts until `old_until`, or no longer.
pub fn rotate(
    db: &mut Db,
    row: &EndpointRow,
    (secret, hint): (&[u8], &str),
    old_until: Option<i64>,
    now_us: i64,
) -> QueryResult<()> {
    let changes = (
        webhook_endpoints::secret.eq(secret),
        webhook_endpoints::secret_hint.eq(hint),
        webhook_endpoints::old_secret.eq(old_until.is_some().then_some(&row.secret)),
        webhook_endpoints::old_secret_until.eq(old_until),
        webhook_endpoints::updated_at.eq(now_us),
    );
    diesel::update(webhook_endpoints::table.find(&row.id)).set(changes).execute(db).map(drop)
}

/// Since when every attempt has failed; `None` after one that did not.
pub fn set_failing(db: &mut Db, id: &str, since: Option<i64>) -> QueryResult<()> {
    let row = webhook_endpoints::table.find(id);
    diesel::update(row).set(webhook_endpoints::failing_since.eq(since)).execute(db).map(drop)
}

/// Nothing is sent there any more, or it is again.
pub fn set_disabled(db: &mut Db, id: &str, why: Option<DisabledReason>, now_us: i64) -> QueryResult<()> {
    let changes = (
        webhook_endpoints::disabled_at.eq(why.map(|_| now_us)),
        webhook_endpoints::disabled_reason.eq(why.map(DisabledReason::name)),
        webhook_endpoints::failing_since.eq(None::<i64>),
        webhook_endpoints::updated_at.eq(now_us),
    );
    diesel::update(webhook_endpoints::table.find(id)).set(changes).execute(db).map(drop)
}

/// Nobody finds it any more, and no secret of it is left.
pub fn delete(db: &mut Db, id: &str, now_us: i64) -> QueryResult<()> {
    let changes = (
        webhook_endpoints::deleted_at.eq(now_us),
        webhook_endpoints::secret.eq(Vec::new()),
        webhook_endpoints::old_secret.eq(None::<Vec<u8>>),
        webhook_endpoints::old_secret_until.eq(None::<i64>),
    );
    diesel::update(webhook_endpoints::table.find(id)).set(changes).execute(db).map(drop)
}

/// Where the asker of a video wants to be told, and of what.
pub fn insert_wanted(db: &mut Db, video: &str, url: &str, kinds: &str) -> QueryResult<()> {
    let row = (
        video_webhooks::video_id.eq(video),
        video_webhooks::url.eq(url),
        video_webhooks::event_types.eq(kinds),
    );
    diesel::insert_into(video_webhooks::table).values(row).execute(db).map(drop)
}

/// As it was given with [`insert_wanted`]: the URL and the kinds.
pub fn wanted(db: &mut Db, video: &str) -> QueryResult<Option<(String, String)>> {
    let columns = (video_webhooks::url, video_webhooks::event_types);
    video_webhooks::table.find(video).select(columns).first(db).optional()
}

/// What was given with [`insert_wanted`] is there no longer.
pub fn forget_wanted(db: &mut Db, video: &str) -> QueryResult<()> {
    diesel::delete(video_webhooks::table.find(video)).execute(db).map(drop)
}
