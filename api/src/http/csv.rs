//! Tables as text for spreadsheets, as RFC 4180 writes them.

use actix_web::http::header::{ACCEPT, CONTENT_DISPOSITION, HeaderMap};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream::Stream;

use super::Fields;
use crate::{ApiError, Refusal};

/// A table that is being written.
pub struct Csv(String);

impl Csv {
    /// A table with these columns.
    #[must_use]
    pub fn with_columns(names: &[&str]) -> Self {
        let mut table = Self(String::new());
        table.row(names.iter().map(|name| (*name).to_owned()));
        table
    }

    /// More rows of a table whose columns were written before.
    #[must_use]
    pub const fn more() -> Self {
        Self(String::new())
    }

    /// Adds a row.
    pub fn row(&mut self, values: impl IntoIterator<Item = String>) {
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                self.0.push(',');
            }
            if value.contains([',', '"', '\r', '\n']) {
                self.0.push('"');
                self.0.push_str(&value.replace('"', "\"\""));
                self.0.push('"');
            } else {
                self.0.push_str(&value);
            }
        }
        self.0.push_str("\r\n");
    }

    /// The table.
    #[must_use]
    pub fn text(self) -> String {
        self.0
    }
}

/// The answer that is a table, saved under `name`.
#[must_use]
pub fn answer(name: &str, text: String) -> HttpResponse {
    head(name).body(text)
}

/// As [`answer`], for a table that is sent as it is read. Where reading fails, the connection breaks.
#[must_use]
pub fn stream(name: &str, text: impl Stream<Item = Result<Bytes, ApiError>> + 'static) -> HttpResponse {
    head(name).streaming(text)
}

fn head(name: &str) -> HttpResponseBuilder {
    let mut head = HttpResponse::Ok();
    head.content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")));
    head
}

/// Whether a table is asked for: by `format`, or else by the `Accept` header.
///
/// # Errors
/// When `format` is neither `json` nor `csv`.
pub fn wanted(fields: &mut Fields, headers: &HeaderMap) -> Result<bool, Refusal> {
    match fields.text("format")?.as_deref() {
        Some("csv") => Ok(true),
        Some("json") => Ok(false),
        Some(_) => Err(Refusal::invalid("format", "supported are: 'json', 'csv'.")),
        None => {
            let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let mut kinds = accept.split([',', ';']).map(str::trim);
            Ok(kinds.find(|kind| ["text/csv", "application/json"].contains(kind)) == Some("text/csv"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_table_is_quoted() {
        let mut table = Csv::with_columns(&["a", "b"]);
        table.row(["1,2".to_owned(), "say \"hi\"".to_owned()]);
        table.row([String::new(), "two\nlines".to_owned()]);
        assert_eq!(table.text(), "a,b\r\n\"1,2\",\"say \"\"hi\"\"\"\r\n,\"two\nlines\"\r\n");
    }
}
