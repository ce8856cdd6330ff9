//! The requests, each named as its operation in `openapi.json`.

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::events::Events;
use crate::types::{
    CreateVideo, ErrorBody, ErrorDetail, Receipt, Variant, Video, VideoDeleted, WebhookEndpointCreate,
    WebhookEndpointWithSecret,
};

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused it.
    #[error("{status}: {}", detail.message)]
    Refused {
        /// With which status.
        status: StatusCode,
        /// Why, for programs in `code`.
        detail: Box<ErrorDetail>,
        /// What to name when asking whoever runs the server.
        request_id: Option<String>,
        /// How long to wait before the next try, milliseconds, where that can help.
        retry_after_ms: Option<u64>,
    },
    /// It did not reach the server, or the answer did not come whole.
    #[error(transparent)]
    Transport(#[from] reqwest::Error),
    /// The answer is not what this version of the client knows.
    #[error("the answer cannot be read: {0}")]
    Answer(#[from] serde_json::Error),
    /// A stream of events ended, again and again, before the video was over.
    #[error("the events of {0} ended before it did")]
    Events(String),
}

/// A project of one Kinora. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    key: String,
}

impl Client {
    /// A client of the server at `base`, for example `http://127.0.0.1:8080`, with a project's key.
    ///
    /// # Errors
    /// When the system gives no TLS.
    pub fn new(base: &str, key: &str) -> Result<Self, Error> {
        // An application may have chosen its own; then that one stays.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().build()?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), key: key.to_owned() })
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.key)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        read(self.request(Method::GET, path)).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Error> {
        read(self.request(Method::POST, path).json(body)).await
    }

    /// Starts a video. With `once`, a name of the caller's for this request, it is safe to send it again.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn video_create(&self, video: &CreateVideo, once: Option<&str>) -> Result<Video, Error> {
        let request = self.request(Method::POST, "/v1/videos").json(video);
        read(match once {
            Some(name) => request.header("Idempotency-Key", name),
            None => request,
        })
        .await
    }

    /// A video as it is now.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn video_get(&self, id: &str) -> Result<Video, Error> {
        self.get(&format!("/v1/videos/{id}")).await
    }

    /// Cancels a video.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn video_cancel(&self, id: &str) -> Result<Video, Error> {
        read(self.request(Method::POST, &format!("/v1/videos/{id}/cancel"))).await
    }

    /// Deletes a video that is over.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn video_delete(&self, id: &str) -> Result<VideoDeleted, Error> {
        read(self.request(Method::DELETE, &format!("/v1/videos/{id}"))).await
    }

    /// The events of a video, to the last.
    #[must_use]
    pub fn video_events(&self, id: &str) -> Events {
        Events::new(self.clone(), id)
    }

    /// A file of a video, to be read piece by piece with [`Response::chunk`].
    ///
    /// # Errors
    /// [`Error`].
    pub async fn video_content(&self, id: &str, variant: Variant) -> Result<Response, Error> {
        let path = format!("/v1/videos/{id}/content?variant={}", variant.name());
        accepted(self.request(Method::GET, &path).send().await?).await
    }

    /// The receipt of a completed video.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn receipt_get(&self, id: &str) -> Result<Receipt, Error> {
        self.get(&format!("/v1/videos/{id}/receipt")).await
    }

    /// Asks to be told of events. The answer alone has the secret.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn webhook_endpoint_create(
        &self,
        endpoint: &WebhookEndpointCreate,
    ) -> Result<WebhookEndpointWithSecret, Error> {
        self.post("/v1/webhook_endpoints", endpoint).await
    }

    /// Asks to be told no more.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn webhook_endpoint_delete(&self, id: &str) -> Result<(), Error> {
        let path = format!("/v1/webhook_endpoints/{id}");
        accepted(self.request(Method::DELETE, &path).send().await?).await.map(drop)
    }
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Error> {
    Ok(serde_json::from_slice(&accepted(request.send().await?).await?.bytes().await?)?)
}

/// The answer, unless it is an error.
pub(crate) async fn accepted(answer: Response) -> Result<Response, Error> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let text = |headers: &HeaderMap, name| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let request_id = text(answer.headers(), "x-request-id");
    let retry_after_ms = text(answer.headers(), "retry-after-ms").and_then(|wait| wait.parse().ok());
    let ErrorBody { error } = serde_json::from_slice(&answer.bytes().await?)?;
    Err(Error::Refused { status, detail: Box::new(error), request_id, retry_after_ms })
}
