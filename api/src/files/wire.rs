//! What travels: files in OpenAI's shape.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{KEPT_SECONDS_DEFAULT, KEPT_SECONDS_MAX, KEPT_SECONDS_MIN, Purpose};
use super::store::FileRow;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::{ApiError, Refusal};

/// A file.
#[derive(Debug, Serialize, ToSchema)]
pub struct File {
    /// Names the file.
    #[schema(example = "file_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `file`.
    #[schema(example = "file")]
    pub object: &'static str,
    /// Its length, bytes.
    pub bytes: i64,
    /// When it was uploaded or written, Unix seconds.
    pub created_at: i64,
    /// When it is removed, Unix seconds.
    pub expires_at: i64,
    /// As its upload said.
    #[schema(example = "lines.jsonl")]
    pub filename: String,
    /// `batch` for the lines of a batch, `batch_output` for what a batch wrote, `vision` or `user_data` for what videos are made
    /// from.
    #[schema(example = "batch")]
    pub purpose: String,
    /// Always `processed`.
    #[schema(example = "processed")]
    pub status: &'static str,
}

impl From<FileRow> for File {
    fn from(row: FileRow) -> Self {
        Self {
            id: row.id,
            object: "file",
            bytes: row.bytes,
            created_at: row.created_at.div_euclid(SECOND_US),
            expires_at: row.expires_at.div_euclid(SECOND_US),
            filename: row.filename,
            purpose: row.purpose,
            status: "processed",
        }
    }
}

/// What an upload says beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateFile {
    /// What it is for.
    pub purpose: Purpose,
    /// How long it is kept, seconds.
    pub kept_seconds: i64,
}

impl CreateFile {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, is of another type, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let purpose = fields.text("purpose")?.ok_or(Refusal::Missing { param: "purpose" })?;
        let purpose = Purpose::from_name(&purpose).filter(|purpose| purpose.is_uploaded());
        let purpose = purpose
            .ok_or_else(|| Refusal::invalid("purpose", "supported are: 'batch', 'vision', 'user_data'."))?;
        let mut kept_seconds = KEPT_SECONDS_DEFAULT;
        if let Some(mut after) = fields.within("expires_after")? {
            if after.text("anchor")?.as_deref() != Some("created_at") {
                return Err(Refusal::invalid("expires_after.anchor", "supported is: 'created_at'."));
            }
            let seconds = after.integer("seconds", KEPT_SECONDS_MIN..=KEPT_SECONDS_MAX)?;
            kept_seconds = seconds.ok_or(Refusal::Missing { param: "expires_after.seconds" })?;
            after.finish()?;
        }
        fields.finish()?;
        Ok(Self { purpose, kept_seconds })
    }
}

/// A file to be kept: the parts of the form.
#[derive(ToSchema)]
#[schema(as = CreateFile)]
#[expect(dead_code, reason = "it stands for a form that is read as it comes")]
pub struct CreateFileForm {
    /// The bytes, at most 200 000 000, with a file name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// `batch` for the lines of a batch, `vision` or `user_data` for pictures that videos begin with.
    #[schema(example = "batch")]
    purpose: String,
    /// When it is removed; 30 days after the upload if absent.
    expires_after: Option<ExpiresAfter>,
}

/// When a file is removed.
#[derive(ToSchema)]
#[schema(as = FileExpiresAfter)]
#[expect(dead_code, reason = "it stands for parts of a form")]
pub struct ExpiresAfter {
    /// `created_at`.
    #[schema(example = "created_at")]
    anchor: String,
    /// So long after that, seconds.
    #[schema(minimum = 3_600, maximum = 2_592_000)]
    seconds: i64,
}

/// Takes `purpose` out of a query.
///
/// # Errors
/// When there is no such purpose.
pub fn purpose(fields: &mut Fields) -> Result<Option<Purpose>, ApiError> {
    match fields.text("purpose")?.as_deref() {
        None => Ok(None),
        Some(name) => Purpose::from_name(name).map(Some).ok_or_else(|| {
            let problem = "supported are: 'batch', 'batch_output', 'vision', 'user_data'.";
            Refusal::invalid("purpose", problem).into()
        }),
    }
}
