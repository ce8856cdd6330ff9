//! What an error looks like on the wire. Which refusal has which code and status is `error`.

use serde::Serialize;
use utoipa::ToSchema;

/// The `code` of an error on the wire: what a program may branch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ErrorCode)]
pub enum Code {
    /// 401: the key is missing, unknown, revoked or expired.
    InvalidApiKey,
    /// 403: the key may not do this.
    InsufficientScope,
    /// 403: the project is no longer in use.
    ProjectArchived,
    /// 429: a limit of the project, of the key or of the address is reached; `retry-after-ms` says for how long.
    RateLimitExceeded,
    /// 429: as many videos of the project or of the key wait as may.
    QueueFull,
    /// 429: as many streams of events are open as may be.
    TooManyStreams,
    /// 400: a required field is missing.
    MissingRequiredParameter,
    /// 400: a field that does not exist.
    UnknownParameter,
    /// 400: a value of another type.
    InvalidType,
    /// 400: a value that is not possible.
    InvalidValue,
    /// 400 when asked for in a field, 404 when asked for by path: a model that is not offered.
    ModelNotFound,
    /// 400: a body that is not JSON.
    InvalidJson,
    /// 400: a body that is not a multipart form.
    InvalidMultipart,
    /// 400: a body that ended too early.
    InvalidBody,
    /// 403: the project has no room for another file.
    FileQuotaExceeded,
    /// 409: a batch reads the file that is not over.
    FileInUse,
    /// 409: the batch is over already.
    BatchOver,
    /// 429: the project has as many batches that are not over as it may.
    TooManyBatches,
    /// 404: nothing with this id.
    NotFound,
    /// 404: nothing at this path.
    UnknownUrl,
    /// 405: not with this method.
    MethodNotAllowed,
    /// 413: the body is over its limit.
    BodyTooLarge,
    /// 415: neither JSON nor a form.
    UnsupportedMediaType,
    /// 409: the video is not over yet.
    VideoInProgress,
    /// 409: the video is over already.
    VideoOver,
    /// 409: nothing is sent to the webhook endpoint.
    WebhookEndpointDisabled,
    /// 409: the video that another is to be made from is not completed yet.
    SourceNotReady,
    /// 400: the video that another is to be made from failed or is past its time.
    SourceNotAvailable,
    /// 404: no content yet.
    VideoNotReady,
    /// 404: no content ever.
    VideoFailed,
    /// 410: the content was removed.
    VideoExpired,
    /// 410: the content was taken back, because somebody in it no longer wants to be seen.
    VideoWithdrawn,
    /// 400: a character that may not be used, or that does not exist.
    CameoPermissionDenied,
    /// 400: the prompt goes against what the owner of a character wants.
    CameoPreferenceConflict,
    /// 400: a capture that does not answer its challenge.
    CaptureRefused,
    /// 404: a character that nobody consented to yet.
    ConsentNotGiven,
    /// 404: a clip without sound.
    AudioNotAvailable,
    /// 416: a range outside the content.
    InvalidRange,
    /// 402: the organization's credit does not cover it.
    InsufficientCredit,
    /// 402: a limit on what may be spent in a month would be passed.
    SpendLimitReached,
    /// 422: the `Idempotency-Key` named another request.
    IdempotencyKeyReused,
    /// 409: the same request is still in work; `retry-after-ms` says when to ask again.
    IdempotencyKeyInUse,
    /// 503: the operator has set no price for it.
    PriceNotSet,
    /// 503: no payment provider is set up.
    PaymentsNotSet,
    /// 503: try again later.
    NotReady,
    /// 500: a fault of the server.
    InternalError,
}

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// For people.
    #[schema(example = "Missing required parameter: 'prompt'.")]
    pub message: String,
    /// The family of the error: `invalid_request_error` or `server_error`.
    #[schema(example = "invalid_request_error")]
    pub r#type: &'static str,
    /// The field it is about.
    #[schema(required, example = "prompt")]
    pub param: Option<String>,
    /// For programs; `null` for a picture that does not have the size of its video.
    #[schema(required)]
    pub code: Option<Code>,
    /// With `insufficient_credit` and `spend_limit_reached`: what is missing, dollars with six decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0.400000")]
    pub shortfall: Option<String>,
}
