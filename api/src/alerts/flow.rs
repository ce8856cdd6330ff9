//! What reads and changes alerts.

use kinora_billing::spend::{self, Alert};
use kinora_store::Db;

use super::store::{self, EventRow};
use super::wire::{SpendAlert, WriteAlert};
use crate::http::{Admin, Order, Page};
use crate::ids::OrganizationId;
use crate::replays::Attempt;
use crate::spend::rules::refused;
use crate::{ApiError, App, projects};

/// Whose alerts: the organization's own, or those of one of its projects.
#[derive(Clone, Debug)]
pub struct Place {
    /// The organization.
    pub organization: OrganizationId,
    /// The project.
    pub project: Option<String>,
}

impl Place {
    /// Checks that the project is the organization's.
    fn check(&self, db: &mut Db) -> Result<(), ApiError> {
        match &self.project {
            Some(project) => projects::required(db, &self.organization, project).map(drop),
            None => Ok(()),
        }
    }

    fn alerts(&self, db: &mut Db) -> Result<Vec<Alert>, ApiError> {
        self.check(db)?;
        Ok(spend::alerts(db, self.organization.as_str(), self.project.as_deref())?)
    }

    fn alert(&self, db: &mut Db, id: &str) -> Result<Alert, ApiError> {
        let found = self.alerts(db)?.into_iter().find(|alert| alert.id == id);
        found.ok_or_else(|| missing(id))
    }
}

/// Some of what happened in an organization.
///
/// # Errors
/// When there is no event with the id `after`.
pub async fn events(app: &App, admin: &Admin, order: Order, page: Page) -> Result<Vec<EventRow>, ApiError> {
    let organization = admin.organization.clone();
    app.store.run(move |db| store::list(db, organization.as_str(), order, &page)).await
}

fn missing(id: &str) -> ApiError {
    ApiError::not_found("spend alert", id)
}

/// All alerts of a place, the newest first. There are at most a hundred.
///
/// # Errors
/// When the organization has no such project.
pub async fn list(app: &App, place: Place) -> Result<Vec<Alert>, ApiError> {
    app.store.run(move |db| place.alerts(db)).await
}

/// One alert.
///
/// # Errors
/// When there is none with this id in this place.
pub async fn find(app: &App, place: Place, id: String) -> Result<Alert, ApiError> {
    app.store.run(move |db| place.alert(db, &id)).await
}

/// Adds an alert.
///
/// # Errors
/// When the organization has no such project, or too many alerts.
pub async fn create(
    app: &App,
    once: Attempt,
    place: Place,
    request: WriteAlert,
) -> Result<SpendAlert, ApiError> {
    let (channel, now_us) = (request.channel()?, app.clock.now_us());
    app.write(once, move |db| {
        place.check(db)?;
        let whose = (place.organization.as_str(), place.project.as_deref());
        spend::add_alert(db, whose, request.threshold_amount, &channel, now_us)
            .map_err(refused("threshold_amount"))?
            .try_into()
    })
    .await
}

/// Changes an alert. It can go off in this month again.
///
/// # Errors
/// When there is none with this id in this place.
pub async fn update(
    app: &App,
    once: Attempt,
    place: Place,
    id: String,
    request: WriteAlert,
) -> Result<SpendAlert, ApiError> {
    let channel = request.channel()?;
    app.write(once, move |db| {
        let alert = place.alert(db, &id)?;
        let organization = place.organization.as_str();
        let changed = spend::change_alert(db, organization, &alert.id, request.threshold_amount, &channel)
            .map_err(refused("threshold_amount"))?;
        changed.ok_or_else(|| missing(&id))?.try_into()
    })
    .await
}

/// Removes an alert.
///
/// # Errors
/// When there is none with this id in this place.
pub async fn remove(app: &App, place: Place, id: String) -> Result<String, ApiError> {
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                let alert = place.alert(db, &id)?;
                spend::remove_alert(db, place.organization.as_str(), &alert.id)?;
                Ok(alert.id)
            })
        })
        .await
}
