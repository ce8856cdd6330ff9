//! What a rate limit means. Nothing here reads or writes anything.

use crate::clock::SECOND_US;

/// How long a video counts against its limit.
pub const WINDOW_US: i64 = 60 * SECOND_US;

/// The limit of a project that has none: as many as fit the type.
pub const UNLIMITED: i32 = i32::MAX;

/// How long until the limit leaves room again, milliseconds, if the video that is in the way was asked for at
/// `created_at_us`. At least one, so that nobody asks again at once.
#[must_use]
pub fn retry_after_ms(created_at_us: i64, now_us: i64) -> i64 {
    let left_us = created_at_us.saturating_add(WINDOW_US).saturating_sub(now_us);
    left_us.saturating_add(999).div_euclid(1_000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_ends_when_the_video_has_left_the_window_and_not_before() {
        let cases = [(0, 0, 60_000), (0, 1, 60_000), (0, 1_000, 59_999), (0, 59_999_999, 1), (5, 5, 60_000)];
        for (made_us, now_us, expected_ms) in cases {
            assert_eq!(retry_after_ms(made_us, now_us), expected_ms, "{made_us} {now_us}");
            assert!(now_us + retry_after_ms(made_us, now_us) * 1_000 >= made_us + WINDOW_US);
        }
    }
}
