//! What is allowed: what a request may say, and which event may follow which status. Pure.

use std::collections::BTreeMap;

use kinora_billing::Micros;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Refusal;
use crate::clock::SECOND_US;

/// Most entries of `metadata`.
const METADATA_ENTRIES_MAX: usize = 16;
/// Longest key of `metadata`, characters.
const METADATA_KEY_CHARS_MAX: usize = 64;
/// Longest value of `metadata`, characters.
const METADATA_VALUE_CHARS_MAX: usize = 512;

/// Priority of a video that nobody waits for; that of others is 0.
pub const BACKGROUND_PRIORITY: i32 = -1;

/// A poll should come several times in a run, but not so often that it is a load.
const POLL_AFTER_MS_MIN: u32 = 250;
/// A client that polls less often feels slow.
const POLL_AFTER_MS_MAX: u32 = 5_000;
/// For a video of which nothing is known yet.
const POLL_AFTER_MS_DEFAULT: u32 = 1_000;
/// How often a video is worth looking at until its expected end. SDKs keep the first answer for good.
const POLLS_PER_RUN: u32 = 8;

/// `error.code` of a video that was canceled.
pub const CANCELED: &str = "canceled";
/// `error.message` of a video that was canceled.
pub const CANCELED_MESSAGE: &str = "The video was canceled.";
/// `error.code` of a video that no worker took in time.
pub const EXPIRED: &str = "expired";
/// `error.message` of a video that no worker took in time.
pub const EXPIRED_MESSAGE: &str = "No worker took the video in time.";
/// `error.code` of a video that could not be made.
pub const GENERATION_FAILED: &str = "video_generation_failed";
/// `error.message` of a video that could not be made; the cause is the operator's to know.
pub const GENERATION_FAILED_MESSAGE: &str = "The video could not be generated.";

/// Where a video is on its way. There are these four alone: typed SDKs know no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VideoStatus)]
pub enum Status {
    /// It waits for a worker.
    Queued,
    /// A worker makes it.
    InProgress,
    /// It is there.
    Completed,
    /// It will not be there; `error` says why.
    Failed,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Queued, Self::InProgress, Self::Completed, Self::Failed];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether nothing can follow.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// What can happen to a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A worker took it.
    Leased,
    /// Its worker is gone, gave it back, or failed in a way that another may not.
    Freed,
    /// The clip is there.
    Finished,
    /// There will be no clip: no attempt is left, or another would end the same way.
    GaveUp,
    /// The customer no longer wants it.
    CancelAsked,
    /// Its worker stopped, or was lost, after the customer canceled.
    Stopped,
    /// No worker took it in time.
    WaitedTooLong,
}

/// An event that cannot happen to a video with this status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} cannot happen to a video that is {}", from.name())]
pub struct Illegal {
    /// The status it has.
    pub from: Status,
    /// What was to happen.
    pub event: Event,
}

/// The status after `event`: the whole state machine.
///
/// # Errors
/// When `event` cannot happen.
pub const fn next(from: Status, event: Event) -> Result<Status, Illegal> {
    match (from, event) {
        (Status::Queued, Event::Leased) => Ok(Status::InProgress),
        (Status::Queued, Event::CancelAsked | Event::WaitedTooLong) => Ok(Status::Failed),
        (Status::InProgress, Event::CancelAsked) => Ok(Status::InProgress),
        (Status::InProgress, Event::Freed) => Ok(Status::Queued),
        (Status::InProgress, Event::Finished) => Ok(Status::Completed),
        (Status::InProgress, Event::GaveUp | Event::Stopped) => Ok(Status::Failed),
        _ => Err(Illegal { from, event }),
    }
}

/// PostgreSQL cannot hold the character U+0000, so no database of ours does.
pub(super) fn check_text(param: &str, text: &str) -> Result<(), Refusal> {
    if text.contains('\0') {
        return Err(Refusal::invalid(param, "it must not contain the character U+0000."));
    }
    Ok(())
}

/// Checks entries of a caller's.
///
/// # Errors
/// When there are too many, or one is too long.
pub(crate) fn check_metadata(metadata: &BTreeMap<String, String>) -> Result<(), Refusal> {
    if metadata.len() > METADATA_ENTRIES_MAX {
        let problem = format!("expected at most {METADATA_ENTRIES_MAX} entries, but got {}.", metadata.len());
        return Err(Refusal::invalid("metadata", problem));
    }
    for (key, value) in metadata {
        let chars = key.chars().count();
        if chars == 0 || chars > METADATA_KEY_CHARS_MAX {
            let problem =
                format!("expected keys of 1 to {METADATA_KEY_CHARS_MAX} characters, but one has {chars}.");
            return Err(Refusal::invalid("metadata", problem));
        }
        let param = format!("metadata.{key}");
        let chars = value.chars().count();
        if chars > METADATA_VALUE_CHARS_MAX {
            let problem = format!("expected at most {METADATA_VALUE_CHARS_MAX} characters, but got {chars}.");
            return Err(Refusal::invalid(param, problem));
        }
        check_text("metadata", key)?;
        check_text(&param, value)?;
    }
    Ok(())
}

/// Refuses a price above what the caller is willing to pay.
///
/// # Errors
/// When `total` is above `max_cost`.
pub fn check_max_cost(total: Micros, max_cost: Option<Micros>) -> Result<(), Refusal> {
    match max_cost {
        Some(most) if total > most => {
            let (total, most) = (total.dollars(), most.dollars());
            Err(Refusal::invalid(
                "max_cost",
                format!("the video would cost ${total}, which is more than ${most}."),
            ))
        }
        _ => Ok(()),
    }
}

/// When a client should look at a video again that is not over, milliseconds.
#[must_use]
pub fn poll_after_ms(eta_ms: Option<u32>) -> u32 {
    let share = |eta_ms: u32| (eta_ms / POLLS_PER_RUN).clamp(POLL_AFTER_MS_MIN, POLL_AFTER_MS_MAX);
    eta_ms.map_or(POLL_AFTER_MS_DEFAULT, share)
}

/// When the files of a video that is completed at `completed_at_us` are to be removed, microseconds since
/// 1970; `None` for never.
#[must_use]
pub fn expires_at_us(completed_at_us: i64, retention_seconds: Option<u64>) -> Option<i64> {
    let kept = i64::try_from(retention_seconds?).ok()?.checked_mul(SECOND_US)?;
    completed_at_us.checked_add(kept)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EVENTS: [Event; 7] = [
        Event::Leased,
        Event::Freed,
        Event::Finished,
        Event::GaveUp,
        Event::CancelAsked,
        Event::Stopped,
        Event::WaitedTooLong,
    ];

    proptest! {
        #[test]
        fn nothing_follows_a_final_status(events in prop::collection::vec(0..EVENTS.len(), 0..40)) {
            let mut status = Status::Queued;
            let mut over = None;
            for event in events {
                match next(status, EVENTS[event]) {
                    Ok(after) => {
                        prop_assert_eq!(over, None, "{:?} after the end", EVENTS[event]);
                        status = after;
                    }
                    Err(illegal) => prop_assert_eq!(illegal, Illegal { from: status, event: EVENTS[event] }),
                }
                over = status.is_final().then_some(status);
            }
        }

        #[test]
        fn a_video_is_completed_only_by_a_worker_that_held_it(events in prop::collection::vec(0..EVENTS.len(), 0..40)) {
            let mut status = Status::Queued;
            for event in events {
                let before = status;
                status = next(status, EVENTS[event]).unwrap_or(status);
                if status == Status::Completed && before != Status::Completed {
                    prop_assert_eq!((before, EVENTS[event]), (Status::InProgress, Event::Finished));
                }
            }
        }
    }

    #[test]
    fn every_status_is_found_by_its_name() {
        for status in Status::ALL {
            assert_eq!(Status::from_name(status.name()), Some(status));
        }
        assert_eq!(Status::from_name("canceled"), None);
    }

    #[test]
    fn a_poll_comes_several_times_in_a_run_within_its_bounds() {
        let cases = [(None, 1_000), (Some(0), 250), (Some(8_000), 1_000), (Some(3_600_000), 5_000)];
        for (eta_ms, expected) in cases {
            assert_eq!(poll_after_ms(eta_ms), expected, "{eta_ms:?}");
        }
    }

    #[test]
    fn files_without_a_retention_are_kept() {
        assert_eq!(expires_at_us(5, None), None);
        assert_eq!(expires_at_us(5, Some(2)), Some(2_000_005));
        assert_eq!(expires_at_us(5, Some(u64::MAX)), None);
    }
}
