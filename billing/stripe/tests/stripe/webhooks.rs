//! What Stripe tells us is believed if it is signed, and recently.

use std::time::Duration;

use kinora_billing::Micros;
use kinora_fake_stripe::Settings as FakeSettings;
use kinora_stripe::{Checkout, Error, NewCheckout, Notice};
use serde_json::json;

use crate::bench::{Bench, WEBHOOK_SECRET, metered, now_s, receiver};
use crate::calls::event;

const WAIT: Duration = Duration::from_secs(20);

fn listening(url: &str) -> Bench {
    let webhook = Some((url.to_owned(), WEBHOOK_SECRET.to_owned()));
    Bench::new(FakeSettings { webhook, webhook_retry_ms: 1, ..FakeSettings::default() })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_told_signed_until_it_is_heard() {
    let (url, told) = receiver(&[500, 302, 200]);
    let bench = listening(&url);
    let (client, _, customer) = metered(&bench).await;
    let new = NewCheckout {
        customer: Some(&customer),
        organization: "org_1",
        reference: "pay_1",
        amount: Micros::new(12_340_000),
        product: "Credit",
        success_url: "http://127.0.0.1/thanks",
        cancel_url: "http://127.0.0.1/",
    };
    let link = client.checkout_session("pay_1", new).await.unwrap();
    bench.post(&format!("_fake/pay/{}", link.id), json!({})).await;
    let mut messages = Vec::new();
    for _ in 0..3 {
        messages.push(tokio::task::block_in_place(|| told.recv_timeout(WAIT)).unwrap());
    }
    let (body, signature) = &messages[2];
    let Notice::CheckoutPaid(paid) = client.verify_webhook(body, signature, now_s()).unwrap() else {
        panic!("not a payment: {body}");
    };
    let expected = Checkout {
        event: paid.event.clone(),
        session: link.id,
        reference: "pay_1".to_owned(),
        customer: Some(customer),
        amount: Micros::new(12_340_000),
    };
    assert_eq!(paid, expected);
    assert!(messages.iter().all(|(other, _)| other == body), "the same event each time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_event_is_told_by_a_thin_event_whose_details_can_be_fetched() {
    let (url, told) = receiver(&[200]);
    let bench = listening(&url);
    let (client, ..) = metered(&bench).await;
    client.meter_event("lost", event("lost", "cus_unknown", 5)).await.unwrap();
    let (body, signature) = tokio::task::block_in_place(|| told.recv_timeout(WAIT)).unwrap();
    assert!(!body.contains("meter_event_customer_not_found"), "thin: {body}");
    let notice = client.verify_webhook(&body, &signature, now_s()).unwrap();
    let Notice::MeterFault { event, kind } = notice else { panic!("{notice:?}") };
    assert_eq!(kind, "v1.billing.meter.error_report_triggered");
    let details = bench.state().await["events"][&event].clone();
    assert_eq!(details["data"]["reason"]["error_types"][0]["code"], "meter_event_customer_not_found");
}

/// Signed by `openssl dgst -sha256 -hmac whsec_test`, over `1795392000.` and the body.
const BODY: &str =
    r#"{"id":"evt_1","object":"event","type":"customer.updated","data":{"object":{"id":"cus_1"}}}"#;
const SIGNED: &str = "t=1795392000,v1=b7f36b1b84c73dca0e7b163a9f0eacaa16ca37e92aee9e8e9bc11d74021658ad";

#[test]
fn a_signature_holds_for_one_body_one_secret_and_five_minutes() {
    let client = crate::bench::offline();
    let now_s = 1_795_392_000;
    let good = client.verify_webhook(BODY, SIGNED, now_s).unwrap();
    assert_eq!(good, Notice::Other { event: "evt_1".to_owned(), kind: "customer.updated".to_owned() });
    assert!(client.verify_webhook(BODY, SIGNED, now_s + 300).is_ok());
    let rotated = SIGNED.replace("v1=", "v1=00,v1=");
    assert!(client.verify_webhook(BODY, &rotated, now_s).is_ok(), "one of several signatures is enough");
    let stale = SIGNED.replace("t=1795392000", "t=1795392001");
    let bad = [
        (BODY, SIGNED, now_s + 301),
        (BODY, SIGNED, now_s - 301),
        (&BODY.replace("evt_1", "evt_2"), SIGNED, now_s),
        (BODY, &stale, now_s),
        (BODY, "", now_s),
        (BODY, "t=1795392000", now_s),
    ];
    for (body, signature, now_s) in bad {
        let fault = client.verify_webhook(body, signature, now_s).unwrap_err();
        assert!(matches!(fault, Error::BadSignature(_)), "{signature}: {fault}");
    }
}
