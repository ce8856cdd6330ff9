//! What a field of a request may be refused for, in the words of OpenAI's API. It knows no HTTP, so that
//! rules can use it; what is sent for it is `error`.

/// What a field of a request may be refused for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A field that must be there is not.
    #[error("Missing required parameter: '{param}'.")]
    Missing {
        /// The field.
        param: &'static str,
    },
    /// A field that does not exist.
    #[error("Unknown parameter: '{param}'.")]
    Unknown {
        /// The field.
        param: String,
    },
    /// A value of another JSON type.
    #[error("Invalid type for '{param}': expected {expected}, but got {got} instead.")]
    WrongType {
        /// The field.
        param: String,
        /// With its article, for example `a string`.
        expected: &'static str,
        /// With its article.
        got: &'static str,
    },
    /// A value of the right type that is not possible.
    #[error("Invalid value for '{param}': {problem}")]
    Invalid {
        /// The field.
        param: String,
        /// A sentence that says what is possible.
        problem: String,
    },
    /// A model that is not on offer.
    #[error("The model '{model}' does not exist or is not offered here. Offered: {offered}.")]
    UnknownModel {
        /// What was asked for.
        model: String,
        /// Ids, separated by commas.
        offered: String,
    },
    /// A body that is not JSON, or not an object.
    #[error("We could not parse the JSON body of your request: {0}")]
    Json(String),
    /// A body that is not a multipart form.
    #[error("We could not parse the multipart body of your request: {0}")]
    Multipart(String),
}

/// Longest text of a client's that a message repeats, characters.
const SHOWN_CHARS_MAX: usize = 64;

/// What a message repeats of a text that a client sent: enough to recognise it, however long it is.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl Refusal {
    /// A value that is not possible, with a sentence that says what is.
    pub fn invalid(param: impl AsRef<str>, problem: impl Into<String>) -> Self {
        Self::Invalid { param: shown(param.as_ref()), problem: problem.into() }
    }

    /// A field that does not exist.
    #[must_use]
    pub fn unknown(param: &str) -> Self {
        Self::Unknown { param: shown(param) }
    }

    /// A model that is not on offer.
    #[must_use]
    pub fn unknown_model(model: &str, offered: String) -> Self {
        Self::UnknownModel { model: shown(model), offered }
    }

    /// The field it is about.
    #[must_use]
    pub fn param(&self) -> Option<&str> {
        match self {
            Self::Missing { param } => Some(param),
            Self::Unknown { param } | Self::WrongType { param, .. } | Self::Invalid { param, .. } => {
                Some(param)
            }
            Self::UnknownModel { .. } => Some("model"),
            Self::Json(_) | Self::Multipart(_) => None,
        }
    }
}
