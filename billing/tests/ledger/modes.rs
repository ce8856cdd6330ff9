//! Paying before and after, changing between them, and what another book is told.

use diesel::prelude::*;
use kinora_billing::{
    Error, Micros, Mode, Reason, Store, balances, books_balance, capture, pay_owed, profile, release,
    set_external_customer, set_mode, set_owed_limit, statement, statement_months,
};
use kinora_store::Db;
use kinora_store::schema::mirror_outbox;
use kinora_store::testing::each_database;

use crate::tenant::{
    DAY_US, NOW_US, PAYER, SECOND_MICROS, give, money, of_seconds, open, open_other, refused, submit,
    with_books,
};

#[test]
fn whoever_pays_afterwards_may_owe_exactly_the_limit_what_is_held_included() {
    with_books(Mode::Postpaid, |db| {
        set_owed_limit(db, PAYER.organization, Some(Micros::new(3 * SECOND_MICROS)))?;
        submit(db, "video_1", 2, NOW_US)?;
        capture(db, "video_1", of_seconds(1), NOW_US)?;
        submit(db, "video_2", 2, NOW_US)?;
        assert_eq!(money(db)?, (0, 2 * SECOND_MICROS, -3 * SECOND_MICROS));
        assert_eq!(
            refused(db, |db| submit(db, "video_3", 1, NOW_US)),
            "$0.000000 is available and $0.100000 more is needed"
        );
        set_owed_limit(db, PAYER.organization, Some(Micros::new(4 * SECOND_MICROS - 1)))?;
        assert!(refused(db, |db| submit(db, "video_3", 1, NOW_US)).contains("$0.000001 more"));
        for (limit, expected) in [(3 * SECOND_MICROS - 1, "owes more than that"), (-1, "below 0")] {
            let why = refused(db, |db| set_owed_limit(db, PAYER.organization, Some(Micros::new(limit))));
            assert!(why.contains(expected), "{why}");
        }
        set_owed_limit(db, PAYER.organization, None)?;
        submit(db, "video_3", 20, NOW_US)?;
        assert_eq!(balances(db, PAYER.organization)?.owed_limit, None);
        Ok(())
    });
}

#[test]
fn a_payment_counts_once_and_never_for_somebody_else() {
    with_books(Mode::Postpaid, |db| {
        open_other(db, "org_b", "proj_b")?;
        submit(db, "video_1", 2, NOW_US)?;
        let pay = |db: &mut Db, organization: &str, micros: i64| {
            pay_owed(db, organization, Micros::new(micros), "in_1", NOW_US)
        };
        for _ in 0..2 {
            pay(db, PAYER.organization, 5 * SECOND_MICROS)?;
            assert_eq!(money(db)?.2, 3 * SECOND_MICROS, "what was paid beyond what is owed stays theirs");
        }
        for (organization, micros) in [(PAYER.organization, 5), ("org_b", 5 * SECOND_MICROS)] {
            let why = refused(db, |db| pay(db, organization, micros));
            assert!(why.contains("another transfer has the key"), "{why}");
        }
        assert!(refused(db, |db| pay(db, PAYER.organization, 0)).contains("above 0"));
        Ok(())
    });
}

#[test]
fn what_is_held_goes_back_to_where_it_came_from_though_the_mode_has_changed() {
    with_books(Mode::Prepaid, |db| {
        give(db, 4 * SECOND_MICROS, "first")?;
        submit(db, "video_1", 4, NOW_US)?;
        set_mode(db, PAYER.organization, Mode::Postpaid, false, NOW_US)?;
        submit(db, "video_2", 3, NOW_US)?;
        assert_eq!(money(db)?, (0, 7 * SECOND_MICROS, -3 * SECOND_MICROS));
        capture(db, "video_1", of_seconds(3), NOW_US)?;
        set_mode(db, PAYER.organization, Mode::Prepaid, false, NOW_US)?;
        release(db, "video_2", Reason::Canceled, NOW_US)?;
        assert_eq!(money(db)?, (SECOND_MICROS, 0, 0));
        Ok(())
    });
}

#[test]
fn nobody_is_charged_who_has_no_accounts() {
    with_books(Mode::Prepaid, |db| {
        let nobody = "the organization org_none has no billing profile";
        assert_eq!(refused(db, |db| profile(db, "org_none")), nobody);
        assert_eq!(refused(db, |db| balances(db, "org_none")), nobody);
        assert_eq!(refused(db, |db| set_mode(db, "org_none", Mode::Prepaid, false, NOW_US)), nobody);
        assert_eq!(profile(db, PAYER.organization)?.mode, Mode::Prepaid);
        Ok(())
    });
}

#[test]
fn a_subject_is_held_for_once_and_settled_once() {
    with_books(Mode::Prepaid, |db| {
        give(db, 4 * SECOND_MICROS, "first")?;
        submit(db, "video_1", 4, NOW_US)?;
        // Before credit is looked at: whoever asks again is told what is the matter.
        assert_eq!(
            refused(db, |db| submit(db, "video_1", 4, NOW_US)),
            "something is already held for video_1"
        );
        let end = release(db, "video_1", Reason::Moderated, NOW_US)?;
        assert_eq!(release(db, "video_1", Reason::Failed, NOW_US + 1)?, end, "again changes nothing");
        let late = refused(db, |db| capture(db, "video_1", of_seconds(4), NOW_US));
        assert_eq!(late, "the hold for video_1 was settled otherwise");
        assert_eq!(
            refused(db, |db| submit(db, "video_1", 4, NOW_US)),
            "something is already held for video_1"
        );
        assert_eq!(capture(db, "video_2", of_seconds(4), NOW_US)?, None);
        assert_eq!(money(db)?, (4 * SECOND_MICROS, 0, 0));
        Ok(())
    });
}

fn mirrored(mode: Mode, test: impl Fn(&mut Db) -> Result<(), Error>) {
    each_database(|store: &Store| {
        let done = store.run_blocking(|db| {
            db.write_tx(|db| {
                open(db, mode, true)?;
                test(db)?;
                assert_eq!(books_balance(db)?.faults, Vec::<String>::new());
                Ok::<_, Error>(())
            })
        });
        done.unwrap();
    });
}

fn told(db: &mut Db) -> Result<Vec<(String, i64)>, Error> {
    let rows = mirror_outbox::table.order(mirror_outbox::id);
    Ok(rows.select((mirror_outbox::kind, mirror_outbox::amount_micros)).load(db)?)
}

#[test]
fn another_book_is_told_once_of_the_customer_of_credit_and_of_what_is_owed() {
    mirrored(Mode::Postpaid, |db| {
        give(db, 7, "first")?;
        give(db, 7, "first")?;
        submit(db, "video_1", 4, NOW_US)?;
        for _ in 0..2 {
            capture(db, "video_1", of_seconds(3), NOW_US)?;
        }
        submit(db, "video_2", 4, NOW_US)?;
        capture(db, "video_2", of_seconds(0), NOW_US)?;
        submit(db, "video_3", 4, NOW_US)?;
        release(db, "video_3", Reason::Failed, NOW_US)?;
        let expected = [("customer", 0), ("credit_grant", 7), ("usage", 3 * SECOND_MICROS)];
        assert_eq!(told(db)?, expected.map(|(kind, micros)| (kind.to_owned(), micros)));
        set_external_customer(db, PAYER.organization, "cus_1")?;
        let after = set_mode(db, PAYER.organization, Mode::Postpaid, true, NOW_US)?;
        assert_eq!((after.external_customer.as_deref(), told(db)?.len()), (Some("cus_1"), 3));
        Ok(())
    });
}

#[test]
fn another_book_is_told_of_credit_and_of_what_it_paid_for_so_that_the_difference_is_what_is_owed() {
    for mode in [Mode::Prepaid, Mode::Postpaid] {
        mirrored(mode, |db| {
            give(db, 4 * SECOND_MICROS, "first")?;
            submit(db, "video_1", 4, NOW_US)?;
            capture(db, "video_1", of_seconds(4), NOW_US)?;
            let expected =
                [("customer", 0), ("credit_grant", 4 * SECOND_MICROS), ("usage", 4 * SECOND_MICROS)];
            assert_eq!(told(db)?, expected.map(|(kind, micros)| (kind.to_owned(), micros)));
            assert_eq!(money(db)?, (0, 0, 0));
            Ok(())
        });
    }
}

#[test]
fn whoever_pays_afterwards_spends_credit_first_where_it_covers_the_whole() {
    with_books(Mode::Postpaid, |db| {
        give(db, 5 * SECOND_MICROS, "first")?;
        submit(db, "video_1", 4, NOW_US)?;
        assert_eq!(money(db)?, (SECOND_MICROS, 4 * SECOND_MICROS, 0));
        // One second's worth is left, which does not cover four: all of it is owed.
        submit(db, "video_2", 4, NOW_US)?;
        assert_eq!(money(db)?, (SECOND_MICROS, 8 * SECOND_MICROS, -4 * SECOND_MICROS));
        submit(db, "video_3", 1, NOW_US)?;
        assert_eq!(money(db)?, (0, 9 * SECOND_MICROS, -4 * SECOND_MICROS));
        Ok(())
    });
}

#[test]
fn a_statement_is_the_lines_captured_in_its_month() {
    with_books(Mode::Postpaid, |db| {
        // 2026-12-01T00:00:00Z is seven and a half days after NOW_US.
        let december_us = NOW_US + 7 * DAY_US + DAY_US / 2;
        for (subject, at_us) in [
            ("video_1", NOW_US),
            ("video_2", december_us - 1),
            ("video_3", december_us),
            ("video_4", NOW_US + 90 * DAY_US),
        ] {
            submit(db, subject, 4, NOW_US)?;
            capture(db, subject, of_seconds(2), at_us)?;
        }
        let months = statement_months(db, PAYER.organization)?;
        let shown: Vec<_> = months.iter().map(|(month, sum)| (month.to_string(), sum.get())).collect();
        let expected = [("2027-02", 2), ("2026-12", 2), ("2026-11", 4)];
        assert_eq!(shown, expected.map(|(month, seconds)| (month.to_owned(), seconds * SECOND_MICROS)));
        let november = statement(db, PAYER.organization, months[2].0)?;
        let subjects: Vec<&str> = november.lines.iter().map(|line| line.subject.as_str()).collect();
        assert_eq!((subjects.as_slice(), november.total), (["video_1", "video_2"].as_slice(), months[2].1));
        assert_eq!(statement(db, "org_none", months[2].0)?.total, Micros::ZERO);
        Ok(())
    });
}
