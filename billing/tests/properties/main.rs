//! Ten thousand random histories of money on each database, each against a model of a few hundred lines that says what
//! must come of it. `KINORA_PROPTEST_CASES` sets how many.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod apply;
mod check;
mod model;
mod operations;
mod runner;
mod terms;
mod world;

use std::io::Write as _;
use std::thread;
use std::time::Instant;

use kinora_store::Dialect;
use kinora_store::testing::databases;

use crate::runner::{Plan, run};

const CASES_DEFAULT: u32 = 10_000;

/// Of so many histories one is committed step by step; the others are rolled back, which leaves the database small
/// enough to audit all of it after each.
const ONE_COMMITTED_OF: u32 = 50;

/// How many histories run at once, and of how many one is audited. Those that are rolled back do not see each other, so
/// PostgreSQL takes some at once; an audit there costs as much as a history.
const fn pace(dialect: Dialect) -> (u32, u32) {
    match dialect {
        Dialect::Sqlite => (1, 1),
        Dialect::Postgres => (2, 4),
    }
}

#[test]
fn money_goes_where_the_model_says_whatever_happens_and_in_whatever_order() {
    let cases =
        std::env::var("KINORA_PROPTEST_CASES").ok().map_or(CASES_DEFAULT, |text| text.parse().unwrap());
    let committed = cases.div_ceil(ONE_COMMITTED_OF);
    thread::scope(|scope| {
        for database in databases() {
            scope.spawn(move || {
                let begun = Instant::now();
                let store = &database.store;
                let dialect = store.dialect();
                world::make(store);
                let (streams, audited_of) = pace(dialect);
                let rolled_back = (cases - committed).div_ceil(streams);
                thread::scope(|scope| {
                    for stream in 0..streams {
                        let plan = Plan { seed: stream, cases: rolled_back, committed: false, audited_of };
                        scope.spawn(move || run(store, &plan));
                    }
                });
                run(store, &Plan { seed: streams, cases: committed, committed: true, audited_of: 1 });
                check::whole_database(store);
                // Not a print macro: the test harness swallows those when a test passes.
                let done = rolled_back * streams + committed;
                let seconds = begun.elapsed().as_secs_f64();
                writeln!(std::io::stderr(), "{dialect:?}: {done} histories in {seconds:.1} s").unwrap();
            });
        }
    });
}
