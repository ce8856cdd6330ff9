//! All SQL of what an organization is shown of its credit and its charges.

use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    RunQueryDsl as _, SelectableHelper as _,
};
use kinora_billing::{Block, StatementLine};
use kinora_store::Db;
use kinora_store::schema::{credit_blocks, lines};

/// What is left of blocks whose time is over and that were not swept yet, micro-dollars.
pub fn over(db: &mut Db, organization: &str, now_us: i64) -> QueryResult<i64> {
    credit_blocks::table
        .filter(credit_blocks::organization_id.eq(organization).and(credit_blocks::remaining_micros.gt(0)))
        .filter(credit_blocks::expires_at.le(now_us))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(remaining_micros), 0) AS BIGINT)"))
        .first(db)
}

/// The blocks with something left whose time is not over, the newest first.
pub fn open_blocks(db: &mut Db, organization: &str, now_us: i64) -> QueryResult<Vec<Block>> {
    credit_blocks::table
        .filter(credit_blocks::organization_id.eq(organization).and(credit_blocks::remaining_micros.gt(0)))
        .filter(credit_blocks::expires_at.is_null().or(credit_blocks::expires_at.gt(now_us)))
        .order((credit_blocks::created_at.desc(), credit_blocks::id.desc()))
        .select(Block::as_select())
        .load(db)
}

/// When a line of the organization was charged, microseconds since 1970.
pub fn charged_at(db: &mut Db, organization: &str, line: &str) -> QueryResult<Option<i64>> {
    lines::table
        .find(line)
        .filter(lines::organization_id.eq(organization))
        .select(lines::captured_at)
        .first(db)
        .optional()
}

/// What was charged in a range of time, micro-dollars.
pub fn charged(db: &mut Db, organization: &str, (from_us, until_us): (i64, i64)) -> QueryResult<i64> {
    lines::table
        .filter(lines::organization_id.eq(organization))
        .filter(lines::captured_at.ge(from_us).and(lines::captured_at.lt(until_us)))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(amount_micros), 0) AS BIGINT)"))
        .first(db)
}

/// At most `limit` lines of a range of time, the earliest first, behind the one that `after` names by its time and id.
pub fn page(
    db: &mut Db,
    organization: &str,
    (from_us, until_us): (i64, i64),
    after: Option<(i64, &str)>,
    limit: i64,
) -> QueryResult<Vec<StatementLine>> {
    let mut rows = lines::table
        .filter(lines::organization_id.eq(organization))
        .filter(lines::captured_at.ge(from_us).and(lines::captured_at.lt(until_us)))
        .order((lines::captured_at.asc(), lines::id.asc()))
        .select(StatementLine::as_select())
        .limit(limit)
        .into_boxed();
    if let Some((at_us, id)) = after {
        let behind =
            lines::captured_at.gt(at_us).or(lines::captured_at.eq(at_us).and(lines::id.gt(id.to_owned())));
        rows = rows.filter(behind);
    }
    rows.load(db)
}
