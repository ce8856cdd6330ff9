//! Limits on what may be spent in a month, and alerts.

use diesel::prelude::*;
use kinora_billing::spend::{
    Scope, add_alert, alerts, change_alert, limit, remove_alert, remove_limit, set_limit, spent,
};
use kinora_billing::{Error, Micros, Mode, Month, Reason, capture, release};
use kinora_store::Db;
use kinora_store::schema::{events, spend};

use crate::tenant::{
    NOW_US, PAYER, SECOND_MICROS, give, money, of_seconds, open_other, refused, submit, with_books,
};

/// 2026-12-01T00:00:00Z, microseconds since 1970.
const DECEMBER_US: i64 = 1_796_083_200_000_000;
const CHANNEL: &str = r#"{"type":"email","recipients":["a@example.com"]}"#;
const SCOPES: [(Scope, &str); 3] = [
    (Scope::Organization, PAYER.organization),
    (Scope::Project, PAYER.project),
    (Scope::ApiKey, PAYER.api_key),
];

fn limited(db: &mut Db, whose: (Scope, &str), micros: i64) -> Result<(), Error> {
    set_limit(db, PAYER.organization, whose, Micros::new(micros), NOW_US)
}

fn november(db: &mut Db) -> Result<i64, Error> {
    let month = "2026-11".parse::<Month>().unwrap();
    Ok(spent(db, PAYER.organization, (Scope::ApiKey, PAYER.api_key), month)?.get())
}

#[test]
fn each_limit_lets_exactly_its_amount_through_and_not_a_micro_dollar_more() {
    for mode in [Mode::Prepaid, Mode::Postpaid] {
        for whose in SCOPES {
            with_books(mode, |db| {
                give(db, 100 * SECOND_MICROS, "first")?;
                limited(db, whose, 3 * SECOND_MICROS)?;
                submit(db, "video_1", 2, NOW_US)?;
                submit(db, "video_2", 1, NOW_US)?;
                let name = whose.0.name();
                let expected = format!(
                    "the monthly spend limit $0.300000 of the {name} leaves $0.000000, and $0.100000 is needed"
                );
                assert_eq!(refused(db, |db| submit(db, "video_3", 1, NOW_US)), expected);
                limited(db, whose, 4 * SECOND_MICROS - 1)?;
                assert!(refused(db, |db| submit(db, "video_3", 1, NOW_US)).contains("leaves $0.099999"));
                limited(db, whose, SECOND_MICROS)?;
                assert!(refused(db, |db| submit(db, "video_3", 1, NOW_US)).contains("leaves $0.000000"));
                assert!(remove_limit(db, PAYER.organization, whose)?);
                assert!(!remove_limit(db, PAYER.organization, whose)?);
                assert_eq!(limit(db, PAYER.organization, whose)?, None);
                submit(db, "video_3", 1, NOW_US).map(drop)
            });
        }
    }
}

#[test]
fn a_limit_begins_anew_with_the_month_and_what_comes_back_counts_for_the_month_it_was_held_in() {
    with_books(Mode::Prepaid, |db| {
        give(db, 100 * SECOND_MICROS, "first")?;
        limited(db, SCOPES[0], SECOND_MICROS)?;
        submit(db, "video_1", 1, DECEMBER_US - 1)?;
        assert!(refused(db, |db| submit(db, "video_2", 1, DECEMBER_US - 1)).contains("spend limit"));
        submit(db, "video_2", 1, DECEMBER_US)?;
        release(db, "video_1", Reason::Expired, DECEMBER_US)?;
        assert_eq!(november(db)?, 0);
        assert!(refused(db, |db| submit(db, "video_3", 1, DECEMBER_US)).contains("spend limit"));
        Ok(())
    });
}

#[test]
fn what_was_not_delivered_no_longer_counts_against_a_limit() {
    with_books(Mode::Postpaid, |db| {
        limited(db, SCOPES[2], 8 * SECOND_MICROS)?;
        submit(db, "video_1", 8, NOW_US)?;
        capture(db, "video_1", of_seconds(5), NOW_US)?;
        assert_eq!(november(db)?, 5 * SECOND_MICROS);
        submit(db, "video_2", 3, NOW_US)?;
        assert!(refused(db, |db| submit(db, "video_3", 1, NOW_US)).contains("leaves $0.000000"));
        Ok(())
    });
}

#[test]
fn a_refusal_that_is_stored_with_the_callers_own_rows_counts_nothing() {
    with_books(Mode::Prepaid, |db| {
        let id = add_alert(db, (PAYER.organization, None), Micros::new(1), CHANNEL, NOW_US)?.id;
        // Without a transaction of its own: the caller commits what was done until then.
        assert!(matches!(submit(db, "video_1", 1, NOW_US), Err(Error::InsufficientCredit { .. })));
        assert_eq!(november(db)?, 0);
        let alerts = alerts(db, PAYER.organization, None)?;
        assert_eq!((alerts[0].id.as_str(), alerts[0].triggered_month), (id.as_str(), None));
        let rang: i64 = events::table.count().get_result(db)?;
        assert_eq!((rang, money(db)?), (0, (0, 0, 0)));
        Ok(())
    });
}

#[test]
fn nobody_changes_the_limit_of_another_organization() {
    with_books(Mode::Postpaid, |db| {
        open_other(db, "org_b", "proj_b")?;
        limited(db, (Scope::Project, PAYER.project), 5)?;
        let foreign =
            refused(db, |db| set_limit(db, "org_b", (Scope::Project, PAYER.project), Micros::new(9), NOW_US));
        assert_eq!(foreign, "the project proj_a is another organization's");
        assert!(!remove_limit(db, "org_b", (Scope::Project, PAYER.project))?);
        assert_eq!(limit(db, "org_b", (Scope::Project, PAYER.project))?, None);
        assert_eq!(limit(db, PAYER.organization, (Scope::Project, PAYER.project))?, Some(Micros::new(5)));
        assert!(refused(db, |db| limited(db, SCOPES[0], -1)).contains("below 0"));
        Ok(())
    });
}

#[test]
fn an_alert_goes_off_once_a_month_when_its_amount_is_reached() {
    with_books(Mode::Postpaid, |db| {
        let whole =
            add_alert(db, (PAYER.organization, None), Micros::new(2 * SECOND_MICROS), CHANNEL, NOW_US)?;
        let part = (PAYER.organization, Some(PAYER.project));
        let project = add_alert(db, part, Micros::new(3 * SECOND_MICROS), CHANNEL, NOW_US)?;
        let rang = |db: &mut Db| -> Result<Vec<(String, Option<String>)>, Error> {
            let rows: Vec<(String, Option<String>)> =
                events::table.order(events::id).select((events::data, events::project_id)).load(db)?;
            let name = |data: &str| serde_json::from_str::<serde_json::Value>(data).unwrap();
            Ok(rows
                .into_iter()
                .map(|(data, of)| (name(&data)["id"].as_str().unwrap().to_owned(), of))
                .collect())
        };
        submit(db, "video_1", 1, NOW_US)?;
        assert_eq!(rang(db)?, []);
        submit(db, "video_2", 1, NOW_US)?;
        assert_eq!(rang(db)?, [(whole.id.clone(), None)]);
        release(db, "video_2", Reason::Failed, NOW_US)?;
        submit(db, "video_3", 1, NOW_US)?;
        assert_eq!(rang(db)?.len(), 1, "falling below and reaching it again is not news");
        submit(db, "video_4", 1, NOW_US)?;
        assert_eq!(rang(db)?[1], (project.id, Some(PAYER.project.to_owned())));
        submit(db, "video_5", 2, DECEMBER_US)?;
        assert_eq!(rang(db)?[2..], [(whole.id.clone(), None)], "a new month");
        change_alert(db, PAYER.organization, &whole.id, Micros::new(1), CHANNEL)?;
        submit(db, "video_6", 2, DECEMBER_US)?;
        assert_eq!(rang(db)?.len(), 5, "the one that was changed, and the project's");
        assert!(remove_alert(db, PAYER.organization, &whole.id)?);
        assert_eq!(change_alert(db, PAYER.organization, &whole.id, Micros::new(1), CHANNEL)?, None);
        Ok(())
    });
}

#[test]
fn the_event_of_an_alert_says_what_was_spent() {
    with_books(Mode::Postpaid, |db| {
        let alert = add_alert(db, (PAYER.organization, None), Micros::new(1), CHANNEL, NOW_US)?;
        submit(db, "video_1", 2, NOW_US)?;
        let (kind, data): (String, String) = events::table.select((events::kind, events::data)).first(db)?;
        assert_eq!(kind, "spend_alert.triggered");
        let expected = serde_json::json!({
            "id": alert.id, "month": "2026-11", "threshold": "0.000001", "spent": "0.200000", "currency": "usd",
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&data).unwrap(), expected);
        Ok(())
    });
}

#[test]
fn an_organization_has_a_hundred_alerts_and_no_more() {
    with_books(Mode::Postpaid, |db| {
        for _ in 0..100 {
            add_alert(db, (PAYER.organization, None), Micros::new(1), CHANNEL, NOW_US)?;
        }
        let one_more =
            |db: &mut Db| add_alert(db, (PAYER.organization, None), Micros::new(1), CHANNEL, NOW_US);
        assert_eq!(refused(db, one_more), "an organization has at most 100 alerts");
        let nothing = |db: &mut Db| add_alert(db, (PAYER.organization, None), Micros::ZERO, CHANNEL, NOW_US);
        assert_eq!(refused(db, nothing), "a threshold must be above 0");
        Ok(())
    });
}

#[test]
fn what_counts_is_kept_by_key_and_month() {
    with_books(Mode::Postpaid, |db| {
        submit(db, "video_1", 1, NOW_US)?;
        submit(db, "video_2", 2, DECEMBER_US)?;
        submit(db, "video_3", 3, DECEMBER_US)?;
        let rows: Vec<(i32, i64)> =
            spend::table.order(spend::month).select((spend::month, spend::committed_micros)).load(db)?;
        assert_eq!(rows, [(202_611, SECOND_MICROS), (202_612, 5 * SECOND_MICROS)]);
        Ok(())
    });
}
