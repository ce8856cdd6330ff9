//! What can go wrong between us and Stripe, sorted by what the caller must do about it.

use std::fmt::Display;
use std::time::Duration;

use kinora_billing::Micros;
use stripe_client_core::StripeClientErr;

/// Why a call did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Try again later, with the same idempotency key unless [`Later::replayed`].
    #[error("Stripe cannot now: {0}")]
    Later(Later),
    /// Stripe already has a meter event with this identifier: what was asked for is done.
    #[error("Stripe has it already: {0}")]
    Duplicate(String),
    /// Stripe refuses this request, today and tomorrow.
    #[error("Stripe refuses: {0}")]
    Refused(Box<Refusal>),
    /// Stripe does not accept our key. Nothing was done, and nothing can be until somebody mends the settings.
    #[error("Stripe does not accept the secret key: {0}")]
    Unauthorized(String),
    /// Stripe did what was asked for, and its answer cannot be understood.
    #[error("an answer of Stripe cannot be read: {0}")]
    Unreadable(String),
    /// A webhook that Stripe did not send, or sent too long ago.
    #[error("the signature of the webhook is wrong: {0}")]
    BadSignature(String),
    /// The amount cannot be said to Stripe exactly. It is never rounded.
    #[error("{amount} cannot be sent: {why}")]
    Amount {
        /// What should have been sent.
        amount: Micros,
        /// What Stripe takes instead.
        why: &'static str,
    },
    /// The settings, or what was found in the Stripe account, do not fit.
    #[error("{0}")]
    Settings(String),
}

/// A call that may be made again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause:?}: {message}")]
pub struct Later {
    /// What happened.
    pub cause: Cause,
    /// Not before this time has passed, if Stripe said so.
    pub retry_after: Option<Duration>,
    /// Stripe gave the answer it had kept under this idempotency key: the same key will give the same answer for 24 hours.
    pub replayed: bool,
    /// In words, for the log.
    pub message: String,
}

/// Why a call may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No connection was made: nothing was sent.
    NotConnected,
    /// 429: too many requests; nothing was done.
    RateLimited,
    /// 429 `lock_timeout`: another call for the same customer and meter is running; nothing was done.
    Locked,
    /// 409: a request with the same idempotency key is running.
    InUse,
    /// 5xx, or something on the way that is not Stripe.
    Server,
    /// The answer did not come in time.
    Timeout,
    /// The connection broke before the answer was whole.
    Lost,
}

impl Cause {
    /// Whether Stripe may have done the work although we were not told so.
    pub fn outcome_is_unknown(self) -> bool {
        match self {
            Self::NotConnected | Self::RateLimited | Self::Locked => false,
            Self::InUse | Self::Server | Self::Timeout | Self::Lost => true,
        }
    }
}

/// A request that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status} {code}: {message}")]
pub struct Refusal {
    /// The HTTP status, 4xx.
    pub status: u16,
    /// Stripe's code, `resource_missing`; empty if it sent none.
    pub code: String,
    /// In words.
    pub message: String,
    /// Names the request in Stripe's own log; empty if it sent none.
    pub request_id: String,
}

impl StripeClientErr for Error {
    fn deserialize_err(message: impl Display) -> Self {
        Self::Unreadable(message.to_string())
    }
}
