//! What changes batches: each change is one transaction. A batch is locked last, behind the money and the video of a line.

use kinora_store::Db;

use super::rules::{BATCHES_OPEN_MAX, Event, Status, WINDOW_US, next};
use super::store::{self, BatchRow, NewBatch, NewItem};
use super::wire::{Batch, BatchError, CreateBatch};
use crate::files::{self, Purpose};
use crate::http::Tenant;
use crate::ids::BatchId;
use crate::limits::Terms;
use crate::videos::{Order, place};
use crate::{ApiError, App, Refusal, projects};

/// Stores a batch whose file is to be read, in the transaction of the caller.
///
/// # Errors
/// When the project has no such file, or has too many batches already.
pub fn create(db: &mut Db, tenant: &Tenant, request: &CreateBatch, now_us: i64) -> Result<Batch, ApiError> {
    let project = &tenant.project;
    files::lock_project(db, project.as_str())?;
    if projects::is_archived(db, project.as_str())? {
        return Err(ApiError::ProjectArchived);
    }
    let missing = |_| Refusal::invalid("input_file_id", "the project has no file with this id.");
    let file = files::flow::locked(db, project, &request.input_file_id).map_err(missing)?;
    if file.purpose != Purpose::Batch.name() || file.expires_at <= now_us {
        let problem = "expected a file with the purpose 'batch' that is not past its time.";
        return Err(Refusal::invalid("input_file_id", problem).into());
    }
    if store::open_of(db, project.as_str())? >= BATCHES_OPEN_MAX {
        return Err(ApiError::TooManyBatches(BATCHES_OPEN_MAX));
    }
    let metadata = request.metadata.as_ref().map(serde_json::to_string).transpose();
    let batch = NewBatch {
        id: BatchId::new().to_string(),
        organization_id: tenant.organization.to_string(),
        project_id: project.to_string(),
        api_key_id: tenant.key.to_string(),
        input_file_id: file.id,
        metadata: metadata.map_err(anyhow::Error::from)?,
        status: Status::Validating.name(),
        created_at: now_us,
        expires_at: now_us.saturating_add(WINDOW_US),
    };
    store::insert(db, &batch)?.try_into()
}

/// The batch.
///
/// # Errors
/// [`ApiError::NotFound`] when the project has no such batch.
pub async fn find(app: &App, tenant: &Tenant, id: BatchId) -> Result<Batch, ApiError> {
    let project = tenant.project.clone();
    app.store
        .run(move |db| {
            let row = store::find(db, project.as_str(), id.as_str())?;
            row.ok_or_else(|| ApiError::not_found("batch", id.as_str()))?.try_into()
        })
        .await
}

/// Asks a batch to end early, in the transaction of the caller. To ask again changes nothing.
///
/// # Errors
/// [`ApiError::BatchOver`] when it ended otherwise, or is about to.
pub fn cancel(db: &mut Db, tenant: &Tenant, id: &BatchId, now_us: i64) -> Result<Batch, ApiError> {
    let missing = || ApiError::not_found("batch", id.as_str());
    // Found before it is locked, so that nobody locks another's.
    store::find(db, tenant.project.as_str(), id.as_str())?.ok_or_else(missing)?;
    let row = store::lock(db, id.as_str())?.ok_or_else(missing)?;
    let from = status_of(&row)?;
    if !matches!(from, Status::Cancelling | Status::Cancelled) {
        let to = next(from, Event::CancelAsked).ok_or(ApiError::BatchOver(from.name()))?;
        store::enter(db, id.as_str(), to, now_us)?;
    }
    store::find(db, tenant.project.as_str(), id.as_str())?.ok_or_else(missing)?.try_into()
}

/// Moves a batch on, unless something else has happened to it meanwhile: then nothing is done.
pub fn happen(db: &mut Db, id: &str, event: Event, now_us: i64) -> Result<bool, ApiError> {
    let Some(row) = store::lock(db, id)? else { return Ok(false) };
    let Some(to) = next(status_of(&row)?, event) else { return Ok(false) };
    store::enter(db, id, to, now_us)?;
    if event == Event::TimeUp {
        store::note_late(db, id, now_us)?;
    }
    Ok(true)
}

/// The file has been read: its lines wait from now on, or the batch failed.
pub async fn read(
    app: &App,
    id: &str,
    outcome: Result<Vec<NewItem>, Vec<BatchError>>,
) -> Result<(), ApiError> {
    let (id, now_us) = (id.to_owned(), app.clock.now_us());
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                let event = if outcome.is_ok() { Event::Valid } else { Event::Broken };
                // Cancelled meanwhile, or read by another node: nothing is stored twice.
                if !happen(db, &id, event, now_us)? {
                    return Ok(());
                }
                match outcome {
                    Ok(items) => store::insert_items(db, &id, &items)?,
                    Err(errors) => {
                        let errors = serde_json::to_string(&errors).map_err(anyhow::Error::from)?;
                        store::note_errors(db, &id, &errors)?;
                    }
                }
                Ok(())
            })
        })
        .await
}

/// Why a line did not become a video.
#[derive(Debug)]
pub enum Unplaced {
    /// Somebody else was faster, or the batch is to end.
    Gone,
    /// It was refused.
    Refused(ApiError),
}

impl<E: Into<ApiError>> From<E> for Unplaced {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// Makes a line a video, both or neither: the one transaction between a line and its money.
pub async fn submit(app: &App, batch: &str, line: i32, order: Order) -> Result<(), Unplaced> {
    let (batch, terms) = (batch.to_owned(), Terms::of(app));
    let placed = app.store.run(move |db| {
        Ok::<_, ApiError>(db.write_tx(|db| {
            let video = place(db, &order, terms)?.0.row.id;
            let status = store::lock(db, &batch)?.map(|row| row.status);
            let goes_on = status.as_deref() == Some(Status::InProgress.name());
            // Given up as a whole, hold and all, if the line has a video or the batch is to end.
            if goes_on && store::submit(db, &batch, line, &video)? { Ok(()) } else { Err(Unplaced::Gone) }
        }))
    });
    placed.await?
}

/// Notes that a line becomes no video.
pub async fn refuse(app: &App, batch: &str, line: i32, refused: &ApiError) -> Result<(), ApiError> {
    let status_code = i32::from(refused.status().as_u16());
    let error = serde_json::to_string(&refused.body()).map_err(anyhow::Error::from)?;
    let batch = batch.to_owned();
    app.store
        .run(move |db| {
            db.write_tx(|db| {
                store::lock(db, &batch)?;
                store::refuse(db, &batch, line, status_code, &error)?;
                Ok(())
            })
        })
        .await
}

/// The status in a row.
pub fn status_of(row: &BatchRow) -> Result<Status, ApiError> {
    let status = Status::from_name(&row.status);
    Ok(status.ok_or_else(|| anyhow::anyhow!("{} has the status {:?}", row.id, row.status))?)
}
