//! The audit finds what it looks for: each fault is made in a database whose guards were taken away.

use diesel::connection::SimpleConnection as _;
use kinora_billing::{BasisPoints, Error, Mode, books_balance, capture, set_discount};
use kinora_store::testing::each_database;
use kinora_store::{Db, Dialect};

use crate::tenant::{NOW_US, PAYER, SECOND_MICROS, give, of_seconds, open, submit};

/// The table whose guard is taken away, what is done to it, and what the audit says then.
const CORRUPTIONS: [(&str, &str, &str); 19] = [
    (
        "",
        "UPDATE accounts SET balance_micros = balance_micros - 1 WHERE kind = 'owed'",
        "an account's balance is not the sum of its transfers: org_a:owed by -0.000001",
    ),
    (
        "",
        "UPDATE accounts SET balance_micros = balance_micros + 1 WHERE kind = 'credit'",
        "credit is not the sum of its blocks",
    ),
    (
        "",
        "UPDATE credit_blocks SET remaining_micros = remaining_micros - 1",
        "a block's rest is not the sum of its entries",
    ),
    (
        "",
        "INSERT INTO transfers SELECT 'tr_raw', 'adjustment', 'org_a:credit', 1, 'correction', 'a', 'raw', NULL, 1",
        "a transfer of credit does not say from which blocks: tr_raw",
    ),
    (
        "",
        "INSERT INTO transfers SELECT 'tr_raw', 'adjustment', 'org_a:held', 1, 'correction', 'a', 'raw', NULL, 1",
        "what is held is not the sum of the open holds",
    ),
    (
        "transfers",
        "UPDATE transfers SET amount_micros = amount_micros + 1 WHERE kind = 'hold'",
        "a hold's transfer is not the hold",
    ),
    (
        "transfers",
        "UPDATE transfers SET debit_account = 'org_a:owed' WHERE kind = 'hold'",
        "a hold's transfer is not the hold",
    ),
    (
        "transfers",
        "UPDATE transfers SET amount_micros = amount_micros + 1 WHERE kind = 'release'",
        "a settlement's transfers are not the settlement",
    ),
    (
        "transfers",
        "UPDATE transfers SET credit_account = 'promo' WHERE kind = 'capture'",
        "a settlement's transfers are not the settlement",
    ),
    (
        "lines",
        "UPDATE lines SET amount_micros = amount_micros + 1",
        "a statement's lines are not what was captured",
    ),
    ("lines", "DELETE FROM lines", "a statement's lines are not what was captured"),
    (
        "lines",
        "UPDATE lines SET captured_at = captured_at + 1",
        "a line is on another statement than its hold",
    ),
    ("lines", "UPDATE lines SET organization_id = 'org_b'", "a line is on another statement than its hold"),
    (
        "lines",
        "UPDATE lines SET quantity_milli = quantity_milli + 1",
        "a bill does not come out again from its quote",
    ),
    (
        "holds",
        "UPDATE holds SET quote = replace(quote, '\"per_second\":100000', '\"per_second\":100001')",
        "a hold is not what its quote comes to",
    ),
    ("holds", "UPDATE holds SET quote = '{}'", "a hold's quote cannot be read"),
    (
        "",
        "UPDATE spend SET committed_micros = committed_micros + 1",
        "what counts against limits is not what was held and charged: key_a in 202611",
    ),
    (
        "",
        "UPDATE spend SET month = 202610",
        "what counts against limits is not what was held and charged: key_a in 202611",
    ),
    ("", "DELETE FROM spend", "what counts against limits is not what was held and charged: key_a in 202611"),
];

fn fill(db: &mut Db) -> Result<(), Error> {
    open(db, Mode::Prepaid, false)?;
    give(db, 10 * SECOND_MICROS, "first")?;
    let off = BasisPoints::new(100).unwrap();
    set_discount(db, (PAYER.organization, None), (off, "a test"), NOW_US, NOW_US)?;
    submit(db, "video_1", 4, NOW_US)?;
    capture(db, "video_1", of_seconds(3), NOW_US)?;
    submit(db, "video_2", 4, NOW_US).map(drop)
}

#[test]
fn each_fault_is_found_and_named() {
    each_database(|store| {
        let done = store.run_blocking(|db| {
            db.write_tx(fill)?;
            assert_eq!(books_balance(db)?.faults, Vec::<String>::new());
            for (table, corruption, expected) in CORRUPTIONS {
                let faults = corrupted(db, table, corruption);
                assert!(faults.iter().any(|fault| fault.contains(expected)), "{corruption}: {faults:?}");
            }
            Ok::<_, Error>(())
        });
        done.unwrap();
    });
}

/// What the audit finds after a corruption, which is undone again.
fn corrupted(db: &mut Db, table: &str, corruption: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let undone = db.write_tx(|db| {
        let dialect = db.dialect();
        let unguard = match dialect {
            _ if table.is_empty() => String::new(),
            Dialect::Sqlite => {
                format!("DROP TRIGGER {table}_stay; DROP TRIGGER {table}_remain;")
            }
            Dialect::Postgres => format!("DROP TRIGGER {table}_stay ON {table};"),
        };
        db.batch_execute(&format!("{unguard}{corruption}"))?;
        faults = books_balance(db)?.faults;
        Err::<(), _>(Error::Invalid("undone".to_owned()))
    });
    assert_eq!(undone.unwrap_err().to_string(), "undone", "{corruption}");
    faults
}
