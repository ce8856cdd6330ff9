//! Turns the next lines of a batch into videos, as long as the project may have more.

use futures_util::StreamExt as _;

use super::flow::{self, Unplaced};
use super::rules::{OPEN_VIDEOS_MAX, SUBMITTED_LINES_MAX, line_of, may_pass};
use super::store::{self, BatchRow, ItemRow};
use crate::characters::cast;
use crate::http::{Fields, Tenant};
use crate::ids::{KeyId, OrganizationId, ProjectId};
use crate::videos::Order;
use crate::videos::request::{CreateRequest, Reference};
use crate::videos::wish::Wish;
use crate::{ApiError, App, Refusal, sources, webhooks};

/// Submits lines; how many became videos. A line that is refused for good is noted as such; one that may be taken later
/// waits, and all behind it.
///
/// # Errors
/// When the database or the storage fails; what was submitted stays so.
pub async fn submit(app: &App, batch: &BatchRow) -> Result<usize, ApiError> {
    let asked = batch.clone();
    let found = app.store.run(move |db| {
        let room = OPEN_VIDEOS_MAX - store::submitted(db, &asked.id)?;
        let items = store::next_waiting(db, &asked.id, room.clamp(0, SUBMITTED_LINES_MAX))?;
        Ok::<_, ApiError>((items, store::input(db, &asked)?))
    });
    let (items, input) = found.await?;
    let Some((path, _)) = input else {
        return Err(ApiError::Internal(anyhow::anyhow!("the file of {} is gone", batch.id)));
    };
    let tenant = tenant_of(batch)?;
    let mut submitted = 0;
    for item in items {
        if app.is_draining() {
            break;
        }
        let text = read(app, &path, &item).await?;
        let placed = match order(app, &tenant, &text).await {
            Ok(order) => {
                let staged = order.staged();
                let placed = flow::submit(app, &batch.id, item.line, order).await;
                if placed.is_err() {
                    sources::discard(app, staged).await;
                }
                if let Err(Unplaced::Refused(refused)) = &placed {
                    cast::note_refused(app, &tenant, refused).await;
                }
                placed
            }
            Err(refused) => Err(Unplaced::Refused(refused)),
        };
        match placed {
            Ok(()) => {
                app.wake.notify_one();
                submitted += 1;
            }
            Err(Unplaced::Gone) => break,
            Err(Unplaced::Refused(refused)) if may_pass(&refused) => break,
            Err(Unplaced::Refused(refused)) if refused.status().is_server_error() => return Err(refused),
            Err(Unplaced::Refused(refused)) => flow::refuse(app, &batch.id, item.line, &refused).await?,
        }
    }
    Ok(submitted)
}

/// The line, as it stands in the file.
async fn read(app: &App, path: &str, item: &ItemRow) -> Result<Vec<u8>, ApiError> {
    let internal = |error: object_store::Error| ApiError::Internal(error.into());
    let from = u64::try_from(item.starts_at).unwrap_or(0);
    let bytes = u64::try_from(item.bytes).unwrap_or(0);
    let mut pieces = app.blobs.read(path, from..from + bytes).await.map_err(internal)?;
    let mut text = Vec::new();
    while let Some(piece) = pieces.next().await {
        text.extend_from_slice(&piece.map_err(internal)?);
    }
    Ok(text)
}

async fn order(app: &App, tenant: &Tenant, text: &[u8]) -> Result<Order, ApiError> {
    let request = CreateRequest::from_fields(Fields::from_object(line_of(text)?.body))?;
    if request.extras.dry_run {
        return Err(Refusal::invalid("dry_run", "a batch makes its videos; leave it out.").into());
    }
    webhooks::check_wanted(app, &request.extras)?;
    let (wish, reference) = Wish::create(request, &app.catalogue, rand::random())?;
    let staged = match reference {
        None => vec![],
        Some(reference @ Reference::FileId(_)) => {
            vec![sources::picture(app, tenant, reference, wish.spec.size).await?]
        }
        // One line after the other would wait for somebody else's server.
        Some(_) => {
            let problem = "a batch takes pictures by 'file_id' alone: upload it first.";
            return Err(Refusal::invalid("input_reference", problem).into());
        }
    };
    Ok(Order::new(app, tenant, wish, staged).in_background())
}

/// Whoever made the batch.
///
/// # Errors
/// When an id cannot be read, which is a fault of ours.
pub fn tenant_of(batch: &BatchRow) -> Result<Tenant, ApiError> {
    let ids = (
        OrganizationId::parse(&batch.organization_id),
        ProjectId::parse(&batch.project_id),
        KeyId::parse(&batch.api_key_id),
    );
    match ids {
        (Some(organization), Some(project), Some(key)) => Ok(Tenant { organization, project, key }),
        _ => Err(ApiError::Internal(anyhow::anyhow!("the ids of {} cannot be read", batch.id))),
    }
}
