//! What a video would cost and when it would be there, without making it.

use kinora_billing::{Line, Mode, Quote, balances, profile, quote};
use kinora_spec::CostReport;
use kinora_store::Db;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, PastRow};
use super::wire::Video;
use super::wish::Wish;
use super::{casting, rules};
use crate::characters::cast;
use crate::characters::keeper::Keeper;
use crate::credit::flow::spendable;
use crate::http::Tenant;
use crate::money::rules::{asked, item};
use crate::replays::Attempt;
use crate::{ApiError, App};

/// Of how many of the last videos of its kind a video is foretold.
const PAST_VIDEOS_MAX: i64 = 20;

/// What a video would cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoEstimate)]
pub struct Estimate {
    /// Always `video.estimate`.
    #[schema(example = "video.estimate")]
    pub object: &'static str,
    /// The model, by its id.
    #[schema(example = "kinora-mini")]
    pub model: String,
    /// What is done, as price lists tell it apart.
    #[schema(example = "create")]
    pub operation: &'static str,
    /// Width and height, pixels.
    #[schema(example = "1280x720")]
    pub size: String,
    /// Length, seconds, as text.
    #[schema(example = "8")]
    pub seconds: String,
    /// What it would cost whoever asks for it.
    pub cost: EstimatedCost,
    /// What it would take to compute, from the last videos of this model and size; `null` before there are any.
    #[schema(required)]
    pub compute: Option<EstimatedCompute>,
    /// Expected time until it would be there, milliseconds, the queue included; `null` as above.
    #[schema(required)]
    pub eta_ms: Option<i64>,
    /// Videos that wait already.
    pub queued_videos: i64,
    /// Whether what the organization may spend now covers it. Limits on spending are not looked at.
    pub sufficient_credit: bool,
}

/// What is answered to whoever asks for a video: the video, or with `dry_run` its estimate.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = VideoOrEstimate)]
pub enum VideoOrEstimate {
    /// The video.
    Video(Box<Video>),
    /// What it would cost.
    Estimate(Box<Estimate>),
}

/// The price of a video. Amounts are dollars with six decimals, exact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoEstimatedCost)]
pub struct EstimatedCost {
    /// Always `usd`.
    #[schema(example = "usd")]
    pub currency: &'static str,
    /// The most it can cost.
    #[schema(example = "0.008000")]
    pub estimated: String,
    /// The price list in force.
    #[schema(example = "2026-01-01-example")]
    pub price_list: String,
    /// What is taken off each line, hundredths of a percent.
    pub discount_basis_points: i32,
    /// What it is made of.
    pub lines: Vec<EstimatedLine>,
}

/// One priced quantity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoEstimatedLine)]
pub struct EstimatedLine {
    /// `second`, `job` or `reference`.
    #[schema(example = "second")]
    pub component: &'static str,
    /// How much of it, with three decimals.
    #[schema(example = "8.000")]
    pub quantity: String,
    /// What one costs on the list, dollars.
    #[schema(example = "0.001000")]
    pub unit: String,
    /// What the quantity costs, after the discount, dollars.
    #[schema(example = "0.008000")]
    pub amount: String,
}

/// What computing a video would take.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoEstimatedCompute)]
pub struct EstimatedCompute {
    /// Time a device would be held, seconds.
    pub seconds: f64,
    /// What that costs the operator, dollars with six decimals.
    #[schema(example = "0.000068")]
    pub cost: String,
    /// How many videos this is from.
    pub samples: usize,
}

/// What a request would cost.
///
/// # Errors
/// When it would be refused: for what it asks, or for what it may cost.
pub async fn estimate(app: &App, tenant: &Tenant, once: Attempt, wish: Wish) -> Result<Estimate, ApiError> {
    let (asker, keeper, now_us) = (tenant.clone(), Keeper::of(&app.pepper), app.clock.now_us());
    let work = move |db: &mut Db| {
        let (spec, _) = casting::cast(db, casting::ask(&keeper, &asker, &wish, now_us), &wish)?;
        let Wish { operation, extras, .. } = wish;
        let item = item(&spec, operation);
        let payer = (asker.organization.as_str(), asker.project.as_str());
        let quote = quote(db, payer, &item, asked(&spec), now_us)?;
        rules::check_max_cost(quote.total, extras.max_cost)?;
        let past = store::past(db, &spec.model, &spec.size.to_string(), PAST_VIDEOS_MAX)?;
        let load = store::load(db)?;
        let foretold = foretell(&past, spec.new_seconds());
        Ok(Estimate {
            object: "video.estimate",
            operation: item.operation.name(),
            size: spec.size.to_string(),
            seconds: spec.seconds.to_string(),
            sufficient_credit: covers(db, payer.0, &quote, now_us)?,
            cost: cost(&quote)?,
            eta_ms: foretold.as_ref().map(|run| eta_ms(run, load)),
            compute: foretold.map(|run| run.compute),
            queued_videos: load.0,
            model: spec.model,
        })
    };
    let estimated = app.read(once, work).await;
    if let Err(refused) = &estimated {
        cast::note_refused(app, tenant, refused).await;
    }
    estimated
}

/// Whether an organization may spend what was quoted.
fn covers(db: &mut Db, organization: &str, quote: &Quote, now_us: i64) -> Result<bool, ApiError> {
    let now = balances(db, organization)?;
    // Credit pays for all of a video or for nothing of it, whoever pays afterwards.
    if spendable(db, organization, &now, now_us)? >= quote.total {
        return Ok(true);
    }
    let on_account = profile(db, organization)?.mode == Mode::Postpaid;
    let may_owe = now.owed_limit.map(|limit| limit.checked_add(now.owed).unwrap_or(limit));
    Ok(on_account && may_owe.is_none_or(|may_owe| may_owe >= quote.total))
}

fn cost(quote: &Quote) -> Result<EstimatedCost, ApiError> {
    let lines = quote.lines(quote.asked).ok_or(kinora_billing::Error::Overflow)?;
    let line = |line: Line| EstimatedLine {
        component: line.component.name(),
        quantity: format!("{}.{:03}", line.quantity_milli / 1_000, line.quantity_milli % 1_000),
        unit: line.unit.dollars(),
        amount: line.amount.dollars(),
    };
    Ok(EstimatedCost {
        currency: "usd",
        estimated: quote.total.dollars(),
        price_list: quote.price_list.clone(),
        discount_basis_points: quote.discount.get(),
        lines: lines.into_iter().map(line).collect(),
    })
}

/// Expected time until a video that begins to wait now is there, milliseconds; `None` before there was one of its kind.
///
/// # Errors
/// When the database fails.
pub(super) fn expected_ms(
    db: &mut Db,
    model: &str,
    size: &str,
    seconds: u32,
) -> Result<Option<i64>, ApiError> {
    let past = store::past(db, model, size, PAST_VIDEOS_MAX)?;
    let Some(run) = foretell(&past, seconds) else { return Ok(None) };
    Ok(Some(eta_ms(&run, store::load(db)?)))
}

/// Those that run end one after the other, as many at a time as there are.
fn eta_ms(run: &Foretold, (queued, running): (i64, i64)) -> i64 {
    run.run_ms.saturating_mul(1 + queued / running.max(1))
}

struct Foretold {
    run_ms: i64,
    compute: EstimatedCompute,
}

/// What a video of `seconds` will take, if it is as those before it: each grows with its length.
fn foretell(past: &[PastRow], seconds: u32) -> Option<Foretold> {
    let mut samples = 0;
    let (mut lengths, mut run_us, mut device_us, mut micros) = (0_i64, 0_i64, 0_u64, 0_i64);
    for row in past {
        let report = row.report.as_deref().and_then(|text| serde_json::from_str::<CostReport>(text).ok());
        let (Some(report), Some(from_us), Some(until_us)) = (report, row.started_at, row.completed_at) else {
            continue;
        };
        samples += 1;
        lengths += i64::from(row.seconds);
        run_us = run_us.saturating_add(until_us.saturating_sub(from_us));
        device_us = device_us.saturating_add(report.device_us());
        micros = micros.saturating_add(row.compute_micros.unwrap_or(0));
    }
    if lengths == 0 {
        return None;
    }
    let grown = |sum: i64| sum.saturating_mul(i64::from(seconds)) / lengths;
    let device_us = i64::try_from(device_us).unwrap_or(i64::MAX);
    let compute = EstimatedCompute {
        seconds: grown(device_us) as f64 / 1e6,
        cost: kinora_billing::Micros::new(grown(micros)).dollars(),
        samples,
    };
    Some(Foretold { run_ms: grown(run_us) / 1_000, compute })
}
