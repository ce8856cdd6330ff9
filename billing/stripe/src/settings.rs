//! What it takes to reach Stripe. Secrets are kept out of every log. Nothing is read from the environment here.

use std::fmt;
use std::time::Duration;

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from being shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that sends or compares it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// How Stripe is reached.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sk_…` or, better, a restricted key `rk_…`.
    pub secret_key: Secret,
    /// `whsec_…`; signs what Stripe sends us.
    pub webhook_secret: Secret,
    /// Where the API is, with the slash at its end.
    pub base_url: String,
    /// The event name of the meter that counts micro-dollars.
    pub meter_event_name: String,
    /// How long a call may take from connecting to the last byte.
    pub timeout: Duration,
    /// How long the connecting alone may take.
    pub connect_timeout: Duration,
}

impl Settings {
    /// Stripe's own address, the meter `kinora_micros`, 20 seconds a call, 5 of them for connecting.
    pub fn new(secret_key: Secret, webhook_secret: Secret) -> Self {
        Self {
            secret_key,
            webhook_secret,
            base_url: "https://api.stripe.com/".to_owned(),
            meter_event_name: "kinora_micros".to_owned(),
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(5),
        }
    }
}
