//! Meter events and their adjustments. Wire shapes: docs.stripe.com/api/billing/meter-event and …/meter-event-adjustment.

use serde_json::json;

use crate::answer::{Answer, Reply};
use crate::app::Call;
use crate::state::{Fate, MeterEvent, State};
use crate::{events, meters};

/// How long an identifier is remembered, and an event can be cancelled, in seconds.
const IDENTIFIER_KEPT_S: i64 = 24 * 3600;

/// An event may be this old, in seconds.
const PAST_S_MAX: i64 = 35 * 86_400;

/// A client's clock may be this far ahead, in seconds.
const FUTURE_S_MAX: i64 = 5 * 60;

/// Characters of an identifier.
const IDENTIFIER_CHARS_MAX: usize = 100;

/// Digits of a value; one with more is dropped as `meter_event_value_too_many_digits`.
const VALUE_DIGITS_MAX: usize = 15;

/// `POST /v1/billing/meter_events`
///
/// 200 means accepted, not counted: an event nobody can be billed for is dropped afterwards, and told by an event.
pub fn create(call: &Call<'_>, state: &mut State) -> Reply {
    let form = call.form;
    form.only(&["event_name", "payload", "identifier", "timestamp"])?;
    let event_name = form.required("event_name")?.to_owned();
    let payload = form.under("payload");
    let timestamp_s = form.integer("timestamp")?.unwrap_or(call.now_s);
    in_reach(timestamp_s, call.now_s)?;
    let identifier = match form.get("identifier") {
        Some(identifier) => identifier.to_owned(),
        None => state.mint("idmp"),
    };
    if identifier.chars().count() > IDENTIFIER_CHARS_MAX {
        return Err(Answer::invalid_param("identifier", "The identifier is longer than 100 characters."));
    }
    if state.newest(&identifier).is_some_and(|event| call.now_s - event.received_s < IDENTIFIER_KEPT_S) {
        let message = format!("An event already exists with identifier {identifier}.");
        return Err(Answer::invalid(message).should_retry("false"));
    }
    let (customer_key, value_key) = keys(state, &event_name);
    let customer = payload.get(&customer_key).cloned().unwrap_or_default();
    let value = payload.get(&value_key).cloned().unwrap_or_default();
    let fate = fate(state, &event_name, &customer, &value);
    if let Fate::Dropped(code) = &fate {
        events::report_meter_fault(call, state, code, &identifier);
    }
    let (received_s, answer) = (
        call.now_s,
        json!({
            "object": "billing.meter_event", "created": call.now_s, "event_name": event_name, "identifier": identifier,
            "livemode": false, "payload": payload, "timestamp": timestamp_s,
        }),
    );
    state.remember(MeterEvent { identifier, event_name, customer, value, timestamp_s, received_s, fate });
    Ok(answer)
}

/// Refuses what happened too long ago, or has yet to happen.
fn in_reach(timestamp_s: i64, now_s: i64) -> Result<(), Answer> {
    let fault = match now_s - timestamp_s {
        age_s if age_s > PAST_S_MAX => "The timestamp must be within the past 35 days.",
        age_s if age_s < -FUTURE_S_MAX => "The timestamp must be at most 5 minutes in the future.",
        _ => return Ok(()),
    };
    Err(Answer::invalid_param("timestamp", fault))
}

/// Where in the payload the customer and the value are.
fn keys(state: &State, event_name: &str) -> (String, String) {
    let name = |value: Option<&str>, default: &str| value.unwrap_or(default).to_owned();
    let meter = meters::of_event(state, event_name);
    let customer = meter.and_then(|meter| meter["customer_mapping"]["event_payload_key"].as_str());
    let value = meter.and_then(|meter| meter["value_settings"]["event_payload_key"].as_str());
    (name(customer, "stripe_customer_id"), name(value, "value"))
}

/// What becomes of an event. The codes: docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api, "Handle errors".
fn fate(state: &State, event_name: &str, customer: &str, value: &str) -> Fate {
    let dropped = |code: &str| Fate::Dropped(code.to_owned());
    let digits = value.strip_prefix('-').unwrap_or(value);
    if meters::of_event(state, event_name).is_none() {
        dropped("no_meter")
    } else if customer.is_empty() {
        dropped("meter_event_no_customer_defined")
    } else if !state.customers.contains_key(customer) {
        dropped("meter_event_customer_not_found")
    } else if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        dropped("meter_event_invalid_value")
    } else if digits.len() > VALUE_DIGITS_MAX {
        dropped("meter_event_value_too_many_digits")
    } else {
        Fate::Counted
    }
}

/// `POST /v1/billing/meter_event_adjustments`: takes an event of the last 24 hours out of the sums.
pub fn adjust(call: &Call<'_>, state: &mut State) -> Reply {
    let form = call.form;
    form.only(&["event_name", "type", "cancel"])?;
    let event_name = form.required("event_name")?;
    if form.required("type")? != "cancel" {
        return Err(Answer::invalid_param("type", "Invalid type: must be cancel"));
    }
    let identifier = form.required("cancel[identifier]")?;
    let unknown = || {
        Answer::invalid_param("cancel[identifier]", format!("No event found with identifier {identifier}."))
    };
    let event =
        state.newest(identifier).filter(|event| event.event_name == event_name).ok_or_else(unknown)?;
    if call.now_s - event.received_s >= IDENTIFIER_KEPT_S {
        let message = "The event was received more than 24 hours ago and cannot be cancelled.";
        return Err(Answer::invalid_param("cancel[identifier]", message));
    }
    if event.fate == Fate::Canceled {
        let message = format!("The event with identifier {identifier} is already cancelled.");
        return Err(Answer::invalid_param("cancel[identifier]", message));
    }
    event.fate = Fate::Canceled;
    Ok(json!({
        "object": "billing.meter_event_adjustment", "event_name": event_name, "livemode": false, "status": "pending",
        "type": "cancel", "cancel": {"identifier": identifier},
    }))
}
