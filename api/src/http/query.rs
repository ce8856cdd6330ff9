//! The query of a request as fields: every value is text, or a list of texts where the name ends in `[]`, as
//! OpenAI's SDKs write lists. A name that does not exist is refused.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde_json::Value;

use super::Fields;
use crate::{ApiError, Refusal};

/// A query that has not been read yet.
pub struct Query(String);

impl FromRequest for Query {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.query_string().to_owned())))
    }
}

impl Query {
    /// The fields of the query.
    ///
    /// # Errors
    /// When a name comes twice.
    pub fn fields(self) -> Result<Fields, Refusal> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(&self.0)
            .map_err(|error| Refusal::invalid("query", error.to_string()))?;
        let mut fields = Fields { textual: true, ..Fields::default() };
        for (name, text) in pairs.into_inner() {
            let (name, listed) = match name.strip_suffix("[]") {
                Some(name) => (name.to_owned(), true),
                None => (name, false),
            };
            match fields.values.get_mut(&name) {
                Some(Value::Array(items)) if listed => items.push(Value::String(text)),
                Some(_) => return Err(Refusal::invalid(name, "it was sent more than once.")),
                None if listed => drop(fields.values.insert(name, Value::Array(vec![Value::String(text)]))),
                None => drop(fields.values.insert(name, Value::String(text))),
            }
        }
        Ok(fields)
    }
}
