//! The body of a request, read only once the caller is known, and only up to its limit.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::StreamExt as _;

use super::{Fields, multipart};
use crate::{ApiError, Config};

/// How long a body may take to arrive, so that a client that stalls holds nothing for long.
const BODY_TIMEOUT: Duration = Duration::from_secs(120);
/// How long a form may take, which may have a clip in it; one that is silent in between is given up earlier.
const FORM_TIMEOUT: Duration = Duration::from_secs(600);

/// The media type of forms.
const FORM: &str = "multipart/form-data";

/// A body that has not been read yet.
pub struct Body {
    content_type: String,
    headers: HeaderMap,
    payload: Payload,
}

impl FromRequest for Body {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let content_type = request.content_type().to_ascii_lowercase();
        ready(Ok(Self { content_type, headers: request.headers().clone(), payload: payload.take() }))
    }
}

impl Body {
    /// Reads the body, which is JSON or a form.
    ///
    /// # Errors
    /// When it is neither, is broken, or is over its limit.
    pub async fn fields(self, config: &Config) -> Result<Fields, ApiError> {
        let time = if self.content_type == FORM { FORM_TIMEOUT } else { BODY_TIMEOUT };
        let read = self.read(config);
        tokio::time::timeout(time, read).await.unwrap_or(Err(ApiError::BodyBroken))
    }

    /// How long the body is, bytes, where the client says so.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }

    /// The parts of a form as they come: for files that are not to be held in memory. Limits are the reader's.
    ///
    /// # Errors
    /// When it is no form.
    pub fn form(self) -> Result<Multipart, ApiError> {
        match self.content_type.as_str() {
            FORM => Ok(Multipart::new(&self.headers, self.payload)),
            _ => Err(ApiError::ContentType),
        }
    }

    /// The body as it came.
    ///
    /// # Errors
    /// When it is broken, or has more than `bytes_max` bytes.
    pub async fn bytes(self, bytes_max: usize) -> Result<Vec<u8>, ApiError> {
        let read = read(self.payload, bytes_max);
        tokio::time::timeout(BODY_TIMEOUT, read).await.unwrap_or(Err(ApiError::BodyBroken))
    }

    async fn read(self, config: &Config) -> Result<Fields, ApiError> {
        match self.content_type.as_str() {
            "application/json" => {
                let text = read(self.payload, config.json_bytes_max).await?;
                Ok(Fields::from_json(&text)?)
            }
            FORM => multipart::read(&self.headers, self.payload, config).await,
            _ => Err(ApiError::ContentType),
        }
    }
}

async fn read(mut payload: Payload, bytes_max: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::BodyBroken)?;
        if bytes.len() + chunk.len() > bytes_max {
            return Err(ApiError::TooLarge { limit_bytes: bytes_max as u64 });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
