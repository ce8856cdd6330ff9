//! `Store::open`: what it refuses, and what it never repeats.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Integer, Text};
use kinora_store::testing::databases;
use kinora_store::{Db, Error, Store, StoreConfig};

fn refusal(url: &str) -> Error {
    Store::open(url, StoreConfig { connections_max: 1, connection_wait_ms: 1_000 }).expect_err(url)
}

#[test]
fn a_url_that_names_no_database_is_refused() {
    for url in
        ["", "kinora.db", "mysql://localhost/kinora", "sqlite:", "sqlite::memory:", "sqlite:file:x?mode=ro"]
    {
        assert!(matches!(refusal(url), Error::Open { .. }), "{url}");
    }
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("missing").join("kinora.db");
    let refused = refusal(&format!("sqlite:{}", nowhere.display())).to_string();
    assert!(refused.contains("missing") && refused.contains("No such file"), "{refused}");
}

#[test]
fn a_pool_without_connections_is_refused() {
    for database in databases() {
        let none = StoreConfig { connections_max: 0, connection_wait_ms: 1_000 };
        assert!(matches!(Store::open(&database.url, none), Err(Error::Open { .. })));
    }
}

#[test]
fn no_error_repeats_a_password() {
    const PASSWORD: &str = "hunter2secret";
    let urls = [
        "postgres://kinora:hunter2secret@127.0.0.1:1/db",
        "postgresql://kinora:hunter2secret@127.0.0.1:1/db?sslmode=hunter2secret",
        "postgres://kinora:hunter2secret@127.0.0.1:port/db",
        "postgres://kinora:%zzhunter2secret@127.0.0.1:1/db",
        "postgres://kinora:x@hunter2secret@127.0.0.1:1/db",
        "postgres://kinora:x/hunter2secret@127.0.0.1:1/db",
        "postgres://kinora:x?hunter2secret@127.0.0.1:1/db",
        "postgres://kinora:hunter2secret",
        "postgres://127.0.0.1:1/db?user=kinora&password=hunter2secret",
        "postgres://127.0.0.1:1/db?hunter2secret",
        "postgres://127.0.0.1:1/db?nonsense=hunter2secret",
        "postgres:/kinora:hunter2secret@127.0.0.1:1/db",
        "mysql://kinora:hunter2secret@127.0.0.1:1/db",
        "kinora:hunter2secret@127.0.0.1",
    ];
    for url in urls {
        let refused = refusal(url);
        assert!(!format!("{refused}").contains(PASSWORD), "{refused}");
        assert!(!format!("{refused:?}").contains(PASSWORD), "{refused:?}");
    }
}

#[test]
fn an_error_says_which_server_and_why() {
    let refused = refusal("postgres://kinora:hunter2secret@127.0.0.1:1/db").to_string();
    assert!(refused.contains("postgres://127.0.0.1:1/db: ") && refused.contains("refused"), "{refused}");
}

#[test]
fn a_store_shows_its_database_and_no_login() {
    for database in databases() {
        let shown = format!("{:?}", database.store);
        assert!(!shown.contains("user=") && !shown.contains("host="), "{shown}");
    }
}

#[derive(QueryableByName)]
struct Settings {
    #[diesel(sql_type = Text)]
    journal_mode: String,
    #[diesel(sql_type = Integer)]
    foreign_keys: i32,
    #[diesel(sql_type = Integer)]
    synchronous: i32,
    #[diesel(sql_type = Integer)]
    timeout: i32,
}

#[test]
fn every_sqlite_connection_has_the_settings_we_rely_on() {
    const FULL: i32 = 2;
    let database = databases().remove(0);
    let check = |db: &mut Db| {
        let settings: Settings = sql_query(
            "SELECT * FROM pragma_journal_mode, pragma_foreign_keys, pragma_synchronous, pragma_busy_timeout",
        )
        .get_result(db)?;
        assert_eq!(settings.journal_mode, "wal");
        assert_eq!((settings.foreign_keys, settings.synchronous, settings.timeout), (1, FULL, 5_000));
        Ok::<_, Error>(())
    };
    let both = database.store.run_blocking(|first| {
        check(first)?;
        database.store.run_blocking(check)
    });
    both.unwrap();
}

#[cfg(unix)]
#[test]
fn a_new_sqlite_file_is_private_to_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let database = databases().remove(0);
    let path = database.url.strip_prefix("sqlite:").unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let mode = std::fs::metadata(format!("{path}{suffix}")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{suffix}");
    }
}
