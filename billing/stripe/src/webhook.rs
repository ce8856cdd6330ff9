//! What Stripe tells us by itself: checks the signature, then reads the few fields we act upon.

use kinora_billing::Micros;
use serde::Deserialize;
use stripe_webhook::{Webhook, WebhookError};

use crate::amounts::from_cents;
use crate::client::Client;
use crate::error::Error;

/// Something that happened at Stripe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A checkout session was paid in full.
    CheckoutPaid(Checkout),
    /// A checkout session ended without a payment.
    CheckoutExpired(Checkout),
    /// An invoice was paid.
    InvoicePaid(Invoice),
    /// Meter events that were accepted have been dropped. The event names no more than that: its details are fetched
    /// from Stripe under its id.
    MeterFault {
        /// `evt_…`
        event: String,
        /// The event's type.
        kind: String,
    },
    /// Something we do not act upon.
    Other {
        /// `evt_…`
        event: String,
        /// The event's type.
        kind: String,
    },
}

/// A checkout session as its event tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// `evt_…`; the same event may come more than once.
    pub event: String,
    /// `cs_…`
    pub session: String,
    /// Our id of the payment, if we opened the session.
    pub reference: Option<String>,
    /// `cus_…`, if it has one.
    pub customer: Option<String>,
    /// What was to be paid, in US dollars.
    pub amount: Micros,
}

/// An invoice as its event tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// `evt_…`; the same event may come more than once.
    pub event: String,
    /// `in_…`
    pub invoice: String,
    /// `cus_…`
    pub customer: String,
    /// What was paid, in US dollars.
    pub amount: Micros,
}

/// The envelope of both kinds of events; a thin one has no `data`.
#[derive(Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    object: serde_json::Value,
}

#[derive(Deserialize)]
struct Session {
    id: String,
    client_reference_id: Option<String>,
    customer: Option<String>,
    amount_total: Option<i64>,
    currency: Option<String>,
    payment_status: String,
}

impl Client {
    /// Reads a webhook: `body` as it came, `signature` from the header `Stripe-Signature`, `now_s` in seconds since 1970.
    ///
    /// Only fields we act upon are read, so that a field Stripe adds or renames elsewhere does not lose a payment.
    ///
    /// # Errors
    /// [`Error::BadSignature`] if it is not Stripe's or more than 5 minutes old, [`Error::Unreadable`] if it is Stripe's and makes
    /// no sense, or is not in US dollars.
    pub fn verify_webhook(&self, body: &str, signature: &str, now_s: i64) -> Result<Notice, Error> {
        let secret = self.settings.webhook_secret.reveal();
        if secret.is_empty() {
            return Err(Error::BadSignature("no webhook secret is set".to_owned()));
        }
        match Webhook::construct_event_with_timestamp(body, signature, secret, now_s) {
            // The body is looked at after the signature: this is an event of Stripe's of a shape that crate does not know.
            Ok(_) | Err(WebhookError::BadParse(_)) => read(body),
            Err(fault) => Err(Error::BadSignature(fault.to_string())),
        }
    }
}

#[derive(Deserialize)]
struct PaidInvoice {
    id: String,
    customer: String,
    amount_paid: i64,
    currency: String,
}

fn read(body: &str) -> Result<Notice, Error> {
    let unreadable = |fault: serde_json::Error| Error::Unreadable(format!("a webhook: {fault}"));
    let Envelope { id: event, kind, data } = serde_json::from_str(body).map_err(unreadable)?;
    match (kind.as_str(), data) {
        ("checkout.session.completed" | "checkout.session.async_payment_succeeded", Some(data)) => {
            let session: Session = serde_json::from_value(data.object).map_err(unreadable)?;
            // A bank transfer completes its session unpaid; the payment is told by another event, days later.
            if session.payment_status != "paid" {
                return Ok(Notice::Other { event, kind });
            }
            Ok(Notice::CheckoutPaid(checkout(event, session)?))
        }
        ("checkout.session.expired" | "checkout.session.async_payment_failed", Some(data)) => {
            let session: Session = serde_json::from_value(data.object).map_err(unreadable)?;
            Ok(Notice::CheckoutExpired(checkout(event, session)?))
        }
        // `invoice.payment_succeeded` tells the same again; one of the two is enough.
        ("invoice.paid", Some(data)) => {
            let paid: PaidInvoice = serde_json::from_value(data.object).map_err(unreadable)?;
            let amount = from_cents(paid.amount_paid).filter(|_| paid.currency == "usd");
            let amount = amount
                .ok_or_else(|| Error::Unreadable(format!("the invoice {} is not in US dollars", paid.id)))?;
            Ok(Notice::InvoicePaid(Invoice { event, invoice: paid.id, customer: paid.customer, amount }))
        }
        ("v1.billing.meter.error_report_triggered" | "v1.billing.meter.no_meter_found", _) => {
            Ok(Notice::MeterFault { event, kind })
        }
        _ => Ok(Notice::Other { event, kind }),
    }
}

fn checkout(event: String, session: Session) -> Result<Checkout, Error> {
    if session.currency.as_deref() != Some("usd") {
        return Err(Error::Unreadable(format!("the session {} is not in US dollars", session.id)));
    }
    let amount = session.amount_total.and_then(from_cents);
    let amount =
        amount.ok_or_else(|| Error::Unreadable(format!("the session {} has no amount", session.id)))?;
    let Session { id: session, client_reference_id: reference, customer, .. } = session;
    Ok(Checkout { event, session, reference, customer, amount })
}
