//! Credit that is bought on the page is given once, however often Stripe says so.

use std::time::Duration;

use kinora_billing::payments::{
    Checkout, Meaning, Payments, PaymentsError, act, page_made, purchase, receive, start_checkout,
};
use kinora_billing::{Micros, Mode, balances, blocks};
use kinora_fake_stripe::Settings as FakeSettings;
use kinora_store::testing::databases;
use serde_json::json;

use crate::bench::{Bench, WEBHOOK_SECRET, receiver};
use crate::world::World;

const WAIT: Duration = Duration::from_secs(20);

fn asked(amount: i64) -> Checkout {
    Checkout {
        id: "pay_1".to_owned(),
        organization: "org_a".to_owned(),
        customer: None,
        amount: Micros::new(amount),
        success_url: "http://127.0.0.1/thanks".to_owned(),
        cancel_url: "http://127.0.0.1/".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_credited_once_however_often_it_is_told() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Prepaid).await;
        let (url, told) = receiver(&[500, 200]);
        let webhook = Some((url, WEBHOOK_SECRET.to_owned()));
        let bench = Bench::new(FakeSettings { webhook, webhook_retry_ms: 1, ..FakeSettings::default() });
        let payments = bench.client();
        let began_us = world.began_us;

        world.run(move |db| start_checkout(db, &asked(25_000_000), began_us)).await;
        let page = payments.checkout(asked(25_000_000)).await.unwrap();
        assert_eq!(
            payments.checkout(asked(25_000_000)).await.unwrap(),
            page,
            "asking again makes no second page"
        );
        let made = page.external_id.clone();
        world.run(move |db| page_made(db, "pay_1", &made)).await;
        bench.post(&format!("_fake/pay/{}", page.external_id), json!({})).await;

        let mut outcomes = Vec::new();
        for _ in 0..2 {
            let (body, signature) = tokio::task::block_in_place(|| told.recv_timeout(WAIT)).unwrap();
            let message = payments.message(body.as_bytes(), &signature).unwrap();
            let expected =
                Meaning::CheckoutPaid { checkout: "pay_1".to_owned(), amount: Micros::new(25_000_000) };
            assert_eq!(message.meaning, expected);
            let kept = message.clone();
            world.run(move |db| receive(db, &kept, &body, began_us)).await;
            outcomes.push(world.run(move |db| act(db, &message, began_us)).await);
        }
        assert!(outcomes[0].starts_with("$25.000000 of credit was given"), "{outcomes:?}");
        assert_eq!(outcomes[1], "done before");
        let there = world.run(|db| purchase(db, "pay_1")).await.unwrap();
        assert_eq!((there.external_id, there.completed_at), (Some(page.external_id), Some(began_us)));
        assert_eq!(world.run(|db| balances(db, "org_a")).await.credit.get(), 25_000_000);
        assert_eq!(world.run(|db| blocks(db, "org_a")).await[0].source, "paid");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_that_was_paid_lowers_what_is_owed_once() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        let cost = world.use_up("org_a", 1, 4_000).await;
        world.drain().await;
        let customer = world.customer("org_a").await.unwrap();
        let began_us = world.began_us;
        for (event, left) in [("evt_1", cost - 100_000), ("evt_1", cost - 100_000), ("evt_2", cost - 100_000)]
        {
            let invoice = "in_1".to_owned();
            let meaning =
                Meaning::InvoicePaid { customer: customer.clone(), invoice, amount: Micros::new(100_000) };
            let message = kinora_billing::payments::Message {
                id: event.to_owned(),
                kind: "invoice paid".to_owned(),
                meaning,
            };
            let kept = message.clone();
            world.run(move |db| receive(db, &kept, "{}", began_us)).await;
            world.run(move |db| act(db, &message, began_us)).await;
            assert_eq!(world.owed("org_a").await, left);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_of_another_amount_gives_nothing_and_says_so() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Prepaid).await;
        let began_us = world.began_us;
        world.run(move |db| start_checkout(db, &asked(25_000_000), began_us)).await;
        let meaning = Meaning::CheckoutPaid { checkout: "pay_1".to_owned(), amount: Micros::new(24_000_000) };
        let message = kinora_billing::payments::Message {
            id: "evt_1".to_owned(),
            kind: "checkout paid".to_owned(),
            meaning,
        };
        let kept = message.clone();
        world.run(move |db| receive(db, &kept, "{}", began_us)).await;
        let outcome = world.run(move |db| act(db, &message, began_us)).await;
        assert_eq!(outcome, "$24.000000 was paid and $25.000000 was asked for: nothing was given");
        assert_eq!(world.run(|db| balances(db, "org_a")).await.credit.get(), 0);
    }
}

#[tokio::test]
async fn what_is_not_whole_cents_or_not_signed_is_refused() {
    let bench = Bench::plain();
    let payments = bench.client();
    let refused = payments.checkout(asked(25_000_001)).await.unwrap_err();
    assert!(matches!(refused, PaymentsError::Refused(_)), "{refused}");
    assert_eq!(payments.message(b"{}", "t=1,v1=00"), Err(PaymentsError::BadSignature));
    bench.faults(json!({"rate_429": 1.0})).await;
    let later = payments.checkout(asked(25_000_000)).await.unwrap_err();
    assert!(matches!(later, PaymentsError::Unavailable(_)), "{later}");
}
