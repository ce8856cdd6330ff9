//! The SQL of characters, their keys and consents. Finders of a customer's take the project; where others may see a
//! character too, `cast` and `flow` judge that.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _,
    QueryResult, Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{character_keys, characters, consents, follows, handles, projects};

use super::rules::{Status, UsePolicy};
use crate::ApiError;
use crate::http::Page;

/// A character. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = characters)]
pub struct CharacterRow {
    pub id: String,
    pub organization_id: String,
    pub project_id: String,
    pub kind: String,
    pub status: String,
    pub use_policy: String,
    pub sealed: Option<Vec<u8>>,
    pub consent_id: Option<String>,
    pub refusal: Option<String>,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
}

#[derive(Insertable)]
#[diesel(table_name = characters)]
pub struct NewCharacter<'a> {
    pub id: &'a str,
    pub organization_id: &'a str,
    pub project_id: &'a str,
    pub api_key_id: &'a str,
    pub kind: &'static str,
    pub status: &'static str,
    pub use_policy: &'static str,
    pub sealed: Vec<u8>,
    pub created_at: i64,
    pub updated_at: i64,
}

pub fn insert(db: &mut Db, row: &NewCharacter<'_>, key: &[u8]) -> QueryResult<()> {
    diesel::insert_into(characters::table).values(row).execute(db)?;
    let key = (character_keys::character_id.eq(row.id), character_keys::sealed.eq(key));
    diesel::insert_into(character_keys::table).values(key).execute(db).map(drop)
}

/// The key of a character, sealed, unless it is deleted.
pub fn key(db: &mut Db, character: &str) -> QueryResult<Option<Vec<u8>>> {
    character_keys::table.find(character).select(character_keys::sealed).first(db).optional()
}

/// A character that is not deleted, whoever's it is.
pub fn get(db: &mut Db, id: &str) -> QueryResult<Option<CharacterRow>> {
    let there = characters::table.find(id).filter(characters::status.ne(Status::Deleted.name()));
    there.select(CharacterRow::as_select()).first(db).optional()
}

/// A character of the project.
pub fn find(db: &mut Db, project: &str, id: &str) -> QueryResult<Option<CharacterRow>> {
    let theirs = characters::project_id.eq(project).and(characters::status.ne(Status::Deleted.name()));
    characters::table.find(id).filter(theirs).select(CharacterRow::as_select()).first(db).optional()
}

/// Whether a character is or was the project's, also when it is deleted.
pub fn was_of(db: &mut Db, project: &str, id: &str) -> QueryResult<bool> {
    let theirs = characters::table.find(id).filter(characters::project_id.eq(project));
    let found: i64 = theirs.count().get_result(db)?;
    Ok(found > 0)
}

/// As [`get`], and nobody else changes it, or uses it in a new video, until the transaction ends.
pub fn lock(db: &mut Db, id: &str) -> QueryResult<Option<CharacterRow>> {
    let query = characters::table.find(id).filter(characters::status.ne(Status::Deleted.name()));
    match db {
        Db::Postgres(db) => query.select(CharacterRow::as_select()).for_update().first(db),
        Db::Sqlite(db) => query.select(CharacterRow::as_select()).first(db),
    }
    .optional()
}

/// As [`get`], and nobody changes it until the transaction ends, while others may use it as well.
pub fn lock_shared(db: &mut Db, id: &str) -> QueryResult<Option<CharacterRow>> {
    let query = characters::table.find(id).filter(characters::status.ne(Status::Deleted.name()));
    match db {
        Db::Postgres(db) => query.select(CharacterRow::as_select()).for_share().first(db),
        Db::Sqlite(db) => query.select(CharacterRow::as_select()).first(db),
    }
    .optional()
}

/// Lets nobody else add characters to a project until the transaction ends.
pub fn lock_project(db: &mut Db, project: &str) -> QueryResult<()> {
    let query = projects::table.find(project).select(projects::id);
    match db {
        Db::Postgres(db) => query.for_no_key_update().first::<String>(db),
        Db::Sqlite(db) => query.first::<String>(db),
    }
    .map(drop)
}

/// How many characters a project has.
pub fn count(db: &mut Db, project: &str) -> QueryResult<i64> {
    let theirs = characters::project_id.eq(project).and(characters::status.ne(Status::Deleted.name()));
    characters::table.filter(theirs).count().get_result(db)
}

/// The project's characters of one policy that can be used.
pub fn active_with(db: &mut Db, project: &str, policy: UsePolicy) -> QueryResult<Vec<String>> {
    let active = characters::status.eq(Status::Active.name()).and(characters::use_policy.eq(policy.name()));
    let theirs = characters::table.filter(characters::project_id.eq(project).and(active));
    theirs.order(characters::id).select(characters::id).load(db)
}

/// The rows of a page of a project's characters, the newest first.
pub fn list(db: &mut Db, project: &str, page: &Page) -> Result<Vec<CharacterRow>, ApiError> {
    let there = characters::status.ne(Status::Deleted.name());
    let mut query = characters::table
        .filter(characters::project_id.eq(project).and(there))
        .select(CharacterRow::as_select())
        .order(characters::id.desc())
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = &page.after {
        // One that was deleted since still says where the page begins.
        let theirs = characters::table.find(after).filter(characters::project_id.eq(project));
        let found: i64 = theirs.count().get_result(db)?;
        if found == 0 {
            return Err(ApiError::not_found("character", after));
        }
        query = query.filter(characters::id.lt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// The rows of a page of all characters with a status, the oldest first.
pub fn list_with(db: &mut Db, status: Status, page: &Page) -> Result<Vec<CharacterRow>, ApiError> {
    let mut query = characters::table
        .filter(characters::status.eq(status.name()))
        .select(CharacterRow::as_select())
        .order(characters::id.asc())
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = &page.after {
        let found: i64 = characters::table.find(after).count().get_result(db)?;
        if found == 0 {
            return Err(ApiError::not_found("character", after));
        }
        query = query.filter(characters::id.gt(after.clone()));
    }
    Ok(query.load(db)?)
}

pub fn set_status(db: &mut Db, id: &str, status: Status, now_us: i64) -> QueryResult<()> {
    let changes = (characters::status.eq(status.name()), characters::updated_at.eq(now_us));
    diesel::update(characters::table.find(id)).set(changes).execute(db).map(drop)
}

pub fn set_sealed(db: &mut Db, id: &str, sealed: &[u8], now_us: i64) -> QueryResult<()> {
    let changes = (characters::sealed.eq(sealed), characters::updated_at.eq(now_us));
    diesel::update(characters::table.find(id)).set(changes).execute(db).map(drop)
}

pub fn set_policy(db: &mut Db, id: &str, policy: UsePolicy, now_us: i64) -> QueryResult<()> {
    let changes = (characters::use_policy.eq(policy.name()), characters::updated_at.eq(now_us));
    diesel::update(characters::table.find(id)).set(changes).execute(db).map(drop)
}

pub fn set_consent(db: &mut Db, id: &str, consent: &str) -> QueryResult<()> {
    diesel::update(characters::table.find(id)).set(characters::consent_id.eq(consent)).execute(db).map(drop)
}

pub fn set_refusal(db: &mut Db, id: &str, reason: &str) -> QueryResult<()> {
    diesel::update(characters::table.find(id)).set(characters::refusal.eq(reason)).execute(db).map(drop)
}

/// It can no longer be used.
pub fn revoke(db: &mut Db, id: &str, now_us: i64) -> QueryResult<()> {
    let changes = (
        characters::status.eq(Status::Revoked.name()),
        characters::revoked_at.eq(now_us),
        characters::updated_at.eq(now_us),
    );
    diesel::update(characters::table.find(id)).set(changes).execute(db)?;
    let consents = consents::table.filter(consents::character_id.eq(id).and(consents::revoked_at.is_null()));
    diesel::update(consents).set(consents::revoked_at.eq(now_us)).execute(db).map(drop)
}

/// Nothing of it can be read any more.
pub fn delete(db: &mut Db, id: &str, now_us: i64) -> QueryResult<()> {
    diesel::delete(character_keys::table.find(id)).execute(db)?;
    let changes = (
        characters::status.eq(Status::Deleted.name()),
        characters::deleted_at.eq(now_us),
        characters::updated_at.eq(now_us),
        characters::sealed.eq(None::<Vec<u8>>),
        characters::refusal.eq(None::<String>),
    );
    diesel::update(characters::table.find(id)).set(changes).execute(db)?;
    let consents = consents::table.filter(consents::character_id.eq(id));
    diesel::update(consents).set(consents::sealed.eq(Vec::new())).execute(db).map(drop)
}

/// A consent. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = consents)]
pub struct ConsentRow {
    pub id: String,
    pub character_id: String,
    pub organization_id: String,
    pub project_id: String,
    pub api_key_id: String,
    pub sealed: Vec<u8>,
    pub wording_version: String,
    pub scopes: String,
    pub capture_sha256: String,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

#[derive(Insertable)]
#[diesel(table_name = consents)]
pub struct NewConsent<'a> {
    pub id: &'a str,
    pub character_id: &'a str,
    pub organization_id: &'a str,
    pub project_id: &'a str,
    pub api_key_id: &'a str,
    pub sealed: Vec<u8>,
    pub wording_version: &'a str,
    pub scopes: &'a str,
    pub capture_sha256: &'a str,
    pub created_at: i64,
    pub expires_at: Option<i64>,
}

pub fn insert_consent(db: &mut Db, row: &NewConsent<'_>) -> QueryResult<()> {
    diesel::insert_into(consents::table).values(row).execute(db).map(drop)
}

pub fn consent(db: &mut Db, id: &str) -> QueryResult<ConsentRow> {
    consents::table.find(id).select(ConsentRow::as_select()).first(db)
}

/// The name under which a project is known, if it has one.
pub fn handle_of(db: &mut Db, project: &str) -> QueryResult<Option<String>> {
    handles::table.find(project).select(handles::handle).first(db).optional()
}

/// The names under which these projects are known, by project.
pub fn handles_of(
    db: &mut Db,
    projects: &[String],
) -> QueryResult<std::collections::HashMap<String, String>> {
    let named = handles::table.filter(handles::project_id.eq_any(projects));
    Ok(named.select((handles::project_id, handles::handle)).load(db)?.into_iter().collect())
}

/// Whether each of two projects follows the other.
pub fn are_mutual(db: &mut Db, one: &str, other: &str) -> QueryResult<bool> {
    let there = follows::follower_id.eq(one).and(follows::followed_id.eq(other));
    let back = follows::follower_id.eq(other).and(follows::followed_id.eq(one));
    let both: i64 = follows::table.filter(there.or(back)).count().get_result(db)?;
    Ok(both == 2)
}
