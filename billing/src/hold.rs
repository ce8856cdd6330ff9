//! Holds: money set aside for a subject when it is asked for, so that settling can never fail for want of it.

use std::collections::HashMap;

use diesel::{
    ExpressionMethods as _, Insertable, JoinOnDsl as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{holds, settlements};

use crate::credit::{Draws, draws, enter_draws, spendable};
use crate::ledger::{Mode, NewTransfer, Own, lock_profile, transfer};
use crate::{Error, Micros, Quote, balances, new_id, spend};

/// Who pays, and through which project and key.
#[derive(Clone, Copy, Debug)]
pub struct Payer<'a> {
    /// Who pays.
    pub organization: &'a str,
    /// Which part of it.
    pub project: &'a str,
    /// With which key.
    pub api_key: &'a str,
}

/// A row of holds.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = holds)]
pub(crate) struct HoldRow {
    pub id: String,
    pub organization_id: String,
    pub project_id: String,
    pub api_key_id: String,
    pub subject: String,
    pub source_account: String,
    pub amount_micros: i64,
    pub price_list_id: String,
    pub quote: String,
    pub created_at: i64,
}

impl HoldRow {
    pub fn quote(&self) -> Result<Quote, Error> {
        serde_json::from_str(&self.quote)
            .map_err(|error| Error::broken("holds", format!("{}: {error}", self.id)))
    }
}

/// Sets aside what `quote` comes to, for `subject`; the hold's id. Limits on spending are checked first, then
/// credit, and what the hold does to alerts is written with it. A refusal counts nothing, so a caller may store
/// that answer in the same transaction; at most, credit whose time was over has ended by it.
///
/// # Errors
/// [`Error::InsufficientCredit`], [`Error::SpendLimit`], [`Error::AlreadyHeld`], [`Error::NoProfile`].
pub fn hold(
    db: &mut Db,
    payer: &Payer<'_>,
    subject: &str,
    quote: &Quote,
    now_us: i64,
) -> Result<String, Error> {
    let profile = lock_profile(db, payer.organization)?;
    if find(db, subject)?.is_some() {
        return Err(Error::AlreadyHeld(subject.to_owned()));
    }
    spend::check(db, payer, quote.total, now_us)?;
    let (source, draws) = match profile.mode {
        Mode::Prepaid => {
            let draws = match quote.total {
                Micros::ZERO => Vec::new(),
                total => draws(&spendable(db, payer.organization, now_us)?, total)?,
            };
            (Own::Credit, draws)
        }
        Mode::Postpaid => match from_credit(db, payer.organization, quote.total, now_us)? {
            Some(draws) => (Own::Credit, draws),
            None => {
                check_owed(db, payer.organization, quote.total)?;
                (Own::Owed, Vec::new())
            }
        },
    };
    let row = HoldRow {
        id: new_id("hold_"),
        organization_id: payer.organization.to_owned(),
        project_id: payer.project.to_owned(),
        api_key_id: payer.api_key.to_owned(),
        subject: subject.to_owned(),
        source_account: source.of(payer.organization),
        amount_micros: quote.total.get(),
        price_list_id: quote.price_list.clone(),
        quote: serde_json::to_string(quote).map_err(|error| Error::Invalid(error.to_string()))?,
        created_at: now_us,
    };
    diesel::insert_into(holds::table).values(&row).execute(db)?;
    if quote.total > Micros::ZERO {
        let new = NewTransfer {
            from: &row.source_account,
            to: &Own::Held.of(payer.organization),
            amount: quote.total,
            kind: "hold",
            subject: &row.id,
            key: &format!("hold:{}", row.id),
            reason: None,
        };
        let moved = transfer(db, &new, now_us)?;
        enter_draws(db, &moved, &draws)?;
    }
    spend::commit(db, payer, quote.total, now_us)?;
    Ok(row.id)
}

/// How credit pays for all of it, if there is enough: whoever pays afterwards spends what they were given or bought
/// first. A hold has one source, so credit that covers only a part waits for a smaller one.
fn from_credit(db: &mut Db, organization: &str, total: Micros, now_us: i64) -> Result<Option<Draws>, Error> {
    if total == Micros::ZERO {
        return Ok(None);
    }
    match draws(&spendable(db, organization, now_us)?, total) {
        Ok(draws) => Ok(Some(draws)),
        Err(Error::InsufficientCredit { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn check_owed(db: &mut Db, organization: &str, total: Micros) -> Result<(), Error> {
    let now = balances(db, organization)?;
    let Some(limit) = now.owed_limit else { return Ok(()) };
    let available = limit.checked_add(now.owed).ok_or(Error::Overflow)?;
    let short = total.checked_sub(available).ok_or(Error::Overflow)?;
    if short > Micros::ZERO {
        return Err(Error::InsufficientCredit { available, short });
    }
    Ok(())
}

pub(crate) fn find(db: &mut Db, subject: &str) -> Result<Option<HoldRow>, Error> {
    Ok(holds::table.filter(holds::subject.eq(subject)).select(HoldRow::as_select()).first(db).optional()?)
}

/// How far the money of a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillStatus {
    /// Set aside.
    Reserved,
    /// Charged.
    Settled,
    /// Given back: nothing is charged.
    Released,
}

impl BillStatus {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Settled => "settled",
            Self::Released => "released",
        }
    }
}

/// What a subject costs whoever asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// What it was held for.
    pub subject: String,
    /// What was set aside.
    pub estimated: Micros,
    /// What was charged, once that is known.
    pub charged: Option<Micros>,
    /// How far it is.
    pub status: BillStatus,
    /// What was promised.
    pub quote: Quote,
}

impl Bill {
    /// The bill of a subject for which `quote` was held just now.
    #[must_use]
    pub fn reserved(subject: &str, quote: Quote) -> Self {
        let (subject, status) = (subject.to_owned(), BillStatus::Reserved);
        Self { subject, estimated: quote.total, charged: None, status, quote }
    }
}

/// The bills of those `subjects` that have one, by subject.
///
/// # Errors
/// When the database fails.
pub fn bills(db: &mut Db, subjects: &[&str]) -> Result<HashMap<String, Bill>, Error> {
    let rows: Vec<(HoldRow, Option<i64>, Option<String>)> = holds::table
        .left_join(settlements::table.on(settlements::hold_id.eq(holds::id)))
        .filter(holds::subject.eq_any(subjects))
        .select((
            HoldRow::as_select(),
            settlements::captured_micros.nullable(),
            settlements::outcome.nullable(),
        ))
        .load(db)?;
    let bill = |(row, charged, outcome): (HoldRow, Option<i64>, Option<String>)| {
        let status = match outcome.as_deref() {
            None => BillStatus::Reserved,
            Some("captured") => BillStatus::Settled,
            Some(_) => BillStatus::Released,
        };
        let (estimated, charged, quote) =
            (Micros::new(row.amount_micros), charged.map(Micros::new), row.quote()?);
        Ok((row.subject.clone(), Bill { subject: row.subject, estimated, charged, status, quote }))
    };
    rows.into_iter().map(bill).collect()
}
