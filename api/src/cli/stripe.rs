//! Stripe, where the operator set it up and this build has it: who takes customers' money, and who copies the ledger there.

use std::sync::Arc;

use kinora::{App, Config};
use kinora_billing::payments::Payments;

/// Copies the ledger to Stripe for as long as it is polled.
pub type Copying = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// What Stripe is for, if it is set up.
pub struct Stripe {
    #[cfg(feature = "stripe")]
    client: kinora_stripe::Client,
    /// Without the feature there is no value of this type.
    #[cfg(not(feature = "stripe"))]
    client: std::convert::Infallible,
}

impl Stripe {
    /// Stripe as `config` sets it up; `None` when it does not.
    #[cfg(feature = "stripe")]
    pub fn of(config: &Config) -> anyhow::Result<Option<Self>> {
        use kinora_stripe::{Client, Secret, Settings};
        let (key, signature) = match (&config.stripe_secret_key, &config.stripe_webhook_secret) {
            (None, None) => return Ok(None),
            (Some(key), Some(signature)) => (key, signature),
            _ => {
                anyhow::bail!("`stripe_secret_key` and `stripe_webhook_secret` go together: set both or none")
            }
        };
        let secret = |secret: &kinora::config::Secret| Secret::new(secret.reveal());
        let mut settings = Settings::new(secret(key), secret(signature));
        if let Some(url) = &config.stripe_base_url {
            settings.base_url = format!("{}/", url.trim_end_matches('/'));
        }
        Ok(Some(Self { client: Client::new(settings)? }))
    }

    /// Stripe as `config` sets it up, which this build cannot.
    #[cfg(not(feature = "stripe"))]
    pub fn of(config: &Config) -> anyhow::Result<Option<Self>> {
        if config.stripe_secret_key.is_some() || config.stripe_webhook_secret.is_some() {
            anyhow::bail!(
                "`stripe_secret_key` is set, but this build has no Stripe: build it with the feature `stripe`"
            );
        }
        Ok(None)
    }

    /// What takes customers' money.
    #[cfg(feature = "stripe")]
    pub fn payments(&self) -> Arc<dyn Payments> {
        Arc::new(self.client.clone())
    }

    /// What takes customers' money.
    #[cfg(not(feature = "stripe"))]
    pub fn payments(&self) -> Arc<dyn Payments> {
        match self.client {}
    }

    /// Copies the ledger; `name` is this node's, and no other's.
    #[cfg(feature = "stripe")]
    pub fn copying(self, app: &App, name: String) -> Copying {
        use kinora_stripe::{Mirror, MirrorSettings, system_clock};
        let settings = MirrorSettings { name, ..MirrorSettings::default() };
        let mirror = Mirror::new(app.store.clone(), self.client, settings, system_clock());
        // It is dropped with the loops when the server stops: each row is told again under its own name.
        Box::pin(async move { mirror.run(std::future::pending()).await })
    }

    /// Copies the ledger; `name` is this node's, and no other's.
    #[cfg(not(feature = "stripe"))]
    pub fn copying(self, _: &App, _: String) -> Copying {
        match self.client {}
    }
}
