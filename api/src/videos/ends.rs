//! What follows when a video is over without a clip: the one place for it, whoever ended the video.

use kinora_billing::{Reason, release};
use kinora_store::Db;

use crate::events::kinds::{VIDEO_CANCELED, VIDEO_FAILED};
use crate::{ApiError, events};

/// Gives the hold of a video back and writes the event that tells of its end. To be called in the transaction that ends
/// the video.
///
/// # Errors
/// When the database fails.
pub(crate) fn end_without_clip(db: &mut Db, id: &str, reason: Reason, now_us: i64) -> Result<(), ApiError> {
    release(db, id, reason, now_us)?;
    let kind = match reason {
        Reason::Canceled => VIDEO_CANCELED,
        Reason::Failed | Reason::Moderated | Reason::Expired => VIDEO_FAILED,
    };
    Ok(events::video(db, kind, id, now_us)?)
}
