//! Micro-dollars as Stripe wants them: whole cents, or digits of a meter value. Nothing is rounded.

use kinora_billing::Micros;

use crate::Error;

/// Micro-dollars in a cent.
const CENT_MICROS: i64 = 10_000;

/// Stripe drops a meter value with more than 15 digits
/// (source: docs.stripe.com, error code `meter_event_value_too_many_digits`).
const METER_VALUE_MAX: i64 = 999_999_999_999_999;

/// The amount in cents.
///
/// # Errors
/// [`Error::Amount`] if it is not positive, or not whole cents.
pub fn cents(amount: Micros) -> Result<i64, Error> {
    let cents = amount.get().checked_div(CENT_MICROS).filter(|cents| *cents > 0);
    let exact = cents.filter(|cents| cents.checked_mul(CENT_MICROS) == Some(amount.get()));
    exact.ok_or(Error::Amount { amount, why: "it must be whole cents, and more than none" })
}

/// The amount of `cents`, or `None` if it does not fit.
pub fn from_cents(cents: i64) -> Option<Micros> {
    cents.checked_mul(CENT_MICROS).map(Micros::new)
}

/// The amount as the value of a meter event.
///
/// # Errors
/// [`Error::Amount`] if it is below zero, or has more than 15 digits.
pub fn meter_value(amount: Micros) -> Result<String, Error> {
    if !(0..=METER_VALUE_MAX).contains(&amount.get()) {
        return Err(Error::Amount { amount, why: "a meter takes 0 to 999999999999999" });
    }
    Ok(amount.get().to_string())
}
