//! Events, who hears of them, and how what they hear is signed. Sending is in `delivery`.

use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::answer::{Answer, Reply};
use crate::app::Call;
use crate::exchange::hex;
use crate::state::{Delivery, Endpoint, State};

/// The version of the API whose shapes are spoken here.
pub const API_VERSION: &str = "2026-09-30.endive";

/// Something happened to `object`: an event, and a delivery for every endpoint that wants it.
pub fn happen(call: &Call<'_>, state: &mut State, kind: &str, object: Value) {
    let id = state.mint("evt");
    let event = json!({
        "id": id, "object": "event", "api_version": API_VERSION, "created": call.now_s, "livemode": false, "type": kind,
        "pending_webhooks": state.endpoints.len(), "request": {"id": null, "idempotency_key": null}, "data": {"object": object},
    });
    publish(state, id, kind, event);
}

/// Tells that the event `identifier` was accepted and then dropped.
///
/// A thin event: what is sent says only that there is a report, and `GET /v2/core/events/{id}` answers with all of it
/// (source: docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api, "Handle errors"). Stripe gathers the
/// faults of a time window into one report; this server reports each by itself.
pub fn report_meter_fault(call: &Call<'_>, state: &mut State, code: &str, identifier: &str) {
    let id = state.mint("evt");
    let (kind, related) = match code {
        "no_meter" => ("v1.billing.meter.no_meter_found", Value::Null),
        _ => {
            let meter = state.meters.keys().next().cloned().unwrap_or_default();
            let url = format!("/v1/billing/meters/{meter}");
            (
                "v1.billing.meter.error_report_triggered",
                json!({"id": meter, "type": "billing.meter", "url": url}),
            )
        }
    };
    let sample = json!({"error_message": format!("The event was dropped: {code}"), "request": {"identifier": identifier}});
    let event = json!({
        "id": id, "object": "v2.core.event", "type": kind, "livemode": false, "created": rfc3339(call.now_s),
        "related_object": related, "reason": null,
        "data": {
            "developer_message_summary": "There is 1 invalid event",
            "validation_start": rfc3339(call.now_s), "validation_end": rfc3339(call.now_s),
            "reason": {"error_count": 1, "error_types": [{"code": code, "error_count": 1, "sample_errors": [sample]}]},
        },
    });
    publish(state, id, kind, event);
}

/// Keeps the event and queues it for every endpoint that wants its kind.
fn publish(state: &mut State, id: String, kind: &str, event: Value) {
    let wants =
        |endpoint: &Endpoint| endpoint.enabled_events.iter().any(|wanted| wanted == "*" || wanted == kind);
    let endpoints: Vec<String> =
        state.endpoints.iter().filter(|(_, endpoint)| wants(endpoint)).map(|(id, _)| id.clone()).collect();
    for endpoint in endpoints {
        state.deliveries.push(Delivery { event: id.clone(), endpoint, attempts: 0, due_us: 0 });
    }
    state.events.insert(id, event);
}

/// What an endpoint is sent: a v1 event whole, a thin event without its data.
pub fn body(event: &Value) -> String {
    let mut event = event.clone();
    if event["object"] == "v2.core.event"
        && let Some(fields) = event.as_object_mut()
    {
        fields.remove("data");
    }
    event.to_string()
}

/// The header `Stripe-Signature` for `body`. (Source: docs.stripe.com/webhooks#verify-manually.)
pub fn signature(body: &str, secret: &str, timestamp_s: i64) -> String {
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret.as_bytes()) else {
        return String::new(); // A key of any length makes an HMAC, so this is never reached.
    };
    mac.update(format!("{timestamp_s}.{body}").as_bytes());
    format!("t={timestamp_s},v1={}", hex(&mac.finalize().into_bytes()))
}

/// `POST /v1/webhook_endpoints`
pub fn create_endpoint(call: &Call<'_>, state: &mut State) -> Reply {
    call.form.only(&["url", "enabled_events", "description", "metadata", "api_version"])?;
    let url = call.form.required("url")?.to_owned();
    let enabled_events: Vec<String> = call.form.under("enabled_events").into_values().collect();
    if enabled_events.is_empty() {
        return Err(Answer::missing("enabled_events"));
    }
    let id = state.mint("we");
    let secret = state.mint("whsec");
    state.endpoints.insert(
        id.clone(),
        Endpoint { url: url.clone(), secret: secret.clone(), enabled_events: enabled_events.clone() },
    );
    Ok(json!({
        "id": id, "object": "webhook_endpoint", "api_version": null, "application": null, "created": call.now_s,
        "description": call.form.get("description"), "enabled_events": enabled_events, "livemode": false,
        "metadata": call.form.under("metadata"), "status": "enabled", "url": url, "secret": secret,
    }))
}

/// `GET /v1/events`
pub fn list(call: &Call<'_>, state: &State) -> Reply {
    let kind = call.form.get("type");
    call.page(&state.events, |event| {
        event["object"] == "event" && kind.is_none_or(|kind| event["type"] == kind)
    })
}

/// `GET /v1/events/{id}` and `GET /v2/core/events/{id}`
pub fn get(state: &State, id: &str) -> Reply {
    state.events.get(id).cloned().ok_or_else(|| Answer::no_such("event", id))
}

/// Seconds since 1970 as `2026-11-23T04:05:06.000Z`. (Days to a date: Howard Hinnant, "chrono-compatible low-level date algorithms".)
fn rfc3339(time_s: i64) -> String {
    let (days, second) = (time_s.div_euclid(86_400), time_s.rem_euclid(86_400));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}
