//! Which requests are the same one, and for how long. Pure.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::Refusal;
use crate::blobs::hex;
use crate::clock::SECOND_US;

/// The header with the client's key, as it is shown.
pub const KEY_HEADER: &str = "Idempotency-Key";
/// Longest key, characters.
pub const KEY_CHARS_MAX: usize = 255;
/// How long an answer is given again for a key, microseconds: 24 hours.
pub const KEY_KEPT_US: i64 = 24 * 3_600 * SECOND_US;
/// How long an answer is given again to an SDK that tries again without a key, microseconds: a minute, since a tired SDK gives
/// up before that, and a person who wants the same once more does not.
pub const RETRY_KEPT_US: i64 = 60 * SECOND_US;
/// How long an SDK that was refused may take until it has tried again for the last time, microseconds: it waits for two
/// minutes at most.
pub const REFUSED_KEPT_US: i64 = 180 * SECOND_US;
/// How long after an SDK's later try was answered its first one may still come in, microseconds: its connection broke, and the
/// server had not read it yet. SDKs wait for half a second and more between two tries.
pub const OVERTAKEN_US: i64 = 2 * SECOND_US;

/// How often an official SDK tries again unless it is told otherwise.
pub const RETRIES_DEFAULT: u32 = 2;

/// What a request says about its being repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// A name for what it asks for, of the client's choice.
    Key(String),
    /// How often it was sent before, in the count of an official SDK.
    Count(u32),
}

/// The body of an answer that was given before. It may hold a new key, so that it shows itself to nobody but whoever asks.
pub struct Kept(pub Vec<u8>);

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({} bytes)", self.0.len())
    }
}

/// What is meant by a request that is not to be done twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What its key says.
    Keyed,
    /// Something new, even if the same was asked for a moment ago.
    First,
    /// What was meant by the same request a moment ago, if there was one.
    Again,
}

impl Kind {
    /// How long its answer is given again, microseconds.
    #[must_use]
    pub const fn answered_us(self) -> i64 {
        match self {
            Self::Keyed => KEY_KEPT_US,
            Self::First | Self::Again => RETRY_KEPT_US,
        }
    }

    /// When it was asked for: an SDK's later try when it came, however long its body then took.
    #[must_use]
    pub fn asked_us(self, arrived_us: i64, now_us: i64) -> i64 {
        match self {
            Self::Again => arrived_us.min(now_us),
            Self::Keyed | Self::First => now_us,
        }
    }

    /// How long something is known of it, microseconds.
    #[must_use]
    pub const fn kept_us(self) -> i64 {
        match self {
            Self::Keyed => KEY_KEPT_US,
            Self::First | Self::Again => REFUSED_KEPT_US,
        }
    }
}

/// The key in a header: a string of RFC 8941, which is in quotes, or bare.
///
/// # Errors
/// When it is neither, is too long, or holds something else than visible ASCII.
pub fn key_in(text: &[u8]) -> Result<String, Refusal> {
    let problem = || {
        let problem = format!("expected 1 to {KEY_CHARS_MAX} visible ASCII characters, bare or in quotes.");
        Refusal::invalid(KEY_HEADER, problem)
    };
    let text = std::str::from_utf8(text).map_err(|_| problem())?.trim_matches([' ', '\t']);
    let key = match text.strip_prefix('"') {
        Some(quoted) => unquoted(quoted).ok_or_else(problem)?,
        None => text.to_owned(),
    };
    let fits = (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(key) } else { Err(problem()) }
}

/// What stands between quotes, of which the first was taken off.
fn unquoted(quoted: &str) -> Option<String> {
    let mut key = String::new();
    let mut left = quoted.chars();
    loop {
        match left.next()? {
            '"' => return left.next().is_none().then_some(key),
            '\\' => key.push(left.next().filter(|next| matches!(next, '"' | '\\'))?),
            other => key.push(other),
        }
    }
}

/// The count in a header; `None` when it is no count, which is then as good as absent.
#[must_use]
pub fn count_in(text: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(text).ok()?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// What the same request is the same under: `parts`, of which no two lists look alike.
#[must_use]
pub fn id_of(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_try_counts_from_when_it_came_and_not_from_when_its_body_was_read() {
        assert_eq!(Kind::Again.asked_us(3, 90), 3);
        assert_eq!(Kind::Again.asked_us(i64::MAX, 90), 90, "never later than now");
        assert_eq!([Kind::First, Kind::Keyed].map(|kind| kind.asked_us(3, 90)), [90, 90]);
    }

    #[test]
    fn a_key_is_bare_or_quoted_and_the_same_either_way() {
        let longest = "k".repeat(KEY_CHARS_MAX);
        let quoted = format!("\"{longest}\"");
        for (text, key) in [
            ("a", "a"),
            ("\"a\"", "a"),
            (" a\t", "a"),
            ("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"),
            (r#""a\"b\\c""#, r#"a"b\c"#),
            (r#"a"b\c"#, r#"a"b\c"#),
            ("!~", "!~"),
            (longest.as_str(), longest.as_str()),
            (quoted.as_str(), longest.as_str()),
        ] {
            assert_eq!(key_in(text.as_bytes()).as_deref(), Ok(key), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused_by_the_name_of_its_header() {
        let too_long = "k".repeat(KEY_CHARS_MAX + 1);
        for text in [
            &b""[..],
            b"  ",
            b"\"\"",
            b"\"",
            b"\"a",
            b"\"a\"b",
            b"\"a\";p=1",
            b"\"a\\b\"",
            b"\"a\\",
            b"a b",
            b"\"a b\"",
            b"a\x7f",
            "ä".as_bytes(),
            b"\xff",
            too_long.as_bytes(),
        ] {
            let refusal = key_in(text).unwrap_err();
            assert_eq!(refusal.param(), Some(KEY_HEADER), "{text:?}");
        }
    }

    #[test]
    fn a_count_is_digits_alone() {
        for (text, count) in [(&b"0"[..], Some(0)), (b"1", Some(1)), (b"4294967295", Some(u32::MAX))] {
            assert_eq!(count_in(text), count);
        }
        for text in [&b""[..], b"-1", b"+1", b" 1", b"1.0", b"x", b"4294967296", b"\xff"] {
            assert_eq!(count_in(text), None, "{text:?}");
        }
    }

    #[test]
    fn parts_that_read_alike_when_joined_are_not_the_same() {
        assert_eq!(id_of(&["a", "b"]), id_of(&["a", "b"]));
        for other in [&["ab", ""][..], &["", "ab"], &["ab"], &["a", "b", ""], &["b", "a"]] {
            assert_ne!(id_of(&["a", "b"]), id_of(other), "{other:?}");
        }
    }
}
