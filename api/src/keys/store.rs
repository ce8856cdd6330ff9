//! All SQL of keys, and of the organizations that the first start makes.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, QueryResult, Queryable, RunQueryDsl as _, Selectable,
    SelectableHelper as _,
};
use kinora_store::schema::{api_keys, organizations, projects};
use kinora_store::{Backend, Db};

use crate::ApiError;
use crate::http::Order;
use crate::ids::OrganizationId;
use crate::projects::ProjectRow;

/// A key and, for a project's key, its tenant.
#[derive(Queryable)]
pub struct KeyRow {
    pub kind: String,
    pub secret_hash: Vec<u8>,
    pub scopes: String,
    pub revoked_at: Option<i64>,
    pub expires_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub organization_id: Option<String>,
    pub tenant: Option<(String, String)>,
}

#[derive(Insertable)]
#[diesel(table_name = api_keys)]
pub struct NewKey<'a> {
    pub id: &'a str,
    pub kind: &'static str,
    pub project_id: Option<&'a str>,
    pub organization_id: Option<&'a str>,
    pub name: &'a str,
    pub secret_hash: &'a [u8],
    pub scopes: &'a str,
    pub created_at: i64,
    pub expires_at: Option<i64>,
}

/// What may be shown of a key. Times are microseconds since 1970.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = api_keys)]
pub struct KeyInfo {
    pub id: String,
    pub name: String,
    pub scopes: String,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub expires_at: Option<i64>,
}

/// Whose keys. A project's row is only had by whoever named its organization.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    Project(&'a ProjectRow),
    Organization(&'a OrganizationId),
}

pub fn find(db: &mut Db, id: &str) -> QueryResult<Option<KeyRow>> {
    api_keys::table
        .left_join(projects::table)
        .filter(api_keys::id.eq(id))
        .select((
            api_keys::kind,
            api_keys::secret_hash,
            api_keys::scopes,
            api_keys::revoked_at,
            api_keys::expires_at,
            api_keys::last_used_at,
            api_keys::organization_id,
            (projects::organization_id, projects::id).nullable(),
        ))
        .first(db)
        .optional()
}

pub fn insert(db: &mut Db, key: &NewKey<'_>) -> QueryResult<()> {
    diesel::insert_into(api_keys::table).values(key).execute(db).map(drop)
}

pub fn touch(db: &mut Db, id: &str, now_us: i64) -> QueryResult<()> {
    diesel::update(api_keys::table.find(id)).set(api_keys::last_used_at.eq(now_us)).execute(db).map(drop)
}

/// Whether it was there and not revoked before.
pub fn revoke(db: &mut Db, id: &str, now_us: i64) -> QueryResult<bool> {
    let key = api_keys::table.find(id).filter(api_keys::revoked_at.is_null());
    diesel::update(key).set(api_keys::revoked_at.eq(now_us)).execute(db).map(|rows| rows > 0)
}

pub fn has_organization(db: &mut Db) -> QueryResult<bool> {
    let first: Option<String> = organizations::table.select(organizations::id).first(db).optional()?;
    Ok(first.is_some())
}

pub fn insert_organization(db: &mut Db, id: &str, name: &str, now_us: i64) -> QueryResult<()> {
    let row = (organizations::id.eq(id), organizations::name.eq(name), organizations::created_at.eq(now_us));
    diesel::insert_into(organizations::table).values(row).execute(db).map(drop)
}

/// The key, if it is theirs and was not revoked.
pub fn find_of(db: &mut Db, whose: Whose<'_>, id: &str) -> QueryResult<Option<KeyInfo>> {
    let keys = of(whose).filter(api_keys::revoked_at.is_null());
    keys.filter(api_keys::id.eq(id)).select(KeyInfo::as_select()).first(db).optional()
}

/// The rows of a page: their keys after the key `after`, which may have been revoked since.
pub fn list_of(
    db: &mut Db,
    whose: Whose<'_>,
    order: Order,
    after: Option<&str>,
    rows: i64,
) -> Result<Vec<KeyInfo>, ApiError> {
    let mut keys = of(whose).filter(api_keys::revoked_at.is_null()).limit(rows);
    if let Some(id) = after {
        let at: Option<i64> =
            of(whose).filter(api_keys::id.eq(id)).select(api_keys::created_at).first(db).optional()?;
        let at = at.ok_or_else(|| ApiError::not_found("API key", id))?;
        let beside = api_keys::created_at.eq(at);
        keys = match order {
            Order::Asc => {
                keys.filter(api_keys::created_at.gt(at).or(beside.and(api_keys::id.gt(id.to_owned()))))
            }
            Order::Desc => {
                keys.filter(api_keys::created_at.lt(at).or(beside.and(api_keys::id.lt(id.to_owned()))))
            }
        };
    }
    let keys = match order {
        Order::Asc => keys.order((api_keys::created_at.asc(), api_keys::id.asc())),
        Order::Desc => keys.order((api_keys::created_at.desc(), api_keys::id.desc())),
    };
    Ok(keys.select(KeyInfo::as_select()).load(db)?)
}

/// Whether it was theirs and not revoked before.
pub fn revoke_of(db: &mut Db, whose: Whose<'_>, id: &str, now_us: i64) -> QueryResult<bool> {
    match find_of(db, whose, id)? {
        Some(key) => revoke(db, &key.id, now_us),
        None => Ok(false),
    }
}

/// Changes what a key may do, and how long.
pub fn update(db: &mut Db, id: &str, scopes: Option<&str>, expires_at: Option<i64>) -> QueryResult<()> {
    if let Some(scopes) = scopes {
        diesel::update(api_keys::table.find(id)).set(api_keys::scopes.eq(scopes)).execute(db)?;
    }
    if let Some(expires_at) = expires_at {
        diesel::update(api_keys::table.find(id)).set(api_keys::expires_at.eq(expires_at)).execute(db)?;
    }
    Ok(())
}

fn of(whose: Whose<'_>) -> api_keys::BoxedQuery<'_, Backend> {
    match whose {
        Whose::Project(project) => {
            api_keys::table.filter(api_keys::project_id.eq(project.id.as_str())).into_boxed()
        }
        Whose::Organization(organization) => {
            api_keys::table.filter(api_keys::organization_id.eq(organization.as_str())).into_boxed()
        }
    }
}

/// Lets processes that start together take turns until the transaction ends. SQLite has one writer anyway.
pub fn lock_first_start(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Postgres(db) => diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('kinora first start'))")
            .execute(db)
            .map(drop),
        Db::Sqlite(_) => Ok(()),
    }
}
