//! Which refusal the errors of the crates below become.

use crate::ApiError;

impl From<kinora_store::Error> for ApiError {
    fn from(error: kinora_store::Error) -> Self {
        if error.is_transient() {
            tracing::warn!(%error, "the database could not do its work in time");
            return Self::NotReady("its database is busy");
        }
        Self::Internal(error.into())
    }
}

impl From<kinora_billing::Error> for ApiError {
    fn from(error: kinora_billing::Error) -> Self {
        use kinora_billing::Error;
        match error {
            Error::InsufficientCredit { available, short } => {
                Self::InsufficientCredit { available, short, on_account: false }
            }
            Error::SpendLimit { scope, limit, left, needed } => Self::SpendLimit {
                scope: if scope == "api_key" { "API key" } else { scope },
                limit,
                left,
                needed,
            },
            error @ Error::NoPrice { .. } => Self::NoPrice(error.to_string()),
            Error::Store(error) => error.into(),
            error => Self::Internal(error.into()),
        }
    }
}

impl From<anyhow::Error> for ApiError {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<diesel::result::Error> for ApiError {
    fn from(error: diesel::result::Error) -> Self {
        kinora_store::Error::from(error).into()
    }
}
