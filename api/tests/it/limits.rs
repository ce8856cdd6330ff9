//! How many videos a project may ask for in a minute.

use kinora_spec::catalogue::COLOUR_BARS;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// Microseconds in a second.
const SECOND_US: i64 = 1_000_000;

async fn limits(app: &TestApp) -> String {
    let projects = app.admin_get("/projects").await.ok();
    format!("/projects/{}/rate_limits", projects["data"][0]["id"].as_str().unwrap())
}

async fn set(app: &TestApp, max: i64) -> Value {
    let path = format!("{}/rl-{}", limits(app).await, COLOUR_BARS.id);
    app.admin_post(&path, &json!({ "max_requests_per_1_minute": max })).await.ok()
}

async fn try_create(app: &TestApp) -> Answer {
    app.post("/v1/videos", &json!({ "prompt": "bars", "model": COLOUR_BARS.id })).await
}

#[tokio::test]
async fn each_model_on_offer_has_a_limit_which_is_none_until_one_is_set() {
    for app in TestApp::each().await {
        let path = limits(&app).await;
        let listed = app.admin_get(&path).await.ok();
        let row = |model: &str, max: i64| {
            json!({
                "id": format!("rl-{model}"), "object": "project.rate_limit", "model": model,
                "max_requests_per_1_minute": max, "max_tokens_per_1_minute": i32::MAX,
            })
        };
        let none = i64::from(i32::MAX);
        assert_eq!(listed["data"], json!([row("kinora-mini", none), row(COLOUR_BARS.id, none)]));
        assert_eq!((&listed["object"], &listed["has_more"]), (&json!("list"), &json!(false)));
        assert_eq!(set(&app, 7).await, row(COLOUR_BARS.id, 7));
        assert_eq!(set(&app, 8).await, row(COLOUR_BARS.id, 8));
        let listed = app.admin_get(&path).await.ok();
        assert_eq!(listed["data"], json!([row("kinora-mini", none), row(COLOUR_BARS.id, 8)]));
    }
}

#[tokio::test]
async fn limits_are_paged_both_ways() {
    let app = TestApp::one().await;
    let path = limits(&app).await;
    let first = app.admin_get(&format!("{path}?limit=1")).await.ok();
    assert_eq!((&first["last_id"], &first["has_more"]), (&json!("rl-kinora-mini"), &json!(true)));
    let second = app.admin_get(&format!("{path}?limit=1&after=rl-kinora-mini")).await.ok();
    assert_eq!(second["data"][0]["model"], COLOUR_BARS.id);
    assert_eq!(second["has_more"], false);
    let back = app.admin_get(&format!("{path}?limit=1&before=rl-{}", COLOUR_BARS.id)).await.ok();
    assert_eq!(back["data"], first["data"]);
    let none = app.admin_get(&format!("{path}?before=rl-kinora-mini")).await.ok();
    assert_eq!(none["data"], json!([]));
    for query in ["after=rl-none", "before=kinora-mini"] {
        app.admin_get(&format!("{path}?{query}")).await.refused(404, "not_found");
    }
    app.admin_get(&format!("{path}?limit=101")).await.refused(400, "invalid_value");
}

#[tokio::test]
async fn a_video_over_the_limit_is_refused_until_the_oldest_is_a_minute_old() {
    for app in TestApp::each().await {
        set(&app, 2).await;
        try_create(&app).await.ok();
        app.clock.advance(10 * SECOND_US);
        let second = try_create(&app).await.ok();
        app.post(&format!("/v1/videos/{}/cancel", second["id"].as_str().unwrap()), &json!({})).await.ok();
        app.delete(&format!("/v1/videos/{}", second["id"].as_str().unwrap())).await.ok();
        app.clock.advance(5 * SECOND_US);
        let over = try_create(&app).await;
        let error = over.refused(429, "rate_limit_exceeded");
        assert!(error["message"].as_str().unwrap().contains("2 requests per minute"), "{error}");
        assert_eq!(over.header("retry-after-ms"), Some("45000"));
        assert_eq!(over.header("retry-after"), Some("45"));
        assert_eq!(over.header("x-should-retry"), None);
        assert_eq!(app.stored_videos().await, 2);
        app.clock.advance(45 * SECOND_US - 1);
        assert_eq!(try_create(&app).await.header("retry-after-ms"), Some("1"));
        app.clock.advance(1);
        try_create(&app).await.ok();
        let again = try_create(&app).await;
        again.refused(429, "rate_limit_exceeded");
        assert_eq!(again.header("retry-after-ms"), Some("10000"));
    }
}

#[tokio::test]
async fn a_limit_is_of_one_project_and_one_model_and_counts_aliases() {
    for app in TestApp::each().await {
        let stranger = app.other_tenant().await;
        let path = format!("{}/rl-kinora-mini", limits(&app).await);
        app.admin_post(&path, &json!({ "max_requests_per_1_minute": 1 })).await.ok();
        app.post("/v1/videos", &json!({ "prompt": "a ball", "model": "sora-2" })).await.ok();
        for model in ["kinora-mini", "sora-2", "sora-2-pro"] {
            let over = app.post("/v1/videos", &json!({ "prompt": "a ball", "model": model })).await;
            over.refused(429, "rate_limit_exceeded");
        }
        try_create(&app).await.ok();
        let body = json!({ "prompt": "a ball", "model": "kinora-mini" });
        app.ask(&stranger, Method::POST, "/v1/videos", Some(&body)).await.ok();
    }
}

#[tokio::test]
async fn a_limit_of_zero_allows_none_and_asks_for_no_retry() {
    for app in TestApp::each().await {
        set(&app, 0).await;
        let over = try_create(&app).await;
        over.refused(429, "rate_limit_exceeded");
        assert_eq!(over.header("x-should-retry"), Some("false"));
        assert_eq!((over.header("retry-after"), over.header("retry-after-ms")), (None, None));
        set(&app, i64::from(i32::MAX)).await;
        try_create(&app).await.ok();
    }
}

#[tokio::test]
async fn requests_that_come_together_do_not_share_the_last_place() {
    for app in TestApp::each().await {
        set(&app, 3).await;
        let all = futures_util::future::join_all((0..8).map(|_| try_create(&app))).await;
        let made = all.iter().filter(|answer| answer.status == 200).count();
        assert_eq!((made, app.stored_videos().await), (3, 3));
        for answer in all.iter().filter(|answer| answer.status != 200) {
            answer.refused(429, "rate_limit_exceeded");
        }
    }
}

#[tokio::test]
async fn what_limits_nothing_here_is_refused_by_name() {
    let app = TestApp::one().await;
    let path = format!("{}/rl-kinora-mini", limits(&app).await);
    for (body, code, param) in [
        (json!({}), "missing_required_parameter", "max_requests_per_1_minute"),
        (json!({ "max_requests_per_1_minute": -1 }), "invalid_value", "max_requests_per_1_minute"),
        (
            json!({ "max_requests_per_1_minute": 2_147_483_648_i64 }),
            "invalid_value",
            "max_requests_per_1_minute",
        ),
        (json!({ "max_requests_per_1_minute": 1.5 }), "invalid_type", "max_requests_per_1_minute"),
        (
            json!({ "max_requests_per_1_minute": 1, "max_tokens_per_1_minute": 1 }),
            "invalid_value",
            "max_tokens_per_1_minute",
        ),
        (
            json!({ "max_requests_per_1_minute": 1, "max_requests_per_1_day": 1 }),
            "invalid_value",
            "max_requests_per_1_day",
        ),
        (json!({ "max_requests_per_1_minute": 1, "model": "x" }), "unknown_parameter", "model"),
    ] {
        let error = app.admin_post(&path, &body).await.refused(400, code);
        assert_eq!(error["param"], param, "{body}");
    }
    let fits = json!({ "max_requests_per_1_minute": 1 });
    for id in ["rl-none", "kinora-mini", "rl-sora-2"] {
        let path = format!("{}/{id}", limits(&app).await);
        app.admin_post(&path, &fits).await.refused(404, "not_found");
    }
}
