//! Rows that must not exist cannot be written, on either database.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_query;
use kinora_store::testing::each_database;
use kinora_store::{Db, Dialect, Error, Store};

use crate::support::{insert_key, insert_one_of_each, insert_run, insert_video};

/// Why the database refused `work`; everything it did is undone.
fn refusal(store: &Store, work: impl FnOnce(&mut Db) -> QueryResult<usize>) -> String {
    let done = store.run_blocking(|db| {
        db.write_tx(|db| {
            insert_one_of_each(db)?;
            let done = db.write_tx(work);
            Err::<(), Error>(match done {
                Ok(_) => Error::Busy("nothing was refused"),
                Err(error) => Error::Database(error),
            })
        })
    });
    match done {
        Err(Error::Database(DieselError::DatabaseError(kind, _))) => match kind {
            DatabaseErrorKind::CheckViolation => "check".to_owned(),
            DatabaseErrorKind::UniqueViolation => "unique".to_owned(),
            DatabaseErrorKind::ForeignKeyViolation => "foreign key".to_owned(),
            DatabaseErrorKind::NotNullViolation => "not null".to_owned(),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    }
}

fn all_refuse(why: &str, statements: &[&str]) {
    each_database(|store| {
        for statement in statements {
            let refused = refusal(store, |db| sql_query(*statement).execute(db));
            assert_eq!(refused, why, "{:?}: {statement}", store.dialect());
        }
    });
}

#[test]
fn values_outside_their_set_or_range_are_refused() {
    all_refuse(
        "check",
        &[
            "UPDATE videos SET status = 'cancelled'",
            "UPDATE videos SET progress = 101",
            "UPDATE videos SET progress = -1",
            "UPDATE videos SET seconds = 0",
            "UPDATE videos SET eta_ms = -1",
            "UPDATE videos SET attempts = -1",
            "UPDATE videos SET compute_micros = -1",
            "UPDATE runs SET state = 'running'",
            "UPDATE runs SET attempt = -1",
            "UPDATE api_keys SET kind = 'root'",
            "INSERT INTO quotas (scope, scope_id, project_id, updated_at) VALUES ('model', 'proj', 'proj', 0)",
            "INSERT INTO quotas (scope, scope_id, project_id, updated_at) VALUES ('project', 'key', 'proj', 0)",
            "INSERT INTO quotas (scope, scope_id, project_id, max_queued_videos, updated_at) \
             VALUES ('api_key', 'key', 'proj', -1, 0)",
        ],
    );
}

#[test]
fn a_completed_video_has_a_report_a_time_and_a_run() {
    all_refuse(
        "check",
        &[
            "UPDATE videos SET status = 'completed'",
            "UPDATE videos SET status = 'completed', report = '{}', completed_at = 1",
            "UPDATE videos SET status = 'completed', report = '{}', run_id = 'run'",
            "UPDATE videos SET status = 'completed', completed_at = 1, run_id = 'run'",
        ],
    );
}

#[test]
fn a_failed_video_has_a_reason() {
    all_refuse("check", &["UPDATE videos SET status = 'failed'"]);
}

#[test]
fn a_key_has_a_project_if_and_only_if_it_is_a_project_key() {
    each_database(|store| {
        assert_eq!(refusal(store, |db| insert_key(db, "k", "project", None, 32)), "check");
        assert_eq!(refusal(store, |db| insert_key(db, "k", "operator", Some("proj"), 32)), "check");
        assert_eq!(refusal(store, |db| insert_key(db, "k", "worker", Some("proj"), 32)), "check");
    });
}

#[test]
fn a_secret_hash_has_32_bytes_and_a_file_hash_64_digits() {
    each_database(|store| {
        for bytes in [0, 31, 33] {
            assert_eq!(refusal(store, |db| insert_key(db, "k", "worker", None, bytes)), "check");
        }
    });
    all_refuse(
        "check",
        &[
            "INSERT INTO assets (run_id, kind, path, bytes, sha256) VALUES ('run', 'video', 'p', 1, 'abc')",
            "INSERT INTO assets (run_id, kind, path, bytes, sha256) VALUES ('run', 'video', 'p', -1, \
             '0123456789012345678901234567890123456789012345678901234567890123')",
        ],
    );
}

#[test]
fn two_workers_cannot_hold_one_video_and_one_video_cannot_have_two_winners() {
    each_database(|store| {
        assert_eq!(refusal(store, |db| insert_run(db, "run2", "vid", "leased")), "unique");
        let two_winners = |db: &mut Db| {
            insert_run(db, "run2", "vid", "finished")?;
            insert_run(db, "run3", "vid", "finished")
        };
        assert_eq!(refusal(store, two_winners), "unique");
    });
}

#[test]
fn a_video_may_be_given_back_expire_and_fail_many_times_and_still_be_won_once() {
    each_database(|store| {
        let history = store.run_blocking(|db| {
            db.write_tx(|db| {
                insert_one_of_each(db)?;
                for (id, state) in [("a", "returned"), ("b", "returned"), ("c", "expired"), ("d", "expired")]
                {
                    insert_run(db, id, "vid", state)?;
                }
                insert_run(db, "e", "vid", "failed")?;
                insert_run(db, "f", "vid", "finished")?;
                insert_video(db, "vid2")?;
                insert_run(db, "g", "vid2", "leased").map_err(Error::from)
            })
        });
        assert!(history.is_ok(), "{history:?}");
    });
}

#[test]
fn rows_cannot_point_at_nothing_or_leave_others_pointing_at_nothing() {
    all_refuse(
        "foreign key",
        &[
            "INSERT INTO projects (id, organization_id, name, created_at) VALUES ('p', 'nowhere', '', 0)",
            "UPDATE videos SET project_id = 'nowhere'",
            "UPDATE videos SET api_key_id = 'nowhere'",
            "UPDATE runs SET video_id = 'nowhere'",
            "DELETE FROM organizations",
            "DELETE FROM videos",
        ],
    );
}

#[test]
fn what_a_row_needs_it_has() {
    all_refuse(
        "not null",
        &[
            "UPDATE videos SET prompt = NULL",
            "UPDATE organizations SET id = NULL",
            "UPDATE api_keys SET secret_hash = NULL",
            "UPDATE runs SET worker = NULL",
        ],
    );
}

#[test]
fn sqlite_refuses_values_of_the_wrong_type_as_postgresql_does() {
    each_database(|store| {
        if store.dialect() == Dialect::Postgres {
            return;
        }
        for statement in ["UPDATE videos SET cancel_requested = 2", "UPDATE videos SET attempts = 2147483648"]
        {
            assert_eq!(refusal(store, |db| sql_query(statement).execute(db)), "check", "{statement}");
        }
        let refused = refusal(store, |db| sql_query("UPDATE videos SET created_at = 'now'").execute(db));
        assert_ne!(refused, "Err(Busy(\"nothing was refused\"))");
    });
}
