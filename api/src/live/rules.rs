//! What is said to whoever follows a video, and how long somebody may wait. Pure.

use actix_web::http::header::{HeaderMap, HeaderName};
use kinora_spec::limits::PREVIEW_BYTES_MAX;

use super::store::Snapshot;

/// Most streams that one key may hold open on one node.
pub const STREAMS_PER_KEY_MAX: usize = 32;
/// Most streams of one node.
pub const STREAMS_MAX: usize = 1_024;
/// When to ask again for a stream that there was no room for, milliseconds.
pub const STREAM_RETRY_AFTER_MS: i64 = 5_000;
/// Longest wait for a video to be over, seconds; who prefers to wait longer waits this long. Well below what proxies wait
/// for an answer, and below the time for which the answer to an SDK's retry is known.
pub const WAIT_SECONDS_MAX: u32 = 30;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// Where a follower is: the last revision it has, and the status it was told with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// `None` when it has nothing yet.
    pub revision: Option<i32>,
    /// `None` when it is not known what it was told.
    pub status: Option<String>,
}

/// The name of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The status is another one, or it is the first event of the stream.
    Status,
    /// It is further on.
    Progress,
    /// There is a picture of it.
    Preview,
    /// It is over.
    Done,
    /// It was deleted.
    Deleted,
}

impl Kind {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Progress => "progress",
            Self::Preview => "preview",
            Self::Done => "done",
            Self::Deleted => "deleted",
        }
    }
}

/// What `snapshot` is to a follower who was told `told`; `None` when it has it already.
pub fn kind(snapshot: &Snapshot, told: &Told) -> Option<Kind> {
    if told.revision.is_some_and(|revision| snapshot.revision <= revision) {
        return None;
    }
    let pictured = |at: i32| told.revision.is_none_or(|revision| at > revision);
    Some(if snapshot.deleted_at.is_some() {
        Kind::Deleted
    } else if snapshot.is_over() {
        Kind::Done
    } else if snapshot.preview.is_some_and(pictured) {
        Kind::Preview
    } else if told.status.as_deref() != Some(snapshot.status.as_str()) {
        Kind::Status
    } else {
        Kind::Progress
    })
}

/// The revision after which a follower wants to go on. What is not one, or was never reached, counts as nothing: the
/// stream then begins with the present.
pub fn last_event_id(headers: &HeaderMap, now: i32) -> Option<i32> {
    let text = headers.get(LAST_EVENT_ID)?.to_str().ok()?.trim();
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten().filter(|revision| *revision <= now)
}

/// How long the caller prefers to wait for the end, seconds: `Prefer: wait=N` (RFC 7240, section 4.3). A preference may
/// be left aside, so one that cannot be read is, and a longer one is cut; what was done is answered.
pub fn wait_seconds(headers: &HeaderMap) -> Option<u32> {
    let lines = headers.get_all(PREFER).filter_map(|line| line.to_str().ok());
    let preferences = lines.flat_map(|line| line.split(','));
    // Of several with one name the first counts (section 2).
    let text = preferences.filter_map(|preference| {
        let preference = preference.split(';').next().unwrap_or_default();
        let (name, value) = preference.split_once('=')?;
        let is_wait = name.trim().eq_ignore_ascii_case("wait");
        is_wait.then(|| value.trim().trim_matches('"').to_owned())
    });
    let text = text.into_iter().next()?;
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = plain.then(|| text.parse::<u32>().unwrap_or(u32::MAX))?;
    (seconds > 0).then(|| seconds.min(WAIT_SECONDS_MAX))
}

/// The media type of a picture, by how it begins.
pub fn media_type(image: &[u8]) -> Option<&'static str> {
    if image.starts_with(b"\xff\xd8\xff") {
        return Some("image/jpeg");
    }
    (image.starts_with(b"RIFF") && image.get(8..12) == Some(b"WEBP")).then_some("image/webp")
}

/// Whether these bytes may be kept as the preview of a video.
#[must_use]
pub fn is_picture(image: &[u8]) -> bool {
    image.len() <= PREVIEW_BYTES_MAX && media_type(image).is_some()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(name: HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn a_preference_to_wait_is_read_as_its_rfc_writes_it_and_cut_to_half_a_minute() {
        for (values, expected) in [
            (&["wait=10"][..], Some(10)),
            (&["respond-async, Wait = \"7\""], Some(7)),
            (&["wait=5; why=not, handling=strict"], Some(5)),
            (&["respond-async", "wait=3", "wait=9"], Some(3)),
            (&["wait=600"], Some(30)),
            (&["wait=99999999999999999999"], Some(30)),
            (&["wait=0"], None),
            (&["wait=-1"], None),
            (&["wait=1.5"], None),
            (&["wait"], None),
            (&["waiting=4"], None),
            (&[], None),
        ] {
            assert_eq!(wait_seconds(&headers(PREFER, values)), expected, "{values:?}");
        }
    }

    #[test]
    fn an_id_that_no_event_had_is_no_place_to_go_on_from() {
        for (text, expected) in [
            ("3", Some(3)),
            ("0", Some(0)),
            ("4", None),
            ("-1", None),
            ("x", None),
            ("", None),
            ("9e9", None),
        ] {
            assert_eq!(last_event_id(&headers(LAST_EVENT_ID, &[text]), 3), expected, "{text:?}");
        }
    }

    fn snapshot(status: &str, revision: i32, preview: Option<i32>) -> Snapshot {
        let status = status.to_owned();
        Snapshot {
            id: String::new(),
            status,
            progress: 0,
            phase: None,
            eta_ms: None,
            cancel_requested: false,
            deleted_at: None,
            revision,
            preview,
        }
    }

    #[test]
    fn a_follower_hears_once_of_each_change_and_of_each_picture() {
        let told = |revision, status: Option<&str>| Told { revision, status: status.map(str::to_owned) };
        let running = "in_progress";
        for (snapshot, told, expected) in [
            (snapshot("queued", 0, None), told(None, None), Some(Kind::Status)),
            (snapshot("queued", 0, None), told(Some(0), None), None),
            (snapshot(running, 1, None), told(Some(0), Some("queued")), Some(Kind::Status)),
            (snapshot(running, 2, None), told(Some(1), Some(running)), Some(Kind::Progress)),
            (snapshot(running, 2, None), told(Some(1), None), Some(Kind::Status)),
            (snapshot(running, 3, Some(3)), told(Some(2), Some(running)), Some(Kind::Preview)),
            (snapshot(running, 4, Some(3)), told(Some(3), Some(running)), Some(Kind::Progress)),
            (snapshot(running, 5, Some(4)), told(Some(3), Some(running)), Some(Kind::Preview)),
            (snapshot("failed", 6, None), told(Some(5), Some(running)), Some(Kind::Done)),
            (snapshot("failed", 6, None), told(Some(6), None), None),
        ] {
            assert_eq!(kind(&snapshot, &told), expected, "{snapshot:?} {told:?}");
        }
        let gone = Snapshot { deleted_at: Some(1), ..snapshot("failed", 7, None) };
        assert_eq!(kind(&gone, &told(Some(6), None)), Some(Kind::Deleted));
    }

    #[test]
    fn only_pictures_are_kept_and_only_small_ones() {
        assert!(is_picture(b"\xff\xd8\xff\xe0") && is_picture(b"RIFF\0\0\0\0WEBPVP8L"));
        let large = [b"\xff\xd8\xff".to_vec(), vec![0; PREVIEW_BYTES_MAX]].concat();
        for bytes in [&b""[..], b"<svg>", b"RIFF\0\0\0\0WAVE", &large] {
            assert!(!is_picture(bytes));
        }
    }
}
