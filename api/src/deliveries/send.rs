//! One request to a receiver: what is in it, and what is kept of the answer.

use std::time::Instant;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use super::flow::envelope;
use super::store::EventRow;
use crate::clock::SECOND_US;
use crate::events::kinds::{self, About};
use crate::ids::EventId;
use crate::outgoing::Letter;
use crate::webhooks::signing::Secret;
use crate::webhooks::store::EndpointRow;
use crate::webhooks::wire::WebhookEndpointTest;
use crate::{ApiError, App};

/// How much of an answer is kept, bytes.
const ANSWER_BYTES_MAX: usize = 1_024;
/// What a test event is about: something that does not exist.
const NOTHING: &str = "00000000000000000000000000000000";

/// What is sent.
pub struct Message<'a> {
    /// The event, which stays the same however often it is sent.
    pub event_id: &'a str,
    pub url: &'a str,
    pub secrets: &'a [Secret],
    pub body: &'a str,
}

/// What came of it.
pub struct Answered {
    /// When it was sent, microseconds since 1970.
    pub at_us: i64,
    pub duration_ms: i32,
    pub status: Option<u16>,
    pub retry_after: Option<String>,
    /// How the answer began.
    pub response: Option<String>,
    /// Why there was none.
    pub error: Option<String>,
}

impl Answered {
    /// That nothing was sent.
    pub fn unsent(at_us: i64, why: &str) -> Self {
        Self {
            at_us,
            duration_ms: 0,
            status: None,
            retry_after: None,
            response: None,
            error: Some(why.to_owned()),
        }
    }
}

/// Signs a message and sends it.
pub async fn send(app: &App, message: &Message<'_>) -> Answered {
    let at_us = app.clock.now_us();
    let headers = match headers(app, message, at_us.div_euclid(SECOND_US)) {
        Ok(headers) => headers,
        Err(error) => return Answered::unsent(at_us, &error.to_string()),
    };
    let (url, body) = (message.url, message.body.to_owned());
    let begun = Instant::now();
    let reply = app.outgoing.post(Letter { url, headers, body, answer_bytes_max: ANSWER_BYTES_MAX }).await;
    let duration_ms = i32::try_from(begun.elapsed().as_millis()).unwrap_or(i32::MAX);
    match reply {
        Err(fault) => Answered { duration_ms, ..Answered::unsent(at_us, &fault.to_string()) },
        Ok(reply) => Answered {
            at_us,
            duration_ms,
            status: Some(reply.status),
            retry_after: reply.retry_after,
            // PostgreSQL cannot hold the character U+0000.
            response: Some(String::from_utf8_lossy(&reply.body).replace('\0', "\u{fffd}")),
            error: None,
        },
    }
}

fn headers(app: &App, message: &Message<'_>, at_seconds: i64) -> anyhow::Result<HeaderMap> {
    let signature = app.hooks.signatory.sign(message.secrets, (message.event_id, at_seconds), message.body);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in [
        ("webhook-id", message.event_id.to_owned()),
        ("webhook-timestamp", at_seconds.to_string()),
        ("webhook-signature", signature),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value)?);
    }
    Ok(headers)
}

/// Sends an endpoint one event about nothing, and waits for its answer.
///
/// # Errors
/// When the endpoint has no URL, or as many tests are under way as may be.
pub(crate) async fn test(
    app: &App,
    row: EndpointRow,
    kind: &'static str,
) -> Result<WebhookEndpointTest, ApiError> {
    let url = row.url.as_deref().ok_or_else(|| ApiError::not_found("webhook endpoint", &row.id))?;
    let place = app.hooks.tests.try_acquire();
    let _place = place.map_err(|_| ApiError::NotReady("many webhook tests are under way"))?;
    let now_us = app.clock.now_us();
    let about = match kinds::find(kind).map(|kind| kind.about) {
        Some(About::Video) => format!("video_{NOTHING}"),
        Some(About::Spending) => format!("alert_{NOTHING}"),
        Some(About::Endpoint) | None => row.id.clone(),
    };
    let event = EventRow {
        id: EventId::new().to_string(),
        kind: kind.to_owned(),
        organization_id: row.organization_id.clone(),
        project_id: Some(row.project_id.clone()),
        data: String::new(),
        created_at: now_us,
    };
    let body = envelope(&event, json!({ "id": about }));
    let secrets = app.hooks.secrets(&row, now_us)?;
    let answered = send(app, &Message { event_id: &event.id, url, secrets: &secrets, body: &body }).await;
    Ok(WebhookEndpointTest {
        object: "webhook_endpoint.test",
        event_type: kind,
        status_code: answered.status,
        success: answered.status.is_some(),
        error: answered.error,
        webhook_endpoint_id: row.id,
    })
}
