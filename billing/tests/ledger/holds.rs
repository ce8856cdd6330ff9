//! What a hold does to the books, and how it ends.

use kinora_billing::{
    BillStatus, Error, Micros, Mode, Reason, balances, bills, books_balance, capture, hold, release,
};
use kinora_store::testing::each_database;

use crate::tenant::{NOW_US, PAYER, SECOND_MICROS, give, of_seconds, open, quoted};

#[test]
fn a_hold_that_delivers_less_than_was_asked_for_captures_that_and_gives_the_rest_back() {
    each_database(|store| {
        store
            .run_blocking(|db| {
                db.write_tx(|db| {
                    open(db, Mode::Prepaid, false)?;
                    give(db, 10 * SECOND_MICROS, "first")?;
                    let quote = quoted(db, 8)?;
                    assert_eq!(quote.total, Micros::new(8 * SECOND_MICROS));
                    hold(db, &PAYER, "video_1", &quote, NOW_US)?;
                    let held = balances(db, PAYER.organization)?;
                    assert_eq!((held.credit.get(), held.held.get()), (2 * SECOND_MICROS, 8 * SECOND_MICROS));

                    let end = capture(db, "video_1", of_seconds(5), NOW_US)?.unwrap();
                    assert_eq!(
                        (end.captured.get(), end.released.get()),
                        (5 * SECOND_MICROS, 3 * SECOND_MICROS)
                    );
                    assert_eq!(
                        capture(db, "video_1", of_seconds(5), NOW_US)?,
                        Some(end),
                        "again changes nothing"
                    );
                    let after = balances(db, PAYER.organization)?;
                    assert_eq!((after.credit.get(), after.held.get()), (5 * SECOND_MICROS, 0));
                    let bill = bills(db, &["video_1", "video_2"])?.remove("video_1").unwrap();
                    assert_eq!((bill.status, bill.charged), (BillStatus::Settled, Some(end.captured)));
                    assert!(matches!(
                        release(db, "video_1", Reason::Failed, NOW_US),
                        Err(Error::SettledOtherwise(_))
                    ));
                    assert_eq!(books_balance(db)?.faults, Vec::<String>::new());
                    Ok::<_, Error>(())
                })
            })
            .unwrap();
    });
}

#[test]
fn credit_that_does_not_cover_a_hold_refuses_it_and_says_what_is_missing() {
    each_database(|store| {
        store
            .run_blocking(|db| {
                db.write_tx(|db| {
                    open(db, Mode::Prepaid, false)?;
                    give(db, 3 * SECOND_MICROS, "first")?;
                    let quote = quoted(db, 4)?;
                    let refused = db.write_tx(|db| hold(db, &PAYER, "video_1", &quote, NOW_US));
                    match refused {
                        Err(Error::InsufficientCredit { available, short }) => {
                            assert_eq!((available.get(), short.get()), (3 * SECOND_MICROS, SECOND_MICROS));
                        }
                        other => panic!("{other:?}"),
                    }
                    assert_eq!(release(db, "video_1", Reason::Failed, NOW_US)?, None, "nothing was held");
                    assert_eq!(books_balance(db)?.faults, Vec::<String>::new());
                    Ok::<_, Error>(())
                })
            })
            .unwrap();
    });
}
