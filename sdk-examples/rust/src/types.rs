//! What travels. Of answers, what this version does not know is kept in `more`; a test compares all of it with `openapi.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A video to be made. Begin with [`CreateVideo::of`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CreateVideo {
    /// What is to be seen and heard.
    pub prompt: String,
    /// The model, by id or alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Length, seconds, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<String>,
    /// Width and height in pixels, as in `1280x720`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The source of all chance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// Entries of the caller's, returned as they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Whether the clip gets sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generate_audio: Option<bool>,
    /// The most it may cost, dollars as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_cost: Option<String>,
    /// Who appears in it: at most two, each by name in the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub characters: Option<Vec<CharacterRef>>,
    /// The shots, between which it cuts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shots: Option<Vec<VideoShot>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl CreateVideo {
    /// A video of `prompt`, all else as the server has it.
    #[must_use]
    pub fn of(prompt: &str) -> Self {
        Self { prompt: prompt.to_owned(), ..Self::default() }
    }
}

/// Where a video is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoStatus {
    /// It waits for a worker.
    Queued,
    /// A worker makes it.
    InProgress,
    /// It is there.
    Completed,
    /// It will not be; `error` says why.
    Failed,
}

/// A video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Video {
    /// Names the video.
    pub id: String,
    /// Always `video`.
    pub object: String,
    /// The model, as it was asked for.
    pub model: String,
    /// Where it is on its way.
    pub status: VideoStatus,
    /// Whole percent, about.
    pub progress: u8,
    /// Its place among the videos of its organization that wait, from 1.
    pub queue_position: Option<i64>,
    /// When it was asked for, Unix seconds.
    pub created_at: i64,
    /// When a worker took it, Unix seconds.
    pub started_at: Option<i64>,
    /// When it was completed, Unix seconds.
    pub completed_at: Option<i64>,
    /// When it was canceled, Unix seconds.
    pub canceled_at: Option<i64>,
    /// When its files are removed, Unix seconds.
    pub expires_at: Option<i64>,
    /// What was asked for.
    pub prompt: Option<String>,
    /// Width and height, pixels.
    pub size: String,
    /// Length, seconds, as text.
    pub seconds: String,
    /// The source of all chance of this video.
    pub seed: u32,
    /// The caller's entries.
    pub metadata: Option<BTreeMap<String, String>>,
    /// Whether sound was asked for.
    pub generate_audio: bool,
    /// Why it failed.
    pub error: Option<VideoError>,
    /// What it costs.
    pub cost: Option<VideoCost>,
    /// What came out and what it took, once it is completed.
    pub usage: Option<Map<String, Value>>,
    /// The video that this one changes.
    pub remixed_from_video_id: Option<String>,
    /// The video that it was made from.
    pub parent_video_id: Option<String>,
    /// `create`, `cameo`, `remix`, `edit` or `extend`.
    pub operation: String,
    /// Who and what appears in it with its own looks.
    pub characters: Vec<VideoCharacter>,
    /// The shots as they were asked for; without it one.
    pub shots: Option<Vec<VideoShot>>,
    /// When it was withdrawn, because somebody in it no longer wants to be seen, Unix seconds.
    pub withdrawn_at: Option<i64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A character in a video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VideoCharacter {
    /// Which one.
    pub id: String,
    /// Its name, as the prompt has it.
    pub name: String,
}

/// A stretch of a video between two cuts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VideoShot {
    /// What is to be seen and heard in it.
    pub prompt: String,
    /// How long it lasts, seconds.
    pub seconds: u32,
    /// Who of the video's characters appears in it, by id.
    pub characters: Option<Vec<String>>,
}

/// A character that is to appear in a video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CharacterRef {
    /// Which one.
    pub id: String,
}

/// Why a video failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VideoError {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// What a video costs: dollars as text with six decimals, exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VideoCost {
    /// Always `usd`.
    pub currency: String,
    /// The most it can cost.
    pub estimated: Option<String>,
    /// What was charged, once it is over.
    #[serde(rename = "final")]
    pub charged: Option<String>,
    /// The price list that counts for it.
    pub price_list: Option<String>,
    /// `reserved`, `settled` or `released`.
    pub status: Option<String>,
    /// What its compute cost the operator.
    pub compute: Option<String>,
}

/// That a video was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VideoDeleted {
    /// Which one.
    pub id: String,
    /// Always `video.deleted`.
    pub object: String,
    /// Always true.
    pub deleted: bool,
}

/// A file of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The clip.
    Video,
    /// One picture.
    Thumbnail,
    /// Many small pictures in one.
    Spritesheet,
    /// The sound.
    Audio,
}

impl Variant {
    /// As in the query.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Thumbnail => "thumbnail",
            Self::Spritesheet => "spritesheet",
            Self::Audio => "audio",
        }
    }
}

/// A receipt: what it says, and the same signed as a JSON Web Signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// Always `video.receipt`.
    pub object: String,
    /// The signed text, which counts.
    pub signed: String,
    /// What it says.
    pub payload: ReceiptPayload,
}

/// What a receipt says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptPayload {
    /// The video.
    pub sub: String,
    /// What was charged, line by line.
    pub lines: Vec<ReceiptLine>,
    /// The sum of the lines.
    pub total: String,
    /// Always `usd`.
    pub currency: String,
    /// SHA-256 of the clip, lower-case hexadecimal.
    pub clip_sha256: String,
    /// The rest of it.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// One thing that was charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// `second`, `job` or `reference`.
    pub component: String,
    /// How much of it was delivered.
    pub quantity: String,
    /// What one costs on the list.
    pub unit: String,
    /// What was taken off, hundredths of a percent.
    pub discount_basis_points: i32,
    /// What was charged.
    pub amount: String,
}

/// Where a project wants to be told of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WebhookEndpointCreate {
    /// What people call it.
    pub name: String,
    /// Where events are sent.
    pub url: String,
    /// Which kinds of events, as in `video.completed`.
    pub event_types: Vec<String>,
}

/// An endpoint with the secret that is shown this once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookEndpointWithSecret {
    /// Names the endpoint.
    pub id: String,
    /// What events are signed under.
    pub signing_secret: String,
    /// The rest of it.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// The body of every error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// For people.
    pub message: String,
    /// The family of the error.
    pub r#type: String,
    /// The field it is about.
    pub param: Option<String>,
    /// For programs. New ones may come.
    pub code: String,
    /// What is missing, dollars, where money is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<String>,
}
