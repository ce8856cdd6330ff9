//! Which request is which call. A path that is not here answers 404, in words.

use crate::answer::{Answer, Reply};
use crate::app::Call;
use crate::exchange::Request;
use crate::form::Form;
use crate::state::State;
use crate::{checkout, customers, events, grants, meter_events, meters};

/// Does what the request asks for.
///
/// # Errors
/// Stripe's refusal.
pub fn route(request: &Request, call: &Call<'_>, state: &mut State) -> Reply {
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("POST", ["v1", "customers"]) => customers::create(call, state),
        ("GET", ["v1", "customers"]) => call.page(&state.customers, |_| true),
        ("GET", ["v1", "customers", id]) => customers::get(state, id),
        ("POST", ["v1", "billing", "meters"]) => meters::create(call, state),
        ("GET", ["v1", "billing", "meters"]) => meters::list(call, state),
        ("GET", ["v1", "billing", "meters", id]) => meters::get(state, id).cloned(),
        ("GET", ["v1", "billing", "meters", id, "event_summaries"]) => meters::summaries(call, state, id),
        ("POST", ["v1", "billing", "meter_events"]) => meter_events::create(call, state),
        ("POST", ["v1", "billing", "meter_event_adjustments"]) => meter_events::adjust(call, state),
        ("POST", ["v1", "billing", "credit_grants"]) => grants::create(call, state),
        ("GET", ["v1", "billing", "credit_grants"]) => grants::list(call, state),
        ("GET", ["v1", "billing", "credit_grants", id]) => grants::get(state, id),
        ("POST", ["v1", "billing", "credit_grants", id, "expire"]) => {
            grants::end(call, state, id, "expires_at")
        }
        ("POST", ["v1", "billing", "credit_grants", id, "void"]) => grants::end(call, state, id, "voided_at"),
        ("POST", ["v1", "checkout", "sessions"]) => checkout::create(call, state),
        ("GET", ["v1", "checkout", "sessions", id]) => checkout::get(call, state, id),
        ("POST", ["v1", "checkout", "sessions", id, "expire"]) => checkout::expire(call, state, id),
        ("POST", ["v1", "webhook_endpoints"]) => events::create_endpoint(call, state),
        ("GET", ["v1", "events"]) => events::list(call, state),
        ("GET", ["v1", "events", id] | ["v2", "core", "events", id]) => events::get(state, id),
        (method, _) => Err(Answer::no_route(method, &request.path)),
    }
}

/// What only one request may do at a time: write to one meter for one customer.
///
/// Stripe allows one concurrent call per customer per meter and answers the others with 429 `lock_timeout`
/// (source: docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api, "Rate limits").
pub fn locked_pair(request: &Request, form: &Form) -> Option<String> {
    if request.method != "POST" || request.path != "/v1/billing/meter_events" {
        return None;
    }
    let (customer, meter) = (form.get("payload[stripe_customer_id]")?, form.get("event_name")?);
    Some(format!("pair {customer} {meter}"))
}
