//! All SQL of compute rates. Price lists and discounts are `kinora_billing`'s.

use diesel::{
    ExpressionMethods as _, Insertable, QueryDsl as _, QueryResult, Queryable, RunQueryDsl as _, Selectable,
    SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::compute_rates;

/// What an hour of a device costs from some time on. Times are microseconds since 1970.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = compute_rates)]
pub struct RateRow {
    pub id: String,
    pub device: Option<String>,
    pub micros_per_hour: i64,
    pub effective_at: i64,
    pub created_at: i64,
}

pub fn insert_rate(db: &mut Db, row: &RateRow) -> QueryResult<()> {
    diesel::insert_into(compute_rates::table).values(row).execute(db).map(drop)
}

/// All rates, the latest to come into force first.
pub fn rates(db: &mut Db) -> QueryResult<Vec<RateRow>> {
    compute_rates::table
        .order((compute_rates::effective_at.desc(), compute_rates::id.desc()))
        .select(RateRow::as_select())
        .load(db)
}
