//! Comparing: what was told of a day, how rows are put right, and where the two books were found to differ.

use std::collections::HashMap;

use diesel::dsl::{count_star, min, sql};
use diesel::sql_types::BigInt;
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, QueryDsl as _, Queryable, RunQueryDsl as _,
    Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{billing_profiles, mirror_differences, mirror_outbox};

use crate::mirror::Kind;
use crate::{DAY_US, Error, Micros, new_id};

/// How far a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// To be told.
    Pending,
    /// Told.
    Sent,
    /// It may have arrived or not.
    Unsure,
    /// The other book does not take it.
    Refused,
}

impl State {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Unsure => "unsure",
            Self::Refused => "refused",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Sent, Self::Unsure, Self::Refused]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// A row of [`Kind::Usage`], as far as it has been told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Names the row.
    pub id: String,
    /// By what name it was told.
    pub name: String,
    /// How much.
    pub amount: Micros,
    /// How far it is.
    pub state: State,
    /// Whether it may have arrived although it is [`State::Pending`].
    pub tried: bool,
    /// When what it tells happened, microseconds since 1970.
    pub occurred_at_us: i64,
    /// When it came into this state, microseconds since 1970.
    pub settled_at_us: Option<i64>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mirror_outbox)]
struct ToldRow {
    id: String,
    amount_micros: i64,
    occurred_at: i64,
    state: String,
    first_attempt_at: Option<i64>,
    settled_at: Option<i64>,
    external_id: Option<String>,
}

/// What was captured from an organization on a UTC day and has to be told. `day` counts days since 1970.
///
/// # Errors
/// When the database fails.
pub fn usage_of_day(db: &mut Db, organization: &str, day: i32) -> Result<Vec<Told>, Error> {
    let start_us = i64::from(day).checked_mul(DAY_US).ok_or(Error::Overflow)?;
    let end_us = start_us.checked_add(DAY_US).ok_or(Error::Overflow)?;
    let rows: Vec<ToldRow> = mirror_outbox::table
        .filter(mirror_outbox::organization_id.eq(organization))
        .filter(mirror_outbox::kind.eq(Kind::Usage.name()))
        .filter(mirror_outbox::occurred_at.ge(start_us).and(mirror_outbox::occurred_at.lt(end_us)))
        .order(mirror_outbox::id)
        .select(ToldRow::as_select())
        .load(db)?;
    let told = |row: ToldRow| {
        let state = State::from_name(&row.state).ok_or_else(|| Error::broken("mirror_outbox", &row.state))?;
        Ok(Told {
            name: row.external_id.unwrap_or_else(|| row.id.clone()),
            id: row.id,
            amount: Micros::new(row.amount_micros),
            state,
            tried: row.first_attempt_at.is_some(),
            occurred_at_us: row.occurred_at,
            settled_at_us: row.settled_at,
        })
    };
    rows.into_iter().map(told).collect()
}

/// Every organization that the other book knows, with its name there, and every one that it should know, without.
///
/// # Errors
/// When the database fails.
pub fn customers(db: &mut Db) -> Result<Vec<(String, Option<String>)>, Error> {
    let known = billing_profiles::external_customer.is_not_null();
    Ok(billing_profiles::table
        .filter(known.or(billing_profiles::mirrored.eq(true)))
        .order(billing_profiles::organization_id)
        .select((billing_profiles::organization_id, billing_profiles::external_customer))
        .load(db)?)
}

/// Days before `day` of which usage has not been told, or was told since `settled_us` only: each with its organization and
/// the organization's name in the other book. The newest first, at most `pairs_max`.
///
/// # Errors
/// When the database fails.
pub fn open_days(
    db: &mut Db,
    day: i32,
    settled_us: i64,
    pairs_max: i64,
) -> Result<Vec<(i32, String, Option<String>)>, Error> {
    let before_us = i64::from(day).checked_mul(DAY_US).ok_or(Error::Overflow)?;
    let open = mirror_outbox::state.ne(State::Sent.name());
    // Days since 1970; both databases divide whole numbers into whole numbers.
    let days = || sql::<BigInt>("occurred_at / 86400000000");
    let pairs: Vec<(i64, String)> = mirror_outbox::table
        .filter(mirror_outbox::kind.eq(Kind::Usage.name()).and(mirror_outbox::occurred_at.lt(before_us)))
        .filter(open.or(mirror_outbox::settled_at.ge(settled_us)))
        .select((days(), mirror_outbox::organization_id))
        .distinct()
        .order((days().desc(), mirror_outbox::organization_id))
        .limit(pairs_max)
        .load(db)?;
    let names: HashMap<String, Option<String>> = customers(db)?.into_iter().collect();
    let named = |(day, organization): (i64, String)| {
        let day = i32::try_from(day).map_err(|_| Error::Overflow)?;
        let name = names.get(&organization).cloned().flatten();
        Ok((day, organization, name))
    };
    pairs.into_iter().map(named).collect()
}

/// The row did arrive, by this name.
///
/// # Errors
/// When the database fails.
pub fn confirm(db: &mut Db, id: &str, name: &str, now_us: i64) -> Result<(), Error> {
    let changes = (
        mirror_outbox::state.eq(State::Sent.name()),
        mirror_outbox::external_id.eq(name),
        mirror_outbox::settled_at.eq(now_us),
        mirror_outbox::failure.eq(None::<String>),
    );
    diesel::update(mirror_outbox::table.find(id)).set(changes).execute(db)?;
    Ok(())
}

/// The row did not arrive: it is told again, by another name.
///
/// # Errors
/// When the database fails.
pub fn send_again(db: &mut Db, id: &str, name: &str) -> Result<(), Error> {
    let changes = (
        mirror_outbox::state.eq(State::Pending.name()),
        mirror_outbox::external_id.eq(name),
        mirror_outbox::first_attempt_at.eq(None::<i64>),
        mirror_outbox::settled_at.eq(None::<i64>),
    );
    diesel::update(mirror_outbox::table.find(id)).set(changes).execute(db)?;
    Ok(())
}

/// Tries every refused row again, after whatever it was refused for has been mended. How many there are.
///
/// # Errors
/// When the database fails.
pub fn retry_refused(db: &mut Db) -> Result<usize, Error> {
    let refused = mirror_outbox::table.filter(mirror_outbox::state.eq(State::Refused.name()));
    let changes = (
        mirror_outbox::state.eq(State::Pending.name()),
        mirror_outbox::settled_at.eq(None::<i64>),
        // Refused means that it has not arrived.
        mirror_outbox::first_attempt_at.eq(None::<i64>),
    );
    Ok(diesel::update(refused).set(changes).execute(db)?)
}

/// Where the two books were found to differ. Amounts are micro-dollars.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mirror_differences)]
pub struct Difference {
    /// Whose.
    pub organization_id: String,
    /// Which UTC day, days since 1970.
    pub day: i32,
    /// Our statement: all that had to be told.
    pub ours_micros: i64,
    /// What the other book had counted.
    pub theirs_micros: i64,
    /// What was done about it, or why nothing was.
    pub action: String,
    /// When it was found, microseconds since 1970.
    pub found_at: i64,
}

/// Notes a difference, unless the same one of the same day was noted before.
///
/// # Errors
/// When the database fails.
pub fn note_difference(db: &mut Db, new: &Difference) -> Result<(), Error> {
    let known: i64 = mirror_differences::table
        .filter(mirror_differences::organization_id.eq(&new.organization_id))
        .filter(mirror_differences::day.eq(new.day).and(mirror_differences::action.eq(&new.action)))
        .filter(mirror_differences::ours_micros.eq(new.ours_micros))
        .filter(mirror_differences::theirs_micros.eq(new.theirs_micros))
        .select(count_star())
        .first(db)?;
    if known > 0 {
        return Ok(());
    }
    let row = (
        mirror_differences::id.eq(new_id("dif_")),
        mirror_differences::organization_id.eq(&new.organization_id),
        mirror_differences::day.eq(new.day),
        mirror_differences::ours_micros.eq(new.ours_micros),
        mirror_differences::theirs_micros.eq(new.theirs_micros),
        mirror_differences::action.eq(&new.action),
        mirror_differences::found_at.eq(new.found_at),
    );
    diesel::insert_into(mirror_differences::table).values(row).execute(db)?;
    Ok(())
}

/// The differences that were found last, at most `rows_max`.
///
/// # Errors
/// When the database fails.
pub fn differences(db: &mut Db, rows_max: i64) -> Result<Vec<Difference>, Error> {
    Ok(mirror_differences::table
        .order(mirror_differences::id.desc())
        .limit(rows_max)
        .select(Difference::as_select())
        .load(db)?)
}

/// What has not been told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Rows to be told.
    pub pending: i64,
    /// Rows that may have arrived or not.
    pub unsure: i64,
    /// Rows that the other book does not take.
    pub refused: i64,
    /// When the oldest row that is to be told happened, microseconds since 1970.
    pub oldest_us: Option<i64>,
}

/// What has not been told, of all organizations.
///
/// # Errors
/// When the database fails.
pub fn backlog(db: &mut Db) -> Result<Backlog, Error> {
    let rows: Vec<(String, i64, Option<i64>)> = mirror_outbox::table
        .filter(mirror_outbox::state.ne(State::Sent.name()))
        .group_by(mirror_outbox::state)
        .select((mirror_outbox::state, count_star(), min(mirror_outbox::occurred_at)))
        .load(db)?;
    let of = |state: State| rows.iter().find(|row| row.0 == state.name());
    let count = |state: State| of(state).map_or(0, |row| row.1);
    Ok(Backlog {
        pending: count(State::Pending),
        unsure: count(State::Unsure),
        refused: count(State::Refused),
        oldest_us: of(State::Pending).and_then(|row| row.2),
    })
}
