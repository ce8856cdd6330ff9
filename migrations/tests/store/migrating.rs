//! The schema goes up once, down completely, and up again, also when several ask at once.

use std::sync::Barrier;
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use kinora_store::testing::{each_database, empty_databases};
use kinora_store::{Db, Dialect, Error, Store, StoreConfig};

use crate::support::{VERSIONS, insert_one_of_each};

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Every table, index and constraint of ours.
fn objects(store: &Store) -> Vec<String> {
    let query = |db: &mut Db| match db {
        Db::Sqlite(c) => sql_query(
            "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' \
             AND name <> '__diesel_schema_migrations' ORDER BY name",
        )
        .load::<Named>(c),
        Db::Postgres(c) => sql_query(
            "SELECT relname::text AS name FROM pg_class \
             WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_\\_diesel%' ORDER BY name",
        )
        .load::<Named>(c),
    };
    let rows = store.run_blocking(|db| query(db).map_err(Error::from)).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

#[test]
fn the_second_migration_finds_nothing_to_do() {
    for database in empty_databases() {
        assert_eq!(
            database.store.migrate().unwrap(),
            ["20261123000000", "20261123100000", "20261123110000", "20261127130000", "20261127140000"]
        );
        assert_eq!(database.store.migrate().unwrap(), Vec::<String>::new());
    }
}

#[test]
fn eight_threads_that_migrate_at_once_do_it_once() {
    const THREADS: usize = 8;
    for database in empty_databases() {
        let start = Barrier::new(THREADS);
        let migrate = || {
            let config = StoreConfig { connections_max: 1, connection_wait_ms: 30_000 };
            start.wait();
            Store::open(&database.url, config).unwrap().migrate().unwrap().len()
        };
        let done: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(migrate)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(done, VERSIONS, "{}", database.url);
    }
}

#[test]
fn down_removes_everything_even_with_rows_in_it_and_up_brings_it_back() {
    each_database(|store| {
        let before = objects(store);
        store
            .run_blocking(|db| {
                db.write_tx(insert_one_of_each)?;
                // Now two tables point at each other.
                sql_query("UPDATE videos SET run_id = 'run'").execute(db).map_err(Error::from)
            })
            .unwrap();
        store.migrate_down().unwrap();
        assert_eq!(objects(store), Vec::<String>::new());
        store.migrate().unwrap();
        assert_eq!(objects(store), before);
        assert!(before.contains(&"videos_by_claim".to_owned()), "{before:?}");
    });
}

#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    for database in empty_databases() {
        let store = &database.store;
        // The last table of the migration is already there, as somebody else's.
        let stranger = sql_query("CREATE TABLE assets (stranger TEXT)");
        store.run_blocking(|db| stranger.execute(db).map_err(Error::from)).unwrap();
        let refused = store.migrate();
        assert!(matches!(refused, Err(Error::Migrate(_))), "{refused:?}");
        assert_eq!(objects(store), ["assets"]);
        store.run_blocking(|db| sql_query("DROP TABLE assets").execute(db).map_err(Error::from)).unwrap();
        assert_eq!(store.migrate().unwrap().len(), VERSIONS, "the lock was given back");
    }
}

#[test]
fn a_sqlite_migration_that_would_leave_rows_pointing_at_nothing_is_undone() {
    const BROKEN: &str = "PRAGMA foreign_keys = OFF; \
                          CREATE TABLE whole (id TEXT PRIMARY KEY); \
                          CREATE TABLE part (whole_id TEXT REFERENCES whole (id)); \
                          INSERT INTO part VALUES ('nowhere')";
    for database in empty_databases() {
        let store = &database.store;
        if store.dialect() == Dialect::Postgres {
            continue;
        }
        store.run_blocking(|db| db.batch_execute(BROKEN).map_err(Error::from)).unwrap();
        let refused = store.migrate().unwrap_err();
        assert!(refused.to_string().contains("1 rows would point at missing rows"), "{refused}");
        assert!(!objects(store).contains(&"videos".to_owned()));
    }
}
