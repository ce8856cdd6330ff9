//! Where a receipt's facts come from: the video, its clip, and the lines of the ledger.

use anyhow::Context as _;
use kinora_billing::{Micros, charged_lines, price_list};
use kinora_spec::CostReport;
use kinora_spec::lease::AssetKind;
use kinora_store::Db;

use super::rules::Signatory;
use super::wire::{Payload, Receipt, ReceiptCompute};
use crate::clock::SECOND_US;
use crate::http::Tenant;
use crate::ids::VideoId;
use crate::videos::rules::Status;
use crate::videos::store::{self, VideoRow};
use crate::{ApiError, App};

/// The receipt of a video.
///
/// # Errors
/// [`ApiError::VideoNotReady`], [`ApiError::VideoFailed`] and [`ApiError::VideoExpired`]; [`ApiError::NotFound`] also for a video of a release that
/// charged nothing.
pub async fn receipt(app: &App, tenant: &Tenant, id: VideoId) -> Result<Receipt, ApiError> {
    let signatory = Signatory::of(&app.pepper);
    let tenant = tenant.clone();
    app.store
        .run(move |db| {
            let row = store::find(db, tenant.project.as_str(), id.as_str())?
                .ok_or_else(|| ApiError::not_found("video", id.as_str()))?;
            match Status::from_name(&row.status) {
                Some(Status::Completed) => {}
                Some(Status::Failed) => return Err(ApiError::VideoFailed),
                _ => return Err(ApiError::VideoNotReady),
            }
            let payload = payload(db, &tenant, row)?;
            let text = serde_json::to_value(&payload).context("a receipt cannot be written")?;
            Ok(Receipt { object: "video.receipt", signed: signatory.sign(&text), payload })
        })
        .await
}

fn payload(db: &mut Db, tenant: &Tenant, row: VideoRow) -> Result<Payload, ApiError> {
    let lines = charged_lines(db, &row.id)?;
    let Some(first) = lines.first().cloned() else { return Err(ApiError::not_found("receipt", &row.id)) };
    let run = row.run_id.as_deref().unwrap_or_default();
    let clip = store::asset(db, run, AssetKind::Video.name())?;
    let clip = clip.ok_or(ApiError::VideoExpired)?;
    let report = row.report.as_deref().context("a completed video has no report")?;
    let report: CostReport = serde_json::from_str(report).context("a report cannot be read")?;
    let list = price_list(db, &first.price_list_id)?.context("a line's price list is not there")?;
    let total =
        lines.iter().try_fold(Micros::ZERO, |sum, line| sum.checked_add(Micros::new(line.amount_micros)));
    Ok(Payload {
        iss: "kinora",
        iat: row.completed_at.unwrap_or(first.captured_at).div_euclid(SECOND_US),
        organization: tenant.organization.to_string(),
        project: tenant.project.to_string(),
        model: first.model,
        operation: first.operation,
        size: row.size,
        clip_sha256: clip.sha256,
        clip_bytes: clip.bytes,
        currency: "usd",
        price_list: list.id,
        price_list_sha256: list.sha256,
        total: total.ok_or(kinora_billing::Error::Overflow)?.dollars(),
        lines: lines.into_iter().map(Into::into).collect(),
        compute: ReceiptCompute {
            device_us: report.device_us(),
            flops: report.flops(),
            cost: Micros::new(row.compute_micros.unwrap_or(0)).dollars(),
            device: report.device.name,
            backend: report.device.backend,
        },
        sub: row.id,
    })
}
