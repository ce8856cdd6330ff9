//! Buckets of time, and what they are grouped by. Nothing here reads or writes anything.
//!
//! Buckets begin at whole minutes, hours or days in UTC. The first begins where the range does and the last ends
//! where it does, so that nothing outside of what was asked for is counted.

use crate::Refusal;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::spend::rules::{TIME_MAX, time_us};

/// What stands before the time in a cursor.
const PAGE_PREFIX: &str = "page_";

/// How wide a bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// `1m`.
    Minute,
    /// `1h`.
    Hour,
    /// `1d`.
    Day,
}

impl Width {
    const ALL: [Self; 3] = [Self::Minute, Self::Hour, Self::Day];

    /// As on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "1m",
            Self::Hour => "1h",
            Self::Day => "1d",
        }
    }

    /// Microseconds.
    #[must_use]
    pub const fn us(self) -> i64 {
        SECOND_US
            * match self {
                Self::Minute => 60,
                Self::Hour => 3_600,
                Self::Day => 86_400,
            }
    }

    /// How many buckets a page of usage has when nothing is said, and at most.
    const fn limits(self) -> (i64, i64) {
        match self {
            Self::Minute => (60, 1_440),
            Self::Hour => (24, 168),
            Self::Day => (7, 31),
        }
    }
}

/// Which report is asked for: each has widths and limits of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Days alone, and more of them.
    Costs,
    /// Minutes, hours or days.
    Usage,
}

/// A range of time, cut into buckets, and the page of them that is asked for. Times are microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where the page begins.
    pub from_us: i64,
    /// Where the range ends.
    pub until_us: i64,
    /// How wide buckets are.
    pub width: Width,
    /// Most buckets of the page.
    pub limit: i64,
}

/// A bucket: its begin, and the first moment after it.
pub type Bucket = (i64, i64);

impl Span {
    /// Takes `start_time`, `end_time`, `bucket_width`, `limit` and `page` out of a query.
    ///
    /// # Errors
    /// When one is missing or has an impossible value.
    pub fn take(fields: &mut Fields, report: Report, now_us: i64) -> Result<Self, Refusal> {
        let start_us = time_us(fields, "start_time")?.ok_or(Refusal::Missing { param: "start_time" })?;
        let width = width(fields, report)?;
        let (limit_default, limit_max) = match report {
            Report::Costs => (7, 180),
            Report::Usage => width.limits(),
        };
        let limit = fields.integer("limit", 1..=limit_max)?.unwrap_or(limit_default);
        let until_us = time_us(fields, "end_time")?.unwrap_or_else(|| boundary_after(now_us, width));
        if until_us <= start_us {
            return Err(Refusal::invalid("end_time", "it must be after 'start_time'."));
        }
        let span = Self { from_us: start_us, until_us, width, limit };
        let Some(cursor) = fields.text("page")? else { return Ok(span) };
        let from_us = cursor.strip_prefix(PAGE_PREFIX).and_then(|seconds| seconds.parse().ok());
        let from_us =
            from_us.filter(|seconds| (0..=TIME_MAX).contains(seconds)).map(|at: i64| at * SECOND_US);
        let fits = |at_us: &i64| start_us < *at_us && *at_us < until_us && *at_us % width.us() == 0;
        let problem = "expected 'next_page' of the page before, with the same range.";
        let from_us = from_us.filter(fits).ok_or_else(|| Refusal::invalid("page", problem))?;
        Ok(Self { from_us, ..span })
    }

    /// The buckets of the page.
    #[must_use]
    pub fn buckets(&self) -> Vec<Bucket> {
        let mut buckets = Vec::new();
        let mut from_us = self.from_us;
        for _ in 0..self.limit {
            if from_us >= self.until_us {
                break;
            }
            let end_us = boundary_after(from_us, self.width).min(self.until_us);
            buckets.push((from_us, end_us));
            from_us = end_us;
        }
        buckets
    }

    /// Where the page ends.
    #[must_use]
    pub fn end_us(&self) -> i64 {
        self.buckets().last().map_or(self.until_us, |bucket| bucket.1)
    }

    /// The cursor of the next page, if there is one.
    #[must_use]
    pub fn next_page(&self) -> Option<String> {
        let end_us = self.end_us();
        (end_us < self.until_us).then(|| format!("{PAGE_PREFIX}{}", end_us / SECOND_US))
    }

    /// Which bucket of all time a moment is in; rows of the database are grouped by it.
    #[must_use]
    pub fn index(&self, at_us: i64) -> i64 {
        at_us.div_euclid(self.width.us())
    }
}

fn boundary_after(at_us: i64, width: Width) -> i64 {
    at_us - at_us.rem_euclid(width.us()) + width.us()
}

fn width(fields: &mut Fields, report: Report) -> Result<Width, Refusal> {
    let possible: &[Width] = match report {
        Report::Costs => &[Width::Day],
        Report::Usage => &Width::ALL,
    };
    let Some(text) = fields.text("bucket_width")? else { return Ok(Width::Day) };
    possible.iter().find(|width| width.name() == text).copied().ok_or_else(|| {
        let names: Vec<String> = possible.iter().map(|width| format!("'{}'", width.name())).collect();
        Refusal::invalid("bucket_width", format!("supported are: {}.", names.join(", ")))
    })
}

/// Takes `group_by` out of a query: some of `possible`, each once.
///
/// # Errors
/// When it has something else.
pub fn group_by(fields: &mut Fields, possible: &[&'static str]) -> Result<Vec<&'static str>, Refusal> {
    let mut groups = Vec::new();
    for asked in fields.texts("group_by")?.unwrap_or_default() {
        match possible.iter().find(|name| **name == asked) {
            Some(name) if !groups.contains(name) => groups.push(*name),
            _ => {
                let problem = format!("expected some of these, each once: {}.", possible.join(", "));
                return Err(Refusal::invalid("group_by", problem));
            }
        }
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW_US: i64 = 1_795_400_000 * SECOND_US;

    fn span(query: &[(&str, &str)], report: Report) -> Result<Span, Refusal> {
        Span::take(&mut Fields::from_query(query), report, NOW_US)
    }

    #[test]
    fn buckets_begin_and_end_where_the_range_does_and_at_whole_days_between() {
        let span = span(&[("start_time", "1795300000"), ("end_time", "1795400000")], Report::Costs).unwrap();
        let days: Vec<(i64, i64)> =
            span.buckets().iter().map(|(from, until)| (from / SECOND_US, until / SECOND_US)).collect();
        assert_eq!(
            days,
            [(1_795_300_000, 1_795_305_600), (1_795_305_600, 1_795_392_000), (1_795_392_000, 1_795_400_000)]
        );
        assert_eq!(span.next_page(), None);
    }

    #[test]
    fn without_an_end_the_last_bucket_is_the_one_of_now() {
        let span = span(&[("start_time", "1795399300"), ("bucket_width", "1h")], Report::Usage).unwrap();
        assert_eq!(span.buckets(), [(1_795_399_300 * SECOND_US, 1_795_402_800 * SECOND_US)]);
    }

    #[test]
    fn a_cursor_of_another_range_is_refused() {
        let ask = |page| {
            span(&[("start_time", "1795300000"), ("end_time", "1795400000"), ("page", page)], Report::Costs)
        };
        assert_eq!(ask("page_1795305600").unwrap().from_us, 1_795_305_600 * SECOND_US);
        for page in ["page_1795305601", "page_1795219200", "page_1795478400", "page_x", "1795305600", ""] {
            assert!(ask(page).is_err(), "{page}");
        }
    }

    proptest! {
        #[test]
        fn pages_cover_the_range_once(start in 0_i64..10_000_000, length in 1_i64..2_000_000, limit in 1_i64..=168) {
            let (end, limit) = ((start + length).to_string(), limit.to_string());
            let start = start.to_string();
            let mut page: Option<String> = None;
            let mut at_us = start.parse::<i64>().unwrap() * SECOND_US;
            loop {
                let mut query = vec![("start_time", start.as_str()), ("end_time", &end), ("limit", &limit), ("bucket_width", "1h")];
                if let Some(page) = &page {
                    query.push(("page", page));
                }
                let span = span(&query, Report::Usage).unwrap();
                for (from_us, until_us) in span.buckets() {
                    prop_assert_eq!(from_us, at_us);
                    prop_assert!(from_us < until_us && span.index(from_us) == span.index(until_us - 1));
                    at_us = until_us;
                }
                page = span.next_page();
                if page.is_none() {
                    break;
                }
            }
            prop_assert_eq!(at_us, end.parse::<i64>().unwrap() * SECOND_US);
        }
    }
}
