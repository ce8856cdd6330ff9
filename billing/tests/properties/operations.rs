//! What can happen in a history, and how it is drawn at random.

use kinora_billing::{Funding, Reason};
use proptest::option;
use proptest::prelude::*;

use crate::terms::{DAY_US, KEYS, ORGANIZATIONS, PROJECTS, Product};

/// How the process fares while it does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    Never,
    /// The work is done and then fails: nothing of it may remain.
    BeforeCommit,
    /// The work is done and then panics: nothing of it may remain.
    Panic,
    /// The work is committed, the answer is lost, and the client asks again.
    AfterCommit,
}

/// Whose limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    Organization,
    Project(usize),
    Key(usize),
}

/// Milliseconds and references.
pub type Amounts = (u32, u32);

#[derive(Clone, Debug)]
pub enum Operation {
    /// A job is asked for; `again` names an earlier one instead of a new one.
    Submit {
        org: usize,
        key: usize,
        product: Product,
        asked: Amounts,
        again: Option<usize>,
    },
    /// A job is completed, the `job`-th of all that were asked for.
    Complete {
        job: usize,
        delivered: Amounts,
    },
    /// A job fails, is canceled, is moderated or expires.
    End {
        job: usize,
        reason: Reason,
    },
    /// A lease ends and the job goes back to the queue: money does not care.
    LeaseExpires,
    Wait {
        us: i64,
    },
    Grant {
        org: usize,
        funding: Funding,
        micros: i64,
        priority: i32,
        ends_in_us: Option<i64>,
    },
    /// An earlier grant is asked for again.
    GrantAgain {
        which: usize,
    },
    TakeBack {
        org: usize,
        micros: i64,
        name: u8,
    },
    Pay {
        org: usize,
        micros: i64,
        name: u8,
    },
    Limit {
        org: usize,
        limited: Limited,
        micros: Option<i64>,
    },
    OwedLimit {
        org: usize,
        micros: Option<i64>,
    },
    Discount {
        org: usize,
        project: Option<usize>,
        points: i32,
        from_in_us: i64,
    },
    Mode {
        org: usize,
        prepaid: bool,
    },
    Alert {
        org: usize,
        project: Option<usize>,
        micros: i64,
    },
    Sweep,
}

/// How an organization begins.
#[derive(Clone, Debug)]
pub struct Beginning {
    pub prepaid: bool,
    pub mirrored: bool,
    pub owed_limit: Option<i64>,
    pub credit: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct History {
    pub organizations: [Beginning; ORGANIZATIONS],
    pub operations: Vec<(Operation, Crash)>,
}

pub fn histories() -> impl Strategy<Value = History> {
    let beginning =
        || (any::<bool>(), any::<bool>(), option::of(0..2_000_000_i64), option::of(1..2_000_000_i64));
    let begin = |(prepaid, mirrored, owed_limit, credit)| Beginning { prepaid, mirrored, owed_limit, credit };
    let organizations = [beginning().prop_map(begin), beginning().prop_map(begin)];
    let operations = prop::collection::vec((operation(), crash()), 3..18);
    (organizations, operations).prop_map(|(organizations, operations)| History { organizations, operations })
}

fn crash() -> impl Strategy<Value = Crash> {
    prop_oneof![
        16 => Just(Crash::Never),
        1 => Just(Crash::BeforeCommit),
        1 => Just(Crash::Panic),
        2 => Just(Crash::AfterCommit),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        10 => submit(),
        8 => money_of_jobs(),
        4 => time(),
        6 => credit(),
        4 => settings(),
    ]
}

fn org() -> impl Strategy<Value = usize> {
    0..ORGANIZATIONS
}

/// Amounts near each other, so that limits and credit are met exactly now and then.
fn micros() -> impl Strategy<Value = i64> {
    prop_oneof![
        (1..12_i64).prop_map(|seconds| seconds * 100_003),
        (1..12_i64).prop_map(|seconds| seconds * 150_001),
        1..2_000_000_i64,
        Just(1),
    ]
}

fn amounts() -> impl Strategy<Value = Amounts> {
    let milliseconds = prop_oneof![(1..9_u32).prop_map(|seconds| seconds * 1_000), 0..9_000_u32];
    (milliseconds, 0..4_u32)
}

fn submit() -> impl Strategy<Value = Operation> {
    let product =
        prop_oneof![4 => Just(Product::Clip), 2 => Just(Product::Likeness), 1 => Just(Product::Edit)];
    let again = prop_oneof![8 => Just(None), 1 => any::<usize>().prop_map(Some)];
    (org(), 0..KEYS.len(), product, amounts(), again)
        .prop_map(|(org, key, product, asked, again)| Operation::Submit { org, key, product, asked, again })
}

const REASONS: [Reason; 4] = [Reason::Failed, Reason::Canceled, Reason::Moderated, Reason::Expired];

fn money_of_jobs() -> impl Strategy<Value = Operation> {
    // The newest jobs are the open ones: counted from the end.
    let job = || prop_oneof![3 => 0..3_usize, 1 => 0..12_usize];
    prop_oneof![
        4 => (job(), amounts()).prop_map(|(job, delivered)| Operation::Complete { job, delivered }),
        3 => (job(), prop::sample::select(&REASONS[..])).prop_map(|(job, reason)| Operation::End { job, reason }),
        1 => Just(Operation::LeaseExpires),
    ]
}

fn time() -> impl Strategy<Value = Operation> {
    prop_oneof![
        3 => (1..15_i64).prop_map(|days| Operation::Wait { us: days * DAY_US }),
        1 => (1..1_000_000_i64).prop_map(|us| Operation::Wait { us }),
        1 => Just(Operation::Sweep),
    ]
}

fn credit() -> impl Strategy<Value = Operation> {
    let funding = prop::sample::select(&[Funding::Promotional, Funding::Stripe, Funding::Manual][..]);
    let ends_in_us = option::of((0..20_i64).prop_map(|days| days * DAY_US));
    prop_oneof![
        6 => (org(), funding, micros(), 49..52_i32, ends_in_us).prop_map(
            |(org, funding, micros, priority, ends_in_us)| Operation::Grant { org, funding, micros, priority, ends_in_us }
        ),
        1 => (0..8_usize).prop_map(|which| Operation::GrantAgain { which }),
        2 => (org(), micros(), 0..4_u8).prop_map(|(org, micros, name)| Operation::TakeBack { org, micros, name }),
        1 => (org(), micros(), 0..4_u8).prop_map(|(org, micros, name)| Operation::Pay { org, micros, name }),
    ]
}

fn settings() -> impl Strategy<Value = Operation> {
    let limited = prop_oneof![
        Just(Limited::Organization),
        (0..PROJECTS).prop_map(Limited::Project),
        (0..KEYS.len()).prop_map(Limited::Key),
    ];
    let maybe = || prop_oneof![4 => micros().prop_map(Some), 1 => Just(None)];
    let project = || option::of(0..PROJECTS);
    prop_oneof![
        3 => (org(), limited, maybe()).prop_map(|(org, limited, micros)| Operation::Limit { org, limited, micros }),
        1 => (org(), maybe()).prop_map(|(org, micros)| Operation::OwedLimit { org, micros }),
        2 => (org(), project(), 0..=10_000_i32, -2..10_i64).prop_map(|(org, project, points, days)| {
            Operation::Discount { org, project, points, from_in_us: days * DAY_US }
        }),
        1 => (org(), any::<bool>()).prop_map(|(org, prepaid)| Operation::Mode { org, prepaid }),
        2 => (org(), project(), micros()).prop_map(|(org, project, micros)| Operation::Alert { org, project, micros }),
    ]
}
