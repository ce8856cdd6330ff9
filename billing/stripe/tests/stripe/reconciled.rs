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

const REFUSED: &str =
    "listed: 1 rows were refused by Stripe: mend the cause and run `kinora report stripe --retry`";

/// An organization with one clip that was told and one that Stripe refused.
async fn refused(world: &World) -> i64 {
    world.open("org_a", Mode::Postpaid).await;
    world.use_up("org_a", 1, 3_000).await;
    world.drain().await;
    let lost = world.use_up("org_a", 2, 4_000).await;
    let now_us = world.now_us();
    world
        .run(move |db| {
            let row = mirror::claim(db, "org_a", "this", now_us, now_us + 1)?.unwrap();
            mirror::give_up(db, &row, mirror::Verdict::Refused, "no", now_us)
        })
        .await;
    lost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_row_is_listed_until_it_is_tried_again_and_counted() {
    for database in databases() {
        let world = World::new(database).await;
        let lost = refused(&world).await;
        world.advance(2 * HOUR_S).await;
        assert_eq!(actions(&world).await, [REFUSED]);
        let noted = world.run(|db| mirror::differences(db, 10)).await.remove(0);
        assert_eq!(noted.ours_micros, world.owed("org_a").await, "our statement is all of it");
        assert_eq!(noted.theirs_micros, world.owed("org_a").await - lost);
        assert_eq!(world.run(mirror::retry_refused).await, 1);
        assert_eq!(actions(&world).await, ["listed: 1 rows are not told yet"]);
        world.drain().await;
        world.advance(2 * HOUR_S).await;
        exact(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_of_an_organization_that_stripe_does_not_know_is_listed_after_an_hour() {
    for database in databases() {
        let world = World::new(database).await;
        world.open("org_a", Mode::Postpaid).await;
        let cost = world.use_up("org_a", 1, 3_000).await;
        let early = world.mirror.reconcile(&world.meter, world.day()).await.unwrap();
        assert_eq!((early.agree, early.later, early.differences.len()), (0, 1, 0));
        world.advance(HOUR_S).await;
        let found = world.mirror.reconcile(&world.meter, world.day()).await.unwrap().differences.remove(0);
        assert_eq!((found.ours_micros, found.theirs_micros), (cost, 0));
        let action = "listed: Stripe does not know the organization yet; 1 rows are not told yet";
        assert_eq!((found.organization_id.as_str(), found.action.as_str()), ("org_a", action));
        world.drain().await;
        world.advance(2 * HOUR_S).await;
        exact(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_long_ago_is_compared_for_as_long_as_something_of_it_is_not_told() {
    for database in databases() {
        let world = World::new(database).await;
        refused(&world).await;
        world.open("org_b", Mode::Postpaid).await;
        world.use_up("org_b", 1, 3_000).await;
        world.drain().await;
        world.advance(9 * 24 * HOUR_S).await;
        let mirror = world.mirror.clone();
        let night = async || {
            let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
            let (mirror, before) = (mirror.clone(), world.run(|db| mirror::differences(db, 10)).await.len());
            let running = tokio::spawn(async move { mirror.run(async move { drop(stopped.await) }).await });
            for _ in 0..200 {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                if world.run(|db| mirror::differences(db, 10)).await.len() > before {
                    break;
                }
            }
            stop.send(()).unwrap();
            running.await.unwrap();
        };
        night().await;
        let noted = world.run(|db| mirror::differences(db, 10)).await;
        assert_eq!(noted.len(), 1, "of the one that was not told alone: {noted:?}");
        assert_eq!((noted[0].day, noted[0].action.as_str()), (world.day(), REFUSED));
        let (day, week_us) = (world.day() + 7, 7 * 86_400_000_000);
        let since_us = world.now_us() - week_us;
        let open = move |db: &mut _| mirror::open_days(db, day, since_us, 10);
        assert_eq!(world.run(open).await.len(), 1);
        assert_eq!(world.run(mirror::retry_refused).await, 1);
        world.drain().await;
        assert_eq!(world.run(open).await.len(), 1, "told of late: what Stripe counts is still to be seen");
        world.advance(8 * 24 * HOUR_S).await;
        let since_us = world.now_us() - week_us;
        assert_eq!(world.run(move |db| mirror::open_days(db, day, since_us, 10)).await.len(), 0);
        exact(&world).await;
    }
}
