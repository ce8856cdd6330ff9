//! Webhook endpoints: where a project wants to be told what happens, and under which secret it is signed. What is sent
//! there, and when, is `deliveries`.

mod flow;
mod routes;
pub mod rules;
pub mod signing;
pub(crate) mod store;
pub mod wire;

pub(crate) use flow::{DEFAULT, check_wanted, disable, found, locked, note_wanted};
pub use routes::routes;

use kinora_store::Db;
use tokio::sync::{Notify, Semaphore};

use crate::ApiError;
use crate::ids::EndpointId;
use crate::keys::Pepper;
use crate::seal::Seal;
use signing::{Secret, Signatory};
use store::{EndpointRow, NewEndpoint};

/// Most test events that are under way at once: their askers wait for the receiver.
const TESTS_MAX: usize = 16;

/// What webhooks share on a server.
pub struct Hooks {
    seal: Seal,
    /// Signs for everybody who has no secret.
    pub signatory: Signatory,
    /// Told when there may be an event that nobody was told of.
    pub raised: Notify,
    /// Told when there may be a delivery that is due.
    pub due: Notify,
    /// One permit a test event.
    pub(crate) tests: Semaphore,
}

impl Hooks {
    /// Those of an installation.
    #[must_use]
    pub fn of(pepper: &Pepper) -> Self {
        Self {
            seal: Seal::new(pepper, "webhook secrets"),
            signatory: Signatory::of(pepper),
            raised: Notify::new(),
            due: Notify::new(),
            tests: Semaphore::new(TESTS_MAX),
        }
    }

    /// A secret as it lies in the row of an endpoint, whether it is the current one or the one before.
    fn sealed(&self, endpoint: &str, secret: &Secret) -> Vec<u8> {
        self.seal.seal(place(endpoint).as_bytes(), secret.bytes())
    }

    /// The secrets that count for an endpoint at `now_us`, the newest first.
    ///
    /// # Errors
    /// When they were sealed under another pepper.
    pub(crate) fn secrets(&self, row: &EndpointRow, now_us: i64) -> Result<Vec<Secret>, ApiError> {
        let open = |sealed: &[u8]| {
            let bytes = self.seal.open(place(&row.id).as_bytes(), sealed).map_err(anyhow::Error::from)?;
            Ok::<_, ApiError>(Secret::from_bytes(bytes))
        };
        let mut secrets = vec![open(&row.secret)?];
        if let Some(old) = &row.old_secret
            && row.old_secret_until.is_some_and(|until_us| now_us < until_us)
        {
            secrets.push(open(old)?);
        }
        Ok(secrets)
    }

    /// The endpoint under whose secret a project's deliveries to the URLs of single videos are signed, made if it is not
    /// there. To be called in a transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn default_endpoint(
        &self,
        db: &mut Db,
        (organization, project): (&str, &str),
        now_us: i64,
    ) -> Result<EndpointRow, ApiError> {
        if let Some(row) = store::find(db, project, DEFAULT)? {
            return Ok(row);
        }
        let (id, secret) = (EndpointId::new().to_string(), Secret::new());
        let row = NewEndpoint {
            organization_id: organization,
            project_id: project,
            kind: DEFAULT,
            name: DEFAULT,
            url: None,
            event_types: String::new(),
            payload: rules::Payload::Thin.name(),
            secret: self.sealed(&id, &secret),
            secret_hint: secret.hint(),
            created_at: now_us,
            updated_at: now_us,
            id,
        };
        store::insert(db, &row)?;
        // Another transaction may have been faster: then it is that one's.
        let made = store::find(db, project, DEFAULT)?;
        made.ok_or_else(|| {
            ApiError::Internal(anyhow::anyhow!("the default endpoint of {project} is not there"))
        })
    }
}

/// What a sealed secret is bound to.
fn place(endpoint: &str) -> String {
    format!("webhook_endpoints/{endpoint}/secret")
}
