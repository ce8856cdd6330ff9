//! All SQL of stored answers.

use diesel::sql_types::{BigInt, Bool};
use diesel::upsert::excluded;
use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, QueryableByName,
    RunQueryDsl as _, sql_query,
};
use kinora_store::schema::replays;
use kinora_store::{Db, each};

use super::once::Place;
use super::rules::Kind;

/// There is a thing of which the answer is not known yet.
pub const BEGUN: &str = "begun";
/// There is an answer.
pub const DONE: &str = "done";
/// There are refusals alone.
pub const REFUSED: &str = "refused";

/// What is known of a request.
#[derive(diesel::Queryable)]
pub struct Stored {
    pub fingerprint: Vec<u8>,
    pub stage: String,
    pub sealed: Vec<u8>,
    pub refused: i32,
    /// Whether a later try did it, whose first one never came.
    pub by_retry: bool,
    pub created_at: i64,
}

/// Forgets what is known of a request once its time is over.
pub fn forget_over(db: &mut Db, place: &Place, now_us: i64) -> QueryResult<usize> {
    let row = replays::table.filter(replays::id.eq(&place.id)).filter(replays::owner.eq(&place.owner));
    diesel::delete(row.filter(replays::expires_at.le(now_us))).execute(db)
}

/// What is known of a request.
pub fn find(db: &mut Db, place: &Place) -> QueryResult<Option<Stored>> {
    replays::table
        .filter(replays::id.eq(&place.id))
        .filter(replays::owner.eq(&place.owner))
        .select((
            replays::fingerprint,
            replays::stage,
            replays::sealed,
            replays::refused,
            replays::by_retry,
            replays::created_at,
        ))
        .first(db)
        .optional()
}

/// Stores what is known of a request; that this many came again that were refused; and whether its first try is still to come. Whether
/// there was room: what is done under a key stays.
pub fn put(
    db: &mut Db,
    place: &Place,
    (stage, sealed): (&str, &[u8]),
    (came_again, is_unmet): (i32, bool),
    now_us: i64,
) -> QueryResult<bool> {
    let stays = if place.kind == Kind::Keyed { DONE } else { "nothing" };
    // Of an insert; the trait that filters queries has a method of the same name.
    use diesel::query_dsl::methods::FilterDsl as _;
    let row = (
        replays::id.eq(&place.id),
        replays::owner.eq(&place.owner),
        replays::fingerprint.eq(&place.fingerprint[..]),
        replays::stage.eq(stage),
        replays::sealed.eq(sealed),
        replays::by_retry.eq(is_unmet),
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
                replays::refused.eq(replays::refused - came_again),
                replays::by_retry.eq(excluded(replays::by_retry)),
                replays::created_at.eq(excluded(replays::created_at)),
                replays::expires_at.eq(excluded(replays::expires_at)),
            ))
            .filter(replays::stage.ne(stays))
            .execute(c)
    })?;
    Ok(stored == 1)
}

/// Stores that the first try of a request came, after a later one was answered.
pub fn meet(db: &mut Db, place: &Place) -> QueryResult<usize> {
    let row = replays::table.filter(replays::id.eq(&place.id)).filter(replays::owner.eq(&place.owner));
    diesel::update(row).set(replays::by_retry.eq(false)).execute(db)
}

/// Stores that a request was refused that is to come again.
pub fn put_refused(db: &mut Db, place: &Place, now_us: i64) -> QueryResult<usize> {
    let row = (
        replays::id.eq(&place.id),
        replays::owner.eq(&place.owner),
        replays::fingerprint.eq(&place.fingerprint[..]),
        replays::stage.eq(REFUSED),
        replays::sealed.eq(&[][..]),
        replays::refused.eq(1),
        replays::created_at.eq(now_us),
        replays::expires_at.eq(now_us.saturating_add(place.kind.kept_us())),
    );
    each!(db, |c| {
        diesel::insert_into(replays::table)
            .values(row)
            .on_conflict(replays::id)
            .do_update()
            .set((
                replays::refused.eq(replays::refused + 1),
                replays::expires_at.eq(excluded(replays::expires_at)),
            ))
            .execute(c)
    })
}

/// Stores that a request that was refused does not come again.
pub fn take_refused(db: &mut Db, place: &Place) -> QueryResult<usize> {
    let row = replays::table.filter(replays::id.eq(&place.id)).filter(replays::owner.eq(&place.owner));
    diesel::update(row.filter(replays::refused.gt(0)))
        .set(replays::refused.eq(replays::refused - 1))
        .execute(db)
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

/// As [`try_lock`], and waits for it.
pub fn lock(db: &mut Db, number: i64) -> QueryResult<()> {
    wait(db, "SELECT pg_advisory_xact_lock($1)", number)
}

/// As [`lock`], beside others that take it so.
pub fn lock_shared(db: &mut Db, number: i64) -> QueryResult<()> {
    wait(db, "SELECT pg_advisory_xact_lock_shared($1)", number)
}

fn wait(db: &mut Db, query: &str, number: i64) -> QueryResult<()> {
    match db {
        Db::Postgres(c) => sql_query(query).bind::<BigInt, _>(number).execute(c).map(drop),
        Db::Sqlite(_) => Ok(()),
    }
}

fn locked(db: &mut Db, query: &str, number: i64) -> QueryResult<bool> {
    match db {
        Db::Postgres(c) => {
            sql_query(query).bind::<BigInt, _>(number).get_result::<Locked>(c).map(|row| row.locked)
        }
        Db::Sqlite(_) => Ok(true),
    }
}
