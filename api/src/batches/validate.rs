//! Reads the file of a batch, piece by piece, and says where its lines are or what is wrong with them.

use futures_util::StreamExt as _;

use super::flow;
use super::lines::{Lines, RawLine};
use super::rules::Checked;
use super::store::{self, BatchRow, NewItem};
use super::wire::BatchError;
use crate::{ApiError, App};

/// Reads the file and notes what was found.
///
/// # Errors
/// When the database or the storage fails; the batch is as it was then.
pub async fn validate(app: &App, batch: &BatchRow) -> Result<(), ApiError> {
    let asked = batch.clone();
    let input = app.store.run(move |db| Ok::<_, ApiError>(store::input(db, &asked)?)).await?;
    let outcome = match input {
        Some((path, bytes)) => read(app, batch, &path, bytes).await?,
        None => Err(vec![BatchError {
            code: "file_not_found".to_owned(),
            line: None,
            message: "The file of the batch is gone.".to_owned(),
            param: None,
        }]),
    };
    flow::read(app, &batch.id, outcome).await
}

async fn read(
    app: &App,
    batch: &BatchRow,
    path: &str,
    bytes: i64,
) -> Result<Result<Vec<NewItem>, Vec<BatchError>>, ApiError> {
    let internal = |error: object_store::Error| ApiError::Internal(error.into());
    let mut pieces = app.blobs.read(path, 0..u64::try_from(bytes).unwrap_or(0)).await.map_err(internal)?;
    let (mut lines, mut checked, mut items) = (Lines::new(), Checked::default(), Vec::new());
    let take = |line: RawLine, checked: &mut Checked, items: &mut Vec<NewItem>| {
        if let Some(custom_id) = checked.add(line.number, line.text.as_deref()) {
            items.push(NewItem {
                batch_id: batch.id.clone(),
                line: line.number,
                custom_id,
                starts_at: line.starts_at,
                bytes: i32::try_from(line.bytes).unwrap_or(i32::MAX),
                state: "waiting",
            });
        }
    };
    while let Some(piece) = pieces.next().await {
        for line in lines.push(&piece.map_err(internal)?) {
            take(line, &mut checked, &mut items);
            if checked.is_full() {
                return Ok(Err(checked.errors));
            }
        }
    }
    if let Some(line) = lines.end() {
        take(line, &mut checked, &mut items);
    }
    checked.end();
    Ok(if checked.errors.is_empty() { Ok(items) } else { Err(checked.errors) })
}
