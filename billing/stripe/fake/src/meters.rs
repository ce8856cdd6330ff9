//! Meters, and what was counted on them. Wire shapes: docs.stripe.com/api/billing/meter and …/meter-event-summary.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::answer::{Answer, Reply};
use crate::app::Call;
use crate::state::{Fate, State};

/// Seconds in a minute: the start and the end of a summary lie on whole minutes.
const MINUTE_S: i64 = 60;

/// `POST /v1/billing/meters`
pub fn create(call: &Call<'_>, state: &mut State) -> Reply {
    let form = call.form;
    form.only(&[
        "display_name",
        "event_name",
        "default_aggregation",
        "customer_mapping",
        "value_settings",
        "event_time_window",
    ])?;
    let (display_name, event_name) = (form.required("display_name")?, form.required("event_name")?);
    let formula = form.required("default_aggregation[formula]")?;
    if formula != "sum" {
        return Err(Answer::invalid_param(
            "default_aggregation[formula]",
            "This fake knows the formula `sum` only.",
        ));
    }
    if of_event(state, event_name).is_some() {
        let message = format!("There is already an active meter for event_name: {event_name}.");
        return Err(Answer::invalid_param("event_name", message));
    }
    let id = state.mint("mtr_test");
    let customer_key = form.get("customer_mapping[event_payload_key]").unwrap_or("stripe_customer_id");
    let value_key = form.get("value_settings[event_payload_key]").unwrap_or("value");
    let meter = json!({
        "id": id, "object": "billing.meter", "created": call.now_s, "updated": call.now_s, "livemode": false,
        "display_name": display_name, "event_name": event_name, "event_time_window": null, "status": "active",
        "default_aggregation": {"formula": formula}, "status_transitions": {"deactivated_at": null},
        "customer_mapping": {"event_payload_key": customer_key, "type": "by_id"},
        "value_settings": {"event_payload_key": value_key},
    });
    state.meters.insert(id, meter.clone());
    Ok(meter)
}

/// `GET /v1/billing/meters`
pub fn list(call: &Call<'_>, state: &State) -> Reply {
    let status = call.form.get("status");
    call.page(&state.meters, |meter| status.is_none_or(|status| meter["status"] == status))
}

/// `GET /v1/billing/meters/{id}`
pub fn get<'a>(state: &'a State, id: &str) -> Result<&'a Value, Answer> {
    state.meters.get(id).ok_or_else(|| Answer::no_such("billing meter", id))
}

/// The meter that counts events of this name.
pub fn of_event<'a>(state: &'a State, event_name: &str) -> Option<&'a Value> {
    state.meters.values().find(|meter| meter["event_name"] == event_name && meter["status"] == "active")
}

/// `GET /v1/billing/meters/{id}/event_summaries`: without a window one summary of everything from `start_time` up to, and
/// not including, `end_time`; with one, a summary for each window in which something was counted, newest first.
///
/// Stripe's summaries lag behind the events; these do not.
pub fn summaries(call: &Call<'_>, state: &State, id: &str) -> Reply {
    let form = call.form;
    form.only(&["customer", "start_time", "end_time", "value_grouping_window", "limit", "starting_after"])?;
    let meter = get(state, id)?;
    let customer = form.required("customer")?;
    let window_s = match form.get("value_grouping_window") {
        None => None,
        Some("hour") => Some(3600),
        Some("day") => Some(86_400),
        Some(_) => return Err(Answer::invalid_param("value_grouping_window", "Must be one of hour or day.")),
    };
    let (start_s, end_s) = (aligned(call, "start_time", window_s)?, aligned(call, "end_time", window_s)?);
    if start_s >= end_s {
        return Err(Answer::invalid_param("end_time", "end_time must be after start_time."));
    }
    let mut sums: BTreeMap<i64, i64> = window_s.map_or_else(|| [(start_s, 0)].into(), |_| BTreeMap::new());
    for event in &state.meter_events {
        let inside = (start_s..end_s).contains(&event.timestamp_s);
        let ours = event.customer == customer && meter["event_name"] == event.event_name.as_str();
        if inside && ours && event.fate == Fate::Counted {
            let from_s =
                window_s.map_or(start_s, |window_s| event.timestamp_s - event.timestamp_s % window_s);
            *sums.entry(from_s).or_default() += event.value.parse::<i64>().unwrap_or_default();
        }
    }
    let data: Vec<Value> = sums.iter().rev().map(|(from_s, sum)| {
        json!({
            "id": format!("mtrusg_{id}_{customer}_{from_s}"), "object": "billing.meter_event_summary", "livemode": false,
            "meter": id, "aggregated_value": sum, "start_time": from_s,
            "end_time": window_s.map_or(end_s, |window_s| from_s + window_s),
        })
    }).collect();
    Ok(json!({"object": "list", "url": call.path, "has_more": false, "data": data}))
}

/// A time that lies on a whole minute, or on a whole window.
fn aligned(call: &Call<'_>, name: &str, window_s: Option<i64>) -> Result<i64, Answer> {
    let time_s = call.form.integer(name)?.ok_or_else(|| Answer::missing(name))?;
    let step_s = window_s.unwrap_or(MINUTE_S);
    if time_s % step_s != 0 {
        return Err(Answer::invalid_param(
            name,
            format!("{name} must be aligned with a boundary of {step_s} seconds."),
        ));
    }
    Ok(time_s)
}
