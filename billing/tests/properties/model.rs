//! What must come of a history, in plain vectors and maps: slow, obvious, and without a line of the code it judges.

use std::collections::BTreeMap;

use kinora_billing::Funding;

use crate::operations::{Amounts, Crash, History, Limited, Operation};
use crate::organization::{Alert, Block, Discount, End, Hold, Org};
use crate::terms::{BEGIN_US, KEYS, Product, month, price};

#[derive(Clone, Debug)]
pub struct Granted {
    pub org: usize,
    pub funding: Funding,
    pub micros: i64,
    pub priority: i32,
    pub ends_us: Option<i64>,
    pub block: usize,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub now_us: i64,
    pub orgs: Vec<Org>,
    /// By the number of the job.
    pub jobs: Vec<Option<Hold>>,
    pub grants: Vec<Granted>,
    /// Whose and how much, by name.
    taken: BTreeMap<u8, (usize, i64)>,
    paid: BTreeMap<u8, (usize, i64)>,
}

impl Model {
    pub fn new(history: &History) -> Self {
        let begin = |begin: &crate::operations::Beginning| Org {
            prepaid: begin.prepaid,
            mirrored: begin.mirrored,
            owed_limit: begin.owed_limit,
            ..Org::default()
        };
        Self {
            now_us: BEGIN_US,
            orgs: history.organizations.iter().map(begin).collect(),
            jobs: Vec::new(),
            grants: Vec::new(),
            taken: BTreeMap::new(),
            paid: BTreeMap::new(),
        }
    }

    /// Which job or grant an operation is about: the same however often it is repeated.
    pub fn subject(&self, operation: &Operation) -> usize {
        match operation {
            Operation::Submit { again: Some(again), .. } if !self.jobs.is_empty() => again % self.jobs.len(),
            Operation::Submit { .. } => self.jobs.len(),
            Operation::Complete { job, .. } | Operation::End { job, .. } => {
                // Counted from the newest; beyond the oldest is one that nobody asked for.
                self.jobs.len().checked_sub(job + 1).unwrap_or(self.jobs.len() + 100)
            }
            Operation::GrantAgain { which } if !self.grants.is_empty() => which % self.grants.len(),
            _ => self.grants.len(),
        }
    }

    /// What comes of an operation, and does it.
    pub fn predict(&mut self, operation: &Operation, subject: usize) -> String {
        let now_us = self.now_us;
        match *operation {
            Operation::Submit { org, key, product, asked, .. } => {
                self.submit((org, key), product, asked, subject).unwrap_or_else(|refusal| refusal)
            }
            Operation::Complete { delivered, .. } => self.finish(subject, Some(delivered)),
            Operation::End { .. } => self.finish(subject, None),
            Operation::Wait { us } => {
                self.now_us += us;
                "done".to_owned()
            }
            Operation::Grant { org, funding, micros, priority, ends_in_us } => {
                let ends_us = ends_in_us.map(|us| now_us + us);
                let block = self.orgs[org].blocks.len();
                let grant = Granted { org, funding, micros, priority, ends_us, block };
                self.grant(subject, Some(grant))
            }
            Operation::GrantAgain { .. } => self.grant(subject, None),
            Operation::TakeBack { org, micros, name } => match self.taken.get(&name) {
                Some(before) => if *before == (org, micros) { "done" } else { "invalid" }.to_owned(),
                None => match self.orgs[org].draw(micros, now_us) {
                    Err(refusal) => refusal,
                    Ok(_) => {
                        self.taken.insert(name, (org, micros));
                        "done".to_owned()
                    }
                },
            },
            Operation::Pay { org, micros, name } => match self.paid.get(&name) {
                Some(before) => if *before == (org, micros) { "done" } else { "invalid" }.to_owned(),
                None => {
                    self.paid.insert(name, (org, micros));
                    self.orgs[org].owed += micros;
                    "done".to_owned()
                }
            },
            Operation::LeaseExpires => "done".to_owned(),
            Operation::Sweep => {
                self.orgs.iter_mut().for_each(|org| org.sweep(now_us));
                "done".to_owned()
            }
            _ => self.set(operation),
        }
    }

    /// The amount that lies so much beyond what is spent this month.
    pub fn threshold(&self, org: usize, limited: Limited, micros: i64) -> i64 {
        self.orgs[org].spent(limited, month(self.now_us)) + micros
    }

    fn set(&mut self, operation: &Operation) -> String {
        match *operation {
            Operation::Limit { org, limited, micros } => {
                self.orgs[org].limits.retain(|limit| limit.0 != limited);
                let threshold = micros.map(|micros| (limited, self.threshold(org, limited, micros)));
                self.orgs[org].limits.extend(threshold);
            }
            Operation::OwedLimit { org, micros } => {
                if micros.is_some_and(|micros| self.orgs[org].owed < -micros) {
                    return "invalid".to_owned();
                }
                self.orgs[org].owed_limit = micros;
            }
            Operation::Discount { org, project, points, from_in_us } => {
                let from_us = self.now_us + from_in_us;
                self.orgs[org].discounts.push(Discount { project, points, from_us });
            }
            Operation::Mode { org, prepaid } => self.orgs[org].prepaid = prepaid,
            Operation::Alert { org, project, micros } => {
                let scope = project.map_or(Limited::Organization, Limited::Project);
                let micros = self.threshold(org, scope, micros);
                self.orgs[org].alerts.push(Alert { project, micros, month: None });
            }
            _ => unreachable!("{operation:?} is not a setting"),
        }
        "done".to_owned()
    }

    fn submit(
        &mut self,
        (org, key): (usize, usize),
        product: Product,
        asked: Amounts,
        job: usize,
    ) -> Result<String, String> {
        let (now_us, month) = (self.now_us, month(self.now_us));
        if job == self.jobs.len() {
            self.jobs.push(None);
        }
        let (list, rates) = price(product, now_us).ok_or("no price")?;
        let points = self.orgs[org].points(KEYS[key], now_us);
        let created_us = now_us;
        let mut hold =
            Hold { org, key, amount: 0, asked, list, rates, points, draws: None, created_us, end: None };
        hold.amount = hold.lines(asked).iter().sum();
        if self.jobs[job].is_some() {
            return Err("already held".to_owned());
        }
        let org = &mut self.orgs[org];
        org.refusal(key, hold.amount, month).map_or(Ok(()), Err)?;
        let covered = hold.amount > 0 && org.covers(hold.amount, now_us);
        if org.prepaid || covered {
            hold.draws = Some(if hold.amount > 0 { org.draw(hold.amount, now_us)? } else { Vec::new() });
        } else {
            let available = org.owed_limit.map(|limit| limit + org.owed);
            if let Some(available) = available.filter(|available| *available < hold.amount) {
                return Err(format!("short of {}, has {available}", hold.amount - available));
            }
            org.owed -= hold.amount;
            if hold.amount > 0 {
                org.sweep(now_us);
            }
        }
        *org.spent.entry((key, month)).or_insert(0) += hold.amount;
        org.ring(key, month);
        let answer = format!("held {}", hold.amount);
        self.jobs[job] = Some(hold);
        Ok(answer)
    }

    fn finish(&mut self, job: usize, delivered: Option<Amounts>) -> String {
        let now_us = self.now_us;
        let Some(Some(hold)) = self.jobs.get_mut(job) else { return "nothing held".to_owned() };
        match (&hold.end, delivered) {
            (Some(End::Captured(captured)), Some(_)) => {
                return format!("captured {captured}, released {}", hold.amount - captured);
            }
            (Some(End::Released), None) => return format!("captured 0, released {}", hold.amount),
            (Some(_), _) => return "settled otherwise".to_owned(),
            (None, _) => {}
        }
        let org = &mut self.orgs[hold.org];
        let captured = match delivered {
            None => 0,
            Some(delivered) => {
                let lines = hold.lines(delivered);
                let captured = lines.iter().sum();
                let charged = org.charged.entry(month(now_us)).or_default();
                *charged = (charged.0 + captured, charged.1 + lines.len());
                if org.mirrored && captured > 0 {
                    org.told.push(captured);
                }
                captured
            }
        };
        let released = hold.amount - captured;
        hold.end = Some(if delivered.is_some() { End::Captured(captured) } else { End::Released });
        *org.spent.get_mut(&(hold.key, month(hold.created_us))).unwrap() -= released;
        match &hold.draws {
            None => org.owed += released,
            Some(draws) => {
                let mut left = released;
                for (block, taken) in draws.iter().rev() {
                    let back = left.min(*taken);
                    org.blocks[*block].remaining += back;
                    left -= back;
                }
            }
        }
        format!("captured {captured}, released {released}")
    }

    fn grant(&mut self, subject: usize, new: Option<Granted>) -> String {
        if let Some(before) = self.grants.get(subject) {
            return format!("granted {}", self.orgs[before.org].blocks[before.block].remaining);
        }
        let Some(grant) = new else { return "nothing granted".to_owned() };
        if grant.ends_us.is_some_and(|end_us| end_us <= self.now_us) {
            return "invalid".to_owned();
        }
        self.orgs[grant.org].blocks.push(Block {
            promotional: matches!(grant.funding, Funding::Promotional),
            priority: grant.priority,
            amount: grant.micros,
            remaining: grant.micros,
            ends_us: grant.ends_us,
            created_us: self.now_us,
        });
        let answer = format!("granted {}", grant.micros);
        self.grants.push(grant);
        answer
    }
}

/// Whether an operation may be asked for twice with the meaning of once, and so after a lost answer.
pub const fn repeats(operation: &Operation, crash: Crash) -> bool {
    // Time does not pass twice, and those settings have no name by which a second one is known.
    let once =
        matches!(operation, Operation::Wait { .. } | Operation::Discount { .. } | Operation::Alert { .. });
    matches!(crash, Crash::AfterCommit) && !once
}
