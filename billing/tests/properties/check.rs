//! Compares the books with the model after a history, and audits them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use kinora_billing::{
    Bill, BillStatus, Error, Month, Store, balances, bills, blocks, books_balance, statement,
    statement_months,
};
use kinora_store::Db;
use kinora_store::schema::{credit_block_entries, events, mirror_outbox, spend, transfers};

use crate::apply::quantities;
use crate::model::Model;
use crate::organization::{End, Hold, Org};
use crate::world::Names;

/// The first difference between the books and the model, if there is one.
pub fn history(db: &mut Db, names: &Names, model: &Model) -> Result<Option<String>, Error> {
    for (number, org) in model.orgs.iter().enumerate() {
        let differences = [
            accounts(db, names, model, number)?,
            credit(db, &names.org(number), org)?,
            draws(db, names, model, number)?,
            spent(db, names, number, org)?,
            statements(db, &names.org(number), org)?,
            told(db, &names.org(number), model, number)?,
        ];
        if let Some(difference) = differences.into_iter().flatten().next() {
            return Ok(Some(format!("organization {number}: {difference}")));
        }
    }
    jobs(db, names, model)
}

/// What an audit finds, if anything.
pub fn audit(db: &mut Db) -> Result<Option<String>, Error> {
    let faults = books_balance(db)?.faults;
    Ok((!faults.is_empty()).then(|| format!("the audit found {faults:?}")))
}

/// Audits all that was committed.
pub fn whole_database(store: &Store) {
    let books = store.run_blocking(|db| db.read_tx(books_balance)).unwrap();
    assert_eq!(books.faults, Vec::<String>::new());
    assert!(books.holds > 0, "something was held");
}

fn differ<T: PartialEq + std::fmt::Debug>(what: &str, model: &T, books: &T) -> Option<String> {
    (model != books).then(|| format!("{what}: the model says {model:?}, the books say {books:?}"))
}

fn of_org(model: &Model, number: usize) -> impl Iterator<Item = (usize, &Hold)> {
    let all = model.jobs.iter().enumerate();
    all.filter_map(|(job, hold)| hold.as_ref().map(|hold| (job, hold)))
        .filter(move |(_, hold)| hold.org == number)
}

fn accounts(db: &mut Db, names: &Names, model: &Model, number: usize) -> Result<Option<String>, Error> {
    let org = &model.orgs[number];
    let credit: i64 = org.blocks.iter().map(|block| block.remaining).sum();
    let open = of_org(model, number).filter(|(_, hold)| hold.end.is_none());
    let held: i64 = open.map(|(_, hold)| hold.amount).sum();
    let found = balances(db, &names.org(number))?;
    let found =
        (found.credit.get(), found.held.get(), found.owed.get(), found.owed_limit.map(|limit| limit.get()));
    Ok(differ("credit, held, owed, owed limit", &(credit, held, org.owed, org.owed_limit), &found))
}

fn credit(db: &mut Db, id: &str, org: &Org) -> Result<Option<String>, Error> {
    let expected: Vec<(i64, i64, i32)> =
        org.blocks.iter().map(|block| (block.amount, block.remaining, block.priority)).collect();
    let found = blocks(db, id)?.into_iter().rev();
    let found: Vec<_> =
        found.map(|block| (block.amount_micros, block.remaining_micros, block.priority)).collect();
    Ok(differ("blocks", &expected, &found))
}

/// How much each hold took from which blocks, the first drawn first.
fn draws(db: &mut Db, names: &Names, model: &Model, number: usize) -> Result<Option<String>, Error> {
    let ids: Vec<String> = blocks(db, &names.org(number))?.into_iter().rev().map(|block| block.id).collect();
    let rows: Vec<(String, String, i64)> = credit_block_entries::table
        .inner_join(transfers::table)
        .filter(transfers::debit_account.eq(format!("{}:credit", names.org(number))))
        .filter(transfers::kind.eq("hold"))
        .select((
            transfers::subject,
            credit_block_entries::credit_block_id,
            credit_block_entries::amount_micros,
        ))
        .load(db)?;
    let mut found = BTreeMap::<String, Vec<(usize, i64)>>::new();
    for (hold, block, amount) in rows {
        let index = ids.iter().position(|id| *id == block).unwrap();
        found.entry(hold).or_default().push((index, -amount));
    }
    let mut found: Vec<Vec<(usize, i64)>> = found.into_values().collect();
    found.iter_mut().for_each(|draws| draws.sort_unstable());
    found.sort_unstable();
    let drawn = of_org(model, number).filter_map(|(_, hold)| hold.draws.clone());
    let mut expected: Vec<Vec<(usize, i64)>> = drawn.filter(|draws| !draws.is_empty()).collect();
    expected.iter_mut().for_each(|draws| draws.sort_unstable());
    expected.sort_unstable();
    Ok(differ("what holds drew from blocks", &expected, &found))
}

fn spent(db: &mut Db, names: &Names, number: usize, org: &Org) -> Result<Option<String>, Error> {
    let expected: BTreeMap<(String, i32), i64> =
        org.spent.iter().map(|((key, month), micros)| ((names.key(number, *key), *month), *micros)).collect();
    let found: Vec<((String, i32), i64)> = spend::table
        .filter(spend::organization_id.eq(names.org(number)))
        .select(((spend::api_key_id, spend::month), spend::committed_micros))
        .load(db)?;
    Ok(differ("spent by key and month", &expected, &found.into_iter().collect()))
}

fn statements(db: &mut Db, id: &str, org: &Org) -> Result<Option<String>, Error> {
    let mut found = BTreeMap::new();
    for (month, sum) in statement_months(db, id)? {
        let statement = statement(db, id, month)?;
        let lines: i64 = statement.lines.iter().map(|line| line.amount_micros).sum();
        if statement.total != sum || statement.total.get() != lines {
            return Ok(Some(format!("the statement of {month} does not add up")));
        }
        found.insert(Month::number(month), (sum.get(), statement.lines.len()));
    }
    Ok(differ("statements by month", &org.charged, &found))
}

fn told(db: &mut Db, id: &str, model: &Model, number: usize) -> Result<Option<String>, Error> {
    let org = &model.orgs[number];
    let mut expected: Vec<(&str, i64)> = Vec::new();
    if org.mirrored {
        expected.push(("customer", 0));
        expected.extend(org.blocks.iter().map(|block| ("credit_grant", block.amount)));
        expected.extend(org.told.iter().map(|micros| ("usage", *micros)));
    }
    expected.sort_unstable();
    let rows: Vec<(String, i64)> = mirror_outbox::table
        .filter(mirror_outbox::organization_id.eq(id))
        .select((mirror_outbox::kind, mirror_outbox::amount_micros))
        .load(db)?;
    let mut found: Vec<(&str, i64)> = rows.iter().map(|row| (row.0.as_str(), row.1)).collect();
    found.sort_unstable();
    let rang: i64 = events::table.filter(events::organization_id.eq(id)).count().get_result(db)?;
    Ok(differ("what another book is told", &expected, &found)
        .or_else(|| differ("how often alerts went off", &org.events, &usize::try_from(rang).unwrap())))
}

fn jobs(db: &mut Db, names: &Names, model: &Model) -> Result<Option<String>, Error> {
    let subjects: Vec<String> = (0..model.jobs.len()).map(|job| names.job(job)).collect();
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
    let mut found = bills(db, &subjects)?;
    for (job, hold) in model.jobs.iter().enumerate() {
        let bill = found.remove(&names.job(job));
        let fault = match (hold, bill) {
            (None, None) => None,
            (Some(hold), Some(bill)) => bill_differs(hold, &bill),
            (hold, bill) => Some(format!("the model says {hold:?}, the books say {bill:?}")),
        };
        if let Some(fault) = fault {
            return Ok(Some(format!("job {job}: {fault}")));
        }
    }
    Ok(None)
}

fn bill_differs(hold: &Hold, bill: &Bill) -> Option<String> {
    let expected = match hold.end {
        None => (hold.amount, None, BillStatus::Reserved),
        Some(End::Captured(captured)) => (hold.amount, Some(captured), BillStatus::Settled),
        Some(End::Released) => (hold.amount, Some(0), BillStatus::Released),
    };
    let found = (bill.estimated.get(), bill.charged.map(|charged| charged.get()), bill.status);
    let quote = &bill.quote;
    let rates =
        [quote.price.per_second, quote.price.per_job, quote.price.per_reference].map(|rate| rate.get());
    let promised = (hold.list, hold.rates, hold.points, quantities(hold.asked), Some(hold.amount));
    let again = quote.cost(quote.asked).map(|cost| cost.get());
    let quoted = (quote.price_list.as_str(), rates, quote.discount.get(), quote.asked, again);
    differ("bill", &expected, &found).or_else(|| differ("quote", &promised, &quoted))
}
