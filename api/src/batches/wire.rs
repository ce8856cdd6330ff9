//! What travels: batches in OpenAI's shape, and the lines of their results.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::rules::{ENDPOINT, WINDOW};
use super::store::BatchRow;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::videos::request::metadata;
use crate::videos::rules::check_metadata;
use crate::videos::wire::Video;
use crate::{ApiError, Refusal};

/// Videos to be made, by a file.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
pub struct CreateBatch {
    /// The file with the lines, which was uploaded with the purpose `batch`.
    #[schema(example = "file_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub input_file_id: String,
    /// What each line asks for: `/v1/videos`.
    #[schema(example = "/v1/videos")]
    pub endpoint: String,
    /// How long it may take: `24h`.
    #[schema(example = "24h")]
    pub completion_window: String,
    /// Up to 16 entries of the caller's, returned as they came: keys of up to 64 characters, values of up to 512.
    pub metadata: Option<BTreeMap<String, String>>,
}

impl CreateBatch {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            input_file_id: fields
                .text("input_file_id")?
                .ok_or(Refusal::Missing { param: "input_file_id" })?,
            endpoint: fields.text("endpoint")?.ok_or(Refusal::Missing { param: "endpoint" })?,
            completion_window: fields
                .text("completion_window")?
                .ok_or(Refusal::Missing { param: "completion_window" })?,
            metadata: fields.object("metadata")?.map(metadata).transpose()?,
        };
        fields.finish()?;
        for (name, value, only) in [
            ("endpoint", &request.endpoint, ENDPOINT),
            ("completion_window", &request.completion_window, WINDOW),
        ] {
            if value != only {
                return Err(Refusal::invalid(name, format!("supported is: '{only}'.")));
            }
        }
        request.metadata.as_ref().map_or(Ok(()), check_metadata)?;
        Ok(request)
    }
}

/// A batch. Times are Unix seconds.
#[derive(Debug, Serialize, ToSchema)]
pub struct Batch {
    /// Names the batch.
    #[schema(example = "batch_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `batch`.
    #[schema(example = "batch")]
    pub object: &'static str,
    /// Always `/v1/videos`.
    #[schema(example = "/v1/videos")]
    pub endpoint: &'static str,
    /// Why its file could not be read.
    #[schema(required)]
    pub errors: Option<BatchErrors>,
    /// The file with the lines.
    pub input_file_id: String,
    /// Always `24h`.
    #[schema(example = "24h")]
    pub completion_window: &'static str,
    /// `validating`, `failed`, `in_progress`, `finalizing`, `completed`, `expired`, `cancelling` or `cancelled`.
    #[schema(example = "in_progress")]
    pub status: String,
    /// The file with a line for each video, once it is over and there was one.
    #[schema(required)]
    pub output_file_id: Option<String>,
    /// The file with a line for each line that became no video, once it is over and there was one.
    #[schema(required)]
    pub error_file_id: Option<String>,
    /// When it was asked for.
    pub created_at: i64,
    /// When its file had been read.
    #[schema(required)]
    pub in_progress_at: Option<i64>,
    /// When it is given up.
    pub expires_at: i64,
    /// When every line had its end, or the time was up.
    #[schema(required)]
    pub finalizing_at: Option<i64>,
    /// When it was completed.
    #[schema(required)]
    pub completed_at: Option<i64>,
    /// When its file was found to be broken.
    #[schema(required)]
    pub failed_at: Option<i64>,
    /// When its time was up.
    #[schema(required)]
    pub expired_at: Option<i64>,
    /// When it was asked to end early.
    #[schema(required)]
    pub cancelling_at: Option<i64>,
    /// When it had ended early.
    #[schema(required)]
    pub cancelled_at: Option<i64>,
    /// What became of its lines so far.
    pub request_counts: BatchCounts,
    /// The caller's entries.
    #[schema(required)]
    pub metadata: Option<BTreeMap<String, String>>,
}

/// What became of the lines of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchCounts {
    /// Lines of the file.
    pub total: i32,
    /// Videos that are completed.
    pub completed: i32,
    /// Videos that failed, and lines that became none.
    pub failed: i32,
}

/// Why a file could not be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchErrors {
    /// Always `list`.
    #[schema(example = "list")]
    pub object: &'static str,
    /// The first faults, at most 100.
    pub data: Vec<BatchError>,
}

/// A fault of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BatchError {
    /// For programs.
    #[schema(example = "duplicate_custom_id")]
    pub code: String,
    /// The line, from 1; `null` when it is of the whole file.
    #[schema(required)]
    pub line: Option<i32>,
    /// For people.
    pub message: String,
    /// The field of the line that it is about.
    #[schema(required)]
    pub param: Option<String>,
}

impl BatchError {
    /// What a line was refused for.
    #[must_use]
    pub fn of(error: &ApiError, line: Option<i32>) -> Self {
        let body = error.body().error;
        let code = serde_json::to_value(body.code).ok();
        let code = code.and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default();
        Self { code, line, message: body.message, param: body.param }
    }
}

impl TryFrom<BatchRow> for Batch {
    type Error = ApiError;

    fn try_from(row: BatchRow) -> Result<Self, ApiError> {
        let seconds = |at_us: Option<i64>| at_us.map(|at_us| at_us.div_euclid(SECOND_US));
        let broken = |error: serde_json::Error| ApiError::Internal(error.into());
        let errors = row.errors.as_deref().map(serde_json::from_str).transpose().map_err(broken)?;
        let metadata = row.metadata.as_deref().map(serde_json::from_str).transpose().map_err(broken)?;
        Ok(Self {
            id: row.id,
            object: "batch",
            endpoint: ENDPOINT,
            errors: errors.map(|data| BatchErrors { object: "list", data }),
            input_file_id: row.input_file_id,
            completion_window: WINDOW,
            status: row.status,
            output_file_id: row.output_file_id,
            error_file_id: row.error_file_id,
            created_at: row.created_at.div_euclid(SECOND_US),
            in_progress_at: seconds(row.in_progress_at),
            expires_at: row.expires_at.div_euclid(SECOND_US),
            finalizing_at: seconds(row.finalizing_at),
            completed_at: seconds(row.completed_at),
            failed_at: seconds(row.failed_at),
            expired_at: seconds(row.expired_at),
            cancelling_at: seconds(row.cancelling_at),
            cancelled_at: seconds(row.cancelled_at),
            request_counts: BatchCounts {
                total: row.lines_total,
                completed: row.lines_completed,
                failed: row.lines_failed,
            },
            metadata,
        })
    }
}

/// A line of a batch's results.
#[derive(Debug, Serialize)]
pub struct ResultLine<'a> {
    /// Names the line of the batch.
    pub id: String,
    /// The caller's name of it.
    pub custom_id: &'a str,
    /// What was answered; `null` when nothing was asked.
    pub response: Option<ResultResponse>,
    /// Why nothing was asked, or nothing can be shown.
    pub error: Option<ResultError>,
}

/// What a line was answered.
#[derive(Debug, Serialize)]
pub struct ResultResponse {
    /// As in HTTP.
    pub status_code: i32,
    /// The same as the line's `id`: no request of its own was made.
    pub request_id: String,
    /// A video, or an error.
    pub body: ResultBody,
}

/// The body of an answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ResultBody {
    /// As `GET` shows it.
    Video(Box<Video>),
    /// As it would have been refused.
    Error(Value),
}

/// Why a line has no answer.
#[derive(Debug, Serialize)]
pub struct ResultError {
    /// For programs: `batch_expired`, `batch_cancelled` or `video_deleted`.
    pub code: &'static str,
    /// For people.
    pub message: &'static str,
}
