//! What reads balances and statements. Nothing is changed here.

use actix_web::HttpResponse;
use actix_web::http::header::HeaderMap;
use actix_web::web::{self, Bytes};
use futures_util::stream::{self, Stream};
use kinora_billing::{
    Balances, Error, Micros, Month, StatementLine, balances, blocks, profile, statement_months,
};
use kinora_store::Db;

use super::store;
use super::wire::{Credit, CreditBlock, Statement, StatementSummary, statement_csv};
use crate::http::{Query, csv};
use crate::ids::OrganizationId;
use crate::{ApiError, App};

/// What an organization has and owes.
///
/// # Errors
/// When the database fails.
pub async fn credit(app: &App, organization: OrganizationId) -> Result<Credit, ApiError> {
    let now_us = app.clock.now_us();
    app.store
        .run(move |db| {
            // Of one moment, so that the blocks add up to the balance.
            db.read_tx(|db| {
                let id = organization.as_str();
                let (profile, balances) = (profile(db, id)?, balances(db, id)?);
                let spendable = spendable(db, id, &balances, now_us)?;
                let blocks = store::open_blocks(db, id, now_us)?;
                Ok(Credit::of(&profile, &balances, spendable, blocks))
            })
        })
        .await
}

/// What an organization can spend of its credit at this time: what is on its account less what is left of blocks whose
/// time is over, which stays there until it is swept.
///
/// # Errors
/// When the database fails.
pub fn spendable(
    db: &mut Db,
    organization: &str,
    balances: &Balances,
    now_us: i64,
) -> Result<Micros, ApiError> {
    let over = Micros::new(store::over(db, organization, now_us)?);
    Ok(balances.credit.checked_sub(over).ok_or(Error::Overflow)?)
}

/// Every block of credit that an organization was given, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn all_blocks(app: &App, organization: OrganizationId) -> Result<Vec<CreditBlock>, ApiError> {
    app.store
        .run(move |db| Ok(blocks(db, organization.as_str())?.into_iter().map(CreditBlock::from).collect()))
        .await
}

/// The months in which an organization was charged something, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn statements(app: &App, organization: OrganizationId) -> Result<Vec<StatementSummary>, ApiError> {
    let months = app.store.run(move |db| Ok::<_, ApiError>(statement_months(db, organization.as_str())?));
    Ok(months.await?.into_iter().map(StatementSummary::from).collect())
}

/// Most lines of a statement's page.
const LINES_MAX: usize = 10_000;
/// Lines of a table that are read at once.
const CHUNK_LINES: usize = 1_000;

/// What is asked for of a statement.
#[derive(Clone, Debug)]
pub struct StatementQuery {
    /// The last line of the page before.
    pub after: Option<String>,
    /// Whether a table is asked for.
    pub as_csv: bool,
}

impl StatementQuery {
    /// Takes the request out of a query and its headers.
    ///
    /// # Errors
    /// When a parameter is unknown or has an impossible value.
    pub fn of(query: Query, headers: &HeaderMap) -> Result<Self, ApiError> {
        let mut fields = query.fields()?;
        let as_csv = csv::wanted(&mut fields, headers)?;
        let after = fields.text("after")?;
        fields.finish()?;
        Ok(Self { after, as_csv })
    }
}

/// The statement of a month: a page of it as JSON, or all of it as a table, which is sent as it is read.
///
/// # Errors
/// [`ApiError::NotFound`] when `month` is none, or nothing charged in it is called `after`.
pub async fn answer(
    app: web::Data<App>,
    organization: OrganizationId,
    month: &str,
    query: StatementQuery,
) -> Result<HttpResponse, ApiError> {
    let month: Month = month.parse().map_err(|_| ApiError::not_found("statement", month))?;
    let range = month.range_us().ok_or(Error::Overflow)?;
    let (whose, after) = (organization.clone(), query.after);
    let after = app.store.run(move |db| place(db, &whose, range, after)).await?;
    if query.as_csv {
        return Ok(csv::stream(&format!("statement-{month}"), table(app, organization, range, after)));
    }
    let page = app.store.run(move |db| {
        // Of one moment, so that the lines add up to the total.
        db.read_tx(|db| {
            let id = organization.as_str();
            let total = Micros::new(store::charged(db, id, range)?);
            Ok::<_, ApiError>((total, page(db, id, range, after.as_ref(), LINES_MAX + 1)?))
        })
    });
    let (total, mut lines) = page.await?;
    let has_more = lines.len() > LINES_MAX;
    lines.truncate(LINES_MAX);
    Ok(HttpResponse::Ok().json(Statement::of((month, total), lines, has_more)))
}

/// Where a line stands: when it was charged, and its id.
type Place = (i64, String);

fn place(
    db: &mut Db,
    organization: &OrganizationId,
    (from_us, until_us): (i64, i64),
    line: Option<String>,
) -> Result<Option<Place>, ApiError> {
    let Some(line) = line else { return Ok(None) };
    let at_us = store::charged_at(db, organization.as_str(), &line)?;
    match at_us.filter(|at_us| (from_us..until_us).contains(at_us)) {
        Some(at_us) => Ok(Some((at_us, line))),
        None => Err(ApiError::not_found("line", &line)),
    }
}

fn page(
    db: &mut Db,
    organization: &str,
    range: (i64, i64),
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<StatementLine>, ApiError> {
    let after = after.map(|(at_us, id)| (*at_us, id.as_str()));
    Ok(store::page(db, organization, range, after, i64::try_from(limit).unwrap_or(i64::MAX))?)
}

/// All lines behind a place, so many at a time.
fn table(
    app: web::Data<App>,
    organization: OrganizationId,
    range: (i64, i64),
    after: Option<Place>,
) -> impl Stream<Item = Result<Bytes, ApiError>> {
    stream::try_unfold(Some((after, true)), move |from| {
        let (app, organization) = (app.clone(), organization.clone());
        async move {
            let Some((after, is_first)) = from else { return Ok(None) };
            let lines = app
                .store
                .run(move |db| page(db, organization.as_str(), range, after.as_ref(), CHUNK_LINES))
                .await?;
            let last = lines.last().filter(|_| lines.len() == CHUNK_LINES);
            let next = last.map(|line| (Some((line.captured_at, line.id.clone())), false));
            Ok(Some((Bytes::from(statement_csv(&lines, is_first)), next)))
        }
    })
}
