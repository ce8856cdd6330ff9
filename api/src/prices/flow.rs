//! What reads and sets prices, discounts and rates: each change is one transaction.

use kinora_billing::{active_list, discounts, load_prices, price_list, set_discount, withdraw_prices};
use kinora_store::Db;

use super::store::{self, RateRow};
use super::wire::{
    ComputeRate, CreateDiscount, CreatePriceList, CreateRate, DiscountShown, PriceList, PriceListFile,
};
use crate::ids::OrganizationId;
use crate::money::missing_price;
use crate::replays::Attempt;
use crate::spend::rules::refused;
use crate::{ApiError, App, Refusal, operator, projects};

/// Every price list, the latest to come into force first.
///
/// # Errors
/// When the database fails.
pub async fn lists(app: &App) -> Result<Vec<PriceList>, ApiError> {
    let now_us = app.clock.now_us();
    app.store
        .run(move |db| {
            let active = active_list(db, now_us)?.map(|list| list.id);
            let lists = store::lists(db)?.into_iter();
            Ok(lists.map(|list| PriceList::of(list, active.as_deref(), now_us)).collect())
        })
        .await
}

/// A price list with its file.
///
/// # Errors
/// [`ApiError::NotFound`] when there is none with this id.
pub async fn list(app: &App, id: String) -> Result<PriceListFile, ApiError> {
    let now_us = app.clock.now_us();
    app.store
        .run(move |db| {
            let list = found(db, &id)?;
            let content = list.content.clone();
            Ok(PriceListFile { list: shown(db, list, now_us)?, content })
        })
        .await
}

/// Loads a price list. The same again changes nothing.
///
/// # Errors
/// When it lacks a price of something on offer, a list of that id has other content, or the time from which it is to be in force is over.
pub async fn load(app: &App, once: Attempt, request: CreatePriceList) -> Result<PriceList, ApiError> {
    let now_us = app.clock.now_us();
    if let Some(missing) = missing_price(&request.content, app.catalogue.models()) {
        let (operation, model, tier) = (missing.operation, missing.model, missing.tier);
        let problem =
            format!("it has no price for {operation} with the model {model} at {tier}, which is on offer.");
        return Err(Refusal::invalid("content", problem).into());
    }
    app.write(once, move |db| {
        let file = &request.content;
        let is_new = price_list(db, &file.id)?.is_none();
        if is_new && file.effective_at_us < now_us {
            let problem = "`effective` must not be in the past: what was charged then stays as it was.";
            return Err(Refusal::invalid("content", problem).into());
        }
        let list = load_prices(db, file, now_us).map_err(refused("content"))?;
        if list.withdrawn_at.is_some() {
            let problem = "this list was withdrawn, and its name stays taken: give it another `id`.";
            return Err(Refusal::invalid("content", problem).into());
        }
        shown(db, list, now_us)
    })
    .await
}

/// Takes back a price list that is not in force yet.
///
/// # Errors
/// When there is none with this id, when it is in force, or when it was withdrawn before.
pub async fn withdraw(app: &App, once: Attempt, id: String) -> Result<PriceList, ApiError> {
    let now_us = app.clock.now_us();
    app.write(once, move |db| {
        found(db, &id)?;
        let list = withdraw_prices(db, &id, now_us).map_err(refused("price_list_id"))?;
        shown(db, list, now_us)
    })
    .await
}

fn found(db: &mut Db, id: &str) -> Result<kinora_billing::PriceList, ApiError> {
    price_list(db, id)?.ok_or_else(|| ApiError::not_found("price list", id))
}

fn shown(db: &mut Db, list: kinora_billing::PriceList, now_us: i64) -> Result<PriceList, ApiError> {
    let active = active_list(db, now_us)?.map(|list| list.id);
    Ok(PriceList::of(list.into(), active.as_deref(), now_us))
}

/// Sets a discount. Quotes that were made before keep theirs.
///
/// # Errors
/// When there is no such organization, or it has no such project.
pub async fn discount(app: &App, once: Attempt, request: CreateDiscount) -> Result<DiscountShown, ApiError> {
    let now_us = app.clock.now_us();
    app.write(once, move |db| {
        let (organization, _) = operator::required(db, &request.organization_id)?;
        if let Some(project) = &request.project_id {
            projects::required(db, &organization, project)?;
        }
        let whose = (organization.as_str(), request.project_id.as_deref());
        let what = (request.basis_points, request.reason.as_str());
        Ok(set_discount(db, whose, what, request.effective_at, now_us)
            .map_err(refused("basis_points"))?
            .into())
    })
    .await
}

/// An organization's discounts, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn discounts_of(app: &App, organization: OrganizationId) -> Result<Vec<DiscountShown>, ApiError> {
    app.store
        .run(move |db| {
            let found = discounts(db, organization.as_str())?;
            Ok(found.into_iter().map(DiscountShown::from).collect())
        })
        .await
}

/// Sets what an hour of a device costs. What was computed before keeps its cost.
///
/// # Errors
/// When the database fails.
pub async fn set_rate(app: &App, once: Attempt, request: CreateRate) -> Result<ComputeRate, ApiError> {
    let row = RateRow {
        id: format!("rate_{}", uuid::Uuid::now_v7().simple()),
        device: request.device,
        micros_per_hour: request.dollars_per_hour.get(),
        effective_at: request.effective_at,
        created_at: app.clock.now_us(),
    };
    app.write(once, move |db| {
        store::insert_rate(db, &row)?;
        Ok(row.into())
    })
    .await
}

/// All rates, the latest to come into force first.
///
/// # Errors
/// When the database fails.
pub async fn rates(app: &App) -> Result<Vec<ComputeRate>, ApiError> {
    app.store.run(|db| Ok(store::rates(db)?.into_iter().map(ComputeRate::from).collect())).await
}
