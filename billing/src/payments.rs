//! What is asked of a payment provider: a page on which credit is bought, and what its messages mean. One crate
//! implements it for Stripe.

use std::future::Future;
use std::pin::Pin;

use crate::Micros;

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
        /// What was paid.
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
}
