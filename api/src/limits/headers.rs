//! What is left of limits, as headers: those of the IETF's draft (`draft-ietf-httpapi-ratelimit-headers-11`) and those
//! with OpenAI's names. Nothing here decides anything.

use std::fmt::Write as _;

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

use super::rules::{DAY_US, MINUTE_US};
use crate::clock::SECOND_US;

/// What is left of one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// What it allows.
    pub max: i64,
    /// What is left of it.
    pub left: i64,
    /// When there is more, milliseconds from now; `None` where time alone changes nothing.
    pub reset_ms: Option<i64>,
}

/// The one that leaves least.
pub fn tightest(rooms: impl Iterator<Item = Room>) -> Option<Room> {
    rooms.min_by_key(|room| (room.left, room.max))
}

/// What is left of the limits that a request is under: the tightest of each kind, and nothing where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Videos asked for in a minute.
    pub requests: Option<Room>,
    /// Seconds of video asked for in a day.
    pub video_seconds: Option<Room>,
    /// Videos that are made at a time.
    pub concurrency: Option<Room>,
}

/// A kind of limit as the draft writes it.
struct Kind {
    name: &'static str,
    /// What it counts, where that is no requests.
    unit: Option<&'static str>,
    /// Over how long it counts.
    window_us: Option<i64>,
}

const REQUESTS: Kind = Kind { name: "requests", unit: None, window_us: Some(MINUTE_US) };
const VIDEO_SECONDS: Kind =
    Kind { name: "video-seconds", unit: Some("video-seconds"), window_us: Some(DAY_US) };
const CONCURRENCY: Kind = Kind { name: "concurrency", unit: Some("concurrent-requests"), window_us: None };

impl Left {
    /// The headers that say it; none where there is no limit.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let kinds =
            [(REQUESTS, self.requests), (VIDEO_SECONDS, self.video_seconds), (CONCURRENCY, self.concurrency)];
        let rooms: Vec<(Kind, Room)> =
            kinds.into_iter().filter_map(|(kind, room)| Some((kind, room?))).collect();
        let mut headers = Vec::new();
        if !rooms.is_empty() {
            let list = |item: fn(&Kind, &Room) -> String| {
                rooms.iter().map(|(kind, room)| item(kind, room)).collect::<Vec<_>>().join(", ")
            };
            headers.push(("ratelimit-policy", list(policy)));
            headers.push(("ratelimit", list(limit)));
        }
        let [limit, remaining, reset] =
            ["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"];
        headers.extend(
            self.requests.map(|room| openais([limit, remaining, reset], &room)).into_iter().flatten(),
        );
        let names = [
            "x-ratelimit-limit-video-seconds",
            "x-ratelimit-remaining-video-seconds",
            "x-ratelimit-reset-video-seconds",
        ];
        headers.extend(self.video_seconds.map(|room| openais(names, &room)).into_iter().flatten());
        headers
    }
}

/// An item of `RateLimit-Policy`.
fn policy(kind: &Kind, room: &Room) -> String {
    let mut item = format!("\"{}\";q={}", kind.name, room.max);
    if let Some(window_us) = kind.window_us {
        let _ = write!(item, ";w={}", window_us / SECOND_US);
    }
    if let Some(unit) = kind.unit {
        let _ = write!(item, ";qu=\"{unit}\"");
    }
    item
}

/// An item of `RateLimit`.
fn limit(kind: &Kind, room: &Room) -> String {
    let mut item = format!("\"{}\";r={}", kind.name, room.left);
    if let Some(reset_ms) = room.reset_ms {
        // Rounded up: who comes back then finds room.
        let _ = write!(item, ";t={}", reset_ms.saturating_add(999).div_euclid(1_000));
    }
    item
}

fn openais(names: [&'static str; 3], room: &Room) -> Vec<(&'static str, String)> {
    let [limit, remaining, reset] = names;
    let mut headers = vec![(limit, room.max.to_string()), (remaining, room.left.to_string())];
    headers.extend(room.reset_ms.map(|reset_ms| (reset, go_duration(reset_ms))));
    headers
}

/// A time in milliseconds as Go writes durations: `12ms`, `1.5s`, `6m0s`, `24h0m0s`.
fn go_duration(time_ms: i64) -> String {
    let (seconds, rest_ms) = (time_ms / 1_000, time_ms % 1_000);
    match (seconds, rest_ms) {
        (0, 0) => return "0s".into(),
        (0, _) => return format!("{rest_ms}ms"),
        _ => {}
    }
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let mut text = String::new();
    if hours > 0 {
        let _ = write!(text, "{hours}h");
    }
    if hours > 0 || minutes > 0 {
        let _ = write!(text, "{minutes}m");
    }
    let _ = write!(text, "{seconds}");
    if rest_ms > 0 {
        let _ = write!(text, ".{}", format!("{rest_ms:03}").trim_end_matches('0'));
    }
    text + "s"
}

/// An answer that says in its headers what is left of the limits. Its body is the answer alone.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Limited<T> {
    /// What is answered.
    pub answer: T,
    /// What is left.
    #[serde(skip)]
    pub left: Left,
}

impl<T> Limited<T> {
    /// An answer to which no limit applies.
    pub fn free(answer: T) -> Self {
        Self { answer, left: Left::default() }
    }

    /// The same with another answer.
    pub fn map<U>(self, answer: impl FnOnce(T) -> U) -> Limited<U> {
        Limited { answer: answer(self.answer), left: self.left }
    }
}

impl<T: Serialize> Responder for Limited<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        for header in self.left.headers() {
            answer.insert_header(header);
        }
        answer.json(self.answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_go_writes_them() {
        for (time_ms, expected) in [
            (0, "0s"),
            (1, "1ms"),
            (999, "999ms"),
            (1_000, "1s"),
            (1_500, "1.5s"),
            (1_050, "1.05s"),
            (59_999, "59.999s"),
            (60_000, "1m0s"),
            (360_000, "6m0s"),
            (3_600_000, "1h0m0s"),
            (3_661_001, "1h1m1.001s"),
            (86_400_000, "24h0m0s"),
        ] {
            assert_eq!(go_duration(time_ms), expected, "{time_ms}");
        }
    }

    #[test]
    fn only_limits_that_exist_are_told_each_in_its_form() {
        let room = |max, left, reset_ms| Some(Room { max, left, reset_ms });
        let header = |left: &Left, wanted: &str| {
            left.headers().into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
        };
        for (left, policies, limits, names) in [
            (Left::default(), None, None, 0),
            (
                Left { requests: room(60, 59, Some(60_000)), ..Left::default() },
                Some(r#""requests";q=60;w=60"#),
                Some(r#""requests";r=59;t=60"#),
                5,
            ),
            (
                Left { requests: room(0, 0, None), ..Left::default() },
                Some(r#""requests";q=0;w=60"#),
                Some(r#""requests";r=0"#),
                4,
            ),
            (
                Left { concurrency: room(2, 1, None), ..Left::default() },
                Some(r#""concurrency";q=2;qu="concurrent-requests""#),
                Some(r#""concurrency";r=1"#),
                2,
            ),
            (
                Left {
                    requests: room(60, 0, Some(1)),
                    video_seconds: room(3_600, 8, Some(1_001)),
                    concurrency: room(2, 0, None),
                },
                Some(
                    r#""requests";q=60;w=60, "video-seconds";q=3600;w=86400;qu="video-seconds", "concurrency";q=2;qu="concurrent-requests""#,
                ),
                Some(r#""requests";r=0;t=1, "video-seconds";r=8;t=2, "concurrency";r=0"#),
                8,
            ),
        ] {
            assert_eq!(header(&left, "ratelimit-policy").as_deref(), policies);
            assert_eq!(header(&left, "ratelimit").as_deref(), limits);
            assert_eq!(left.headers().len(), names, "{left:?}");
        }
    }

    #[test]
    fn the_names_of_openai_have_the_same_numbers() {
        let left = Left {
            requests: Some(Room { max: 60, left: 59, reset_ms: Some(60_000) }),
            video_seconds: Some(Room { max: 100, left: 4, reset_ms: Some(1_500) }),
            concurrency: None,
        };
        let headers = left.headers();
        let ours: Vec<_> = headers.iter().skip(2).map(|(name, value)| (*name, value.as_str())).collect();
        let expected = [
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-reset-requests", "1m0s"),
            ("x-ratelimit-limit-video-seconds", "100"),
            ("x-ratelimit-remaining-video-seconds", "4"),
            ("x-ratelimit-reset-video-seconds", "1.5s"),
        ];
        assert_eq!(ours, expected);
    }
}
