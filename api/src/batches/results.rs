//! Writes what became of the lines of a batch into two files, and ends it.

use std::collections::HashMap;

use super::flow;
use super::rules::{ENDPOINT, Event};
use super::store::{self, BatchRow, ItemRow};
use super::submit::tenant_of;
use super::wire::{ResultBody, ResultError, ResultLine, ResultResponse};
use crate::blobs::BlobWriter;
use crate::files::{self, NewFile, Purpose};
use crate::http::Tenant;
use crate::videos::store as videos;
use crate::videos::wire::Video;
use crate::{ApiError, App};

/// Lines that are read at once.
const LINES_PAGE: i64 = 200;
/// How long results are kept, seconds: 30 days.
const KEPT_SECONDS: i64 = 30 * 86_400;

/// A file that begins with its first line, so that there is none without lines.
struct Results {
    name: &'static str,
    open: Option<(NewFile, BlobWriter)>,
}

/// Writes the results of a batch whose lines all have their end, and ends it.
///
/// # Errors
/// When the database or the storage fails; the batch is as it was, and the next try writes new files.
pub async fn write(app: &App, batch: &BatchRow) -> Result<(), ApiError> {
    let tenant = tenant_of(batch)?;
    let (mut output, mut errors) =
        (Results { name: "output", open: None }, Results { name: "error", open: None });
    write_lines(app, batch, &tenant, (&mut output, &mut errors)).await?;
    let files = (output.finish().await?, errors.finish().await?);
    // What was written and does not appear, here or above, is found by the sweep.
    end(app, batch, &tenant, files).await
}

async fn write_lines(
    app: &App,
    batch: &BatchRow,
    tenant: &Tenant,
    (output, errors): (&mut Results, &mut Results),
) -> Result<(), ApiError> {
    let mut after = 0;
    loop {
        let (id, project) = (batch.id.clone(), tenant.project.clone());
        let page = app.store.run(move |db| {
            let items = store::items_after(db, &id, after, LINES_PAGE)?;
            let ids: Vec<String> = items.iter().filter_map(|item| item.video_id.clone()).collect();
            let rows = videos::find_all(db, project.as_str(), &ids)?;
            Ok::<_, ApiError>((items, videos::with_bills(db, rows)?))
        });
        let (items, found) = page.await?;
        let Some(last) = items.last() else { return Ok(()) };
        after = last.line;
        let mut made = HashMap::new();
        for billed in found {
            let id = billed.row.id.clone();
            match Video::try_from(billed) {
                Ok(video) => drop(made.insert(id, video)),
                // Of a release that wrote it otherwise. It must not keep its batch from ending.
                Err(error) => {
                    tracing::error!(id, "a video cannot be shown in its batch's results: {error:?}")
                }
            }
        }
        for item in items {
            let video = item.video_id.as_ref().map(|id| made.remove(id));
            let line = line_of(batch, &item, video)?;
            let to = if line.is_output { &mut *output } else { &mut *errors };
            to.add(app, tenant, &batch.id, line.text).await?;
        }
    }
}

struct Written {
    text: String,
    is_output: bool,
}

/// The line that says what became of `item`. `video` is `None` where it became none, and `Some(None)` where its video was
/// deleted.
fn line_of(batch: &BatchRow, item: &ItemRow, video: Option<Option<Video>>) -> Result<Written, ApiError> {
    let digits = batch.id.strip_prefix("batch_").unwrap_or(&batch.id);
    let id = format!("batch_req_{digits}_{}", item.line);
    let answer = |status_code, body| ResultResponse { status_code, request_id: id.clone(), body };
    let (response, error) = match (video, &item.error) {
        (Some(Some(video)), _) => (Some(answer(200, ResultBody::Video(Box::new(video)))), None),
        (Some(None), _) => {
            let message = "The video was deleted before the batch was over.";
            (None, Some(ResultError { code: "video_deleted", message }))
        }
        (None, Some(error)) => {
            let body = serde_json::from_str(error).map_err(anyhow::Error::from)?;
            (Some(answer(item.status_code.unwrap_or(400), ResultBody::Error(body))), None)
        }
        (None, None) if batch.expired_at.is_some() => {
            let message = "The time of the batch was up before this line had its turn.";
            (None, Some(ResultError { code: "batch_expired", message }))
        }
        (None, None) => {
            let message = "The batch was cancelled before this line had its turn.";
            (None, Some(ResultError { code: "batch_cancelled", message }))
        }
    };
    let is_output = matches!(&response, Some(ResultResponse { body: ResultBody::Video(_), .. }));
    let line = ResultLine { id, custom_id: &item.custom_id, response, error };
    let text = serde_json::to_string(&line).map_err(anyhow::Error::from)? + "\n";
    Ok(Written { text, is_output })
}

impl Results {
    async fn add(&mut self, app: &App, tenant: &Tenant, batch: &str, line: String) -> Result<(), ApiError> {
        let internal = |error: object_store::Error| ApiError::Internal(error.into());
        let (_, writer) = match &mut self.open {
            Some(open) => open,
            None => {
                let name = format!("{batch}_{}.jsonl", self.name);
                let now_us = app.clock.now_us();
                let file = files::flow::new_file(&tenant.project, Purpose::BatchOutput, name, 0, now_us);
                // A row first: it leads to the bytes if this process dies.
                let row = file.clone();
                app.store.run(move |db| Ok::<_, ApiError>(files::insert(db, &row)?)).await?;
                let writer = app.blobs.writer(&file.path).await.map_err(internal)?;
                self.open.insert((file, writer))
            }
        };
        writer.write(line.as_bytes()).await.map_err(internal)
    }

    /// The file, with its length in bytes.
    async fn finish(self) -> Result<Option<(NewFile, i64)>, ApiError> {
        let Some((file, writer)) = self.open else { return Ok(None) };
        let written = writer.finish().await.map_err(|error| ApiError::Internal(error.into()))?;
        Ok(Some((file, i64::try_from(written.bytes).unwrap_or(i64::MAX))))
    }
}

type Made = Option<(NewFile, i64)>;

/// The files appear and the batch is over, both or neither.
async fn end(
    app: &App,
    batch: &BatchRow,
    tenant: &Tenant,
    (output, errors): (Made, Made),
) -> Result<(), ApiError> {
    let (id, project, now_us) = (batch.id.clone(), tenant.project.clone(), app.clock.now_us());
    let event = if batch.expired_at.is_some() { Event::WrittenLate } else { Event::Written };
    let ended = app.store.run(move |db| {
        db.write_tx(|db| {
            if !flow::happen(db, &id, event, now_us)? {
                return Ok(false);
            }
            for (file, bytes) in [&output, &errors].into_iter().flatten() {
                let expires_at = files::expires_at(now_us, KEPT_SECONDS);
                files::flow::appear(db, &project, &file.id, *bytes, expires_at)?;
            }
            let id_of = |made: &Made| made.as_ref().map(|(file, _)| file.id.clone());
            store::note_results(db, &id, id_of(&output).as_deref(), id_of(&errors).as_deref())?;
            Ok::<_, ApiError>(true)
        })
    });
    if ended.await? {
        tracing::info!(batch = batch.id, endpoint = ENDPOINT, "a batch is over");
    }
    Ok(())
}
