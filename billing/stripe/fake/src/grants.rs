//! Credit grants: money a customer has paid ahead. Wire shape: docs.stripe.com/api/billing/credit-grant/object.

use serde_json::json;

use crate::answer::{Answer, Reply};
use crate::app::Call;
use crate::customers;
use crate::state::State;

/// `POST /v1/billing/credit_grants`
pub fn create(call: &Call<'_>, state: &mut State) -> Reply {
    let form = call.form;
    form.only(&[
        "customer",
        "name",
        "category",
        "amount",
        "applicability_config",
        "effective_at",
        "expires_at",
        "priority",
        "metadata",
    ])?;
    let customer = form.required("customer")?;
    customers::get(state, customer)?;
    let category = form.required("category")?;
    if !["paid", "promotional"].contains(&category) {
        return Err(Answer::invalid_param("category", "Must be one of paid or promotional."));
    }
    if form.required("amount[type]")? != "monetary" {
        return Err(Answer::invalid_param("amount[type]", "Must be monetary."));
    }
    let value =
        form.integer("amount[monetary][value]")?.ok_or_else(|| Answer::missing("amount[monetary][value]"))?;
    if value <= 0 {
        return Err(Answer::invalid_param("amount[monetary][value]", "This value must be greater than 0."));
    }
    let currency = form.required("amount[monetary][currency]")?;
    if form.required("applicability_config[scope][price_type]")? != "metered" {
        return Err(Answer::invalid_param("applicability_config[scope][price_type]", "Must be metered."));
    }
    let effective_at = form.integer("effective_at")?.unwrap_or(call.now_s);
    let (expires_at, priority) = (form.integer("expires_at")?, form.integer("priority")?.unwrap_or(50));
    let id = state.mint("credgr_test");
    let grant = json!({
        "id": id, "object": "billing.credit_grant", "created": call.now_s, "updated": call.now_s, "livemode": false,
        "customer": customer, "customer_account": null, "name": form.get("name"), "category": category,
        "amount": {"type": "monetary", "monetary": {"currency": currency, "value": value}},
        "applicability_config": {"scope": {"price_type": "metered"}},
        "effective_at": effective_at, "expires_at": expires_at, "priority": priority,
        "metadata": form.under("metadata"), "test_clock": null, "voided_at": null,
    });
    state.grants.insert(id, grant.clone());
    Ok(grant)
}

/// `GET /v1/billing/credit_grants/{id}`
pub fn get(state: &State, id: &str) -> Reply {
    state.grants.get(id).cloned().ok_or_else(|| Answer::no_such("credit grant", id))
}

/// `GET /v1/billing/credit_grants`
pub fn list(call: &Call<'_>, state: &State) -> Reply {
    let customer = call.form.get("customer");
    call.page(&state.grants, |grant| customer.is_none_or(|customer| grant["customer"] == customer))
}

/// `POST /v1/billing/credit_grants/{id}/expire` and `…/void`: ends it now, once.
pub fn end(call: &Call<'_>, state: &mut State, id: &str, field: &str) -> Reply {
    let grant = state.grants.get_mut(id).ok_or_else(|| Answer::no_such("credit grant", id))?;
    let expired = grant["expires_at"].as_i64().is_some_and(|expires_s| expires_s <= call.now_s);
    if expired || !grant["voided_at"].is_null() {
        return Err(Answer::invalid("This credit grant is already expired or voided."));
    }
    grant[field] = call.now_s.into();
    grant["updated"] = call.now_s.into();
    Ok(grant.clone())
}
