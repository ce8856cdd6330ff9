//! What limits mean and when they let go. Nothing here reads or writes anything.

use super::headers::{Left, Room, tightest};
use crate::clock::SECOND_US;

/// How long a video counts against a limit of requests.
pub const MINUTE_US: i64 = 60 * SECOND_US;
/// How long a video counts against a limit of seconds of video.
pub const DAY_US: i64 = kinora_billing::DAY_US;
/// The limit of a model of a project that has none: as many as fit the type.
pub const UNLIMITED: i32 = i32::MAX;

/// When to ask a full queue again: nobody knows when a worker takes the next one.
const QUEUE_RETRY_MS: i64 = 5_000;
/// The longest wait that the official SDKs for Node follow; to longer ones they pay no heed and come back at once.
const RETRY_MS_MAX: i64 = 60_000;

/// Whose limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All keys of a project together.
    Project,
    /// One key.
    ApiKey,
}

impl Scope {
    /// As in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::ApiKey => "api_key",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::ApiKey => "API key",
        }
    }
}

/// Which limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Videos of a model, by its id, that a project asks for in a minute.
    Model(String),
    /// Videos asked for in a minute.
    Requests(Scope),
    /// Seconds of video asked for in a day.
    VideoSeconds(Scope),
    /// Videos that wait for a worker.
    Queue(Scope),
    /// Requests of one address in a second, whatever they ask for.
    Address,
}

/// That a request is over a limit.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", words(&self.limit, self.max))]
pub struct Exceeded {
    /// Which one.
    pub limit: Limit,
    /// What it allows.
    pub max: i64,
    /// When there may be room, milliseconds from now; `None` for never.
    pub retry_after_ms: Option<i64>,
    /// What is left of all limits.
    pub left: Left,
}

impl Exceeded {
    /// The headers that go with it.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = self.left.headers();
        if let Some(wait_ms) = self.retry_after_ms {
            headers.push(("retry-after-ms", wait_ms.to_string()));
            headers.push(("retry-after", wait_ms.saturating_add(999).div_euclid(1_000).to_string()));
        }
        if self.retry_after_ms.is_none_or(|wait_ms| wait_ms > RETRY_MS_MAX) {
            headers.push(("x-should-retry", "false".into()));
        }
        headers
    }
}

fn words(limit: &Limit, max: i64) -> String {
    match limit {
        Limit::Model(model) => {
            format!("Rate limit reached for the model '{model}' in this project: {max} requests per minute.")
        }
        Limit::Requests(scope) => {
            format!("Rate limit reached for this {}: {max} requests per minute.", scope.words())
        }
        Limit::VideoSeconds(scope) => {
            format!("Rate limit reached for this {}: {max} seconds of video per day.", scope.words())
        }
        Limit::Queue(scope) => {
            format!("The queue is full: at most {max} videos of this {} may wait at a time.", scope.words())
        }
        Limit::Address => format!("Rate limit reached for your address: {max} requests per second."),
    }
}

/// How much of a limit is used, and how much of it a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// Which limit.
    pub limit: Limit,
    /// What it allows.
    pub max: i64,
    /// What is used.
    pub used: i64,
    /// What is asked for.
    pub asks: i64,
    /// When there is more room than now, or, where there is too little, enough; `None` for never.
    pub reset_ms: Option<i64>,
}

impl Gauge {
    /// Of the videos that wait.
    #[must_use]
    pub fn of_queue(scope: Scope, max: i64, waiting: i64) -> Self {
        let reset_ms = (max > 0).then_some(QUEUE_RETRY_MS);
        Self { limit: Limit::Queue(scope), max, used: waiting, asks: 1, reset_ms }
    }

    fn is_over(&self) -> bool {
        self.used.saturating_add(self.asks) > self.max
    }

    fn room(&self, is_admitted: bool) -> Room {
        let taken = if is_admitted { self.asks } else { 0 };
        let left = self.max.saturating_sub(self.used).saturating_sub(taken).max(0);
        Room { max: self.max, left, reset_ms: self.reset_ms }
    }
}

/// What is left once the request is let in, if no limit refuses it. `running` is what is left of each limit on
/// videos that are made at a time, which refuse nothing: over them, a video waits.
///
/// # Errors
/// The limit that refuses it for longest.
pub fn decide(gauges: &[Gauge], running: Vec<Room>) -> Result<Left, Box<Exceeded>> {
    let over = gauges.iter().filter(|gauge| gauge.is_over());
    let over = over.max_by_key(|gauge| gauge.reset_ms.unwrap_or(i64::MAX));
    let rooms = |wanted: fn(&Limit) -> bool| {
        let of_kind = gauges.iter().filter(move |gauge| wanted(&gauge.limit));
        tightest(of_kind.map(|gauge| gauge.room(over.is_none())))
    };
    let left = Left {
        requests: rooms(|limit| matches!(limit, Limit::Model(_) | Limit::Requests(_))),
        video_seconds: rooms(|limit| matches!(limit, Limit::VideoSeconds(_))),
        concurrency: tightest(running.into_iter()),
    };
    let Some(Gauge { limit, max, reset_ms, .. }) = over else { return Ok(left) };
    Err(Box::new(Exceeded { limit: limit.clone(), max: *max, retry_after_ms: *reset_ms, left }))
}

/// How long until what was asked for at `created_at_us` no longer counts, milliseconds, rounded up. At least one, so
/// that nobody asks again at once.
#[must_use]
pub fn until_gone_ms(created_at_us: i64, window_us: i64, now_us: i64) -> i64 {
    let left_us = created_at_us.saturating_add(window_us).saturating_sub(now_us);
    left_us.saturating_add(999).div_euclid(1_000).max(1)
}

/// When the video was asked for with which, from the first on, `needed` seconds are together. Each video is when it was
/// asked for, and its seconds.
#[must_use]
pub fn freed_with(oldest_first: &[(i64, i32)], needed: i64) -> Option<i64> {
    let mut freed = 0_i64;
    let enough = oldest_first.iter().find(|(_, seconds)| {
        freed = freed.saturating_add(i64::from(*seconds));
        freed >= needed
    });
    enough.map(|(created_at_us, _)| *created_at_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_for_a_long_video_needs_several_short_ones_to_go() {
        let videos = [(10, 4), (20, 4), (30, 8)];
        for (needed, expected) in
            [(1, Some(10)), (4, Some(10)), (5, Some(20)), (8, Some(20)), (9, Some(30)), (17, None)]
        {
            assert_eq!(freed_with(&videos, needed), expected, "{needed}");
        }
    }

    #[test]
    fn the_wait_ends_when_the_video_has_left_the_window_and_not_before() {
        let cases = [(0, 0, 60_000), (0, 1, 60_000), (0, 1_000, 59_999), (0, 59_999_999, 1), (5, 5, 60_000)];
        for (made_us, now_us, expected_ms) in cases {
            let wait_ms = until_gone_ms(made_us, MINUTE_US, now_us);
            assert_eq!(wait_ms, expected_ms, "{made_us} {now_us}");
            assert!(now_us + wait_ms * 1_000 >= made_us + MINUTE_US);
        }
    }

    fn gauge(limit: Limit, max: i64, used: i64, asks: i64, reset_ms: Option<i64>) -> Gauge {
        Gauge { limit, max, used, asks, reset_ms }
    }

    #[test]
    fn a_limit_lets_in_what_fills_it_and_nothing_more() {
        let limit = || Limit::VideoSeconds(Scope::Project);
        for (max, used, asks, left) in
            [(10, 0, 10, Some(0)), (10, 9, 1, Some(0)), (10, 9, 2, None), (0, 0, 1, None)]
        {
            let decided = decide(&[gauge(limit(), max, used, asks, Some(7))], Vec::new());
            let room = decided.map(|left| left.video_seconds.map(|room| room.left));
            assert_eq!(room.ok().flatten(), left, "{max} {used} {asks}");
        }
    }

    #[test]
    fn of_several_limits_the_headers_tell_the_tightest_and_the_answer_the_longest_wait() {
        let minute = gauge(Limit::Requests(Scope::Project), 2, 2, 1, Some(30));
        let key = gauge(Limit::Requests(Scope::ApiKey), 9, 2, 1, Some(40));
        let day = gauge(Limit::VideoSeconds(Scope::ApiKey), 8, 4, 5, Some(90_000));
        let refused =
            decide(&[minute, key, day], vec![Room { max: 3, left: 1, reset_ms: None }]).unwrap_err();
        assert_eq!(
            (&refused.limit, refused.retry_after_ms),
            (&Limit::VideoSeconds(Scope::ApiKey), Some(90_000))
        );
        assert_eq!(refused.left.requests, Some(Room { max: 2, left: 0, reset_ms: Some(30) }));
        assert_eq!(refused.left.video_seconds, Some(Room { max: 8, left: 4, reset_ms: Some(90_000) }));
        assert_eq!(refused.left.concurrency, Some(Room { max: 3, left: 1, reset_ms: None }));
    }

    #[test]
    fn a_wait_that_sdks_do_not_follow_asks_for_no_retry() {
        for (retry_after_ms, expected) in [
            (Some(60_000), vec![("retry-after-ms", "60000"), ("retry-after", "60")]),
            (
                Some(60_001),
                vec![("retry-after-ms", "60001"), ("retry-after", "61"), ("x-should-retry", "false")],
            ),
            (None, vec![("x-should-retry", "false")]),
        ] {
            let exceeded = Exceeded { limit: Limit::Address, max: 1, retry_after_ms, left: Left::default() };
            let headers = exceeded.headers();
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(headers, expected);
        }
    }
}
