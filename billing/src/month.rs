//! Calendar months and days, always in UTC: what statements, limits and alerts go by.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Microseconds of a day.
pub const DAY_US: i64 = 86_400_000_000;

/// A calendar month in UTC, written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month of a time in microseconds since 1970.
    ///
    /// `None` outside of the years -9999 to 9999.
    #[must_use]
    pub fn of(at_us: i64) -> Option<Self> {
        let date = Timestamp::from_microsecond(at_us).ok()?.to_zoned(TimeZone::UTC).date();
        Some(Self { year: date.year(), month: date.month() })
    }

    /// As the database writes it: 202611.
    #[must_use]
    pub fn number(self) -> i32 {
        i32::from(self.year).saturating_mul(100).saturating_add(i32::from(self.month))
    }

    /// The month that the database writes so.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        let year = i16::try_from(number.checked_div(100)?).ok()?;
        let month = i8::try_from(number.checked_rem(100)?).ok()?;
        Date::new(year, month, 1).ok().map(|_| Self { year, month })
    }

    /// Its first microsecond and the first one after it, since 1970.
    #[must_use]
    pub fn range_us(self) -> Option<(i64, i64)> {
        let first = Date::new(self.year, self.month, 1).ok()?;
        let next = first.checked_add(1.month()).ok()?;
        Some((date_start_us(first)?, date_start_us(next)?))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a month is written YYYY-MM, for example 2026-11";
        let (year, month) = text.split_once('-').ok_or(wrong)?;
        let digits =
            |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(wrong);
        }
        let number = format!("{year}{month}").parse().map_err(|_| wrong)?;
        // The calendar of this crate ends in the year 9999: the last month has no first moment after it.
        Self::from_number(number).filter(|month| month.range_us().is_some()).ok_or(wrong)
    }
}

fn date_start_us(date: Date) -> Option<i64> {
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_microsecond())
}

/// The first microsecond of the UTC day written `2026-11-23`, since 1970.
#[must_use]
pub fn day_start_us(text: &str) -> Option<i64> {
    date_start_us(text.parse().ok()?)
}

/// The UTC day so many days after 1970-01-01, written like that one.
///
/// `None` outside of the years -9999 to 9999.
#[must_use]
pub fn day_name(days: i32) -> Option<String> {
    let first = Date::new(1970, 1, 1).ok()?;
    first.checked_add(jiff::Span::new().try_days(days).ok()?).ok().map(|date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_and_ends_where_the_calendar_says() {
        let (first, next) = "2026-12".parse::<Month>().unwrap().range_us().unwrap();
        assert_eq!((first, next), (1_796_083_200_000_000, 1_798_761_600_000_000));
        assert_eq!(Month::of(first).unwrap().to_string(), "2026-12");
        assert_eq!(Month::of(first - 1).unwrap().number(), 202_611);
        assert_eq!(Month::of(next).unwrap().to_string(), "2027-01");
    }

    #[test]
    fn a_day_is_counted_from_1970_and_written_as_the_calendar_does() {
        assert_eq!(day_name(0).unwrap(), "1970-01-01");
        assert_eq!(day_name(20_780).unwrap(), "2026-11-23");
        assert_eq!(day_start_us("2026-11-23"), Some(20_780 * 86_400_000_000));
        assert_eq!(day_name(i32::MAX), None);
    }

    #[test]
    fn a_month_that_is_written_otherwise_is_none() {
        for text in ["2026", "2026-1", "2026-13", "26-01", "2026-00", "2026-11-01", "+026-11", "9999-12"] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }
}
