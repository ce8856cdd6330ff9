//! How an error is answered: its body, in the shape that OpenAI's SDKs read, and the headers that go with it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use kinora_billing::Micros;

use crate::error::{ApiError, ErrorBody, ErrorDetail};
use crate::live::STREAM_RETRY_AFTER_MS;
use crate::replays::{self, Kept};

impl ApiError {
    /// Whether official SDKs send the request again by themselves.
    #[must_use]
    pub fn comes_again(&self) -> bool {
        let status = self.status();
        let is_repeated = matches!(status.as_u16(), 408 | 409 | 429) || status.is_server_error();
        is_repeated && !self.headers().iter().any(|(name, _)| *name == "x-should-retry")
    }

    /// The answer's body.
    #[must_use]
    pub fn body(&self) -> ErrorBody {
        let param = match self {
            Self::Refused(refusal) => refusal.param().map(str::to_owned),
            Self::Cameo(refused) => refused.param().map(str::to_owned),
            Self::KeyReused => Some(replays::rules::KEY_HEADER.to_owned()),
            _ => None,
        };
        let family = if self.status().is_server_error() { "server_error" } else { "invalid_request_error" };
        ErrorBody {
            error: ErrorDetail {
                message: self.to_string(),
                r#type: family,
                param,
                // OpenAI's has none.
                code: (!matches!(self, Self::PictureSize)).then(|| self.code()),
                shortfall: self.shortfall(),
            },
        }
    }

    /// What is missing, dollars.
    fn shortfall(&self) -> Option<String> {
        match self {
            Self::InsufficientCredit { short, .. } => Some(short.dollars()),
            Self::SpendLimit { left, needed, .. } => needed.checked_sub(*left).map(Micros::dollars),
            _ => None,
        }
    }

    /// The headers that go with it.
    fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoKey | Self::BadKey => vec![(header::WWW_AUTHENTICATE.as_str(), "Bearer".into())],
            Self::Method { allowed, .. } => vec![(header::ALLOW.as_str(), allowed.clone())],
            Self::Range { length_bytes } => {
                vec![(header::CONTENT_RANGE.as_str(), format!("bytes */{length_bytes}"))]
            }
            Self::Limited(exceeded) => exceeded.headers(),
            Self::TooManyStreams { .. } => retry_after(STREAM_RETRY_AFTER_MS),
            Self::TooManyBatches(_) => retry_after(BATCH_RETRY_AFTER_MS),
            // Official SDKs repeat every 409 and 5xx on their own, which cannot help here.
            Self::VideoInProgress
            | Self::VideoOver(_)
            | Self::SourceNotReady
            | Self::FileInUse
            | Self::BatchOver(_)
            | Self::KeyReused
            | Self::EndpointDisabled
            | Self::InsufficientCredit { .. }
            | Self::SpendLimit { .. }
            | Self::NoPrice(_)
            | Self::NoPayments => vec![("x-should-retry", "false".into())],
            Self::NotReady(_) | Self::RepeatsInWork => {
                vec![("retry-after-ms", "1000".into()), (header::RETRY_AFTER.as_str(), "1".into())]
            }
            _ => Vec::new(),
        }
    }
}

/// When to ask again for a batch that there was no room for, milliseconds: one of those before it has to end.
const BATCH_RETRY_AFTER_MS: i64 = 60_000;

/// The headers that say when to try again.
fn retry_after(wait_ms: i64) -> Vec<(&'static str, String)> {
    vec![
        ("retry-after-ms", wait_ms.to_string()),
        (header::RETRY_AFTER.as_str(), wait_ms.saturating_add(999).div_euclid(1_000).to_string()),
    ]
}

impl actix_web::ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Internal(cause) => tracing::error!("{cause:#}"),
            Self::Replayed(Kept(body)) => {
                return HttpResponse::Ok()
                    .insert_header(("idempotent-replayed", "true"))
                    .content_type(header::ContentType::json())
                    .body(body.clone());
            }
            _ => {}
        }
        let mut answer = HttpResponse::build(self.status()).json(self.body());
        for (name, value) in self.headers() {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer.headers_mut().insert(header::HeaderName::from_static(name), value);
            }
        }
        answer
    }
}
