//! The model of one organization: its blocks, holds, limits, alerts and what was charged.

use std::collections::BTreeMap;

use crate::operations::{Amounts, Limited};
use crate::terms::{KEYS, Rates};

#[derive(Clone, Debug)]
pub struct Block {
    pub promotional: bool,
    pub priority: i32,
    pub amount: i64,
    pub remaining: i64,
    pub ends_us: Option<i64>,
    pub created_us: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Captured(i64),
    Released,
}

#[derive(Clone, Debug)]
pub struct Hold {
    pub org: usize,
    pub key: usize,
    pub amount: i64,
    pub asked: Amounts,
    pub list: &'static str,
    pub rates: Rates,
    pub points: i32,
    /// Which blocks it was drawn from, in that order; `None` when it is owed.
    pub draws: Option<Vec<(usize, i64)>>,
    pub created_us: i64,
    pub end: Option<End>,
}

#[derive(Clone, Debug)]
pub struct Alert {
    pub project: Option<usize>,
    pub micros: i64,
    pub month: Option<i32>,
}

#[derive(Clone, Debug)]
pub struct Discount {
    pub project: Option<usize>,
    pub points: i32,
    pub from_us: i64,
}

#[derive(Clone, Debug, Default)]
pub struct Org {
    pub prepaid: bool,
    pub mirrored: bool,
    pub owed: i64,
    pub owed_limit: Option<i64>,
    pub blocks: Vec<Block>,
    pub limits: Vec<(Limited, i64)>,
    pub discounts: Vec<Discount>,
    pub alerts: Vec<Alert>,
    /// How often an alert went off.
    pub events: usize,
    /// Micro-dollars of captures that another book is told of, one each.
    pub told: Vec<i64>,
    /// By key and month.
    pub spent: BTreeMap<(usize, i32), i64>,
    /// Charged, and how many lines, by month.
    pub charged: BTreeMap<i32, (i64, usize)>,
}

/// `quantity` thousandths of `unit`, less `points` hundredths of a percent, rounded up.
fn priced(unit: i64, quantity: i64, points: i32) -> i64 {
    let exact = i128::from(unit) * i128::from(quantity) * i128::from(10_000 - points);
    i64::try_from((exact + 9_999_999) / 10_000_000).unwrap()
}

impl Hold {
    /// The amounts of the lines of what was delivered.
    pub fn lines(&self, (ms, references): Amounts) -> Vec<i64> {
        let [second, job, reference] = self.rates;
        let references = i64::from(references.min(self.asked.1));
        let mut lines = vec![priced(second, i64::from(ms.min(self.asked.0)), self.points)];
        if job > 0 {
            lines.push(priced(job, 1_000, self.points));
        }
        if reference > 0 && references > 0 {
            lines.push(priced(reference, references * 1_000, self.points));
        }
        lines
    }
}

impl Org {
    /// The blocks that may be spent, in that order.
    fn live(&self, now_us: i64) -> Vec<usize> {
        let alive = |block: &Block| block.remaining > 0 && block.ends_us.is_none_or(|end_us| end_us > now_us);
        let mut live: Vec<usize> =
            (0..self.blocks.len()).filter(|index| alive(&self.blocks[*index])).collect();
        live.sort_by_key(|index| {
            let block = &self.blocks[*index];
            let end_us = block.ends_us.unwrap_or(i64::MAX);
            (block.priority, !block.promotional, end_us, block.created_us, *index)
        });
        live
    }

    /// Draws from blocks, or says what there is.
    pub fn covers(&self, amount: i64, now_us: i64) -> bool {
        self.live(now_us).iter().map(|index| self.blocks[*index].remaining).sum::<i64>() >= amount
    }

    pub fn draw(&mut self, amount: i64, now_us: i64) -> Result<Vec<(usize, i64)>, String> {
        let live = self.live(now_us);
        let available: i64 = live.iter().map(|index| self.blocks[*index].remaining).sum();
        if available < amount {
            return Err(format!("short of {}, has {available}", amount - available));
        }
        self.sweep(now_us);
        let mut left = amount;
        let mut draws = Vec::new();
        for index in live {
            let taken = left.min(self.blocks[index].remaining);
            if taken > 0 {
                self.blocks[index].remaining -= taken;
                left -= taken;
                draws.push((index, taken));
            }
        }
        Ok(draws)
    }

    pub fn sweep(&mut self, now_us: i64) {
        for block in &mut self.blocks {
            if block.ends_us.is_some_and(|end_us| end_us <= now_us) {
                block.remaining = 0;
            }
        }
    }

    pub fn spent(&self, limited: Limited, in_month: i32) -> i64 {
        let counts = |key: usize| match limited {
            Limited::Organization => true,
            Limited::Project(project) => KEYS[key] == project,
            Limited::Key(limited) => key == limited,
        };
        let all = self.spent.iter().filter(|((key, month), _)| *month == in_month && counts(*key));
        all.map(|(_, micros)| micros).sum()
    }

    /// Why limits refuse an amount, if they do.
    pub fn refusal(&self, key: usize, amount: i64, in_month: i32) -> Option<String> {
        let scopes = [Limited::Organization, Limited::Project(KEYS[key]), Limited::Key(key)];
        for (scope, name) in scopes.into_iter().zip(["organization", "project", "api_key"]) {
            let Some((_, limit)) = self.limits.iter().find(|limit| limit.0 == scope) else { continue };
            let left = (limit - self.spent(scope, in_month)).max(0);
            if amount > left {
                return Some(format!("limit {limit} of the {name} leaves {left} of {amount}"));
            }
        }
        None
    }

    pub fn points(&self, project: usize, now_us: i64) -> i32 {
        let of = |whose: Option<usize>| {
            let in_force = self.discounts.iter().filter(|d| d.project == whose && d.from_us <= now_us);
            in_force.max_by_key(|discount| discount.from_us).map(|discount| discount.points)
        };
        of(Some(project)).or_else(|| of(None)).unwrap_or(0)
    }

    pub fn ring(&mut self, key: usize, in_month: i32) {
        for index in 0..self.alerts.len() {
            let alert = &self.alerts[index];
            let scope = alert.project.map_or(Limited::Organization, Limited::Project);
            let about = alert.project.is_none_or(|project| project == KEYS[key]);
            if about && alert.month != Some(in_month) && self.spent(scope, in_month) >= alert.micros {
                self.alerts[index].month = Some(in_month);
                self.events += 1;
            }
        }
    }
}
