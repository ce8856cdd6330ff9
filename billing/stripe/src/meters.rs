//! The calls about meters: what was used, taking it back, and what Stripe has counted.

use std::collections::HashMap;

use kinora_billing::Micros;
use miniserde::json::Number;
use stripe_billing::BillingMeterEventAdjustmentType;
use stripe_billing::billing_meter::{
    CreateBillingMeter, CreateBillingMeterDefaultAggregation, CreateBillingMeterDefaultAggregationFormula,
    ListBillingMeter,
};
use stripe_billing::billing_meter_event::CreateBillingMeterEvent;
use stripe_billing::billing_meter_event_adjustment::{
    CreateBillingMeterEventAdjustment, CreateBillingMeterEventAdjustmentCancel,
};
use stripe_client_core::{RequestBuilder, StripeMethod};

use crate::amounts::meter_value;
use crate::client::Client;
use crate::error::Error;

/// Objects in a page; Stripe's own limit.
const PAGE_MAX: i64 = 100;

/// Pages that are read before something is taken to be wrong.
const PAGES_MAX: usize = 100;

/// Above this a double does not hold every whole number any more: 2^53.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// Something used, to be counted.
#[derive(Clone, Copy, Debug)]
pub struct MeterEvent<'a> {
    /// Stripe counts an identifier once within 24 hours.
    pub identifier: &'a str,
    /// `cus_…`
    pub customer: &'a str,
    /// What it cost, 0 to 999 999 999.999999 dollars.
    pub amount: Micros,
    /// When it was used, seconds since 1970; at most 35 days ago.
    pub time_s: i64,
}

/// How a summary is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Into hours.
    Hour,
    /// Into days of UTC.
    Day,
}

/// What Stripe counted for one customer from a time up to, and not including, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// From, seconds since 1970.
    pub start_s: i64,
    /// To, seconds since 1970.
    pub end_s: i64,
    /// How much.
    pub amount: Micros,
}

/// A page of summaries. Not `async-stripe`'s own type, because that one holds the amount in a double.
#[derive(miniserde::Deserialize)]
struct Page {
    data: Vec<Item>,
    has_more: bool,
}

#[derive(miniserde::Deserialize)]
struct Item {
    id: String,
    aggregated_value: Number,
    start_time: i64,
    end_time: i64,
}

#[derive(serde::Serialize)]
struct Query<'a> {
    customer: &'a str,
    start_time: i64,
    end_time: i64,
    limit: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_grouping_window: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starting_after: Option<String>,
}

impl Client {
    /// Finds our meter, or creates it, and says its id.
    ///
    /// # Errors
    /// [`Error::Settings`] if there is a meter of this name that does not add up; otherwise see [`Error`].
    pub async fn ensure_meter(&self, key: &str) -> Result<String, Error> {
        let name = &self.settings.meter_event_name;
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut request =
                ListBillingMeter::new().limit(PAGE_MAX).status(stripe_billing::BillingMeterStatus::Active);
            if let Some(after) = after {
                request = request.starting_after(after);
            }
            let page = request.send(&self.transport).await?;
            if let Some(meter) = page.data.iter().find(|meter| meter.event_name == *name) {
                let sums = meter.default_aggregation.formula.as_str() == "sum"
                    && meter.customer_mapping.event_payload_key == "stripe_customer_id"
                    && meter.value_settings.event_payload_key == "value";
                let wrong =
                    || Error::Settings(format!("the meter {} exists and does not add up `value`", meter.id));
                return sums.then(|| meter.id.to_string()).ok_or_else(wrong);
            }
            after = page.data.last().filter(|_| page.has_more).map(|meter| meter.id.to_string());
            if after.is_none() {
                break;
            }
        }
        let sum = CreateBillingMeterDefaultAggregation::new(CreateBillingMeterDefaultAggregationFormula::Sum);
        let request = CreateBillingMeter::new(sum, "Kinora, millionths of a US dollar", name);
        Ok(self.post(key, &request).await?.id.to_string())
    }

    /// Counts something. `Ok` means accepted, not counted: see [`Notice::MeterFault`](crate::Notice::MeterFault).
    ///
    /// # Errors
    /// [`Error::Duplicate`] if Stripe has the identifier already, [`Error::Amount`] if it cannot be said exactly; otherwise
    /// see [`Error`].
    pub async fn meter_event(&self, key: &str, event: MeterEvent<'_>) -> Result<(), Error> {
        let payload = HashMap::from([
            ("stripe_customer_id".to_owned(), event.customer.to_owned()),
            ("value".to_owned(), meter_value(event.amount)?),
        ]);
        let request = CreateBillingMeterEvent::new(&self.settings.meter_event_name, payload)
            .identifier(event.identifier)
            .timestamp(event.time_s);
        self.post(key, &request).await.map(drop)
    }

    /// Takes an event back that Stripe received within the last 24 hours.
    ///
    /// # Errors
    /// [`Error::Refused`] if Stripe does not know it, has cancelled it or has had it for longer; otherwise see [`Error`].
    pub async fn cancel_meter_event(&self, key: &str, identifier: &str) -> Result<(), Error> {
        let mut cancel = CreateBillingMeterEventAdjustmentCancel::new();
        cancel.identifier = Some(identifier.to_owned());
        let name = &self.settings.meter_event_name;
        let request = CreateBillingMeterEventAdjustment::new(name, BillingMeterEventAdjustmentType::Cancel)
            .cancel(cancel);
        self.post(key, &request).await.map(drop)
    }

    /// What Stripe has counted for a customer from `span.0` up to, and not including, `span.1`, seconds since 1970 on whole
    /// minutes (hours, days: as the window). Stripe is behind by some minutes.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if an amount is not a whole number that a double holds exactly; otherwise see [`Error`].
    pub async fn meter_summaries(
        &self,
        meter: &str,
        customer: &str,
        span: (i64, i64),
        window: Option<Window>,
    ) -> Result<Vec<Summary>, Error> {
        let value_grouping_window = window.map(|window| match window {
            Window::Hour => "hour",
            Window::Day => "day",
        });
        let mut summaries = Vec::new();
        let mut starting_after = None;
        for _ in 0..PAGES_MAX {
            let (start_time, end_time) = span;
            let query = Query {
                customer,
                start_time,
                end_time,
                limit: PAGE_MAX,
                value_grouping_window,
                starting_after,
            };
            let path = format!("/billing/meters/{meter}/event_summaries");
            let request = RequestBuilder::new(StripeMethod::Get, path).query(&query).customize::<Page>();
            let page = request.send(&self.transport).await?;
            starting_after = page.data.last().filter(|_| page.has_more).map(|item| item.id.clone());
            for item in page.data {
                summaries.push(Summary {
                    start_s: item.start_time,
                    end_s: item.end_time,
                    amount: whole(&item.aggregated_value)?,
                });
            }
            if starting_after.is_none() {
                return Ok(summaries);
            }
        }
        Err(Error::Unreadable(format!("more than {PAGES_MAX} pages of summaries")))
    }
}

/// A JSON number that is a whole amount of micro-dollars. Stripe's type for it is a double, so `7.0` is one, too.
fn whole(number: &Number) -> Result<Micros, Error> {
    let exact = match number {
        Number::I64(value) => Some(*value),
        Number::U64(value) => i64::try_from(*value).ok(),
        Number::F64(value) if value.abs() <= EXACT_MAX => value.to_string().parse().ok(),
        Number::F64(_) => None,
    };
    exact.map(Micros::new).ok_or_else(|| Error::Unreadable(format!("{number} is no whole amount")))
}
