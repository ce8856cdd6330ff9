//! Amounts add up exactly or not at all, and round once, upwards.

use kinora_billing::Micros;
use proptest::prelude::*;

/// Microseconds in an hour.
const HOUR_US: i128 = 3_600_000_000;

#[test]
fn an_hour_costs_the_rate_and_no_time_costs_nothing() {
    let rate = Micros::new(350_000);
    assert_eq!(Micros::per_hour(rate, 3_600_000_000), Some(rate));
    assert_eq!(Micros::per_hour(rate, 7_200_000_000), Some(Micros::new(700_000)));
    assert_eq!(Micros::per_hour(rate, 0), Some(Micros::ZERO));
    assert_eq!(Micros::per_hour(Micros::ZERO, u64::MAX), Some(Micros::ZERO));
}

#[test]
fn a_part_of_a_micro_dollar_counts_as_a_whole_one() {
    let rate = Micros::new(3_600_000);
    assert_eq!(Micros::per_hour(rate, 1), Some(Micros::new(1)), "a thousandth, rounded up");
    assert_eq!(Micros::per_hour(rate, 1_000), Some(Micros::new(1)), "exactly one");
    assert_eq!(Micros::per_hour(rate, 1_001), Some(Micros::new(2)));
}

#[test]
fn a_rate_below_zero_and_a_cost_that_does_not_fit_have_no_answer() {
    assert_eq!(Micros::per_hour(Micros::new(-1), 1), None);
    assert_eq!(Micros::per_hour(Micros::new(i64::MIN), 1), None);
    assert_eq!(Micros::per_hour(Micros::new(i64::MAX), u64::MAX), None);
    assert_eq!(Micros::per_hour(Micros::new(i64::MAX), 3_600_000_000), Some(Micros::new(i64::MAX)));
    assert_eq!(Micros::per_hour(Micros::new(i64::MAX), 3_600_000_001), None);
}

#[test]
fn an_amount_is_shown_in_dollars_with_six_decimals() {
    let shown = [
        (0, "$0.000000"),
        (1_234, "$0.001234"),
        (-1_234, "-$0.001234"),
        (2_500_000, "$2.500000"),
        (-2_500_000, "-$2.500000"),
        (i64::MAX, "$9223372036854.775807"),
        (i64::MIN, "-$9223372036854.775808"),
    ];
    for (micros, text) in shown {
        assert_eq!(Micros::new(micros).to_string(), text);
    }
}

#[test]
fn an_amount_is_an_integer_in_json_and_never_a_fraction() {
    assert_eq!(serde_json::to_string(&Micros::new(-7)).unwrap(), "-7");
    assert_eq!(serde_json::from_str::<Micros>("1234").unwrap(), Micros::new(1234));
    for wrong in ["1.0", "1e3", "\"1\"", "9223372036854775808", "null"] {
        assert!(serde_json::from_str::<Micros>(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn the_cost_is_the_smallest_whole_amount_that_covers_the_time(
        rate in prop_oneof![0..=i64::MAX, 0..=10_000_000_i64],
        device_us in prop_oneof![any::<u64>(), 0..=10_000_000_000_u64],
    ) {
        let exact = i128::from(rate) * i128::from(device_us);
        match Micros::per_hour(Micros::new(rate), device_us) {
            Some(cost) => {
                let cost = i128::from(cost.get());
                prop_assert!(cost * HOUR_US >= exact);
                prop_assert!((cost - 1) * HOUR_US < exact);
            }
            None => prop_assert!(exact > i128::from(i64::MAX) * HOUR_US),
        }
    }

    #[test]
    fn splitting_the_time_never_makes_it_cheaper_and_adds_less_than_a_micro_dollar_per_part(
        rate in 0..=1_000_000_000_i64,
        parts in prop::collection::vec(0..=100_000_000_000_u64, 1..20),
    ) {
        let rate = Micros::new(rate);
        let whole = Micros::per_hour(rate, parts.iter().sum()).unwrap();
        let mut split = Micros::ZERO;
        for part in &parts {
            split = split.checked_add(Micros::per_hour(rate, *part).unwrap()).unwrap();
        }
        let extra = split.checked_sub(whole).unwrap().get();
        prop_assert!((0..i64::try_from(parts.len()).unwrap()).contains(&extra));
    }

    #[test]
    fn sums_and_differences_are_exact_or_refused(a in any::<i64>(), b in any::<i64>()) {
        let [x, y] = [a, b].map(Micros::new);
        let exact = |wide: i128| i64::try_from(wide).ok().map(Micros::new);
        prop_assert_eq!(x.checked_add(y), exact(i128::from(a) + i128::from(b)));
        prop_assert_eq!(x.checked_sub(y), exact(i128::from(a) - i128::from(b)));
    }

    #[test]
    fn what_is_written_as_json_or_as_text_is_the_same_amount(a in any::<i64>()) {
        let amount = Micros::new(a);
        let json = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(serde_json::from_str::<Micros>(&json).unwrap(), amount);
        let digits = amount.to_string().replace(['$', '.'], "");
        prop_assert_eq!(digits.parse::<i64>().unwrap(), a);
    }
}
