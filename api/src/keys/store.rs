//! All SQL of keys and of the tenants they belong to.

use diesel::{
    ExpressionMethods as _, Insertable, NullableExpressionMethods as _, OptionalExtension as _,
    QueryDsl as _, QueryResult, Queryable, RunQueryDsl as _,
};
use kinora_store::Db;
use kinora_store::schema::{api_keys, organizations, projects};

/// A key and, for a project's key, its tenant.
#[derive(Queryable)]
pub struct KeyRow {
    pub secret_hash: Vec<u8>,
    pub scopes: String,
    pub revoked_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub tenant: Option<(String, String)>,
}

#[derive(Insertable)]
#[diesel(table_name = api_keys)]
pub struct NewKey<'a> {
    pub id: &'a str,
    pub kind: &'static str,
    pub project_id: Option<&'a str>,
    pub name: &'a str,
    pub secret_hash: &'a [u8],
    pub scopes: &'a str,
    pub created_at: i64,
}

pub fn find(db: &mut Db, id: &str) -> QueryResult<Option<KeyRow>> {
    api_keys::table
        .left_join(projects::table)
        .filter(api_keys::id.eq(id))
        .select((
            api_keys::secret_hash,
            api_keys::scopes,
            api_keys::revoked_at,
            api_keys::last_used_at,
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

pub fn insert_project(db: &mut Db, id: &str, organization: &str, name: &str, now_us: i64) -> QueryResult<()> {
    let row = (
        projects::id.eq(id),
        projects::organization_id.eq(organization),
        projects::name.eq(name),
        projects::created_at.eq(now_us),
    );
    diesel::insert_into(projects::table).values(row).execute(db).map(drop)
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
