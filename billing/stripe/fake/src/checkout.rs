//! Checkout sessions of mode `payment`. Wire shape: docs.stripe.com/api/checkout/sessions/object. The page is in `pay_page`.

use serde_json::{Value, json};

use crate::answer::{Answer, Reply};
use crate::app::Call;
use crate::state::State;
use crate::{customers, events};

/// A session can be paid for this long, in seconds.
const OPEN_S: i64 = 24 * 3600;

/// Line items in a session.
const LINE_ITEMS_MAX: usize = 100;

/// `POST /v1/checkout/sessions`
pub fn create(call: &Call<'_>, state: &mut State) -> Reply {
    let form = call.form;
    form.only(&[
        "mode",
        "customer",
        "success_url",
        "cancel_url",
        "client_reference_id",
        "line_items",
        "metadata",
        "expires_at",
        "payment_intent_data",
    ])?;
    if form.required("mode")? != "payment" {
        return Err(Answer::invalid_param("mode", "This fake knows the mode `payment` only."));
    }
    let success_url = form.required("success_url")?;
    if let Some(customer) = form.get("customer") {
        customers::get(state, customer)?;
    }
    let (currency, total) = total(call)?;
    let expires_at = form.integer("expires_at")?.unwrap_or(call.now_s + OPEN_S);
    let id = state.mint("cs_test");
    let session = json!({
        "id": id, "object": "checkout.session", "created": call.now_s, "livemode": false, "mode": "payment",
        "status": "open", "payment_status": "unpaid", "url": format!("{}/pay/{id}", call.url),
        "amount_subtotal": total, "amount_total": total, "currency": currency, "customer": form.get("customer"),
        "client_reference_id": form.get("client_reference_id"), "metadata": form.under("metadata"),
        "success_url": success_url, "cancel_url": form.get("cancel_url"), "expires_at": expires_at,
        "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null},
        "custom_fields": [], "payment_method_types": ["card"], "shipping_options": [],
        "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null},
        "payment_intent": null, "payment_link": null, "invoice": null, "subscription": null, "setup_intent": null,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted",
    });
    state.sessions.insert(id, session.clone());
    Ok(session)
}

/// The currency and the sum of the line items, in the currency's smallest unit.
fn total(call: &Call<'_>) -> Result<(String, i64), Answer> {
    let mut total = 0_i64;
    let mut currency = None;
    for at in 0..LINE_ITEMS_MAX {
        let name = |rest: &str| format!("line_items[{at}]{rest}");
        let Some(item_currency) = call.form.get(&name("[price_data][currency]")) else { break };
        call.form.required(&name("[price_data][product_data][name]"))?;
        let amount = name("[price_data][unit_amount]");
        let amount = call.form.integer(&amount)?.ok_or_else(|| Answer::missing(&amount))?;
        let quantity = call.form.integer(&name("[quantity]"))?.unwrap_or(1);
        if amount < 0 || quantity < 1 || *currency.get_or_insert(item_currency) != item_currency {
            return Err(Answer::invalid_param(
                &name(""),
                "An amount, a quantity or a currency of a line item is wrong.",
            ));
        }
        let sum = amount.checked_mul(quantity).and_then(|price| total.checked_add(price));
        total = sum.ok_or_else(|| Answer::invalid_param(&name(""), "The amount is too large."))?;
    }
    let currency = currency.ok_or_else(|| Answer::missing("line_items[0][price_data][currency]"))?;
    Ok((currency.to_owned(), total))
}

/// `GET /v1/checkout/sessions/{id}`
pub fn get(call: &Call<'_>, state: &mut State, id: &str) -> Reply {
    current(call, state, id).cloned()
}

/// The session, expired if its time has passed.
fn current<'a>(call: &Call<'_>, state: &'a mut State, id: &str) -> Result<&'a mut Value, Answer> {
    let session = state.sessions.get(id).ok_or_else(|| Answer::no_such("checkout.session", id))?;
    let over = session["expires_at"].as_i64().is_some_and(|expires_s| expires_s <= call.now_s);
    if over && session["status"] == "open" {
        close(call, state, id, "expired");
    }
    state.sessions.get_mut(id).ok_or_else(|| Answer::no_such("checkout.session", id))
}

/// Ends a session and tells the endpoints.
fn close(call: &Call<'_>, state: &mut State, id: &str, status: &str) {
    let intent = state.mint("pi");
    let Some(session) = state.sessions.get_mut(id) else { return };
    session["status"] = if status == "completed" { "complete".into() } else { status.into() };
    session["url"] = Value::Null;
    if status == "completed" {
        session["payment_status"] = "paid".into();
        session["payment_intent"] = intent.into();
    }
    let session = session.clone();
    events::happen(call, state, &format!("checkout.session.{status}"), session);
}

/// `POST /v1/checkout/sessions/{id}/expire`
pub fn expire(call: &Call<'_>, state: &mut State, id: &str) -> Reply {
    if current(call, state, id)?["status"] != "open" {
        return Err(Answer::invalid("Only Checkout Sessions with a status of open can be expired."));
    }
    close(call, state, id, "expired");
    get(call, state, id)
}

/// What the Pay button does. Paying twice is refused.
pub fn pay(call: &Call<'_>, state: &mut State, id: &str) -> Reply {
    let status = &current(call, state, id)?["status"];
    if status != "open" {
        return Err(Answer::invalid(format!(
            "This session cannot be paid: it is {}.",
            status.as_str().unwrap_or("closed")
        )));
    }
    close(call, state, id, "completed");
    get(call, state, id)
}
