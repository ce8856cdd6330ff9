//! What may be spent in a month.

use kinora_billing::Error;
use reqwest::Method;
use serde_json::json;

use crate::app::TestApp;

fn limit(cents: i64) -> serde_json::Value {
    json!({ "threshold_amount": cents, "currency": "USD", "interval": "month" })
}

#[tokio::test]
async fn a_limit_of_each_kind_is_set_shown_and_removed() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        let (project, key) = (&ids.project, &ids.key);
        for (path, object) in [
            ("/spend_limit".to_owned(), "organization.spend_limit"),
            (format!("/projects/{project}/spend_limit"), "project.spend_limit"),
            (format!("/projects/{project}/api_keys/{key}/spend_limit"), "project.api_key.spend_limit"),
        ] {
            app.admin_get(&path).await.refused(404, "not_found");
            app.admin_delete(&path).await.refused(404, "not_found");
            let expected = json!({
                "object": object, "currency": "USD", "interval": "month", "threshold_amount": 2_500,
                "enforcement": { "status": "inactive" }, "spent": "0.000000",
            });
            assert_eq!(app.admin_post(&path, &limit(2_500)).await.ok(), expected);
            assert_eq!(app.admin_get(&path).await.ok(), expected);
            assert_eq!(app.admin_post(&path, &limit(1)).await.ok()["threshold_amount"], 1);
            let gone = app.admin_delete(&path).await.ok();
            assert_eq!(gone, json!({ "object": format!("{object}.deleted"), "deleted": true }));
            app.admin_get(&path).await.refused(404, "not_found");
        }
    }
}

#[tokio::test]
async fn a_limit_shows_what_is_spent_of_it_and_refuses_the_rest() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        app.charge(&ids, "thing_1", 4).await.unwrap();
        let paths = [
            "/spend_limit".to_owned(),
            format!("/projects/{}/spend_limit", ids.project),
            format!("/projects/{}/api_keys/{}/spend_limit", ids.project, ids.key),
        ];
        for (n, path) in paths.iter().enumerate() {
            let shown = app.admin_post(path, &limit(1)).await.ok();
            assert_eq!(
                (&shown["spent"], &shown["enforcement"]["status"]),
                (&json!("0.004000"), &json!("inactive"))
            );
            // A cent is ten seconds: four are spent.
            let refused = app.charge(&ids, &format!("other_{n}"), 8).await;
            assert!(matches!(refused, Err(Error::SpendLimit { .. })), "{refused:?}");
            let reached = app.admin_post(path, &limit(0)).await.ok();
            assert_eq!(reached["enforcement"]["status"], "enforcing");
            app.admin_delete(path).await.ok();
        }
        app.charge(&ids, "thing_2", 8).await.unwrap();
        app.clock.advance(31 * 86_400_000_000);
        assert_eq!(
            app.admin_post("/spend_limit", &limit(1)).await.ok()["spent"],
            "0.000000",
            "another month"
        );
    }
}

#[tokio::test]
async fn limits_of_others_do_not_exist_and_other_keys_may_not_see_them() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        let (stranger, _) = app.other_organization().await;
        app.admin_post("/spend_limit", &limit(5)).await.ok();
        let path = "/v1/organization/spend_limit";
        app.ask(&stranger, Method::GET, path, None).await.refused(404, "not_found");
        for path in [
            format!("/v1/organization/projects/{}/spend_limit", ids.project),
            format!("/v1/organization/projects/{}/api_keys/{}/spend_limit", ids.project, ids.key),
        ] {
            app.ask(&stranger, Method::GET, &path, None).await.refused(404, "not_found");
            app.ask(&stranger, Method::POST, &path, Some(&limit(1))).await.refused(404, "not_found");
            app.ask(&stranger, Method::DELETE, &path, None).await.refused(404, "not_found");
        }
        for key in [&app.key, &app.operator_key, &app.worker_token] {
            app.ask(key, Method::GET, path, None).await.refused(403, "insufficient_scope");
            app.ask(key, Method::DELETE, path, None).await.refused(403, "insufficient_scope");
        }
        assert_eq!(app.admin_get("/spend_limit").await.ok()["threshold_amount"], 5);
    }
}

#[tokio::test]
async fn a_limit_that_cannot_be_is_refused_by_name() {
    let app = TestApp::one().await;
    for (body, code, param) in [
        (json!({ "currency": "USD", "interval": "month" }), "missing_required_parameter", "threshold_amount"),
        (json!({ "threshold_amount": 1, "interval": "month" }), "missing_required_parameter", "currency"),
        (json!({ "threshold_amount": 1, "currency": "USD" }), "missing_required_parameter", "interval"),
        (
            json!({ "threshold_amount": 1, "currency": "EUR", "interval": "month" }),
            "invalid_value",
            "currency",
        ),
        (json!({ "threshold_amount": 1, "currency": "USD", "interval": "day" }), "invalid_value", "interval"),
        (
            json!({ "threshold_amount": -1, "currency": "USD", "interval": "month" }),
            "invalid_value",
            "threshold_amount",
        ),
        (
            json!({ "threshold_amount": 0.5, "currency": "USD", "interval": "month" }),
            "invalid_type",
            "threshold_amount",
        ),
        (
            json!({ "threshold_amount": 1, "currency": "USD", "interval": "month", "soft": true }),
            "unknown_parameter",
            "soft",
        ),
    ] {
        let error = app.admin_post("/spend_limit", &body).await.refused(400, code);
        assert_eq!(error["param"], param, "{body}");
    }
}

#[tokio::test]
async fn a_video_that_would_pass_a_limit_is_refused_and_not_asked_for_again() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        let path = format!("/projects/{}/spend_limit", ids.project);
        app.admin_post(&path, &limit(1)).await.ok();
        let body = json!({ "prompt": "a ball", "model": "kinora-mini", "size": "720x1280", "seconds": "8" });
        app.post("/v1/videos", &body).await.ok();
        let refused = app.post("/v1/videos", &body).await;
        assert_eq!(refused.status.as_u16(), 402);
        let error = refused.json()["error"].clone();
        assert_eq!(
            (&error["code"], &error["shortfall"]),
            (&json!("spend_limit_reached"), &json!("0.006000"))
        );
        assert_eq!(refused.header("x-should-retry"), Some("false"));
        assert_eq!(app.stored_videos().await, 1);
        assert_eq!(app.admin_get(&path).await.ok()["spent"], "0.008000");
        app.admin_delete(&path).await.ok();
        app.post("/v1/videos", &body).await.ok();
    }
}
