//! `write_tx`: all or nothing, whatever happens inside it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use kinora_store::schema::{organizations, videos};
use kinora_store::testing::each_database;
use kinora_store::{Db, Dialect, Error, Store};

use crate::support::{insert_one_of_each, insert_organization, organization_ids};

const NONE: [&str; 0] = [];

#[test]
fn a_transaction_that_ends_well_is_stored() {
    each_database(|store| {
        let answer = store.run_blocking(|db| {
            db.write_tx(|db| {
                insert_organization(db, "a")?;
                insert_organization(db, "b")?;
                Ok::<_, Error>(7)
            })
        });
        assert_eq!(answer.unwrap(), 7);
        assert_eq!(organization_ids(store), ["a", "b"]);
    });
}

#[test]
fn a_transaction_that_fails_stores_nothing_and_its_error_comes_out() {
    each_database(|store| {
        let answer = store.run_blocking(|db| {
            db.write_tx(|db| {
                insert_organization(db, "a")?;
                Err::<(), Error>(Error::Busy("on purpose"))
            })
        });
        assert!(matches!(answer, Err(Error::Busy("on purpose"))), "{answer:?}");
        assert_eq!(organization_ids(store), NONE);
    });
}

#[test]
fn a_transaction_that_panics_stores_nothing_and_its_connection_still_works() {
    each_database(|store| {
        store
            .run_blocking(|db| {
                let panicked = catch_unwind(AssertUnwindSafe(|| {
                    db.write_tx(|db| -> Result<(), Error> {
                        insert_organization(db, "lost")?;
                        panic!("on purpose")
                    })
                }));
                let text = panicked.expect_err("the panic goes on");
                assert_eq!(text.downcast_ref::<&str>(), Some(&"on purpose"));
                db.write_tx(|db| insert_organization(db, "kept").map_err(Error::from))
            })
            .unwrap();
        assert_eq!(organization_ids(store), ["kept"]);
    });
}

#[test]
fn an_inner_transaction_that_fails_takes_only_its_own_changes_with_it() {
    each_database(|store| {
        store
            .run_blocking(|db| {
                db.write_tx(|db| {
                    insert_organization(db, "before")?;
                    let inner = db.write_tx(|db| {
                        insert_organization(db, "inner")?;
                        insert_organization(db, "before")
                    });
                    assert!(matches!(
                        inner,
                        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
                    ));
                    db.write_tx(|db| insert_organization(db, "second"))?;
                    insert_organization(db, "after").map_err(Error::from)
                })
            })
            .unwrap();
        assert_eq!(organization_ids(store), ["after", "before", "second"]);
    });
}

#[test]
fn an_inner_transaction_that_panics_and_is_caught_takes_only_its_own_changes_with_it() {
    each_database(|store| {
        store
            .run_blocking(|db| {
                db.write_tx(|db| {
                    insert_organization(db, "outer")?;
                    let inner = catch_unwind(AssertUnwindSafe(|| {
                        db.write_tx(|db| -> Result<(), Error> {
                            insert_organization(db, "inner")?;
                            panic!("on purpose")
                        })
                    }));
                    assert!(inner.is_err());
                    Ok::<_, Error>(())
                })
            })
            .unwrap();
        assert_eq!(organization_ids(store), ["outer"]);
    });
}

#[test]
fn an_outer_transaction_that_fails_takes_the_finished_inner_one_with_it() {
    each_database(|store| {
        let answer = store.run_blocking(|db| {
            db.write_tx(|db| {
                db.write_tx(|db| insert_organization(db, "inner"))?;
                Err::<(), Error>(Error::Busy("on purpose"))
            })
        });
        assert!(answer.is_err());
        assert_eq!(organization_ids(store), NONE);
    });
}

#[test]
fn a_commit_that_the_database_refuses_stores_nothing_and_its_connection_still_works() {
    each_database(|store| {
        store.run_blocking(|db| db.write_tx(insert_one_of_each).map_err(Error::from)).unwrap();
        store
            .run_blocking(|db| {
                let refused = db.write_tx(|db| {
                    insert_organization(db, "lost")?;
                    // This foreign key is checked at commit.
                    diesel::update(videos::table).set(videos::run_id.eq("nowhere")).execute(db)
                });
                let kind = match refused.expect_err("no run has this id") {
                    DieselError::DatabaseError(kind, _) => kind,
                    other => panic!("{other}"),
                };
                assert!(matches!(kind, DatabaseErrorKind::ForeignKeyViolation), "{kind:?}");
                db.write_tx(|db| insert_organization(db, "kept").map_err(Error::from))
            })
            .unwrap();
        assert_eq!(organization_ids(store), ["kept", "org"]);
    });
}

#[test]
fn a_transaction_whose_failed_statement_was_ignored_says_so_or_is_stored() {
    each_database(|store| {
        store
            .run_blocking(|db| {
                let answer = db.write_tx(|db| {
                    insert_organization(db, "a")?;
                    let _ignored = insert_organization(db, "a");
                    Ok::<_, Error>(())
                });
                match db.dialect() {
                    Dialect::Sqlite => answer.unwrap(),
                    Dialect::Postgres => assert!(answer.unwrap_err().to_string().contains("aborted")),
                }
                db.write_tx(|db| insert_organization(db, "next").map_err(Error::from))
            })
            .unwrap();
        match store.dialect() {
            Dialect::Sqlite => assert_eq!(organization_ids(store), ["a", "next"]),
            Dialect::Postgres => assert_eq!(organization_ids(store), ["next"]),
        }
    });
}

#[test]
fn an_inner_transaction_whose_failed_statement_was_ignored_leaves_the_outer_one_in_order() {
    each_database(|store| {
        store
            .run_blocking(|db| {
                db.write_tx(|db| {
                    insert_organization(db, "outer")?;
                    let inner = db.write_tx(|db| {
                        let _ignored = insert_organization(db, "outer");
                        Ok::<_, Error>(())
                    });
                    assert_eq!(inner.is_ok(), db.dialect() == Dialect::Sqlite, "{inner:?}");
                    insert_organization(db, "after").map_err(Error::from)
                })
            })
            .unwrap();
        assert_eq!(organization_ids(store), ["after", "outer"]);
    });
}

const WRITERS: usize = 8;
const WRITES_EACH: usize = 40;

/// Adds one to the counter in the way that loses updates if transactions do not wait for each other.
fn read_then_write(db: &mut Db) -> Result<(), Error> {
    db.write_tx(|db| {
        let counter = organizations::table.find("counter").select(organizations::created_at);
        let count: i64 = match db {
            Db::Postgres(c) => counter.for_update().get_result(c)?,
            Db::Sqlite(c) => counter.get_result(c)?,
        };
        diesel::update(organizations::table.find("counter"))
            .set(organizations::created_at.eq(count + 1))
            .execute(db)?;
        Ok(())
    })
}

#[test]
fn eight_threads_that_read_and_then_write_lose_nothing() {
    each_database(|store| {
        store.run_blocking(|db| insert_organization(db, "counter").map_err(Error::from)).unwrap();
        let write = |store: &Store| {
            for _ in 0..WRITES_EACH {
                store.run_blocking(read_then_write).unwrap();
            }
        };
        thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| write(store));
            }
        });
        let count: i64 = store
            .run_blocking(|db| {
                organizations::table.select(organizations::created_at).get_result(db).map_err(Error::from)
            })
            .unwrap();
        assert_eq!(count, i64::try_from(WRITERS * WRITES_EACH).unwrap());
    });
}
