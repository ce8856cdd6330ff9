//! What Stripe has counted is what the ledger charged, to the micro-dollar, whatever goes wrong between them.

use kinora_billing::Mode;
use kinora_billing::mirror;
use kinora_store::testing::databases;
use serde_json::json;

use crate::world::World;

const ORGANIZATIONS: [&str; 3] = ["org_a", "org_b", "org_c"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_every_fault_at_once_the_sums_agree_to_the_micro_dollar() {
    for database in databases() {
        let world = World::new(database).await;
        for organization in ORGANIZATIONS {
            world.open(organization, Mode::Postpaid).await;
        }
        for clip in 0..25 {
            for (at, organization) in ORGANIZATIONS.into_iter().enumerate() {
                world.use_up(organization, clip, 1_000 + 37 * clip + u32::try_from(at).unwrap()).await;
            }
        }
        let faults = json!({
            "rate_429": 0.15, "rate_500": 0.1, "rate_lost_request": 0.1, "rate_lost_response": 0.15, "seed": 7, "retry_after_s": 1,
        });
        world.faults(faults).await;
        world.drain().await;
        let backlog = world.backlog().await;
        assert_eq!((backlog.unsure, backlog.refused), (0, 0));
        for organization in ORGANIZATIONS {
            let owed = world.owed(organization).await;
            assert!(owed > 2_500_000, "{organization} used something: {owed}");
            assert_eq!(world.counted(organization).await, owed, "{organization}");
        }
        world.faults(json!({})).await;
        let day = world.mirror.reconcile(&world.meter, world.day()).await.unwrap();
        assert_eq!((day.agree, day.later, day.differences), (3, 0, vec![]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credit_is_granted_once_however_often_the_answer_is_lost() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        world.give("org_a", 5_000_000, "first").await;
        world.give("org_a", 2_500_000, "second").await;
        world.give("org_a", 1, "not whole cents").await;
        world.faults(json!({"rate_lost_response": 1.0})).await;
        world.mirror.pass().await.unwrap();
        world.advance(25 * 3600).await; // Stripe has forgotten the key of the customer; another one is made.
        world.faults(json!({})).await;
        world.mirror.pass().await.unwrap();
        for (faults, hours) in
            [(json!({"rate_lost_response": 1.0}), 25), (json!({"rate_500": 0.5, "seed": 3}), 1)]
        {
            world.give("org_a", 1_000_000, if hours == 1 { "third" } else { "fourth" }).await;
            world.faults(faults).await;
            world.mirror.pass().await.unwrap();
            world.advance(hours * 3600).await;
        }
        world.faults(json!({})).await;
        world.drain().await;
        let state = world.bench.state().await;
        let mut cents: Vec<i64> = state["grants"]
            .as_object()
            .unwrap()
            .values()
            .map(|grant| grant["amount"]["monetary"]["value"].as_i64().unwrap())
            .collect();
        cents.sort_unstable();
        assert_eq!(cents, [100, 100, 250, 500]);
        assert_eq!(world.backlog().await.refused, 1, "a micro-dollar is not rounded");
        assert_eq!(world.run(mirror::retry_refused).await, 1);
        world.drain().await;
        assert_eq!(world.backlog().await.refused, 1, "tried again, and refused again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_never_call_for_one_customer_at_once() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        for clip in 0..10 {
            world.use_up("org_a", clip, 1_000).await;
        }
        world.faults(json!({"delay_ms": 10})).await;
        let other = world.another_mirror();
        let mut told = 0;
        while world.backlog().await.pending > 0 {
            let (one, two) = tokio::join!(world.mirror.pass(), other.pass());
            for pass in [one.unwrap(), two.unwrap()] {
                assert_eq!(
                    (pass.put_off, pass.given_up),
                    (0, 0),
                    "Stripe answers 429 to the second of two calls"
                );
                told += pass.sent;
            }
        }
        assert_eq!(told, 11, "the customer and ten clips");
        assert_eq!(world.counted("org_a").await, world.owed("org_a").await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_told_before_stripe_wants_to_be_asked_again() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        world.faults(json!({"rate_429": 1.0, "retry_after_s": 1800})).await;
        assert_eq!(world.mirror.pass().await.unwrap().put_off, 1);
        world.faults(json!({})).await;
        world.advance(1700).await;
        assert_eq!(world.mirror.pass().await.unwrap().sent, 0);
        world.advance(101).await;
        assert_eq!(world.mirror.pass().await.unwrap().sent, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_with_a_row_in_its_hands_loses_nothing_and_sends_nothing_twice() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        world.use_up("org_a", 1, 3_000).await;
        world.drain().await;
        world.use_up("org_a", 2, 4_000).await;
        let now_us = world.now_us();
        let row = world
            .run(move |db| mirror::claim(db, "org_a", "dead", now_us, now_us + 180_000_000))
            .await
            .unwrap();
        let customer = row.customer.unwrap();
        let event = kinora_stripe::MeterEvent {
            identifier: &row.id,
            customer: &customer,
            amount: row.amount,
            time_s: row.occurred_at_us / 1_000_000,
        };
        world.client.meter_event(&row.id, event).await.unwrap();
        // It dies here, with the answer unread.
        assert_eq!(world.mirror.pass().await.unwrap().sent, 0, "the lane is still its own");
        world.advance(181).await;
        assert_eq!(world.mirror.pass().await.unwrap().sent, 1);
        assert_eq!(world.counted("org_a").await, world.owed("org_a").await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mirror_runs_by_itself_until_it_is_told_to_stop() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        world.use_up("org_a", 1, 3_000).await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let mirror = world.mirror.clone();
        let running = tokio::spawn(async move {
            mirror.run(async move { drop(stopped.await) }).await;
        });
        while world.backlog().await.pending > 0 {
            tokio::task::yield_now().await;
        }
        stop.send(()).unwrap();
        running.await.unwrap();
        assert_eq!(world.counted("org_a").await, world.owed("org_a").await);
    }
}
