//! Which part of a file a request asks for, and whether it has it already: RFC 9110 §13 and §14, for one
//! range of bytes and strong tags.

use std::ops::Range;

use actix_web::http::header::{HeaderMap, HeaderName, IF_NONE_MATCH, IF_RANGE, RANGE};

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing: the caller has this version.
    Nothing,
    /// The whole file.
    Whole,
    /// These bytes of it, at least one.
    Part(Range<u64>),
    /// Bytes it does not have.
    Outside,
}

/// The headers that decide it.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    if_none_match: Option<String>,
    if_range: Option<String>,
    range: Option<String>,
}

impl Conditions {
    /// The conditions of a request. A header that is not text counts as absent.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let text =
            |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self { if_none_match: text(IF_NONE_MATCH), if_range: text(IF_RANGE), range: text(RANGE) }
    }

    /// What is to be sent of a file of `length` bytes whose tag, with its quotes, is `etag`.
    #[must_use]
    pub fn asked(&self, etag: &str, length: u64) -> Asked {
        if self.if_none_match.as_deref().is_some_and(|tags| has_tag(tags, etag)) {
            return Asked::Nothing;
        }
        // With If-Range, parts are only for those who have the rest of the same version.
        if self.if_range.as_deref().is_some_and(|tag| tag.trim() != etag) {
            return Asked::Whole;
        }
        self.range.as_deref().map_or(Asked::Whole, |range| part(range, length))
    }
}

/// Whether a list of tags names `etag`; weak ones count, as §13.1.2 says.
fn has_tag(tags: &str, etag: &str) -> bool {
    let named = |tag: &str| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag;
    tags.split(',').any(|tag| named(tag.trim()))
}

/// The one part that `range` asks for. A header that is malformed, of another unit, or asks for several
/// parts is ignored, which §14.2 allows.
fn part(range: &str, length: u64) -> Asked {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|set| set.trim().split_once('-'))
    else {
        return Asked::Whole;
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(Some(last))) if last < first => Asked::Whole,
        (Some(Some(first)), Some(last)) => {
            let end = last.map_or(length, |last| last.saturating_add(1).min(length));
            if first < end { Asked::Part(first..end) } else { Asked::Outside }
        }
        (Some(None), Some(Some(suffix))) => {
            let start = length.saturating_sub(suffix);
            if start < length { Asked::Part(start..length) } else { Asked::Outside }
        }
        _ => Asked::Whole,
    }
}

/// `Some(None)` for no digits, `None` for something else than digits. A number too large for any file is
/// the largest there is.
fn number(digits: &str) -> Option<Option<u64>> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| (!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str, length: u64) -> Asked {
        Conditions { range: Some(range.into()), ..Conditions::default() }.asked("\"a\"", length)
    }

    #[test]
    fn one_range_is_cut_at_the_end_and_several_are_ignored() {
        for (range, expected) in [
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=2-", Asked::Part(2..10)),
            ("bytes=2-99", Asked::Part(2..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-99", Asked::Part(0..10)),
            ("bytes=0-99999999999999999999999", Asked::Part(0..10)),
            ("bytes=10-", Asked::Outside),
            ("bytes=99999999999999999999999-", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=5-2", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("items=0-1", Asked::Whole),
            ("", Asked::Whole),
        ] {
            assert_eq!(asked(range, 10), expected, "{range:?}");
        }
        assert_eq!(asked("bytes=0-", 0), Asked::Outside);
        assert_eq!(asked("bytes=-1", 0), Asked::Outside);
    }

    #[test]
    fn a_caller_that_has_the_file_gets_nothing_and_one_with_another_version_gets_it_all() {
        let with = |none_match: Option<&str>, if_range: Option<&str>| Conditions {
            if_none_match: none_match.map(str::to_owned),
            if_range: if_range.map(str::to_owned),
            range: Some("bytes=0-1".into()),
        };
        let etag = "\"a\"";
        for tags in ["\"a\"", "W/\"a\"", "*", "\"b\", \"a\""] {
            assert_eq!(with(Some(tags), None).asked(etag, 10), Asked::Nothing, "{tags}");
        }
        assert_eq!(with(Some("\"b\""), None).asked(etag, 10), Asked::Part(0..2));
        assert_eq!(with(None, Some("\"a\"")).asked(etag, 10), Asked::Part(0..2));
        for other in ["\"b\"", "W/\"a\"", "Sat, 21 Nov 2026 00:00:00 GMT"] {
            assert_eq!(with(None, Some(other)).asked(etag, 10), Asked::Whole, "{other}");
        }
    }
}
