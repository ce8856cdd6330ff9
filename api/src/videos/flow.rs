//! What changes videos: each change is one transaction.

use kinora_billing::{
    Bill, Error, Item, Micros, Mode, Payer, Quantities, Reason, hold, profile, quote, release,
};
use kinora_spec::Spec;
use kinora_store::Db;

use super::jobs;
use super::rules::{self, CANCELED, Event, Status};
use super::store::{self, Billed, NewVideo, VideoRow};
use super::wire::{CreateVideo, spec_of, status_of};
use crate::http::Tenant;
use crate::ids::VideoId;
use crate::money::rules::{asked, item};
use crate::{ApiError, App, limits};

/// A video that is asked for, whole: [`place`] needs nothing else to store it.
pub struct Order {
    item: Item,
    asked: Quantities,
    max_cost: Option<Micros>,
    video: NewVideo,
}

impl Order {
    /// What `tenant` asks for with a request that became `spec`.
    ///
    /// # Errors
    /// Never in practice: every part can be written as JSON.
    pub fn new(tenant: &Tenant, request: CreateVideo, spec: Spec, now_us: i64) -> Result<Self, ApiError> {
        let (item, asked) = (item(&spec), asked(&spec));
        let metadata = request.metadata.as_ref().map(serde_json::to_string).transpose().map_err(internal)?;
        let video = NewVideo {
            id: VideoId::new().to_string(),
            organization_id: tenant.organization.to_string(),
            project_id: tenant.project.to_string(),
            api_key_id: tenant.key.to_string(),
            model: request.model.unwrap_or_else(|| spec.model.clone()),
            model_id: spec.model.clone(),
            operation: item.operation.name(),
            spec: serde_json::to_string(&spec).map_err(internal)?,
            size: spec.size.to_string(),
            seconds: i32::try_from(spec.seconds).map_err(internal)?,
            prompt: spec.prompt,
            metadata,
            status: Status::Queued.name(),
            priority: 0,
            created_at: now_us,
        };
        Ok(Self { item, asked, max_cost: request.max_cost, video })
    }

    /// The same, made when nothing of the organization's waits that somebody waits for.
    #[must_use]
    pub fn in_background(mut self) -> Self {
        self.video.priority = rules::BACKGROUND_PRIORITY;
        self
    }
}

/// Stores a video that waits for a worker together with its hold, in the transaction of the caller, who wakes a worker
/// once that is committed.
///
/// # Errors
/// When it may not be paid for, or the database fails; the transaction is then to be given up.
pub fn place(db: &mut Db, order: &Order) -> Result<Billed, ApiError> {
    let Order { item, asked, max_cost, video } = order;
    let (organization, project) = (video.organization_id.as_str(), video.project_id.as_str());
    let quote = quote(db, (organization, project), item, *asked, video.created_at)?;
    rules::check_max_cost(quote.total, *max_cost)?;
    let payer = Payer { organization, project, api_key: &video.api_key_id };
    if let Err(error) = hold(db, &payer, &video.id, &quote, video.created_at) {
        return Err(unpaid(db, organization, error)?);
    }
    // Behind the hold, which lets an organization's videos in one after the other.
    limits::admit(db, &video.project_id, &video.model_id, video.created_at)?;
    let row = store::insert(db, video)?;
    Ok(Billed { row, bill: Some(Bill::reserved(&video.id, quote)) })
}

/// Stores a video that waits for a worker together with its hold, and wakes one.
///
/// # Errors
/// When it may not be paid for, or the database fails; nothing is stored then.
pub async fn create(
    app: &App,
    tenant: &Tenant,
    request: CreateVideo,
    spec: Spec,
) -> Result<Billed, ApiError> {
    let order = Order::new(tenant, request, spec, app.clock.now_us())?;
    let billed = app.store.run(move |db| db.write_tx(|db| place(db, &order))).await?;
    app.wake.notify_one();
    Ok(billed)
}

/// What is answered when a hold is refused: whoever pays afterwards hears what may still be owed.
fn unpaid(db: &mut Db, organization: &str, error: Error) -> Result<ApiError, ApiError> {
    Ok(match error {
        Error::InsufficientCredit { available, short } => {
            let on_account = profile(db, organization)?.mode == Mode::Postpaid;
            ApiError::InsufficientCredit { available, short, on_account }
        }
        other => other.into(),
    })
}

/// The video.
///
/// # Errors
/// [`ApiError::NotFound`] when the project has no such video.
pub async fn find(app: &App, tenant: &Tenant, id: VideoId) -> Result<Billed, ApiError> {
    let project = tenant.project.clone();
    app.store
        .run(move |db| {
            let row = store::find(db, project.as_str(), id.as_str())?;
            store::with_bill(db, row.ok_or_else(|| ApiError::not_found("video", id.as_str()))?)
        })
        .await
}

/// Ends a video that is not over: at once while it waits, and by its worker when it has one. To ask again
/// changes nothing.
///
/// # Errors
/// [`ApiError::VideoOver`] when it ended otherwise.
pub async fn cancel(app: &App, tenant: &Tenant, id: VideoId) -> Result<Billed, ApiError> {
    let (project, now_us) = (tenant.project.clone(), app.clock.now_us());
    let canceled = app
        .store
        .run(move |db| {
            db.write_tx(|db| {
                let row = locked(db, project.as_str(), &id)?;
                if row.error_code.as_deref() == Some(CANCELED) {
                    return store::with_bill(db, row);
                }
                let from = status_of(&row)?;
                match rules::next(from, Event::CancelAsked) {
                    Ok(to) if to.is_final() => {
                        store::cancel(db, id.as_str(), to, now_us)?;
                        release(db, id.as_str(), Reason::Canceled, now_us)?;
                    }
                    Ok(_) => store::ask_to_cancel(db, id.as_str())?,
                    Err(_) => return Err(ApiError::VideoOver(from.name())),
                }
                let row = locked(db, project.as_str(), &id)?;
                store::with_bill(db, row)
            })
        })
        .await?;
    app.live.wake();
    Ok(canceled)
}

/// Takes a video that is over out of sight, forgets what the customer wrote, and removes its files.
///
/// # Errors
/// [`ApiError::VideoInProgress`] when it is not over.
pub async fn delete(app: &App, tenant: &Tenant, id: VideoId) -> Result<VideoId, ApiError> {
    let (project, now_us) = (tenant.project.clone(), app.clock.now_us());
    let deleted = app
        .store
        .run(move |db| {
            db.write_tx(|db| {
                let row = locked(db, project.as_str(), &id)?;
                if !status_of(&row)?.is_final() {
                    return Err(ApiError::VideoInProgress);
                }
                let spec = Spec { prompt: String::new(), ..spec_of(&row)? };
                store::delete(db, id.as_str(), &serde_json::to_string(&spec).map_err(internal)?, now_us)?;
                Ok(id)
            })
        })
        .await?;
    // The video is gone whatever happens to its files now; what is left, the next sweep removes.
    if let Err(error) = jobs::remove_files_of(app, &deleted).await {
        tracing::warn!("the files of a deleted video could not be removed yet: {error:#}");
    }
    Ok(deleted)
}

fn locked(db: &mut Db, project: &str, id: &VideoId) -> Result<VideoRow, ApiError> {
    store::lock(db, project, id.as_str())?.ok_or_else(|| ApiError::not_found("video", id.as_str()))
}

fn internal(error: impl Into<anyhow::Error>) -> ApiError {
    ApiError::Internal(error.into())
}
