//! What an organization was charged in a calendar month: the captured lines, and nothing else.

use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, JoinOnDsl as _, QueryDsl as _, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{holds, lines};

use crate::{Error, Micros, Month};

/// One captured line. Times are microseconds since 1970, amounts micro-dollars.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = lines)]
pub struct StatementLine {
    /// Names it.
    pub id: String,
    /// The project.
    pub project_id: String,
    /// The key.
    pub api_key_id: String,
    /// What was made.
    pub subject: String,
    /// The model.
    pub model: String,
    /// What was done.
    pub operation: String,
    /// The resolution tier.
    pub tier: String,
    /// What is charged for: `second`, `job` or `reference`.
    pub component: String,
    /// How much of it, thousandths.
    pub quantity_milli: i64,
    /// What a whole one costs on the list.
    pub unit_micros: i64,
    /// What was taken off, hundredths of a percent.
    pub discount_basis_points: i32,
    /// What was charged.
    pub amount_micros: i64,
    /// The price list.
    pub price_list_id: String,
    /// When.
    pub captured_at: i64,
}

/// A month's lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The month.
    pub month: Month,
    /// The lines, oldest first.
    pub lines: Vec<StatementLine>,
    /// Their sum.
    pub total: Micros,
}

/// An organization's statement of a month.
///
/// # Errors
/// When the database fails.
pub fn statement(db: &mut Db, organization: &str, month: Month) -> Result<Statement, Error> {
    let (from_us, until_us) = month.range_us().ok_or(Error::Overflow)?;
    let rows: Vec<StatementLine> = lines::table
        .filter(lines::organization_id.eq(organization))
        .filter(lines::captured_at.ge(from_us).and(lines::captured_at.lt(until_us)))
        .order((lines::captured_at.asc(), lines::id.asc()))
        .select(StatementLine::as_select())
        .load(db)?;
    let total =
        rows.iter().try_fold(Micros::ZERO, |sum, line| sum.checked_add(Micros::new(line.amount_micros)));
    Ok(Statement { month, lines: rows, total: total.ok_or(Error::Overflow)? })
}

/// What was charged for a subject; nothing unless it was captured.
///
/// # Errors
/// When the database fails.
pub fn charged_lines(db: &mut Db, subject: &str) -> Result<Vec<StatementLine>, Error> {
    Ok(lines::table
        .inner_join(holds::table.on(lines::hold_id.eq(holds::id)))
        .filter(holds::subject.eq(subject))
        .order(lines::id.asc())
        .select(StatementLine::as_select())
        .load(db)?)
}

/// The months in which an organization was charged anything, the newest first, with the sum of each.
///
/// # Errors
/// When the database fails.
pub fn statement_months(db: &mut Db, organization: &str) -> Result<Vec<(Month, Micros)>, Error> {
    let bounds: (Option<i64>, Option<i64>) = lines::table
        .filter(lines::organization_id.eq(organization))
        .select((diesel::dsl::min(lines::captured_at), diesel::dsl::max(lines::captured_at)))
        .first(db)?;
    let (Some(first_us), Some(last_us)) = bounds else { return Ok(Vec::new()) };
    let mut months = Vec::new();
    let mut month = Month::of(last_us).ok_or(Error::Overflow)?;
    loop {
        let (from_us, until_us) = month.range_us().ok_or(Error::Overflow)?;
        let (count, sum): (i64, i64) = lines::table
            .filter(lines::organization_id.eq(organization))
            .filter(lines::captured_at.ge(from_us).and(lines::captured_at.lt(until_us)))
            .select((
                diesel::dsl::count_star(),
                sql::<BigInt>("CAST(COALESCE(SUM(amount_micros), 0) AS BIGINT)"),
            ))
            .first(db)?;
        if count > 0 {
            months.push((month, Micros::new(sum)));
        }
        if from_us <= first_us {
            return Ok(months);
        }
        month = from_us.checked_sub(1).and_then(Month::of).ok_or(Error::Overflow)?;
    }
}
