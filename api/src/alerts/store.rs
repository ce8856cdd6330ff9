//! All SQL of events. Every finder takes the organization, so that nobody finds another's.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, RunQueryDsl as _, Selectable,
    SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::events;

use crate::ApiError;
use crate::http::{Order, Page};

/// Something that happened. Times are microseconds since 1970.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct EventRow {
    pub id: String,
    pub kind: String,
    pub project_id: Option<String>,
    pub data: String,
    pub created_at: i64,
}

/// The rows of a page, by their ids, which are in the order in which they were made.
pub fn list(db: &mut Db, organization: &str, order: Order, page: &Page) -> Result<Vec<EventRow>, ApiError> {
    let mut query = events::table
        .filter(events::organization_id.eq(organization))
        .select(EventRow::as_select())
        .limit(page.rows())
        .into_boxed();
    if let Some(id) = &page.after {
        let known: Option<String> = events::table
            .find(id)
            .filter(events::organization_id.eq(organization))
            .select(events::id)
            .first(db)
            .optional()?;
        let after = known.ok_or_else(|| ApiError::not_found("event", id))?;
        query = match order {
            Order::Asc => query.filter(events::id.gt(after)),
            Order::Desc => query.filter(events::id.lt(after)),
        };
    }
    let rows = match order {
        Order::Asc => query.order(events::id.asc()).load(db),
        Order::Desc => query.order(events::id.desc()).load(db),
    };
    Ok(rows?)
}
