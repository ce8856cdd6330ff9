//! What travels back: the answers, in the shape of OpenAI's `/v1/videos`, with more fields than
//! it had. A field without a value is there with `null`.

use std::collections::BTreeMap;

use kinora_billing::Operation;
use kinora_spec::{CostReport, Spec};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::Metadata;
use super::cost::Cost;
use super::request::ShotRequest;
use super::rules::Status;
use super::store::{Billed, VideoRow};
use crate::ApiError;
use crate::characters::cast::CastRow;
use crate::clock::SECOND_US;

/// A video.
#[derive(Debug, Serialize, ToSchema)]
pub struct Video {
    /// Names the video.
    #[schema(example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `video`.
    #[schema(example = "video")]
    pub object: &'static str,
    /// The model, as it was asked for.
    #[schema(example = "kinora-mini")]
    pub model: String,
    /// Where it is on its way.
    pub status: Status,
    /// Whole percent, about.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: i32,
    /// When it was asked for, Unix seconds.
    pub created_at: i64,
    /// When it was completed, Unix seconds.
    #[schema(required)]
    pub completed_at: Option<i64>,
    /// When its files are removed, Unix seconds; `null` if they are kept until it is deleted.
    #[schema(required)]
    pub expires_at: Option<i64>,
    /// What was asked for.
    #[schema(required)]
    pub prompt: Option<String>,
    /// Width and height, pixels.
    #[schema(example = "1280x720")]
    pub size: String,
    /// Length, seconds, as text.
    #[schema(example = "8")]
    pub seconds: String,
    /// How many of them are new: all but what an extension takes over. Not told.
    #[serde(skip)]
    pub new_seconds: u32,
    /// The video that it is a remix or an edit of.
    #[schema(required)]
    pub remixed_from_video_id: Option<String>,
    /// Why it failed.
    #[schema(required)]
    pub error: Option<VideoError>,
    /// The source of all chance of this video.
    #[schema(value_type = i64, minimum = 0, maximum = 4_294_967_295_i64)]
    pub seed: u32,
    /// The caller's entries.
    #[schema(required, value_type = Option<Metadata>)]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Whether sound was asked for.
    pub generate_audio: bool,
    /// When a worker took it, Unix seconds.
    #[schema(required)]
    pub started_at: Option<i64>,
    /// When it was canceled, Unix seconds.
    #[schema(required)]
    pub canceled_at: Option<i64>,
    /// What came out and what it took, once it is completed.
    #[schema(required)]
    pub usage: Option<Usage>,
    /// What it costs.
    #[schema(required)]
    pub cost: Option<Cost>,
    /// Its place among the videos of its organization that wait, from 1, in the order in which workers take them; `null` when
    /// it does not wait. One whose project or key has as many made as it may is passed over.
    #[schema(required, minimum = 1)]
    pub queue_position: Option<i64>,
    /// How it was asked for: `create`, `cameo`, `remix`, `edit` or `extend`; price lists tell them apart.
    #[schema(example = "create")]
    pub operation: String,
    /// The video that it was made from.
    #[schema(required)]
    pub parent_video_id: Option<String>,
    /// Who and what appears in it with its own looks.
    pub characters: Vec<VideoCharacter>,
    /// The shots as they were asked for; `null` for a video of one.
    #[schema(required)]
    pub shots: Option<Vec<ShotRequest>>,
    /// When it was withdrawn, because somebody in it no longer wants to be seen, Unix seconds: it has no files any more.
    #[schema(required)]
    pub withdrawn_at: Option<i64>,
}

/// Who or what appears in a video.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoCharacter {
    /// Which character.
    #[schema(example = "char_019aabc2f1e87d0e8f6a3c1b5d7e9f0a")]
    pub id: String,
    /// Its name, as the prompt has it; empty once the character is deleted.
    #[schema(example = "Anna")]
    pub name: String,
}

/// Why a video failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoError {
    /// For programs: `canceled`, `expired` or `video_generation_failed`.
    #[schema(example = "video_generation_failed")]
    pub code: String,
    /// For people.
    pub message: String,
}

/// What came out of a video and what it took.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoUsage)]
pub struct Usage {
    /// Length of the clip, seconds.
    pub output_seconds: f64,
    /// Length of its sound, seconds; 0 without sound.
    pub audio_seconds: f64,
    /// Pictures in it.
    pub frames: u32,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Denoising steps.
    pub steps: u32,
    /// Time from the request until a worker took it, milliseconds.
    pub queue_ms: i64,
    /// Time from then until it was completed, milliseconds.
    pub run_ms: i64,
    /// Time the device was held, seconds: what the operator's rate applies to.
    pub compute_seconds: f64,
    /// Floating-point operations, counted from the model's shape.
    pub flops: u64,
    /// Largest memory of the worker while the engine ran, encoding not included, megabytes, where its system
    /// tells.
    #[schema(required)]
    pub peak_memory_mb: Option<u64>,
    /// The device, by the name its system gives it.
    pub device: String,
    /// What the device was driven by, for example `wgpu` or `flex`.
    pub backend: String,
    /// The parts of the run, in the order they ran.
    pub phases: Vec<PhaseUsage>,
}

/// What one part of a run took.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoPhase)]
pub struct PhaseUsage {
    /// For example `denoise`.
    pub phase: &'static str,
    /// Time on the clock, seconds.
    pub seconds: f64,
    /// Time the device was held, seconds.
    pub compute_seconds: f64,
    /// Floating-point operations.
    pub flops: u64,
}

/// A page of videos.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoList {
    /// Always `list`.
    #[schema(example = "list")]
    pub object: &'static str,
    /// The videos.
    pub data: Vec<Video>,
    /// The id of the first.
    #[schema(required)]
    pub first_id: Option<String>,
    /// The id of the last: `after` of the next page.
    #[schema(required)]
    pub last_id: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// That a video was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoDeleted {
    /// Which one.
    #[schema(example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `video.deleted`.
    #[schema(example = "video.deleted")]
    pub object: &'static str,
    /// Always true.
    pub deleted: bool,
}

/// The spec in a row.
///
/// # Errors
/// When it is not one, which is a fault of ours.
pub fn spec_of(row: &VideoRow) -> Result<Spec, ApiError> {
    serde_json::from_str(&row.spec).map_err(|error| broken(row, "spec", error))
}

/// The status in a row.
///
/// # Errors
/// When it is not one, which is a fault of ours.
pub fn status_of(row: &VideoRow) -> Result<Status, ApiError> {
    Status::from_name(&row.status).ok_or_else(|| broken(row, "status", anyhow::anyhow!("{:?}", row.status)))
}

fn broken(row: &VideoRow, column: &str, error: impl Into<anyhow::Error>) -> ApiError {
    ApiError::Internal(error.into().context(format!("the column {column} of {} cannot be read", row.id)))
}

impl TryFrom<Billed> for Video {
    type Error = ApiError;

    fn try_from(Billed { row, bill, queue_position, source, cast }: Billed) -> Result<Self, ApiError> {
        let (spec, status) = (spec_of(&row)?, status_of(&row)?);
        let metadata = row.metadata.as_deref().map(serde_json::from_str).transpose();
        let metadata = metadata.map_err(|error| broken(&row, "metadata", error))?;
        let report = row.report.as_deref().map(serde_json::from_str).transpose();
        let report: Option<CostReport> = report.map_err(|error| broken(&row, "report", error))?;
        let (parent, shots) = source.map_or((None, None), |source| (source.parent_id, source.shots));
        let shots = shots.as_deref().map(serde_json::from_str).transpose();
        let shots = shots.map_err(|error| broken(&row, "shots", error))?;
        let is_changed =
            [Operation::Remix, Operation::Edit].map(Operation::name).contains(&row.operation.as_str());
        let seconds = |at_us: Option<i64>| at_us.map(|at_us| at_us.div_euclid(SECOND_US));
        let error = row
            .error_code
            .clone()
            .map(|code| VideoError { code, message: row.error_message.clone().unwrap_or_default() });
        Ok(Self {
            object: "video",
            status,
            progress: row.progress,
            created_at: row.created_at.div_euclid(SECOND_US),
            completed_at: seconds(row.completed_at),
            expires_at: seconds(row.expires_at),
            remixed_from_video_id: parent.clone().filter(|_| is_changed),
            error,
            seed: spec.seed,
            metadata,
            generate_audio: spec.generate_audio,
            started_at: seconds(row.started_at),
            canceled_at: seconds(row.canceled_at),
            usage: report.map(|report| usage(&row, &report)),
            cost: Cost::of(bill.as_ref(), row.compute_micros),
            queue_position,
            parent_video_id: parent,
            characters: characters(cast, &spec),
            withdrawn_at: seconds(row.withdrawn_at),
            shots,
            operation: row.operation,
            seconds: row.seconds.to_string(),
            new_seconds: spec.new_seconds(),
            id: row.id,
            model: row.model,
            prompt: Some(row.prompt),
            size: row.size,
        })
    }
}

/// Who is in a video, by the names that its spec has.
fn characters(cast: Vec<CastRow>, spec: &Spec) -> Vec<VideoCharacter> {
    let cast = cast.into_iter().filter(CastRow::is_cast);
    cast.zip(&spec.cast)
        .map(|(row, role)| VideoCharacter { id: row.character_id, name: role.name.clone() })
        .collect()
}

fn usage(row: &VideoRow, report: &CostReport) -> Usage {
    let started_at = row.started_at.unwrap_or(row.created_at);
    let completed_at = row.completed_at.unwrap_or(started_at);
    let output = &report.output;
    let phases = report.phases.iter().map(|cost| PhaseUsage {
        phase: cost.phase.name(),
        seconds: seconds_of(cost.wall_us),
        compute_seconds: seconds_of(cost.device_us),
        flops: cost.flops,
    });
    Usage {
        output_seconds: f64::from(output.milliseconds) / 1e3,
        audio_seconds: f64::from(output.audio_milliseconds) / 1e3,
        frames: output.frames,
        width: output.size.width,
        height: output.size.height,
        steps: output.steps,
        queue_ms: (started_at - row.created_at) / 1_000,
        run_ms: (completed_at - started_at) / 1_000,
        compute_seconds: seconds_of(report.device_us()),
        flops: report.flops(),
        peak_memory_mb: report.peak_memory_bytes.map(|bytes| bytes.div_ceil(1_000_000)),
        device: report.device.name.clone(),
        backend: report.device.backend.clone(),
        phases: phases.collect(),
    }
}

/// Seconds of a time in microseconds; exact as far as any run lasts.
fn seconds_of(time_us: u64) -> f64 {
    time_us as f64 / 1e6
}

impl VideoList {
    /// The page that begins with `rows`, of which at most `limit` are shown: one more says that there are more.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn of(mut rows: Vec<Billed>, limit: usize) -> Result<Self, ApiError> {
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let data = rows.into_iter().map(Video::try_from).collect::<Result<Vec<_>, _>>()?;
        let id = |video: Option<&Video>| video.map(|video| video.id.clone());
        Ok(Self { object: "list", first_id: id(data.first()), last_id: id(data.last()), data, has_more })
    }
}
