//! Whether the books balance: everything that must be true of them, asked of the database itself.

use std::collections::{BTreeMap, HashMap};

use diesel::sql_types::{BigInt, Text};
use diesel::{
    ExpressionMethods as _, JoinOnDsl as _, NullableExpressionMethods as _, QueryDsl as _, QueryableByName,
    RunQueryDsl as _, SelectableHelper as _, sql_query,
};
use kinora_store::Db;
use kinora_store::schema::{holds, lines, settlements, spend};

use crate::hold::HoldRow;
use crate::quote::Component;
use crate::{Error, Micros, Month, Quantities, Quote};

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
                    WHERE NOT EXISTS (SELECT 1 FROM settlements s WHERE s.hold_id = holds.id) GROUP BY organization_id) h
             ON h.organization_id = a.organization_id
         WHERE a.kind = 'held' AND a.balance_micros <> COALESCE(h.sum, 0)",
    ),
    (
        "a hold's transfer is not the hold",
        "SELECT h.id AS what, CAST(h.amount_micros - COALESCE(t.sum, 0) AS BIGINT) AS off FROM holds h
         LEFT JOIN (SELECT subject, debit_account, credit_account, SUM(amount_micros) AS sum FROM transfers
                    WHERE kind = 'hold' GROUP BY subject, debit_account, credit_account) t
             ON t.subject = h.id AND t.debit_account = h.source_account AND t.credit_account = h.organization_id || ':held'
         WHERE h.amount_micros <> COALESCE(t.sum, 0)",
    ),
    (
        "a settlement's transfers are not the settlement",
        "SELECT s.hold_id AS what, CAST(ABS(s.captured_micros - COALESCE(c.sum, 0)) + ABS(s.released_micros - COALESCE(r.sum, 0)) AS BIGINT) AS off
         FROM settlements s JOIN holds h ON h.id = s.hold_id
         LEFT JOIN (SELECT subject, debit_account, credit_account, SUM(amount_micros) AS sum FROM transfers
                    WHERE kind = 'capture' GROUP BY subject, debit_account, credit_account) c
             ON c.subject = h.id AND c.debit_account = h.organization_id || ':held' AND c.credit_account = 'revenue'
         LEFT JOIN (SELECT subject, debit_account, credit_account, SUM(amount_micros) AS sum FROM transfers
                    WHERE kind = 'release' GROUP BY subject, debit_account, credit_account) r
             ON r.subject = h.id AND r.debit_account = h.organization_id || ':held' AND r.credit_account = h.source_account
         WHERE s.captured_micros <> COALESCE(c.sum, 0) OR s.released_micros <> COALESCE(r.sum, 0)",
    ),
    (
        "a statement's lines are not what was captured",
        "SELECT s.hold_id AS what, CAST(s.captured_micros - COALESCE(l.sum, 0) AS BIGINT) AS off FROM settlements s
         LEFT JOIN (SELECT hold_id, SUM(amount_micros) AS sum FROM lines GROUP BY hold_id) l ON l.hold_id = s.hold_id
         WHERE s.captured_micros <> COALESCE(l.sum, 0)",
    ),
    (
        "a line is on another statement than its hold",
        "SELECT l.id AS what, l.amount_micros AS off FROM lines l
         JOIN holds h ON h.id = l.hold_id JOIN settlements s ON s.hold_id = l.hold_id
         WHERE l.organization_id <> h.organization_id OR l.project_id <> h.project_id OR l.api_key_id <> h.api_key_id
            OR l.subject <> h.subject OR l.price_list_id <> h.price_list_id OR l.captured_at <> s.settled_at",
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
/// what is held is what is open, that a hold is wholly settled, that lines add up to what was captured, that each hold
/// and each bill comes out again from its own quote, and that what counts against limits is what was held and charged
/// in each month. Reads everything: for tests and for the night. Call it inside `read_tx`, so that all of it is of one
/// moment.
///
/// # Errors
/// When the database fails. That the books do not balance is no error: it is the answer.
pub fn books_balance(db: &mut Db) -> Result<Books, Error> {
    if let Db::Postgres(db) = db {
        // However long it takes; until the end of the transaction.
        sql_query("SET LOCAL statement_timeout = 0").execute(db)?;
    }
    let mut faults = Vec::new();
    for (fault, query) in CHECKS {
        let found: Vec<Found> = sql_query(format!("{query} LIMIT {FAULTS_MAX}")).load(db)?;
        faults.extend(
            found.iter().map(|row| format!("{fault}: {} by {}", row.what, Micros::new(row.off).dollars())),
        );
    }
    let holds: i64 = holds::table.count().get_result(db)?;
    let spent = recompute(db, &mut faults)?;
    compare_spent(db, spent, &mut faults)?;
    Ok(Books { holds, faults })
}

/// What each key holds and was charged in each month.
type Spent = BTreeMap<(String, i32), i64>;

/// How many bills are computed again at once.
const PAGE: i64 = 1_000;

/// Computes every hold and every captured line again from the hold's quote; what they add up to.
fn recompute(db: &mut Db, faults: &mut Vec<String>) -> Result<Spent, Error> {
    let mut spent = Spent::new();
    let mut after = String::new();
    loop {
        let rows: Vec<(HoldRow, Option<String>, Option<i64>)> = holds::table
            .left_join(settlements::table.on(settlements::hold_id.eq(holds::id)))
            .filter(holds::id.gt(&after))
            .order(holds::id.asc())
            .limit(PAGE)
            .select((
                HoldRow::as_select(),
                settlements::outcome.nullable(),
                settlements::released_micros.nullable(),
            ))
            .load(db)?;
        let Some((last, ..)) = rows.last() else { return Ok(spent) };
        after = last.id.clone();
        let mut charged = charged_lines(db, rows.iter().map(|row| &row.0.id))?;
        for (hold, outcome, released) in &rows {
            let own = charged.remove(&hold.id).unwrap_or_default();
            let captured = outcome.as_deref() == Some("captured");
            faults.extend(recompute_one(hold, &own, captured));
            let kept = hold.amount_micros.checked_sub(released.unwrap_or(0)).ok_or(Error::Overflow)?;
            let month = Month::of(hold.created_at).ok_or(Error::Overflow)?.number();
            let sum = spent.entry((hold.api_key_id.clone(), month)).or_insert(0);
            *sum = sum.checked_add(kept).ok_or(Error::Overflow)?;
        }
    }
}

/// Component, quantity in thousandths, unit price and amount in micro-dollars.
type ChargedLine = (String, i64, i64, i64);

fn charged_lines<'a>(
    db: &mut Db,
    holds: impl Iterator<Item = &'a String>,
) -> Result<HashMap<String, Vec<ChargedLine>>, Error> {
    let rows: Vec<(String, ChargedLine)> = lines::table
        .filter(lines::hold_id.eq_any(holds))
        .select((
            lines::hold_id,
            (lines::component, lines::quantity_milli, lines::unit_micros, lines::amount_micros),
        ))
        .load(db)?;
    let mut by_hold = HashMap::<String, Vec<ChargedLine>>::new();
    for (hold, line) in rows {
        by_hold.entry(hold).or_default().push(line);
    }
    Ok(by_hold)
}

fn recompute_one(hold: &HoldRow, charged: &[ChargedLine], captured: bool) -> Option<String> {
    let Ok(quote) = hold.quote() else {
        return Some(format!("a hold's quote cannot be read: {}", hold.id));
    };
    let held = Some(Micros::new(hold.amount_micros));
    if Some(quote.total) != held || quote.cost(quote.asked) != held || quote.price_list != hold.price_list_id
    {
        return Some(format!("a hold is not what its quote comes to: {}", hold.id));
    }
    let again = if captured { comes_out_again(&quote, charged) } else { charged.is_empty() };
    (!again).then(|| format!("a bill does not come out again from its quote: {}", hold.id))
}

fn comes_out_again(quote: &Quote, charged: &[ChargedLine]) -> bool {
    let quantity = |component: Component, unit_milli: i64| {
        let line = charged.iter().find(|line| line.0 == component.name());
        line.and_then(|line| line.1.checked_div(unit_milli))
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(0)
    };
    let delivered = Quantities {
        milliseconds: quantity(Component::Second, 1),
        references: quantity(Component::Reference, 1_000),
    };
    let Some(lines) = quote.lines(delivered) else { return false };
    lines.len() == charged.len()
        && lines.iter().all(|line| {
            let (component, unit, amount) = (line.component.name(), line.unit.get(), line.amount.get());
            charged.iter().any(|other| {
                other.0 == component && other.1 == line.quantity_milli && other.2 == unit && other.3 == amount
            })
        })
}

fn compare_spent(db: &mut Db, mut spent: Spent, faults: &mut Vec<String>) -> Result<(), Error> {
    let counted: Vec<(String, i32, i64)> =
        spend::table.select((spend::api_key_id, spend::month, spend::committed_micros)).load(db)?;
    for (key, month, counted) in counted {
        let expected = spent.remove(&(key.clone(), month)).unwrap_or(0);
        if counted != expected {
            faults.push(format!("{COUNTED_WRONG}: {key} in {month}"));
        }
    }
    let missing = spent.into_iter().filter(|(_, sum)| *sum != 0);
    faults.extend(missing.map(|((key, month), _)| format!("{COUNTED_WRONG}: {key} in {month}")));
    Ok(())
}

const COUNTED_WRONG: &str = "what counts against limits is not what was held and charged";
