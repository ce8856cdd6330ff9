//! How a hold ends: captured for what was delivered, or released. Once, and wholly.

use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, RunQueryDsl as _};
use kinora_store::Db;
use kinora_store::schema::{lines, settlements, transfers};

use crate::credit::give_back;
use crate::hold::{HoldRow, find};
use crate::ledger::{NewTransfer, Own, lock_profile, platform, transfer};
use crate::quote::{Line, total};
use crate::{Error, Micros, Quantities, Quote, mirror, new_id, spend};

/// Why nothing is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It could not be made.
    Failed,
    /// Whoever asked for it no longer wanted it.
    Canceled,
    /// It may not be made.
    Moderated,
    /// Its time was over.
    Expired,
}

impl Reason {
    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Moderated => "moderated",
            Self::Expired => "expired",
        }
    }
}

/// How a hold ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// What was charged.
    pub captured: Micros,
    /// What was given back.
    pub released: Micros,
}

/// The reason that a capture has in the database.
const DELIVERED: &str = "delivered";

/// Charges for what was delivered, at the prices of the quote, and gives the rest of the hold back. `None` when
/// nothing was ever held for the subject. The same again changes nothing.
///
/// # Errors
/// [`Error::SettledOtherwise`] when it was released before.
pub fn capture(
    db: &mut Db,
    subject: &str,
    delivered: Quantities,
    now_us: i64,
) -> Result<Option<Settlement>, Error> {
    let Some(open) = locked(db, subject)? else { return Ok(None) };
    if let Some(before) = open.settled {
        return if before.outcome == "captured" {
            Ok(Some(before.settlement))
        } else {
            Err(otherwise(subject))
        };
    }
    let quote = open.hold.quote()?;
    let priced = quote.lines(delivered).ok_or(Error::Overflow)?;
    let captured = total(&priced).ok_or(Error::Overflow)?;
    let settlement = settle(db, &open.hold, captured, DELIVERED, now_us)?;
    for line in &priced {
        write_line(db, &open.hold, &quote, line, now_us)?;
    }
    if open.told {
        mirror::tell_usage(db, &open.hold.organization_id, &open.hold.id, captured, now_us)?;
    }
    Ok(Some(settlement))
}

/// Gives a hold back: nothing is charged. `None` when nothing was ever held for the subject. The same again changes
/// nothing.
///
/// # Errors
/// [`Error::SettledOtherwise`] when it was captured before.
pub fn release(db: &mut Db, subject: &str, reason: Reason, now_us: i64) -> Result<Option<Settlement>, Error> {
    let Some(open) = locked(db, subject)? else { return Ok(None) };
    if let Some(before) = open.settled {
        return if before.outcome == "released" {
            Ok(Some(before.settlement))
        } else {
            Err(otherwise(subject))
        };
    }
    settle(db, &open.hold, Micros::ZERO, reason.name(), now_us).map(Some)
}

struct Open {
    hold: HoldRow,
    told: bool,
    settled: Option<Settled>,
}

struct Settled {
    settlement: Settlement,
    outcome: String,
}

/// The hold of a subject, with its organization locked, so that two settlements of one hold see each other.
fn locked(db: &mut Db, subject: &str) -> Result<Option<Open>, Error> {
    let Some(hold) = find(db, subject)? else { return Ok(None) };
    let profile = lock_profile(db, &hold.organization_id)?;
    let settled: Option<(i64, i64, String)> = settlements::table
        .find(&hold.id)
        .select((settlements::captured_micros, settlements::released_micros, settlements::outcome))
        .first(db)
        .optional()?;
    let settled = settled.map(|(captured, released, outcome)| {
        let settlement = Settlement { captured: Micros::new(captured), released: Micros::new(released) };
        Settled { settlement, outcome }
    });
    Ok(Some(Open { hold, told: profile.mirrored, settled }))
}

fn settle(
    db: &mut Db,
    hold: &HoldRow,
    captured: Micros,
    reason: &str,
    now_us: i64,
) -> Result<Settlement, Error> {
    let held = Micros::new(hold.amount_micros);
    // Never more than was held: what is delivered beyond what was asked for is not charged.
    let released = held
        .checked_sub(captured)
        .filter(|released| *released >= Micros::ZERO)
        .ok_or_else(|| Error::broken("holds", format!("{} holds less than its quote delivers", hold.id)))?;
    let row = (
        settlements::hold_id.eq(&hold.id),
        settlements::held_micros.eq(held.get()),
        settlements::captured_micros.eq(captured.get()),
        settlements::released_micros.eq(released.get()),
        settlements::outcome.eq(if reason == DELIVERED { "captured" } else { "released" }),
        settlements::reason.eq(reason),
        settlements::settled_at.eq(now_us),
    );
    diesel::insert_into(settlements::table).values(row).execute(db)?;
    let from = Own::Held.of(&hold.organization_id);
    if captured > Micros::ZERO {
        let key = format!("capture:{}", hold.id);
        let new = NewTransfer {
            from: &from,
            to: platform::REVENUE,
            amount: captured,
            kind: "capture",
            subject: &hold.id,
            key: &key,
            reason: None,
        };
        transfer(db, &new, now_us)?;
    }
    if released > Micros::ZERO {
        let key = format!("release:{}", hold.id);
        let new = NewTransfer {
            from: &from,
            to: &hold.source_account,
            amount: released,
            kind: "release",
            subject: &hold.id,
            key: &key,
            reason: Some(reason),
        };
        let moved = transfer(db, &new, now_us)?;
        if hold.source_account == Own::Credit.of(&hold.organization_id) {
            let drawn = transfer_of_hold(db, &hold.id)?;
            give_back(db, &drawn, &moved, released)?;
        }
        spend::give_back(db, &hold.api_key_id, hold.created_at, released)?;
    }
    Ok(Settlement { captured, released })
}

fn transfer_of_hold(db: &mut Db, hold: &str) -> Result<String, Error> {
    let key = format!("hold:{hold}");
    Ok(transfers::table.filter(transfers::idempotency_key.eq(key)).select(transfers::id).first(db)?)
}

fn write_line(db: &mut Db, hold: &HoldRow, quote: &Quote, line: &Line, now_us: i64) -> Result<(), Error> {
    let row = (
        lines::id.eq(new_id("line_")),
        lines::hold_id.eq(&hold.id),
        lines::organization_id.eq(&hold.organization_id),
        lines::project_id.eq(&hold.project_id),
        lines::api_key_id.eq(&hold.api_key_id),
        lines::subject.eq(&hold.subject),
        (
            lines::model.eq(&quote.item.model),
            lines::operation.eq(quote.item.operation.name()),
            lines::tier.eq(&quote.item.tier),
            lines::component.eq(line.component.name()),
            lines::quantity_milli.eq(line.quantity_milli),
            lines::unit_micros.eq(line.unit.get()),
        ),
        lines::discount_basis_points.eq(quote.discount.get()),
        lines::amount_micros.eq(line.amount.get()),
        lines::price_list_id.eq(&quote.price_list),
        lines::captured_at.eq(now_us),
    );
    diesel::insert_into(lines::table).values(row).execute(db)?;
    Ok(())
}

fn otherwise(subject: &str) -> Error {
    Error::SettledOtherwise(subject.to_owned())
}
