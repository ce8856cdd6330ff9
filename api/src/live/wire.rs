//! What travels in a stream of events. The event `done` carries the whole [`Video`], and `deleted` a [`VideoDeleted`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::media_type;
use super::store::Snapshot;
use crate::ApiError;
use crate::videos::rules::Status;
use crate::videos::wire::{Video, VideoDeleted};

/// How a video is: the data of the events `status` and `progress`.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoState {
    /// Names the video.
    #[schema(example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `video.state`.
    #[schema(example = "video.state")]
    pub object: &'static str,
    /// Where it is on its way.
    pub status: Status,
    /// Whole percent, about.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: i32,
    /// What its worker does: `load`, `text`, `denoise`, `decode`, `vocode`, `encode` or `upload`.
    #[schema(required, example = "denoise")]
    pub phase: Option<String>,
    /// Expected time to the end, milliseconds, once its worker can tell.
    #[schema(required)]
    pub eta_ms: Option<i32>,
    /// Whether it is to be canceled; it is over once its worker has stopped.
    pub cancel_requested: bool,
}

/// How a video is and what it will look like: the data of the event `preview`.
#[derive(Debug, Serialize, ToSchema)]
pub struct VideoPreview {
    /// Names the video.
    #[schema(example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `video.preview`.
    #[schema(example = "video.preview")]
    pub object: &'static str,
    /// Where it is on its way.
    pub status: Status,
    /// Whole percent, about.
    #[schema(minimum = 0, maximum = 100)]
    pub progress: i32,
    /// What its worker does, as in `VideoState`.
    #[schema(required, example = "denoise")]
    pub phase: Option<String>,
    /// Expected time to the end, milliseconds, once its worker can tell.
    #[schema(required)]
    pub eta_ms: Option<i32>,
    /// Whether it is to be canceled; it is over once its worker has stopped.
    pub cancel_requested: bool,
    /// One picture, at most 160 pixels wide, as a `data:` URL of a JPEG or WebP.
    #[schema(example = "data:image/jpeg;base64,/9j/4AAQSkZJRg==")]
    pub preview: String,
}

/// The data of one event of a stream.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum VideoEvent {
    /// With `status` and `progress`.
    State(VideoState),
    /// With `preview`.
    Preview(VideoPreview),
    /// With `done`.
    Done(Box<Video>),
    /// With `deleted`.
    Deleted(VideoDeleted),
}

impl VideoState {
    /// How the video of a snapshot is.
    ///
    /// # Errors
    /// When its status cannot be read, which is a fault of ours.
    pub(super) fn of(snapshot: &Snapshot) -> Result<Self, ApiError> {
        let status = Status::from_name(&snapshot.status);
        Ok(Self {
            id: snapshot.id.clone(),
            object: "video.state",
            status: status
                .ok_or_else(|| anyhow::anyhow!("{} has the status {:?}", snapshot.id, snapshot.status))?,
            progress: snapshot.progress,
            phase: snapshot.phase.clone(),
            eta_ms: snapshot.eta_ms,
            cancel_requested: snapshot.cancel_requested,
        })
    }

    /// The same with a picture; without one that is known to be a picture, the same as it is.
    pub(super) fn with_picture(self, image: Option<&[u8]>) -> VideoEvent {
        let Some((image, media_type)) = image.and_then(|image| Some((image, media_type(image)?))) else {
            return VideoEvent::State(self);
        };
        let Self { id, object: _, status, progress, phase, eta_ms, cancel_requested } = self;
        let preview = format!("data:{media_type};base64,{}", STANDARD.encode(image));
        VideoEvent::Preview(VideoPreview {
            id,
            object: "video.preview",
            status,
            progress,
            phase,
            eta_ms,
            cancel_requested,
            preview,
        })
    }
}
