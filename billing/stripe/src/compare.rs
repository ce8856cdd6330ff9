//! What a difference between the two books of a day means. A pure decision: it asks nobody and changes nothing.

use kinora_billing::mirror::{State, Told};

/// Most unsure rows of a day among which the ones that arrived are looked for: each doubles the search.
const UNSURE_MAX: usize = 20;

/// How long after a row was settled Stripe's sums are trusted to have it, microseconds.
const LAG_US: i64 = 3_600_000_000;

/// How long after something happened Stripe should have been told, microseconds.
const LATE_US: i64 = 3_600_000_000;

/// How long Stripe takes an event back, with an hour to spare, microseconds.
const CANCEL_US: i64 = 23 * 3_600_000_000;

/// How often a row is told by a new name. One that does not arrive as often is for a person to look at.
const NAMES_MAX: u32 = 3;

/// What is to be done about a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The books agree.
    Agree,
    /// It is too early to say.
    Wait,
    /// These unsure rows did arrive, and those did not and are sent again; indices into the rows.
    Repair {
        /// Arrived.
        confirm: Vec<usize>,
        /// To be sent again.
        again: Vec<usize>,
    },
    /// This row was counted by its first name and by this one: the later is taken back. An index into the rows.
    Cancel(usize),
    /// A person has to look at it.
    List(String),
}

/// Our statement of the day: every row, however far it is, micro-dollars. `None` if it does not fit.
pub fn statement(rows: &[Told]) -> Option<i64> {
    sum(rows, |_| true)
}

/// What may have reached Stripe: rows that arrived or may have.
fn told_sum(rows: &[Told]) -> Option<i64> {
    sum(rows, was_told)
}

fn was_told(told: &Told) -> bool {
    matches!(told.state, State::Sent | State::Unsure)
}

fn sum(rows: &[Told], which: impl Fn(&Told) -> bool) -> Option<i64> {
    rows.iter().filter(|told| which(told)).try_fold(0_i64, |sum, told| sum.checked_add(told.amount.get()))
}

/// Decides about a day's `rows` when Stripe has counted `theirs` micro-dollars. The books agree only if Stripe's sum is our
/// [`statement`]: what was refused, or has waited for too long, is a difference.
pub fn decide(rows: &[Told], theirs: i64, now_us: i64) -> Verdict {
    let waits = rows.iter().any(|told| told.state == State::Pending);
    match (decide_told(rows, theirs, now_us), untold(rows, now_us)) {
        (Verdict::Agree, None) if waits => Verdict::Wait,
        (Verdict::Agree | Verdict::Wait, Some(why)) => Verdict::List(why),
        (Verdict::List(first), Some(then)) => Verdict::List(format!("{first}; {then}")),
        // What is repaired is repaired first; the rest is listed by the next comparison.
        (verdict, _) => verdict,
    }
}

/// Which rows Stripe has not been told of, and what is to be done about that.
fn untold(rows: &[Told], now_us: i64) -> Option<String> {
    let refused = rows.iter().filter(|told| told.state == State::Refused).count();
    let late =
        |told: &&Told| told.state == State::Pending && now_us.saturating_sub(told.occurred_at_us) >= LATE_US;
    let pending = rows.iter().filter(late).count();
    let mut parts = Vec::new();
    if refused > 0 {
        parts.push(format!(
            "{refused} rows were refused by Stripe: mend the cause and run `kinora report stripe --retry`"
        ));
    }
    if pending > 0 {
        parts.push(format!("{pending} rows are not told yet"));
    }
    Some(parts.join("; ")).filter(|text| !text.is_empty())
}

/// Decides about the rows that were told.
///
/// Every value that was sent is 0 or more, so what Stripe counted is at least every row in it: a row larger than `theirs` was
/// provably not counted. Among unsure rows it does not matter which of them arrived, only that those which are sent again and
/// those which arrived add up to all of them.
fn decide_told(rows: &[Told], theirs: i64, now_us: i64) -> Verdict {
    let open = |told: &Told| told.state == State::Pending && told.tried;
    let fresh = |told: &Told| {
        was_told(told) && told.settled_at_us.is_some_and(|at_us| now_us.saturating_sub(at_us) < LAG_US)
    };
    let (Some(sure), Some(all)) = (sum(rows, |told| told.state == State::Sent), told_sum(rows)) else {
        return listed("the amounts do not fit into 64 bits");
    };
    let unsure: Vec<usize> = indices(rows, |told| told.state == State::Unsure);
    if theirs == all && unsure.is_empty() {
        return Verdict::Agree;
    }
    if rows.iter().any(|told| open(told) || fresh(told)) {
        return Verdict::Wait;
    }
    if unsure.is_empty() && theirs > all {
        return too_much(rows, theirs.saturating_sub(all), now_us);
    }
    if theirs >= sure && !unsure.is_empty() {
        return doubtful(rows, &unsure, theirs.saturating_sub(sure));
    }
    missing(rows, theirs, all)
}

fn listed(why: &str) -> Verdict {
    Verdict::List(why.to_owned())
}

fn indices(rows: &[Told], which: impl Fn(&Told) -> bool) -> Vec<usize> {
    rows.iter().enumerate().filter(|(_, told)| which(told)).map(|(at, _)| at).collect()
}

/// Some of the unsure rows arrived: those that add up to what Stripe has beyond the sure ones.
fn doubtful(rows: &[Told], unsure: &[usize], beyond: i64) -> Verdict {
    if unsure.len() > UNSURE_MAX {
        return listed("too many rows are unsure");
    }
    let amounts: Vec<i64> =
        unsure.iter().filter_map(|at| rows.get(*at)).map(|told| told.amount.get()).collect();
    let Some(arrived) = subset(&amounts, beyond) else {
        return listed("no choice of the unsure rows explains what Stripe counted");
    };
    let part = |wanted: bool| {
        let chosen = unsure.iter().zip(&arrived).filter(move |(_, is)| **is == wanted);
        chosen.map(|(at, _)| *at).collect::<Vec<_>>()
    };
    let (confirm, again) = (part(true), part(false));
    if again.iter().any(|at| rows.get(*at).is_some_and(|told| next_name(told).is_none())) {
        return listed("a row was sent again and again, and did not arrive");
    }
    Verdict::Repair { confirm, again }
}

/// Which of the amounts add up to `wanted`, if some do. All are above zero.
fn subset(amounts: &[i64], wanted: i64) -> Option<Vec<bool>> {
    if wanted == 0 {
        return Some(vec![false; amounts.len()]);
    }
    let (first, rest) = amounts.split_first()?;
    let with = || {
        let left = wanted.checked_sub(*first).filter(|left| *left >= 0)?;
        Some((true, subset(rest, left)?))
    };
    let (is, mut others) = with().or_else(|| Some((false, subset(rest, wanted)?)))?;
    others.insert(0, is);
    Some(others)
}

/// Stripe counted less than what was sent.
fn missing(rows: &[Told], theirs: i64, all: i64) -> Verdict {
    let again = indices(rows, |row| was_told(row) && row.amount.get() > theirs);
    let lost = sum(rows, |row| was_told(row) && row.amount.get() > theirs);
    if again.is_empty() || lost.and_then(|lost| lost.checked_add(theirs)).is_none_or(|total| total > all) {
        return listed("Stripe counted less, and which rows it has not cannot be proved");
    }
    // A row Stripe accepted and then dropped will be dropped again, unless its reason was mended: one more try, not more.
    if again.iter().any(|at| rows.get(*at).is_some_and(|row| row.name != row.id)) {
        return listed("a row was sent again, and Stripe does not count it");
    }
    Verdict::Repair { confirm: Vec::new(), again }
}

/// Stripe counted more than what was sent.
fn too_much(rows: &[Told], surplus: i64, now_us: i64) -> Verdict {
    let recent =
        |told: &Told| told.settled_at_us.is_some_and(|at_us| now_us.saturating_sub(at_us) < CANCEL_US);
    let twice = indices(rows, |told| {
        told.state == State::Sent && told.name != told.id && told.amount.get() == surplus
    });
    match twice.as_slice() {
        [] => listed("Stripe counted more than was sent, and no row explains it"),
        [only] if rows.get(*only).is_some_and(recent) => Verdict::Cancel(*only),
        [_] => listed("Stripe counted a row twice, and takes events back for 24 hours only"),
        _ => listed("Stripe counted more than was sent, and several rows would explain it"),
    }
}

/// The name by which a row is told the next time: its id and a number.
pub fn next_name(told: &Told) -> Option<String> {
    let number: u32 = match told.name.strip_prefix(told.id.as_str())?.strip_prefix("-r") {
        None => 0,
        Some(number) => number.parse().ok()?,
    };
    let next = number.checked_add(1).filter(|next| *next <= NAMES_MAX)?;
    Some(format!("{}-r{next}", told.id))
}

#[cfg(test)]
mod tests {
    use kinora_billing::Micros;

    use super::*;

    const NOW_US: i64 = 1_795_435_200_000_000;

    fn told(id: &str, amount: i64, state: State) -> Told {
        let settled_at_us = Some(NOW_US - 2 * LAG_US);
        let (amount, name) = (Micros::new(amount), id.to_owned());
        let occurred_at_us = NOW_US - 2 * LATE_US;
        Told { id: id.to_owned(), name, amount, state, tried: true, occurred_at_us, settled_at_us }
    }

    fn repair(confirm: &[usize], again: &[usize]) -> Verdict {
        Verdict::Repair { confirm: confirm.to_vec(), again: again.to_vec() }
    }

    #[test]
    fn equal_sums_agree_and_an_empty_day_is_one() {
        assert_eq!(decide(&[], 0, NOW_US), Verdict::Agree);
        let rows = [told("a", 3, State::Sent), told("b", 4, State::Sent)];
        assert_eq!(decide(&rows, 7, NOW_US), Verdict::Agree);
    }

    #[test]
    fn a_refused_row_is_listed_whatever_else_is_found_and_never_agrees() {
        let rows = [told("a", 3, State::Sent), told("b", 4, State::Sent), told("c", 9, State::Refused)];
        let refused = "1 rows were refused by Stripe: mend the cause and run `kinora report stripe --retry`";
        assert_eq!(decide(&rows, 7, NOW_US), listed(refused));
        assert_eq!(statement(&rows), Some(16));
        let Verdict::List(both) = decide(&rows, 12, NOW_US) else { panic!("12 is not explained") };
        assert!(both.starts_with("Stripe counted more") && both.ends_with(refused), "{both}");
        for theirs in 0..40 {
            assert_ne!(decide(&rows, theirs, NOW_US), Verdict::Agree, "{theirs}");
        }
    }

    #[test]
    fn a_row_that_was_not_told_within_an_hour_is_listed() {
        let late = |tried| Told { tried, settled_at_us: None, ..told("a", 3, State::Pending) };
        for tried in [false, true] {
            assert_eq!(decide(&[late(tried)], 0, NOW_US), listed("1 rows are not told yet"));
            let early = Told { occurred_at_us: NOW_US - LATE_US + 1, ..late(tried) };
            assert_eq!(decide(&[early], 0, NOW_US), Verdict::Wait, "it may still be told in time");
        }
    }

    #[test]
    fn of_unsure_rows_those_that_arrived_are_the_ones_that_add_up() {
        let rows = [
            told("a", 10, State::Sent),
            told("b", 3, State::Unsure),
            told("c", 5, State::Unsure),
            told("d", 8, State::Unsure),
        ];
        assert_eq!(decide(&rows, 10, NOW_US), repair(&[], &[1, 2, 3]));
        assert_eq!(decide(&rows, 15, NOW_US), repair(&[2], &[1, 3]));
        assert_eq!(decide(&rows, 26, NOW_US), repair(&[1, 2, 3], &[]));
        assert!(matches!(decide(&rows, 14, NOW_US), Verdict::List(_)), "4 is no sum of 3, 5 and 8");
        assert!(matches!(decide(&rows, 27, NOW_US), Verdict::List(_)), "more than all of them");
    }

    #[test]
    fn whatever_is_repaired_the_sums_agree_afterwards() {
        let rows: Vec<Told> = (1..=10)
            .map(|n| told(&format!("r{n}"), n * n, if n % 3 == 0 { State::Sent } else { State::Unsure }))
            .collect();
        for theirs in 0..=statement(&rows).unwrap() {
            if let Verdict::Repair { again, .. } = decide(&rows, theirs, NOW_US) {
                let sent: i64 = again.iter().map(|at| rows[*at].amount.get()).sum();
                assert!(theirs + sent <= statement(&rows).unwrap(), "never too much: {theirs}");
            }
        }
    }

    #[test]
    fn a_row_larger_than_all_that_was_counted_was_not_counted() {
        let rows = [told("a", 3, State::Sent), told("b", 4, State::Sent), told("c", 9, State::Sent)];
        assert_eq!(decide(&rows, 7, NOW_US), repair(&[], &[2]));
        assert_eq!(decide(&rows, 0, NOW_US), repair(&[], &[0, 1, 2]));
        assert!(matches!(decide(&rows, 12, NOW_US), Verdict::List(_)), "perhaps b, but 12 is no proof");
        assert!(matches!(decide(&rows, 8, NOW_US), Verdict::List(_)), "8 + 9 would be too much");
    }

    #[test]
    fn a_surplus_is_taken_back_only_if_one_row_explains_it_and_it_is_recent() {
        let again = |id: &str, amount| Told { name: format!("{id}-r1"), ..told(id, amount, State::Sent) };
        let rows = [told("a", 3, State::Sent), again("b", 4)];
        assert_eq!(decide(&rows, 11, NOW_US), Verdict::Cancel(1));
        assert!(matches!(decide(&rows, 10, NOW_US), Verdict::List(_)), "a was never sent by another name");
        assert!(
            matches!(decide(&rows, 11, NOW_US + CANCEL_US), Verdict::List(_)),
            "Stripe takes nothing back any more"
        );
        assert!(
            matches!(decide(&[again("a", 4), again("b", 4)], 12, NOW_US), Verdict::List(_)),
            "one of two"
        );
    }

    #[test]
    fn nothing_is_concluded_while_a_row_is_on_its_way_or_just_arrived() {
        let fresh = Told { settled_at_us: Some(NOW_US - 1), ..told("a", 3, State::Sent) };
        assert_eq!(decide(&[fresh], 0, NOW_US), Verdict::Wait);
        let just = |tried| Told {
            occurred_at_us: NOW_US - 1,
            settled_at_us: None,
            tried,
            ..told("a", 3, State::Pending)
        };
        assert_eq!(decide(&[just(true)], 3, NOW_US), Verdict::Wait);
        assert_eq!(decide(&[just(false)], 0, NOW_US), Verdict::Wait);
    }

    #[test]
    fn a_row_gets_three_further_names() {
        let mut row = told("mir_1", 3, State::Unsure);
        for name in ["mir_1-r1", "mir_1-r2", "mir_1-r3"] {
            row.name = next_name(&row).unwrap();
            assert_eq!(row.name, name);
        }
        assert_eq!(next_name(&row), None);
    }

    #[test]
    fn twenty_unsure_rows_are_searched_and_more_are_listed() {
        let rows = |count: i64| {
            (0..count).map(|n| told(&format!("r{n}"), 2 + 2 * n, State::Unsure)).collect::<Vec<_>>()
        };
        assert!(matches!(decide(&rows(20), 211, NOW_US), Verdict::List(_)), "all are even");
        assert_eq!(decide(&rows(21), 2, NOW_US), listed("too many rows are unsure"));
    }
}
