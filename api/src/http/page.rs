//! Lists, a page at a time, in OpenAI's envelope.

use serde::Serialize;
use utoipa::ToSchema;

use super::Fields;
use crate::{ApiError, Refusal};

/// Most entries of a page.
pub const LIMIT_MAX: i64 = 100;
/// Entries of a page when the request says nothing.
pub const LIMIT_DEFAULT: i64 = 20;

/// Which page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The last id of the page before.
    pub after: Option<String>,
    /// Most entries of the page.
    pub limit: i64,
}

impl Page {
    /// Takes `after` and `limit` out of a query.
    ///
    /// # Errors
    /// When one has an impossible value.
    pub fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let limit = fields.integer("limit", 1..=LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
        Ok(Self { after: fields.text("after")?, limit })
    }

    /// Rows to read: one more than are shown says that there are more.
    #[must_use]
    pub const fn rows(&self) -> i64 {
        self.limit + 1
    }
}

/// Which way a list goes, by the time its entries were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ListOrder)]
pub enum Order {
    /// Oldest first.
    Asc,
    /// Newest first.
    Desc,
}

impl Order {
    /// Takes `order` out of a query.
    ///
    /// # Errors
    /// When it is neither `asc` nor `desc`.
    pub fn take(fields: &mut Fields) -> Result<Option<Self>, Refusal> {
        match fields.text("order")?.as_deref() {
            None => Ok(None),
            Some("asc") => Ok(Some(Self::Asc)),
            Some("desc") => Ok(Some(Self::Desc)),
            Some(_) => Err(Refusal::invalid("order", "supported are: 'asc', 'desc'.")),
        }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// Always `list`.
    #[schema(example = "list")]
    pub object: &'static str,
    /// The entries.
    pub data: Vec<T>,
    /// The id of the first.
    #[schema(required)]
    pub first_id: Option<String>,
    /// The id of the last: `after` of the next page.
    #[schema(required)]
    pub last_id: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

impl<T> List<T> {
    /// The page that begins with `data`, of which at most `limit` are shown.
    #[must_use]
    pub fn of(mut data: Vec<T>, limit: i64, id: impl Fn(&T) -> &str) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let has_more = data.len() > limit;
        data.truncate(limit);
        let name = |entry: Option<&T>| entry.map(|entry| id(entry).to_owned());
        Self { object: "list", first_id: name(data.first()), last_id: name(data.last()), data, has_more }
    }
}

/// Which part is asked for of a list that is short enough to be read whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The last id of the page before.
    pub after: Option<String>,
    /// The first id of the page behind.
    pub before: Option<String>,
    /// Most entries of the page.
    pub limit: i64,
}

impl Window {
    /// Takes `after`, `before` and `limit` out of a query.
    ///
    /// # Errors
    /// When one has an impossible value.
    pub fn take(fields: &mut Fields, limit_default: i64) -> Result<Self, Refusal> {
        let limit = fields.integer("limit", 1..=LIMIT_MAX)?.unwrap_or(limit_default);
        Ok(Self { after: fields.text("after")?, before: fields.text("before")?, limit })
    }

    /// The page out of `all` entries. With `before` alone it ends there, else it begins behind `after`.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when no entry, which is called `what`, has the id `after` or `before`.
    pub fn of<T>(
        &self,
        mut all: Vec<T>,
        what: &'static str,
        id: impl Fn(&T) -> &str,
    ) -> Result<List<T>, ApiError> {
        let place = |all: &[T], wanted: &str| {
            let found = all.iter().position(|entry| id(entry) == wanted);
            found.ok_or_else(|| ApiError::not_found(what, wanted))
        };
        let begin = self.after.as_deref().map(|after| place(&all, after)).transpose()?.map_or(0, |at| at + 1);
        if let Some(before) = &self.before {
            let end = place(&all, before)?;
            all.truncate(end);
        }
        all.drain(..begin.min(all.len()));
        let most = usize::try_from(self.limit).unwrap_or(0);
        if self.before.is_some() && self.after.is_none() && all.len() > most {
            let last = all.split_off(all.len() - most);
            return Ok(List { has_more: true, ..List::of(last, self.limit, id) });
        }
        Ok(List::of(all, self.limit, id))
    }
}

/// That something was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deleted {
    /// What it was, with `.deleted` at the end.
    #[schema(example = "organization.project.api_key.deleted")]
    pub object: &'static str,
    /// Which one.
    pub id: String,
    /// Always true.
    pub deleted: bool,
}

impl Deleted {
    /// That `id` was deleted.
    #[must_use]
    pub fn of(object: &'static str, id: String) -> Self {
        Self { object, id, deleted: true }
    }
}
