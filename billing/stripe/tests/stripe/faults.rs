//! What goes wrong on the way is told apart: try again, have it already, never.

use std::time::Duration;

use kinora_fake_stripe::Faults;
use kinora_stripe::{Cause, Client, Error, Later, NewCustomer, Secret, Settings};
use serde_json::json;

use crate::bench::{Bench, metered};
use crate::calls::event;

fn later<T: std::fmt::Debug>(result: Result<T, Error>) -> Later {
    match result {
        Err(Error::Later(later)) => later,
        other => panic!("expected a later, got {other:?}"),
    }
}

#[tokio::test]
async fn a_lost_answer_and_a_second_try_are_one_event() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    bench.faults(json!({"rate_lost_response": 1.0})).await;
    let lost = later(client.meter_event("row", event("row", &customer, 7)).await);
    assert_eq!(lost.cause, Cause::Lost);
    assert!(lost.cause.outcome_is_unknown());
    assert_eq!(bench.counted(&customer).await, 7, "the work was done");
    bench.faults(json!({})).await;
    client.meter_event("row", event("row", &customer, 7)).await.unwrap();
    assert_eq!(bench.counted(&customer).await, 7);
}

#[tokio::test]
async fn a_lost_request_did_nothing_and_its_outcome_is_unknown() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    bench.faults(json!({"rate_lost_request": 1.0})).await;
    let lost = later(client.meter_event("row", event("row", &customer, 7)).await);
    assert!(lost.cause.outcome_is_unknown());
    assert_eq!(bench.counted(&customer).await, 0);
}

#[tokio::test]
async fn a_500_is_kept_under_its_key_and_another_key_with_the_same_identifier_gets_through() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    bench.faults(json!({"rate_500": 1.0})).await;
    let broken = later(client.meter_event("row", event("row", &customer, 7)).await);
    assert_eq!((broken.cause, broken.replayed), (Cause::Server, false));
    bench.faults(json!({})).await;
    let again = later(client.meter_event("row", event("row", &customer, 7)).await);
    assert_eq!((again.cause, again.replayed), (Cause::Server, true));
    client.meter_event("row 2", event("row", &customer, 7)).await.unwrap();
    assert_eq!(bench.counted(&customer).await, 7);
}

#[tokio::test]
async fn a_429_says_when_to_come_back_and_did_nothing() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    bench.faults(json!({"rate_429": 1.0, "retry_after_s": 3})).await;
    let limited = later(client.meter_event("row", event("row", &customer, 7)).await);
    assert_eq!((limited.cause, limited.retry_after), (Cause::RateLimited, Some(Duration::from_secs(3))));
    assert!(!limited.cause.outcome_is_unknown());
    assert_eq!(bench.counted(&customer).await, 0);
}

#[tokio::test]
async fn a_second_call_for_the_same_customer_and_meter_is_locked_out_and_one_for_another_is_not() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    let new = NewCustomer { organization: "org_2", name: "Two", email: Some("two@example.com") };
    let other = client.create_customer("customer 2", new).await.unwrap();
    bench.faults(json!({"delay_ms": 300})).await;
    let (first, second, third) = tokio::join!(
        client.meter_event("a", event("a", &customer, 1)),
        client.meter_event("b", event("b", &customer, 1)),
        client.meter_event("c", event("c", &other, 1)),
    );
    let locked = later(if first.is_ok() { second } else { first });
    assert_eq!(locked.cause, Cause::Locked);
    third.unwrap();
    assert_eq!(bench.counted(&customer).await, 1);
}

#[tokio::test]
async fn a_second_request_with_the_same_key_while_the_first_runs_is_told_to_wait() {
    let bench = Bench::plain();
    let (client, _, customer) = metered(&bench).await;
    bench.faults(json!({"delay_ms": 300})).await;
    let (first, second) = tokio::join!(
        client.meter_event("a", event("a", &customer, 1)),
        client.meter_event("a", event("a", &customer, 1)),
    );
    assert_eq!(later(if first.is_ok() { second } else { first }).cause, Cause::InUse);
    assert_eq!(bench.counted(&customer).await, 1);
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_given_up() {
    let bench = Bench::with_faults(Faults { delay_ms: 60_000, ..Faults::default() });
    let mut settings = bench.settings();
    settings.timeout = Duration::from_millis(100);
    let late = later(Client::new(settings).unwrap().ensure_meter("meter").await);
    assert_eq!(late.cause, Cause::Timeout);
}

#[tokio::test]
async fn when_nobody_listens_nothing_was_sent() {
    let mut settings = Settings::new(Secret::new("sk_test_fake"), Secret::new("whsec"));
    settings.base_url = "http://127.0.0.1:1/".to_owned();
    let refused = later(Client::new(settings).unwrap().ensure_meter("meter").await);
    assert_eq!(refused.cause, Cause::NotConnected);
    assert!(!refused.cause.outcome_is_unknown());
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_requests() {
    let mut outcomes = Vec::new();
    for _ in 0..2 {
        let bench = Bench::plain();
        let (client, _, customer) = metered(&bench).await;
        bench.faults(json!({"rate_429": 0.3, "rate_lost_response": 0.3, "seed": 42})).await;
        let mut struck = Vec::new();
        for n in 0..20 {
            let identifier = format!("row {n}");
            let sent =
                kinora_stripe::MeterEvent { time_s: 1_795_392_000, ..event(&identifier, &customer, 1) };
            let outcome = client.meter_event(&identifier, sent).await;
            struck.push(outcome.map_err(|fault| fault.to_string().split(':').nth(1).map(str::to_owned)));
        }
        outcomes.push(struck);
    }
    assert_eq!(outcomes[0], outcomes[1]);
    assert!(outcomes[0].iter().any(Result::is_ok) && outcomes[0].iter().any(Result::is_err));
}
