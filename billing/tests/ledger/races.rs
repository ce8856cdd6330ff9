//! What happens when many do the same at once.

use std::sync::Barrier;
use std::thread;

use kinora_billing::{
    EXAMPLE_PRICES, Error, Funding, Grant, Micros, Mode, PriceFile, Reason, Settlement, Store, balances,
    books_balance, capture, grant, load_prices, release,
};
use kinora_store::Db;
use kinora_store::testing::each_database;

use crate::tenant::{NOW_US, PAYER, SECOND_MICROS, give, of_seconds, open, submit};

/// Runs `work` on so many threads at once, each in a transaction of its own.
fn at_once<T: Send>(
    store: &Store,
    threads: usize,
    work: impl Fn(&mut Db, usize) -> Result<T, Error> + Sync,
) -> Vec<Result<T, Error>> {
    let barrier = Barrier::new(threads);
    let (work, barrier) = (&work, &barrier);
    thread::scope(|scope| {
        let one = |number: usize| {
            move || {
                barrier.wait();
                store.run_blocking(|db| db.write_tx(|db| work(db, number)))
            }
        };
        let running: Vec<_> = (0..threads).map(|number| scope.spawn(one(number))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn prepare(store: &Store, credit: i64) {
    let done = store.run_blocking(|db| {
        db.write_tx(|db| {
            open(db, Mode::Prepaid, false)?;
            give(db, credit, "first")
        })
    });
    done.unwrap();
}

fn audit(store: &Store) -> (i64, i64) {
    let balances = store
        .run_blocking(|db| {
            db.read_tx(|db| {
                assert_eq!(books_balance(db)?.faults, Vec::<String>::new());
                balances(db, PAYER.organization)
            })
        })
        .unwrap();
    (balances.credit.get(), balances.held.get())
}

#[test]
fn sixteen_at_once_hold_exactly_as_often_as_credit_lasts() {
    each_database(|store| {
        prepare(store, 11 * SECOND_MICROS + 1);
        let held = at_once(store, 16, |db, number| submit(db, &format!("video_{number}"), 1, NOW_US));
        let refused: Vec<&Error> = held.iter().filter_map(|held| held.as_ref().err()).collect();
        assert_eq!(refused.len(), 5, "{refused:?}");
        for error in refused {
            assert!(
                matches!(error, Error::InsufficientCredit { available, .. } if available.get() == 1),
                "{error}"
            );
        }
        assert_eq!(audit(store), (1, 11 * SECOND_MICROS));
    });
}

#[test]
fn sixteen_at_once_hold_one_subject_once() {
    each_database(|store| {
        prepare(store, 100 * SECOND_MICROS);
        let held = at_once(store, 16, |db, _| submit(db, "video_1", 1, NOW_US));
        assert_eq!(held.iter().filter(|held| held.is_ok()).count(), 1);
        assert!(held.iter().all(|held| matches!(held, Ok(_) | Err(Error::AlreadyHeld(_)))), "{held:?}");
        assert_eq!(audit(store), (99 * SECOND_MICROS, SECOND_MICROS));
    });
}

#[test]
fn a_capture_and_a_release_at_once_settle_a_hold_one_way() {
    each_database(|store| {
        prepare(store, 20 * SECOND_MICROS);
        for round in 0..10 {
            let subject = format!("video_{round}");
            store.run_blocking(|db| db.write_tx(|db| submit(db, &subject, 2, NOW_US))).unwrap();
            let ends = at_once(store, 2, |db, number| match number {
                0 => capture(db, &subject, of_seconds(1), NOW_US),
                _ => release(db, &subject, Reason::Canceled, NOW_US),
            });
            let won: Vec<Settlement> =
                ends.iter().filter_map(|end| end.as_ref().ok().copied().flatten()).collect();
            assert_eq!(won.len(), 1, "{ends:?}");
            assert!(ends.iter().any(|end| matches!(end, Err(Error::SettledOtherwise(_)))), "{ends:?}");
        }
        assert_eq!(audit(store).1, 0);
    });
}

#[test]
fn eight_captures_at_once_charge_once() {
    each_database(|store| {
        prepare(store, 20 * SECOND_MICROS);
        store.run_blocking(|db| db.write_tx(|db| submit(db, "video_1", 8, NOW_US))).unwrap();
        let ends = at_once(store, 8, |db, number| {
            capture(db, "video_1", of_seconds(u32::try_from(number).unwrap()), NOW_US)
        });
        let first = ends[0].as_ref().unwrap().unwrap();
        assert!(
            ends.iter().all(|end| end.as_ref().unwrap() == &Some(first)),
            "all are told the same: {ends:?}"
        );
        assert_eq!(audit(store), (20 * SECOND_MICROS - first.captured.get(), 0));
    });
}

#[test]
fn eight_grants_with_one_key_at_once_give_once() {
    each_database(|store| {
        prepare(store, 1);
        let given = at_once(store, 8, |db, _| {
            let credit = Grant {
                organization: PAYER.organization,
                funding: Funding::Stripe,
                amount: Micros::new(7),
                priority: 50,
                expires_at_us: None,
                reason: "bought",
                idempotency_key: "once",
            };
            grant(db, &credit, NOW_US)
        });
        let ids: Vec<&str> = given.iter().map(|block| block.as_ref().unwrap().id.as_str()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(audit(store), (8, 0));
    });
}

#[test]
fn nodes_that_start_at_once_load_one_price_list_once() {
    each_database(|store| {
        let file = PriceFile::parse(EXAMPLE_PRICES).unwrap();
        let loaded = at_once(store, 8, |db, _| load_prices(db, &file, NOW_US));
        assert!(loaded.iter().all(|list| list.as_ref().unwrap().id == file.id), "{loaded:?}");
    });
}
