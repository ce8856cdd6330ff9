//! Customers: who pays. Wire shape: docs.stripe.com/api/customers/object. What they owe is not here.

use serde_json::json;

use crate::answer::{Answer, Reply};
use crate::app::Call;
use crate::state::State;

/// `POST /v1/customers`
pub fn create(call: &Call<'_>, state: &mut State) -> Reply {
    call.form.only(&["name", "email", "description", "metadata", "phone"])?;
    let id = state.mint("cus");
    let customer = json!({
        "id": id, "object": "customer", "created": call.now_s, "livemode": false,
        "name": call.form.get("name"), "email": call.form.get("email"), "phone": call.form.get("phone"),
        "description": call.form.get("description"), "metadata": call.form.under("metadata"),
        "address": null, "balance": 0, "currency": null, "default_source": null, "delinquent": false,
        "invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null},
        "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null,
    });
    state.customers.insert(id, customer.clone());
    Ok(customer)
}

/// `GET /v1/customers/{id}`
pub fn get(state: &State, id: &str) -> Reply {
    state.customers.get(id).cloned().ok_or_else(|| Answer::no_such("customer", id))
}
