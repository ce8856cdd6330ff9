//! What another book must be told of an organization that is mirrored: one row for the customer, each capture and each
//! block of credit, written in the transaction of what it is about. Which book that is, and how it is told, is not
//! known here.

mod compare;
mod lane;

pub use compare::{
    Backlog, Difference, State, Told, backlog, confirm, customers, differences, note_difference, open_days,
    retry_refused, send_again, usage_of_day,
};
pub use lane::{
    Done, Row, Verdict, claim, claim_lane, due_lanes, give_up, put_off, recover_lanes, release_lane, sent,
};

use diesel::{ExpressionMethods as _, RunQueryDsl as _};
use kinora_store::schema::mirror_outbox;
use kinora_store::{Db, each};

use crate::{Error, Micros, new_id};

/// What a row tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// That there is an organization.
    Customer,
    /// That it owes an amount more.
    Usage,
    /// That it was given credit.
    CreditGrant,
}

impl Kind {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Usage => "usage",
            Self::CreditGrant => "credit_grant",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Customer, Self::Usage, Self::CreditGrant].into_iter().find(|kind| kind.name() == name)
    }
}

pub(crate) fn tell_customer(db: &mut Db, organization: &str, now_us: i64) -> Result<(), Error> {
    tell(db, organization, (Kind::Customer, organization), Micros::ZERO, now_us)
}

pub(crate) fn tell_usage(
    db: &mut Db,
    organization: &str,
    hold: &str,
    captured: Micros,
    now_us: i64,
) -> Result<(), Error> {
    if captured == Micros::ZERO {
        return Ok(());
    }
    tell(db, organization, (Kind::Usage, hold), captured, now_us)
}

pub(crate) fn tell_credit(
    db: &mut Db,
    organization: &str,
    block: &str,
    amount: Micros,
    now_us: i64,
) -> Result<(), Error> {
    tell(db, organization, (Kind::CreditGrant, block), amount, now_us)
}

/// Writes a row, unless the same was written before.
fn tell(
    db: &mut Db,
    organization: &str,
    (kind, subject): (Kind, &str),
    amount: Micros,
    now_us: i64,
) -> Result<(), Error> {
    let row = (
        mirror_outbox::id.eq(new_id("mir_")),
        mirror_outbox::organization_id.eq(organization),
        mirror_outbox::kind.eq(kind.name()),
        mirror_outbox::subject.eq(subject),
        mirror_outbox::amount_micros.eq(amount.get()),
        mirror_outbox::occurred_at.eq(now_us),
        mirror_outbox::state.eq("pending"),
    );
    each!(db, |db| diesel::insert_into(mirror_outbox::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(db))?;
    Ok(())
}
