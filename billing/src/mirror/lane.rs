//! Telling: one organization's rows are told one after the other, by one process at a time. What is said to the other book
//! is not known here.

use diesel::dsl::{exists, min, not};
use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::schema::{billing_profiles, credit_blocks, mirror_lanes, mirror_outbox, organizations};
use kinora_store::{Db, each};

use crate::credit::Block;
use crate::mirror::Kind;
use crate::{Error, Micros};

/// Characters of a failure that are kept.
const FAILURE_CHARS_MAX: usize = 500;

/// A row to be told now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Names the row, for good.
    pub id: String,
    /// Whose.
    pub organization: String,
    /// The organization's name, as people write it.
    pub organization_name: String,
    /// The organization's name in the other book, once it is known there.
    pub customer: Option<String>,
    /// What it tells.
    pub kind: Kind,
    /// How much.
    pub amount: Micros,
    /// When it happened, microseconds since 1970.
    pub occurred_at_us: i64,
    /// By what name it is told: the row's id, or another one if it was told to be sent again.
    pub name: String,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// When it was first tried without knowing what became of it, microseconds since 1970.
    pub unknown_since_us: Option<i64>,
    /// How often in a row something of this organization could not be told.
    pub failures: i32,
    /// For [`Kind::CreditGrant`]: the block of credit.
    pub block: Option<Block>,
}

/// Whether a row that could not be told may have arrived nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It has not.
    No,
    /// Nobody knows.
    Unknown,
}

/// Why a row is not tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may have arrived, and to send it again might count it twice.
    Unsure,
    /// The other book does not take it.
    Refused,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = mirror_outbox)]
struct OutboxRow {
    id: String,
    kind: String,
    subject: String,
    amount_micros: i64,
    occurred_at: i64,
    attempts: i32,
    first_attempt_at: Option<i64>,
    external_id: Option<String>,
}

/// Organizations of which something can be told now, the one that has waited longest first; at most `lanes_max`.
///
/// # Errors
/// When the database fails.
pub fn due_lanes(db: &mut Db, now_us: i64, lanes_max: i64) -> Result<Vec<String>, Error> {
    let busy = mirror_lanes::table
        .filter(mirror_lanes::organization_id.eq(mirror_outbox::organization_id))
        .filter(mirror_lanes::claimed_until.gt(now_us).or(mirror_lanes::next_at.gt(now_us)));
    Ok(mirror_outbox::table
        .filter(mirror_outbox::state.eq("pending"))
        .filter(not(exists(busy)))
        .group_by(mirror_outbox::organization_id)
        .select(mirror_outbox::organization_id)
        .order(min(mirror_outbox::id))
        .limit(lanes_max)
        .load(db)?)
}

/// Claims an organization's lane for `by` until `until_us`, whenever its next try is due. `false` if somebody has it.
///
/// # Errors
/// When the database fails.
pub fn claim_lane(
    db: &mut Db,
    organization: &str,
    by: &str,
    now_us: i64,
    until_us: i64,
) -> Result<bool, Error> {
    let lane = (
        mirror_lanes::organization_id.eq(organization),
        mirror_lanes::claimed_until.eq(0_i64),
        mirror_lanes::claimed_by.eq(by),
        mirror_lanes::next_at.eq(0_i64),
        mirror_lanes::failures.eq(0),
    );
    each!(db, |db| diesel::insert_into(mirror_lanes::table)
        .values(lane)
        .on_conflict_do_nothing()
        .execute(db))?;
    let free = mirror_lanes::table.find(organization).filter(mirror_lanes::claimed_until.le(now_us));
    let claim = (mirror_lanes::claimed_until.eq(until_us), mirror_lanes::claimed_by.eq(by));
    Ok(diesel::update(free).set(claim).execute(db)? > 0)
}

/// Takes back what a process of this name claimed before it died. Only its successor may ask, since a living process
/// would lose its claims.
///
/// # Errors
/// When the database fails.
pub fn recover_lanes(db: &mut Db, by: &str) -> Result<usize, Error> {
    let dead =
        mirror_lanes::table.filter(mirror_lanes::claimed_by.eq(by).and(mirror_lanes::claimed_until.gt(0)));
    Ok(diesel::update(dead).set(mirror_lanes::claimed_until.eq(0_i64)).execute(db)?)
}

/// Gives a lane back that [`claim_lane`] claimed.
///
/// # Errors
/// When the database fails.
pub fn release_lane(db: &mut Db, organization: &str) -> Result<(), Error> {
    let lane = mirror_lanes::table.find(organization);
    diesel::update(lane).set(mirror_lanes::claimed_until.eq(0_i64)).execute(db)?;
    Ok(())
}

/// The next row of an organization: the customer first, then in the order in which the rows were written. Nobody else
/// gets one of this organization until it is settled or `until_us` has passed. `None` if there is none, or somebody
/// else is telling one, or the lane waits.
///
/// The attempt is noted before it is made: a process that dies meanwhile leaves a row whose outcome is unknown.
///
/// # Errors
/// When the database fails.
pub fn claim(
    db: &mut Db,
    organization: &str,
    by: &str,
    now_us: i64,
    until_us: i64,
) -> Result<Option<Row>, Error> {
    if !claim_lane(db, organization, by, now_us, until_us)? {
        return Ok(None);
    }
    let (failures, next_at): (i32, i64) = mirror_lanes::table
        .find(organization)
        .select((mirror_lanes::failures, mirror_lanes::next_at))
        .first(db)?;
    let row: Option<OutboxRow> = mirror_outbox::table
        .filter(mirror_outbox::organization_id.eq(organization).and(mirror_outbox::state.eq("pending")))
        .order((mirror_outbox::kind.ne(Kind::Customer.name()), mirror_outbox::id))
        .select(OutboxRow::as_select())
        .first(db)
        .optional()?;
    let Some(row) = row.filter(|_| next_at <= now_us) else {
        release_lane(db, organization)?;
        return Ok(None);
    };
    let attempts = row.attempts.saturating_add(1);
    let noted = (
        mirror_outbox::attempts.eq(attempts),
        mirror_outbox::first_attempt_at.eq(row.first_attempt_at.unwrap_or(now_us)),
    );
    diesel::update(mirror_outbox::table.find(&row.id)).set(noted).execute(db)?;
    filled(db, organization, row, (attempts, failures)).map(Some)
}

fn filled(
    db: &mut Db,
    organization: &str,
    row: OutboxRow,
    (attempts, failures): (i32, i32),
) -> Result<Row, Error> {
    let kind = Kind::from_name(&row.kind).ok_or_else(|| Error::broken("mirror_outbox", &row.kind))?;
    let organization_name = organizations::table.find(organization).select(organizations::name).first(db)?;
    let customer =
        billing_profiles::table.find(organization).select(billing_profiles::external_customer).first(db)?;
    let block = match kind {
        Kind::CreditGrant => {
            Some(credit_blocks::table.find(&row.subject).select(Block::as_select()).first(db)?)
        }
        Kind::Customer | Kind::Usage => None,
    };
    Ok(Row {
        name: row.external_id.unwrap_or_else(|| row.id.clone()),
        id: row.id,
        organization: organization.to_owned(),
        organization_name,
        customer,
        kind,
        amount: Micros::new(row.amount_micros),
        occurred_at_us: row.occurred_at,
        attempts,
        unknown_since_us: row.first_attempt_at,
        failures,
        block,
    })
}

/// The row arrived; the other book knows it as `external_id`. For [`Kind::Customer`] that is the organization's name there.
///
/// # Errors
/// When the database fails.
pub fn sent(db: &mut Db, row: &Row, external_id: &str, now_us: i64) -> Result<(), Error> {
    let changes = (
        mirror_outbox::state.eq("sent"),
        mirror_outbox::settled_at.eq(now_us),
        mirror_outbox::external_id.eq(external_id),
        mirror_outbox::failure.eq(None::<String>),
    );
    diesel::update(open(&row.id)).set(changes).execute(db)?;
    if row.kind == Kind::Customer && row.customer.is_none() {
        crate::set_external_customer(db, &row.organization, external_id)?;
    }
    free_lane(db, &row.organization)
}

/// The row could not be told; nothing of its organization is told before `next_at_us`.
///
/// # Errors
/// When the database fails.
pub fn put_off(db: &mut Db, row: &Row, next_at_us: i64, done: Done, failure: &str) -> Result<(), Error> {
    let failure: String = failure.chars().take(FAILURE_CHARS_MAX).collect();
    diesel::update(open(&row.id)).set(mirror_outbox::failure.eq(failure)).execute(db)?;
    if done == Done::No {
        let before = mirror_outbox::first_attempt_at.eq(row.unknown_since_us);
        diesel::update(open(&row.id)).set(before).execute(db)?;
    }
    let lane = (
        mirror_lanes::claimed_until.eq(0_i64),
        mirror_lanes::next_at.eq(next_at_us),
        mirror_lanes::failures.eq(row.failures.saturating_add(1)),
    );
    diesel::update(mirror_lanes::table.find(&row.organization)).set(lane).execute(db)?;
    Ok(())
}

/// The row is not tried again; the next one may be.
///
/// # Errors
/// When the database fails.
pub fn give_up(db: &mut Db, row: &Row, verdict: Verdict, failure: &str, now_us: i64) -> Result<(), Error> {
    let failure: String = failure.chars().take(FAILURE_CHARS_MAX).collect();
    let state = match verdict {
        Verdict::Unsure => "unsure",
        Verdict::Refused => "refused",
    };
    let changes = (
        mirror_outbox::state.eq(state),
        mirror_outbox::settled_at.eq(now_us),
        mirror_outbox::failure.eq(failure),
        mirror_outbox::external_id.eq(&row.name),
    );
    diesel::update(open(&row.id)).set(changes).execute(db)?;
    free_lane(db, &row.organization)
}

/// The row, unless somebody settled it: whoever held its claim for too long changes nothing.
#[diesel::dsl::auto_type(no_type_alias)]
fn open<'a>(id: &'a str) -> _ {
    let open: diesel::dsl::Eq<mirror_outbox::state, &'static str> = mirror_outbox::state.eq("pending");
    let this: diesel::dsl::Eq<mirror_outbox::id, &'a str> = mirror_outbox::id.eq(id);
    mirror_outbox::table.filter(this).filter(open)
}

fn free_lane(db: &mut Db, organization: &str) -> Result<(), Error> {
    let lane = (
        mirror_lanes::claimed_until.eq(0_i64),
        mirror_lanes::next_at.eq(0_i64),
        mirror_lanes::failures.eq(0),
    );
    diesel::update(mirror_lanes::table.find(organization)).set(lane).execute(db)?;
    Ok(())
}
