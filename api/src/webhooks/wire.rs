//! What travels: endpoints in the shape of OpenAI's, with more fields than it has. A field without a value is there with
//! `null`.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{DisabledReason, Payload, kind_of, kinds_of};
use super::signing::Secret;
use super::store::EndpointRow;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::keys::rules::check_name;
use crate::{ApiError, Refusal};

/// An endpoint to be made.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = WebhookEndpointCreate)]
pub struct CreateEndpoint {
    /// What people call it, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "production")]
    pub name: String,
    /// Where events are sent: HTTPS, and a public host.
    #[schema(max_length = 2048, example = "https://example.com/hook")]
    pub url: String,
    /// Which kinds of events: some of those of `GET /v1/webhook_event_types`.
    #[schema(value_type = Vec<String>, min_items = 1)]
    pub event_types: String,
    /// What `data` of an event holds; `thin` if absent.
    #[schema(value_type = Option<Payload>)]
    pub payload: Payload,
}

impl CreateEndpoint {
    /// Takes the request out of `fields`. The URL is not checked yet.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            name: check_name(fields.text("name")?.ok_or(Refusal::Missing { param: "name" })?)?,
            url: fields.text("url")?.ok_or(Refusal::Missing { param: "url" })?,
            event_types: event_types(&mut fields)?.ok_or(Refusal::Missing { param: "event_types" })?,
            payload: payload(&mut fields)?.unwrap_or(Payload::Thin),
        };
        fields.finish()?;
        Ok(request)
    }
}

/// What is to be changed of an endpoint; what is absent stays.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = WebhookEndpointUpdate)]
pub struct UpdateEndpoint {
    /// What people call it, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Where events are sent: HTTPS, and a public host.
    #[schema(max_length = 2048)]
    pub url: Option<String>,
    /// Which kinds of events: the whole list.
    #[schema(value_type = Option<Vec<String>>, min_items = 1)]
    pub event_types: Option<String>,
    /// What `data` of an event holds.
    pub payload: Option<Payload>,
    /// With `true`, nothing is sent there, and what waits to be sent is canceled; with `false`, events are sent again from
    /// now on.
    pub disabled: Option<bool>,
}

impl UpdateEndpoint {
    /// Takes the request out of `fields`. The URL is not checked yet.
    ///
    /// # Errors
    /// When a field has an impossible value or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            name: fields.text("name")?.map(check_name).transpose()?,
            url: fields.text("url")?,
            event_types: event_types(&mut fields)?,
            payload: payload(&mut fields)?,
            disabled: fields.boolean("disabled")?,
        };
        fields.finish()?;
        Ok(request)
    }
}

fn event_types(fields: &mut Fields) -> Result<Option<String>, Refusal> {
    fields.texts("event_types")?.map(|kinds| kinds_of("event_types", &kinds, None)).transpose()
}

fn payload(fields: &mut Fields) -> Result<Option<Payload>, Refusal> {
    let known = |name: String| {
        Payload::from_name(&name).ok_or_else(|| Refusal::invalid("payload", "supported are: 'thin', 'full'."))
    };
    fields.text("payload")?.map(known).transpose()
}

/// How a secret is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = WebhookSecretRotate)]
pub struct RotateSecret {
    /// Whether events are signed under the secret before, too, for 24 hours; false if absent.
    pub keep_old_secret_active_for_24_hours: Option<bool>,
}

impl RotateSecret {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field has an impossible value or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let keep_old_secret_active_for_24_hours = fields.boolean("keep_old_secret_active_for_24_hours")?;
        fields.finish()?;
        Ok(Self { keep_old_secret_active_for_24_hours })
    }
}

/// A test of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = WebhookEndpointTestCreate)]
pub struct TestEndpoint {
    /// The kind of the event that is sent: one of those of `GET /v1/webhook_event_types`.
    #[schema(example = "video.completed")]
    pub event_type: &'static str,
}

impl TestEndpoint {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When the field is missing or has an impossible value, or another one does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let name = fields.text("event_type")?.ok_or(Refusal::Missing { param: "event_type" })?;
        fields.finish()?;
        Ok(Self { event_type: kind_of(&name)? })
    }
}

/// Where a project wants to be told.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookEndpoint {
    /// Names the endpoint.
    #[schema(example = "whe_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `webhook_endpoint`.
    #[schema(example = "webhook_endpoint")]
    pub object: &'static str,
    /// What people call it; `default` for the one that holds the secret for the URLs of single videos.
    #[schema(example = "production")]
    pub name: String,
    /// Where events are sent; `null` for `default`, which has none.
    #[schema(required, example = "https://example.com/hook")]
    pub url: Option<String>,
    /// Which kinds of events.
    pub event_types: Vec<String>,
    /// What `data` of an event holds.
    pub payload: Payload,
    /// When it was made, Unix seconds.
    pub created_at: i64,
    /// When it was last changed, Unix seconds.
    pub updated_at: i64,
    /// How the secret ends.
    #[schema(example = "whsec_...pB2x")]
    pub signing_secret_hint: String,
    /// Until when events are signed under the secret before as well, Unix seconds.
    #[schema(required)]
    pub old_secret_until: Option<i64>,
    /// Since when every attempt has failed, Unix seconds. After five days it is disabled.
    #[schema(required)]
    pub failing_since: Option<i64>,
    /// Since when nothing is sent there, Unix seconds.
    #[schema(required)]
    pub disabled_at: Option<i64>,
    /// Why nothing is sent there.
    #[schema(required)]
    pub disabled_reason: Option<DisabledReason>,
}

impl TryFrom<EndpointRow> for WebhookEndpoint {
    type Error = ApiError;

    fn try_from(row: EndpointRow) -> Result<Self, ApiError> {
        let seconds = |at_us: i64| at_us.div_euclid(SECOND_US);
        let broken = || ApiError::Internal(anyhow::anyhow!("the endpoint {} cannot be read", row.id));
        Ok(Self {
            object: "webhook_endpoint",
            event_types: row.event_types.split_whitespace().map(str::to_owned).collect(),
            payload: Payload::from_name(&row.payload).ok_or_else(broken)?,
            created_at: seconds(row.created_at),
            updated_at: seconds(row.updated_at),
            signing_secret_hint: row.secret_hint,
            old_secret_until: row.old_secret_until.map(seconds),
            failing_since: row.failing_since.map(seconds),
            disabled_at: row.disabled_at.map(seconds),
            disabled_reason: row.disabled_reason.as_deref().and_then(DisabledReason::from_name),
            id: row.id,
            name: row.name,
            url: row.url,
        })
    }
}

/// Where a project wants to be told, with the secret that is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookEndpointWithSecret {
    /// The endpoint.
    #[serde(flatten)]
    pub endpoint: WebhookEndpoint,
    /// What events are signed under. It is not shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub signing_secret: String,
}

impl WebhookEndpointWithSecret {
    /// The endpoint in `row` and its secret.
    ///
    /// # Errors
    /// When the row cannot be read, which is a fault of ours.
    pub fn of(row: EndpointRow, secret: &Secret) -> Result<Self, ApiError> {
        Ok(Self { endpoint: row.try_into()?, signing_secret: secret.reveal() })
    }
}

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookEndpointTest {
    /// Always `webhook_endpoint.test`.
    #[schema(example = "webhook_endpoint.test")]
    pub object: &'static str,
    /// The endpoint.
    pub webhook_endpoint_id: String,
    /// The kind of the event that was sent.
    #[schema(example = "video.completed")]
    pub event_type: &'static str,
    /// What it answered; `null` if it did not.
    #[schema(required, example = 200)]
    pub status_code: Option<u16>,
    /// Whether there was an answer, of whatever status.
    pub success: bool,
    /// Why there was no answer.
    #[schema(required)]
    pub error: Option<String>,
}

/// The kinds of events there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookEventTypes {
    /// Always `list`.
    #[schema(example = "list")]
    pub object: &'static str,
    /// Their names.
    pub data: Vec<&'static str>,
    /// The same names, each with what it says.
    pub descriptions: Vec<WebhookEventType>,
}

/// A kind of event.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookEventType {
    /// Its name.
    #[schema(example = "video.completed")]
    pub name: &'static str,
    /// What it says.
    pub description: &'static str,
    /// Whether the `webhook_url` of a video is told of it unless `webhook_events_filter` says otherwise.
    pub by_default: bool,
}
