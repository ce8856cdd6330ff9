//! What the lease routes answer beside the messages of `kinora_spec::lease`: their refusals.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::json;

use super::rules::BadAssets;
use crate::ApiError;

/// `error.code` of a call about a lease that is no longer held.
pub const LEASE_LOST: &str = "lease_lost";
/// `error.code` of a finish whose assets are not those of a whole clip.
pub const BAD_ASSETS: &str = "bad_assets";
/// `error.code` of an upload of an unknown kind, or a message with a value that no worker sends.
pub const BAD_MESSAGE: &str = "bad_message";

/// Why a worker's call has no other answer.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// The run has ended, or never was. The worker drops it.
    #[error("The lease is no longer held: drop the run.")]
    Lost,
    /// The clip is not whole.
    #[error(transparent)]
    BadAssets(#[from] BadAssets),
    /// The message is not one of this version of the protocol.
    #[error("{0}")]
    BadMessage(&'static str),
    /// As on every other route.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl LeaseError {
    /// What the worker branches on; `None` where the API's own table says it.
    fn answer(&self) -> Option<(StatusCode, &'static str)> {
        match self {
            Self::Lost => Some((StatusCode::NOT_FOUND, LEASE_LOST)),
            Self::BadAssets(_) => Some((StatusCode::UNPROCESSABLE_ENTITY, BAD_ASSETS)),
            Self::BadMessage(_) => Some((StatusCode::BAD_REQUEST, BAD_MESSAGE)),
            Self::Api(_) => None,
        }
    }
}

impl actix_web::ResponseError for LeaseError {
    fn status_code(&self) -> StatusCode {
        match (self, self.answer()) {
            (Self::Api(error), _) => error.status(),
            (_, Some((status, _))) => status,
            (_, None) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match (self, self.answer()) {
            (Self::Api(error), _) => error.error_response(),
            (_, answer) => {
                let (status, code) = answer.unwrap_or((StatusCode::INTERNAL_SERVER_ERROR, "internal_error"));
                HttpResponse::build(status).json(json!({ "error": {
                    "message": self.to_string(),
                    "type": "invalid_request_error",
                    "param": null,
                    "code": code,
                } }))
            }
        }
    }
}

impl From<kinora_store::Error> for LeaseError {
    fn from(error: kinora_store::Error) -> Self {
        Self::Api(error.into())
    }
}

impl From<diesel::result::Error> for LeaseError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Api(error.into())
    }
}

impl From<kinora_billing::Error> for LeaseError {
    fn from(error: kinora_billing::Error) -> Self {
        Self::Api(error.into())
    }
}

impl From<anyhow::Error> for LeaseError {
    fn from(error: anyhow::Error) -> Self {
        Self::Api(ApiError::Internal(error))
    }
}
