//! What travels: projects in the shape of OpenAI's `organization.project`.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::ProjectRow;
use crate::Refusal;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::keys::rules::check_name;

/// Fields of OpenAI's that mean nothing on one's own hardware.
const NOT_HERE: [&str; 3] = ["external_key_id", "geography", "residency"];

/// A project to be made, or its new name.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = ProjectWrite)]
pub struct WriteProject {
    /// What people call it. It appears in reports.
    #[schema(min_length = 1, max_length = 200, example = "Trailers")]
    pub name: String,
}

impl WriteProject {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When the name is missing or cannot be one, or a field does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        fields.refuse(&NOT_HERE)?;
        let name = check_name(fields.text("name")?.ok_or(Refusal::Missing { param: "name" })?)?;
        fields.finish()?;
        Ok(Self { name })
    }
}

/// Whether a project is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProjectStatus {
    /// It is.
    Active,
    /// Its keys make no more videos.
    Archived,
}

/// A project.
#[derive(Debug, Serialize, ToSchema)]
pub struct Project {
    /// Names the project.
    #[schema(example = "proj_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `organization.project`.
    #[schema(example = "organization.project")]
    pub object: &'static str,
    /// What people call it.
    pub name: String,
    /// When it was made, Unix seconds.
    pub created_at: i64,
    /// When it was archived, Unix seconds.
    #[schema(required)]
    pub archived_at: Option<i64>,
    /// Whether it is in use.
    pub status: ProjectStatus,
}

impl From<ProjectRow> for Project {
    fn from(row: ProjectRow) -> Self {
        let status = if row.archived_at.is_some() { ProjectStatus::Archived } else { ProjectStatus::Active };
        Self {
            id: row.id,
            object: "organization.project",
            name: row.name,
            created_at: row.created_at.div_euclid(SECOND_US),
            archived_at: row.archived_at.map(|at_us| at_us.div_euclid(SECOND_US)),
            status,
        }
    }
}
