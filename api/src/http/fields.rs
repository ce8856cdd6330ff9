//! The fields of a request, whether they came as JSON or as a form. A field is taken once, as the type it
//! must have; what is left at the end does not exist. Nothing is rounded, clamped or guessed.

use std::ops::RangeInclusive;

use kinora_billing::Micros;
use serde_json::{Map, Number, Value};

use super::multipart::insert;
use super::spool::Upload;
use crate::Refusal;
use crate::refusal::shown;

/// Largest amount that a request may name: ten thousand million dollars.
pub const AMOUNT_MAX: Micros = Micros::new(10_000_000_000_000_000);

/// The fields that have not been taken yet.
#[derive(Debug, Default)]
pub struct Fields {
    pub(super) values: Map<String, Value>,
    /// Parts with a file that is not empty.
    pub(super) files: Vec<(String, Upload)>,
    /// In a form every value is text, so that `7` must count as a number.
    pub(super) textual: bool,
    /// In a form the text `null` stands for a value that is absent, as OpenAI's SDKs write it; in a query it does not.
    pub(super) null_is_absent: bool,
}

impl Fields {
    /// The fields of a JSON object.
    ///
    /// # Errors
    /// When the text is not JSON, or not an object.
    pub fn from_json(text: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(text) {
            Ok(Value::Object(values)) => Ok(Self { values, ..Self::default() }),
            Ok(other) => Err(Refusal::Json(format!("expected an object, but got {}", kind(&other)))),
            Err(error) => Err(Refusal::Json(error.to_string())),
        }
    }

    /// No fields yet, of a form: every value is text.
    #[must_use]
    pub fn of_form() -> Self {
        Self { textual: true, ..Self::default() }
    }

    /// Adds a part of a form where its name says: `a`, `a[b]`, `a[]` or `a[][b]`.
    ///
    /// # Errors
    /// When the name is written wrongly or was sent before.
    pub fn add_text(&mut self, name: &str, text: String) -> Result<(), Refusal> {
        insert(&mut self.values, name, text)
    }

    /// The fields of a query.
    #[cfg(test)]
    pub(crate) fn from_query(pairs: &[(&str, &str)]) -> Self {
        let pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), Value::String((*text).to_owned())));
        Self { values: pairs.collect(), textual: true, ..Self::default() }
    }

    /// The fields of an object within a body.
    #[must_use]
    pub fn from_object(values: Map<String, Value>) -> Self {
        Self { values, ..Self::default() }
    }

    /// Whether a file was sent under this name.
    #[must_use]
    pub fn has_file(&self, name: &str) -> bool {
        self.files.iter().any(|(file, _)| file == name)
    }

    /// The files that were sent under this name, in order.
    pub fn files(&mut self, name: &str) -> Vec<Upload> {
        self.files.extract_if(.., |(file, _)| file == name).map(|(_, upload)| upload).collect()
    }

    /// A file.
    ///
    /// # Errors
    /// When there is more than one.
    pub fn file(&mut self, name: &str) -> Result<Option<Upload>, Refusal> {
        let mut files = self.files(name);
        match files.len() {
            0 | 1 => Ok(files.pop()),
            _ => Err(Refusal::invalid(name, "it was sent more than once.")),
        }
    }

    /// The value of `name` as it came; `null` counts as absent.
    pub fn any(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name).filter(|value| !value.is_null())
    }

    /// The value of `name` as it came, left where it is.
    #[must_use]
    pub fn peek(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// The value of a field that is no text: in a form, the text `null` counts as absent too.
    fn no_text(&mut self, name: &str) -> Option<Value> {
        let null = self.null_is_absent.then_some("null");
        self.any(name).filter(|value| null.is_none() || value.as_str() != null)
    }

    /// A text.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.any(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Array(_)) if self.textual => {
                Err(Refusal::invalid(name, "it was sent more than once, or as a list."))
            }
            Some(other) => Err(wrong_type(name, "a string", &other)),
        }
    }

    /// A text out of a few: in a form, `null` is no such word and counts as absent.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn word(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        if self.is_null(name) {
            self.values.remove(name);
        }
        self.text(name)
    }

    /// A list of texts. In a query, one text alone is a list of one.
    ///
    /// # Errors
    /// When it, or an entry, is of another type.
    pub fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        let items = match self.no_text(name) {
            None => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(Value::String(text)) if self.textual => vec![Value::String(text)],
            Some(other) => return Err(wrong_type(name, "an array of strings", &other)),
        };
        let text = |item| match item {
            Value::String(text) => Ok(text),
            other => Err(wrong_type(name, "an array of strings", &other)),
        };
        items.into_iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    /// Refuses fields of OpenAI's that do not exist here, unless they are `null`.
    ///
    /// # Errors
    /// When one has a value, naming it.
    pub fn refuse(&mut self, names: &[&str]) -> Result<(), Refusal> {
        match names.iter().find(|name| self.any(name).is_some()) {
            Some(name) => Err(Refusal::invalid(name, "Kinora does not have this; leave it out.")),
            None => Ok(()),
        }
    }

    /// A text, or a whole number as the text it is written as.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn text_or_integer(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.any(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Number(number)) if whole(&number).is_some() => {
                Ok(whole(&number).map(|n| n.to_string()))
            }
            Some(other) => Err(wrong_type(name, "a string", &other)),
        }
    }

    /// A whole number in `range`.
    ///
    /// # Errors
    /// When it is of another type or out of range.
    pub fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, Refusal> {
        let value = match self.no_text(name) {
            None => return Ok(None),
            Some(Value::String(text)) if self.textual => integer_in(&text),
            Some(Value::Number(number)) if whole(&number).is_some() => whole(&number),
            Some(other) => return Err(wrong_type(name, "an integer", &other)),
        };
        match value {
            Some(value) if range.contains(&value) => Ok(Some(value)),
            _ => {
                let problem = format!("expected an integer from {} to {}.", range.start(), range.end());
                Err(Refusal::invalid(name, problem))
            }
        }
    }

    /// As [`Fields::integer`], where `null` says something: nothing when the field was not sent, and `Some(None)` when it
    /// was sent as `null`.
    ///
    /// # Errors
    /// As [`Fields::integer`].
    pub fn integer_or_null(
        &mut self,
        name: &str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<Option<i64>>, Refusal> {
        if self.peek(name).is_none() {
            return Ok(None);
        }
        self.integer(name, range).map(Some)
    }

    /// A whole number of 32 bits without a sign.
    ///
    /// # Errors
    /// When it is of another type or out of range.
    pub fn whole_u32(&mut self, name: &str) -> Result<Option<u32>, Refusal> {
        let value = self.integer(name, 0..=i64::from(u32::MAX))?;
        Ok(value.and_then(|value| u32::try_from(value).ok()))
    }

    /// An amount in dollars with at most six decimals, as text or as a number.
    ///
    /// # Errors
    /// When it is of another type, below zero, or has more decimals.
    pub fn dollars(&mut self, name: &str) -> Result<Option<Micros>, Refusal> {
        let text = match self.no_text(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text,
            // A number is read as the shortest decimal that is it, which JSON may write with an exponent and Rust does not.
            Some(Value::Number(number)) => match number.as_f64().filter(|_| number.is_f64()) {
                Some(decimal) => decimal.to_string(),
                None => number.to_string(),
            },
            Some(other) => return Err(wrong_type(name, "an amount in dollars", &other)),
        };
        amount_in(name, &text).map(Some)
    }

    /// As [`Fields::dollars`], as text alone.
    ///
    /// # Errors
    /// When it is of another type, below zero, or has more decimals.
    pub fn dollars_text(&mut self, name: &str) -> Result<Option<Micros>, Refusal> {
        match self.no_text(name) {
            None => Ok(None),
            Some(Value::String(text)) => amount_in(name, &text).map(Some),
            Some(other) => Err(wrong_type(name, "a string", &other)),
        }
    }

    /// Whether `name` was sent with no value, which is not the same as not sent at all.
    #[must_use]
    pub fn is_null(&self, name: &str) -> bool {
        match self.values.get(name) {
            Some(Value::String(text)) => self.null_is_absent && text == "null",
            value => value.is_some_and(Value::is_null),
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn boolean(&mut self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.no_text(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(Value::String(text)) if self.textual => match text.as_str() {
                "true" => Ok(Some(true)),
                "false" => Ok(Some(false)),
                _ => Err(Refusal::invalid(name, "expected true or false.")),
            },
            Some(other) => Err(wrong_type(name, "a boolean", &other)),
        }
    }

    /// An object; in a form also one written as JSON text.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn object(&mut self, name: &str) -> Result<Option<Map<String, Value>>, Refusal> {
        match self.no_text(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(Value::String(text)) if self.textual => match serde_json::from_str(&text) {
                Ok(Value::Object(object)) => Ok(Some(object)),
                _ => Err(wrong_type(name, "an object", &Value::String(text))),
            },
            Some(other) => Err(wrong_type(name, "an object", &other)),
        }
    }

    /// The fields of an object; in a form their values are text like all others.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn within(&mut self, name: &str) -> Result<Option<Self>, Refusal> {
        Ok(self.object(name)?.map(|values| self.beside(values)))
    }

    /// The fields of each object of a list; in a form the list may also be written as JSON text.
    ///
    /// # Errors
    /// When it, or an entry, is of another type.
    pub fn each_within(&mut self, name: &str) -> Result<Option<Vec<Self>>, Refusal> {
        let items = match self.no_text(name) {
            None => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(Value::String(text)) if self.textual => match serde_json::from_str(&text) {
                Ok(Value::Array(items)) => items,
                _ => return Err(wrong_type(name, "an array of objects", &Value::String(text))),
            },
            Some(other) => return Err(wrong_type(name, "an array of objects", &other)),
        };
        let within = |item| match item {
            Value::Object(values) => Ok(self.beside(values)),
            other => Err(wrong_type(name, "an array of objects", &other)),
        };
        items.into_iter().map(within).collect::<Result<_, _>>().map(Some)
    }

    /// Fields that were written as these were.
    fn beside(&self, values: Map<String, Value>) -> Self {
        Self { values, textual: self.textual, ..Self::default() }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When a field or a file was not taken, naming the first.
    pub fn finish(self) -> Result<(), Refusal> {
        let left = self.values.keys().next().or(self.files.first().map(|(file, _)| file));
        left.map_or(Ok(()), |name| Err(Refusal::unknown(name)))
    }
}

/// An amount in dollars, written in plain decimal.
fn amount_in(name: &str, text: &str) -> Result<Micros, Refusal> {
    let amount = Micros::parse_dollars(text).filter(|amount| (Micros::ZERO..=AMOUNT_MAX).contains(amount));
    let problem = "expected dollars from 0 with at most six decimals, for example \"0.25\".";
    amount.ok_or_else(|| Refusal::invalid(name, problem))
}

/// The whole number that a number of JSON is: `4.0` is one, as in JSON Schema. One outside 64 bits is the greatest there is,
/// which is in no range. Decimals are taken up to 2^53, where each still stands for itself.
fn whole(number: &Number) -> Option<i64> {
    if !number.is_f64() {
        return Some(number.as_i64().unwrap_or(i64::MAX));
    }
    let decimal = number.as_f64()?;
    (decimal.fract() == 0.0 && decimal.abs() <= 9_007_199_254_740_992.0).then_some(decimal as i64)
}

/// A whole number in plain decimal.
fn integer_in(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A value of another type than `expected`, which is written with its article.
pub fn wrong_type(param: &str, expected: &'static str, got: &Value) -> Refusal {
    Refusal::WrongType { param: shown(param), expected, got: kind(got) }
}

/// What a value is, with its article.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a decimal number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
