//! What a project and a key may ask for, over all models. How many videos are made at a time is `concurrency`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// Microseconds in a second.
const SECOND_US: i64 = 1_000_000;
/// Seconds in a day.
const DAY_SECONDS: i64 = 86_400;

async fn ask_for(app: &TestApp, key: &str, seconds: &str) -> Answer {
    let body = json!({ "prompt": "bars", "model": "colour-bars", "seconds": seconds });
    app.ask(key, Method::POST, "/v1/videos", Some(&body)).await
}

async fn of_project(app: &TestApp) -> String {
    format!("/projects/{}/limits", app.project().await)
}

async fn of_key(app: &TestApp) -> String {
    format!("/projects/{}/api_keys/{}/limits", app.project().await, TestApp::key_id(&app.key))
}

fn limits(object: &str, requests: Value, concurrent: Value, queued: Value, seconds: Value) -> Value {
    json!({
        "object": object, "max_requests_per_1_minute": requests, "max_concurrent_videos": concurrent,
        "max_queued_videos": queued, "max_video_seconds_per_1_day": seconds,
    })
}

#[tokio::test]
async fn only_what_is_sent_changes_and_null_takes_a_limit_away() {
    for app in TestApp::each().await {
        let null = || Value::Null;
        for (path, object) in
            [(of_project(&app).await, "project.limits"), (of_key(&app).await, "project.api_key.limits")]
        {
            let none = limits(object, null(), null(), null(), null());
            assert_eq!(app.admin_get(&path).await.ok(), none);
            let all = json!({
                "max_requests_per_1_minute": 1, "max_concurrent_videos": 2, "max_queued_videos": 3,
                "max_video_seconds_per_1_day": 4,
            });
            assert_eq!(
                app.admin_post(&path, &all).await.ok(),
                limits(object, json!(1), json!(2), json!(3), json!(4))
            );
            let some = json!({ "max_concurrent_videos": null, "max_queued_videos": 0 });
            let expected = limits(object, json!(1), null(), json!(0), json!(4));
            assert_eq!(app.admin_post(&path, &some).await.ok(), expected);
            assert_eq!(app.admin_post(&path, &json!({})).await.ok(), expected);
            assert_eq!(app.admin_get(&path).await.ok(), expected);
            let rest = json!({
                "max_requests_per_1_minute": null, "max_queued_videos": null, "max_video_seconds_per_1_day": null,
            });
            assert_eq!(app.admin_post(&path, &rest).await.ok(), none);
        }
    }
}

#[tokio::test]
async fn impossible_limits_are_refused_by_name() {
    let app = TestApp::one().await;
    for path in [of_project(&app).await, of_key(&app).await] {
        for (body, code, param) in [
            (json!({ "max_queued_videos": -1 }), "invalid_value", "max_queued_videos"),
            (json!({ "max_concurrent_videos": 2_147_483_648_i64 }), "invalid_value", "max_concurrent_videos"),
            (json!({ "max_video_seconds_per_1_day": 1.5 }), "invalid_type", "max_video_seconds_per_1_day"),
            (json!({ "max_requests_per_1_minute": "1" }), "invalid_type", "max_requests_per_1_minute"),
            (json!({ "max_requests_per_1_day": 1 }), "unknown_parameter", "max_requests_per_1_day"),
        ] {
            let error = app.admin_post(&path, &body).await.refused(400, code);
            assert_eq!(error["param"], param, "{body}");
        }
        assert_eq!(app.admin_get(&path).await.ok()["max_queued_videos"], Value::Null);
    }
}

#[tokio::test]
async fn limits_of_others_are_not_found_and_those_of_an_archived_project_do_not_change() {
    for app in TestApp::each().await {
        let (admin, _) = app.other_organization().await;
        let (project, key) = app.new_project().await;
        let in_wrong_project =
            format!("/projects/{}/api_keys/{}/limits", app.project().await, TestApp::key_id(&key));
        app.admin_get(&in_wrong_project).await.refused(404, "not_found");
        for path in [of_project(&app).await, of_key(&app).await] {
            let path = format!("/v1/organization{path}");
            app.ask(&admin, Method::GET, &path, None).await.refused(404, "not_found");
            let body = json!({ "max_queued_videos": 1 });
            app.ask(&admin, Method::POST, &path, Some(&body)).await.refused(404, "not_found");
            app.ask(&app.key, Method::POST, &path, Some(&body)).await.refused(403, "insufficient_scope");
        }
        app.admin_post(&format!("/projects/{project}/archive"), &json!({})).await.ok();
        for path in [
            format!("/projects/{project}/limits"),
            format!("/projects/{project}/api_keys/{}/limits", TestApp::key_id(&key)),
        ] {
            app.admin_post(&path, &json!({ "max_queued_videos": 1 })).await.refused(403, "project_archived");
            app.admin_get(&path).await.ok();
        }
    }
}

#[tokio::test]
async fn a_minute_counts_all_models_of_a_project_and_no_other_project() {
    for app in TestApp::each().await {
        let (_, sibling) = app.new_project().await;
        app.admin_post(&of_project(&app).await, &json!({ "max_requests_per_1_minute": 2 })).await.ok();
        ask_for(&app, &app.key, "4").await.ok();
        app.clock.advance(20 * SECOND_US);
        app.post("/v1/videos", &json!({ "prompt": "a ball", "model": "kinora-mini" })).await.ok();
        let over = ask_for(&app, &app.key, "4").await;
        let error = over.refused(429, "rate_limit_exceeded");
        assert_eq!(error["message"], "Rate limit reached for this project: 2 requests per minute.");
        assert_eq!((over.header("retry-after-ms"), over.header("retry-after")), (Some("40000"), Some("40")));
        for _ in 0..3 {
            ask_for(&app, &sibling, "4").await.ok();
        }
        app.clock.advance(40 * SECOND_US - 1);
        assert_eq!(ask_for(&app, &app.key, "4").await.header("retry-after-ms"), Some("1"));
        app.clock.advance(1);
        ask_for(&app, &app.key, "4").await.ok();
        let over = ask_for(&app, &app.key, "4").await;
        assert_eq!(over.header("retry-after-ms"), Some("20000"));
    }
}

#[tokio::test]
async fn a_keys_minute_is_its_own() {
    for app in TestApp::each().await {
        let other = app.new_key(&app.project().await).await;
        app.admin_post(&of_key(&app).await, &json!({ "max_requests_per_1_minute": 1 })).await.ok();
        app.admin_post(&of_project(&app).await, &json!({ "max_requests_per_1_minute": 3 })).await.ok();
        ask_for(&app, &app.key, "4").await.ok();
        let error = ask_for(&app, &app.key, "4").await.refused(429, "rate_limit_exceeded");
        assert_eq!(error["message"], "Rate limit reached for this API key: 1 requests per minute.");
        for _ in 0..2 {
            ask_for(&app, &other, "4").await.ok();
        }
        let error = ask_for(&app, &other, "4").await.refused(429, "rate_limit_exceeded");
        assert_eq!(error["message"], "Rate limit reached for this project: 3 requests per minute.");
    }
}

#[tokio::test]
async fn a_limit_that_is_lowered_waits_until_as_many_are_gone_as_are_over_it() {
    for app in TestApp::each().await {
        for _ in 0..4 {
            ask_for(&app, &app.key, "4").await.ok();
            app.clock.advance(10 * SECOND_US);
        }
        app.admin_post(&of_project(&app).await, &json!({ "max_requests_per_1_minute": 2 })).await.ok();
        // Asked for at 0, 10, 20 and 30; now it is 40, and there is room when the third is gone, at 80.
        assert_eq!(ask_for(&app, &app.key, "4").await.header("retry-after-ms"), Some("40000"));
        app.clock.advance(40 * SECOND_US - 1);
        ask_for(&app, &app.key, "4").await.refused(429, "rate_limit_exceeded");
        app.clock.advance(1);
        ask_for(&app, &app.key, "4").await.ok();
    }
}

#[tokio::test]
async fn a_day_counts_seconds_of_videos_that_did_not_fail() {
    for app in TestApp::each().await {
        let other = app.new_key(&app.project().await).await;
        let (_, sibling) = app.new_project().await;
        app.admin_post(&of_project(&app).await, &json!({ "max_video_seconds_per_1_day": 12 })).await.ok();
        ask_for(&app, &app.key, "4").await.ok();
        app.clock.advance(100 * SECOND_US);
        let second = ask_for(&app, &other, "4").await.ok();
        app.clock.advance(100 * SECOND_US);
        let over = ask_for(&app, &app.key, "8").await;
        let error = over.refused(429, "rate_limit_exceeded");
        assert_eq!(error["message"], "Rate limit reached for this project: 12 seconds of video per day.");
        let wait = (DAY_SECONDS - 200).to_string();
        assert_eq!(over.header("retry-after"), Some(wait.as_str()));
        assert_eq!(over.header("x-should-retry"), Some("false"));
        ask_for(&app, &app.key, "4").await.ok();
        ask_for(&app, &app.key, "4").await.refused(429, "rate_limit_exceeded");
        ask_for(&app, &sibling, "8").await.ok();
        let path = format!("/v1/videos/{}/cancel", second["id"].as_str().unwrap());
        app.ask(&other, Method::POST, &path, None).await;
        ask_for(&app, &other, "4").await.ok();
        // Left are 4 seconds from the start, and 4 and 4 from 200 seconds after it.
        app.clock.advance((DAY_SECONDS - 200) * SECOND_US - 1);
        let over = ask_for(&app, &app.key, "4").await;
        assert_eq!((over.header("retry-after-ms"), over.header("x-should-retry")), (Some("1"), None));
        assert_eq!(ask_for(&app, &app.key, "8").await.header("retry-after-ms"), Some("200001"));
        app.clock.advance(1);
        ask_for(&app, &app.key, "4").await.ok();
    }
}

#[tokio::test]
async fn a_keys_day_is_its_own_and_a_video_longer_than_it_never_fits() {
    for app in TestApp::each().await {
        let other = app.new_key(&app.project().await).await;
        app.admin_post(&of_key(&app).await, &json!({ "max_video_seconds_per_1_day": 4 })).await.ok();
        let over = ask_for(&app, &app.key, "8").await;
        over.refused(429, "rate_limit_exceeded");
        assert_eq!((over.header("retry-after"), over.header("x-should-retry")), (None, Some("false")));
        assert_eq!(over.header("x-ratelimit-remaining-video-seconds"), Some("4"));
        ask_for(&app, &other, "8").await.ok();
        ask_for(&app, &app.key, "4").await.ok();
        let error = ask_for(&app, &app.key, "4").await.refused(429, "rate_limit_exceeded");
        assert_eq!(error["message"], "Rate limit reached for this API key: 4 seconds of video per day.");
    }
}

#[tokio::test]
async fn a_full_queue_takes_no_more_until_one_of_it_is_taken() {
    for app in TestApp::each().await {
        let other = app.new_key(&app.project().await).await;
        let (_, sibling) = app.new_project().await;
        app.admin_post(&of_project(&app).await, &json!({ "max_queued_videos": 3 })).await.ok();
        app.admin_post(&of_key(&app).await, &json!({ "max_queued_videos": 1 })).await.ok();
        ask_for(&app, &app.key, "4").await.ok();
        let over = ask_for(&app, &app.key, "4").await;
        let error = over.refused(429, "queue_full");
        assert_eq!(
            error["message"],
            "The queue is full: at most 1 videos of this API key may wait at a time."
        );
        assert_eq!((over.header("retry-after-ms"), over.header("retry-after")), (Some("5000"), Some("5")));
        app.clock.advance(1);
        for _ in 0..2 {
            ask_for(&app, &other, "4").await.ok();
        }
        let error = ask_for(&app, &other, "4").await.refused(429, "queue_full");
        assert_eq!(
            error["message"],
            "The queue is full: at most 3 videos of this project may wait at a time."
        );
        ask_for(&app, &sibling, "4").await.ok();
        app.lease().await;
        ask_for(&app, &app.key, "4").await.ok();
        ask_for(&app, &other, "4").await.refused(429, "queue_full");
    }
}

#[tokio::test]
async fn a_project_without_a_limit_of_its_own_has_the_servers_queue() {
    let app = TestApp::with(|config| config.queue_videos_max = 2).await;
    let (sibling, key) = app.new_project().await;
    app.admin_post(&format!("/projects/{sibling}/limits"), &json!({ "max_queued_videos": 3 })).await.ok();
    for _ in 0..2 {
        app.create().await;
    }
    ask_for(&app, &app.key, "4").await.refused(429, "queue_full");
    for _ in 0..3 {
        app.create_as(&key).await;
    }
    ask_for(&app, &key, "4").await.refused(429, "queue_full");
    app.admin_post(&format!("/projects/{sibling}/limits"), &json!({ "max_queued_videos": 0 })).await.ok();
    let over = ask_for(&app, &key, "4").await;
    over.refused(429, "queue_full");
    assert_eq!((over.header("retry-after"), over.header("x-should-retry")), (None, Some("false")));
}

#[tokio::test]
async fn headers_tell_what_is_left_of_the_tightest_limit_of_each_kind() {
    for app in TestApp::each().await {
        let free = ask_for(&app, &app.key, "4").await;
        free.ok();
        for name in ["ratelimit-policy", "ratelimit", "x-ratelimit-limit-requests"] {
            assert_eq!(free.header(name), None, "{name}");
        }
        app.lease().await;
        let project = json!({
            "max_requests_per_1_minute": 60, "max_concurrent_videos": 2, "max_video_seconds_per_1_day": 100,
        });
        app.admin_post(&of_project(&app).await, &project).await.ok();
        let key = json!({ "max_requests_per_1_minute": 3, "max_video_seconds_per_1_day": 3_600 });
        app.admin_post(&of_key(&app).await, &key).await.ok();
        app.clock.advance(10 * SECOND_US);
        let made = ask_for(&app, &app.key, "8").await;
        made.ok();
        let policies = concat!(
            r#""requests";q=3;w=60, "video-seconds";q=100;w=86400;qu="video-seconds", "#,
            r#""concurrency";q=2;qu="concurrent-requests""#
        );
        let expected = [
            ("ratelimit-policy", policies),
            ("ratelimit", r#""requests";r=1;t=50, "video-seconds";r=88;t=86390, "concurrency";r=1"#),
            ("x-ratelimit-limit-requests", "3"),
            ("x-ratelimit-remaining-requests", "1"),
            ("x-ratelimit-reset-requests", "50s"),
            ("x-ratelimit-limit-video-seconds", "100"),
            ("x-ratelimit-remaining-video-seconds", "88"),
            ("x-ratelimit-reset-video-seconds", "23h59m50s"),
        ];
        for (name, value) in expected {
            assert_eq!(made.header(name), Some(value), "{name}");
        }
        ask_for(&app, &app.key, "8").await.ok();
        let over = ask_for(&app, &app.key, "8").await;
        over.refused(429, "rate_limit_exceeded");
        assert_eq!(over.header("retry-after"), Some("50"));
        let left = r#""requests";r=0;t=50, "video-seconds";r=80;t=86390, "concurrency";r=1"#;
        assert_eq!((over.header("ratelimit-policy"), over.header("ratelimit")), (Some(policies), Some(left)));
        let estimate = json!({ "prompt": "bars", "model": "colour-bars", "dry_run": true });
        let estimate = app.post("/v1/videos", &estimate).await;
        estimate.ok();
        assert_eq!(estimate.header("ratelimit"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_let_exactly_as_many_in_as_the_limit_says() {
    for app in TestApp::each().await {
        let beside = app.beside().await;
        for (limit, code) in [
            ("max_requests_per_1_minute", "rate_limit_exceeded"),
            ("max_video_seconds_per_1_day", "rate_limit_exceeded"),
            ("max_queued_videos", "queue_full"),
        ] {
            let (project, key) = app.new_project().await;
            let max = if limit == "max_video_seconds_per_1_day" { 40 } else { 10 };
            app.admin_post(&format!("/projects/{project}/limits"), &json!({ limit: max })).await.ok();
            let tries = (0..40).map(|number| {
                let node = if number % 2 == 0 { &app } else { &beside };
                ask_for(node, &key, "4")
            });
            let all = futures_util::future::join_all(tries).await;
            let made = all.iter().filter(|answer| answer.status == 200).count();
            assert_eq!(made, 10, "{limit}");
            for over in all.iter().filter(|answer| answer.status != 200) {
                over.refused(429, code);
            }
        }
        assert_eq!(app.stored_videos().await, 30);
    }
}
