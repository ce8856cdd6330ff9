//! One scenario for each thing that a customer does, and how fast it must be.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use goose::prelude::*;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::receiver::Receiver;
use crate::session::{KEY, ask, create, json_of, order, wait_for, wrong};

/// What must hold of each scenario unless the command line sets thresholds of its own: its machine name, the rule, and
/// the requests that the rule is about. They are for two busy cores: a slow machine must pass, a broken build must not.
pub const THRESHOLDS: [(&str, &str); 8] = [
    ("submit", "p95<500ms for POST submit"),
    ("submit", "p95<500ms for POST cancel"),
    ("poll", "p95<250ms for GET poll"),
    ("list", "p95<500ms for GET list"),
    ("content", "p95<1000ms for GET content"),
    ("events", "p95<1000ms for SSE first"),
    ("events", "p95<20s for SSE done"),
    ("webhooks", "p95<20s for HOOK delivered"),
];
/// How long a webhook may take from the request for its video.
const DELIVERY_WAIT: Duration = Duration::from_secs(60);

/// The video of a user.
#[derive(Clone)]
struct Mine(String);

/// The scenarios that run when none is named: all but `create`, which only fills the queue.
pub const DEFAULT: [&str; 6] = ["submit", "poll", "list", "content", "events", "webhooks"];

/// Every scenario.
///
/// # Errors
/// Never in practice: no weight is zero.
pub fn all() -> Result<Vec<Scenario>, GooseError> {
    Ok(vec![
        scenario!("submit").set_weight(3)?.register_transaction(transaction!(submit)),
        scenario!("poll")
            .set_weight(4)?
            .register_transaction(transaction!(prepare).set_on_start())
            .register_transaction(transaction!(poll)),
        scenario!("list").set_weight(2)?.register_transaction(transaction!(list)),
        scenario!("content")
            .register_transaction(transaction!(prepare_completed).set_on_start())
            .register_transaction(transaction!(content)),
        scenario!("events").register_transaction(transaction!(events)),
        scenario!("webhooks").register_transaction(transaction!(webhooks)),
        scenario!("create").register_transaction(transaction!(submit_alone)),
    ])
}

/// Asks for a video, and cancels it so that the queue stays short.
async fn submit(user: &mut GooseUser) -> TransactionResult {
    let id = create(user, "submit", &order()).await?;
    cancel(user, &id).await
}

async fn cancel(user: &mut GooseUser, id: &str) -> TransactionResult {
    let path = format!("/v1/videos/{id}/cancel");
    let mut answer = ask(user, GooseMethod::Post, (&path, "cancel"), None).await?;
    match &answer.response {
        Ok(response) if response.status().is_success() => Ok(()),
        // A worker was faster.
        Ok(response) if response.status().as_u16() == 409 => user.set_success(&mut answer.request),
        _ => json_of(answer).await.map(drop),
    }
}

async fn submit_alone(user: &mut GooseUser) -> TransactionResult {
    create(user, "submit", &order()).await.map(drop)
}

async fn prepare(user: &mut GooseUser) -> TransactionResult {
    let id = create(user, "submit", &order()).await?;
    user.set_session_data(Mine(id));
    Ok(())
}

async fn prepare_completed(user: &mut GooseUser) -> TransactionResult {
    let id = create(user, "submit", &order()).await?;
    wait_for(user, &id).await?;
    user.set_session_data(Mine(id));
    Ok(())
}

async fn poll(user: &mut GooseUser) -> TransactionResult {
    let Some(Mine(id)) = user.get_session_data::<Mine>() else { return Ok(()) };
    let path = format!("/v1/videos/{id}");
    json_of(ask(user, GooseMethod::Get, (&path, "poll"), None).await?).await.map(drop)
}

async fn list(user: &mut GooseUser) -> TransactionResult {
    json_of(ask(user, GooseMethod::Get, ("/v1/videos?limit=20", "list"), None).await?).await.map(drop)
}

/// Downloads the clip to its end.
async fn content(user: &mut GooseUser) -> TransactionResult {
    let Some(Mine(id)) = user.get_session_data::<Mine>() else { return Ok(()) };
    let path = format!("/v1/videos/{id}/content");
    let answer = ask(user, GooseMethod::Get, (&path, "content"), None).await?;
    let response = answer.response.map_err(|error| Box::new(error.into()))?;
    let bytes = response.bytes().await.map_err(|error| Box::new(error.into()))?;
    if bytes.get(4..8) != Some(b"ftyp") {
        return Err(wrong(format!("{} bytes that are no MP4", bytes.len())));
    }
    Ok(())
}

/// Follows a video from its request to its end.
async fn events(user: &mut GooseUser) -> TransactionResult {
    let id = create(user, "submit", &order()).await?;
    let begun = Instant::now();
    let builder = user.get_request_builder(&GooseMethod::Get, &format!("/v1/videos/{id}/events"))?;
    let response = builder.bearer_auth(KEY.as_str()).send().await.map_err(|error| Box::new(error.into()))?;
    let mut stream = response.error_for_status().map_err(|error| Box::new(error.into()))?.bytes_stream();
    let mut text = String::new();
    let mut first = None;
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|error| Box::new(error.into()))?;
        first.get_or_insert_with(|| begun.elapsed());
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    let done = text.contains("event: done") && text.contains("\"completed\"");
    let end = if done { None } else { Some("the stream ended without a completed video") };
    let first = first.unwrap_or_else(|| begun.elapsed());
    user.record_custom_request_duration("SSE", "first", first, done, None, end).await?;
    user.record_custom_request_duration("SSE", "done", begun.elapsed(), done, None, end).await
}

/// Asks for a video and waits for the webhook that says that it is there.
async fn webhooks(user: &mut GooseUser) -> TransactionResult {
    static RECEIVER: OnceCell<Receiver> = OnceCell::const_new();
    let receiver = RECEIVER.get_or_try_init(|| registered(user)).await?;
    let begun = Instant::now();
    let id = create(user, "submit", &order()).await?;
    let arrived = receiver.wait_for(&id, DELIVERY_WAIT).await;
    let end = if arrived { None } else { Some("no webhook") };
    user.record_custom_request_duration("HOOK", "delivered", begun.elapsed(), arrived, None, end).await
}

/// A receiver that the server knows as an endpoint.
async fn registered(user: &mut GooseUser) -> Result<Receiver, Box<goose::goose::TransactionError>> {
    let mut receiver = Receiver::start(0).await.map_err(|error| wrong(error.to_string()))?;
    let endpoint = json!({ "name": "load", "url": receiver.url(), "event_types": ["video.completed"] });
    let answer =
        ask(user, GooseMethod::Post, ("/v1/webhook_endpoints", "webhook endpoint"), Some(&endpoint)).await?;
    let endpoint = json_of(answer).await?;
    receiver.trust(endpoint["signing_secret"].as_str().unwrap_or_default()).map_err(wrong)?;
    Ok(receiver)
}
