//! Each call does what it says, once, and says what is wrong otherwise.

use kinora_billing::Micros;
use kinora_stripe::{
    Client, CreditSource, Error, MeterEvent, NewCheckout, NewCredit, Secret, Summary, Window,
};

use crate::bench::{Bench, metered, now_s};

const DAY_S: i64 = 86_400;

pub fn event<'a>(identifier: &'a str, customer: &'a str, micros: i64) -> MeterEvent<'a> {
    MeterEvent { identifier, customer, amount: Micros::new(micros), time_s: now_s() }
}

fn checkout<'a>(customer: &'a str, micros: i64) -> NewCheckout<'a> {
    NewCheckout {
        customer: Some(customer),
        organization: "org_1",
        reference: "pay_1",
        amount: Micros::new(micros),
        product: "Credit",
        success_url: "http://127.0.0.1/thanks?session={CHECKOUT_SESSION_ID}",
        cancel_url: "http://127.0.0.1/",
    }
}

fn credit<'a>(customer: &'a str, micros: i64) -> NewCredit<'a> {
    NewCredit {
        customer,
        amount: Micros::new(micros),
        name: "Welcome",
        reference: "row_1",
        source: CreditSource::Promotional,
        expires_s: Some(now_s() + DAY_S),
    }
}

#[tokio::test]
async fn a_customer_and_a_meter_are_created_once() {
    let bench = Bench::plain();
    let (client, meter, customer) = metered(&bench).await;
    assert_eq!(client.ensure_meter("another key").await.unwrap(), meter, "found, not created again");
    let state = bench.state().await;
    assert_eq!(state["customers"][&customer]["metadata"]["kinora_organization"], "org_1");
    assert_eq!(state["meters"].as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_key_does_the_same_thing_once_and_another_thing_not_at_all() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    let first = client.credit_grant("key", credit(&customer, 5_000_000)).await.unwrap();
    let again = client.credit_grant("key", credit(&customer, 5_000_000)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(client.find_credit_grant(&customer, "row_1").await.unwrap(), Some(first.clone()));
    assert_eq!(client.find_credit_grant(&customer, "row_2").await.unwrap(), None);
    let other = client.credit_grant("key", credit(&customer, 6_000_000)).await.unwrap_err();
    assert!(matches!(&other, Error::Refused(refusal) if refusal.status == 400), "{other}");
    let grants = bench.state().await["grants"].clone();
    assert_eq!(grants.as_object().unwrap().len(), 1);
    assert_eq!(grants[&first]["amount"]["monetary"]["value"], 500, "cents");
}

#[tokio::test]
async fn what_was_used_is_counted_to_the_micro_dollar() {
    let bench = Bench::plain();
    let (client, meter, customer) = metered(&bench).await;
    for (identifier, micros) in [("a", 1), ("b", 333_333), ("c", 999_999_999_999_999 - 333_334)] {
        client.meter_event(identifier, event(identifier, &customer, micros)).await.unwrap();
    }
    assert_eq!(bench.counted(&customer).await, 999_999_999_999_999);
    let day_s = now_s() / DAY_S * DAY_S;
    let counted =
        client.meter_summaries(&meter, &customer, (day_s, day_s + DAY_S), Some(Window::Day)).await.unwrap();
    assert_eq!(
        counted,
        [Summary { start_s: day_s, end_s: day_s + DAY_S, amount: Micros::new(999_999_999_999_999) }]
    );
    let whole = client.meter_summaries(&meter, &customer, (day_s - 60, day_s + DAY_S), None).await.unwrap();
    assert_eq!(whole[0].amount, Micros::new(999_999_999_999_999));
    let crooked =
        client.meter_summaries(&meter, &customer, (day_s + 1, day_s + DAY_S), None).await.unwrap_err();
    assert!(matches!(crooked, Error::Refused(_)), "{crooked}");
}

#[tokio::test]
async fn an_identifier_counts_once_in_24_hours_whatever_the_key() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    client.meter_event("key 1", event("same", &customer, 5)).await.unwrap();
    let again = client.meter_event("key 2", event("same", &customer, 5)).await.unwrap_err();
    assert!(matches!(again, Error::Duplicate(_)), "{again}");
    bench.clock(24 * 3600 + 1).await;
    client.meter_event("key 3", event("same", &customer, 5)).await.unwrap();
    assert_eq!(bench.counted(&customer).await, 10, "Stripe has forgotten the identifier");
}

#[tokio::test]
async fn an_event_can_be_taken_back_for_24_hours() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    for identifier in ["kept", "taken back", "too old"] {
        client.meter_event(identifier, event(identifier, &customer, 5)).await.unwrap();
    }
    client.cancel_meter_event("cancel 1", "taken back").await.unwrap();
    client.cancel_meter_event("cancel 1", "taken back").await.unwrap();
    assert_eq!(bench.counted(&customer).await, 10);
    let twice = client.cancel_meter_event("cancel 2", "taken back").await.unwrap_err();
    assert!(matches!(twice, Error::Refused(_)), "{twice}");
    bench.clock(24 * 3600).await;
    let late = client.cancel_meter_event("cancel 3", "too old").await.unwrap_err();
    assert!(matches!(late, Error::Refused(_)), "{late}");
    assert_eq!(bench.counted(&customer).await, 10);
}

#[tokio::test]
async fn an_event_of_35_days_ago_is_accepted_and_an_older_one_refused() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    let at = |identifier, age_s| MeterEvent { time_s: now_s() - age_s, ..event(identifier, &customer, 1) };
    client.meter_event("a", at("a", 35 * DAY_S - 60)).await.unwrap();
    client.meter_event("b", at("b", -240)).await.unwrap();
    assert!(matches!(client.meter_event("c", at("c", 35 * DAY_S + 60)).await, Err(Error::Refused(_))));
    assert!(matches!(client.meter_event("d", at("d", -360)).await, Err(Error::Refused(_))));
    assert_eq!(bench.counted(&customer).await, 2);
}

#[tokio::test]
async fn an_event_for_a_customer_that_does_not_exist_is_accepted_and_not_counted() {
    let bench = Bench::plain();
    let (client, ..) = metered(&bench).await;
    client.meter_event("lost", event("lost", "cus_unknown", 5)).await.unwrap();
    let state = bench.state().await;
    assert_eq!(state["meter_events"][0]["fate"]["dropped"], "meter_event_customer_not_found");
    assert_eq!(state["sums"], serde_json::json!({}));
}

#[tokio::test]
async fn an_amount_that_is_not_whole_cents_is_refused_before_anything_is_sent() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    for micros in [0, -10_000, 1, 9_999, 10_001, i64::MIN, i64::MAX] {
        let fault = client.checkout_session("pay", checkout(&customer, micros)).await.unwrap_err();
        assert!(matches!(fault, Error::Amount { .. }), "{micros}: {fault}");
        let fault = client.credit_grant("grant", credit(&customer, micros)).await.unwrap_err();
        assert!(matches!(fault, Error::Amount { .. }), "{micros}: {fault}");
    }
    for micros in [-1, 1_000_000_000_000_000] {
        let fault = client.meter_event("event", event("event", &customer, micros)).await.unwrap_err();
        assert!(matches!(fault, Error::Amount { .. }), "{micros}: {fault}");
    }
    let state = bench.state().await;
    assert_eq!((&state["grants"], &state["sessions"]), (&serde_json::json!({}), &serde_json::json!({})));
}

#[tokio::test]
async fn a_session_has_a_page_on_which_its_amount_can_be_paid() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    let link = client.checkout_session("pay_1", checkout(&customer, 25_000_000)).await.unwrap();
    assert!(link.expires_s > now_s());
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let page = http.get(&link.url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("25.00 USD") && page.contains("Pay"), "{page}");
    let paid = http.post(&link.url).send().await.unwrap();
    let expected = format!("http://127.0.0.1/thanks?session={}", link.id);
    assert_eq!(
        (paid.status().as_u16(), paid.headers()["location"].to_str().unwrap()),
        (303, expected.as_str())
    );
    assert_eq!(http.post(&link.url).send().await.unwrap().status().as_u16(), 400, "it is paid once");
    assert_eq!(bench.state().await["sessions"][&link.id]["payment_status"], "paid");
}

#[tokio::test]
async fn a_wrong_key_is_not_mistaken_for_a_refusal_of_the_request() {
    let bench = Bench::plain();
    let mut settings = bench.settings();
    settings.secret_key = Secret::new("sk_test_wrong");
    let fault = Client::new(settings).unwrap().ensure_meter("meter").await.unwrap_err();
    assert!(matches!(fault, Error::Unauthorized(_)), "{fault}");
}

#[test]
fn secrets_are_not_shown_and_a_live_key_is_not_sent_in_the_clear() {
    let mut settings = kinora_stripe::Settings::new(Secret::new("sk_live_hush"), Secret::new("whsec_hush"));
    assert!(!format!("{settings:?}").contains("hush"));
    assert!(Client::new(settings.clone()).is_ok());
    settings.base_url = "http://api.stripe.com/".to_owned();
    assert!(matches!(Client::new(settings), Err(Error::Settings(_))));
}
