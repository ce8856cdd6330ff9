//! What reads usage and costs, and puts it into buckets.

use std::collections::BTreeMap;

use kinora_billing::Micros;

use super::rules::Span;
use super::store::{self, CostRow, Moment, UsageGroup};
use super::wire::{BucketPage, CostAmount, CostFilter, CostResult, TimeBucket, UsageFilter, UsageResult};
use crate::clock::SECOND_US;
use crate::ids::OrganizationId;
use crate::spend::rules::number;
use crate::{ApiError, App};

/// What an organization was charged.
///
/// # Errors
/// When the database fails.
pub async fn costs(
    app: &App,
    organization: OrganizationId,
    span: Span,
    filter: CostFilter,
) -> Result<BucketPage<CostResult>, ApiError> {
    let sources = filter.group_by.contains(&"api_source");
    let rows =
        app.store.run(move |db| Ok::<_, ApiError>(store::costs(db, organization.as_str(), &span, &filter)?));
    let rows = rows.await?.into_iter().map(|row| (row.bucket, cost(row, sources)));
    Ok(page(&span, rows))
}

fn cost(row: CostRow, sources: bool) -> CostResult {
    let amount = Micros::new(row.amount_micros);
    let named = row.line_item.is_some();
    let of_time = row.line_item.as_deref().is_some_and(|item| item.ends_with(", second"));
    CostResult {
        object: "organization.costs.result",
        amount: CostAmount { value: number(amount), currency: "usd", exact: amount.dollars() },
        line_item: row.line_item,
        project_id: row.project_id,
        api_key_id: row.api_key_id,
        user_id: None,
        api_source: sources.then_some("unlabeled"),
        quantity: named.then(|| row.quantity_milli as f64 / 1e3),
        quantity_unit: of_time.then_some("duration_seconds"),
    }
}

/// What an organization made: requests by when they were made, and clips by when they were completed.
///
/// # Errors
/// When the database fails.
pub async fn usage(
    app: &App,
    organization: OrganizationId,
    span: Span,
    filter: UsageFilter,
) -> Result<BucketPage<UsageResult>, ApiError> {
    let read = app.store.run(move |db| {
        db.read_tx(|db| {
            let organization = organization.as_str();
            let asked = store::usage(db, organization, &span, &filter, Moment::Asked)?;
            let completed = store::usage(db, organization, &span, &filter, Moment::Completed)?;
            Ok::<_, ApiError>((asked, completed))
        })
    });
    let (asked, completed) = read.await?;
    let mut groups: BTreeMap<UsageGroup, UsageResult> = BTreeMap::new();
    for row in asked {
        let result = groups.entry(row.group.clone()).or_insert_with(|| nothing(row.group));
        result.num_model_requests = row.count;
    }
    for row in completed {
        let result = groups.entry(row.group.clone()).or_insert_with(|| nothing(row.group));
        result.videos = row.count;
        result.seconds = row.output_ms as f64 / 1e3;
        result.gpu_seconds = row.device_us as f64 / 1e6;
    }
    Ok(page(&span, groups.into_iter().map(|(group, result)| (group.bucket, result))))
}

fn nothing(group: UsageGroup) -> UsageResult {
    UsageResult {
        object: "organization.usage.videos.result",
        videos: 0,
        seconds: 0.0,
        num_model_requests: 0,
        gpu_seconds: 0.0,
        size: group.size,
        model: group.model,
        operation: group.operation,
        project_id: group.project_id,
        api_key_id: group.api_key_id,
        user_id: None,
    }
}

/// The page of a span with its results, each with the index of its bucket.
fn page<T>(span: &Span, results: impl Iterator<Item = (i64, T)>) -> BucketPage<T> {
    let mut by_index: BTreeMap<i64, Vec<T>> = BTreeMap::new();
    for (index, result) in results {
        by_index.entry(index).or_default().push(result);
    }
    let buckets = span.buckets().into_iter().map(|(from_us, until_us)| TimeBucket {
        object: "bucket",
        start_time: from_us / SECOND_US,
        end_time: until_us / SECOND_US,
        results: by_index.remove(&span.index(from_us)).unwrap_or_default(),
    });
    let data = buckets.collect();
    let next_page = span.next_page();
    BucketPage { object: "page", data, has_more: next_page.is_some(), next_page }
}
