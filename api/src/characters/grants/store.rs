//! The SQL of grants, handles and follows.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, JoinOnDsl as _,
    NullableExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::schema::{character_grants, follows, handles};
use kinora_store::{Db, each};

use crate::ApiError;
use crate::http::Page;

/// A grant. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = character_grants)]
pub struct GrantRow {
    pub id: String,
    pub character_id: String,
    pub project_id: String,
    pub uses_max: Option<i32>,
    pub uses: i32,
    pub created_at: i64,
    pub expires_at: Option<i64>,
}

#[derive(Insertable)]
#[diesel(table_name = character_grants)]
pub struct NewGrant<'a> {
    pub id: &'a str,
    pub character_id: &'a str,
    pub project_id: &'a str,
    pub uses_max: Option<i32>,
    pub created_at: i64,
    pub expires_at: Option<i64>,
}

pub fn insert(db: &mut Db, row: &NewGrant<'_>) -> QueryResult<()> {
    diesel::insert_into(character_grants::table).values(row).execute(db).map(drop)
}

/// The grant of a character that is not revoked.
pub fn find(db: &mut Db, character: &str, id: &str) -> QueryResult<Option<GrantRow>> {
    let there = character_grants::character_id.eq(character).and(character_grants::revoked_at.is_null());
    character_grants::table.find(id).filter(there).select(GrantRow::as_select()).first(db).optional()
}

/// How many grants of a character are not revoked.
pub fn count(db: &mut Db, character: &str) -> QueryResult<i64> {
    let there = character_grants::character_id.eq(character).and(character_grants::revoked_at.is_null());
    character_grants::table.filter(there).count().get_result(db)
}

/// The rows of a page of grants that are not revoked, the newest first.
pub fn list(db: &mut Db, character: &str, page: &Page) -> Result<Vec<GrantRow>, ApiError> {
    let mut query = character_grants::table
        .filter(character_grants::character_id.eq(character).and(character_grants::revoked_at.is_null()))
        .select(GrantRow::as_select())
        .order(character_grants::id.desc())
        .limit(page.rows())
        .into_boxed();
    if let Some(after) = &page.after {
        let of_it = character_grants::table.find(after).filter(character_grants::character_id.eq(character));
        let found: i64 = of_it.count().get_result(db)?;
        if found == 0 {
            return Err(ApiError::not_found("grant", after));
        }
        query = query.filter(character_grants::id.lt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// Nothing is let by it any more.
pub fn revoke(db: &mut Db, id: &str, now_us: i64) -> QueryResult<()> {
    let grant = character_grants::table.find(id);
    diesel::update(grant).set(character_grants::revoked_at.eq(now_us)).execute(db).map(drop)
}

/// As [`revoke`], of the one of a project, if it has one.
pub fn revoke_of(db: &mut Db, character: &str, project: &str, now_us: i64) -> QueryResult<()> {
    let theirs = character_grants::character_id.eq(character).and(character_grants::project_id.eq(project));
    let grant = character_grants::table.filter(theirs.and(character_grants::revoked_at.is_null()));
    diesel::update(grant).set(character_grants::revoked_at.eq(now_us)).execute(db).map(drop)
}

/// Whether a grant was not revoked, however it stands with its time and count.
pub fn is_standing(db: &mut Db, character: &str, project: &str) -> QueryResult<bool> {
    let theirs = character_grants::character_id.eq(character).and(character_grants::project_id.eq(project));
    let grants = character_grants::table.filter(theirs.and(character_grants::revoked_at.is_null()));
    let found: i64 = grants.count().get_result(db)?;
    Ok(found > 0)
}

/// The grant by which a project may use a character now.
pub fn usable(db: &mut Db, character: &str, project: &str, now_us: i64) -> QueryResult<Option<String>> {
    let theirs = character_grants::character_id.eq(character).and(character_grants::project_id.eq(project));
    let in_time = character_grants::expires_at.is_null().or(character_grants::expires_at.gt(now_us));
    let has_left = character_grants::uses_max
        .is_null()
        .or(character_grants::uses_max.gt(character_grants::uses.nullable()));
    character_grants::table
        .filter(theirs.and(character_grants::revoked_at.is_null()).and(in_time).and(has_left))
        .select(character_grants::id)
        .first(db)
        .optional()
}

/// Counts one use; whether there was one left.
pub fn use_once(db: &mut Db, id: &str, now_us: i64) -> QueryResult<bool> {
    let in_time = character_grants::expires_at.is_null().or(character_grants::expires_at.gt(now_us));
    let has_left = character_grants::uses_max
        .is_null()
        .or(character_grants::uses_max.gt(character_grants::uses.nullable()));
    let grant = character_grants::table.filter(
        character_grants::id.eq(id).and(character_grants::revoked_at.is_null()).and(in_time).and(has_left),
    );
    let counted =
        diesel::update(grant).set(character_grants::uses.eq(character_grants::uses + 1)).execute(db)?;
    Ok(counted == 1)
}

/// Gives a project a handle; whether nobody else has it.
pub fn set_handle(db: &mut Db, project: &str, handle: &str, now_us: i64) -> QueryResult<bool> {
    // A transaction within the caller's: it goes on when somebody else has the name.
    let named = db.write_tx(|db| {
        let changes = (handles::handle.eq(handle), handles::updated_at.eq(now_us));
        if diesel::update(handles::table.find(project)).set(changes).execute(db)? > 0 {
            return Ok(());
        }
        let row =
            (handles::project_id.eq(project), handles::handle.eq(handle), handles::updated_at.eq(now_us));
        diesel::insert_into(handles::table).values(row).execute(db).map(drop)
    });
    match named {
        Ok(()) => Ok(true),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The project that is known under a handle.
pub fn project_of(db: &mut Db, handle: &str) -> QueryResult<Option<String>> {
    handles::table.filter(handles::handle.eq(handle)).select(handles::project_id).first(db).optional()
}

/// One project follows another from now on, if it did not before.
pub fn follow(db: &mut Db, follower: &str, followed: &str, now_us: i64) -> QueryResult<()> {
    let row = (
        follows::follower_id.eq(follower),
        follows::followed_id.eq(followed),
        follows::created_at.eq(now_us),
    );
    each!(db, |db| diesel::insert_into(follows::table).values(row).on_conflict_do_nothing().execute(db))
        .map(drop)
}

/// One project no longer follows another; whether it did.
pub fn unfollow(db: &mut Db, follower: &str, followed: &str) -> QueryResult<bool> {
    diesel::delete(follows::table.find((follower, followed))).execute(db).map(|rows| rows > 0)
}

/// How many a project follows.
pub fn count_followed(db: &mut Db, follower: &str) -> QueryResult<i64> {
    follows::table.filter(follows::follower_id.eq(follower)).count().get_result(db)
}

/// Whom a project follows: handle, whether it is followed back, and since when, the newest first.
pub fn followed(db: &mut Db, follower: &str, limit: i64) -> QueryResult<Vec<(String, String, i64)>> {
    follows::table
        .inner_join(handles::table.on(handles::project_id.eq(follows::followed_id)))
        .filter(follows::follower_id.eq(follower))
        .order((follows::created_at.desc(), follows::followed_id))
        .limit(limit)
        .select((follows::followed_id, handles::handle, follows::created_at))
        .load(db)
}
