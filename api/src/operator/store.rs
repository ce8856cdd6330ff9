//! All SQL of the operator's view: organizations, and what they earn and cost.

use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_billing::DAY_US;
use kinora_store::Db;
use kinora_store::schema::{lines, organizations, runs, videos};

use super::margin::{Group, MarginQuery};
use crate::ApiError;
use crate::http::Page;

/// An organization. Times are microseconds since 1970.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = organizations)]
pub struct OrganizationRow {
    pub id: String,
    pub name: String,
    pub created_at: i64,
}

pub fn find(db: &mut Db, id: &str) -> QueryResult<Option<OrganizationRow>> {
    organizations::table.find(id).select(OrganizationRow::as_select()).first(db).optional()
}

/// The rows of a page, oldest first.
pub fn list(db: &mut Db, page: &Page) -> Result<Vec<OrganizationRow>, ApiError> {
    let mut query = organizations::table
        .select(OrganizationRow::as_select())
        .order((organizations::created_at.asc(), organizations::id.asc()))
        .limit(page.rows())
        .into_boxed();
    if let Some(id) = &page.after {
        let after = find(db, id)?.ok_or_else(|| ApiError::not_found("organization", id))?;
        let at = after.created_at;
        let beside = organizations::created_at.eq(at).and(organizations::id.gt(after.id));
        query = query.filter(organizations::created_at.gt(at).or(beside));
    }
    Ok(query.load(db)?)
}

pub fn rename(db: &mut Db, id: &str, name: &str) -> QueryResult<()> {
    diesel::update(organizations::table.find(id)).set(organizations::name.eq(name)).execute(db).map(drop)
}

/// What a group of a margin is: a field that is not grouped by is `None`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable)]
pub struct MarginKey {
    /// Days since 1970.
    pub day: Option<i64>,
    pub organization_id: Option<String>,
    pub project_id: Option<String>,
    pub api_key_id: Option<String>,
    pub model: Option<String>,
    pub operation: Option<String>,
}

/// What a group was charged: its seconds, thousandths, and its amount, micro-dollars.
#[derive(Debug, Queryable)]
pub struct RevenueRow {
    pub key: MarginKey,
    pub seconds_milli: i64,
    pub amount_micros: i64,
}

/// What the runs of a group cost to compute, micro-dollars.
#[derive(Debug, Queryable)]
pub struct ComputeRow {
    pub key: MarginKey,
    pub delivered: i64,
    pub delivered_micros: i64,
    pub lost: i64,
    pub lost_micros: i64,
}

fn day(query: &MarginQuery, column: &str) -> String {
    let is_grouped = query.group_by.contains(&Group::Day);
    if is_grouped { format!("{column} / {DAY_US}") } else { "CAST(NULL AS BIGINT)".to_owned() }
}

fn text(query: &MarginQuery, group: Group, column: &str) -> String {
    if query.group_by.contains(&group) { column.to_owned() } else { "CAST(NULL AS TEXT)".to_owned() }
}

pub fn revenue(db: &mut Db, query: &MarginQuery) -> QueryResult<Vec<RevenueRow>> {
    let of = |group, column: &str| sql::<Nullable<Text>>(&text(query, group, column));
    let mut rows = lines::table
        .filter(lines::captured_at.ge(query.from_us).and(lines::captured_at.lt(query.until_us)))
        .group_by(sql::<Text>("1, 2, 3, 4, 5, 6"))
        .select((
            (
                sql::<Nullable<BigInt>>(&day(query, "captured_at")),
                of(Group::Organization, "organization_id"),
                of(Group::Project, "project_id"),
                of(Group::Key, "api_key_id"),
                of(Group::Model, "model"),
                of(Group::Operation, "operation"),
            ),
            sql::<BigInt>(
                "CAST(SUM(CASE WHEN component = 'second' THEN quantity_milli ELSE 0 END) AS BIGINT)",
            ),
            sql::<BigInt>("CAST(SUM(amount_micros) AS BIGINT)"),
        ))
        .into_boxed();
    if let Some(organization) = &query.organization {
        rows = rows.filter(lines::organization_id.eq(organization));
    }
    rows.load(db)
}

pub fn compute(db: &mut Db, query: &MarginQuery) -> QueryResult<Vec<ComputeRow>> {
    let of = |group, column: &str| sql::<Nullable<Text>>(&text(query, group, column));
    let sum = |when: &str, what: &str| {
        let case = format!("CASE WHEN runs.state {when} 'finished' THEN {what} ELSE 0 END");
        sql::<BigInt>(&format!("CAST(SUM({case}) AS BIGINT)"))
    };
    let cost = "COALESCE(runs.compute_micros, 0)";
    let mut rows = runs::table
        .inner_join(videos::table)
        .filter(runs::ended_at.ge(query.from_us).and(runs::ended_at.lt(query.until_us)))
        .group_by(sql::<Text>("1, 2, 3, 4, 5, 6"))
        .select((
            (
                sql::<Nullable<BigInt>>(&day(query, "runs.ended_at")),
                of(Group::Organization, "videos.organization_id"),
                of(Group::Project, "videos.project_id"),
                of(Group::Key, "videos.api_key_id"),
                of(Group::Model, "videos.model_id"),
                of(Group::Operation, "videos.operation"),
            ),
            sum("=", "1"),
            sum("=", cost),
            sum("<>", "1"),
            sum("<>", cost),
        ))
        .into_boxed();
    if let Some(organization) = &query.organization {
        rows = rows.filter(videos::organization_id.eq(organization));
    }
    rows.load(db)
}
