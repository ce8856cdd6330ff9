//! The messages between a worker and the server. Same-version workers only: this protocol may change with any release.

use serde::{Deserialize, Serialize};

use crate::{CostReport, Likeness, Phase, Spec};

/// `POST /internal/v1/leases`: a worker asks for a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Who asks, for the log; at most [`WORKER_NAME_BYTES_MAX`](crate::limits::WORKER_NAME_BYTES_MAX) bytes.
    pub worker: String,
    /// The models it can run.
    pub models: Vec<String>,
    /// How long it will wait for work, milliseconds; at most [`CLAIM_WAIT_MS_MAX`](crate::limits::CLAIM_WAIT_MS_MAX).
    pub wait_ms: u32,
}

/// The answer to a claim that found work (200); without work the answer is 204 and empty.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lease {
    /// Names this attempt in every later call.
    pub run_id: String,
    /// Which attempt it is, from 1.
    pub attempt: u32,
    /// What to make.
    pub spec: Spec,
    /// What it is made from: `GET /internal/v1/leases/{run_id}/inputs/{kind}` has the bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputKind>,
    /// The looks of the spec's cast, in that order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub likenesses: Vec<Likeness>,
    /// The lease ends this long after the last heartbeat, milliseconds.
    pub lease_ms: u32,
}

/// `POST /internal/v1/leases/{run_id}/heartbeat`: the worker lives and is this far.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// Whole percent, 0 to 99.
    pub progress: u8,
    /// What is being done.
    pub phase: Phase,
    /// Expected time to the end, milliseconds, once the worker can tell.
    pub eta_ms: Option<u32>,
    /// What the clip will look like, once a run: WebP or JPEG of at most
    /// [`PREVIEW_BYTES_MAX`](crate::limits::PREVIEW_BYTES_MAX) bytes, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
}

/// The answer to a heartbeat. A lease that is no longer held answers 404 instead: drop the run.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct HeartbeatAnswer {
    /// The customer no longer wants the clip: stop, then fail the run with [`FailReason::Canceled`].
    pub cancel: bool,
}

/// What a run can be given to begin from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// JPEG, PNG or WebP of exactly the spec's size.
    Picture,
    /// MP4.
    Clip,
    /// A clip's [`AssetKind::Latents`].
    Latents,
}

impl InputKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Picture, Self::Clip, Self::Latents];

    /// The name on the wire and in the storage.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Clip => "clip",
            Self::Latents => "latents",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The files of a clip. `PUT /internal/v1/leases/{run_id}/assets/{kind}` uploads one, body as is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    /// MP4, H.264 and AAC.
    Video,
    /// WebP of one frame.
    Thumbnail,
    /// JPEG of frames in a grid.
    Spritesheet,
    /// WAV; absent when the clip has no sound.
    Audio,
    /// What later runs go on from, in the engine's own form; absent when it keeps none. No customer downloads it.
    Latents,
}

impl AssetKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Video, Self::Thumbnail, Self::Spritesheet, Self::Audio, Self::Latents];

    /// The name on the wire and in the storage.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Thumbnail => "thumbnail",
            Self::Spritesheet => "spritesheet",
            Self::Audio => "audio",
            Self::Latents => "latents",
        }
    }

    /// The media type of its bytes.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Video => "video/mp4",
            Self::Thumbnail => "image/webp",
            Self::Spritesheet => "image/jpeg",
            Self::Audio => "audio/wav",
            Self::Latents => "application/octet-stream",
        }
    }

    /// The file name ending, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Video => "mp4",
            Self::Thumbnail => "webp",
            Self::Spritesheet => "jpg",
            Self::Audio => "wav",
            Self::Latents => "safetensors",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One uploaded asset as the worker saw it; the server refuses to finish on bytes that differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetDigest {
    /// Which file.
    pub kind: AssetKind,
    /// Its length, bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

/// `POST /internal/v1/leases/{run_id}/finish`: all assets are uploaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    /// What was uploaded.
    pub assets: Vec<AssetDigest>,
    /// What it took.
    pub report: CostReport,
}

/// `POST /internal/v1/leases/{run_id}/fail`: there will be no clip from this attempt.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fail {
    /// What the server does about it.
    pub reason: FailReason,
    /// For the operator; customers see a general text.
    pub message: String,
}

/// What a failed attempt means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// The heartbeat said to stop.
    Canceled,
    /// Another attempt would end the same way.
    Permanent,
    /// Another attempt may succeed.
    Transient,
    /// The worker is going away and hands the run back: no attempt is used up.
    Returned,
}
