//! Sends events to their endpoints until each has answered 2xx. What an event says is in `events`.

use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, system_us};
use crate::events;
use crate::state::Delivery;

/// How long an endpoint may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// The longest wait between two tries, in milliseconds.
const RETRY_MS_MAX: u64 = 60_000;

/// Runs for as long as the server does.
pub async fn run(app: Arc<App>, client: reqwest::Client) {
    loop {
        let now_us = system_us();
        let (due, later): (Vec<Delivery>, Vec<Delivery>) =
            app.state().deliveries.iter().cloned().partition(|delivery| delivery.due_us <= now_us);
        for delivery in &due {
            let arrived = send(&app, &client, delivery).await;
            settle(&app, delivery, arrived);
        }
        if !due.is_empty() {
            continue;
        }
        let wait_us = later.iter().map(|delivery| delivery.due_us - now_us).min();
        let wait_us = wait_us.and_then(|wait_us| u64::try_from(wait_us).ok()).unwrap_or(u64::from(u32::MAX));
        tokio::select! {
            () = app.wake.notified() => {}
            () = tokio::time::sleep(Duration::from_micros(wait_us)) => {}
        }
    }
}

/// Whether the endpoint answered 2xx. An endpoint or an event that is no longer known counts as delivered.
async fn send(app: &App, client: &reqwest::Client, delivery: &Delivery) -> bool {
    let (body, endpoint) = {
        let state = app.state();
        let Some(event) = state.events.get(&delivery.event) else { return true };
        let Some(endpoint) = state.endpoints.get(&delivery.endpoint) else { return true };
        (events::body(event), endpoint.clone())
    };
    // Signed with the system's clock, not the server's: the receiver compares with its own.
    let signature = events::signature(&body, &endpoint.secret, system_us() / 1_000_000);
    let request = client
        .post(&endpoint.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("stripe-signature", signature)
        .timeout(ANSWER_MAX)
        .body(body);
    match request.send().await {
        Ok(answer) => answer.status().is_success(),
        Err(fault) => {
            tracing::info!(%fault, event = delivery.event, "a webhook could not be delivered; it will be tried again");
            false
        }
    }
}

/// Forgets what arrived; puts off what did not.
fn settle(app: &App, delivery: &Delivery, arrived: bool) {
    let mut state = app.state();
    let same = |other: &Delivery| other.event == delivery.event && other.endpoint == delivery.endpoint;
    if arrived {
        state.deliveries.retain(|other| !same(other));
    }
    let retry_ms =
        app.settings.webhook_retry_ms.saturating_mul(1 << delivery.attempts.min(20)).min(RETRY_MS_MAX);
    for other in state.deliveries.iter_mut().filter(|other| same(other)) {
        other.attempts += 1;
        other.due_us = system_us() + i64::try_from(retry_ms).unwrap_or(i64::MAX) * 1_000;
    }
    if let Some(file) = &app.settings.state_file
        && let Err(fault) = state.save(file)
    {
        tracing::error!(fault = format!("{fault:#}"), "the state could not be written");
    }
}
