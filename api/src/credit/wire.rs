//! What travels: balances, blocks and statements. Amounts are dollars as text with six decimals: exact.

use kinora_billing::{Balances, Block, Micros, Month, Profile, StatementLine};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::{SECOND_US, rfc3339};
use crate::http::csv::Csv;

/// What an organization has and owes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Credit {
    /// Always `organization.credit`.
    #[schema(example = "organization.credit")]
    pub object: &'static str,
    /// `prepaid` or `postpaid`.
    #[schema(example = "prepaid")]
    pub mode: &'static str,
    /// Always `usd`.
    #[schema(example = "usd")]
    pub currency: &'static str,
    /// What can be spent. What is held is not in it.
    #[schema(example = "12.500000")]
    pub balance: String,
    /// What is set aside for videos that are not over.
    #[schema(example = "0.004000")]
    pub held: String,
    /// What is owed, what is held on account included.
    #[schema(example = "0.000000")]
    pub owed: String,
    /// What may be owed at most; `null` for any amount.
    #[schema(required)]
    pub owed_limit: Option<String>,
    /// The blocks that have something left, the newest first: at most a thousand.
    pub blocks: Vec<CreditBlock>,
}

impl Credit {
    /// What the accounts say, with what can be spent of the credit and the blocks that it is in.
    #[must_use]
    pub fn of(profile: &Profile, balances: &Balances, spendable: Micros, blocks: Vec<Block>) -> Self {
        Self {
            object: "organization.credit",
            mode: profile.mode.name(),
            currency: "usd",
            balance: spendable.dollars(),
            held: balances.held.dollars(),
            owed: dollars(balances.owed.get().saturating_neg()),
            owed_limit: balances.owed_limit.map(Micros::dollars),
            blocks: blocks.into_iter().map(CreditBlock::from).collect(),
        }
    }
}

/// A block of credit.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreditBlock {
    /// Names the block.
    #[schema(example = "blk_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `organization.credit_block`.
    #[schema(example = "organization.credit_block")]
    pub object: &'static str,
    /// `promotional`, `paid` or `correction`.
    #[schema(example = "promotional")]
    pub source: String,
    /// 0 to 100; the lower is spent first.
    pub priority: i32,
    /// What it was.
    #[schema(example = "10.000000")]
    pub amount: String,
    /// What is left.
    #[schema(example = "9.996000")]
    pub remaining: String,
    /// When what is left ends, Unix seconds; `null` if it does not.
    #[schema(required)]
    pub expires_at: Option<i64>,
    /// Why it was given.
    pub reason: String,
    /// When, Unix seconds.
    pub created_at: i64,
}

impl From<Block> for CreditBlock {
    fn from(block: Block) -> Self {
        Self {
            id: block.id,
            object: "organization.credit_block",
            source: block.source,
            priority: block.priority,
            amount: dollars(block.amount_micros),
            remaining: dollars(block.remaining_micros),
            expires_at: block.expires_at.map(|at_us| at_us.div_euclid(SECOND_US)),
            reason: block.reason,
            created_at: block.created_at.div_euclid(SECOND_US),
        }
    }
}

/// A month in which something was charged.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementSummary {
    /// The month (UTC), which names the statement.
    #[schema(example = "2026-11")]
    pub id: String,
    /// Always `organization.statement`.
    #[schema(example = "organization.statement")]
    pub object: &'static str,
    /// Always `usd`.
    #[schema(example = "usd")]
    pub currency: &'static str,
    /// What was charged.
    #[schema(example = "0.004000")]
    pub total: String,
}

impl From<(Month, Micros)> for StatementSummary {
    fn from((month, total): (Month, Micros)) -> Self {
        let total = total.dollars();
        Self { id: month.to_string(), object: "organization.statement", currency: "usd", total }
    }
}

/// What was charged in a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statement {
    /// The month, with what was charged.
    #[serde(flatten)]
    pub summary: StatementSummary,
    /// Each thing that was charged, the earliest first: at most 10 000. The amounts of all pages add up to `total`.
    pub lines: Vec<Line>,
    /// Whether there are more: ask for them with the id of the last line as `after`.
    pub has_more: bool,
}

/// One thing that was charged.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatementEntry)]
pub struct Line {
    /// Names the line.
    pub id: String,
    /// When it was charged, Unix seconds.
    pub captured_at: i64,
    /// The project.
    pub project_id: String,
    /// The key.
    pub api_key_id: String,
    /// The video.
    pub video_id: String,
    /// The model.
    #[schema(example = "kinora-mini")]
    pub model: String,
    /// What was done.
    #[schema(example = "create")]
    pub operation: String,
    /// The resolution tier.
    #[schema(example = "720p")]
    pub tier: String,
    /// What is charged for: `second`, `job` or `reference`.
    #[schema(example = "second")]
    pub component: String,
    /// How much of it.
    pub quantity: f64,
    /// What a whole one costs on the list.
    #[schema(example = "0.001000")]
    pub unit_price: String,
    /// What was taken off, hundredths of a percent.
    #[schema(minimum = 0, maximum = 10_000)]
    pub discount_basis_points: i32,
    /// What was charged.
    #[schema(example = "0.004000")]
    pub amount: String,
    /// The price list.
    pub price_list: String,
}

impl From<StatementLine> for Line {
    fn from(line: StatementLine) -> Self {
        Self {
            id: line.id,
            captured_at: line.captured_at.div_euclid(SECOND_US),
            project_id: line.project_id,
            api_key_id: line.api_key_id,
            video_id: line.subject,
            model: line.model,
            operation: line.operation,
            tier: line.tier,
            component: line.component,
            quantity: line.quantity_milli as f64 / 1e3,
            unit_price: dollars(line.unit_micros),
            discount_basis_points: line.discount_basis_points,
            amount: dollars(line.amount_micros),
            price_list: line.price_list_id,
        }
    }
}

impl Statement {
    /// A page of the statement of a month and its total.
    #[must_use]
    pub fn of(summary: (Month, Micros), lines: Vec<StatementLine>, has_more: bool) -> Self {
        Self { summary: summary.into(), lines: lines.into_iter().map(Line::from).collect(), has_more }
    }
}

/// The columns of a statement's table.
const COLUMNS: [&str; 14] = [
    "id",
    "captured_at",
    "project_id",
    "api_key_id",
    "video_id",
    "model",
    "operation",
    "tier",
    "component",
    "quantity",
    "unit_price_usd",
    "discount_basis_points",
    "amount_usd",
    "price_list",
];

/// Lines of a statement as a table, without the sum; the columns' names stand before the first.
#[must_use]
pub fn statement_csv(lines: &[StatementLine], is_first: bool) -> String {
    let mut table = if is_first { Csv::with_columns(&COLUMNS) } else { Csv::more() };
    for line in lines {
        let quantity = format!("{}.{:03}", line.quantity_milli / 1_000, line.quantity_milli % 1_000);
        table.row([
            line.id.clone(),
            rfc3339(line.captured_at),
            line.project_id.clone(),
            line.api_key_id.clone(),
            line.subject.clone(),
            line.model.clone(),
            line.operation.clone(),
            line.tier.clone(),
            line.component.clone(),
            quantity,
            dollars(line.unit_micros),
            line.discount_basis_points.to_string(),
            dollars(line.amount_micros),
            line.price_list_id.clone(),
        ]);
    }
    table.text()
}

fn dollars(micros: i64) -> String {
    Micros::new(micros).dollars()
}
