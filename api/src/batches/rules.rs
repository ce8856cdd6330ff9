//! What a batch may be, what its lines are, and what follows what. Pure.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::wire::BatchError;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::{ApiError, Refusal};

/// What the lines of a batch ask for, and the only thing that they can.
pub const ENDPOINT: &str = "/v1/videos";
/// How long a batch may take, as it is asked for.
pub const WINDOW: &str = "24h";
/// The same, microseconds.
pub const WINDOW_US: i64 = 86_400 * SECOND_US;
/// Most lines of a batch: as OpenAI's.
pub const LINES_MAX: usize = 50_000;
/// Longest line, bytes: the longest prompt, each character written as an escape, and what else a video may have.
pub const LINE_BYTES_MAX: usize = 512 * 1024;
/// Longest `custom_id`, bytes.
pub const CUSTOM_ID_BYTES_MAX: usize = 256;
/// Most faults of a file that are told; one that has more is no better for the rest.
pub const ERRORS_MAX: usize = 100;
/// Most batches of a project that are not over.
pub const BATCHES_OPEN_MAX: i64 = 100;
/// Most videos of a batch that are not over at one time, so that a batch neither holds a customer's whole credit nor fills
/// the queue.
pub const OPEN_VIDEOS_MAX: i64 = 64;
/// Most lines of a batch that one look submits, so that batches take turns.
pub const SUBMITTED_LINES_MAX: i64 = 16;

/// Where a batch is on its way, in OpenAI's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its file is being read.
    Validating,
    /// The file is broken; no video was asked for.
    Failed,
    /// Its lines become videos.
    InProgress,
    /// Every line has its end, or is about to; the results are written.
    Finalizing,
    /// The results are there.
    Completed,
    /// The time was up before all lines had become videos; the results so far are there.
    Expired,
    /// It is to end early: its videos are being canceled.
    Cancelling,
    /// It ended early; the results so far are there.
    Cancelled,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Validating,
        Self::Failed,
        Self::InProgress,
        Self::Finalizing,
        Self::Completed,
        Self::Expired,
        Self::Cancelling,
        Self::Cancelled,
    ];
    /// Those of batches that are not over.
    pub const OPEN: [&'static str; 4] = ["validating", "in_progress", "finalizing", "cancelling"];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Validating => "validating",
            Self::Failed => "failed",
            Self::InProgress => "in_progress",
            Self::Finalizing => "finalizing",
            Self::Completed => "completed",
            Self::Expired => "expired",
            Self::Cancelling => "cancelling",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What can happen to a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Its file has a fault.
    Broken,
    /// Its file has none.
    Valid,
    /// Every line has its end.
    AllOver,
    /// The time is up.
    TimeUp,
    /// The customer no longer wants it.
    CancelAsked,
    /// The results are written.
    Written,
    /// The results are written of a batch whose time was up.
    WrittenLate,
}

/// The status after `event`: the whole state machine. `None` when that cannot happen.
pub const fn next(from: Status, event: Event) -> Option<Status> {
    match (from, event) {
        (Status::Validating, Event::Broken) => Some(Status::Failed),
        (Status::Validating, Event::Valid) => Some(Status::InProgress),
        (Status::InProgress, Event::AllOver) | (Status::Validating | Status::InProgress, Event::TimeUp) => {
            Some(Status::Finalizing)
        }
        (Status::Validating | Status::InProgress, Event::CancelAsked) => Some(Status::Cancelling),
        (Status::Finalizing, Event::Written) => Some(Status::Completed),
        (Status::Finalizing, Event::WrittenLate) => Some(Status::Expired),
        (Status::Cancelling, Event::Written | Event::WrittenLate) => Some(Status::Cancelled),
        _ => None,
    }
}

/// One line of a file that is written as it must be. Whether its video can be made is seen when it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The caller's name of it.
    pub custom_id: String,
    /// The request.
    pub body: Map<String, Value>,
}

/// Reads a line.
///
/// # Errors
/// When it is not a request to make a video.
pub fn line_of(text: &[u8]) -> Result<Line, Refusal> {
    let mut fields = Fields::from_json(text)?;
    let custom_id = fields.text("custom_id")?.ok_or(Refusal::Missing { param: "custom_id" })?;
    if custom_id.is_empty() || custom_id.len() > CUSTOM_ID_BYTES_MAX || custom_id.contains('\0') {
        let problem = format!("expected 1 to {CUSTOM_ID_BYTES_MAX} bytes without U+0000.");
        return Err(Refusal::invalid("custom_id", problem));
    }
    for (name, only) in [("method", "POST"), ("url", ENDPOINT)] {
        match fields.text(name)? {
            None => return Err(Refusal::Missing { param: if name == "url" { "url" } else { "method" } }),
            Some(value) if value == only => {}
            Some(_) => return Err(Refusal::invalid(name, format!("supported is: '{only}'."))),
        }
    }
    let body = fields.object("body")?.ok_or(Refusal::Missing { param: "body" })?;
    fields.finish()?;
    Ok(Line { custom_id, body })
}

/// What is known of a file while it is read.
#[derive(Debug, Default)]
pub struct Checked {
    names: HashSet<String>,
    has_too_many: bool,
    /// The faults, at most [`ERRORS_MAX`].
    pub errors: Vec<BatchError>,
}

impl Checked {
    /// Whether reading on would tell nothing more.
    pub fn is_full(&self) -> bool {
        self.has_too_many || self.errors.len() >= ERRORS_MAX
    }

    /// Looks at line `number` of the file; its `custom_id` if it has no fault. `text` is `None` for a line that is too
    /// long.
    pub fn add(&mut self, number: i32, text: Option<&[u8]>) -> Option<String> {
        let Some(text) = text else {
            let message = format!("The line has more than {LINE_BYTES_MAX} bytes.");
            self.fault("line_too_long", Some(number), message, None);
            return None;
        };
        let line = match line_of(text) {
            Ok(line) => line,
            Err(refusal) => {
                self.errors.push(BatchError::of(&ApiError::from(refusal), Some(number)));
                return None;
            }
        };
        if self.names.len() >= LINES_MAX {
            let message = format!("The file has more than {LINES_MAX} lines.");
            self.fault("too_many_lines", Some(number), message, None);
            self.has_too_many = true;
            return None;
        }
        if !self.names.insert(line.custom_id.clone()) {
            let message = "The 'custom_id' is that of an earlier line.".to_owned();
            self.fault("duplicate_custom_id", Some(number), message, Some("custom_id"));
            return None;
        }
        Some(line.custom_id)
    }

    /// A file without a line is broken too.
    pub fn end(&mut self) {
        if self.names.is_empty() && self.errors.is_empty() {
            self.fault("empty_file", None, "The file has no lines.".to_owned(), None);
        }
    }

    fn fault(&mut self, code: &str, line: Option<i32>, message: String, param: Option<&str>) {
        self.errors.push(BatchError {
            code: code.to_owned(),
            line,
            message,
            param: param.map(str::to_owned),
        });
    }
}

/// Whether a line that was refused so may be taken later: limits on requests pass, and so do the server's troubles.
pub fn may_pass(refused: &ApiError) -> bool {
    match refused {
        ApiError::Limited(exceeded) => exceeded.retry_after_ms.is_some(),
        other => matches!(other.status().as_u16(), 429 | 503),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::limits::{Exceeded, Left, Limit};

    const EVENTS: [Event; 7] = [
        Event::Broken,
        Event::Valid,
        Event::AllOver,
        Event::TimeUp,
        Event::CancelAsked,
        Event::Written,
        Event::WrittenLate,
    ];

    proptest! {
        #[test]
        fn a_batch_that_is_over_stays_so_and_only_written_results_end_one_that_began(
            events in prop::collection::vec(0..EVENTS.len(), 0..30),
        ) {
            let mut status = Status::Validating;
            for event in events {
                let event = EVENTS[event];
                let Some(after) = next(status, event) else { continue };
                prop_assert!(Status::OPEN.contains(&status.name()), "{status:?} {event:?}");
                let is_over = !Status::OPEN.contains(&after.name());
                let written = matches!(event, Event::Written | Event::WrittenLate);
                prop_assert_eq!(is_over, written || after == Status::Failed);
                status = after;
            }
        }
    }

    #[test]
    fn every_status_is_found_by_its_name_and_open_ones_can_go_on() {
        for status in Status::ALL {
            assert_eq!(Status::from_name(status.name()), Some(status));
            let goes_on = EVENTS.iter().any(|event| next(status, *event).is_some());
            assert_eq!(goes_on, Status::OPEN.contains(&status.name()), "{status:?}");
        }
    }

    fn line(changes: &Value) -> Vec<u8> {
        let mut line =
            json!({ "custom_id": "a", "method": "POST", "url": "/v1/videos", "body": { "prompt": "x" } });
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                line.as_object_mut().unwrap().remove(name);
            } else {
                line[name] = value.clone();
            }
        }
        serde_json::to_vec(&line).unwrap()
    }

    #[test]
    fn a_line_is_a_request_to_make_a_video_and_nothing_else() {
        let read = line_of(&line(&json!({}))).unwrap();
        assert_eq!((read.custom_id.as_str(), &read.body["prompt"]), ("a", &json!("x")));
        for (changes, param) in [
            (json!({ "custom_id": null }), Some("custom_id")),
            (json!({ "custom_id": "" }), Some("custom_id")),
            (json!({ "custom_id": 7 }), Some("custom_id")),
            (json!({ "custom_id": "x".repeat(257) }), Some("custom_id")),
            (json!({ "method": "GET" }), Some("method")),
            (json!({ "method": null }), Some("method")),
            (json!({ "url": "/v1/responses" }), Some("url")),
            (json!({ "url": null }), Some("url")),
            (json!({ "body": null }), Some("body")),
            (json!({ "body": "text" }), Some("body")),
            (json!({ "extra": 1 }), Some("extra")),
        ] {
            let refused = line_of(&line(&changes)).unwrap_err();
            assert_eq!(refused.param(), param, "{changes}");
        }
        assert!(matches!(line_of(b"{"), Err(Refusal::Json(_))));
        assert!(matches!(line_of(b"[]"), Err(Refusal::Json(_))));
    }

    #[test]
    fn faults_are_told_with_their_lines_up_to_a_limit() {
        let mut checked = Checked::default();
        assert_eq!(checked.add(1, Some(&line(&json!({})))), Some("a".to_owned()));
        assert_eq!(checked.add(2, Some(&line(&json!({})))), None);
        assert_eq!(checked.add(3, None), None);
        assert_eq!(checked.add(4, Some(b"nonsense")), None);
        let told: Vec<_> = checked.errors.iter().map(|error| (error.line, error.code.as_str())).collect();
        let expected =
            [(Some(2), "duplicate_custom_id"), (Some(3), "line_too_long"), (Some(4), "invalid_json")];
        assert_eq!(told, expected);
        for number in 5.. {
            if checked.is_full() {
                break;
            }
            checked.add(number, None);
        }
        assert_eq!(checked.errors.len(), ERRORS_MAX);
        let mut empty = Checked::default();
        empty.end();
        assert_eq!(empty.errors[0].code, "empty_file");
    }

    #[test]
    fn what_passes_by_itself_is_waited_for_and_nothing_else() {
        let limited = |retry_after_ms| {
            let limit = Limit::Model("m".into());
            ApiError::from(Box::new(Exceeded { limit, max: 1, retry_after_ms, left: Left::default() }))
        };
        assert!(may_pass(&limited(Some(1))) && may_pass(&ApiError::NotReady("x")));
        assert!(!may_pass(&limited(None)) && !may_pass(&ApiError::ProjectArchived));
        assert!(!may_pass(&Refusal::Missing { param: "prompt" }.into()));
    }
}
