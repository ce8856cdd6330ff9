//! Does to the books what an operation says, and tells what came of it in the model's words.

use kinora_billing::{
    BasisPoints, Error, Funding, Grant, Micros, Payer, Quantities, capture, expire_due, grant, hold,
    pay_owed, quote, release, set_discount, set_mode, set_owed_limit, spend, take_back,
};
use kinora_store::Db;

use crate::model::{Granted, Model};
use crate::operations::{Amounts, Limited, Operation};
use crate::terms::{KEYS, Product};
use crate::world::{Names, item, mode};

/// Whom to tell, in alerts.
const CHANNEL: &str = r#"{"type":"email","recipients":["a@example.com"]}"#;
/// More than a history leaves.
const BLOCKS_SWEPT_MAX: i64 = 100_000;

/// What came of an operation, in the model's words; an error is part of the answer here.
pub fn answer(result: Result<String, Error>) -> String {
    match result {
        Ok(done) => done,
        Err(Error::InsufficientCredit { available, short }) => {
            format!("short of {}, has {}", short.get(), available.get())
        }
        Err(Error::SpendLimit { scope, limit, left, needed }) => {
            format!("limit {} of the {scope} leaves {} of {}", limit.get(), left.get(), needed.get())
        }
        Err(Error::NoPrice { .. }) => "no price".to_owned(),
        Err(Error::AlreadyHeld(_)) => "already held".to_owned(),
        Err(Error::SettledOtherwise(_)) => "settled otherwise".to_owned(),
        Err(Error::Invalid(_)) => "invalid".to_owned(),
        Err(other) => format!("failed: {other:?}"),
    }
}

pub const fn quantities((milliseconds, references): Amounts) -> Quantities {
    Quantities { milliseconds, references }
}

/// Does one operation as the model stands before it.
pub fn apply(
    db: &mut Db,
    (names, model): (&Names, &Model),
    operation: &Operation,
    subject: usize,
) -> Result<String, Error> {
    let now_us = model.now_us;
    match *operation {
        Operation::Submit { org, key, product, asked, .. } => {
            submit(db, (names, now_us), (org, key), (product, asked), subject)
        }
        Operation::Complete { delivered, .. } => {
            let end = capture(db, &names.job(subject), quantities(delivered), now_us)?;
            Ok(settled(end))
        }
        Operation::End { reason, .. } => release(db, &names.job(subject), reason, now_us).map(settled),
        Operation::Grant { org, funding, micros, priority, ends_in_us } => {
            let ends_us = ends_in_us.map(|us| now_us + us);
            let new = Granted { org, funding, micros, priority, ends_us, block: 0 };
            give(db, names, &new, subject, now_us)
        }
        Operation::GrantAgain { .. } => match model.grants.get(subject) {
            Some(before) => give(db, names, before, subject, now_us),
            None => Ok("nothing granted".to_owned()),
        },
        Operation::TakeBack { org, micros, name } => {
            let key = names.once(name);
            take_back(db, &names.org(org), Micros::new(micros), (&key, "a test"), now_us).map(|()| done())
        }
        Operation::Pay { org, micros, name } => {
            pay_owed(db, &names.org(org), Micros::new(micros), &names.once(name), now_us).map(|()| done())
        }
        Operation::Sweep => expire_due(db, now_us, BLOCKS_SWEPT_MAX).map(|_| done()),
        Operation::Wait { .. } | Operation::LeaseExpires => Ok(done()),
        _ => set(db, (names, model), operation, now_us),
    }
}

fn set(
    db: &mut Db,
    (names, model): (&Names, &Model),
    operation: &Operation,
    now_us: i64,
) -> Result<String, Error> {
    match *operation {
        Operation::Limit { org, limited, micros } => {
            let (scope, id) = match limited {
                Limited::Organization => (spend::Scope::Organization, names.org(org)),
                Limited::Project(project) => (spend::Scope::Project, names.project(org, project)),
                Limited::Key(key) => (spend::Scope::ApiKey, names.key(org, key)),
            };
            match micros {
                Some(micros) => {
                    spend::set_limit(db, &names.org(org), (scope, &id), Micros::new(micros), now_us)?;
                }
                None => drop(spend::remove_limit(db, &names.org(org), (scope, &id))?),
            }
        }
        Operation::OwedLimit { org, micros } => {
            set_owed_limit(db, &names.org(org), micros.map(Micros::new))?;
        }
        Operation::Discount { org, project, points, from_in_us } => {
            let project = project.map(|project| names.project(org, project));
            let points = BasisPoints::new(points).unwrap();
            let whose = (names.org(org), project);
            set_discount(
                db,
                (&whose.0, whose.1.as_deref()),
                (points, "a test"),
                now_us + from_in_us,
                now_us,
            )?;
        }
        Operation::Mode { org, prepaid } => {
            set_mode(db, &names.org(org), mode(prepaid), model.orgs[org].mirrored, now_us)?;
        }
        Operation::Alert { org, project, micros } => {
            let project = project.map(|project| names.project(org, project));
            let whose = (names.org(org), project);
            spend::add_alert(db, (&whose.0, whose.1.as_deref()), Micros::new(micros), CHANNEL, now_us)?;
        }
        _ => unreachable!("{operation:?} is not a setting"),
    }
    Ok(done())
}

fn submit(
    db: &mut Db,
    (names, now_us): (&Names, i64),
    (org, key): (usize, usize),
    (product, asked): (Product, Amounts),
    job: usize,
) -> Result<String, Error> {
    let (organization, project, api_key) =
        (names.org(org), names.project(org, KEYS[key]), names.key(org, key));
    let quote = quote(db, (&organization, &project), &item(product), quantities(asked), now_us)?;
    let payer = Payer { organization: &organization, project: &project, api_key: &api_key };
    hold(db, &payer, &names.job(job), &quote, now_us)?;
    Ok(format!("held {}", quote.total.get()))
}

fn give(db: &mut Db, names: &Names, new: &Granted, number: usize, now_us: i64) -> Result<String, Error> {
    let organization = names.org(new.org);
    let key = names.once(number);
    let credit = Grant {
        organization: &organization,
        funding: new.funding,
        amount: Micros::new(new.micros),
        priority: new.priority,
        expires_at_us: new.ends_us,
        reason: "a test",
        idempotency_key: &key,
    };
    grant(db, &credit, now_us).map(|block| format!("granted {}", block.remaining_micros))
}

/// The credit that an organization begins with.
pub const fn first_credit(org: usize, micros: i64) -> Operation {
    Operation::Grant { org, funding: Funding::Stripe, micros, priority: 50, ends_in_us: None }
}

fn settled(end: Option<kinora_billing::Settlement>) -> String {
    end.map_or_else(
        || "nothing held".to_owned(),
        |end| format!("captured {}, released {}", end.captured.get(), end.released.get()),
    )
}

fn done() -> String {
    "done".to_owned()
}
