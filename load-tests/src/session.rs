//! Requests of a goose user with a key, and what its answers hold.

use std::sync::LazyLock;
use std::time::Duration;

use goose::goose::{GooseResponse, TransactionError};
use goose::prelude::*;
use serde_json::{Value, json};

/// The key of a project, from `KINORA_KEY`.
pub static KEY: LazyLock<String> = LazyLock::new(|| std::env::var("KINORA_KEY").unwrap_or_default());
/// How often a video is looked at that is waited for.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What is asked for: the same by everybody. Kinora makes it with its default model.
#[must_use]
pub fn order() -> Value {
    json!({ "model": "sora-2", "prompt": "a red ball bounces on the grass", "size": "1280x720", "seconds": "4" })
}

/// Something that is not as it must be.
pub fn wrong(what: impl Into<String>) -> Box<TransactionError> {
    Box::new(TransactionError::Custom(what.into()))
}

/// Makes a request, with a JSON body if there is one, that the metrics know as `name`.
///
/// # Errors
/// When it cannot be sent.
pub async fn ask(
    user: &mut GooseUser,
    method: GooseMethod,
    (path, name): (&str, &str),
    body: Option<&Value>,
) -> Result<GooseResponse, Box<TransactionError>> {
    let mut builder = user.get_request_builder(&method, path)?.bearer_auth(KEY.as_str());
    if let Some(body) = body {
        builder = builder.json(body);
    }
    let request = GooseRequest::builder().method(method).path(path).name(name).set_request_builder(builder);
    user.request(request.build()).await
}

/// The JSON of an answer that must be good.
///
/// # Errors
/// When there is none, its status is another than 2xx, or it is no JSON.
pub async fn json_of(answer: GooseResponse) -> Result<Value, Box<TransactionError>> {
    let response = answer.response.map_err(|error| Box::new(error.into()))?;
    let response = response.error_for_status().map_err(|error| Box::new(error.into()))?;
    response.json().await.map_err(|error| Box::new(TransactionError::Reqwest(error)))
}

/// Asks for a video with `order`; its id.
///
/// # Errors
/// When it is refused.
pub async fn create(
    user: &mut GooseUser,
    name: &str,
    order: &Value,
) -> Result<String, Box<TransactionError>> {
    let answer = ask(user, GooseMethod::Post, ("/v1/videos", name), Some(order)).await?;
    let video = json_of(answer).await?;
    video["id"].as_str().map(str::to_owned).ok_or_else(|| wrong(format!("a video without an id: {video}")))
}

/// Waits until a video is completed.
///
/// # Errors
/// When it fails.
pub async fn wait_for(user: &mut GooseUser, id: &str) -> TransactionResult {
    loop {
        let answer = ask(user, GooseMethod::Get, (&format!("/v1/videos/{id}"), "poll"), None).await?;
        match json_of(answer).await?["status"].as_str() {
            Some("completed") => return Ok(()),
            Some("queued" | "in_progress") => tokio::time::sleep(LOOK_AGAIN).await,
            other => return Err(wrong(format!("{id} ended as {other:?}"))),
        }
    }
}
