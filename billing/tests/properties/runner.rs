//! Draws histories, does them to the books and to the model, and compares. What fails is made as short as possible.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use kinora_billing::{Error, Store};
use kinora_store::Db;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::apply::{answer, apply, first_credit};
use crate::check;
use crate::model::{Model, repeats};
use crate::operations::{Crash, History, Operation, histories};
use crate::world::{Names, open};

/// What one thread does.
pub struct Plan {
    pub seed: u32,
    pub cases: u32,
    /// Whether each step is a transaction of its own, instead of all of them together being rolled back.
    pub committed: bool,
    /// Of so many histories the whole database is audited after one.
    pub audited_of: u32,
}

/// Why a history stopped.
enum Stop {
    /// It went as the model says, and is undone.
    RolledBack,
    /// It did not.
    Failed(String),
    Error(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// # Panics
/// With the shortest history found that does not go as the model says.
pub fn run(store: &Store, plan: &Plan) {
    let seed: Vec<u8> = plan.seed.to_le_bytes().repeat(8);
    let config = Config { cases: plan.cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let done: Result<_, Error> = store.run_blocking(|db| {
        let db = RefCell::new(db);
        let number = Cell::new(0_u32);
        Ok(runner.run(&histories(), |history| {
            number.set(number.get() + 1);
            let audited = number.get().is_multiple_of(plan.audited_of);
            let names = Names::new(format!("{}x{}", plan.seed, number.get()));
            let db = &mut *db.borrow_mut();
            let stopped = if plan.committed {
                go(db, &names, &history, audited)
            } else {
                db.write_tx(|db| go(db, &names, &history, audited).and(Err::<(), _>(Stop::RolledBack)))
            };
            match stopped {
                Ok(()) | Err(Stop::RolledBack) => Ok(()),
                Err(Stop::Failed(why)) => Err(TestCaseError::fail(why)),
                Err(Stop::Error(error)) => Err(TestCaseError::fail(format!("{error:?}"))),
            }
        }))
    });
    match done.unwrap() {
        Ok(()) => {}
        Err(TestError::Fail(why, history)) => panic!("{:?}: {why}\n{history:#?}", store.dialect()),
        Err(TestError::Abort(why)) => panic!("{:?}: {why}", store.dialect()),
    }
}

fn go(db: &mut Db, names: &Names, history: &History, audited: bool) -> Result<(), Stop> {
    let mut model = Model::new(history);
    for (org, begin) in history.organizations.iter().enumerate() {
        db.write_tx(|db| open(db, names, org, begin))?;
        if let Some(micros) = begin.credit {
            step(db, names, &mut model, &(first_credit(org, micros), Crash::Never))?;
        }
    }
    for done in &history.operations {
        step(db, names, &mut model, done)?;
    }
    let fault = check::history(db, names, &model)?;
    let fault = if fault.is_none() && audited { check::audit(db)? } else { fault };
    fault.map_or(Ok(()), |fault| Err(Stop::Failed(fault)))
}

fn step(
    db: &mut Db,
    names: &Names,
    model: &mut Model,
    (operation, crash): &(Operation, Crash),
) -> Result<(), Stop> {
    let subject = model.subject(operation);
    if matches!(crash, Crash::BeforeCommit | Crash::Panic) {
        // Whatever it would have done, it did not: the model does not move.
        let expected = model.clone().predict(operation, subject);
        let found = crashed(db, (names, model), operation, (subject, *crash == Crash::Panic));
        return compare(operation, &expected, &found);
    }
    let times = if repeats(operation, *crash) { 2 } else { 1 };
    for _ in 0..times {
        let found = answer(db.write_tx(|db| apply(db, (names, model), operation, subject)));
        let expected = model.predict(operation, subject);
        compare(operation, &expected, &found)?;
    }
    Ok(())
}

/// Does the work and crashes; what came of it until then.
fn crashed(
    db: &mut Db,
    world: (&Names, &Model),
    operation: &Operation,
    (subject, panic): (usize, bool),
) -> String {
    let mut found = String::new();
    let ended = catch_unwind(AssertUnwindSafe(|| {
        db.write_tx(|db| {
            found = answer(apply(db, world, operation, subject));
            if panic {
                // Not a panic macro: nobody is to be told of this one.
                resume_unwind(Box::new("crashed"));
            }
            Err::<(), _>(Error::Invalid("crashed".to_owned()))
        })
    }));
    assert!(!matches!(ended, Ok(Ok(()))), "a transaction that crashed was committed");
    found
}

fn compare(operation: &Operation, expected: &str, found: &str) -> Result<(), Stop> {
    if expected == found {
        return Ok(());
    }
    Err(Stop::Failed(format!("{operation:?}: the model says {expected:?}, the books say {found:?}")))
}
