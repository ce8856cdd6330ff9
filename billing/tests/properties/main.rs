//! Ten thousand random histories of money on each database, each against a model of a few hundred lines that says what
//! must come of it. `KINORA_PROPTEST_CASES` sets how many.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod apply;
mod check;
mod model;
mod operations;
mod organization;
mod runner;
mod terms;
mod world;

use std::io::Write as _;
use std::thread;
use std::time::Instant;

use kinora_store::testing::databases;
use kinora_store::{Dialect, Store};

use crate::runner::{Plan, run};

const CASES_DEFAULT: u32 = 10_000;

/// Of so many histories one is committed step by step; the others are rolled back, which leaves the database small
/// enough to audit all of it after each.
const ONE_COMMITTED_OF: u32 = 50;

/// What was rolled back stays in PostgreSQL's files until it is swept, and slows what reads a whole table.
const CASES_BETWEEN_SWEEPS: u32 = 250;

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
                world::make(store);
                run_rolled_back(store, cases - committed);
                run(store, &Plan { seed: u32::MAX, cases: committed, committed: true, audited_of: 1 });
                check::whole_database(store);
                let (dialect, seconds) = (store.dialect(), begun.elapsed().as_secs_f64());
                // Not a print macro: the test harness swallows those when a test passes.
                writeln!(std::io::stderr(), "{dialect:?}: {cases} histories in {seconds:.1} s").unwrap();
            });
        }
    });
}

fn run_rolled_back(store: &Store, cases: u32) {
    let (streams, audited_of) = pace(store.dialect());
    thread::scope(|scope| {
        for stream in 0..streams {
            scope.spawn(move || {
                let mut left = cases / streams + u32::from(stream < cases % streams);
                let mut seed = stream;
                while left > 0 {
                    let cases = left.min(CASES_BETWEEN_SWEEPS);
                    run(store, &Plan { seed, cases, committed: false, audited_of });
                    world::sweep(store);
                    left -= cases;
                    seed += streams;
                }
            });
        }
    });
}
