//! The public API as any customer uses it, for commands that start a server of their own.

use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

/// Longest wait for one answer of the server, which is on this machine.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// A server with one of its keys.
pub struct Server {
    http: Client,
    url: String,
    key: String,
}

impl Server {
    pub fn new(url: String, key: String) -> anyhow::Result<Self> {
        // Fails only where the worker has installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().timeout(ANSWER_TIMEOUT).build()?;
        Ok(Self { http, url, key })
    }

    /// The same server with another key.
    pub fn with_key(&self, key: String) -> Self {
        Self { http: self.http.clone(), url: self.url.clone(), key }
    }

    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        Ok(self.send(self.http.get(self.path(path))).await?.json().await?)
    }

    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        Ok(self.send(self.http.post(self.path(path)).json(body)).await?.json().await?)
    }

    /// Sends a multipart form.
    pub async fn post_form(&self, path: &str, form: reqwest::multipart::Form) -> anyhow::Result<Value> {
        Ok(self.send(self.http.post(self.path(path)).multipart(form)).await?.json().await?)
    }

    pub async fn content(&self, id: &str) -> anyhow::Result<Vec<u8>> {
        let request = self.http.get(self.path(&format!("/v1/videos/{id}/content")));
        Ok(self.send(request).await?.bytes().await?.to_vec())
    }

    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let response = request.bearer_auth(&self.key).send().await?;
        if response.status().is_success() {
            return Ok(response);
        }
        let body: Value = response.json().await.unwrap_or_default();
        bail!("the server refused: {}", body["error"]["message"].as_str().unwrap_or("it did not say why"))
    }
}

/// The text called `name` in an answer.
pub fn text<'a>(value: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    value[name].as_str().with_context(|| format!("an answer has no `{name}`"))
}
