//! One file on its way from a worker into the storage, hashed while it passes.

use std::time::Duration;

use actix_web::web::Payload;
use futures_util::StreamExt as _;
use kinora_spec::lease::{AssetDigest, AssetKind};
use kinora_spec::limits::ASSET_BYTES_MAX;

use super::wire::LeaseError;
use super::{flow, store};
use crate::blobs::{BlobWriter, Written};
use crate::{ApiError, App};

/// Longest silence in the middle of an upload, after which its connection counts as dead.
const STALL: Duration = Duration::from_secs(30);

/// Stores one file of a run whose lease is held, before and after. A second one of the same kind takes the
/// place of the first.
///
/// # Errors
/// [`LeaseError::Lost`]; [`ApiError::TooLarge`]; [`ApiError::BodyBroken`] when the body stops in the middle.
pub async fn upload(
    app: &App,
    run: String,
    kind: AssetKind,
    body: Payload,
) -> Result<AssetDigest, LeaseError> {
    let path = expect(app, run.clone(), kind).await?;
    let mut writer = app.blobs.writer(&path).await.map_err(anyhow::Error::from)?;
    if let Err(error) = copy(body, &mut writer).await {
        if let Err(error) = writer.abort().await {
            tracing::warn!(%error, path, "an upload could not be undone; the sweep will");
        }
        return Err(error.into());
    }
    let Written { bytes, sha256 } = writer.finish().await.map_err(anyhow::Error::from)?;
    let digest = AssetDigest { kind, bytes, sha256 };
    let noted = note(app, run, digest.clone()).await;
    if matches!(noted, Err(LeaseError::Lost)) {
        // The sweep may have been here already, and it comes for each row once only.
        app.blobs.remove(&path).await.map_err(anyhow::Error::from)?;
    }
    noted.map(|()| digest)
}

/// Writes down that the file is coming, and answers where it goes.
async fn expect(app: &App, run: String, kind: AssetKind) -> Result<String, LeaseError> {
    let now_us = app.clock.now_us();
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                let row = flow::held(db, &run, now_us)?;
                let path = format!("videos/{}/{run}/{}.{}", row.video_id, kind.name(), kind.extension());
                store::expect_asset(db, &run, kind, &path)?;
                Ok(path)
            })
        })
        .await
}

/// Writes down what came.
async fn note(app: &App, run: String, digest: AssetDigest) -> Result<(), LeaseError> {
    let now_us = app.clock.now_us();
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                flow::held(db, &run, now_us)?;
                Ok(store::fill_asset(db, &run, &digest)?)
            })
        })
        .await
}

async fn copy(mut body: Payload, writer: &mut BlobWriter) -> Result<(), ApiError> {
    loop {
        let next = tokio::time::timeout(STALL, body.next()).await.map_err(|_| ApiError::BodyBroken)?;
        let Some(chunk) = next else { return Ok(()) };
        let chunk = chunk.map_err(|_| ApiError::BodyBroken)?;
        if writer.bytes() + chunk.len() as u64 > ASSET_BYTES_MAX {
            return Err(ApiError::TooLarge { limit_bytes: ASSET_BYTES_MAX });
        }
        writer.write(&chunk).await.map_err(|error| ApiError::Internal(error.into()))?;
    }
}
