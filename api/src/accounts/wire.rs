//! What travels: keys in the shape of OpenAI's `organization.project.service_account`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::Refusal;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::keys::KeyInfo;
use crate::keys::rules::{Key, PROJECT_SCOPES};
use crate::keys::wire::{CreateProjectKey, lifetime, name};

/// A service account to be made.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = ServiceAccountCreate)]
pub struct CreateAccount {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200, example = "Render farm")]
    pub name: String,
    /// How long its key lives, seconds; without this field until it is revoked.
    #[schema(minimum = 1, maximum = 315_360_000)]
    pub expires_in_seconds: Option<i64>,
    /// Only `false`: an account without a key cannot be.
    pub create_service_account_only: Option<bool>,
}

impl CreateAccount {
    /// Takes the request out of `fields`: a key to be made.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<CreateProjectKey, Refusal> {
        let request = CreateProjectKey {
            name: name(&mut fields)?,
            scopes: PROJECT_SCOPES.to_owned(),
            expires_in_seconds: lifetime(&mut fields)?,
        };
        if fields.boolean("create_service_account_only")? == Some(true) {
            let problem = "an account is its key, so that one without a key cannot be.";
            return Err(Refusal::invalid("create_service_account_only", problem));
        }
        fields.finish()?;
        Ok(request)
    }
}

/// A service account.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccount {
    /// Names the account: the id of its key.
    #[schema(example = "key_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `organization.project.service_account`.
    #[schema(example = "organization.project.service_account")]
    pub object: &'static str,
    /// What people call it.
    pub name: String,
    /// Always `member`.
    #[schema(example = "member")]
    pub role: &'static str,
    /// When it was made, Unix seconds.
    pub created_at: i64,
}

impl From<KeyInfo> for ServiceAccount {
    fn from(row: KeyInfo) -> Self {
        Self {
            id: row.id,
            object: "organization.project.service_account",
            name: row.name,
            role: "member",
            created_at: row.created_at.div_euclid(SECOND_US),
        }
    }
}

/// A service account that was made just now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountCreated {
    /// The account.
    #[serde(flatten)]
    pub account: ServiceAccount,
    /// Its key.
    pub api_key: ServiceAccountKey,
}

/// The key of a service account, with its value.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountKey {
    /// Names the key.
    pub id: String,
    /// Always `organization.project.service_account.api_key`.
    #[schema(example = "organization.project.service_account.api_key")]
    pub object: &'static str,
    /// What people call it.
    pub name: String,
    /// When it was made, Unix seconds.
    pub created_at: i64,
    /// When it ends, Unix seconds; `null` if it does not.
    #[schema(required)]
    pub expires_at: Option<i64>,
    /// What to send as the bearer token. It is shown this once and kept nowhere.
    pub value: String,
}

impl ServiceAccountCreated {
    /// The account in a row, with its key.
    #[must_use]
    pub fn of(row: KeyInfo, key: &Key) -> Self {
        let api_key = ServiceAccountKey {
            id: row.id.clone(),
            object: "organization.project.service_account.api_key",
            name: row.name.clone(),
            created_at: row.created_at.div_euclid(SECOND_US),
            expires_at: row.expires_at.map(|at_us| at_us.div_euclid(SECOND_US)),
            value: key.reveal(),
        };
        Self { account: row.into(), api_key }
    }
}
