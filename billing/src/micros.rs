//! An amount of money, and the one place where an amount is rounded. No prices are here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Microseconds in an hour.
const HOUR_US: u128 = 3_600_000_000;

/// Micro-dollars in a dollar.
const DOLLAR_MICROS: u64 = 1_000_000;
const DOLLAR_MICROS_SIGNED: i64 = 1_000_000;

/// Micro-dollars in a cent.
pub const CENT_MICROS: i64 = 10_000;

/// Digits after the dot of a dollar amount.
const DECIMALS: usize = 6;

/// Thousandths in one.
const MILLI: u128 = 1_000;

/// An amount in micro-dollars, millionths of a US dollar. May be below zero.
///
/// There are no operators on it: every sum and difference says what happens when it does not fit.
/// It is an integer in JSON and in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(i64);

impl Micros {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The amount of `micros` micro-dollars.
    pub const fn new(micros: i64) -> Self {
        Self(micros)
    }

    /// The amount in micro-dollars.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, or `None` if it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` if it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// What `device_us` microseconds of a device cost at `rate` per device-hour, rounded up to a
    /// whole micro-dollar: a device that worked never cost nothing.
    ///
    /// `None` if `rate` is below zero, or if the cost does not fit.
    pub fn per_hour(rate: Self, device_us: u64) -> Option<Self> {
        let rate = u128::try_from(rate.0).ok()?;
        Self::rounded_up(rate.checked_mul(u128::from(device_us))?, HOUR_US)
    }

    /// What `quantity_milli` thousandths of something cost at `unit` for a whole one, less
    /// `discount`, rounded up to a whole micro-dollar.
    ///
    /// `None` if `unit` or the quantity is below zero, or if the cost does not fit.
    pub fn priced(unit: Self, quantity_milli: i64, discount: BasisPoints) -> Option<Self> {
        let unit = u128::try_from(unit.0).ok()?;
        let quantity_milli = u128::try_from(quantity_milli).ok()?;
        let full = unit.checked_mul(quantity_milli)?;
        Self::rounded_up(full.checked_mul(discount.kept())?, MILLI * BasisPoints::WHOLE)
    }

    /// The only place where an amount is rounded. Up, and to a millionth of a dollar, so that
    /// nobody sees the difference; each line once, so that a sum of lines is exact.
    fn rounded_up(numerator: u128, denominator: u128) -> Option<Self> {
        let quotient = numerator.checked_div(denominator)?;
        let more = u128::from(numerator.checked_rem(denominator)? > 0);
        i64::try_from(quotient.checked_add(more)?).ok().map(Self)
    }

    /// The amount written in dollars as `text`: digits, and after a dot at most six more.
    ///
    /// `None` if it is not written so, or does not fit.
    pub fn parse_dollars(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(part) || part.len() > DECIMALS {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let part: i64 = format!("{part:0<DECIMALS$}").parse().ok()?;
        let micros = whole.checked_mul(DOLLAR_MICROS_SIGNED)?.checked_add(part)?;
        micros.checked_mul(sign).map(Self)
    }

    /// Dollars with all six decimals, without a sign of currency: `0.001234`, `-2.500000`.
    pub fn dollars(self) -> String {
        self.to_string().replace('$', "")
    }
}

/// A part of a whole in hundredths of a percent, 0 to 10 000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// Nothing off.
    pub const NONE: Self = Self(0);
    /// As many as a whole has.
    const WHOLE: u128 = 10_000;

    /// That many, if it is 0 to 10 000.
    pub fn new(points: i32) -> Option<Self> {
        u16::try_from(points).ok().filter(|points| u128::from(*points) <= Self::WHOLE).map(Self)
    }

    /// How many.
    pub fn get(self) -> i32 {
        i32::from(self.0)
    }

    /// What is left of a whole when these are taken off.
    fn kept(self) -> u128 {
        Self::WHOLE.saturating_sub(u128::from(self.0))
    }
}

impl fmt::Display for Micros {
    /// Dollars with all six decimals: `$0.001234`, `-$2.500000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let micros = self.0.unsigned_abs();
        write!(f, "{sign}${}.{:06}", micros / DOLLAR_MICROS, micros % DOLLAR_MICROS)
    }
}
