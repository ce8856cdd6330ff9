//! What travels of deliveries. OpenAI has nothing like it.

use serde::Serialize;
use utoipa::ToSchema;

use super::flow::RESENT_MAX;
use super::rules::State;
use super::store::{AttemptRow, DeliveryRow};
use crate::clock::SECOND_US;
use crate::http::{Fields, Page};
use crate::{ApiError, Refusal};

/// Latest time that a request may name, Unix seconds: the year 9999.
const SINCE_SECONDS_MAX: i64 = 253_402_300_799;

/// Since when things are sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = WebhookSince)]
pub struct Since {
    /// Unix seconds. What is older than 30 days is not there any more.
    #[schema(minimum = 0)]
    pub since: i64,
}

impl Since {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When the field is missing or has an impossible value, or another one does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let since = fields.integer("since", 0..=SINCE_SECONDS_MAX)?;
        fields.finish()?;
        Ok(Self { since: since.ok_or(Refusal::Missing { param: "since" })? })
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn us(self) -> i64 {
        self.since * SECOND_US
    }
}

/// Which deliveries are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Those in this state alone.
    pub status: Option<State>,
    /// Which of them.
    pub page: Page,
}

impl Asked {
    /// Takes `status`, `after` and `limit` out of a query.
    ///
    /// # Errors
    /// When one has an impossible value, or another one does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let names = State::ALL.map(|state| format!("'{}'", state.name())).join(", ");
        let known = |name: String| {
            let state = State::from_name(&name);
            state.ok_or_else(|| Refusal::invalid("status", format!("supported are: {names}.")))
        };
        let asked =
            Self { status: fields.text("status")?.map(known).transpose()?, page: Page::take(&mut fields)? };
        fields.finish()?;
        Ok(asked)
    }
}

/// One event for one endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// Names the delivery.
    #[schema(example = "whd_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `webhook_delivery`.
    #[schema(example = "webhook_delivery")]
    pub object: &'static str,
    /// The endpoint.
    pub webhook_endpoint_id: String,
    /// The event: `webhook-id` of every attempt.
    #[schema(example = "evt_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub event_id: String,
    /// Its kind.
    #[schema(example = "video.completed")]
    pub event_type: String,
    /// The `webhook_url` of a video; `null` if it goes to the endpoint's own.
    #[schema(required)]
    pub url: Option<String>,
    /// Where it is on its way.
    pub status: State,
    /// When it was written, Unix seconds.
    pub created_at: i64,
    /// When the next attempt is made, Unix seconds.
    #[schema(required)]
    pub next_attempt_at: Option<i64>,
    /// What was tried, the oldest first.
    pub attempts: Vec<WebhookAttempt>,
}

/// One attempt to deliver.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookAttempt {
    /// Counts the attempts at a delivery, from 1.
    pub number: i32,
    /// When, Unix seconds.
    pub attempted_at: i64,
    /// What was answered; `null` if nothing was.
    #[schema(required, example = 200)]
    pub status_code: Option<i32>,
    /// How long it took, milliseconds.
    pub duration_ms: i32,
    /// Why nothing was answered.
    #[schema(required)]
    pub error: Option<String>,
    /// How the answer began, at most 1024 bytes.
    #[schema(required)]
    pub response: Option<String>,
    /// `scheduled`, or `manual` if somebody asked for it.
    #[schema(example = "scheduled")]
    pub cause: String,
}

impl WebhookDelivery {
    /// A delivery and the attempts at it.
    ///
    /// # Errors
    /// When the row cannot be read, which is a fault of ours.
    pub(super) fn of(row: DeliveryRow, attempts: Vec<AttemptRow>) -> Result<Self, ApiError> {
        let seconds = |at_us: i64| at_us.div_euclid(SECOND_US);
        let status = State::from_name(&row.state);
        let attempt = |row: AttemptRow| WebhookAttempt {
            number: row.number,
            attempted_at: seconds(row.attempted_at),
            status_code: row.status_code,
            duration_ms: row.duration_ms,
            error: row.error,
            response: row.response,
            cause: row.cause,
        };
        Ok(Self {
            object: "webhook_delivery",
            status: status.ok_or_else(|| anyhow::anyhow!("the delivery {} cannot be read", row.id))?,
            created_at: seconds(row.created_at),
            next_attempt_at: row.next_at.map(seconds),
            attempts: attempts.into_iter().map(attempt).collect(),
            id: row.id,
            webhook_endpoint_id: row.endpoint_id,
            event_id: row.event_id,
            event_type: row.event_type,
            url: row.url,
        })
    }

    /// As [`WebhookDelivery::of`], for many.
    ///
    /// # Errors
    /// As there.
    pub(super) fn all(rows: Vec<DeliveryRow>, attempts: Vec<AttemptRow>) -> Result<Vec<Self>, ApiError> {
        let mut by_delivery = std::collections::HashMap::<String, Vec<AttemptRow>>::new();
        for attempt in attempts {
            by_delivery.entry(attempt.delivery_id.clone()).or_default().push(attempt);
        }
        let own = |row: DeliveryRow| {
            let attempts = by_delivery.remove(&row.id).unwrap_or_default();
            Self::of(row, attempts)
        };
        rows.into_iter().map(own).collect()
    }
}

/// What is sent again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookResent)]
pub struct Resent {
    /// `webhook_endpoint.recovery` or `webhook_endpoint.replay`.
    #[schema(example = "webhook_endpoint.recovery")]
    pub object: &'static str,
    /// The endpoint.
    pub webhook_endpoint_id: String,
    /// How many deliveries are due now, at most 500.
    #[schema(minimum = 0, maximum = 500)]
    pub deliveries: usize,
    /// Whether there are more: then ask again.
    pub has_more: bool,
}

impl Resent {
    /// What is said of `found` things to be sent, of which as many are taken as one request may send.
    pub(super) fn of(object: &'static str, endpoint: String, found: usize) -> Self {
        let most = usize::try_from(RESENT_MAX).unwrap_or(usize::MAX);
        Self { object, webhook_endpoint_id: endpoint, deliveries: found.min(most), has_more: found > most }
    }
}
