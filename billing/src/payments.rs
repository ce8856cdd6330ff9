//! What is asked of a payment provider: a page on which credit is bought, and what its messages mean. One crate
//! implements it for Stripe. Here, too, is what a message does to the books, once.
//!
//! Buying credit: [`start_checkout`] and commit; [`Payments::checkout`]; [`page_made`]. A message: [`Payments::message`],
//! [`receive`] and commit; [`act`] and commit; answer 2xx. Whatever fails on the way is put right by the provider, which sends
//! a message again until it hears 2xx, and by us: what is [kept and not done](unprocessed) is [read](Payments::read) again.

use std::future::Future;
use std::pin::Pin;

use diesel::{
    ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable, RunQueryDsl as _, Selectable,
    SelectableHelper as _,
};
use kinora_store::schema::{billing_profiles, checkouts, payment_events};
use kinora_store::{Db, each};

use crate::{Error, Funding, Grant, Micros, grant, pay_owed};

/// What bought credit's priority is: between 0 and 100, in the middle.
const BOUGHT_PRIORITY: i32 = 50;

/// A page on which credit is bought, to be made.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// Names the purchase here: the provider sends it back, and asking again makes no second page.
    pub id: String,
    /// Who buys.
    pub organization: String,
    /// The provider's name for it, if it has one.
    pub customer: Option<String>,
    /// What is bought: whole cents.
    pub amount: Micros,
    /// Where the buyer goes afterwards.
    pub success_url: String,
    /// Where the buyer goes who gives up.
    pub cancel_url: String,
}

/// A page on which credit is bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutPage {
    /// The provider's name for it.
    pub external_id: String,
    /// Where it is.
    pub url: String,
}

/// What a provider's message means here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Credit was bought and paid for.
    CheckoutPaid {
        /// The purchase, as [`Checkout::id`] named it.
        checkout: String,
        /// What was paid.
        amount: Micros,
    },
    /// An organization paid some of what it owes.
    InvoicePaid {
        /// The provider's name of the organization.
        customer: String,
        /// The provider's name of the invoice.
        invoice: String,
        /// What it charged, before tax.
        amount: Micros,
    },
    /// Something that changes nothing here.
    Nothing,
}

/// A message whose sender is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The provider's name for it: the same again is the same message.
    pub id: String,
    /// What the provider calls it.
    pub kind: String,
    /// What it means.
    pub meaning: Meaning,
}

/// A message that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = payment_events)]
pub struct Kept {
    /// The provider's name for it.
    pub id: String,
    /// What the provider calls it.
    pub kind: String,
    /// As it came.
    pub payload: String,
    /// When it came first, microseconds since 1970.
    pub received_at: i64,
}

/// What was done about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acted {
    /// In words.
    pub outcome: String,
    /// Money came and nothing was given for it: a person has to look at it.
    pub lost: bool,
}

impl Acted {
    fn well(outcome: impl Into<String>) -> Self {
        Self { outcome: outcome.into(), lost: false }
    }

    fn lost(outcome: String) -> Self {
        Self { outcome, lost: true }
    }
}

/// Why a provider did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentsError {
    /// The same may work later.
    #[error("the payment provider cannot be reached: {0}")]
    Unavailable(String),
    /// The same never works.
    #[error("the payment provider refused: {0}")]
    Refused(String),
    /// The message is not the provider's, or is too old.
    #[error("the message is not signed by the payment provider")]
    BadSignature,
}

/// An answer that is waited for.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, PaymentsError>> + Send + 'a>>;

/// A payment provider.
pub trait Payments: Send + Sync {
    /// Makes a page on which credit is bought.
    fn checkout(&self, checkout: Checkout) -> Answer<'_, CheckoutPage>;

    /// Reads a message, if the provider signed it.
    ///
    /// # Errors
    /// [`PaymentsError::BadSignature`]; [`PaymentsError::Refused`] when it cannot be understood.
    fn message(&self, body: &[u8], signature: &str) -> Result<Message, PaymentsError>;

    /// Reads a message again that was kept, whose signature was checked then.
    ///
    /// # Errors
    /// [`PaymentsError::Refused`] when it cannot be understood.
    fn read(&self, body: &[u8]) -> Result<Message, PaymentsError>;
}

/// A page on which credit is bought, as it is remembered. Amounts are micro-dollars, times microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = checkouts)]
pub struct Purchase {
    /// Names it.
    pub id: String,
    /// Who buys.
    pub organization_id: String,
    /// What is bought.
    pub amount_micros: i64,
    /// The provider's name for it, once the page is made.
    pub external_id: Option<String>,
    /// When it was asked for.
    pub created_at: i64,
    /// When it was paid.
    pub completed_at: Option<i64>,
}

/// Remembers a purchase before its page is made, so that a payment never finds nobody. The same again changes nothing.
///
/// # Errors
/// [`Error::Invalid`] if another purchase has this id; or the database fails.
pub fn start_checkout(db: &mut Db, new: &Checkout, now_us: i64) -> Result<(), Error> {
    let row = (
        checkouts::id.eq(&new.id),
        checkouts::organization_id.eq(&new.organization),
        checkouts::amount_micros.eq(new.amount.get()),
        checkouts::created_at.eq(now_us),
    );
    each!(db, |db| diesel::insert_into(checkouts::table).values(row).on_conflict_do_nothing().execute(db))?;
    let there = purchase(db, &new.id)?;
    let same = |there: &Purchase| {
        there.organization_id == new.organization && there.amount_micros == new.amount.get()
    };
    match there.filter(same) {
        Some(_) => Ok(()),
        None => Err(Error::Invalid(format!("another purchase has the id {}", new.id))),
    }
}

/// Notes the provider's name of a purchase.
///
/// # Errors
/// When the database fails.
pub fn page_made(db: &mut Db, id: &str, external_id: &str) -> Result<(), Error> {
    diesel::update(checkouts::table.find(id)).set(checkouts::external_id.eq(external_id)).execute(db)?;
    Ok(())
}

/// A purchase.
///
/// # Errors
/// When the database fails.
pub fn purchase(db: &mut Db, id: &str) -> Result<Option<Purchase>, Error> {
    Ok(checkouts::table.find(id).select(Purchase::as_select()).first(db).optional()?)
}

/// Keeps a message as it came, before it is acted upon. The same again changes nothing.
///
/// # Errors
/// When the database fails.
pub fn receive(db: &mut Db, message: &Message, body: &str, now_us: i64) -> Result<(), Error> {
    let row = (
        payment_events::id.eq(&message.id),
        payment_events::kind.eq(&message.kind),
        payment_events::payload.eq(body),
        payment_events::received_at.eq(now_us),
    );
    each!(db, |db| diesel::insert_into(payment_events::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(db))?;
    Ok(())
}

/// Messages that were kept and not acted upon, the one that has waited longest first; at most `limit`.
///
/// # Errors
/// When the database fails.
pub fn unprocessed(db: &mut Db, limit: i64) -> Result<Vec<Kept>, Error> {
    Ok(payment_events::table
        .filter(payment_events::processed_at.is_null())
        .order((payment_events::received_at, payment_events::id))
        .limit(limit)
        .select(Kept::as_select())
        .load(db)?)
}

/// Does what a message means, once, and says what that was. The message must have been [received](receive).
///
/// # Errors
/// When the database fails, or the books refuse; the message is then still to be acted upon.
pub fn act(db: &mut Db, message: &Message, now_us: i64) -> Result<Acted, Error> {
    // Taking the row makes a second process wait here until the first has committed.
    let fresh = payment_events::table.find(&message.id).filter(payment_events::processed_at.is_null());
    if diesel::update(fresh).set(payment_events::processed_at.eq(now_us)).execute(db)? == 0 {
        let known = payment_events::table.find(&message.id).select(payment_events::id);
        return match known.first::<String>(db).optional()? {
            Some(_) => Ok(Acted::well("done before")),
            None => Err(Error::Invalid(format!("the message {} was not kept", message.id))),
        };
    }
    let acted = match &message.meaning {
        Meaning::CheckoutPaid { checkout, amount } => credit(db, checkout, *amount, now_us)?,
        Meaning::InvoicePaid { customer, invoice, amount } => pay(db, customer, (invoice, *amount), now_us)?,
        Meaning::Nothing => Acted::well("nothing to do"),
    };
    let row = payment_events::table.find(&message.id);
    diesel::update(row).set(payment_events::outcome.eq(&acted.outcome)).execute(db)?;
    Ok(acted)
}

/// Gives the credit that was bought. Two messages about one purchase give it once.
fn credit(db: &mut Db, checkout: &str, amount: Micros, now_us: i64) -> Result<Acted, Error> {
    let Some(purchase) = purchase(db, checkout)? else {
        return Ok(Acted::lost(format!("no purchase is called {checkout}: nothing was given for {amount}")));
    };
    if purchase.amount_micros != amount.get() {
        let asked = Micros::new(purchase.amount_micros);
        return Ok(Acted::lost(format!("{amount} was paid and {asked} was asked for: nothing was given")));
    }
    let key = format!("checkout:{checkout}");
    let new = Grant {
        organization: &purchase.organization_id,
        funding: Funding::Stripe,
        amount,
        priority: BOUGHT_PRIORITY,
        expires_at_us: None,
        reason: "bought",
        idempotency_key: &key,
    };
    let block = grant(db, &new, now_us)?;
    let paid = checkouts::table.find(checkout).filter(checkouts::completed_at.is_null());
    diesel::update(paid).set(checkouts::completed_at.eq(now_us)).execute(db)?;
    Ok(Acted::well(format!("{amount} of credit was given as {}", block.id)))
}

fn pay(db: &mut Db, customer: &str, (invoice, amount): (&str, Micros), now_us: i64) -> Result<Acted, Error> {
    let organization: Option<String> = billing_profiles::table
        .filter(billing_profiles::external_customer.eq(customer))
        .select(billing_profiles::organization_id)
        .first(db)
        .optional()?;
    match organization {
        // Other customers of the same account are none of our business.
        None => Ok(Acted::well(format!("no organization is called {customer}: nothing was paid"))),
        Some(_) if amount <= Micros::ZERO => Ok(Acted::well("nothing was to be paid")),
        Some(organization) => {
            pay_owed(db, &organization, amount, invoice, now_us)?;
            Ok(Acted::well(format!("{organization} paid {amount}")))
        }
    }
}
