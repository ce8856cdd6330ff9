//! What an endpoint may be. Pure: no clock, no SQL, no HTTP.

use serde::Serialize;
use utoipa::ToSchema;

use crate::Refusal;
use crate::clock::SECOND_US;
use crate::events::kinds::{self, About, KINDS};

/// Most endpoints of a project.
pub const ENDPOINTS_MAX: i64 = 16;
/// How long the secret before counts beside the new one, if its owner wants that, microseconds: 24 hours.
pub const OVERLAP_US: i64 = 24 * 3_600 * SECOND_US;

/// What an event's `data` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookPayload)]
pub enum Payload {
    /// The id of what it is about, as OpenAI sends it.
    Thin,
    /// The whole video, as `GET` shows it when the delivery is written.
    Full,
}

impl Payload {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Thin => "thin",
            Self::Full => "full",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Thin, Self::Full].into_iter().find(|payload| payload.name() == name)
    }
}

/// Why nothing is sent to an endpoint any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookDisabledReason)]
pub enum DisabledReason {
    /// Its owner wanted that.
    Asked,
    /// It answered 410.
    Gone,
    /// It failed for five days.
    Failing,
}

impl DisabledReason {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Asked, Self::Gone, Self::Failing].into_iter().find(|reason| reason.name() == name)
    }
}

/// The kinds in the field `param`, each once, separated by spaces as they are stored.
///
/// # Errors
/// When there is none, one comes twice, or one does not exist or is not `about` what it may be.
pub fn kinds_of(param: &str, asked: &[String], about: Option<About>) -> Result<String, Refusal> {
    let possible: Vec<&str> = KINDS
        .iter()
        .filter(|kind| about.is_none_or(|about| kind.about == about))
        .map(|kind| kind.name)
        .collect();
    for (n, kind) in asked.iter().enumerate() {
        if !possible.contains(&kind.as_str()) || asked[..n].contains(kind) {
            return Err(expected(param, &possible));
        }
    }
    if asked.is_empty() { Err(expected(param, &possible)) } else { Ok(asked.join(" ")) }
}

fn expected(param: &str, possible: &[&str]) -> Refusal {
    Refusal::invalid(param, format!("expected some of these, each once: {}.", possible.join(", ")))
}

/// A kind of event, by the field `event_type`.
///
/// # Errors
/// When it does not exist.
pub fn kind_of(name: &str) -> Result<&'static str, Refusal> {
    let all: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let known = kinds::find(name).map(|kind| kind.name);
    known.ok_or_else(|| Refusal::invalid("event_type", format!("expected one of these: {}.", all.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(asked: &[&str], about: Option<About>) -> Result<String, Refusal> {
        kinds_of("event_types", &asked.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>(), about)
    }

    #[test]
    fn kinds_are_taken_each_once_and_where_they_belong() {
        assert_eq!(
            kinds(&["video.failed", "video.completed"], None).unwrap(),
            "video.failed video.completed"
        );
        assert!(kinds(&["spend_alert.triggered"], None).is_ok());
        assert!(kinds(&["spend_alert.triggered"], Some(About::Video)).is_err());
        for asked in [
            &[][..],
            &["*"],
            &["video"],
            &["video.failed", "video.failed"],
            &["video.failed video.completed"],
        ] {
            assert!(kinds(asked, None).is_err(), "{asked:?}");
        }
    }
}
