//! Where the books differ it is found, put right where that is safe, and otherwise only listed.

use kinora_billing::mirror::{self, Told};
use kinora_billing::{Micros, Mode};
use kinora_store::testing::databases;
use kinora_stripe::MeterEvent;
use serde_json::{Value, json};

use crate::world::World;

const HOUR_S: i64 = 3600;

/// An organization whose first clip was told, and whose second one met `faults` 21 hours ago.
async fn unsure(world: &World, faults: Value) {
    world.open("org_a", Mode::Postpaid).await;
    world.use_up("org_a", 1, 3_000).await;
    world.drain().await;
    world.use_up("org_a", 2, 4_000).await;
    world.faults(faults).await;
    assert_eq!(world.mirror.pass().await.unwrap().put_off, 1);
    world.advance(21 * HOUR_S).await;
    world.faults(json!({})).await;
    assert_eq!(world.mirror.pass().await.unwrap().given_up, 1, "nothing is sent blindly after 20 hours");
    assert_eq!(world.backlog().await.unsure, 1);
    let early = world.mirror.reconcile(&world.meter, world.day()).await.unwrap();
    assert_eq!((early.later, early.differences.len()), (1, 0), "Stripe's sums may be behind");
    world.advance(2 * HOUR_S).await;
}

async fn actions(world: &World) -> Vec<String> {
    let found = world.mirror.reconcile(&world.meter, world.day()).await.unwrap();
    found.differences.into_iter().map(|difference| difference.action).collect()
}

async fn rows(world: &World) -> Vec<Told> {
    let day = world.day();
    world.run(move |db| mirror::usage_of_day(db, "org_a", day)).await
}

async fn exact(world: &World) {
    assert_eq!(world.counted("org_a").await, world.owed("org_a").await);
    assert_eq!(actions(world).await, Vec::<String>::new(), "the books agree");
    assert_eq!(world.backlog().await, mirror::Backlog::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unsure_row_that_arrived_is_found_and_not_sent_again() {
    for database in databases() {
        let world = World::new(database).await;
        unsure(&world, json!({"rate_lost_response": 1.0})).await;
        assert_eq!(actions(&world).await, ["1 rows had arrived, 0 are sent again"]);
        world.drain().await;
        exact(&world).await;
        assert_eq!(world.bench.state().await["meter_events"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unsure_row_that_did_not_arrive_is_sent_again_by_a_name_made_from_its_id() {
    for database in databases() {
        let world = World::new(database).await;
        unsure(&world, json!({"rate_lost_request": 1.0})).await;
        assert_eq!(actions(&world).await, ["0 rows had arrived, 1 are sent again"]);
        world.drain().await;
        let told = rows(&world).await;
        assert_eq!(told[1].name, format!("{}-r1", told[1].id));
        world.advance(2 * HOUR_S).await;
        exact(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_was_counted_by_both_its_names_is_taken_back_once() {
    for database in databases() {
        let world = World::new(database).await;
        unsure(&world, json!({"rate_lost_request": 1.0})).await;
        actions(&world).await;
        world.drain().await;
        // The first event turns up after all.
        let told = rows(&world).await.remove(1);
        let customer = world.customer("org_a").await.unwrap();
        let late = MeterEvent {
            identifier: &told.id,
            customer: &customer,
            amount: told.amount,
            time_s: world.began_us / 1_000_000,
        };
        world.client.meter_event("late", late).await.unwrap();
        assert_eq!(world.counted("org_a").await, world.owed("org_a").await + told.amount.get());
        world.advance(2 * HOUR_S).await;
        assert_eq!(actions(&world).await, [format!("{} was taken back", told.name)]);
        exact(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_explained_is_listed_once_and_left_alone() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        let cost = world.use_up("org_a", 1, 3_000).await;
        world.drain().await;
        let customer = world.customer("org_a").await.unwrap();
        let foreign = MeterEvent {
            identifier: "somebody else",
            customer: &customer,
            amount: Micros::new(5),
            time_s: world.began_us / 1_000_000,
        };
        world.client.meter_event("foreign", foreign).await.unwrap();
        world.advance(2 * HOUR_S).await;
        for _ in 0..2 {
            assert_eq!(
                actions(&world).await,
                ["listed: Stripe counted more than was sent, and no row explains it"]
            );
        }
        let noted = world.run(|db| mirror::differences(db, 10)).await;
        assert_eq!(noted.len(), 1, "the same difference is noted once");
        assert_eq!((noted[0].ours_micros, noted[0].theirs_micros), (cost, cost + 5));
        assert_eq!(world.counted("org_a").await, cost + 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_stripe_accepted_and_dropped_are_sent_once_more_if_that_is_provable() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        world.use_up("org_a", 1, 3_000).await;
        world.use_up("org_a", 2, 5_000).await;
        world.drain().await;
        // An event that somebody cancels is counted no more, as one that Stripe dropped.
        let told = rows(&world).await.remove(1);
        world.client.cancel_meter_event("by hand", &told.id).await.unwrap();
        world.advance(2 * HOUR_S).await;
        assert_eq!(actions(&world).await, ["0 rows had arrived, 1 are sent again"]);
        world.drain().await;
        world.advance(2 * HOUR_S).await;
        exact(&world).await;
        // The second time it is listed only.
        world.client.cancel_meter_event("by hand again", &format!("{}-r1", told.id)).await.unwrap();
        assert_eq!(actions(&world).await, ["listed: a row was sent again, and Stripe does not count it"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_stripe_cannot_be_asked_nothing_is_concluded() {
    for database in databases() {
        let world = World::new(database).await;
        unsure(&world, json!({"rate_lost_request": 1.0})).await;
        world.faults(json!({"rate_500": 1.0})).await;
        let found = world.mirror.reconcile(&world.meter, world.day()).await.unwrap();
        assert_eq!((found.later, found.differences.len()), (1, 0));
        assert_eq!(world.backlog().await.unsure, 1);
    }
}
