//! All SQL of usage and costs. Every finder takes the organization.

use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _, QueryResult, Queryable,
    RunQueryDsl as _,
};
use kinora_store::schema::{lines, videos};
use kinora_store::{Db, Dialect};

use super::rules::Span;
use super::wire::{CostFilter, UsageFilter};

/// What a line is called in `line_item`.
const LINE_ITEM: &str = "model || ', ' || operation || ', ' || tier || ', ' || component";

/// What was charged in a bucket and a group. A field that is not grouped by is `None`.
#[derive(Debug, Queryable)]
pub struct CostRow {
    pub bucket: i64,
    pub project_id: Option<String>,
    pub api_key_id: Option<String>,
    pub line_item: Option<String>,
    pub amount_micros: i64,
    pub quantity_milli: i64,
}

/// `column` if it is grouped by, else nothing.
fn grouped(groups: &[&str], name: &str, column: &str) -> String {
    if groups.contains(&name) { column.to_owned() } else { "CAST(NULL AS TEXT)".to_owned() }
}

fn bucket(column: &str, span: &Span) -> String {
    format!("{column} / {}", span.width.us())
}

pub fn costs(db: &mut Db, organization: &str, span: &Span, filter: &CostFilter) -> QueryResult<Vec<CostRow>> {
    let of = |name: &str, column: &str| sql::<Nullable<Text>>(&grouped(&filter.group_by, name, column));
    let mut query = lines::table
        .filter(lines::organization_id.eq(organization))
        .filter(lines::captured_at.ge(span.from_us).and(lines::captured_at.lt(span.end_us())))
        .group_by(sql::<Text>("1, 2, 3, 4"))
        .select((
            sql::<BigInt>(&bucket("captured_at", span)),
            of("project_id", "project_id"),
            of("api_key_id", "api_key_id"),
            of("line_item", LINE_ITEM),
            sql::<BigInt>("CAST(SUM(amount_micros) AS BIGINT)"),
            sql::<BigInt>("CAST(SUM(quantity_milli) AS BIGINT)"),
        ))
        .order(sql::<Text>("1, 2, 3, 4"))
        .into_boxed();
    if let Some(projects) = &filter.project_ids {
        query = query.filter(lines::project_id.eq_any(projects));
    }
    if let Some(keys) = &filter.api_key_ids {
        query = query.filter(lines::api_key_id.eq_any(keys));
    }
    if let Some(items) = &filter.line_items {
        query = query.filter(sql::<Text>(LINE_ITEM).eq_any(items));
    }
    query.load(db)
}

/// What a group of usage is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable)]
pub struct UsageGroup {
    pub bucket: i64,
    pub project_id: Option<String>,
    pub api_key_id: Option<String>,
    pub model: Option<String>,
    pub size: Option<String>,
    pub operation: Option<String>,
}

/// What was made in a bucket and a group.
#[derive(Debug, Queryable)]
pub struct UsageRow {
    pub group: UsageGroup,
    pub count: i64,
    pub output_ms: i64,
    pub device_us: i64,
}

/// Which moment of a video counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// When it was asked for.
    Asked,
    /// When it was completed; others do not count.
    Completed,
}

/// How the report of a completed video tells the length of what is new in its clip and the time the device was held.
fn measured(dialect: Dialect) -> (&'static str, &'static str) {
    match dialect {
        Dialect::Postgres => (
            "SUM((report::json #>> '{output,milliseconds}')::bigint - 1000 * COALESCE((SELECT made_from.source_seconds \
             FROM video_sources AS made_from WHERE made_from.video_id = videos.id), 0))",
            "SUM((SELECT SUM((phase.value ->> 'device_us')::bigint) FROM json_array_elements(report::json -> 'phases') AS phase))",
        ),
        Dialect::Sqlite => (
            "SUM((report ->> '$.output.milliseconds') - 1000 * COALESCE((SELECT made_from.source_seconds \
             FROM video_sources AS made_from WHERE made_from.video_id = videos.id), 0))",
            "SUM((SELECT SUM(phase.value ->> '$.device_us') FROM json_each(report, '$.phases') AS phase))",
        ),
    }
}

pub fn usage(
    db: &mut Db,
    organization: &str,
    span: &Span,
    filter: &UsageFilter,
    moment: Moment,
) -> QueryResult<Vec<UsageRow>> {
    let of = |name: &str, column: &str| sql::<Nullable<Text>>(&grouped(&filter.group_by, name, column));
    let (at, (output, device)) = match moment {
        Moment::Asked => ("created_at", ("0", "0")),
        Moment::Completed => ("completed_at", measured(db.dialect())),
    };
    let sum = |what: &str| sql::<BigInt>(&format!("CAST(COALESCE({what}, 0) AS BIGINT)"));
    let mut query = videos::table
        .filter(videos::organization_id.eq(organization).and(videos::created_at.lt(span.end_us())))
        .group_by(sql::<Text>("1, 2, 3, 4, 5, 6"))
        .select((
            (
                sql::<BigInt>(&bucket(at, span)),
                of("project_id", "project_id"),
                of("api_key_id", "api_key_id"),
                of("model", "model_id"),
                of("size", "size"),
                of("operation", "operation"),
            ),
            sql::<BigInt>("COUNT(*)"),
            sum(output),
            sum(device),
        ))
        .into_boxed();
    query = match moment {
        Moment::Asked => query.filter(videos::created_at.ge(span.from_us)),
        Moment::Completed => query
            .filter(videos::status.eq("completed"))
            .filter(videos::completed_at.ge(span.from_us).and(videos::completed_at.lt(span.end_us()))),
    };
    if let Some(projects) = &filter.project_ids {
        query = query.filter(videos::project_id.eq_any(projects));
    }
    if let Some(keys) = &filter.api_key_ids {
        query = query.filter(videos::api_key_id.eq_any(keys));
    }
    if let Some(models) = &filter.models {
        query = query.filter(videos::model_id.eq_any(models));
    }
    if let Some(sizes) = &filter.sizes {
        query = query.filter(videos::size.eq_any(sizes));
    }
    if let Some(operations) = &filter.operations {
        query = query.filter(videos::operation.eq_any(operations));
    }
    query.load(db)
}
