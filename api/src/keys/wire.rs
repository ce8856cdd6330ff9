//! What travels: keys in the shapes of OpenAI's `organization.project.api_key` and
//! `organization.admin_api_key`. The value of a key travels once, when it is made.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{EXPIRES_IN_SECONDS_MAX, Key, check_name, check_scopes, redacted};
use super::store::KeyInfo;
use crate::Refusal;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::projects::ProjectRow;

/// A key of a project to be made.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = ProjectKeyCreate)]
pub struct CreateProjectKey {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200, example = "Render farm")]
    pub name: String,
    /// What it may do: some of `videos:read`, `videos:write`, `models:read`, `webhooks:read`, `webhooks:write`; all of them without this field.
    #[schema(value_type = Option<Vec<String>>)]
    pub scopes: String,
    /// How long it lives, seconds; without this field until it is revoked.
    #[schema(minimum = 1, maximum = 315_360_000)]
    pub expires_in_seconds: Option<i64>,
}

impl CreateProjectKey {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            name: name(&mut fields)?,
            scopes: check_scopes(fields.texts("scopes")?.as_deref())?,
            expires_in_seconds: lifetime(&mut fields)?,
        };
        fields.finish()?;
        Ok(request)
    }
}

/// What to change of a project's key: at least one of the two.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = ProjectKeyUpdate)]
pub struct UpdateProjectKey {
    /// What it may do from now on; an empty list means all that a project's key can.
    #[schema(value_type = Option<Vec<String>>)]
    pub scopes: Option<String>,
    /// How long it lives from now on, seconds.
    #[schema(minimum = 1, maximum = 315_360_000)]
    pub expires_in_seconds: Option<i64>,
}

impl UpdateProjectKey {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When there is no field, or one has an impossible value or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let scopes = fields.texts("scopes")?.map(|scopes| check_scopes(Some(&scopes))).transpose()?;
        let request = Self { scopes, expires_in_seconds: lifetime(&mut fields)? };
        fields.finish()?;
        if request.scopes.is_none() && request.expires_in_seconds.is_none() {
            return Err(Refusal::Missing { param: "scopes" });
        }
        Ok(request)
    }
}

/// A key of an organization's administrator to be made.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = AdminKeyCreate)]
pub struct CreateAdminKey {
    /// What people call it.
    #[schema(min_length = 1, max_length = 200, example = "Finance")]
    pub name: String,
    /// How long it lives, seconds; without this field until it is revoked.
    #[schema(minimum = 1, maximum = 315_360_000)]
    pub expires_in_seconds: Option<i64>,
}

impl CreateAdminKey {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self { name: name(&mut fields)?, expires_in_seconds: lifetime(&mut fields)? };
        fields.finish()?;
        Ok(request)
    }
}

/// Takes the name out of `fields`.
///
/// # Errors
/// When it is missing or cannot be one.
pub fn name(fields: &mut Fields) -> Result<String, Refusal> {
    check_name(fields.text("name")?.ok_or(Refusal::Missing { param: "name" })?)
}

/// Takes how long a key lives out of `fields`, seconds.
///
/// # Errors
/// When it is out of range.
pub fn lifetime(fields: &mut Fields) -> Result<Option<i64>, Refusal> {
    fields.integer("expires_in_seconds", 1..=EXPIRES_IN_SECONDS_MAX)
}

/// A key of a project, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectKey {
    /// Names the key.
    #[schema(example = "key_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `organization.project.api_key`.
    #[schema(example = "organization.project.api_key")]
    pub object: &'static str,
    /// What people call it.
    pub name: String,
    /// How it begins; nothing of its secret.
    #[schema(example = "kn_019aabc2f1e87d0e8f6a3c1b5d7e9f01_...")]
    pub redacted_value: String,
    /// When it was made, Unix seconds.
    pub created_at: i64,
    /// When it was last used, Unix seconds, to within a minute.
    #[schema(required)]
    pub last_used_at: Option<i64>,
    /// When it ends, Unix seconds; `null` if it does not.
    #[schema(required)]
    pub expires_at: Option<i64>,
    /// Whose it is.
    pub owner: ProjectKeyOwner,
    /// `active`, or `inactive` if the project is archived.
    #[schema(example = "active")]
    pub owner_project_access: &'static str,
    /// What it may do.
    pub scopes: Vec<String>,
}

/// Whose a project's key is. There are no users here: each key is a service account of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectKeyOwner {
    /// Always `service_account`.
    #[schema(example = "service_account")]
    pub r#type: &'static str,
    /// The key itself.
    pub service_account: KeyAccount,
}

/// A key in the place of a service account.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyAccount {
    /// The key's id.
    pub id: String,
    /// The key's name.
    pub name: String,
    /// When the key was made, Unix seconds.
    pub created_at: i64,
    /// Always `member`.
    #[schema(example = "member")]
    pub role: &'static str,
}

impl ProjectKey {
    /// The key in a row of `project`.
    #[must_use]
    pub fn of(row: KeyInfo, project: &ProjectRow) -> Self {
        let account = KeyAccount {
            id: row.id.clone(),
            name: row.name.clone(),
            created_at: seconds(row.created_at),
            role: "member",
        };
        Self {
            object: "organization.project.api_key",
            redacted_value: redacted(&row.id),
            created_at: seconds(row.created_at),
            last_used_at: row.last_used_at.map(seconds),
            expires_at: row.expires_at.map(seconds),
            owner: ProjectKeyOwner { r#type: "service_account", service_account: account },
            owner_project_access: access(project),
            scopes: row.scopes.split_whitespace().map(str::to_owned).collect(),
            id: row.id,
            name: row.name,
        }
    }
}

/// What OpenAI calls the access of a key's owner to its project.
#[must_use]
pub fn access(project: &ProjectRow) -> &'static str {
    if project.archived_at.is_some() { "inactive" } else { "active" }
}

/// A key of a project that was made just now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectKeyCreated {
    /// The key.
    #[serde(flatten)]
    pub key: ProjectKey,
    /// What to send as the bearer token. It is shown this once and kept nowhere.
    pub value: String,
}

/// A key of an organization's administrator, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminKey {
    /// Names the key.
    #[schema(example = "key_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `organization.admin_api_key`.
    #[schema(example = "organization.admin_api_key")]
    pub object: &'static str,
    /// What people call it.
    pub name: String,
    /// How it begins; nothing of its secret.
    #[schema(example = "kn_019aabc2f1e87d0e8f6a3c1b5d7e9f01_...")]
    pub redacted_value: String,
    /// When it was made, Unix seconds.
    pub created_at: i64,
    /// When it was last used, Unix seconds, to within a minute.
    #[schema(required)]
    pub last_used_at: Option<i64>,
    /// When it ends, Unix seconds; `null` if it does not.
    #[schema(required)]
    pub expires_at: Option<i64>,
    /// Whose it is.
    pub owner: AdminKeyOwner,
}

/// Whose an admin key is. There are no users here: each key is a service account of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminKeyOwner {
    /// Always `service_account`.
    #[schema(example = "service_account")]
    pub r#type: &'static str,
    /// Always `organization.service_account`.
    #[schema(example = "organization.service_account")]
    pub object: &'static str,
    /// The key's id.
    pub id: String,
    /// The key's name.
    pub name: String,
    /// When the key was made, Unix seconds.
    pub created_at: i64,
    /// Always `owner`.
    #[schema(example = "owner")]
    pub role: &'static str,
}

impl From<KeyInfo> for AdminKey {
    fn from(row: KeyInfo) -> Self {
        let owner = AdminKeyOwner {
            r#type: "service_account",
            object: "organization.service_account",
            id: row.id.clone(),
            name: row.name.clone(),
            created_at: seconds(row.created_at),
            role: "owner",
        };
        Self {
            object: "organization.admin_api_key",
            redacted_value: redacted(&row.id),
            created_at: seconds(row.created_at),
            last_used_at: row.last_used_at.map(seconds),
            expires_at: row.expires_at.map(seconds),
            owner,
            id: row.id,
            name: row.name,
        }
    }
}

/// An admin key that was made just now.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminKeyCreated {
    /// The key.
    #[serde(flatten)]
    pub key: AdminKey,
    /// What to send as the bearer token. It is shown this once and kept nowhere.
    pub value: String,
}

impl ProjectKeyCreated {
    /// The key in a row of the table, with its value.
    #[must_use]
    pub fn of(row: KeyInfo, project: &ProjectRow, key: &Key) -> Self {
        Self { key: ProjectKey::of(row, project), value: key.reveal() }
    }
}

impl AdminKeyCreated {
    /// The key in a row, with its value.
    #[must_use]
    pub fn of(row: KeyInfo, key: &Key) -> Self {
        Self { key: row.into(), value: key.reveal() }
    }
}

fn seconds(at_us: i64) -> i64 {
    at_us.div_euclid(SECOND_US)
}
