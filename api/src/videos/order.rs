//! A video that is asked for on its way into the database.

use kinora_billing::{Bill, Error, Mode, Payer, hold, profile, quote};
use kinora_spec::Spec;
use kinora_store::Db;

use super::casting;
use super::rules::{self, Status};
use super::store::{self, Billed, NewVideo};
use super::wish::Wish;
use crate::characters::cast;
use crate::characters::keeper::Keeper;
use crate::events::kinds;
use crate::http::Tenant;
use crate::ids::VideoId;
use crate::limits::{self, Demand, Left, Terms};
use crate::money::rules::{asked, item};
use crate::sources::{self, Staged};
use crate::{ApiError, App, webhooks};

/// A video that is asked for, whole: [`place`] needs nothing else to store it.
pub struct Order {
    pub(super) tenant: Tenant,
    wish: Wish,
    /// Opens what is sealed of characters.
    keeper: Keeper,
    /// What was written for it.
    pub(super) staged: Vec<Staged>,
    priority: i32,
    now_us: i64,
}

impl Order {
    /// What `tenant` asks for, with what was written for it.
    #[must_use]
    pub fn new(app: &App, tenant: &Tenant, wish: Wish, staged: Vec<Staged>) -> Self {
        let (keeper, now_us) = (Keeper::of(&app.pepper), app.clock.now_us());
        Self { tenant: tenant.clone(), wish, keeper, staged, priority: 0, now_us }
    }

    /// The same, made when nothing of the organization's waits that somebody waits for.
    #[must_use]
    pub const fn in_background(mut self) -> Self {
        self.priority = rules::BACKGROUND_PRIORITY;
        self
    }

    /// What was written for it, to be discarded if it does not come about.
    #[must_use]
    pub fn staged(&self) -> Vec<Staged> {
        self.staged.clone()
    }

    fn video(&self, spec: &Spec) -> Result<NewVideo, ApiError> {
        let metadata = self.wish.extras.metadata.as_ref().map(serde_json::to_string).transpose();
        Ok(NewVideo {
            id: VideoId::new().to_string(),
            organization_id: self.tenant.organization.to_string(),
            project_id: self.tenant.project.to_string(),
            api_key_id: self.tenant.key.to_string(),
            model: self.wish.model.clone(),
            model_id: spec.model.clone(),
            operation: self.wish.operation.name(),
            spec: serde_json::to_string(spec).map_err(internal)?,
            size: spec.size.to_string(),
            seconds: i32::try_from(spec.seconds).map_err(internal)?,
            prompt: self.wish.prompt.clone(),
            metadata: metadata.map_err(internal)?,
            status: Status::Queued.name(),
            priority: self.priority,
            created_at: self.now_us,
        })
    }
}

/// Stores a video that waits for a worker together with its hold, in the transaction of the caller, who wakes a worker
/// once that is committed; what is left of its limits then.
///
/// # Errors
/// When it may not be paid for or is over a limit, what it is made from is gone, or the database fails; the transaction is
/// then to be given up.
pub fn place(db: &mut Db, order: &Order, terms: Terms) -> Result<(Billed, Left), ApiError> {
    let Order { tenant, wish, keeper, staged, now_us, .. } = order;
    // Characters are locked before videos, as by whoever takes one back.
    let ask = casting::ask(keeper, tenant, wish, *now_us);
    let (spec, prepared) = casting::cast(db, ask, wish)?;
    sources::check_parent(db, tenant, wish, *now_us)?;
    let (video, item, asked) = (order.video(&spec)?, item(&spec, wish.operation), asked(&spec));
    let (organization, project) = (tenant.organization.as_str(), tenant.project.as_str());
    let quote = quote(db, (organization, project), &item, asked, *now_us)?;
    rules::check_max_cost(quote.total, wish.extras.max_cost)?;
    let payer = Payer { organization, project, api_key: tenant.key.as_str() };
    if let Err(error) = hold(db, &payer, &video.id, &quote, *now_us) {
        return Err(unpaid(db, organization, error)?);
    }
    // Behind the hold, which lets an organization's videos in one after the other.
    let demand = Demand {
        project,
        api_key: tenant.key.as_str(),
        model: &video.model_id,
        seconds: i32::try_from(spec.new_seconds()).map_err(internal)?,
        now_us: *now_us,
    };
    let left = limits::admit(db, &demand, terms)?;
    let row = store::insert(db, &video)?;
    let source = sources::record(db, &video.id, wish, staged)?;
    cast::record(db, ask, &video.id, &prepared)?;
    let extras = &wish.extras;
    let webhook = extras.webhook_url.as_ref().map(|url| {
        let kinds = extras.webhook_events_filter.clone();
        (url.clone(), kinds.unwrap_or_else(|| kinds::defaults().join(" ")))
    });
    webhooks::note_wanted(db, &video.id, webhook.as_ref())?;
    let queue_position = store::position(db, &row)?;
    let cast = cast::of_videos(db, std::slice::from_ref(&video.id))?.remove(&video.id).unwrap_or_default();
    Ok((Billed { row, bill: Some(Bill::reserved(&video.id, quote)), queue_position, source, cast }, left))
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

fn internal(error: impl Into<anyhow::Error>) -> ApiError {
    ApiError::Internal(error.into())
}
