//! Stripe as the payment provider of `kinora_billing::payments`: pages on which credit is bought, and what its webhooks mean.

use kinora_billing::payments::{Answer, Checkout, CheckoutPage, Meaning, Message, Payments, PaymentsError};

use crate::client::{Client, NewCheckout};
use crate::error::Error;
use crate::mirror::system_clock;
use crate::webhook::{Notice, read};

/// What the page says is bought.
const PRODUCT: &str = "Kinora credit";

impl Payments for Client {
    fn checkout(&self, checkout: Checkout) -> Answer<'_, CheckoutPage> {
        Box::pin(async move {
            let new = NewCheckout {
                customer: checkout.customer.as_deref(),
                organization: &checkout.organization,
                reference: &checkout.id,
                amount: checkout.amount,
                product: PRODUCT,
                success_url: &checkout.success_url,
                cancel_url: &checkout.cancel_url,
            };
            let link = self.checkout_session(&checkout.id, new).await?;
            Ok(CheckoutPage { external_id: link.id, url: link.url })
        })
    }

    fn message(&self, body: &[u8], signature: &str) -> Result<Message, PaymentsError> {
        let body = std::str::from_utf8(body).map_err(|_| PaymentsError::BadSignature)?;
        let now_s = system_clock()().div_euclid(1_000_000);
        Ok(meant(self.verify_webhook(body, signature, now_s)?))
    }

    fn read(&self, body: &[u8]) -> Result<Message, PaymentsError> {
        let text = std::str::from_utf8(body).map_err(|fault| PaymentsError::Refused(fault.to_string()))?;
        Ok(meant(read(text)?))
    }
}

/// What a notice means here.
fn meant(notice: Notice) -> Message {
    match notice {
        Notice::CheckoutPaid(paid) => {
            let meaning = Meaning::CheckoutPaid { checkout: paid.reference, amount: paid.amount };
            Message { id: paid.event, kind: "checkout paid".to_owned(), meaning }
        }
        Notice::InvoicePaid(paid) => {
            let (customer, invoice, amount) = (paid.customer, paid.invoice, paid.amount);
            let meaning = Meaning::InvoicePaid { customer, invoice, amount };
            Message { id: paid.event, kind: "invoice paid".to_owned(), meaning }
        }
        Notice::MeterFault { event, kind } => {
            tracing::error!(
                event,
                kind,
                "Stripe accepted usage and then dropped it; the nightly comparison will show it"
            );
            Message { id: event, kind, meaning: Meaning::Nothing }
        }
        Notice::Other { event, kind } => Message { id: event, kind, meaning: Meaning::Nothing },
    }
}

impl From<Error> for PaymentsError {
    fn from(fault: Error) -> Self {
        match fault {
            Error::Later(_) => Self::Unavailable(fault.to_string()),
            // Somebody mends the settings, and the same works.
            Error::Unauthorized(_) | Error::Settings(_) => Self::Unavailable(fault.to_string()),
            Error::BadSignature(_) => Self::BadSignature,
            Error::Duplicate(_) | Error::Refused(_) | Error::Unreadable(_) | Error::Amount { .. } => {
                Self::Refused(fault.to_string())
            }
        }
    }
}
