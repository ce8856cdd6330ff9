//! What only the API can see: whether each video's status and its hold say the same.

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use kinora_billing::books_balance;
use kinora_store::Db;

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// How many holds were looked at.
    pub holds: i64,
    /// What is not as it must be, one sentence each.
    pub faults: Vec<String>,
}

/// Videos whose status and hold contradict each other.
const CONTRADICTIONS: &str = "
    SELECT v.id || ' is ' || v.status || ' and its hold is ' || COALESCE(s.outcome, 'open') AS what
    FROM videos v JOIN holds h ON h.subject = v.id LEFT JOIN settlements s ON s.hold_id = h.id
    WHERE COALESCE(s.outcome, 'open') <> CASE v.status WHEN 'completed' THEN 'captured' WHEN 'failed' THEN 'released' ELSE 'open' END
    LIMIT 20";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    what: String,
}

/// Looks at all of the books, and at each video against its hold: a completed one is charged, a failed one is not,
/// and one that is not over has its hold open.
///
/// # Errors
/// When the database fails.
pub fn audit(db: &mut Db) -> Result<Audit, kinora_billing::Error> {
    let books = books_balance(db)?;
    let mut faults = books.faults;
    let found: Vec<Found> = sql_query(CONTRADICTIONS).load(db)?;
    faults.extend(found.into_iter().map(|row| row.what));
    Ok(Audit { holds: books.holds, faults })
}
