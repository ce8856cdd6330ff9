//! What Stripe tells us by itself: checks the signature, then reads the few fields we act upon.

use std::collections::HashMap;

use kinora_billing::Micros;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use stripe_webhook::{Webhook, WebhookError};

use crate::amounts::from_cents;
use crate::client::{Client, ORGANIZATION};
use crate::error::Error;

/// Something that happened at Stripe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A checkout session was paid in full.
    CheckoutPaid(Checkout),
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
    /// Our id of the payment.
    pub reference: String,
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
    /// What it charged before tax, in US dollars: what was owed is less by this.
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
    #[serde(default)]
    metadata: Option<HashMap<String, String>>,
}

impl Client {
    /// Reads a webhook: `body` as it came, `signature` from the header `Stripe-Signature`, `now_s` in seconds since 1970.
    ///
    /// Only fields we act upon are read, so that a field Stripe adds or renames elsewhere does not lose a payment. Whatever is
    /// not ours, in another currency or of a shape we do not read is [`Notice::Other`].
    ///
    /// # Errors
    /// [`Error::BadSignature`] if it is not Stripe's or more than 5 minutes old, [`Error::Unreadable`] if it is no event.
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
    /// With discounts and credit, without tax, which is none of what is owed here.
    total_excluding_tax: Option<i64>,
    currency: String,
}

/// Reads the body of an event whose signature holds.
pub(crate) fn read(body: &str) -> Result<Notice, Error> {
    let unreadable = |fault: serde_json::Error| Error::Unreadable(format!("a webhook: {fault}"));
    let Envelope { id: event, kind, data } = serde_json::from_str(body).map_err(unreadable)?;
    let notice = match (kind.as_str(), data) {
        // A bank transfer completes its session unpaid; the payment is told by another event, days later.
        ("checkout.session.completed" | "checkout.session.async_payment_succeeded", Some(data)) => {
            shaped(&event, &kind, data)
                .filter(|session: &Session| session.payment_status == "paid")
                .and_then(|session| checkout(&event, session))
                .map(Notice::CheckoutPaid)
        }
        // `invoice.payment_succeeded` tells the same again; one of the two is enough.
        ("invoice.paid", Some(data)) => {
            shaped(&event, &kind, data).and_then(|paid| invoice(&event, paid)).map(Notice::InvoicePaid)
        }
        ("v1.billing.meter.error_report_triggered" | "v1.billing.meter.no_meter_found", _) => {
            return Ok(Notice::MeterFault { event, kind });
        }
        _ => None,
    };
    Ok(notice.unwrap_or(Notice::Other { event, kind }))
}

/// The object of an event, if it has the fields we read.
fn shaped<T: DeserializeOwned>(event: &str, kind: &str, data: Data) -> Option<T> {
    let read = serde_json::from_value(data.object);
    read.inspect_err(
        |fault| tracing::warn!(%fault, event, kind, "an event of Stripe is of a shape we do not read"),
    )
    .ok()
}

/// The session, if we opened it: others in the same account have sessions, too.
fn checkout(event: &str, session: Session) -> Option<Checkout> {
    session.metadata.as_ref().filter(|metadata| metadata.contains_key(ORGANIZATION))?;
    let reference = session.client_reference_id?;
    let dollars = session.amount_total.filter(|_| session.currency.as_deref() == Some("usd"));
    let Some(amount) = dollars.and_then(from_cents) else {
        // We open sessions in US dollars alone.
        tracing::error!(event, session = session.id, "a session of ours has no amount in US dollars");
        return None;
    };
    let Session { id: session, customer, .. } = session;
    Some(Checkout { event: event.to_owned(), session, reference, customer, amount })
}

/// The invoice, if it is in US dollars.
fn invoice(event: &str, paid: PaidInvoice) -> Option<Invoice> {
    let cents = paid.total_excluding_tax.unwrap_or(paid.amount_paid);
    let amount = from_cents(cents).filter(|_| paid.currency == "usd")?;
    Some(Invoice { event: event.to_owned(), invoice: paid.id, customer: paid.customer, amount })
}
