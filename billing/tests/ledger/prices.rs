//! Price lists, discounts, and the quotes that are made of them.

use kinora_billing::{
    BasisPoints, Component, Error, Item, Micros, Mode, Operation, PriceFile, Quantities, active_list, bills,
    capture, discounts, hold, load_prices, price_lists, quote, set_discount, withdraw_prices,
};
use kinora_store::Db;

use crate::tenant::{
    DAY_US, NOW_US, PAYER, SECOND_MICROS, give, of_seconds, open_other, refused, submit, with_books,
};

fn file(id: &str, effective: &str, per_second: i64) -> PriceFile {
    PriceFile::parse(&format!(
        "id = \"{id}\"\neffective = \"{effective}\"\ncurrency = \"usd\"\n[[prices]]\nmodel = \"colour-bars\"\n\
         operations = [\"create\"]\ntier = \"720p\"\nper_second_micros = {per_second}\n"
    ))
    .unwrap()
}

fn second_at(db: &mut Db, now_us: i64) -> Result<(String, i64), Error> {
    let item = Item { model: "colour-bars".into(), operation: Operation::Create, tier: "720p".into() };
    let quote = quote(db, (PAYER.organization, PAYER.project), &item, of_seconds(1), now_us)?;
    Ok((quote.price_list, quote.total.get()))
}

#[test]
fn the_newest_list_in_force_counts_from_its_first_moment_and_a_withdrawn_one_never() {
    with_books(Mode::Prepaid, |db| {
        // 2026-11-24 begins twelve hours after NOW_US.
        let begins_us = NOW_US + DAY_US / 2;
        load_prices(db, &file("newer", "2026-11-24", 7), NOW_US)?;
        load_prices(db, &file("mistake", "2026-11-25", 9), NOW_US)?;
        load_prices(db, &file("older", "2025-01-01", 5), NOW_US)?;
        assert!(withdraw_prices(db, "mistake", NOW_US)?.withdrawn_at.is_some());
        let example = "2026-01-01-example".to_owned();
        assert_eq!(second_at(db, begins_us - 1)?, (example, SECOND_MICROS));
        assert_eq!(second_at(db, begins_us)?, ("newer".to_owned(), 7));
        assert_eq!(second_at(db, begins_us + 30 * DAY_US)?, ("newer".to_owned(), 7));
        assert_eq!(active_list(db, begins_us)?.unwrap().id, "newer");
        let all: Vec<String> = price_lists(db)?.into_iter().map(|list| list.id).collect();
        assert_eq!(all, ["mistake", "newer", "2026-01-01-example", "older"]);
        Ok(())
    });
}

#[test]
fn what_the_list_in_force_leaves_out_has_no_price_and_not_the_old_one() {
    with_books(Mode::Prepaid, |db| {
        load_prices(db, &file("newer", "2026-11-24", 7), NOW_US)?;
        let item = Item { model: "colour-bars".into(), operation: Operation::Remix, tier: "720p".into() };
        let at = |db: &mut Db, now_us| {
            quote(db, (PAYER.organization, PAYER.project), &item, of_seconds(1), now_us)
        };
        assert_eq!(at(db, NOW_US)?.total.get(), SECOND_MICROS);
        assert_eq!(
            refused(db, |db| at(db, NOW_US + DAY_US)),
            "there is no price for remix with the model colour-bars at 720p"
        );
        assert!(matches!(at(db, 0), Err(Error::NoPrice { .. })), "no list was in force in 1970");
        Ok(())
    });
}

#[test]
fn a_list_never_changes_and_one_that_is_in_force_stays() {
    with_books(Mode::Prepaid, |db| {
        let first = load_prices(db, &file("newer", "2026-11-24", 7), NOW_US)?;
        assert_eq!(load_prices(db, &file("newer", "2026-11-24", 7), NOW_US + 1)?, first, "the same again");
        let other = refused(db, |db| load_prices(db, &file("newer", "2026-11-24", 8), NOW_US));
        assert!(other.contains("was loaded with other content"), "{other}");
        for (id, at_us, expected) in [
            ("none", NOW_US, "there is no price list none"),
            ("newer", NOW_US + DAY_US, "is in force, so it stays"),
            ("newer", NOW_US + DAY_US / 2, "is in force, so it stays"),
        ] {
            let why = refused(db, |db| withdraw_prices(db, id, at_us));
            assert!(why.contains(expected), "{why}");
        }
        withdraw_prices(db, "newer", NOW_US + DAY_US / 2 - 1)?;
        assert!(refused(db, |db| withdraw_prices(db, "newer", NOW_US)).contains("withdrawn already"));
        assert!(
            load_prices(db, &file("newer", "2026-11-24", 7), NOW_US)?.withdrawn_at.is_some(),
            "not brought back"
        );
        Ok(())
    });
}

/// Project (or all of them), hundredths of a percent, from when (days from now); and what a second costs then.
type Off = (Option<&'static str>, i32, i64);

#[test]
fn a_projects_discount_goes_before_its_organizations_and_the_newest_in_force_counts() {
    let (all, mine) = (None, Some(PAYER.project));
    let cases: [(&str, &[Off], i64); 9] = [
        ("none", &[], 100_000),
        ("the organization's", &[(all, 1_000, 0)], 90_000),
        ("the project's first, though smaller and older", &[(mine, 100, -9), (all, 5_000, 0)], 99_000),
        ("the project's first, though nothing", &[(mine, 0, 0), (all, 5_000, 0)], 100_000),
        ("the newest in force", &[(all, 1_000, -2), (all, 2_000, -1)], 80_000),
        ("whichever was set first", &[(all, 2_000, -1), (all, 1_000, -2)], 80_000),
        ("of one day the last that was set", &[(all, 1_000, 0), (all, 3_000, 0)], 70_000),
        ("not before its time", &[(all, 1_000, 1)], 100_000),
        ("all of it", &[(mine, 10_000, 0)], 0),
    ];
    for (what, off, expected) in cases {
        with_books(Mode::Prepaid, |db| {
            open_other(db, "org_b", "proj_b")?;
            let whole = BasisPoints::new(10_000).unwrap();
            set_discount(db, ("org_b", None), (whole, "another's"), NOW_US, NOW_US)?;
            set_discount(db, ("org_b", Some("proj_b")), (whole, "another's"), NOW_US, NOW_US)?;
            for (project, points, days) in off {
                let points = BasisPoints::new(*points).unwrap();
                let from_us = NOW_US + days * DAY_US;
                set_discount(db, (PAYER.organization, *project), (points, "a test"), from_us, NOW_US)?;
            }
            assert_eq!(second_at(db, NOW_US)?.1, expected, "{what}");
            assert_eq!(discounts(db, PAYER.organization)?.len(), off.len());
            Ok(())
        });
    }
}

#[test]
fn each_line_is_rounded_up_once() {
    with_books(Mode::Prepaid, |db| {
        let file = "id = \"odd\"\neffective = \"2026-11-02\"\ncurrency = \"usd\"\n[[prices]]\nmodel = \"m\"\n\
             operations = [\"cameo\"]\ntier = \"720p\"\nper_second_micros = 333\nper_job_micros = 10\n\
             per_reference_micros = 7\n";
        load_prices(db, &PriceFile::parse(file).unwrap(), NOW_US)?;
        let off = BasisPoints::new(3_333).unwrap();
        set_discount(db, (PAYER.organization, None), (off, "a third"), NOW_US, NOW_US)?;
        let item = Item { model: "m".into(), operation: Operation::Cameo, tier: "720p".into() };
        let asked = Quantities { milliseconds: 1_500, references: 3 };
        let quote = quote(db, (PAYER.organization, PAYER.project), &item, asked, NOW_US)?;
        let lines = quote.lines(asked).unwrap();
        let lines: Vec<_> =
            lines.iter().map(|line| (line.component, line.quantity_milli, line.amount.get())).collect();
        // 499.5, 10 and 21 micro-dollars, of which 66.67 % are 333.01665, 6.667 and 14.0007.
        let expected =
            [(Component::Second, 1_500, 334), (Component::Job, 1_000, 7), (Component::Reference, 3_000, 15)];
        assert_eq!((lines.as_slice(), quote.total), (expected.as_slice(), Micros::new(356)));
        Ok(())
    });
}

#[test]
fn a_clip_is_charged_at_the_prices_it_was_asked_for_at_whatever_happened_since() {
    with_books(Mode::Prepaid, |db| {
        give(db, 10 * SECOND_MICROS, "first")?;
        submit(db, "video_1", 4, NOW_US)?;
        load_prices(db, &file("newer", "2026-11-24", 7), NOW_US)?;
        let off = BasisPoints::new(10_000).unwrap();
        set_discount(db, (PAYER.organization, None), (off, "free"), NOW_US, NOW_US)?;
        let end = capture(db, "video_1", of_seconds(4), NOW_US + 9 * DAY_US)?.unwrap();
        assert_eq!(end.captured.get(), 4 * SECOND_MICROS);
        let bill = bills(db, &["video_1"])?.remove("video_1").unwrap();
        assert_eq!(bill.quote.price_list, "2026-01-01-example");
        assert_eq!(bill.quote.cost(of_seconds(4)), bill.charged);
        Ok(())
    });
}

#[test]
fn what_costs_nothing_is_held_and_charged_as_nothing() {
    for mode in [Mode::Prepaid, Mode::Postpaid] {
        with_books(mode, |db| {
            let off = BasisPoints::new(10_000).unwrap();
            set_discount(db, (PAYER.organization, None), (off, "free"), NOW_US, NOW_US)?;
            let item =
                Item { model: "colour-bars".into(), operation: Operation::Create, tier: "720p".into() };
            let free = quote(db, (PAYER.organization, PAYER.project), &item, of_seconds(20), NOW_US)?;
            hold(db, &PAYER, "video_1", &free, NOW_US)?;
            let end = capture(db, "video_1", of_seconds(20), NOW_US)?.unwrap();
            assert_eq!((end.captured, end.released), (Micros::ZERO, Micros::ZERO));
            Ok(())
        });
    }
}

#[test]
fn the_dearest_list_there_can_be_prices_the_longest_output_there_can_be() {
    with_books(Mode::Postpaid, |db| {
        load_prices(db, &file("dear", "2026-11-02", 1_000_000_000_000), NOW_US)?;
        assert_eq!(second_at(db, NOW_US)?.1, 1_000_000_000_000);
        let item = Item { model: "colour-bars".into(), operation: Operation::Create, tier: "720p".into() };
        let longest = Quantities { milliseconds: u32::MAX, references: 0 };
        let quote = quote(db, (PAYER.organization, PAYER.project), &item, longest, NOW_US)?;
        assert_eq!(quote.total.get(), i64::from(u32::MAX) * 1_000_000_000);
        Ok(())
    });
}
