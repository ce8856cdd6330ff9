//! One HTTP exchange: sends what the `async-stripe` crates built, and sorts what comes back. It never tries twice.
//!
//! `async-stripe`'s own client throws the headers of an answer away, and the status of an answer that is not Stripe's JSON. The
//! mirror needs `Retry-After`, `Idempotent-Replayed` and to know whether anything was sent at all, so this is another implementation of
//! `StripeClient`, over the same hyper and rustls.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use stripe_client_core::{CustomizedStripeRequest, RequestBuilder, StripeClient, StripeMethod};

use crate::error::{Cause, Error, Later, Refusal};
use crate::settings::Settings;

/// The longest answer that is read; a page of a hundred objects is far shorter.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Carries requests to one Stripe account.
#[derive(Clone)]
pub struct Transport {
    http: Http<HttpsConnector<HttpConnector>, Full<Bytes>>,
    base_url: String,
    authorization: HeaderValue,
    timeout: Duration,
}

impl Transport {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// [`Error::Settings`] if the key or the address cannot be used, or a live key would travel in the clear.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let wrong = |message: String| Error::Settings(message);
        let address: Uri =
            settings.base_url.parse().map_err(|fault| wrong(format!("Stripe's address: {fault}")))?;
        let key = settings.secret_key.reveal();
        if address.scheme_str() != Some("https") && !key.contains("_test_") {
            return Err(wrong("a live key of Stripe is sent over https only".to_owned()));
        }
        if !settings.base_url.ends_with('/') {
            return Err(wrong("Stripe's address must end with a slash".to_owned()));
        }
        let mut authorization = HeaderValue::try_from(format!("Bearer {key}"))
            .map_err(|_| wrong("the secret key has characters that no key has".to_owned()))?;
        authorization.set_sensitive(true);
        let connector = connector(settings.connect_timeout)?;
        let http = Http::builder(TokioExecutor::new()).retry_canceled_requests(false).build(connector);
        Ok(Self { http, base_url: settings.base_url.clone(), authorization, timeout: settings.timeout })
    }

    fn request(&self, parts: RequestBuilder, key: Option<&str>) -> Result<Request<Full<Bytes>>, Error> {
        let query = parts.query.map(|query| format!("?{query}")).unwrap_or_default();
        let method = match parts.method {
            StripeMethod::Get => Method::GET,
            StripeMethod::Post => Method::POST,
            StripeMethod::Delete => Method::DELETE,
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}v1{}{query}", self.base_url, parts.path))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(USER_AGENT, concat!("kinora/", env!("CARGO_PKG_VERSION")))
            .header("stripe-version", stripe_shared::version::VERSION.as_str());
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if parts.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let body = Full::new(Bytes::from(parts.body.unwrap_or_default()));
        request.body(body).map_err(|fault| Error::Settings(format!("not a request: {fault}")))
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Result<Bytes, Error> {
        let answer = self.http.request(request).await.map_err(|fault| {
            let cause = if fault.is_connect() { Cause::NotConnected } else { Cause::Lost };
            later(cause, fault.source().map_or_else(|| fault.to_string(), ToString::to_string))
        })?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|fault| later(Cause::Lost, fault.to_string()))?.to_bytes();
        if head.status.is_success() { Ok(body) } else { Err(sorted(head.status, &head.headers, &body)) }
    }
}

impl StripeClient for Transport {
    type Err = Error;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, Error> {
        let (parts, wishes) = request.into_pieces();
        let key = wishes.request_strategy.and_then(|strategy| strategy.get_key());
        let request = self.request(parts, key.as_ref().map(|key| key.as_str()))?;
        let timeout = wishes.timeout.unwrap_or(self.timeout);
        match tokio::time::timeout(timeout, self.answer(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(later(Cause::Timeout, format!("no answer within {timeout:?}"))),
        }
    }
}

/// TLS with Mozilla's roots and ring, whatever provider the process uses elsewhere; HTTP/1.1.
fn connector(connect_timeout: Duration) -> Result<HttpsConnector<HttpConnector>, Error> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|fault| Error::Settings(format!("TLS: {fault}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut http = HttpConnector::new();
    http.set_connect_timeout(Some(connect_timeout));
    http.enforce_http(false);
    Ok(HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(http))
}

fn later(cause: Cause, message: String) -> Error {
    Error::Later(Later { cause, retry_after: None, replayed: false, message })
}

/// Stripe's error object, as far as it is needed here (source: docs.stripe.com/api/errors).
#[derive(Default, Deserialize)]
struct Fault {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

#[derive(Default, Deserialize)]
struct FaultBody {
    error: Fault,
}

/// What an answer that is not 2xx means for the caller.
fn sorted(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Fault { code, message } = serde_json::from_slice::<FaultBody>(body).unwrap_or_default().error;
    let cause = match status.as_u16() {
        401 | 403 => return Error::Unauthorized(message),
        429 if code == "lock_timeout" => Cause::Locked,
        429 => Cause::RateLimited,
        409 => Cause::InUse,
        408 => Cause::Timeout,
        500.. => Cause::Server,
        _ if code == "duplicate_meter_event"
            || message.starts_with("An event already exists with identifier") =>
        {
            return Error::Duplicate(message);
        }
        status => {
            let request_id = header("request-id").to_owned();
            return Error::Refused(Box::new(Refusal { status, code, message, request_id }));
        }
    };
    let retry_after = header("retry-after").parse().ok().map(Duration::from_secs);
    let replayed = header("idempotent-replayed") == "true";
    Error::Later(Later { cause, retry_after, replayed, message: format!("{status} {message}") })
}
