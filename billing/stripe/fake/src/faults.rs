//! Faults on purpose, the same ones for the same seed. Where in a request they strike is in `exchange`.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How often and how the server misbehaves. Rates are shares of the requests, 0 to 1, and add up to at most 1.
///
/// What happens to a request depends on the seed, on the request and on how often the same request came before; not on
/// what other requests run beside it. A test with many clients is as reproducible as one with a single client.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Answered with 429 `rate_limit`, nothing done.
    #[arg(long, default_value_t = 0.0)]
    pub rate_429: f64,
    /// Answered with 500, nothing done; like Stripe, the 500 is remembered under the request's idempotency key.
    #[arg(long, default_value_t = 0.0)]
    pub rate_500: f64,
    /// The connection is closed before anything is done.
    #[arg(long, default_value_t = 0.0)]
    pub rate_lost_request: f64,
    /// The work is done and the connection closed without an answer.
    #[arg(long, default_value_t = 0.0)]
    pub rate_lost_response: f64,
    /// How long each request takes, in milliseconds.
    #[arg(long, default_value_t = 0)]
    pub delay_ms: u64,
    /// Sent as `Retry-After` with every 429, in seconds.
    #[arg(long)]
    pub retry_after_s: Option<u64>,
    /// At most this many requests in a second of the system's clock; more are answered with 429 `rate_limit`.
    #[arg(long)]
    pub requests_per_s_max: Option<u32>,
    /// Chooses which requests are struck.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
}

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// See [`Faults::rate_429`].
    RateLimited,
    /// See [`Faults::rate_500`].
    Broken,
    /// See [`Faults::rate_lost_request`].
    LostRequest,
    /// See [`Faults::rate_lost_response`].
    LostResponse,
}

impl Faults {
    /// Whether the rates are shares: none below zero, and at most 1 together.
    pub fn are_shares(&self) -> bool {
        let rates = self.rates();
        rates.iter().all(|(_, rate)| (0.0..=1.0).contains(rate))
            && rates.iter().map(|(_, rate)| rate).sum::<f64>() <= 1.0
    }

    /// What strikes the request with this fingerprint when it comes for the `nth` time.
    pub fn strike(&self, fingerprint: &str, nth: u32) -> Option<Fault> {
        let digest = Sha256::digest(format!("{}|{fingerprint}|{nth}", self.seed));
        let drawn = digest.iter().take(4).fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let mut share = f64::from(drawn) / (f64::from(u32::MAX) + 1.0);
        for (fault, rate) in self.rates() {
            if share < rate {
                return Some(fault);
            }
            share -= rate;
        }
        None
    }

    fn rates(&self) -> [(Fault, f64); 4] {
        [
            (Fault::LostRequest, self.rate_lost_request),
            (Fault::RateLimited, self.rate_429),
            (Fault::Broken, self.rate_500),
            (Fault::LostResponse, self.rate_lost_response),
        ]
    }
}
