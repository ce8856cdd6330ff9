//! The order in which credit is spent, how it ends, and how it is taken back.

use kinora_billing::{
    Error, Funding, Grant, Micros, Mode, Reason, blocks, expire_due, grant, release, take_back,
};
use kinora_store::Db;

use crate::tenant::{
    DAY_US, NOW_US, PAYER, SECOND_MICROS, give, money, open_other, refused, submit, with_books,
};

/// Source, priority, and after how many days it ends.
type Given = (Funding, i32, Option<i64>);

fn give_block(db: &mut Db, name: &str, (funding, priority, days): Given) -> Result<String, Error> {
    let credit = Grant {
        organization: PAYER.organization,
        funding,
        amount: Micros::new(SECOND_MICROS),
        priority,
        expires_at_us: days.map(|days| NOW_US + days * DAY_US),
        reason: name,
        idempotency_key: name,
    };
    Ok(grant(db, &credit, NOW_US)?.id)
}

#[test]
fn credit_is_spent_by_priority_then_gifts_first_then_what_ends_soonest_then_the_oldest() {
    use Funding::{Manual, Promotional, Stripe};
    let cases: [(&str, &[Given], &[usize]); 6] = [
        ("priority before all else", &[(Promotional, 2, Some(1)), (Stripe, 1, None)], &[1, 0]),
        ("gifts before what was paid", &[(Stripe, 5, Some(1)), (Promotional, 5, None)], &[1, 0]),
        ("what ends soonest", &[(Stripe, 5, None), (Stripe, 5, Some(9)), (Manual, 5, Some(3))], &[2, 1, 0]),
        ("the oldest", &[(Stripe, 5, Some(3)), (Manual, 5, Some(3)), (Stripe, 5, Some(3))], &[0, 1, 2]),
        ("what never ends comes last", &[(Promotional, 5, None), (Promotional, 5, Some(400))], &[1, 0]),
        (
            "all together",
            &[(Stripe, 50, None), (Promotional, 50, None), (Manual, 0, None), (Promotional, 50, Some(2))],
            &[2, 3, 1, 0],
        ),
    ];
    for (what, given, order) in cases {
        with_books(Mode::Prepaid, |db| {
            let mut ids = Vec::new();
            for (number, given) in given.iter().enumerate() {
                ids.push(give_block(db, &format!("block {number}"), *given)?);
            }
            for (step, next) in order.iter().enumerate() {
                submit(db, &format!("video_{step}"), 1, NOW_US)?;
                let mut empty: Vec<String> = blocks(db, PAYER.organization)?
                    .into_iter()
                    .filter(|b| b.remaining_micros == 0)
                    .map(|b| b.id)
                    .collect();
                let mut expected: Vec<String> =
                    order[..=step].iter().map(|index| ids[*index].clone()).collect();
                empty.sort();
                expected.sort();
                assert_eq!(empty, expected, "{what}: block {next} is the next");
            }
            Ok(())
        });
    }
}

#[test]
fn credit_can_be_spent_until_the_moment_it_ends_and_not_in_it() {
    with_books(Mode::Prepaid, |db| {
        give_block(db, "ends", (Funding::Promotional, 5, Some(1)))?;
        let end_us = NOW_US + DAY_US;
        assert_eq!(
            refused(db, |db| submit(db, "video_1", 1, end_us)),
            "$0.000000 is available and $0.100000 more is needed"
        );
        submit(db, "video_2", 1, end_us - 1)?;
        assert_eq!(money(db)?, (0, SECOND_MICROS, 0));
        Ok(())
    });
}

#[test]
fn what_is_given_back_to_a_block_that_ended_ends_again() {
    with_books(Mode::Prepaid, |db| {
        let block = give_block(db, "ends", (Funding::Promotional, 5, Some(1)))?;
        submit(db, "video_1", 1, NOW_US)?;
        let later_us = NOW_US + 2 * DAY_US;
        assert_eq!(expire_due(db, later_us, 10)?, 0, "nothing is left in it");
        release(db, "video_1", Reason::Failed, later_us)?;
        assert_eq!(money(db)?, (SECOND_MICROS, 0, 0), "it came back to where it was from");
        assert!(refused(db, |db| submit(db, "video_2", 1, later_us)).contains("$0.000000 is available"));
        assert_eq!(expire_due(db, later_us, 10)?, 1);
        assert_eq!(money(db)?, (0, 0, 0));
        assert_eq!(expire_due(db, later_us, 10)?, 0, "and once is enough");
        let there = blocks(db, PAYER.organization)?;
        assert_eq!((there[0].id.as_str(), there[0].remaining_micros), (block.as_str(), 0));
        Ok(())
    });
}

#[test]
fn a_sweep_ends_no_more_than_it_was_asked_to_and_nothing_that_has_time() {
    with_books(Mode::Prepaid, |db| {
        open_other(db, "org_b", "proj_b")?;
        for organization in [PAYER.organization, "org_b"] {
            let credit = Grant {
                organization,
                funding: Funding::Stripe,
                amount: Micros::new(7),
                priority: 5,
                expires_at_us: Some(NOW_US + DAY_US),
                reason: "ends",
                idempotency_key: organization,
            };
            grant(db, &credit, NOW_US)?;
        }
        give(db, 5, "stays")?;
        assert_eq!(expire_due(db, NOW_US + DAY_US - 1, 10)?, 0);
        assert_eq!(expire_due(db, NOW_US + DAY_US, 1)?, 1);
        assert_eq!(expire_due(db, NOW_US + DAY_US, 10)?, 1);
        assert_eq!(money(db)?, (5, 0, 0));
        Ok(())
    });
}

#[test]
fn credit_is_taken_back_once_in_the_order_in_which_it_is_spent() {
    with_books(Mode::Prepaid, |db| {
        open_other(db, "org_b", "proj_b")?;
        give_block(db, "second", (Funding::Stripe, 5, None))?;
        let first = give_block(db, "first", (Funding::Promotional, 5, None))?;
        let take = |db: &mut Db, organization: &str, micros: i64, key: &str| {
            take_back(db, organization, Micros::new(micros), (key, "a mistake"), NOW_US)
        };
        for _ in 0..2 {
            take(db, PAYER.organization, SECOND_MICROS - 1, "a")?;
            assert_eq!(money(db)?.0, SECOND_MICROS + 1);
        }
        let left = blocks(db, PAYER.organization)?.into_iter().find(|block| block.id == first).unwrap();
        assert_eq!(left.remaining_micros, 1);
        assert_eq!(
            refused(db, |db| take(db, PAYER.organization, SECOND_MICROS + 2, "b")),
            "$0.100001 is available and $0.000001 more is needed"
        );
        for (organization, micros) in [(PAYER.organization, 5), ("org_b", SECOND_MICROS - 1)] {
            let why = refused(db, |db| take(db, organization, micros, "a"));
            assert!(why.contains("another transfer has the key"), "{why}");
        }
        assert!(refused(db, |db| take(db, PAYER.organization, 0, "c")).contains("above 0"));
        Ok(())
    });
}

#[test]
fn a_grant_that_is_asked_for_again_gives_nothing_more_also_after_its_end() {
    with_books(Mode::Prepaid, |db| {
        open_other(db, "org_b", "proj_b")?;
        let mut credit = Grant {
            organization: PAYER.organization,
            funding: Funding::Stripe,
            amount: Micros::new(7),
            priority: 5,
            expires_at_us: Some(NOW_US + 1),
            reason: "bought",
            idempotency_key: "a",
        };
        let first = grant(db, &credit, NOW_US)?;
        assert_eq!(grant(db, &credit, NOW_US + DAY_US)?, first, "the answer to the first was lost for a day");
        assert_eq!(money(db)?.0, 7);
        credit.amount = Micros::new(8);
        assert!(refused(db, |db| grant(db, &credit, NOW_US)).contains("another grant has the key a"));
        credit.amount = Micros::new(7);
        credit.organization = "org_b";
        assert!(refused(db, |db| grant(db, &credit, NOW_US)).contains("another grant has the key a"));
        Ok(())
    });
}

#[test]
fn a_grant_that_cannot_be_says_why() {
    with_books(Mode::Prepaid, |db| {
        let good = Grant {
            organization: PAYER.organization,
            funding: Funding::Manual,
            amount: Micros::new(1),
            priority: 0,
            expires_at_us: None,
            reason: "a",
            idempotency_key: "a",
        };
        let long = "a".repeat(501);
        let wrong = [
            (Grant { amount: Micros::ZERO, ..good.clone() }, "above 0"),
            (Grant { priority: 101, ..good.clone() }, "0 to 100"),
            (Grant { priority: -1, ..good.clone() }, "0 to 100"),
            (Grant { expires_at_us: Some(NOW_US), ..good.clone() }, "ended already"),
            (Grant { reason: "", ..good.clone() }, "the reason"),
            (Grant { reason: &long, ..good.clone() }, "the reason"),
            (Grant { organization: "org_none", ..good.clone() }, "no billing profile"),
        ];
        for (credit, expected) in wrong {
            let why = refused(db, |db| grant(db, &credit, NOW_US));
            assert!(why.contains(expected), "{why}");
        }
        grant(db, &good, NOW_US).map(drop)
    });
}

#[test]
fn blocks_whose_time_is_over_do_not_keep_new_credit_out() {
    with_books(Mode::Prepaid, |db| {
        for number in 0..1_000 {
            give_block(db, &format!("block {number}"), (Funding::Stripe, 5, Some(1)))?;
        }
        let more = Grant {
            organization: PAYER.organization,
            funding: Funding::Stripe,
            amount: Micros::new(7),
            priority: 5,
            expires_at_us: None,
            reason: "bought",
            idempotency_key: "more",
        };
        assert!(refused(db, |db| grant(db, &more, NOW_US)).contains("at most 1000 blocks"));
        grant(db, &more, NOW_US + DAY_US)?;
        assert_eq!(money(db)?.0, 7);
        Ok(())
    });
}
