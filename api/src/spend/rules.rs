//! How money is written on the wire. Nothing here reads or writes anything.

use kinora_billing::{CENT_MICROS, Error, Micros};

use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::http::fields::AMOUNT_MAX;
use crate::{ApiError, Refusal};

/// Largest amount that a request may name, cents.
pub const CENTS_MAX: i64 = AMOUNT_MAX.get() / CENT_MICROS;
/// The latest time that a request may name, Unix seconds: the end of the year 9999.
pub const TIME_MAX: i64 = 253_402_300_799;

/// The amount of so many cents.
#[must_use]
pub const fn of_cents(cents: i64) -> Micros {
    Micros::new(cents.saturating_mul(CENT_MICROS))
}

/// The whole cents of an amount.
#[must_use]
pub const fn cents(amount: Micros) -> i64 {
    amount.get().div_euclid(CENT_MICROS)
}

/// The amount as a JSON number of dollars, as OpenAI writes it: the nearest there is, which up to a thousand million
/// dollars is written with the same six decimals.
#[must_use]
pub fn number(amount: Micros) -> f64 {
    amount.dollars().parse().unwrap_or_default()
}

/// Takes a time in Unix seconds; in microseconds.
///
/// # Errors
/// When it is of another type or out of range.
pub fn time_us(fields: &mut Fields, name: &str) -> Result<Option<i64>, Refusal> {
    let seconds = fields.integer(name, 0..=TIME_MAX)?;
    Ok(seconds.map(|seconds| seconds.saturating_mul(SECOND_US)))
}

/// What is answered when money does not move for what a field says.
pub fn refused(param: &'static str) -> impl Fn(Error) -> ApiError {
    move |error| match error {
        Error::Invalid(problem) => Refusal::invalid(param, problem + ".").into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_as_the_number_a_person_would_write() {
        for (micros, text) in [
            (0, "0.0"),
            (1, "1e-6"),
            (4_000, "0.004"),
            (123_456, "0.123456"),
            (1_000_000, "1.0"),
            (999_999_999_999_999, "999999999.999999"),
            (-2_500_000, "-2.5"),
        ] {
            assert_eq!(serde_json::to_string(&number(Micros::new(micros))).unwrap(), text);
        }
    }

    #[test]
    fn cents_are_exact_both_ways() {
        for count in [0, 1, 99, CENTS_MAX] {
            assert_eq!(cents(of_cents(count)), count);
        }
    }
}
