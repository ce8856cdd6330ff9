//! Why a character is not used, as whoever asked hears it, and as its owner reads it in the audit.

use crate::Refusal;
use crate::codes::Code;

/// A character cannot be used as asked.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct CameoRefused {
    why: Why,
    /// For the audit: which character, and what was decided.
    pub(super) decisions: Vec<(String, Decision)>,
}

#[derive(Debug, thiserror::Error)]
enum Why {
    /// It says the same of characters that do not exist.
    #[error("You are not allowed to access one or more mentioned cameos.")]
    Permission,
    #[error("{0}")]
    Preference(String),
    #[error("{0}")]
    Capture(String),
    #[error("Nobody consented to this character yet.")]
    NoConsent,
}

/// What was decided about a character.
pub use super::audit::Decision;

impl CameoRefused {
    /// Somebody may not use one or more characters.
    #[must_use]
    pub(super) fn permission(decisions: Vec<(String, Decision)>) -> Self {
        Self { why: Why::Permission, decisions }
    }

    /// The prompt says what the owner of a character does not want.
    #[must_use]
    pub(super) fn preference(character: String, problem: &str) -> Self {
        let why = Why::Preference(Refusal::invalid("prompt", problem).to_string());
        Self { why, decisions: vec![(character, Decision::RefusedPreference)] }
    }

    /// A capture failed a check.
    #[must_use]
    pub(super) fn capture(problem: &str) -> Self {
        let why = Why::Capture(Refusal::invalid("video", problem).to_string());
        Self { why, decisions: Vec::new() }
    }

    /// There is no consent to show.
    #[must_use]
    pub(super) fn no_consent() -> Self {
        Self { why: Why::NoConsent, decisions: Vec::new() }
    }

    /// The field it is about.
    #[must_use]
    pub fn param(&self) -> Option<&'static str> {
        match self.why {
            Why::Permission | Why::NoConsent => None,
            Why::Preference(_) => Some("prompt"),
            Why::Capture(_) => Some("video"),
        }
    }

    /// What a program sees.
    #[must_use]
    pub fn code(&self) -> Code {
        match self.why {
            Why::Permission => Code::CameoPermissionDenied,
            Why::Preference(_) => Code::CameoPreferenceConflict,
            Why::Capture(_) => Code::CaptureRefused,
            Why::NoConsent => Code::ConsentNotGiven,
        }
    }
}
