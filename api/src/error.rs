//! Everything the API answers instead of what was asked: one list of refusals, one table to codes, one
//! table to statuses. How they are written is `answered`.

use actix_web::http::StatusCode;
use kinora_billing::Micros;

use crate::characters::CameoRefused;
pub use crate::codes::{Code, ErrorBody, ErrorDetail};
use crate::limits::{Exceeded, Limit};
use crate::refusal::{Refusal, shown};
use crate::replays::Kept;

/// Why a request has no other answer.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No `Authorization: Bearer` header.
    #[error(
        "You didn't provide an API key. Send it in an Authorization header: Authorization: Bearer YOUR_KEY."
    )]
    NoKey,
    /// A key that does not exist, is revoked, or is written wrongly.
    #[error("Incorrect API key provided.")]
    BadKey,
    /// A key that may not do this.
    #[error("This API key lacks the scope '{0}'.")]
    NoScope(&'static str),
    /// A project that is no longer in use.
    #[error("The project is archived: it makes no more videos and cannot be changed.")]
    ProjectArchived,
    /// As much as a limit allows.
    #[error(transparent)]
    Limited(#[from] Box<Exceeded>),
    /// As many streams of events as a key, or the server, may have.
    #[error("Too many streams are open: {max} for one API key, and a limited number for this server.")]
    TooManyStreams {
        /// The limit of a key.
        max: usize,
    },
    /// A field of the request.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something that does not exist, or belongs to another project.
    #[error("No {what} found with id '{id}'.")]
    NotFound {
        /// For example `video`.
        what: &'static str,
        /// As it was asked for.
        id: String,
    },
    /// A path that does not exist.
    #[error("Unknown request URL: {method} {path}.")]
    NoRoute {
        /// As it was sent.
        method: String,
        /// As it was sent, without the query.
        path: String,
    },
    /// A path that exists, but not with this method.
    #[error("{method} is not allowed on this URL. Allowed: {allowed}.")]
    Method {
        /// As it was sent.
        method: String,
        /// The methods there are, separated by commas.
        allowed: String,
    },
    /// A body over its limit.
    #[error("The request body is larger than {limit_bytes} bytes.")]
    TooLarge {
        /// The limit that was passed.
        limit_bytes: u64,
    },
    /// A body of a type that is not read here.
    #[error("Unsupported content type: send application/json or multipart/form-data.")]
    ContentType,
    /// The connection broke while the body was read.
    #[error("The request body could not be read to its end.")]
    BodyBroken,
    /// A video that is still being made cannot be deleted.
    #[error("The video is still being made: cancel it first, or delete it once it is completed or failed.")]
    VideoInProgress,
    /// A video that is over cannot be canceled.
    #[error("The video is already {0}: there is nothing to cancel.")]
    VideoOver(&'static str),
    /// Nothing is sent to the endpoint.
    #[error("The webhook endpoint is disabled: set its 'disabled' to false first.")]
    EndpointDisabled,
    /// A project has as many files, or as many bytes in them, as it may.
    #[error("The project has no room for the file: it may keep {files_max} files and {bytes_max} bytes.")]
    FileQuota {
        /// Most files.
        files_max: i64,
        /// Most bytes in all of them.
        bytes_max: i64,
    },
    /// A file that a batch needs cannot be deleted.
    #[error("A batch reads the file that is not over: cancel the batch first, or wait for its end.")]
    FileInUse,
    /// A batch that is over cannot be cancelled.
    #[error("The batch is already {0}: there is nothing to cancel.")]
    BatchOver(&'static str),
    /// A project has as many batches that are not over as it may.
    #[error("The project has {0} batches that are not over, which is as many as it may have.")]
    TooManyBatches(i64),
    /// A video that is not completed is no source of another.
    #[error("The source video is not completed yet.")]
    SourceNotReady,
    /// A video that has no clip, or none any more, is no source of another.
    #[error("The source video cannot be used: {0}.")]
    SourceGone(&'static str),
    /// A picture of another size than the video that is to begin with it; in OpenAI's words.
    #[error("Inpaint image must match the requested width and height")]
    PictureSize,
    /// There are no files yet.
    #[error("The video is not completed yet.")]
    VideoNotReady,
    /// There will be no files.
    #[error("The video failed, so it has no content.")]
    VideoFailed,
    /// The files were removed after the time they are kept.
    #[error("The content of this video has expired.")]
    VideoExpired,
    /// Somebody in the video no longer wants to be seen.
    #[error("This video was withdrawn: a character in it may no longer be shown.")]
    VideoWithdrawn,
    /// A character that cannot be used as asked, or a capture that does not do.
    #[error(transparent)]
    Cameo(#[from] Box<CameoRefused>),
    /// The clip was made without sound.
    #[error("This video has no sound.")]
    NoAudio,
    /// A range that lies outside the file.
    #[error("The range lies outside the content, which has {length_bytes} bytes.")]
    Range {
        /// Length of the whole file, bytes.
        length_bytes: u64,
    },
    /// The organization's credit does not cover the video.
    #[error("{}", insufficient(*available, *short, *on_account))]
    InsufficientCredit {
        /// What could be spent, or owed.
        available: Micros,
        /// What is missing.
        short: Micros,
        /// Whether the organization pays afterwards: it is told what it may still owe, not what credit it has.
        on_account: bool,
    },
    /// The video would pass a limit on what may be spent.
    #[error("The monthly spend limit of the {scope}, ${}, leaves ${}, and the video needs ${}.", limit.dollars(), left.dollars(), needed.dollars())]
    SpendLimit {
        /// Whose limit: `organization`, `project` or `API key`.
        scope: &'static str,
        /// The limit.
        limit: Micros,
        /// What is left of it this month.
        left: Micros,
        /// What the video needs.
        needed: Micros,
    },
    /// The operator has set no price for it.
    #[error("There is no price for this: {0}. Tell whoever runs this server.")]
    NoPrice(String),
    /// Credit cannot be bought here.
    #[error("No payment provider is set up on this server: whoever runs it gives credit.")]
    NoPayments,
    /// No error: the request was done before, and this is its answer. It ends the work as a refusal does.
    #[error("The request was answered before.")]
    Replayed(Kept),
    /// A key of the client's that named another request.
    #[error(
        "This Idempotency-Key was used for another request in the last 24 hours. A new request needs a new key."
    )]
    KeyReused,
    /// The same request is being worked on.
    #[error("The request that this one repeats is still in work. Ask again in a moment.")]
    RepeatsInWork,
    /// The server is stopping or cannot reach its database.
    #[error("The server is not ready: {0}.")]
    NotReady(&'static str),
    /// A fault of ours. The cause is logged, not told.
    #[error("The server had an error while processing your request.")]
    Internal(anyhow::Error),
}

/// Why a video is not paid for.
fn insufficient(available: Micros, short: Micros, on_account: bool) -> String {
    let (available, short) = (available.dollars(), short.dollars());
    if on_account {
        format!("The organization may still owe ${available}, and the video needs ${short} more.")
    } else {
        format!("The organization has ${available} of credit left, and the video needs ${short} more.")
    }
}

impl ApiError {
    /// Nothing with this id, or nothing of the caller's.
    #[must_use]
    pub fn not_found(what: &'static str, id: &str) -> Self {
        Self::NotFound { what, id: shown(id) }
    }

    /// What a program sees.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::NoKey | Self::BadKey => Code::InvalidApiKey,
            Self::NoScope(_) => Code::InsufficientScope,
            Self::ProjectArchived => Code::ProjectArchived,
            Self::Limited(exceeded) if matches!(exceeded.limit, Limit::Queue(_)) => Code::QueueFull,
            Self::Limited(_) => Code::RateLimitExceeded,
            Self::TooManyStreams { .. } => Code::TooManyStreams,
            Self::Refused(Refusal::Missing { .. }) => Code::MissingRequiredParameter,
            Self::Refused(Refusal::Unknown { .. }) => Code::UnknownParameter,
            Self::Refused(Refusal::WrongType { .. }) => Code::InvalidType,
            Self::Refused(Refusal::Invalid { .. }) | Self::PictureSize => Code::InvalidValue,
            Self::Refused(Refusal::UnknownModel { .. }) => Code::ModelNotFound,
            Self::Refused(Refusal::Json(_)) => Code::InvalidJson,
            Self::Refused(Refusal::Multipart(_)) => Code::InvalidMultipart,
            Self::BodyBroken => Code::InvalidBody,
            Self::NotFound { what: "model", .. } => Code::ModelNotFound,
            Self::NotFound { .. } => Code::NotFound,
            Self::NoRoute { .. } => Code::UnknownUrl,
            Self::Method { .. } => Code::MethodNotAllowed,
            Self::TooLarge { .. } => Code::BodyTooLarge,
            Self::ContentType => Code::UnsupportedMediaType,
            Self::VideoInProgress => Code::VideoInProgress,
            Self::VideoOver(_) => Code::VideoOver,
            Self::EndpointDisabled => Code::WebhookEndpointDisabled,
            Self::FileQuota { .. } => Code::FileQuotaExceeded,
            Self::FileInUse => Code::FileInUse,
            Self::BatchOver(_) => Code::BatchOver,
            Self::TooManyBatches(_) => Code::TooManyBatches,
            Self::SourceNotReady => Code::SourceNotReady,
            Self::SourceGone(_) => Code::SourceNotAvailable,
            Self::VideoNotReady => Code::VideoNotReady,
            Self::VideoFailed => Code::VideoFailed,
            Self::VideoExpired => Code::VideoExpired,
            Self::VideoWithdrawn => Code::VideoWithdrawn,
            Self::Cameo(refused) => refused.code(),
            Self::NoAudio => Code::AudioNotAvailable,
            Self::Range { .. } => Code::InvalidRange,
            Self::InsufficientCredit { .. } => Code::InsufficientCredit,
            Self::SpendLimit { .. } => Code::SpendLimitReached,
            Self::NoPrice(_) => Code::PriceNotSet,
            Self::NoPayments => Code::PaymentsNotSet,
            Self::KeyReused => Code::IdempotencyKeyReused,
            Self::RepeatsInWork => Code::IdempotencyKeyInUse,
            Self::NotReady(_) => Code::NotReady,
            // An answer that is given again has a code no more than another answer: nobody asks for it.
            Self::Internal(_) | Self::Replayed(_) => Code::InternalError,
        }
    }

    /// The status it is sent with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        if let Self::Replayed(_) = self {
            return StatusCode::OK;
        }
        match self.code() {
            Code::InvalidApiKey => StatusCode::UNAUTHORIZED,
            Code::InsufficientScope | Code::ProjectArchived | Code::FileQuotaExceeded => {
                StatusCode::FORBIDDEN
            }
            Code::RateLimitExceeded | Code::QueueFull | Code::TooManyStreams | Code::TooManyBatches => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Code::ModelNotFound if matches!(self, Self::NotFound { .. }) => StatusCode::NOT_FOUND,
            Code::MissingRequiredParameter
            | Code::UnknownParameter
            | Code::InvalidType
            | Code::InvalidValue
            | Code::ModelNotFound
            | Code::InvalidJson
            | Code::InvalidMultipart
            | Code::SourceNotAvailable
            | Code::CameoPermissionDenied
            | Code::CameoPreferenceConflict
            | Code::CaptureRefused
            | Code::InvalidBody => StatusCode::BAD_REQUEST,
            Code::NotFound
            | Code::UnknownUrl
            | Code::VideoNotReady
            | Code::VideoFailed
            | Code::ConsentNotGiven
            | Code::AudioNotAvailable => StatusCode::NOT_FOUND,
            Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Code::VideoInProgress
            | Code::VideoOver
            | Code::SourceNotReady
            | Code::FileInUse
            | Code::BatchOver
            | Code::IdempotencyKeyInUse
            | Code::WebhookEndpointDisabled => StatusCode::CONFLICT,
            Code::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Code::VideoExpired | Code::VideoWithdrawn => StatusCode::GONE,
            Code::InvalidRange => StatusCode::RANGE_NOT_SATISFIABLE,
            Code::InsufficientCredit | Code::SpendLimitReached => StatusCode::PAYMENT_REQUIRED,
            Code::PriceNotSet | Code::PaymentsNotSet | Code::NotReady => StatusCode::SERVICE_UNAVAILABLE,
            Code::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
