//! Credit, and the blocks it is made of: promotional and paid, with a priority and an end. Whatever moves an
//! organization's credit says in the same transaction which blocks it came from or went to.

use std::cmp::Reverse;

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{credit_block_entries, credit_blocks, transfers};

use crate::ledger::{NewTransfer, Own, lock_profile, platform, transfer, was_written};
use crate::{Error, Micros, mirror, new_id};

/// Most blocks of one organization that may have something left: each hold looks at all of them.
const OPEN_BLOCKS_MAX: usize = 1_000;
/// Longest reason of a grant or a correction, characters.
pub const REASON_CHARS_MAX: usize = 500;
/// What a priority is at most; lower is spent first.
pub const PRIORITY_MAX: i32 = 100;

/// Where credit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Funding {
    /// A gift.
    Promotional,
    /// Paid through Stripe.
    Stripe,
    /// Paid some other way, or put right, by the operator's word.
    Manual,
}

impl Funding {
    /// What the block is called, the account the money comes from, and what the transfer is.
    const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Promotional => ("promotional", platform::PROMO, "grant"),
            Self::Stripe => ("paid", platform::CASH_STRIPE, "payment"),
            Self::Manual => ("correction", platform::ADJUSTMENT, "correction"),
        }
    }
}

/// Credit to be given.
#[derive(Clone, Debug)]
pub struct Grant<'a> {
    /// To whom.
    pub organization: &'a str,
    /// Where it comes from.
    pub funding: Funding,
    /// How much, above zero.
    pub amount: Micros,
    /// 0 to 100; lower is spent first, and within one priority promotional before other, then what ends soonest.
    pub priority: i32,
    /// When what is left of it ends, microseconds since 1970.
    pub expires_at_us: Option<i64>,
    /// Why.
    pub reason: &'a str,
    /// Names the grant, so that asking again gives nothing more.
    pub idempotency_key: &'a str,
}

/// A block of credit. Times are microseconds since 1970, amounts micro-dollars.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = credit_blocks)]
pub struct Block {
    /// Names it.
    pub id: String,
    /// Whose.
    pub organization_id: String,
    /// `promotional`, `paid` or `correction`.
    pub source: String,
    /// 0 to 100; lower is spent first.
    pub priority: i32,
    /// What it was.
    pub amount_micros: i64,
    /// What is left.
    pub remaining_micros: i64,
    /// When what is left ends.
    pub expires_at: Option<i64>,
    /// Why it was given.
    pub reason: String,
    /// When it was given.
    pub created_at: i64,
}

impl Block {
    /// The order in which blocks are spent.
    fn rank(&self) -> (i32, bool, i64, i64, String) {
        let gift_first = self.source != "promotional";
        (self.priority, gift_first, self.expires_at.unwrap_or(i64::MAX), self.created_at, self.id.clone())
    }
}

/// Gives credit. The same idempotency key again gives nothing more and answers the first block.
///
/// # Errors
/// [`Error::Invalid`] when a field cannot be; [`Error::NoProfile`].
pub fn grant(db: &mut Db, grant: &Grant<'_>, now_us: i64) -> Result<Block, Error> {
    check(grant)?;
    let profile = lock_profile(db, grant.organization)?;
    let key = format!("grant:{}", grant.idempotency_key);
    let before: Option<String> = transfers::table
        .filter(transfers::idempotency_key.eq(&key))
        .select(transfers::subject)
        .first(db)
        .optional()?;
    if let Some(id) = before {
        let there = find(db, &id)?;
        if there.organization_id != grant.organization || there.amount_micros != grant.amount.get() {
            return Err(Error::Invalid(format!("another grant has the key {}", grant.idempotency_key)));
        }
        return Ok(there);
    }
    // Not before: whoever asks again after the credit's time was over gets the same answer.
    if grant.expires_at_us.is_some_and(|end_us| end_us <= now_us) {
        return Err(Error::Invalid("the credit would have ended already".to_owned()));
    }
    // Those whose time is over count only until they are swept.
    if open(db, grant.organization)?.len() >= OPEN_BLOCKS_MAX
        && spendable(db, grant.organization, now_us)?.len() >= OPEN_BLOCKS_MAX
    {
        return Err(Error::Invalid(format!(
            "an organization has at most {OPEN_BLOCKS_MAX} blocks of credit"
        )));
    }
    let (source, from, kind) = grant.funding.names();
    let id = new_id("blk_");
    let row = (
        credit_blocks::id.eq(&id),
        credit_blocks::organization_id.eq(grant.organization),
        credit_blocks::source.eq(source),
        credit_blocks::priority.eq(grant.priority),
        credit_blocks::amount_micros.eq(grant.amount.get()),
        credit_blocks::expires_at.eq(grant.expires_at_us),
        credit_blocks::reason.eq(grant.reason),
        credit_blocks::created_at.eq(now_us),
    );
    diesel::insert_into(credit_blocks::table).values(row).execute(db)?;
    let to = Own::Credit.of(grant.organization);
    let amount = grant.amount;
    let new =
        NewTransfer { from, to: &to, amount, kind, subject: &id, key: &key, reason: Some(grant.reason) };
    let moved = transfer(db, &new, now_us)?;
    enter(db, &moved, &id, amount.get())?;
    if profile.mirrored {
        mirror::tell_credit(db, grant.organization, &id, amount, now_us)?;
    }
    find(db, &id)
}

fn check(grant: &Grant<'_>) -> Result<(), Error> {
    if grant.amount <= Micros::ZERO {
        return Err(Error::Invalid("the amount must be above 0".to_owned()));
    }
    if !(0..=PRIORITY_MAX).contains(&grant.priority) {
        return Err(Error::Invalid(format!("the priority must be 0 to {PRIORITY_MAX}")));
    }
    check_reason(grant.reason)
}

pub(crate) fn check_reason(reason: &str) -> Result<(), Error> {
    let chars = reason.chars().count();
    if chars == 0 || chars > REASON_CHARS_MAX || reason.contains('\0') {
        return Err(Error::Invalid(format!("the reason must have 1 to {REASON_CHARS_MAX} characters")));
    }
    Ok(())
}

/// Takes credit back, in the order in which it would be spent: a refund, a charge that was reversed, a mistake. The
/// same `key` again takes nothing more.
///
/// # Errors
/// [`Error::InsufficientCredit`] when there is less; nothing is taken then. [`Error::Invalid`] when a field cannot be,
/// or another organization or amount has that `key`.
pub fn take_back(
    db: &mut Db,
    organization: &str,
    amount: Micros,
    (key, reason): (&str, &str),
    now_us: i64,
) -> Result<(), Error> {
    if amount <= Micros::ZERO {
        return Err(Error::Invalid("the amount must be above 0".to_owned()));
    }
    check_reason(reason)?;
    lock_profile(db, organization)?;
    let key = format!("take-back:{key}");
    let from = Own::Credit.of(organization);
    let new = NewTransfer {
        from: &from,
        to: platform::ADJUSTMENT,
        amount,
        kind: "correction",
        subject: organization,
        key: &key,
        reason: Some(reason),
    };
    if was_written(db, &new)? {
        return Ok(());
    }
    let draws = draws(&spendable(db, organization, now_us)?, amount)?;
    let moved = transfer(db, &new, now_us)?;
    enter_draws(db, &moved, &draws)
}

/// An organization's blocks, the newest first.
///
/// # Errors
/// When the database fails.
pub fn blocks(db: &mut Db, organization: &str) -> Result<Vec<Block>, Error> {
    Ok(credit_blocks::table
        .filter(credit_blocks::organization_id.eq(organization))
        .order((credit_blocks::created_at.desc(), credit_blocks::id.desc()))
        .select(Block::as_select())
        .load(db)?)
}

/// Ends what is left of blocks whose time is over, at most `limit` of them; how many. Each organization is locked
/// for its own, so this runs beside everything else.
///
/// # Errors
/// When the database fails.
pub fn expire_due(db: &mut Db, now_us: i64, limit: i64) -> Result<usize, Error> {
    let over: Vec<(String, String)> = credit_blocks::table
        .filter(credit_blocks::expires_at.le(now_us).and(credit_blocks::remaining_micros.gt(0)))
        .order(credit_blocks::organization_id.asc())
        .select((credit_blocks::organization_id, credit_blocks::id))
        .limit(limit)
        .load(db)?;
    let count = over.len();
    let mut organizations: Vec<String> = over.into_iter().map(|(organization, _)| organization).collect();
    organizations.dedup();
    for organization in organizations {
        lock_profile(db, &organization)?;
        spendable(db, &organization, now_us)?;
    }
    Ok(count)
}

/// The blocks with something left in the order in which they are spent. Those whose time is over end here, so that
/// nothing that ended is ever spent. The organization must be locked.
pub(crate) fn spendable(db: &mut Db, organization: &str, now_us: i64) -> Result<Vec<Block>, Error> {
    let mut live = Vec::new();
    for block in open(db, organization)? {
        if block.expires_at.is_some_and(|end_us| end_us <= now_us) {
            expire(db, &block, now_us)?;
        } else {
            live.push(block);
        }
    }
    live.sort_by_cached_key(Block::rank);
    Ok(live)
}

fn expire(db: &mut Db, block: &Block, now_us: i64) -> Result<(), Error> {
    let promotional = block.source == "promotional";
    let from = Own::Credit.of(&block.organization_id);
    let new = NewTransfer {
        from: &from,
        to: if promotional { platform::PROMO } else { platform::ADJUSTMENT },
        amount: Micros::new(block.remaining_micros),
        kind: "expiry",
        subject: &block.id,
        // A block can end twice: what was held when it first did comes back to it.
        key: &new_id("expiry:"),
        reason: Some("the credit's time was over"),
    };
    let moved = transfer(db, &new, now_us)?;
    enter(db, &moved, &block.id, block.remaining_micros.checked_neg().ok_or(Error::Overflow)?)
}

/// What is to be taken from which block.
pub(crate) type Draws = Vec<(String, Micros)>;

/// How `amount` is taken from `blocks`, which are in the order in which they are spent.
pub(crate) fn draws(blocks: &[Block], amount: Micros) -> Result<Draws, Error> {
    let mut missing = amount;
    let mut draws = Vec::new();
    for block in blocks {
        if missing == Micros::ZERO {
            break;
        }
        let taken = missing.min(Micros::new(block.remaining_micros));
        missing = missing.checked_sub(taken).ok_or(Error::Overflow)?;
        draws.push((block.id.clone(), taken));
    }
    if missing > Micros::ZERO {
        let available = amount.checked_sub(missing).ok_or(Error::Overflow)?;
        return Err(Error::InsufficientCredit { available, short: missing });
    }
    Ok(draws)
}

/// Writes what a transfer takes out of blocks.
pub(crate) fn enter_draws(db: &mut Db, transfer: &str, draws: &Draws) -> Result<(), Error> {
    for (block, taken) in draws {
        enter(db, transfer, block, taken.get().checked_neg().ok_or(Error::Overflow)?)?;
    }
    Ok(())
}

/// Gives `amount` back to the blocks that the transfer `drawn` took it from: to the one that was spent last first,
/// so that what was charged is what was to be spent first.
pub(crate) fn give_back(db: &mut Db, drawn: &str, released: &str, amount: Micros) -> Result<(), Error> {
    let mut rows: Vec<(Block, i64)> = credit_block_entries::table
        .inner_join(credit_blocks::table)
        .filter(credit_block_entries::transfer_id.eq(drawn))
        .select((Block::as_select(), credit_block_entries::amount_micros))
        .load(db)?;
    rows.sort_by_cached_key(|(block, _)| Reverse(block.rank()));
    let mut left = amount;
    for (block, entry) in rows {
        let taken = Micros::new(entry.checked_neg().ok_or(Error::Overflow)?);
        let back = left.min(taken);
        if back > Micros::ZERO {
            left = left.checked_sub(back).ok_or(Error::Overflow)?;
            enter(db, released, &block.id, back.get())?;
        }
    }
    if left > Micros::ZERO {
        return Err(Error::broken(
            "credit_block_entries",
            format!("{drawn} took less than {}", amount.dollars()),
        ));
    }
    Ok(())
}

fn enter(db: &mut Db, transfer: &str, block: &str, amount_micros: i64) -> Result<(), Error> {
    let row = (
        credit_block_entries::transfer_id.eq(transfer),
        credit_block_entries::credit_block_id.eq(block),
        credit_block_entries::amount_micros.eq(amount_micros),
    );
    diesel::insert_into(credit_block_entries::table).values(row).execute(db)?;
    Ok(())
}

fn open(db: &mut Db, organization: &str) -> Result<Vec<Block>, Error> {
    Ok(credit_blocks::table
        .filter(credit_blocks::organization_id.eq(organization).and(credit_blocks::remaining_micros.gt(0)))
        .select(Block::as_select())
        .load(db)?)
}

fn find(db: &mut Db, id: &str) -> Result<Block, Error> {
    Ok(credit_blocks::table.find(id).select(Block::as_select()).first(db)?)
}
