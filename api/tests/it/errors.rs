//! What every answer has, above all the ones that are not what was asked for.

use actix_web::ResponseError as _;
use kinora::ApiError;
use kinora::limits::{Exceeded, Left, Limit};
use kinora_billing::Micros;
use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, answer};

/// The refusals with a status that official SDKs send again by themselves.
fn repeated() -> Vec<ApiError> {
    let limited = |retry_after_ms| {
        let limit = Limit::Model("m".into());
        ApiError::from(Box::new(Exceeded { limit, max: 1, retry_after_ms, left: Left::default() }))
    };
    let cent = Micros::new(10_000);
    vec![
        limited(Some(59_001)),
        limited(None),
        ApiError::VideoInProgress,
        ApiError::VideoOver("completed"),
        ApiError::RepeatsInWork,
        ApiError::KeyReused,
        ApiError::InsufficientCredit { available: cent, short: cent, on_account: false },
        ApiError::SpendLimit { scope: "project", limit: cent, left: cent, needed: cent },
        ApiError::NoPrice("x".into()),
        ApiError::NoPayments,
        ApiError::NotReady("it is stopping"),
    ]
}

#[test]
fn every_refusal_that_sdks_repeat_says_when_to_or_that_it_does_not_help() {
    for error in repeated() {
        let answer = error.error_response();
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap());
        let wait_ms = match &error {
            ApiError::Limited(exceeded) => exceeded.retry_after_ms,
            ApiError::RepeatsInWork | ApiError::NotReady(_) => Some(1_000),
            _ => None,
        };
        let wait = wait_ms.map(|wait_ms| (wait_ms.to_string(), ((wait_ms + 999) / 1_000).to_string()));
        let wait = wait.as_ref().map(|(ms, seconds)| (ms.as_str(), seconds.as_str()));
        assert_eq!(header("retry-after-ms"), wait.map(|(ms, _)| ms), "{error:?}");
        assert_eq!(header("retry-after"), wait.map(|(_, seconds)| seconds), "{error:?}");
        assert_eq!(header("x-should-retry"), wait.is_none().then_some("false"), "{error:?}");
    }
}

#[tokio::test]
async fn a_path_that_is_not_there_has_the_error_body() {
    let app = TestApp::one().await;
    let id = app.create().await;
    for (method, path) in [
        (Method::GET, "/".to_owned()),
        (Method::GET, "/v1".into()),
        (Method::GET, "/v1/video".into()),
        (Method::GET, "/v1/videos/".into()),
        (Method::POST, "/v1/videos/characters/char_1/x".into()),
        (Method::GET, format!("/v1/videos/{id}/content/x")),
        (Method::GET, "/v1/models/a/b".into()),
    ] {
        let error = answer(app.request(method.clone(), &path)).await.refused(404, "unknown_url");
        let expected = format!("Unknown request URL: {method} {path}.");
        assert_eq!(error["message"], expected);
    }
}

#[tokio::test]
async fn a_method_that_is_not_there_names_those_that_are() {
    let app = TestApp::one().await;
    let id = app.create().await;
    for (method, path, allowed) in [
        (Method::PUT, "/v1/videos".to_owned(), "GET, POST"),
        (Method::POST, format!("/v1/videos/{id}"), "GET, DELETE"),
        (Method::POST, format!("/v1/videos/{id}/content"), "GET, HEAD"),
        (Method::GET, format!("/v1/videos/{id}/cancel"), "POST"),
        (Method::DELETE, "/v1/models".into(), "GET"),
        (Method::POST, "/healthz".into(), "GET"),
    ] {
        let answer = answer(app.request(method, &path)).await;
        answer.refused(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allowed), "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_an_id_of_the_servers() {
    let app = TestApp::one().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in ["/v1/videos", "/healthz", "/nowhere", "/v1/videos?limit=x"] {
        let answer = answer(app.request(Method::GET, path).header("x-request-id", "req_mine")).await;
        let id = answer.header("x-request-id").unwrap().to_owned();
        assert!(id.starts_with("req_") && id.len() == 36, "{id}");
        assert!(answer.header("openai-processing-ms").unwrap().parse::<u64>().is_ok());
        assert!(seen.insert(id));
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_not_found() {
    let app = TestApp::one().await;
    for id in ["x", "video_1", "video_", "run_019aabc2f1e87d0e8f6a3c1b5d7e9f01", "%ff", "..%2f..", "a%00b"] {
        app.get(&format!("/v1/videos/{id}")).await.refused(404, "not_found");
    }
    let long = "x".repeat(4_000);
    let error = app.get(&format!("/v1/videos/{long}")).await.refused(404, "not_found");
    assert!(error["message"].as_str().unwrap().len() < 200);
}

#[tokio::test]
async fn a_server_that_stops_is_alive_and_not_ready() {
    for app in TestApp::each().await {
        let ready = answer(app.bare(Method::GET, "/readyz")).await;
        assert_eq!(ready.ok(), json!({ "status": "ok" }));
        app.app.drain();
        assert_eq!(answer(app.bare(Method::GET, "/healthz")).await.ok(), json!({ "status": "ok" }));
        let answer = answer(app.bare(Method::GET, "/readyz")).await;
        answer.refused(503, "not_ready");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
}
