//! What official SDKs send again by themselves, without a key but with a count.

use futures_util::future::join_all;
use kinora_spec::catalogue::COLOUR_BARS;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, answer};
use crate::replays::{is_replayed, stored};

const SECOND_US: i64 = 1_000_000;

fn bars() -> Value {
    json!({ "prompt": "bars", "model": COLOUR_BARS.id })
}

async fn attempt_as(app: &TestApp, key: &str, count: &str, body: &Value) -> Answer {
    let request = app.bare(Method::POST, "/v1/videos").bearer_auth(key);
    answer(request.header("x-stainless-retry-count", count).json(body)).await
}

async fn attempt(app: &TestApp, count: &str) -> Answer {
    attempt_as(app, &app.key, count, &bars()).await
}

fn id(answer: &Answer) -> String {
    answer.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_retry_within_a_minute_gets_the_first_answer_and_one_after_it_a_new_video() {
    for app in TestApp::each().await {
        let first = attempt(&app, "0").await;
        assert!(!is_replayed(&first));
        for count in ["1", "2"] {
            app.clock.advance(30 * SECOND_US - 1);
            let again = attempt(&app, count).await;
            assert!(is_replayed(&again));
            assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
        }
        assert_eq!(app.stored_videos().await, 1);
        app.clock.advance(2);
        let late = attempt(&app, "2").await;
        assert!(!is_replayed(&late));
        assert_ne!(id(&late), id(&first));
        assert_eq!(id(&attempt(&app, "1").await), id(&late));
        assert_eq!((app.stored_videos().await, stored(&app).await), (2, 1));
    }
}

#[tokio::test]
async fn a_first_attempt_is_something_new_and_what_is_retried_is_the_last_of_them() {
    for app in TestApp::each().await {
        let first = attempt(&app, "0").await;
        let second = attempt(&app, "0").await;
        assert!(!is_replayed(&second));
        assert_ne!(id(&second), id(&first));
        assert_eq!(id(&attempt(&app, "1").await), id(&second));
        let body = bars();
        let all = join_all((0..8).map(|_| attempt_as(&app, &app.key, "0", &body))).await;
        let mut ids: Vec<String> = all.iter().map(id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), app.stored_videos().await, stored(&app).await), (8, 10, 1));
        assert!(ids.contains(&id(&attempt(&app, "1").await)));
    }
}

#[tokio::test]
async fn a_retry_whose_first_attempt_never_came_does_the_work() {
    for app in TestApp::each().await {
        let first = attempt(&app, "1").await;
        assert!(!is_replayed(&first));
        assert_eq!(id(&attempt(&app, "2").await), id(&first));
        assert_eq!(app.stored_videos().await, 1);
    }
}

#[tokio::test]
async fn a_first_attempt_that_comes_in_after_its_retry_was_answered_gets_that_answer_once() {
    for app in TestApp::each().await {
        let retry = attempt(&app, "1").await;
        app.clock.advance(2 * SECOND_US - 1);
        let first = attempt(&app, "0").await;
        assert!(is_replayed(&first));
        assert_eq!(id(&first), id(&retry));
        let new = attempt(&app, "0").await;
        assert!(!is_replayed(&new) && id(&new) != id(&retry), "the next one is new");
        assert_eq!(app.stored_videos().await, 2);
    }
}

#[tokio::test]
async fn a_first_attempt_long_after_a_retry_without_one_is_something_new() {
    for app in TestApp::each().await {
        let retry = attempt(&app, "1").await;
        app.clock.advance(2 * SECOND_US);
        let new = attempt(&app, "0").await;
        assert!(!is_replayed(&new) && id(&new) != id(&retry));
        assert_eq!(app.stored_videos().await, 2);
    }
}

#[tokio::test]
async fn a_retry_is_of_one_key_one_path_and_one_body() {
    for app in TestApp::each().await {
        let first = attempt(&app, "0").await;
        let path = format!("/projects/{}/api_keys", app.ids().await.project);
        let other = app.admin_post(&path, &json!({ "name": "other" })).await.ok();
        let other = other["value"].as_str().unwrap();
        let theirs = attempt_as(&app, other, "1", &bars()).await;
        assert!(!is_replayed(&theirs));
        let longer = json!({ "prompt": "bars", "model": COLOUR_BARS.id, "seconds": 8 });
        assert!(!is_replayed(&attempt_as(&app, &app.key, "1", &longer).await));
        assert_eq!(id(&attempt(&app, "1").await), id(&first));
        assert_eq!(app.stored_videos().await, 3);
    }
}

#[tokio::test]
async fn a_refused_first_attempt_is_not_answered_with_an_older_one() {
    for app in TestApp::each().await {
        let first = attempt(&app, "0").await;
        let path = format!("/projects/{}/rate_limits/rl-{}", app.ids().await.project, COLOUR_BARS.id);
        app.admin_post(&path, &json!({ "max_requests_per_1_minute": 1 })).await.ok();
        attempt(&app, "0").await.refused(429, "rate_limit_exceeded");
        attempt(&app, "1").await.refused(429, "rate_limit_exceeded");
        app.admin_post(&path, &json!({ "max_requests_per_1_minute": 9 })).await.ok();
        let second = attempt(&app, "2").await;
        assert!(!is_replayed(&second));
        assert_ne!(id(&second), id(&first));
        assert_eq!(app.stored_videos().await, 2);
    }
}

#[tokio::test]
async fn equal_requests_that_were_refused_are_all_made_once_they_come_again() {
    for app in TestApp::each().await {
        let path = format!("/projects/{}/rate_limits/rl-{}", app.ids().await.project, COLOUR_BARS.id);
        app.admin_post(&path, &json!({ "max_requests_per_1_minute": 2 })).await.ok();
        let body = bars();
        let send = async |count: &'static str, times: usize| {
            let all = (0..times).map(|_| attempt_as(&app, &app.key, count, &body));
            let answers = join_all(all).await;
            let refused = answers.iter().filter(|answer| answer.status == 429).count();
            assert!(answers.iter().all(|answer| [200, 429].contains(&answer.status.as_u16())), "{answers:?}");
            (answers.iter().filter(|answer| answer.status == 200).map(id).collect::<Vec<_>>(), refused)
        };
        let (mut ids, refused) = send("0", 6).await;
        assert_eq!((ids.len(), refused), (2, 4));
        app.clock.advance(60 * SECOND_US);
        let (more, refused) = send("1", 4).await;
        assert_eq!((more.len(), refused), (2, 2));
        ids.extend(more);
        app.clock.advance(60 * SECOND_US);
        let (more, _) = send("2", 2).await;
        ids.extend(more);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), app.stored_videos().await), (6, 6));
        // Nothing is left to make good: now a retry is of an answer that was lost.
        assert!(is_replayed(&attempt(&app, "1").await));
        app.clock.advance(180 * SECOND_US);
        assert_eq!(kinora::replays::jobs::prune(&app.app).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_refusal_that_does_not_come_again_leaves_the_answer_before_it() {
    for app in TestApp::each().await {
        let first = attempt(&app, "0").await;
        let path = format!("/projects/{}/rate_limits/rl-{}", app.ids().await.project, COLOUR_BARS.id);
        app.admin_post(&path, &json!({ "max_requests_per_1_minute": 0 })).await.ok();
        let refused = attempt(&app, "0").await;
        assert_eq!(refused.header("x-should-retry"), Some("false"));
        assert_eq!(id(&attempt(&app, "1").await), id(&first));
    }
}

#[tokio::test]
async fn without_a_count_that_is_one_nothing_is_stored() {
    for app in TestApp::each().await {
        app.create().await;
        for count in ["", "-1", "x", "1.5", "99999999999"] {
            assert!(!is_replayed(&attempt(&app, count).await), "{count:?}");
        }
        assert_eq!((app.stored_videos().await, stored(&app).await), (6, 0));
        // A key says more than a count.
        let with_both = async |count: &str| {
            let request = app.request(Method::POST, "/v1/videos").header("idempotency-key", "a");
            answer(request.header("x-stainless-retry-count", count).json(&bars())).await
        };
        let first = with_both("0").await;
        app.clock.advance(61 * SECOND_US);
        assert_eq!(with_both("0").await.bytes, first.bytes);
        assert_eq!(with_both("1").await.bytes, first.bytes);
    }
}

#[tokio::test]
async fn what_only_reads_is_read_again() {
    for app in TestApp::each().await {
        for (path, body) in [
            ("/v1/videos/estimate", json!({ "prompt": "a ball" })),
            ("/v1/videos", json!({ "prompt": "a ball", "dry_run": true })),
        ] {
            for count in ["0", "1"] {
                let request = app.request(Method::POST, path).header("x-stainless-retry-count", count);
                assert!(!is_replayed(&answer(request.json(&body)).await));
            }
        }
        assert_eq!(stored(&app).await, 0);
    }
}
