//! A price list as a file: what it may say, and every fault named by where it is. Nothing here reads a database.

use std::collections::BTreeSet;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::{Item, Micros, Operation, Price, day_start_us};

/// The list that is loaded where the operator names none. It says itself that it is an example.
pub const EXAMPLE_PRICES: &str = include_str!("../prices/2026-01-01-example.toml");

/// The examples that are loaded together where the operator names no list, in the order in which they come into force.
pub const EXAMPLES: [&str; 2] = [EXAMPLE_PRICES, include_str!("../prices/2026-11-27-example.toml")];

/// Largest file, bytes.
const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Largest amount, micro-dollars: a million dollars, so that no video's price fails to fit.
const PRICE_MICROS_MAX: i64 = 1_000_000_000_000;
/// Longest id, model or tier, bytes.
const NAME_BYTES_MAX: usize = 64;

/// A price list that can be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceFile {
    /// Its name, unique for ever.
    pub id: String,
    /// From when it is in force, microseconds since 1970.
    pub effective_at_us: i64,
    /// What each item costs.
    pub prices: Vec<(Item, Price)>,
    /// The file as it was.
    pub content: String,
    /// SHA-256 of `content`, lower-case hexadecimal.
    pub sha256: String,
}

/// Why a file is no price list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PriceFileError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    effective: String,
    currency: String,
    prices: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    model: String,
    operations: Vec<Operation>,
    tier: String,
    per_second_micros: i64,
    #[serde(default)]
    per_job_micros: i64,
    #[serde(default)]
    per_reference_micros: i64,
}

impl PriceFile {
    /// Reads a file: TOML with `id`, `effective` (a UTC day, or a time as RFC 3339 writes it), `currency`,
    /// and `[[prices]]` with `model`, `operations`, `tier` and amounts in whole micro-dollars.
    ///
    /// # Errors
    /// What is wrong and where.
    pub fn parse(content: &str) -> Result<Self, PriceFileError> {
        let refuse = |why: String| PriceFileError(why);
        if content.len() > FILE_BYTES_MAX {
            return Err(refuse(format!("a price list has at most {FILE_BYTES_MAX} bytes")));
        }
        let file: File = toml::from_str(content).map_err(|error| refuse(error.to_string()))?;
        check_name("id", &file.id)?;
        if file.currency != "usd" {
            return Err(refuse(format!("`currency` must be \"usd\", not {:?}", file.currency)));
        }
        let effective_at_us = time_us(&file.effective).ok_or_else(|| {
            refuse(format!(
                "`effective` must be a day like 2026-11-01 or a time like 2026-11-01T12:00:00Z, not {:?}",
                file.effective
            ))
        })?;
        if file.prices.is_empty() {
            return Err(refuse("`prices` has no row".to_owned()));
        }
        let sha256 = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        let prices = rows(file.prices)?;
        Ok(Self { id: file.id, effective_at_us, prices, content: content.to_owned(), sha256 })
    }

    /// Whether it says what `item` costs.
    #[must_use]
    pub fn has(&self, item: &Item) -> bool {
        self.prices.iter().any(|(priced, _)| priced == item)
    }
}

fn rows(rows: Vec<Row>) -> Result<Vec<(Item, Price)>, PriceFileError> {
    let mut seen = BTreeSet::new();
    let mut prices = Vec::new();
    for row in rows {
        check_name("model", &row.model)?;
        check_name("tier", &row.tier)?;
        let about = format!("the price of {} at {}", row.model, row.tier);
        let amounts = [row.per_second_micros, row.per_job_micros, row.per_reference_micros];
        if amounts.iter().any(|amount| !(0..=PRICE_MICROS_MAX).contains(amount)) {
            return Err(PriceFileError(format!("{about} must be 0 to {PRICE_MICROS_MAX} micro-dollars")));
        }
        if row.operations.is_empty() {
            return Err(PriceFileError(format!("{about} names no operation")));
        }
        for operation in row.operations {
            let item = Item { model: row.model.clone(), operation, tier: row.tier.clone() };
            if !seen.insert((item.model.clone(), operation.name(), item.tier.clone())) {
                return Err(PriceFileError(format!("{about} is there twice for {operation}")));
            }
            let price = Price {
                per_second: Micros::new(row.per_second_micros),
                per_job: Micros::new(row.per_job_micros),
                per_reference: Micros::new(row.per_reference_micros),
            };
            prices.push((item, price));
        }
    }
    Ok(prices)
}

fn check_name(what: &str, name: &str) -> Result<(), PriceFileError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/".contains(c);
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.chars().all(plain) {
        return Err(PriceFileError(format!(
            "`{what}` must have 1 to {NAME_BYTES_MAX} letters, digits or -_.:/, not {name:?}"
        )));
    }
    Ok(())
}

fn time_us(text: &str) -> Option<i64> {
    day_start_us(text)
        .filter(|_| text.len() == "2026-11-01".len())
        .or_else(|| text.parse::<jiff::Timestamp>().ok().map(|time| time.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_price_list_and_says_that_it_is_an_example() {
        let file = PriceFile::parse(EXAMPLE_PRICES).unwrap();
        assert!(file.id.contains("example"));
        assert!(EXAMPLE_PRICES.contains("IT IS AN EXAMPLE"));
        assert_eq!(file.effective_at_us, 1_767_225_600_000_000);
        assert_eq!(file.prices.len(), 30, "2 models, 5 operations, 3 tiers");
    }

    #[test]
    fn a_later_example_has_every_row_of_the_one_before_and_charges_for_likenesses_in_what_is_changed() {
        let [first, second] = EXAMPLES.map(|text| PriceFile::parse(text).unwrap());
        assert!(first.effective_at_us < second.effective_at_us && first.id != second.id);
        assert!(EXAMPLES[1].contains("IT IS AN EXAMPLE"));
        for ((item, before), (same, after)) in first.prices.iter().zip(&second.prices) {
            assert_eq!(item, same);
            assert_eq!((before.per_second, before.per_job), (after.per_second, after.per_job), "{item:?}");
            if item.model == "kinora-mini" {
                assert_eq!(after.per_reference, Micros::new(1_000), "{item:?}");
            }
        }
        assert_eq!(first.prices.len(), second.prices.len());
    }

    #[test]
    fn a_file_that_is_no_price_list_says_why() {
        let row =
            "[[prices]]\nmodel = \"m\"\noperations = [\"create\"]\ntier = \"720p\"\nper_second_micros = 1\n";
        let head = "id = \"a\"\neffective = \"2026-11-01\"\ncurrency = \"usd\"\n";
        assert!(PriceFile::parse(&format!("{head}{row}")).is_ok());
        let wrong = [
            (format!("{head}{row}{row}"), "twice"),
            (format!("{head}prices = []"), "no row"),
            (format!("{}{row}", head.replace("usd", "eur")), "currency"),
            (format!("{}{row}", head.replace("2026-11-01", "soon")), "effective"),
            (format!("{}{row}", head.replace("\"a\"", "\"a b\"")), "`id`"),
            (format!("{head}{}", row.replace("= 1", "= -1")), "must be 0 to"),
            (format!("{head}{}", row.replace("= 1", "= 1000000000001")), "must be 0 to"),
            (format!("{head}{}", row.replace("= 1", "= 0.5")), "per_second_micros"),
            (format!("{head}{}", row.replace("create", "steal")), "steal"),
            (format!("{head}{}", row.replace("tier", "teir")), "teir"),
        ];
        for (content, expected) in wrong {
            let error = PriceFile::parse(&content).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
