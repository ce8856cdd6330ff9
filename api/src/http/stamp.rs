//! The outermost layer: every answer carries an id, and every request leaves one line in the log.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use tracing::Instrument as _;

/// Names the request; ours alone, since one sent by a client could name another's.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long the server worked on the request until the answer began, milliseconds.
const PROCESSING_MS: HeaderName = HeaderName::from_static("openai-processing-ms");

pub(super) async fn stamp(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = format!("req_{}", uuid::Uuid::now_v7().simple());
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let span = tracing::info_span!("request", id);
    let start = Instant::now();
    let mut response = next.call(request).instrument(span.clone()).await?;
    let elapsed_ms = start.elapsed().as_millis();
    let status = response.status().as_u16();
    span.in_scope(
        || tracing::info!(%method, path, status, elapsed_ms = u64::try_from(elapsed_ms).unwrap_or(u64::MAX)),
    );
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Ok(value) = HeaderValue::from_str(&elapsed_ms.to_string()) {
        headers.insert(PROCESSING_MS, value);
    }
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    Ok(response)
}
