//! What changes videos: each change is one transaction.

use kinora_billing::{Bill, Error, Item, Micros, Mode, Payer, Quantities, Reason, hold, profile, quote};
use kinora_spec::Spec;
use kinora_store::Db;

use super::ends::end_without_clip;
use super::jobs;
use super::request::CreateVideo;
use super::rules::{self, CANCELED, Event, Status};
use super::store::{self, Billed, NewVideo, VideoRow};
use super::wire::{Video, spec_of, status_of};
use crate::events::kinds;
use crate::http::Tenant;
use crate::ids::VideoId;
use crate::limits::{self, Demand, Left, Limited, Terms};
use crate::money::rules::{asked, item};
use crate::replays::Attempt;
use crate::{ApiError, App, deliveries, webhooks};

/// A video that is asked for, whole: [`place`] needs nothing else to store it.
pub struct Order {
    item: Item,
    asked: Quantities,
    max_cost: Option<Micros>,
    video: NewVideo,
    /// Where its asker wants to be told, and of which kinds of events.
    webhook: Option<(String, String)>,
}

impl Order {
    /// What `tenant` asks for with a request that became `spec`.
    ///
    /// # Errors
    /// Never in practice: every part can be written as JSON.
    pub fn new(tenant: &Tenant, request: CreateVideo, spec: Spec, now_us: i64) -> Result<Self, ApiError> {
        let (item, asked) = (item(&spec), asked(&spec));
        let kinds = request.webhook_events_filter.unwrap_or_else(|| kinds::defaults().join(" "));
        let webhook = request.webhook_url.map(|url| (url, kinds));
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
        Ok(Self { item, asked, max_cost: request.max_cost, video, webhook })
    }

    /// The same, made when nothing of the organization's waits that somebody waits for.
    #[must_use]
    pub fn in_background(mut self) -> Self {
        self.video.priority = rules::BACKGROUND_PRIORITY;
        self
    }
}

/// Stores a video that waits for a worker together with its hold, in the transaction of the caller, who wakes a worker
/// once that is committed; what is left of its limits then.
///
/// # Errors
/// When it may not be paid for or is over a limit, or the database fails; the transaction is then to be given up.
pub fn place(db: &mut Db, order: &Order, terms: Terms) -> Result<(Billed, Left), ApiError> {
    let Order { item, asked, max_cost, video, webhook } = order;
    let (organization, project) = (video.organization_id.as_str(), video.project_id.as_str());
    let quote = quote(db, (organization, project), item, *asked, video.created_at)?;
    rules::check_max_cost(quote.total, *max_cost)?;
    let payer = Payer { organization, project, api_key: &video.api_key_id };
    if let Err(error) = hold(db, &payer, &video.id, &quote, video.created_at) {
        return Err(unpaid(db, organization, error)?);
    }
    // Behind the hold, which lets an organization's videos in one after the other.
    let demand = Demand {
        project,
        api_key: &video.api_key_id,
        model: &video.model_id,
        seconds: video.seconds,
        now_us: video.created_at,
    };
    let left = limits::admit(db, &demand, terms)?;
    let row = store::insert(db, video)?;
    webhooks::note_wanted(db, &video.id, webhook.as_ref())?;
    let queue_position = store::position(db, &row)?;
    Ok((Billed { row, bill: Some(Bill::reserved(&video.id, quote)), queue_position }, left))
}

/// Stores a video that waits for a worker together with its hold, and wakes one.
///
/// # Errors
/// When it may not be paid for or is over a limit, the server is stopping, or the database fails; nothing is stored then.
pub async fn create(
    app: &App,
    tenant: &Tenant,
    once: Attempt,
    request: CreateVideo,
    spec: Spec,
) -> Result<Limited<Video>, ApiError> {
    let (order, terms) = (Order::new(tenant, request, spec, app.clock.now_us())?, Terms::of(app));
    let is_draining = app.is_draining();
    let work = move |db: &mut Db| {
        // Within, because what was made before the stop began is still answered.
        if is_draining {
            return Err(ApiError::NotReady("it is stopping"));
        }
        let (billed, left) = place(db, &order, terms)?;
        Ok(Limited { answer: Video::try_from(billed)?, left })
    };
    let made = app.write(once, work).await?;
    app.wake.notify_one();
    Ok(made)
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
pub async fn cancel(app: &App, tenant: &Tenant, once: Attempt, id: VideoId) -> Result<Video, ApiError> {
    let (project, now_us) = (tenant.project.clone(), app.clock.now_us());
    let canceled =
        app.write(once, move |db| cancel_in(db, project.as_str(), &id, now_us)?.try_into()).await?;
    app.live.wake();
    Ok(canceled)
}

/// As [`cancel`], in the transaction of the caller, who wakes those that follow the video once it is committed.
///
/// # Errors
/// As [`cancel`].
pub fn cancel_in(db: &mut Db, project: &str, id: &VideoId, now_us: i64) -> Result<Billed, ApiError> {
    let row = locked(db, project, id)?;
    if row.error_code.as_deref() == Some(CANCELED) {
        return store::with_bill(db, row);
    }
    let from = status_of(&row)?;
    match rules::next(from, Event::CancelAsked) {
        Ok(to) if to.is_final() => {
            store::cancel(db, id.as_str(), to, now_us)?;
            end_without_clip(db, id.as_str(), Reason::Canceled, now_us)?;
        }
        Ok(_) => store::ask_to_cancel(db, id.as_str())?,
        Err(_) => return Err(ApiError::VideoOver(from.name())),
    }
    let row = locked(db, project, id)?;
    store::with_bill(db, row)
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
                deliveries::forget(db, id.as_str())?;
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
