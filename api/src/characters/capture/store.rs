//! The SQL of uploads and challenges.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _,
    QueryResult, Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{character_challenges, character_files};

use crate::clock::SECOND_US;

/// How much later than its challenge's end a capture may be complete that began to arrive before that, microseconds.
const UPLOAD_GRACE_US: i64 = 120 * SECOND_US;
/// Its bytes are about to be written.
const EXPECTED: &str = "expected";
/// It is there.
const KEPT: &str = "kept";
/// Its bytes are to be removed.
const GONE: &str = "gone";

/// Something that was uploaded for a character. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = character_files)]
pub struct FileRow {
    pub id: String,
    pub character_id: String,
    pub kind: String,
    pub path: String,
    /// Of what was uploaded.
    pub bytes: i64,
    /// Of what was uploaded.
    pub sha256: String,
    pub state: String,
    pub created_at: i64,
}

impl FileRow {
    /// One whose bytes are about to be written.
    pub fn expected(
        id: String,
        character: &str,
        kind: &str,
        (bytes, sha256): (usize, String),
        now_us: i64,
    ) -> Self {
        Self {
            path: path_of(&id),
            id,
            character_id: character.to_owned(),
            kind: kind.to_owned(),
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            sha256,
            state: EXPECTED.to_owned(),
            created_at: now_us,
        }
    }
}

/// Where the bytes of a file lie.
pub fn path_of(id: &str) -> String {
    format!("characters/{id}")
}

/// Whether there is a row of a file, whatever its state.
pub fn is_known(db: &mut Db, id: &str) -> QueryResult<bool> {
    let found: i64 = character_files::table.find(id).count().get_result(db)?;
    Ok(found > 0)
}

pub fn insert(db: &mut Db, row: &FileRow) -> QueryResult<()> {
    diesel::insert_into(character_files::table).values(row).execute(db).map(drop)
}

/// The bytes were written; whether the row was still there.
pub fn keep(db: &mut Db, id: &str) -> QueryResult<bool> {
    let expected = character_files::table.find(id).filter(character_files::state.eq(EXPECTED));
    diesel::update(expected).set(character_files::state.eq(KEPT)).execute(db).map(|rows| rows > 0)
}

/// What is kept of a character, the oldest first.
pub fn list(db: &mut Db, character: &str) -> QueryResult<Vec<FileRow>> {
    character_files::table
        .filter(character_files::character_id.eq(character).and(character_files::state.eq(KEPT)))
        .order(character_files::id)
        .select(FileRow::as_select())
        .load(db)
}

/// One file that is kept of a character.
pub fn find(db: &mut Db, character: &str, id: &str) -> QueryResult<Option<FileRow>> {
    let theirs = character_files::character_id.eq(character).and(character_files::state.eq(KEPT));
    character_files::table.find(id).filter(theirs).select(FileRow::as_select()).first(db).optional()
}

/// Nothing of a character is to be kept.
pub fn give_up(db: &mut Db, character: &str) -> QueryResult<()> {
    let theirs = character_files::table.filter(character_files::character_id.eq(character));
    diesel::update(theirs).set(character_files::state.eq(GONE)).execute(db).map(drop)
}

/// A file that was expected does not come.
pub fn give_up_expected(db: &mut Db, id: &str) -> QueryResult<()> {
    let expected = character_files::table.find(id).filter(character_files::state.eq(EXPECTED));
    diesel::update(expected).set(character_files::state.eq(GONE)).execute(db).map(drop)
}

/// Files that were expected since before `before_us` do not come.
pub fn give_up_stale(db: &mut Db, before_us: i64) -> QueryResult<()> {
    let stale = character_files::state.eq(EXPECTED).and(character_files::created_at.lt(before_us));
    diesel::update(character_files::table.filter(stale))
        .set(character_files::state.eq(GONE))
        .execute(db)
        .map(drop)
}

/// Id and path of files whose bytes are to be removed.
pub fn gone(db: &mut Db, limit: i64) -> QueryResult<Vec<(String, String)>> {
    let gone = character_files::table.filter(character_files::state.eq(GONE));
    gone.select((character_files::id, character_files::path)).limit(limit).load(db)
}

/// The bytes of a file are removed.
pub fn forget(db: &mut Db, id: &str) -> QueryResult<()> {
    diesel::delete(character_files::table.find(id)).execute(db).map(drop)
}

/// A challenge. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = character_challenges)]
pub struct ChallengeRow {
    pub id: String,
    pub character_id: String,
    pub sealed: Vec<u8>,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
}

impl ChallengeRow {
    /// Whether a capture may answer it.
    pub fn is_open(&self, now_us: i64) -> bool {
        self.used_at.is_none() && self.expires_at > now_us
    }

    /// Whether a capture may answer it that began to arrive at one time and was there at the other, microseconds since 1970.
    /// Whoever was asked after they began to answer did not answer that.
    pub fn is_answered_in_time(&self, (arrived_us, complete_us): (i64, i64)) -> bool {
        let until_us = self.expires_at.saturating_add(UPLOAD_GRACE_US);
        self.is_open(arrived_us) && self.created_at <= arrived_us && complete_us < until_us
    }
}

pub fn insert_challenge(db: &mut Db, row: &ChallengeRow) -> QueryResult<()> {
    diesel::insert_into(character_challenges::table).values(row).execute(db).map(drop)
}

/// The challenge that was issued last.
pub fn last_challenge(db: &mut Db, character: &str) -> QueryResult<Option<ChallengeRow>> {
    let theirs = character_challenges::table.filter(character_challenges::character_id.eq(character));
    theirs.order(character_challenges::id.desc()).select(ChallengeRow::as_select()).first(db).optional()
}

/// How many challenges were issued since then, microseconds since 1970.
pub fn challenges_since(db: &mut Db, character: &str, since_us: i64) -> QueryResult<i64> {
    let theirs =
        character_challenges::character_id.eq(character).and(character_challenges::created_at.gt(since_us));
    character_challenges::table.filter(theirs).count().get_result(db)
}

/// A challenge, whoever's it is: its id comes from a row of ours.
pub fn challenge(db: &mut Db, id: &str) -> QueryResult<ChallengeRow> {
    character_challenges::table.find(id).select(ChallengeRow::as_select()).first(db)
}

/// A capture answers it; whether none did before.
pub fn use_challenge(db: &mut Db, id: &str, now_us: i64) -> QueryResult<bool> {
    let unused = character_challenges::table.find(id).filter(character_challenges::used_at.is_null());
    diesel::update(unused).set(character_challenges::used_at.eq(now_us)).execute(db).map(|rows| rows > 0)
}

/// Nothing is left of what a character was asked for.
pub fn forget_challenges(db: &mut Db, character: &str) -> QueryResult<()> {
    let theirs = character_challenges::table.filter(character_challenges::character_id.eq(character));
    diesel::delete(theirs).execute(db).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_comes_after_its_challenge_and_ends_soon_after_it() {
        let open = ChallengeRow {
            id: String::new(),
            character_id: String::new(),
            sealed: vec![],
            created_at: 1_000,
            expires_at: 5_000,
            used_at: None,
        };
        let last = 5_000 + UPLOAD_GRACE_US - 1;
        for (arrived_us, complete_us, expected) in [
            (1_000, 1_000, true),
            (4_999, last, true),
            (999, 1_000, false),
            (5_000, 5_000, false),
            (4_999, last + 1, false),
        ] {
            let found = open.is_answered_in_time((arrived_us, complete_us));
            assert_eq!(found, expected, "{arrived_us} {complete_us}");
        }
        let used = ChallengeRow { used_at: Some(2_000), ..open };
        assert!(!used.is_answered_in_time((3_000, 3_000)));
    }
}
