//! The page behind a checkout session's `url`: the amount, a Pay button and a Cancel link. No card is asked for.

use serde_json::Value;

/// The page of a session, as HTML.
pub fn html(session: &Value) -> String {
    let text = |field: &str| escaped(session[field].as_str().unwrap_or_default());
    let cents = session["amount_total"].as_i64().unwrap_or_default();
    let amount = format!("{}.{:02} {}", cents / 100, cents % 100, text("currency").to_uppercase());
    let cancel = match session["cancel_url"].as_str() {
        Some(url) => format!("<a href=\"{}\">Cancel</a>", escaped(url)),
        None => String::new(),
    };
    let action = match session["status"].as_str() {
        Some("open") => format!("<form method=\"post\"><button type=\"submit\">Pay</button> {cancel}</form>"),
        status => format!("<p>This session is {}.</p>", escaped(status.unwrap_or("closed"))),
    };
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Pay</title>\
         <h1>Pay {amount}</h1><p>This is not Stripe. No money moves.</p><p>Session {id}</p>{action}</html>",
        id = text("id"),
    )
}

/// Where a paid session sends the browser. (Source of the placeholder: docs.stripe.com/payments/checkout/custom-success-page.)
pub fn success_url(session: &Value) -> String {
    let url = session["success_url"].as_str().unwrap_or("/");
    url.replace("{CHECKOUT_SESSION_ID}", session["id"].as_str().unwrap_or_default())
}

/// Text that means the same inside HTML and inside a quoted attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
