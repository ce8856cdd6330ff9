//! What the database itself refuses, whoever asks: each is tried in plain SQL.

use diesel::connection::SimpleConnection as _;
use kinora_billing::spend::{Scope, set_limit};
use kinora_billing::{BasisPoints, Error, Micros, Mode, books_balance, capture, set_discount};
use kinora_store::testing::each_database;
use kinora_store::{Db, Dialect};

use crate::tenant::{NOW_US, PAYER, SECOND_MICROS, give, of_seconds, open, submit};

/// A row in every table: one hold that is settled, and one that is open.
fn fill(db: &mut Db) -> Result<(), Error> {
    open(db, Mode::Prepaid, true)?;
    give(db, 10 * SECOND_MICROS, "first")?;
    let off = BasisPoints::new(100).unwrap();
    set_discount(db, (PAYER.organization, None), (off, "a test"), NOW_US, NOW_US)?;
    set_limit(db, PAYER.organization, (Scope::Project, PAYER.project), Micros::new(1_000_000_000), NOW_US)?;
    submit(db, "video_1", 4, NOW_US)?;
    capture(db, "video_1", of_seconds(3), NOW_US)?;
    submit(db, "video_2", 4, NOW_US).map(drop)
}

/// Runs SQL alone; what the database says to it.
fn refusal(db: &mut Db, sql: &str) -> String {
    match db.write_tx(|db| db.batch_execute(sql)) {
        Ok(()) => panic!("{:?} takes {sql}", db.dialect()),
        Err(error) => error.to_string(),
    }
}

fn each_filled(test: impl Fn(&mut Db)) {
    each_database(|store| {
        let done = store.run_blocking(|db| {
            db.write_tx(fill)?;
            test(db);
            assert_eq!(books_balance(db)?.faults, Vec::<String>::new());
            Ok::<_, Error>(())
        });
        done.unwrap();
    });
}

/// Tables whose rows stay as they were written, with a column each.
const WRITTEN_ONCE: [(&str, &str); 7] = [
    ("transfers", "amount_micros"),
    ("holds", "amount_micros"),
    ("settlements", "captured_micros"),
    ("lines", "amount_micros"),
    ("credit_block_entries", "amount_micros"),
    ("prices", "per_second_micros"),
    ("discounts", "basis_points"),
];

#[test]
fn what_was_written_is_never_changed_or_deleted() {
    each_filled(|db| {
        let emptied: &[&str] = match db.dialect() {
            Dialect::Sqlite => &[],
            Dialect::Postgres => &["TRUNCATE {} CASCADE"],
        };
        for (table, column) in WRITTEN_ONCE {
            let tries =
                [format!("UPDATE {table} SET {column} = {column} + 1"), format!("DELETE FROM {table}")];
            let emptied = emptied.iter().map(|sql| sql.replace("{}", table));
            for sql in tries.into_iter().chain(emptied) {
                let said = refusal(db, &sql);
                assert!(said.contains("never"), "{sql}: {said}");
            }
        }
        for table in ["accounts", "credit_blocks", "price_lists"] {
            assert!(
                refusal(db, &format!("DELETE FROM {table}")).contains("never deleted")
                    || db.dialect() == Dialect::Postgres
            );
            if db.dialect() == Dialect::Postgres {
                assert!(refusal(db, &format!("TRUNCATE {table} CASCADE")).contains("never"));
            }
        }
    });
}

#[test]
fn of_rows_that_move_only_what_moves_can_be_changed() {
    each_filled(|db| {
        for sql in [
            "UPDATE credit_blocks SET amount_micros = amount_micros + 1",
            "UPDATE credit_blocks SET priority = priority + 1",
            "UPDATE credit_blocks SET expires_at = 1",
            "UPDATE credit_blocks SET source = 'promotional'",
            "UPDATE price_lists SET effective_at = effective_at + 1",
            "UPDATE price_lists SET content = ''",
            "UPDATE mirror_outbox SET amount_micros = amount_micros + 1",
        ] {
            let said = refusal(db, sql);
            assert!(said.contains("never changed"), "{sql}: {said}");
        }
    });
}

#[test]
fn a_hold_is_settled_once_and_wholly() {
    const SETTLE: &str = "INSERT INTO settlements (hold_id, held_micros, captured_micros, released_micros, outcome, reason, settled_at) \
         SELECT id, {held}, {captured}, {released}, '{outcome}', 'a test', 1 FROM holds WHERE subject = '{subject}'";
    each_filled(|db| {
        for (subject, held, captured, released, outcome) in [
            ("video_1", "amount_micros", "amount_micros", "0", "captured"),
            ("video_2", "amount_micros", "amount_micros", "1", "captured"),
            ("video_2", "amount_micros", "amount_micros - 1", "0", "captured"),
            ("video_2", "amount_micros + 1", "amount_micros + 1", "0", "captured"),
            ("video_2", "amount_micros", "amount_micros + 1", "-1", "captured"),
            ("video_2", "amount_micros", "-1", "amount_micros + 1", "captured"),
            ("video_2", "amount_micros", "amount_micros", "0", "released"),
            ("video_2", "amount_micros", "NULL", "amount_micros", "captured"),
        ] {
            let sql = SETTLE
                .replace("{held}", held)
                .replace("{captured}", captured)
                .replace("{released}", released);
            refusal(db, &sql.replace("{outcome}", outcome).replace("{subject}", subject));
        }
    });
}

#[test]
fn credit_and_what_is_held_never_go_below_zero_and_what_is_owed_never_below_its_floor() {
    each_filled(|db| {
        let own = PAYER.organization;
        db.batch_execute(&format!("UPDATE accounts SET floor_micros = -5 WHERE id = '{own}:owed'")).unwrap();
        for (from, to, micros) in [
            ("credit", "held", 10 * SECOND_MICROS),
            ("held", "credit", 10 * SECOND_MICROS),
            ("owed", "held", 6),
        ] {
            let said =
                refusal(db, &transfer(&format!("{own}:{from}"), &format!("{own}:{to}"), &micros.to_string()));
            assert!(said.contains("accounts_above_floor"), "{said}");
        }
        for sql in [
            format!("UPDATE accounts SET floor_micros = -1 WHERE id = '{own}:held'"),
            format!("UPDATE accounts SET floor_micros = NULL WHERE id = '{own}:credit'"),
            "UPDATE accounts SET balance_micros = 1 WHERE id = 'revenue'".to_owned(),
            "UPDATE credit_blocks SET remaining_micros = -1".to_owned(),
            "UPDATE credit_blocks SET remaining_micros = amount_micros + 1".to_owned(),
            "UPDATE spend SET committed_micros = -1".to_owned(),
        ] {
            refusal(db, &sql);
        }
    });
}

/// A transfer in plain SQL.
fn transfer(from: &str, to: &str, micros: &str) -> String {
    format!(
        "INSERT INTO transfers (id, debit_account, credit_account, amount_micros, kind, subject, idempotency_key, created_at) \
         VALUES ('tr_raw', '{from}', '{to}', {micros}, 'correction', 'a test', 'raw', 1)"
    )
}

#[test]
fn a_transfer_has_two_sides_and_a_whole_amount_above_zero() {
    each_filled(|db| {
        let (credit, other) = (format!("{}:credit", PAYER.organization), "adjustment");
        // An unquoted 1.5 is refused by SQLite; PostgreSQL rounds it before the column sees it, and stores 2.
        let mut amounts = vec!["0", "-1", "NULL", "'1.5'", "'a'", "9223372036854775808"];
        if db.dialect() == Dialect::Sqlite {
            amounts.push("1.5");
        }
        for micros in amounts {
            refusal(db, &transfer(other, &credit, micros));
        }
        refusal(db, &transfer(&credit, &credit, "1"));
        refusal(db, &transfer("nobody", &credit, "1"));
        refusal(db, &transfer(&credit, "nobody", "1"));
        refusal(db, &transfer("NULL", &credit, "1").replace("'NULL'", "NULL"));
        let twice = format!(
            "{}; {}",
            transfer(other, &credit, "1"),
            transfer(other, &credit, "1").replace("tr_raw", "tr_2")
        );
        refusal(db, &twice);
    });
}

#[test]
fn a_second_hold_for_a_subject_and_amounts_below_zero_are_refused() {
    const HOLD: &str = "INSERT INTO holds (id, organization_id, project_id, api_key_id, subject, source_account, amount_micros, \
         price_list_id, quote, created_at) SELECT 'hold_raw', organization_id, project_id, api_key_id, {subject}, source_account, \
         {amount}, {list}, quote, created_at FROM holds WHERE subject = 'video_1'";
    each_filled(|db| {
        for (subject, amount, list) in [
            ("subject", "amount_micros", "price_list_id"),
            ("'video_9'", "-1", "price_list_id"),
            ("'video_9'", "NULL", "price_list_id"),
            ("'video_9'", "amount_micros", "'no list'"),
        ] {
            refusal(
                db,
                &HOLD.replace("{subject}", subject).replace("{amount}", amount).replace("{list}", list),
            );
        }
        let open = "INSERT INTO price_lists (id, effective_at, content, sha256, loaded_at) \
                    SELECT 'open list', 1, content, sha256, 1 FROM price_lists";
        db.batch_execute(open).unwrap();
        for sql in [
            "INSERT INTO prices VALUES ('open list', 'm', 'create', '720p', -1, 0, 0)",
            "INSERT INTO prices VALUES ('open list', 'm', 'create', '720p', '0.5', 0, 0)",
            "INSERT INTO prices VALUES ('open list', 'm', 'create', '720p', NULL, 0, 0)",
            "INSERT INTO prices VALUES ('2026-01-01-example', 'm', 'create', '720p', 1, 0, 0)",
            "UPDATE price_lists SET sealed = (1 = 0) WHERE id = '2026-01-01-example'",
            "INSERT INTO prices VALUES ('no list', 'm', 'create', '720p', 1, 0, 0)",
            "INSERT INTO discounts VALUES ('d', 'org_a', NULL, 10001, 'a', 1, 1)",
            "INSERT INTO discounts VALUES ('d', 'org_a', NULL, -1, 'a', 1, 1)",
            "INSERT INTO mirror_outbox (id, organization_id, kind, subject, amount_micros, occurred_at, state) \
             SELECT 'mir_raw', organization_id, kind, subject, amount_micros, occurred_at, state FROM mirror_outbox",
            "UPDATE price_lists SET withdrawn_at = effective_at",
        ] {
            refusal(db, sql);
        }
    });
}
