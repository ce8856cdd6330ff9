//! The ledger: accounts, and transfers between two of them. Balances are moved by the database itself.

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, RunQueryDsl as _, Selectable,
    SelectableHelper as _,
};
use kinora_store::schema::{accounts, billing_profiles, transfers};
use kinora_store::{Db, each};

use crate::credit::check_reason;
use crate::{Error, Micros, mirror, new_id};

/// How an organization pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// From credit that was granted or bought before.
    Prepaid,
    /// Afterwards, up to what it may owe.
    Postpaid,
}

impl Mode {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepaid => "prepaid",
            Self::Postpaid => "postpaid",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Prepaid, Self::Postpaid].into_iter().find(|mode| mode.name() == name)
    }
}

/// How an organization pays, and what another book knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Whose.
    pub organization: String,
    /// How it pays.
    pub mode: Mode,
    /// Whether another book is told.
    pub mirrored: bool,
    /// Its name in that book, once it is known there.
    pub external_customer: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = billing_profiles)]
struct ProfileRow {
    organization_id: String,
    mode: String,
    mirrored: bool,
    external_customer: Option<String>,
}

impl TryFrom<ProfileRow> for Profile {
    type Error = Error;

    fn try_from(row: ProfileRow) -> Result<Self, Error> {
        let mode = Mode::from_name(&row.mode).ok_or_else(|| Error::broken("billing_profiles", &row.mode))?;
        let (mirrored, external_customer) = (row.mirrored, row.external_customer);
        Ok(Self { organization: row.organization_id, mode, mirrored, external_customer })
    }
}

/// The platform's own accounts.
pub(crate) mod platform {
    pub const REVENUE: &str = "revenue";
    pub const CASH_STRIPE: &str = "cash:stripe";
    pub const PROMO: &str = "promo";
    pub const ADJUSTMENT: &str = "adjustment";
}

/// An organization's own accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// Prepaid money that may be spent. Never below zero.
    Credit,
    /// Set aside for what is being made. Never below zero.
    Held,
    /// Below zero by what was set aside or charged and is not paid yet.
    Owed,
}

impl Own {
    /// The account's name. An organization's id has no colon.
    pub fn of(self, organization: &str) -> String {
        format!("{organization}:{}", self.kind())
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Held => "held",
            Self::Owed => "owed",
        }
    }
}

/// Gives a new organization its accounts. `mirrored` organizations are told to another book.
///
/// # Errors
/// When the database fails, or the organization has accounts.
pub fn open_organization(
    db: &mut Db,
    organization: &str,
    mode: Mode,
    mirrored: bool,
    now_us: i64,
) -> Result<(), Error> {
    let profile = (
        billing_profiles::organization_id.eq(organization),
        billing_profiles::mode.eq(mode.name()),
        billing_profiles::mirrored.eq(mirrored),
        billing_profiles::updated_at.eq(now_us),
    );
    diesel::insert_into(billing_profiles::table).values(profile).execute(db)?;
    for (own, floor) in [(Own::Credit, Some(0_i64)), (Own::Held, Some(0)), (Own::Owed, None)] {
        let account = (
            accounts::id.eq(own.of(organization)),
            accounts::organization_id.eq(organization),
            accounts::kind.eq(own.kind()),
            accounts::floor_micros.eq(floor),
        );
        diesel::insert_into(accounts::table).values(account).execute(db)?;
    }
    if mirrored {
        mirror::tell_customer(db, organization, now_us)?;
    }
    Ok(())
}

/// How an organization pays.
///
/// # Errors
/// [`Error::NoProfile`].
pub fn profile(db: &mut Db, organization: &str) -> Result<Profile, Error> {
    let row =
        billing_profiles::table.find(organization).select(ProfileRow::as_select()).first(db).optional()?;
    row.ok_or_else(|| Error::NoProfile(organization.to_owned()))?.try_into()
}

/// As [`profile`]; and until the transaction ends, nobody else moves the organization's money.
pub(crate) fn lock_profile(db: &mut Db, organization: &str) -> Result<Profile, Error> {
    let row = billing_profiles::table.find(organization);
    let row = match db {
        Db::Postgres(db) => row.select(ProfileRow::as_select()).for_update().first(db).optional()?,
        Db::Sqlite(db) => row.select(ProfileRow::as_select()).first(db).optional()?,
    };
    row.ok_or_else(|| Error::NoProfile(organization.to_owned()))?.try_into()
}

/// Sets how an organization pays from now on; what is held stays where it came from. Whoever is told to
/// another book from now on is told as a customer first.
///
/// # Errors
/// [`Error::NoProfile`].
pub fn set_mode(
    db: &mut Db,
    organization: &str,
    mode: Mode,
    mirrored: bool,
    now_us: i64,
) -> Result<Profile, Error> {
    let before = lock_profile(db, organization)?;
    let changes = (
        billing_profiles::mode.eq(mode.name()),
        billing_profiles::mirrored.eq(mirrored),
        billing_profiles::updated_at.eq(now_us),
    );
    diesel::update(billing_profiles::table.find(organization)).set(changes).execute(db)?;
    if mirrored && before.external_customer.is_none() {
        mirror::tell_customer(db, organization, now_us)?;
    }
    profile(db, organization)
}

/// Notes the name by which another book knows an organization.
///
/// # Errors
/// When the database fails.
pub fn set_external_customer(db: &mut Db, organization: &str, customer: &str) -> Result<(), Error> {
    let row = billing_profiles::table.find(organization);
    diesel::update(row).set(billing_profiles::external_customer.eq(customer)).execute(db)?;
    Ok(())
}

/// Sets what a postpaid organization may owe, what is held included; `None` for no limit.
///
/// # Errors
/// [`Error::Invalid`] when it is below zero, or below what is owed already.
pub fn set_owed_limit(db: &mut Db, organization: &str, limit: Option<Micros>) -> Result<(), Error> {
    lock_profile(db, organization)?;
    let floor = match limit {
        None => None,
        Some(limit) if limit < Micros::ZERO => {
            return Err(Error::Invalid("the limit must not be below 0".to_owned()));
        }
        Some(limit) => Some(limit.get().checked_neg().ok_or(Error::Overflow)?),
    };
    let owed = balances(db, organization)?.owed;
    if floor.is_some_and(|floor| owed.get() < floor) {
        return Err(Error::Invalid(format!(
            "the organization owes more than that already: {}",
            owed.dollars()
        )));
    }
    let account = accounts::table.find(Own::Owed.of(organization));
    diesel::update(account).set(accounts::floor_micros.eq(floor)).execute(db)?;
    Ok(())
}

/// What an organization's accounts hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balances {
    /// What it may spend, expired credit that was not swept yet included. Never below zero.
    pub credit: Micros,
    /// What is set aside. Never below zero.
    pub held: Micros,
    /// Below zero by what it owes.
    pub owed: Micros,
    /// How far `owed` may go below zero; `None` for any.
    pub owed_limit: Option<Micros>,
}

/// What an organization's accounts hold.
///
/// # Errors
/// [`Error::NoProfile`].
pub fn balances(db: &mut Db, organization: &str) -> Result<Balances, Error> {
    let rows: Vec<(String, i64, Option<i64>)> = accounts::table
        .filter(accounts::organization_id.eq(organization))
        .select((accounts::kind, accounts::balance_micros, accounts::floor_micros))
        .load(db)?;
    let of = |own: Own| {
        let row = rows.iter().find(|row| row.0 == own.kind());
        row.map(|row| (Micros::new(row.1), row.2)).ok_or_else(|| Error::NoProfile(organization.to_owned()))
    };
    let (owed, floor) = of(Own::Owed)?;
    let owed_limit =
        floor.map(|floor| floor.checked_neg().map(Micros::new).ok_or(Error::Overflow)).transpose()?;
    Ok(Balances { credit: of(Own::Credit)?.0, held: of(Own::Held)?.0, owed, owed_limit })
}

/// One row of the ledger, to be written.
pub(crate) struct NewTransfer<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub amount: Micros,
    pub kind: &'static str,
    pub subject: &'a str,
    /// A second row with the same is refused by the database.
    pub key: &'a str,
    pub reason: Option<&'a str>,
}

/// Moves money; the transfer's id. The database moves the balances and refuses what would undercut a floor.
pub(crate) fn transfer(db: &mut Db, new: &NewTransfer<'_>, now_us: i64) -> Result<String, Error> {
    let id = new_id("tr_");
    let row = (
        transfers::id.eq(&id),
        transfers::debit_account.eq(new.from),
        transfers::credit_account.eq(new.to),
        transfers::amount_micros.eq(new.amount.get()),
        transfers::kind.eq(new.kind),
        transfers::subject.eq(new.subject),
        transfers::idempotency_key.eq(new.key),
        transfers::reason.eq(new.reason),
        transfers::created_at.eq(now_us),
    );
    each!(db, |db| diesel::insert_into(transfers::table).values(row).execute(db))?;
    Ok(id)
}

/// Whether this transfer was written before.
///
/// # Errors
/// [`Error::Invalid`] when another has its key: to do nothing then would lose money without a word.
pub(crate) fn was_written(db: &mut Db, new: &NewTransfer<'_>) -> Result<bool, Error> {
    let there: Option<(String, String, i64)> = transfers::table
        .filter(transfers::idempotency_key.eq(new.key))
        .select((transfers::debit_account, transfers::credit_account, transfers::amount_micros))
        .first(db)
        .optional()?;
    let Some((from, to, amount)) = there else { return Ok(false) };
    if from != new.from || to != new.to || amount != new.amount.get() {
        return Err(Error::Invalid(format!("another transfer has the key {}", new.key)));
    }
    Ok(true)
}

/// Notes that an organization paid some of what it owes, through Stripe. The same `payment` again changes nothing.
///
/// # Errors
/// [`Error::Invalid`] when the amount is not above zero, or another organization or amount has that `payment`.
pub fn pay_owed(
    db: &mut Db,
    organization: &str,
    amount: Micros,
    payment: &str,
    now_us: i64,
) -> Result<(), Error> {
    let key = format!("payment:{payment}");
    book_payment(
        db,
        organization,
        amount,
        &Payment { from: platform::CASH_STRIPE, subject: payment, key: &key, reason: None },
        now_us,
    )
}

/// As [`pay_owed`], by other means than Stripe and by the operator's word. The same `key` again changes nothing.
///
/// # Errors
/// [`Error::Invalid`] when the amount is not above zero, or another organization or amount has that `key`.
pub fn pay_owed_manually(
    db: &mut Db,
    organization: &str,
    amount: Micros,
    (key, reason): (&str, &str),
    now_us: i64,
) -> Result<(), Error> {
    check_reason(reason)?;
    let key = format!("manual-payment:{key}");
    let payment =
        Payment { from: platform::ADJUSTMENT, subject: organization, key: &key, reason: Some(reason) };
    book_payment(db, organization, amount, &payment, now_us)
}

/// Where a payment of what is owed came from, and what it is called.
struct Payment<'a> {
    from: &'a str,
    subject: &'a str,
    key: &'a str,
    reason: Option<&'a str>,
}

fn book_payment(
    db: &mut Db,
    organization: &str,
    amount: Micros,
    payment: &Payment<'_>,
    now_us: i64,
) -> Result<(), Error> {
    if amount <= Micros::ZERO {
        return Err(Error::Invalid("a payment must be above 0".to_owned()));
    }
    lock_profile(db, organization)?;
    let to = Own::Owed.of(organization);
    let &Payment { from, subject, key, reason } = payment;
    let row = NewTransfer { from, to: &to, amount, kind: "payment", subject, key, reason };
    if was_written(db, &row)? {
        return Ok(());
    }
    transfer(db, &row, now_us).map(drop)
}
