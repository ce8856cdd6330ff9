//! When an event is sent again and when no longer. Pure: no clock, no SQL, no HTTP.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::SECOND_US;

/// How much longer a wait may become by chance, so that many receivers are not called in the same second: a tenth.
const JITTER_PARTS: i64 = 10;
/// Longest wait that a receiver can ask for, seconds: a day.
const RETRY_AFTER_SECONDS_MAX: i64 = 86_400;
/// For so long an endpoint may fail before nothing is sent there any more, microseconds: five days.
pub const FAILING_US_MAX: i64 = 5 * 86_400 * SECOND_US;
/// Most attempts of one delivery, those that somebody asked for included.
pub const ATTEMPTS_MAX: i32 = 100;

/// Most attempts under way on a node, and of them for one target and for one organization: a receiver that hangs takes
/// its own places, and an organization whose receivers all hang takes those of nobody else.
pub const ALL_MAX: usize = 128;
/// As [`ALL_MAX`].
pub const TARGET_MAX: usize = 4;
/// As [`ALL_MAX`].
pub const ORGANIZATION_MAX: usize = 32;

/// Where a delivery is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookDeliveryStatus)]
pub enum State {
    /// There will be another attempt.
    Pending,
    /// The receiver has it.
    Delivered,
    /// It was tried as often as it is.
    Failed,
    /// The endpoint was disabled or deleted before.
    Canceled,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Failed, Self::Canceled];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What can happen to a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The receiver took it.
    Accepted,
    /// It did not, and is asked again.
    Refused,
    /// It did not, and is not asked again.
    GivenUp,
    /// The endpoint is no longer used.
    Canceled,
    /// Somebody wants it to be sent again.
    AskedAgain,
}

/// That something cannot happen to a delivery in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{happened:?} cannot happen to a delivery that is {}", from.name())]
pub struct Illegal {
    /// The state it is in.
    pub from: State,
    /// What was to happen.
    pub happened: Happened,
}

/// The state after something happened: the whole state machine.
///
/// # Errors
/// When it cannot happen.
pub const fn next(from: State, happened: Happened) -> Result<State, Illegal> {
    match (from, happened) {
        (State::Pending, Happened::Accepted) => Ok(State::Delivered),
        (State::Pending, Happened::Refused) => Ok(State::Pending),
        (State::Pending, Happened::GivenUp) => Ok(State::Failed),
        (State::Pending, Happened::Canceled) => Ok(State::Canceled),
        (_, Happened::AskedAgain) => Ok(State::Pending),
        _ => Err(Illegal { from, happened }),
    }
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A status from 200 to 299.
    Accepted,
    /// 410: the receiver wants nothing any more.
    Gone,
    /// Any other status, redirects among them, or no answer.
    Refused {
        /// How long the receiver wants to be left alone, microseconds.
        retry_after_us: Option<i64>,
    },
}

impl Outcome {
    /// What an answer means, or that there was none.
    #[must_use]
    pub fn of(status: Option<u16>, retry_after: Option<&str>, now_us: i64) -> Self {
        match status {
            Some(200..=299) => Self::Accepted,
            Some(410) => Self::Gone,
            _ => Self::Refused { retry_after_us: retry_after.and_then(|text| wait_us(text, now_us)) },
        }
    }
}

/// The wait that `retry-after` asks for, microseconds: seconds or a date (RFC 9110, section 10.2.3).
fn wait_us(text: &str, now_us: i64) -> Option<i64> {
    let text = text.trim();
    let wait_us = match text.parse::<u32>() {
        Ok(seconds) => i64::from(seconds).saturating_mul(SECOND_US),
        Err(_) => jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_microsecond().saturating_sub(now_us),
    };
    (wait_us > 0).then_some(wait_us)
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing more.
    Delivered,
    /// Another one.
    Again {
        /// When, microseconds since 1970.
        at_us: i64,
    },
    /// No other one.
    Failed,
}

/// What follows from the attempt `made`, counted from 1, of a schedule that ended at `now_us`. The schedule has the waits
/// between attempts, seconds; the first attempt is made at once. `dice` is any number.
#[must_use]
pub fn verdict(made: i32, outcome: Outcome, now_us: i64, (waits_seconds, dice): (&[u32], u32)) -> Verdict {
    let retry_after_us = match outcome {
        Outcome::Accepted => return Verdict::Delivered,
        Outcome::Gone => return Verdict::Failed,
        Outcome::Refused { retry_after_us } => retry_after_us.unwrap_or(0),
    };
    let wait = usize::try_from(made - 1).ok().and_then(|n| waits_seconds.get(n));
    let Some(seconds) = wait else { return Verdict::Failed };
    let wait_us = i64::from(*seconds) * SECOND_US;
    let jitter_us = i64::from(dice) % (wait_us / JITTER_PARTS + 1);
    let asked_us = retry_after_us.min(RETRY_AFTER_SECONDS_MAX * SECOND_US);
    Verdict::Again { at_us: now_us.saturating_add((wait_us + jitter_us).max(asked_us)) }
}

/// Whether an endpoint that has failed since `since_us` has done so for too long.
#[must_use]
pub const fn is_given_up(since_us: i64, now_us: i64) -> bool {
    now_us.saturating_sub(since_us) >= FAILING_US_MAX
}

/// The attempts under way on this node.
#[derive(Clone, Debug, Default)]
pub struct Busy {
    targets: HashMap<String, usize>,
    organizations: HashMap<String, usize>,
    all: usize,
}

impl Busy {
    /// How many more can begin for a target of an organization.
    #[must_use]
    pub fn room(&self, target: &str, organization: &str) -> usize {
        let left = |of: &HashMap<String, usize>, name: &str, max: usize| {
            max.saturating_sub(of.get(name).copied().unwrap_or(0))
        };
        self.room_for_all().min(left(&self.targets, target, TARGET_MAX)).min(left(
            &self.organizations,
            organization,
            ORGANIZATION_MAX,
        ))
    }

    /// How many more can begin at all.
    #[must_use]
    pub const fn room_for_all(&self) -> usize {
        ALL_MAX.saturating_sub(self.all)
    }

    /// The targets for which none can begin.
    #[must_use]
    pub fn full_targets(&self) -> Vec<String> {
        full(&self.targets, TARGET_MAX)
    }

    /// The organizations for which none can begin.
    #[must_use]
    pub fn full_organizations(&self) -> Vec<String> {
        full(&self.organizations, ORGANIZATION_MAX)
    }

    /// One begins.
    pub fn begin(&mut self, target: &str, organization: &str) {
        *self.targets.entry(target.to_owned()).or_default() += 1;
        *self.organizations.entry(organization.to_owned()).or_default() += 1;
        self.all += 1;
    }

    /// One has ended.
    pub fn end(&mut self, target: &str, organization: &str) {
        for (of, name) in [(&mut self.targets, target), (&mut self.organizations, organization)] {
            if let Some(count) = of.get_mut(name) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    of.remove(name);
                }
            }
        }
        self.all = self.all.saturating_sub(1);
    }
}

fn full(of: &HashMap<String, usize>, max: usize) -> Vec<String> {
    of.iter().filter(|(_, count)| **count >= max).map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW_US: i64 = 1_795_400_000_000_000;
    const WAITS_SECONDS: [u32; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    const REFUSED: Outcome = Outcome::Refused { retry_after_us: None };

    fn outcomes() -> impl Strategy<Value = (Option<u16>, Option<u32>, u32)> {
        (prop::option::of(100_u16..600), prop::option::of(any::<u32>()), any::<u32>())
    }

    proptest! {
        #[test]
        fn a_delivery_ends_after_ten_attempts_at_most_and_waits_as_long_as_it_should(
            answers in prop::collection::vec(outcomes(), 10..40)
        ) {
            let (mut state, mut now_us, mut made) = (State::Pending, NOW_US, 0);
            for (status, retry_after, dice) in answers {
                let text = retry_after.map(|seconds| seconds.to_string());
                let outcome = Outcome::of(status, text.as_deref(), now_us);
                made += 1;
                let happened = match verdict(made, outcome, now_us, (&WAITS_SECONDS, dice)) {
                    Verdict::Delivered => Happened::Accepted,
                    Verdict::Failed => Happened::GivenUp,
                    Verdict::Again { at_us } => {
                        let wait = i64::from(WAITS_SECONDS[usize::try_from(made).unwrap() - 1]) * SECOND_US;
                        let asked = i64::from(retry_after.unwrap_or(0)).min(86_400) * SECOND_US;
                        prop_assert!(at_us >= now_us + wait.max(asked));
                        prop_assert!(at_us <= now_us + (wait + wait / 10).max(asked));
                        now_us = at_us;
                        Happened::Refused
                    }
                };
                state = next(state, happened).unwrap();
                let success = status.is_some_and(|status| (200..300).contains(&status));
                prop_assert_eq!(state == State::Delivered, success);
                if state != State::Pending {
                    break;
                }
            }
            prop_assert!(state != State::Pending && made <= 10);
        }

        #[test]
        fn only_somebody_who_asks_brings_a_delivery_back(steps in prop::collection::vec(0..5_usize, 0..40)) {
            const STEPS: [Happened; 5] = [
                Happened::Accepted, Happened::Refused, Happened::GivenUp, Happened::Canceled, Happened::AskedAgain,
            ];
            let mut state = State::Pending;
            for step in steps.into_iter().map(|n| STEPS[n]) {
                match next(state, step) {
                    Ok(after) => {
                        prop_assert!(state == State::Pending || step == Happened::AskedAgain);
                        state = after;
                    }
                    Err(illegal) => {
                        prop_assert_eq!(illegal, Illegal { from: state, happened: step });
                        prop_assert!(state != State::Pending);
                    }
                }
            }
        }

        #[test]
        fn there_is_never_more_room_than_there_is_and_all_of_it_comes_back(
            begun in prop::collection::vec((0..40_u32, 0..6_u32), 0..400)
        ) {
            let mut busy = Busy::default();
            let mut under_way = Vec::new();
            for (target, organization) in begun {
                let (target, organization) = (format!("{organization}/{target}"), organization.to_string());
                if busy.room(&target, &organization) > 0 {
                    busy.begin(&target, &organization);
                    under_way.push((target, organization));
                } else {
                    prop_assert!(
                        busy.room_for_all() == 0
                            || busy.full_targets().contains(&target)
                            || busy.full_organizations().contains(&organization)
                    );
                }
            }
            prop_assert!(under_way.len() <= ALL_MAX);
            for (target, organization) in under_way {
                prop_assert!(busy.room(&target, &organization) < TARGET_MAX);
                busy.end(&target, &organization);
            }
            prop_assert_eq!(busy.room_for_all(), ALL_MAX);
            prop_assert!(busy.targets.is_empty() && busy.organizations.is_empty());
        }
    }

    #[test]
    fn the_schedule_is_that_of_the_standard() {
        let standard = crate::Config::default().webhook_retry_seconds;
        let schedule = (standard.as_slice(), 0);
        let mut waits = Vec::new();
        for made in 1..=10 {
            match verdict(made, REFUSED, 0, schedule) {
                Verdict::Again { at_us } => waits.push(at_us / SECOND_US),
                ended => assert_eq!((made, ended), (10, Verdict::Failed)),
            }
        }
        assert_eq!(waits, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
        assert_eq!(verdict(1, Outcome::Gone, 0, schedule), Verdict::Failed);
        assert_eq!(verdict(10, Outcome::Accepted, 0, schedule), Verdict::Delivered);
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_wait_in_seconds_or_with_a_date_and_for_no_more_than_a_day() {
        let wait = |text: &str| match Outcome::of(Some(503), Some(text), NOW_US) {
            Outcome::Refused { retry_after_us } => retry_after_us.map(|wait_us| wait_us / SECOND_US),
            other => panic!("{other:?}"),
        };
        for (text, expected) in [
            ("120", Some(120)),
            (" 120 ", Some(120)),
            ("0", None),
            ("-5", None),
            ("soon", None),
            ("", None),
            ("99999999999", None),
            // NOW_US is 2026-11-23 02:13:20 UTC.
            ("Mon, 23 Nov 2026 02:14:20 GMT", Some(60)),
            ("Mon, 23 Nov 2026 02:13:00 GMT", None),
        ] {
            assert_eq!(wait(text), expected, "{text:?}");
        }
        let longest = Outcome::Refused { retry_after_us: Some(i64::MAX) };
        assert_eq!(verdict(1, longest, 0, (&WAITS_SECONDS, 0)), Verdict::Again { at_us: 86_400 * SECOND_US });
    }

    #[test]
    fn a_redirect_is_no_success() {
        for status in [100, 301, 302, 304, 307, 308, 400, 404, 429, 500, 503] {
            assert_eq!(Outcome::of(Some(status), None, 0), REFUSED, "{status}");
        }
        assert_eq!(Outcome::of(None, None, 0), REFUSED);
        assert_eq!(Outcome::of(Some(204), None, 0), Outcome::Accepted);
        assert_eq!(Outcome::of(Some(410), None, 0), Outcome::Gone);
    }
}
