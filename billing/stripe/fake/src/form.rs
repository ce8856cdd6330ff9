//! The parameters of a request: Stripe's form encoding with brackets, `payload[value]=5`. Types of answers are not here.

use std::collections::BTreeMap;

use actix_web::web::Query;

use crate::answer::Answer;

/// Parameters by their full name, brackets included.
#[derive(Clone, Debug, Default)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a query string or a form body.
    ///
    /// # Errors
    /// What is not form encoded is refused with 400.
    pub fn parse(text: &str) -> Result<Self, Answer> {
        let pairs = Query::<Vec<(String, String)>>::from_query(text)
            .map_err(|fault| Answer::invalid(format!("The parameters are not form encoded: {fault}")))?;
        Ok(Self(pairs.into_inner().into_iter().collect()))
    }

    /// The parameter, if it was sent and is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The parameter.
    ///
    /// # Errors
    /// 400 `parameter_missing`.
    pub fn required(&self, name: &str) -> Result<&str, Answer> {
        self.get(name).ok_or_else(|| Answer::missing(name))
    }

    /// The parameter as a whole number, if it was sent.
    ///
    /// # Errors
    /// 400 if it is something else.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Answer> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let wrong = || Answer::invalid_param(name, format!("Invalid integer: {text}"));
        text.parse().map(Some).map_err(|_| wrong().with("code", "parameter_invalid_integer"))
    }

    /// Everything under `name`: `metadata[a]=1` is `{"a": "1"}` under `metadata`.
    pub fn under(&self, name: &str) -> BTreeMap<String, String> {
        let prefix = format!("{name}[");
        let inner = |key: &str| Some(key.strip_prefix(&prefix)?.strip_suffix(']')?.to_owned());
        self.0.iter().filter_map(|(key, value)| Some((inner(key)?, value.clone()))).collect()
    }

    /// Refuses what Stripe does not know either, so that a misspelt parameter is found by the tests.
    ///
    /// # Errors
    /// 400 `parameter_unknown` naming the first one.
    pub fn only(&self, known: &[&str]) -> Result<(), Answer> {
        for key in self.0.keys() {
            let root = key.split('[').next().unwrap_or(key);
            if !known.contains(&root) && root != "expand" {
                let refusal = Answer::invalid_param(key, format!("Received unknown parameter: {key}"));
                return Err(refusal.with("code", "parameter_unknown"));
            }
        }
        Ok(())
    }
}
