//! All SQL of projects. Every finder takes the organization, so that nobody finds another's.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult,
    Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::projects;

use crate::ApiError;
use crate::http::Page;

/// A project. Times are microseconds since 1970.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = projects)]
pub struct ProjectRow {
    /// Which one.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: i64,
    /// When it was archived.
    pub archived_at: Option<i64>,
}

pub fn insert(db: &mut Db, id: &str, organization: &str, name: &str, now_us: i64) -> QueryResult<()> {
    let row = (
        projects::id.eq(id),
        projects::organization_id.eq(organization),
        projects::name.eq(name),
        projects::created_at.eq(now_us),
    );
    diesel::insert_into(projects::table).values(row).execute(db).map(drop)
}

pub fn find(db: &mut Db, organization: &str, id: &str) -> QueryResult<Option<ProjectRow>> {
    projects::table
        .find(id)
        .filter(projects::organization_id.eq(organization))
        .select(ProjectRow::as_select())
        .first(db)
        .optional()
}

/// The rows of a page, oldest first.
pub fn list(
    db: &mut Db,
    organization: &str,
    page: &Page,
    with_archived: bool,
) -> Result<Vec<ProjectRow>, ApiError> {
    let mut query = projects::table
        .filter(projects::organization_id.eq(organization))
        .select(ProjectRow::as_select())
        .order((projects::created_at.asc(), projects::id.asc()))
        .limit(page.rows())
        .into_boxed();
    if let Some(id) = &page.after {
        let after = find(db, organization, id)?.ok_or_else(|| ApiError::not_found("project", id))?;
        let at = after.created_at;
        query = query.filter(
            projects::created_at.gt(at).or(projects::created_at.eq(at).and(projects::id.gt(after.id))),
        );
    }
    if !with_archived {
        query = query.filter(projects::archived_at.is_null());
    }
    Ok(query.load(db)?)
}

/// Of a project that is the caller's, or was found by its key.
pub fn is_archived(db: &mut Db, id: &str) -> QueryResult<bool> {
    let at: Option<i64> = projects::table.find(id).select(projects::archived_at).first(db)?;
    Ok(at.is_some())
}

pub fn rename(db: &mut Db, project: &ProjectRow, name: &str) -> QueryResult<()> {
    diesel::update(projects::table.find(&project.id)).set(projects::name.eq(name)).execute(db).map(drop)
}

/// Archives it, if it is not yet.
pub fn archive(db: &mut Db, project: &ProjectRow, now_us: i64) -> QueryResult<()> {
    let open = projects::table.find(&project.id).filter(projects::archived_at.is_null());
    diesel::update(open).set(projects::archived_at.eq(now_us)).execute(db).map(drop)
}
