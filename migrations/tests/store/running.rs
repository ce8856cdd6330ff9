//! `Store::run`: waiting for a turn, panics, lost connections.

use std::sync::mpsc;
use std::time::Duration;

use diesel::connection::TransactionManager;
use diesel::prelude::*;
use diesel::sql_query;
use kinora_store::testing::{TestDb, databases};
use kinora_store::{Db, Dialect, Error, Store, StoreConfig};

use crate::support::{insert_organization, organization_ids};

fn reopen(database: &TestDb, connections_max: u32, connection_wait_ms: u64) -> Store {
    Store::open(&database.url, StoreConfig { connections_max, connection_wait_ms }).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_share_few_connections() {
    for database in databases() {
        let store = reopen(&database, 2, 30_000);
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..100 {
            let store = store.clone();
            tasks.spawn(async move {
                store
                    .run(move |db| {
                        db.write_tx(|db| {
                            insert_organization(db, &format!("{number:03}")).map_err(Error::from)
                        })
                    })
                    .await
            });
        }
        while let Some(done) = tasks.join_next().await {
            assert_eq!(done.unwrap().unwrap(), 1);
        }
        assert_eq!(organization_ids(&store).len(), 100);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_finds_no_free_connection_is_told_to_come_back() {
    for database in databases() {
        let store = reopen(&database, 1, 100);
        let (release, wait) = mpsc::channel::<()>();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let holder = store.clone();
        let held = tokio::spawn(async move {
            holder
                .run(move |_| {
                    begun.send(()).unwrap();
                    wait.recv().unwrap();
                    Ok::<_, Error>(())
                })
                .await
        });
        has_begun.await.unwrap();
        let refused = store.run(|_| Ok::<_, Error>(())).await.unwrap_err();
        assert!(matches!(refused, Error::Busy(_)) && refused.is_transient(), "{refused:?}");
        let refused = tokio::task::block_in_place(|| store.run_blocking(|_| Ok::<_, Error>(())));
        assert!(matches!(refused, Err(Error::Busy(_))), "{refused:?}");
        release.send(()).unwrap();
        held.await.unwrap().unwrap();
        store.run(|_| Ok::<_, Error>(())).await.unwrap();
    }
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_store_goes_on() {
    for database in databases() {
        let store = reopen(&database, 1, 30_000);
        for _ in 0..3 {
            let failed = store
                .run(|db| {
                    db.write_tx(|db| -> Result<(), Error> {
                        insert_organization(db, "lost")?;
                        panic!("on {}", "purpose")
                    })
                })
                .await;
            assert!(matches!(&failed, Err(Error::Panicked(text)) if text == "on purpose"), "{failed:?}");
        }
        store.run(|db| insert_organization(db, "kept").map_err(Error::from)).await.unwrap();
        assert_eq!(organization_ids(&store), ["kept"]);
    }
}

#[tokio::test]
async fn work_that_nobody_waits_for_any_more_still_ends() {
    for database in databases() {
        let store = reopen(&database, 1, 30_000);
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let work = store.run(move |db| {
            db.write_tx(|db| {
                begun.send(()).unwrap();
                std::thread::sleep(Duration::from_millis(50));
                insert_organization(db, "kept").map_err(Error::from)
            })
        });
        tokio::select! {
            _ = work => unreachable!("the work sleeps"),
            begun = has_begun => begun.unwrap(),
        }
        // The only connection is free again when the work has ended.
        let seen = store.run(|db| insert_organization(db, "next").map_err(Error::from)).await;
        seen.unwrap();
        assert_eq!(organization_ids(&store), ["kept", "next"]);
    }
}

#[test]
fn a_writer_that_waited_too_long_for_another_is_told_that_the_database_is_busy() {
    for database in databases() {
        let store = &database.store;
        store.run_blocking(|db| insert_organization(db, "a").map_err(Error::from)).unwrap();
        let touch =
            |db: &mut Db| sql_query("UPDATE organizations SET name = 'B'").execute(db).map_err(Error::from);
        let refused = store.run_blocking(|first| {
            first.write_tx(|first| {
                touch(first)?;
                Ok::<_, Error>(store.run_blocking(|second| {
                    let hurry = match second.dialect() {
                        Dialect::Sqlite => "PRAGMA busy_timeout = 50",
                        Dialect::Postgres => "SET lock_timeout = 50",
                    };
                    diesel::connection::SimpleConnection::batch_execute(second, hurry)?;
                    second.write_tx(touch)
                }))
            })
        });
        let refused = refused.unwrap();
        assert!(matches!(refused, Err(Error::Busy(_))), "{refused:?}");
    }
}

#[test]
fn a_connection_that_comes_back_with_an_open_transaction_is_not_used_again() {
    for database in databases() {
        let store = reopen(&database, 1, 30_000);
        let careless = store.run_blocking(|db| {
            <Db as TransactionManager<Db>>::begin_transaction(db)?;
            insert_organization(db, "lost").map_err(Error::from)
        });
        careless.unwrap();
        assert!(organization_ids(&store).is_empty());
    }
}

#[test]
fn connections_that_the_server_closed_are_replaced() {
    const CLOSE_ALL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                             WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for database in databases() {
        if database.store.dialect() == Dialect::Sqlite {
            continue;
        }
        let store = reopen(&database, 1, 30_000);
        let broken = store.run_blocking(|db| {
            db.write_tx(|db| {
                insert_organization(db, "lost")?;
                database
                    .store
                    .run_blocking(|other| sql_query(CLOSE_ALL).execute(other).map_err(Error::from))?;
                Ok::<_, Error>(())
            })
        });
        assert!(broken.is_err(), "the commit cannot have reached the server");
        for id in ["a", "b"] {
            database
                .store
                .run_blocking(|other| sql_query(CLOSE_ALL).execute(other).map_err(Error::from))
                .unwrap();
            store.run_blocking(|db| insert_organization(db, id).map_err(Error::from)).unwrap();
        }
        assert_eq!(organization_ids(&store), ["a", "b"]);
    }
}
