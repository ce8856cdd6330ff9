//! How many requests one address may send.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{TestApp, answer};
use crate::leases::claim;

/// Microseconds in a second.
const SECOND_US: i64 = 1_000_000;

#[tokio::test]
async fn a_flood_is_refused_before_its_key_is_looked_at_and_time_ends_it() {
    let app = TestApp::with(|config| config.requests_per_second_max = 5).await;
    for _ in 0..10 {
        answer(app.bare(Method::GET, "/v1/models")).await.refused(401, "invalid_api_key");
    }
    let over = answer(app.bare(Method::GET, "/v1/models")).await;
    let error = over.refused(429, "rate_limit_exceeded");
    assert_eq!(error["message"], "Rate limit reached for your address: 5 requests per second.");
    assert_eq!((over.header("retry-after-ms"), over.header("retry-after")), (Some("200"), Some("1")));
    assert_eq!(over.header("x-should-retry"), None);
    assert_eq!(over.header("ratelimit"), None);
    app.clock.advance(SECOND_US / 5);
    app.get("/v1/videos").await.ok();
    app.get("/v1/videos").await.refused(429, "rate_limit_exceeded");
    app.clock.advance(2 * SECOND_US);
    for _ in 0..10 {
        app.get("/v1/videos").await.ok();
    }
    app.get("/no/such/path").await.refused(429, "rate_limit_exceeded");
}

#[tokio::test]
async fn health_and_the_workers_of_this_machine_are_not_counted() {
    let app = TestApp::with(|config| config.requests_per_second_max = 1).await;
    app.create().await;
    for _ in 0..5 {
        answer(app.bare(Method::GET, "/healthz")).await.ok();
        answer(app.bare(Method::GET, "/readyz")).await.ok();
    }
    assert_eq!(app.work("", &claim()).await.status, StatusCode::OK);
    for _ in 0..5 {
        assert_eq!(app.work("", &claim()).await.status, StatusCode::NO_CONTENT);
    }
    app.get("/v1/videos").await.ok();
    app.get("/v1/videos").await.refused(429, "rate_limit_exceeded");
}

#[tokio::test]
async fn with_0_nothing_is_refused() {
    let app = TestApp::with(|config| config.requests_per_second_max = 0).await;
    let nothing = json!({});
    let all = futures_util::future::join_all((0..200).map(|_| app.post("/v1/videos", &nothing))).await;
    for refused in all {
        refused.refused(400, "missing_required_parameter");
    }
}
