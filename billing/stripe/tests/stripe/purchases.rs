//! Credit that is bought on the page is given once, however often Stripe says so.

use std::time::Duration;

use kinora_billing::payments::{
    Checkout, Meaning, Message, Payments, PaymentsError, act, page_made, purchase, receive, start_checkout,
    unprocessed,
};
use kinora_billing::{Micros, Mode, balances, blocks};
use kinora_fake_stripe::Settings as FakeSettings;
use kinora_store::testing::databases;
use serde_json::{Value, json};

use crate::bench::{Bench, WEBHOOK_SECRET, offline, receiver};
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
            outcomes.push(world.run(move |db| act(db, &message, began_us)).await.outcome);
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
            let message = Message { id: event.to_owned(), kind: "invoice paid".to_owned(), meaning };
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
        let message = Message { id: "evt_1".to_owned(), kind: "checkout paid".to_owned(), meaning };
        let kept = message.clone();
        world.run(move |db| receive(db, &kept, "{}", began_us)).await;
        let acted = world.run(move |db| act(db, &message, began_us)).await;
        assert!(acted.lost, "a person has to look at it");
        assert_eq!(acted.outcome, "$24.000000 was paid and $25.000000 was asked for: nothing was given");
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

/// An event of Stripe as it was kept: its signature was checked then.
fn read(kind: &str, object: &Value) -> Message {
    let event = json!({"id": "evt_1", "object": "event", "type": kind, "data": {"object": object}});
    offline().read(event.to_string().as_bytes()).unwrap()
}

/// A session of ours that was paid.
fn session() -> Value {
    json!({
        "id": "cs_1", "client_reference_id": "pay_1", "customer": null, "amount_total": 2500, "currency": "usd",
        "payment_status": "paid", "metadata": {"kinora_organization": "org_a"},
    })
}

/// An invoice that was paid, with tax.
fn invoice(customer: &str) -> Value {
    json!({
        "id": "in_1", "customer": customer, "amount_paid": 119, "total_excluding_tax": 100, "total": 119, "currency": "usd",
    })
}

#[test]
fn what_others_do_in_the_same_account_changes_nothing_and_is_not_refused() {
    let paid = "checkout.session.completed";
    let ours = read(paid, &session()).meaning;
    assert_eq!(ours, Meaning::CheckoutPaid { checkout: "pay_1".to_owned(), amount: Micros::new(25_000_000) });
    let others = [
        (paid, "currency", json!("eur")),
        (paid, "metadata", json!({})),
        (paid, "metadata", Value::Null),
        (paid, "client_reference_id", Value::Null),
        (paid, "amount_total", Value::Null),
        (paid, "payment_status", json!("unpaid")),
        (paid, "payment_status", json!(7)),
        ("checkout.session.expired", "currency", json!("eur")),
        ("checkout.session.expired", "metadata", Value::Null),
        ("invoice.paid", "currency", json!("eur")),
        ("invoice.paid", "customer", Value::Null),
        ("invoice.paid", "amount_paid", json!("a lot")),
    ];
    for (kind, field, value) in others {
        let mut object = if kind == "invoice.paid" { invoice("cus_1") } else { session() };
        object[field] = value;
        let message = read(kind, &object);
        let expected = Message { id: "evt_1".to_owned(), kind: kind.to_owned(), meaning: Meaning::Nothing };
        assert_eq!(message, expected, "{field}: {object}");
    }
    for body in ["", "{", "[]", "{}", r#"{"id":"evt_1"}"#] {
        let fault = offline().read(body.as_bytes()).unwrap_err();
        assert!(matches!(fault, PaymentsError::Refused(_)), "{body}: {fault}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_owed_is_less_by_what_the_invoice_charged_before_tax() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        for clip in 0..20 {
            world.use_up("org_a", clip, 10_000).await;
        }
        world.drain().await;
        let (owed, began_us) = (world.owed("org_a").await, world.began_us);
        assert!(owed > 5_000_000, "{owed}");
        let customer = world.customer("org_a").await.unwrap();
        let mut untaxed = invoice(&customer);
        untaxed["id"] = json!("in_2");
        untaxed.as_object_mut().unwrap().remove("total_excluding_tax");
        let stranger = invoice("cus_of_another_shop");
        let mut paid = 0;
        for (event, object, cents) in
            [("evt_1", invoice(&customer), 100), ("evt_2", untaxed, 119), ("evt_3", stranger, 0)]
        {
            let message = Message { id: event.to_owned(), ..read("invoice.paid", &object) };
            let kept = message.clone();
            world.run(move |db| receive(db, &kept, "{}", began_us)).await;
            let acted = world.run(move |db| act(db, &message, began_us)).await;
            assert!(!acted.lost, "{}", acted.outcome);
            paid += cents * 10_000;
            assert_eq!(world.owed("org_a").await, owed - paid, "{object}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_was_kept_and_not_acted_on_is_found_and_read_again() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Prepaid).await;
        let began_us = world.began_us;
        world.run(move |db| start_checkout(db, &asked(25_000_000), began_us)).await;
        let event = json!({
            "id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {"object": session()},
        });
        let (message, body) = (read("checkout.session.completed", &session()), event.to_string());
        let unknown = Message { id: "evt_2".to_owned(), ..message.clone() };
        world.run(move |db| receive(db, &unknown, "not JSON", began_us + 1)).await;
        world.run(move |db| receive(db, &message, &body, began_us)).await;
        // It died here.
        let kept = world.run(|db| unprocessed(db, 10)).await;
        let names: Vec<&str> = kept.iter().map(|kept| kept.id.as_str()).collect();
        assert_eq!(names, ["evt_1", "evt_2"], "the one that came first");
        assert_eq!(world.run(|db| unprocessed(db, 1)).await.len(), 1);
        assert!(offline().read(kept[1].payload.as_bytes()).is_err());
        let again = offline().read(kept[0].payload.as_bytes()).unwrap();
        let acted = world.run(move |db| act(db, &again, began_us)).await;
        assert!(acted.outcome.starts_with("$25.000000 of credit was given"), "{acted:?}");
        assert_eq!(world.run(|db| balances(db, "org_a")).await.credit.get(), 25_000_000);
        assert_eq!(world.run(|db| unprocessed(db, 10)).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_of_an_unknown_purchase_gives_nothing_and_a_person_has_to_look_at_it() {
    for database in databases() {
        let world = World::new(database).await;
        let (message, began_us) = (read("checkout.session.completed", &session()), world.began_us);
        let kept = message.clone();
        world.run(move |db| receive(db, &kept, "{}", began_us)).await;
        let acted = world.run(move |db| act(db, &message, began_us)).await;
        assert!(acted.lost, "{}", acted.outcome);
    }
}
