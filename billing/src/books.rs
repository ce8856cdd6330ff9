//! Whether the books balance: everything that must be true of them, asked of the database itself.

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryDsl as _, QueryableByName, RunQueryDsl as _, SelectableHelper as _, sql_query};
use kinora_store::Db;
use kinora_store::schema::{holds, lines, settlements};

use crate::hold::HoldRow;
use crate::{Error, Micros};

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Books {
    /// How many holds were looked at.
    pub holds: i64,
    /// What is not as it must be, one sentence each. Empty when the books balance.
    pub faults: Vec<String>,
}

/// Most faults of one kind that are told apart.
const FAULTS_MAX: i64 = 20;

/// Each finds rows that must not be: `what` says which, `off` by how much, micro-dollars.
const CHECKS: [(&str, &str); 9] = [
    (
        "an account's balance is not the sum of its transfers",
        "SELECT a.id AS what, CAST(a.balance_micros - COALESCE(i.sum, 0) + COALESCE(o.sum, 0) AS BIGINT) AS off FROM accounts a
         LEFT JOIN (SELECT credit_account AS id, SUM(amount_micros) AS sum FROM transfers GROUP BY credit_account) i ON i.id = a.id
         LEFT JOIN (SELECT debit_account AS id, SUM(amount_micros) AS sum FROM transfers GROUP BY debit_account) o ON o.id = a.id
         WHERE a.organization_id IS NOT NULL AND a.balance_micros <> COALESCE(i.sum, 0) - COALESCE(o.sum, 0)",
    ),
    (
        "credit is not the sum of its blocks",
        "SELECT a.id AS what, CAST(a.balance_micros - COALESCE(b.sum, 0) AS BIGINT) AS off FROM accounts a
         LEFT JOIN (SELECT organization_id, SUM(remaining_micros) AS sum FROM credit_blocks GROUP BY organization_id) b
             ON b.organization_id = a.organization_id
         WHERE a.kind = 'credit' AND a.balance_micros <> COALESCE(b.sum, 0)",
    ),
    (
        "a block's rest is not the sum of its entries",
        "SELECT b.id AS what, CAST(b.remaining_micros - COALESCE(e.sum, 0) AS BIGINT) AS off FROM credit_blocks b
         LEFT JOIN (SELECT credit_block_id, SUM(amount_micros) AS sum FROM credit_block_entries GROUP BY credit_block_id) e
             ON e.credit_block_id = b.id
         WHERE b.remaining_micros <> COALESCE(e.sum, 0)",
    ),
    (
        "a transfer of credit does not say from which blocks",
        "SELECT t.id AS what, CAST(t.amount_micros AS BIGINT) AS off FROM transfers t
         JOIN accounts a ON a.id IN (t.debit_account, t.credit_account) AND a.kind = 'credit'
         LEFT JOIN (SELECT transfer_id, SUM(amount_micros) AS sum FROM credit_block_entries GROUP BY transfer_id) e
             ON e.transfer_id = t.id
         WHERE COALESCE(e.sum, 0) <> CASE WHEN t.credit_account = a.id THEN t.amount_micros ELSE -t.amount_micros END",
    ),
    (
        "what is held is not the sum of the open holds",
        "SELECT a.id AS what, CAST(a.balance_micros - COALESCE(h.sum, 0) AS BIGINT) AS off FROM accounts a
         LEFT JOIN (SELECT organization_id, SUM(amount_micros) AS sum FROM holds
                    WHERE id NOT IN (SELECT hold_id FROM settlements) GROUP BY organization_id) h
             ON h.organization_id = a.organization_id
         WHERE a.kind = 'held' AND a.balance_micros <> COALESCE(h.sum, 0)",
    ),
    (
        "a hold's transfers are not the hold",
        "SELECT h.id AS what, CAST(h.amount_micros - COALESCE(t.sum, 0) AS BIGINT) AS off FROM holds h
         LEFT JOIN (SELECT subject, SUM(amount_micros) AS sum FROM transfers WHERE kind = 'hold' GROUP BY subject) t ON t.subject = h.id
         WHERE h.amount_micros <> COALESCE(t.sum, 0)",
    ),
    (
        "a settlement's transfers are not the settlement",
        "SELECT s.hold_id AS what, CAST(s.captured_micros - COALESCE(c.sum, 0) AS BIGINT) AS off FROM settlements s
         LEFT JOIN (SELECT subject, SUM(amount_micros) AS sum FROM transfers WHERE kind = 'capture' GROUP BY subject) c ON c.subject = s.hold_id
         LEFT JOIN (SELECT subject, SUM(amount_micros) AS sum FROM transfers WHERE kind = 'release' GROUP BY subject) r ON r.subject = s.hold_id
         WHERE s.captured_micros <> COALESCE(c.sum, 0) OR s.released_micros <> COALESCE(r.sum, 0)",
    ),
    (
        "a statement's lines are not what was captured",
        "SELECT s.hold_id AS what, CAST(s.captured_micros - COALESCE(l.sum, 0) AS BIGINT) AS off FROM settlements s
         LEFT JOIN (SELECT hold_id, SUM(amount_micros) AS sum FROM lines GROUP BY hold_id) l ON l.hold_id = s.hold_id
         WHERE s.captured_micros <> COALESCE(l.sum, 0)",
    ),
    (
        "what a key has spent is not what it holds and was charged",
        "SELECT h.api_key_id AS what, CAST(h.sum - COALESCE(p.sum, 0) AS BIGINT) AS off
         FROM (SELECT h.api_key_id, SUM(h.amount_micros - COALESCE(s.released_micros, 0)) AS sum
               FROM holds h LEFT JOIN settlements s ON s.hold_id = h.id GROUP BY h.api_key_id) h
         LEFT JOIN (SELECT api_key_id, SUM(committed_micros) AS sum FROM spend GROUP BY api_key_id) p ON p.api_key_id = h.api_key_id
         WHERE h.sum <> COALESCE(p.sum, 0)",
    ),
];

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = BigInt)]
    off: i64,
}

/// Looks at all of the books: that each balance is the sum of its transfers, that credit is made of its blocks, that
/// what is held is what is open, that a hold is wholly settled, that lines add up to what was captured, and that each
/// bill comes out again from its own quote. Reads everything: for tests and for the night. Call it inside
/// `write_tx` (SQLite) or where nobody writes (PostgreSQL reads each check at its own moment).
///
/// # Errors
/// When the database fails. That the books do not balance is no error: it is the answer.
pub fn books_balance(db: &mut Db) -> Result<Books, Error> {
    let mut faults = Vec::new();
    for (fault, query) in CHECKS {
        let found: Vec<Found> = sql_query(format!("{query} LIMIT {FAULTS_MAX}")).load(db)?;
        faults.extend(
            found.iter().map(|row| format!("{fault}: {} by {}", row.what, Micros::new(row.off).dollars())),
        );
    }
    let holds: i64 = holds::table.count().get_result(db)?;
    recompute(db, &mut faults)?;
    Ok(Books { holds, faults })
}

/// How many bills are computed again at once.
const PAGE: i64 = 1_000;

/// Computes every captured line again from the quote of its hold.
fn recompute(db: &mut Db, faults: &mut Vec<String>) -> Result<(), Error> {
    use diesel::{ExpressionMethods as _, JoinOnDsl as _};
    let mut after = String::new();
    loop {
        let rows: Vec<HoldRow> = holds::table
            .inner_join(settlements::table.on(settlements::hold_id.eq(holds::id)))
            .filter(settlements::outcome.eq("captured"))
            .filter(holds::id.gt(&after))
            .order(holds::id.asc())
            .limit(PAGE)
            .select(HoldRow::as_select())
            .load(db)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id.clone();
        let ids: Vec<&String> = rows.iter().map(|row| &row.id).collect();
        let charged: Vec<ChargedLine> = lines::table
            .filter(lines::hold_id.eq_any(ids))
            .select((
                lines::hold_id,
                lines::component,
                lines::quantity_milli,
                lines::unit_micros,
                lines::amount_micros,
            ))
            .load(db)?;
        for row in &rows {
            let own: Vec<&ChargedLine> = charged.iter().filter(|line| line.0 == row.id).collect();
            if !comes_out_again(row, &own)? {
                faults.push(format!("a bill does not come out again from its quote: {}", row.id));
            }
        }
    }
}

/// Hold, component, quantity in thousandths, unit price and amount in micro-dollars.
type ChargedLine = (String, String, i64, i64, i64);

fn comes_out_again(row: &HoldRow, charged: &[&ChargedLine]) -> Result<bool, Error> {
    let quote = row.quote()?;
    let quantity = |component: &str, unit_milli: i64| {
        let line = charged.iter().find(|line| line.1 == component);
        line.and_then(|line| line.2.checked_div(unit_milli))
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(0)
    };
    let delivered =
        crate::Quantities { milliseconds: quantity("second", 1), references: quantity("reference", 1_000) };
    let lines = quote.lines(delivered).ok_or(Error::Overflow)?;
    Ok(lines.len() == charged.len()
        && lines.iter().all(|line| {
            charged.iter().any(|other| {
                other.1 == line.component.name()
                    && other.2 == line.quantity_milli
                    && other.3 == line.unit.get()
                    && other.4 == line.amount.get()
            })
        }))
}
