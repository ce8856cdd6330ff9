//! What is spent in a calendar month: hard limits that refuse a hold, and alerts that only tell. Spent is what was
//! charged and what is held, by the month in which it was asked for.

use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _,
    Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::schema::{events, spend, spend_alerts, spend_limits};
use kinora_store::{Db, each};

use crate::ledger::lock_profile;
use crate::{Error, Micros, Month, Payer, new_id};

/// The kind of the event that an alert raises.
pub const ALERT_TRIGGERED: &str = "spend_alert.triggered";

/// Most alerts of one organization: each hold looks at all of them.
const ALERTS_MAX: i64 = 100;

/// Whose spending is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole organization.
    Organization,
    /// One project.
    Project,
    /// One API key.
    ApiKey,
}

impl Scope {
    /// The name in the database and in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Project => "project",
            Self::ApiKey => "api_key",
        }
    }

    const ALL: [Self; 3] = [Self::Organization, Self::Project, Self::ApiKey];

    const fn id_in<'a>(self, payer: &Payer<'a>) -> &'a str {
        match self {
            Self::Organization => payer.organization,
            Self::Project => payer.project,
            Self::ApiKey => payer.api_key,
        }
    }
}

fn month_of(at_us: i64) -> Result<i32, Error> {
    Month::of(at_us).map(Month::number).ok_or(Error::Overflow)
}

/// Refuses a hold where a limit would be passed; writes nothing. The organization must be locked, so that two holds
/// see each other.
pub(crate) fn check(db: &mut Db, payer: &Payer<'_>, amount: Micros, now_us: i64) -> Result<(), Error> {
    let month = month_of(now_us)?;
    // Not `eq_any`: diesel prepares that anew each time, and this runs for each hold.
    let mine = spend_limits::scope_id
        .eq(payer.organization)
        .or(spend_limits::scope_id.eq(payer.project))
        .or(spend_limits::scope_id.eq(payer.api_key));
    let limits: Vec<(String, String, i64)> = spend_limits::table
        .filter(spend_limits::organization_id.eq(payer.organization))
        .filter(mine)
        .select((spend_limits::scope, spend_limits::scope_id, spend_limits::threshold_micros))
        .load(db)?;
    for scope in Scope::ALL {
        let id = scope.id_in(payer);
        let limit = limits.iter().find(|limit| limit.0 == scope.name() && limit.1 == id);
        if let Some((_, _, limit)) = limit {
            let limit = Micros::new(*limit);
            let spent = spent_in(db, scope, id, payer.organization, month)?;
            let left = limit.checked_sub(spent).ok_or(Error::Overflow)?.max(Micros::ZERO);
            if amount > left {
                return Err(Error::SpendLimit { scope: scope.name(), limit, left, needed: amount });
            }
        }
    }
    Ok(())
}

/// Counts a hold that [`check`] let through, and sets off the alerts it reaches.
pub(crate) fn commit(db: &mut Db, payer: &Payer<'_>, amount: Micros, now_us: i64) -> Result<(), Error> {
    let month = month_of(now_us)?;
    count(db, payer, month, amount)?;
    raise_alerts(db, payer, month, now_us)
}

fn count(db: &mut Db, payer: &Payer<'_>, month: i32, amount: Micros) -> Result<(), Error> {
    let row = (
        spend::api_key_id.eq(payer.api_key),
        spend::month.eq(month),
        spend::organization_id.eq(payer.organization),
        spend::project_id.eq(payer.project),
        spend::committed_micros.eq(amount.get()),
    );
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "the database computes it, and refuses what does not fit"
    )]
    let more = spend::committed_micros.eq(spend::committed_micros + amount.get());
    each!(db, |db| diesel::insert_into(spend::table)
        .values(row)
        .on_conflict((spend::api_key_id, spend::month))
        .do_update()
        .set(more)
        .execute(db))?;
    Ok(())
}

/// Takes what is released off the month in which it was held.
pub(crate) fn give_back(db: &mut Db, api_key: &str, held_at_us: i64, amount: Micros) -> Result<(), Error> {
    let row = spend::table.find((api_key, month_of(held_at_us)?));
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "the database computes it, and refuses what does not fit"
    )]
    let less = spend::committed_micros.eq(spend::committed_micros - amount.get());
    diesel::update(row).set(less).execute(db)?;
    Ok(())
}

fn spent_in(db: &mut Db, scope: Scope, id: &str, organization: &str, month: i32) -> Result<Micros, Error> {
    let mut query = spend::table
        .filter(spend::organization_id.eq(organization).and(spend::month.eq(month)))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(committed_micros), 0) AS BIGINT)"))
        .into_boxed();
    match scope {
        Scope::Organization => {}
        Scope::Project => query = query.filter(spend::project_id.eq(id)),
        Scope::ApiKey => query = query.filter(spend::api_key_id.eq(id)),
    }
    Ok(Micros::new(query.first(db)?))
}

/// What was spent in a month, holds included.
///
/// # Errors
/// When the database fails.
pub fn spent(
    db: &mut Db,
    organization: &str,
    (scope, id): (Scope, &str),
    month: Month,
) -> Result<Micros, Error> {
    spent_in(db, scope, id, organization, month.number())
}

/// Limits what may be spent in a calendar month from now on. What is held already stays.
///
/// # Errors
/// [`Error::Invalid`] when the limit is below zero, or the project or key is another organization's.
pub fn set_limit(
    db: &mut Db,
    organization: &str,
    (scope, id): (Scope, &str),
    limit: Micros,
    now_us: i64,
) -> Result<(), Error> {
    if limit < Micros::ZERO {
        return Err(Error::Invalid("a limit must not be below 0".to_owned()));
    }
    lock_profile(db, organization)?;
    let changes = (spend_limits::threshold_micros.eq(limit.get()), spend_limits::updated_at.eq(now_us));
    let mine =
        spend_limits::table.find((scope.name(), id)).filter(spend_limits::organization_id.eq(organization));
    if diesel::update(mine).set(changes).execute(db)? > 0 {
        return Ok(());
    }
    let row = (
        spend_limits::scope.eq(scope.name()),
        spend_limits::scope_id.eq(id),
        spend_limits::organization_id.eq(organization),
        changes,
    );
    let added = each!(db, |db| diesel::insert_into(spend_limits::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(db))?;
    if added == 0 {
        return Err(Error::Invalid(format!("the {} {id} is another organization's", scope.name())));
    }
    Ok(())
}

/// The limit on what may be spent in a month, if there is one.
///
/// # Errors
/// When the database fails.
pub fn limit(db: &mut Db, organization: &str, (scope, id): (Scope, &str)) -> Result<Option<Micros>, Error> {
    let limit: Option<i64> = spend_limits::table
        .find((scope.name(), id))
        .filter(spend_limits::organization_id.eq(organization))
        .select(spend_limits::threshold_micros)
        .first(db)
        .optional()?;
    Ok(limit.map(Micros::new))
}

/// Takes a limit away; whether there was one.
///
/// # Errors
/// When the database fails.
pub fn remove_limit(db: &mut Db, organization: &str, (scope, id): (Scope, &str)) -> Result<bool, Error> {
    let row =
        spend_limits::table.find((scope.name(), id)).filter(spend_limits::organization_id.eq(organization));
    Ok(diesel::delete(row).execute(db)? > 0)
}

/// Something to be told when a tenant has spent some amount in a month.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = spend_alerts)]
pub struct Alert {
    /// Names it.
    pub id: String,
    /// Whose.
    pub organization_id: String,
    /// Of this project alone; `None` for the whole organization.
    pub project_id: Option<String>,
    /// The amount, micro-dollars, above 0.
    pub threshold_micros: i64,
    /// Whom to tell, JSON.
    pub notification_channel: String,
    /// When it was made, microseconds since 1970.
    pub created_at: i64,
    /// The last month in which it went off, written 202611.
    pub triggered_month: Option<i32>,
}

/// Adds an alert. It goes off at the next hold that reaches it, once a month.
///
/// # Errors
/// [`Error::Invalid`] when the threshold is not above zero, or there are too many.
pub fn add_alert(
    db: &mut Db,
    (organization, project): (&str, Option<&str>),
    threshold: Micros,
    notification_channel: &str,
    now_us: i64,
) -> Result<Alert, Error> {
    if threshold <= Micros::ZERO {
        return Err(Error::Invalid("a threshold must be above 0".to_owned()));
    }
    lock_profile(db, organization)?;
    let count: i64 =
        spend_alerts::table.filter(spend_alerts::organization_id.eq(organization)).count().get_result(db)?;
    if count >= ALERTS_MAX {
        return Err(Error::Invalid(format!("an organization has at most {ALERTS_MAX} alerts")));
    }
    let alert = Alert {
        id: new_id("alert_"),
        organization_id: organization.to_owned(),
        project_id: project.map(str::to_owned),
        threshold_micros: threshold.get(),
        notification_channel: notification_channel.to_owned(),
        created_at: now_us,
        triggered_month: None,
    };
    diesel::insert_into(spend_alerts::table).values(&alert).execute(db)?;
    Ok(alert)
}

/// An organization's alerts, the newest first: its own without a project, one project's with it.
///
/// # Errors
/// When the database fails.
pub fn alerts(db: &mut Db, organization: &str, project: Option<&str>) -> Result<Vec<Alert>, Error> {
    let mut query = spend_alerts::table
        .filter(spend_alerts::organization_id.eq(organization))
        .order((spend_alerts::created_at.desc(), spend_alerts::id.desc()))
        .select(Alert::as_select())
        .into_boxed();
    query = match project {
        None => query.filter(spend_alerts::project_id.is_null()),
        Some(project) => query.filter(spend_alerts::project_id.eq(project)),
    };
    Ok(query.load(db)?)
}

/// Changes whom an alert tells and when; `None` when the organization has no such alert. One that went off this
/// month can do so again.
///
/// # Errors
/// [`Error::Invalid`] when the threshold is not above zero.
pub fn change_alert(
    db: &mut Db,
    organization: &str,
    id: &str,
    threshold: Micros,
    notification_channel: &str,
) -> Result<Option<Alert>, Error> {
    if threshold <= Micros::ZERO {
        return Err(Error::Invalid("a threshold must be above 0".to_owned()));
    }
    let changes = (
        spend_alerts::threshold_micros.eq(threshold.get()),
        spend_alerts::notification_channel.eq(notification_channel),
        spend_alerts::triggered_month.eq(None::<i32>),
    );
    let row = spend_alerts::table.find(id).filter(spend_alerts::organization_id.eq(organization));
    diesel::update(row).set(changes).execute(db)?;
    Ok(row.select(Alert::as_select()).first(db).optional()?)
}

/// Removes an alert; whether there was one.
///
/// # Errors
/// When the database fails.
pub fn remove_alert(db: &mut Db, organization: &str, id: &str) -> Result<bool, Error> {
    let row = spend_alerts::table.find(id).filter(spend_alerts::organization_id.eq(organization));
    Ok(diesel::delete(row).execute(db)? > 0)
}

fn raise_alerts(db: &mut Db, payer: &Payer<'_>, month: i32, now_us: i64) -> Result<(), Error> {
    let quiet = spend_alerts::triggered_month.is_null().or(spend_alerts::triggered_month.ne(month));
    let mine = spend_alerts::project_id.is_null().or(spend_alerts::project_id.eq(payer.project));
    let waiting: Vec<Alert> = spend_alerts::table
        .filter(spend_alerts::organization_id.eq(payer.organization).and(quiet).and(mine))
        .select(Alert::as_select())
        .load(db)?;
    for alert in waiting {
        let (scope, id) = match &alert.project_id {
            None => (Scope::Organization, payer.organization),
            Some(project) => (Scope::Project, project.as_str()),
        };
        let spent = spent_in(db, scope, id, payer.organization, month)?;
        if spent.get() < alert.threshold_micros {
            continue;
        }
        let row = spend_alerts::table.find(&alert.id);
        diesel::update(row).set(spend_alerts::triggered_month.eq(month)).execute(db)?;
        let data = serde_json::json!({
            "id": alert.id,
            "month": Month::from_number(month).map(|month| month.to_string()),
            "threshold": Micros::new(alert.threshold_micros).dollars(),
            "spent": spent.dollars(),
            "currency": "usd",
        });
        let event = (
            events::id.eq(new_id("evt_")),
            events::kind.eq(ALERT_TRIGGERED),
            events::organization_id.eq(payer.organization),
            events::project_id.eq(&alert.project_id),
            events::data.eq(data.to_string()),
            events::created_at.eq(now_us),
        );
        diesel::insert_into(events::table).values(event).execute(db)?;
    }
    Ok(())
}
