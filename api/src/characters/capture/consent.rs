//! What somebody agrees to, in words that never change once somebody has: a new text is a new version.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::rules::Use;
use crate::Refusal;
use crate::clock::SECOND_US;
use crate::http::Fields;

/// Every wording there was, the newest last: version and text.
const WORDINGS: [(&str, &str); 1] = [(
    "2026-11-27",
    "I am the person in this recording, and I speak for myself. I agree that videos with my likeness are made on this server, in \
     the ways named with this consent, by the owner of this character and by those whom the owner lets use it. The recording \
     is kept, encrypted, to prove this consent, and is removed when the character is deleted. I can take this consent back at \
     any time; from then on no video with my likeness is made.",
)];
/// What stands in place of a wording where somebody consented elsewhere, on paper for example, and the operator says so.
pub const ATTESTED: (&str, &str) = (
    "attested-2026-11-27",
    "The operator of this server says that the person consented elsewhere; `signed_by` is what the operator said.",
);
/// Longest name of whoever consents, characters.
const SIGNED_CHARS_MAX: usize = 200;
/// Longest life of a consent, seconds: ten years.
const CONSENT_SECONDS_MAX: i64 = 315_360_000;

/// A text that somebody can agree to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ConsentWording)]
pub struct Wording {
    /// To be sent back as `wording_version`.
    #[schema(example = "2026-11-27")]
    pub version: String,
    /// To be shown to, or read by, whoever consents.
    pub text: String,
}

impl Wording {
    /// The one that is agreed to now.
    #[must_use]
    pub fn current() -> Self {
        let (version, text) = WORDINGS[WORDINGS.len() - 1];
        Self { version: version.to_owned(), text: text.to_owned() }
    }

    /// The one of a version.
    #[must_use]
    pub fn of(version: &str) -> Option<Self> {
        let found = WORDINGS.iter().chain([&ATTESTED]).find(|(each, _)| *each == version)?;
        Some(Self { version: found.0.to_owned(), text: found.1.to_owned() })
    }
}

/// A consent as it is given with a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consenting {
    /// Which wording.
    pub wording: String,
    /// Who consents, as the caller calls them.
    pub signed: Option<String>,
    /// To what.
    pub scopes: Vec<Use>,
    /// Until when, microseconds since 1970.
    pub expires_at: Option<i64>,
}

impl Consenting {
    /// Takes the consent out of the fields of a capture.
    ///
    /// # Errors
    /// When another wording was agreed to, or a field has an impossible value.
    pub fn take(fields: &mut Fields, now_us: i64) -> Result<Self, Refusal> {
        let current = Wording::current();
        let wording = fields.text("wording_version")?.ok_or(Refusal::Missing { param: "wording_version" })?;
        if wording != current.version {
            let problem =
                format!("the wording to consent to is that of the challenge, version '{}'.", current.version);
            return Err(Refusal::invalid("wording_version", problem));
        }
        let signed = fields.text("signed_by")?.map(check_signed).transpose()?;
        let scopes = match fields.texts("scopes")? {
            None => Use::ALL.to_vec(),
            Some(names) => scopes(&names)?,
        };
        let now = now_us.div_euclid(SECOND_US);
        let expires_at = fields.integer("expires_at", now + 1..=now + CONSENT_SECONDS_MAX)?;
        Ok(Self { wording, signed, scopes, expires_at: expires_at.map(|at| at * SECOND_US) })
    }

    /// The scopes as they are stored.
    #[must_use]
    pub fn scopes(&self) -> String {
        self.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
    }
}

fn check_signed(name: String) -> Result<String, Refusal> {
    let chars = name.chars().count();
    if name.trim().is_empty() || chars > SIGNED_CHARS_MAX || name.chars().any(char::is_control) {
        let problem =
            format!("expected 1 to {SIGNED_CHARS_MAX} characters on one line that are not all blank.");
        return Err(Refusal::invalid("signed_by", problem));
    }
    Ok(name)
}

fn scopes(names: &[String]) -> Result<Vec<Use>, Refusal> {
    let scopes = names.iter().map(|name| Use::asked("scopes", name)).collect::<Result<Vec<_>, _>>()?;
    let is_twice = scopes.iter().enumerate().any(|(n, scope)| scopes[..n].contains(scope));
    if scopes.is_empty() || is_twice {
        return Err(Refusal::invalid(
            "scopes",
            "expected at least one of 'create', 'remix', 'extend', each once.",
        ));
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(fields: &[(&str, &str)]) -> Result<Consenting, Refusal> {
        Consenting::take(&mut Fields::from_query(fields), 1_000 * SECOND_US)
    }

    #[test]
    fn a_consent_is_to_the_current_wording_and_says_to_what() {
        let version = Wording::current().version;
        let plain = take(&[("wording_version", &version)]).unwrap();
        assert_eq!(
            (plain.scopes().as_str(), plain.expires_at, plain.signed),
            ("create remix extend", None, None)
        );
        let narrow = take(&[
            ("wording_version", &version),
            ("scopes", "create"),
            ("expires_at", "1001"),
            ("signed_by", "Anna"),
        ])
        .unwrap();
        assert_eq!((narrow.scopes().as_str(), narrow.expires_at), ("create", Some(1_001 * SECOND_US)));
        for (name, value) in [
            ("scopes", "all"),
            ("expires_at", "1000"),
            ("signed_by", " "),
            ("signed_by", "a\nb"),
            ("scopes", ""),
        ] {
            assert!(take(&[("wording_version", &version), (name, value)]).is_err(), "{name} {value:?}");
        }
        assert!(take(&[]).is_err());
        assert!(take(&[("wording_version", "2020-01-01")]).is_err());
    }

    #[test]
    fn every_version_stands_there_once() {
        for (n, (version, text)) in WORDINGS.iter().enumerate() {
            assert_eq!(Wording::of(version).unwrap().text, *text);
            assert!(WORDINGS[..n].iter().all(|(before, _)| before < version));
        }
    }
}
