//! The query of a request as fields: every value is text, and a name that does not exist is refused.

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
            if fields.values.contains_key(&name) {
                return Err(Refusal::invalid(name, "it was sent more than once."));
            }
            fields.values.insert(name, Value::String(text));
        }
        Ok(fields)
    }
}
