//! What the server answers: a status, a few headers and JSON. The wording of Stripe's refusals lives here.

use serde_json::{Value, json};

/// An answer, or a refusal, of the API.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside the usual ones, by name.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Value,
}

/// A handler's result: the object, or Stripe's refusal.
pub type Reply = Result<Value, Answer>;

impl Answer {
    /// 200 with `body`.
    pub fn ok(body: Value) -> Self {
        Self { status: 200, headers: Vec::new(), body }
    }

    /// A refusal in Stripe's shape, `{"error": {"type", "message", "code"?, "param"?}}`.
    /// (Source: docs.stripe.com/api/errors.)
    fn error(status: u16, kind: &str, message: String) -> Self {
        Self { status, headers: Vec::new(), body: json!({"error": {"type": kind, "message": message}}) }
    }

    /// 400: something is wrong with the request, in words.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::error(400, "invalid_request_error", message.into())
    }

    /// 400: the parameter `param` is wrong, in words.
    pub fn invalid_param(param: &str, message: impl Into<String>) -> Self {
        Self::invalid(message).with("param", param)
    }

    /// 400: the parameter `param` is not there.
    pub fn missing(param: &str) -> Self {
        Self::invalid_param(param, format!("Missing required param: {param}."))
            .with("code", "parameter_missing")
    }

    /// 404: there is no `what` with this `id`.
    pub fn no_such(what: &str, id: &str) -> Self {
        Self::error(404, "invalid_request_error", format!("No such {what}: '{id}'"))
            .with("code", "resource_missing")
            .with("param", "id")
    }

    /// 404: no such path.
    pub fn no_route(method: &str, path: &str) -> Self {
        let message = format!("Unrecognized request URL ({method}: {path}). This fake does not speak it.");
        Self::error(404, "invalid_request_error", message)
    }

    /// 401: the secret key is missing or wrong.
    pub fn unauthorized() -> Self {
        let message = "Invalid API Key provided, or none. Send `Authorization: Bearer sk_test_…`.";
        Self::error(401, "invalid_request_error", message.to_owned())
    }

    /// 400: the key was used before with other parameters.
    pub fn other_params(key: &str) -> Self {
        let message = format!(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. \
             Try using a key other than '{key}' if you meant to execute a different request."
        );
        Self::error(400, "idempotency_error", message).should_retry("false")
    }

    /// 409: a request with the same key is still running.
    pub fn key_in_use(key: &str) -> Self {
        let message =
            format!("There is currently another in-progress request using this Idempotent Key: {key}.");
        Self::error(409, "invalid_request_error", message)
            .with("code", "idempotency_key_in_use")
            .should_retry("true")
    }

    /// 429: another call for the same customer and meter is running.
    pub fn locked() -> Self {
        let message = "This object cannot be accessed right now because another API request or Stripe process \
                       is currently accessing it.";
        Self::error(429, "invalid_request_error", message.to_owned())
            .with("code", "lock_timeout")
            .should_retry("true")
    }

    /// 429: too many requests.
    pub fn rate_limited() -> Self {
        Self::error(429, "invalid_request_error", "Request rate limit exceeded.".to_owned())
            .with("code", "rate_limit")
            .should_retry("true")
    }

    /// 500: Stripe broke.
    pub fn broken() -> Self {
        Self::error(500, "api_error", "An unknown error occurred".to_owned()).should_retry("true")
    }

    /// Adds a field to the error.
    pub fn with(mut self, field: &str, value: &str) -> Self {
        self.body["error"][field] = value.into();
        self
    }

    /// Adds `Stripe-Should-Retry`.
    pub fn should_retry(mut self, value: &str) -> Self {
        self.headers.push(("stripe-should-retry", value.to_owned()));
        self
    }
}
