//! All SQL of compute rates, and of price lists as they are listed: without their files. What else moves prices and
//! discounts is `kinora_billing`'s.

use diesel::{
    ExpressionMethods as _, Insertable, QueryDsl as _, QueryResult, Queryable, RunQueryDsl as _, Selectable,
    SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{compute_rates, price_lists};

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

/// A price list without its file. Times are microseconds since 1970.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = price_lists)]
pub struct ListRow {
    pub id: String,
    pub effective_at: i64,
    pub sha256: String,
    pub loaded_at: i64,
    pub withdrawn_at: Option<i64>,
}

impl From<kinora_billing::PriceList> for ListRow {
    fn from(list: kinora_billing::PriceList) -> Self {
        let kinora_billing::PriceList { id, effective_at, content: _, sha256, loaded_at, withdrawn_at } =
            list;
        Self { id, effective_at, sha256, loaded_at, withdrawn_at }
    }
}

/// All price lists, the latest to come into force first.
pub fn lists(db: &mut Db) -> QueryResult<Vec<ListRow>> {
    price_lists::table
        .order((price_lists::effective_at.desc(), price_lists::id.desc()))
        .select(ListRow::as_select())
        .load(db)
}
