//! What may be bought, and where a buyer may be sent. Pure.

use kinora_billing::{CENT_MICROS, Micros};
use reqwest::Url;

use crate::Refusal;

/// The least that may be bought: Stripe takes no less.
pub const CHECKOUT_MICROS_MIN: i64 = 500_000;
/// The most that may be bought at once: Stripe takes no more.
pub const CHECKOUT_MICROS_MAX: i64 = 999_999_990_000;
/// Longest address, characters.
const URL_CHARS_MAX: usize = 2_000;

/// Checks an amount that is to be bought.
///
/// # Errors
/// When it is no whole number of cents, or out of range.
pub fn check_amount(amount: Micros) -> Result<(), Refusal> {
    let range = CHECKOUT_MICROS_MIN..=CHECKOUT_MICROS_MAX;
    if range.contains(&amount.get()) && amount.get() % CENT_MICROS == 0 {
        return Ok(());
    }
    let (least, most) = (Micros::new(*range.start()), Micros::new(*range.end()));
    Err(Refusal::invalid("amount", format!("expected whole cents from {least} to {most}.")))
}

/// Checks an address to which the buyer's browser is sent.
///
/// # Errors
/// When it is not a whole web address.
pub fn check_url(param: &'static str, text: &str) -> Result<(), Refusal> {
    let is_web = |url: Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    if text.len() <= URL_CHARS_MAX && Url::parse(text).is_ok_and(is_web) {
        return Ok(());
    }
    let problem = format!(
        "expected a web address of at most {URL_CHARS_MAX} characters, for example \"https://example.com/paid\"."
    );
    Err(Refusal::invalid(param, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_is_bought_in_whole_cents_from_the_least_to_the_most() {
        for (micros, fits) in [
            (499_999, false),
            (500_000, true),
            (505_000, false),
            (510_000, true),
            (CHECKOUT_MICROS_MAX, true),
            (CHECKOUT_MICROS_MAX + CENT_MICROS, false),
            (-500_000, false),
        ] {
            assert_eq!(check_amount(Micros::new(micros)).is_ok(), fits, "{micros}");
        }
    }

    #[test]
    fn a_buyer_is_sent_to_web_addresses_alone() {
        for url in ["https://example.com", "http://localhost:3000/paid?x=1"] {
            assert!(check_url("success_url", url).is_ok(), "{url}");
        }
        for url in
            ["", "example.com", "javascript:alert(1)", "file:///etc/passwd", "//example.com", "https://"]
        {
            assert!(check_url("success_url", url).is_err(), "{url}");
        }
    }
}
