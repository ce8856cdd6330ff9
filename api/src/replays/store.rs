//! All SQL of stored answers.

use diesel::sql_types::{BigInt, Bool};
use diesel::upsert::excluded;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    QueryableByName, RunQueryDsl as _, sql_query,
};
use kinora_store::schema::replays;
use kinora_store::{Db, each};

use super::once::Place;

/// There is a thing of which the answer is not known yet.
pub const BEGUN: &str = "begun";
/// There is an answer.
pub const DONE: &str = "done";

/// What is known of a request.
#[derive(diesel::Queryable)]
pub struct Stored {
    pub fingerprint: Vec<u8>,
    pub stage: String,
    pub sealed: Vec<u8>,
}

/// What is known of a request, unless its time is over.
pub fn find(db: &mut Db, place: &Place, now_us: i64) -> QueryResult<Option<Stored>> {
    replays::table
        .filter(replays::id.eq(&place.id))
        .filter(replays::owner.eq(&place.owner))
        .filter(replays::expires_at.gt(now_us))
        .select((replays::fingerprint, replays::stage, replays::sealed))
        .first(db)
        .optional()
}

/// Stores what is known of a request, in the place of what was known and is over by `over_us` or only begun; whether
/// there was nothing else.
pub fn put(
    db: &mut Db,
    place: &Place,
    (stage, sealed): (&str, &[u8]),
    (now_us, over_us): (i64, i64),
) -> QueryResult<bool> {
    // Of an insert; the trait that filters queries has a method of the same name.
    use diesel::query_dsl::methods::FilterDsl as _;
    let row = (
        replays::id.eq(&place.id),
        replays::owner.eq(&place.owner),
        replays::fingerprint.eq(&place.fingerprint[..]),
        replays::stage.eq(stage),
        replays::sealed.eq(sealed),
        replays::created_at.eq(now_us),
        replays::expires_at.eq(now_us.saturating_add(place.kind.kept_us())),
    );
    let stored = each!(db, |c| {
        diesel::insert_into(replays::table)
            .values(row)
            .on_conflict(replays::id)
            .do_update()
            .set((
                replays::fingerprint.eq(excluded(replays::fingerprint)),
                replays::stage.eq(excluded(replays::stage)),
                replays::sealed.eq(excluded(replays::sealed)),
                replays::created_at.eq(excluded(replays::created_at)),
                replays::expires_at.eq(excluded(replays::expires_at)),
            ))
            .filter(replays::expires_at.le(over_us).or(replays::stage.eq(BEGUN)))
            .execute(c)
    })?;
    Ok(stored == 1)
}

/// Forgets what is known of a request.
pub fn forget(db: &mut Db, place: &Place) -> QueryResult<usize> {
    let row = replays::table.filter(replays::id.eq(&place.id)).filter(replays::owner.eq(&place.owner));
    diesel::delete(row).execute(db)
}

/// Removes at most `limit` rows whose time is over; how many.
pub fn prune(db: &mut Db, now_us: i64, limit: i64) -> QueryResult<usize> {
    let over: Vec<String> = replays::table
        .filter(replays::expires_at.le(now_us))
        .order((replays::expires_at, replays::id))
        .limit(limit)
        .select(replays::id)
        .load(db)?;
    // A row may have been written anew since it was found.
    let rows = replays::table.filter(replays::id.eq_any(over)).filter(replays::expires_at.le(now_us));
    diesel::delete(rows).execute(db)
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Takes the lock of a number until the transaction ends, without waiting for it; whether it was free. SQLite has one
/// writer, which is lock enough.
pub fn try_lock(db: &mut Db, number: i64) -> QueryResult<bool> {
    locked(db, "SELECT pg_try_advisory_xact_lock($1) AS locked", number)
}

/// As [`try_lock`], beside others that take it so.
pub fn try_lock_shared(db: &mut Db, number: i64) -> QueryResult<bool> {
    locked(db, "SELECT pg_try_advisory_xact_lock_shared($1) AS locked", number)
}

fn locked(db: &mut Db, query: &str, number: i64) -> QueryResult<bool> {
    match db {
        Db::Postgres(c) => {
            sql_query(query).bind::<BigInt, _>(number).get_result::<Locked>(c).map(|row| row.locked)
        }
        Db::Sqlite(_) => Ok(true),
    }
}
