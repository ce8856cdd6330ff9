//! An amount of money, and the one place where an amount is rounded. No prices are here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Microseconds in an hour.
const HOUR_US: u128 = 3_600_000_000;

/// Micro-dollars in a dollar.
const DOLLAR_MICROS: u64 = 1_000_000;

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
    /// whole micro-dollar.
    ///
    /// The only place where an amount is rounded. Up, so that a device that worked never cost
    /// nothing; to a millionth of a dollar, so that nobody sees the difference.
    ///
    /// `None` if `rate` is below zero, or if the cost does not fit.
    pub fn per_hour(rate: Self, device_us: u64) -> Option<Self> {
        let rate = u128::try_from(rate.0).ok()?;
        let cost = rate.checked_mul(u128::from(device_us))?.div_ceil(HOUR_US);
        i64::try_from(cost).ok().map(Self)
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
