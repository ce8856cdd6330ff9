//! Webhook endpoints: made, listed, changed, tested, deleted.

use std::collections::BTreeSet;

use kinora::deliveries::jobs::{deliver_due, relay};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp, answer};
use crate::receiver::{Receiver, Reply};

/// Microseconds in an hour.
const HOUR_US: i64 = 3_600_000_000;

const PATH: &str = "/v1/webhook_endpoints";

fn endpoint(url: &str) -> Value {
    json!({ "name": "a", "url": url, "event_types": ["video.completed", "video.canceled"] })
}

async fn made(app: &TestApp, url: &str) -> (String, String) {
    let made = app.post(PATH, &endpoint(url)).await.ok();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("signing_secret"))
}

/// Makes a video and cancels it, and sends whatever follows.
async fn cancel_one(app: &TestApp) {
    let id = app.create().await;
    app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
    relay(&app.app).await.unwrap();
    deliver_due(&app.app).await.unwrap();
}

#[tokio::test]
async fn an_endpoint_is_made_found_listed_changed_and_deleted() {
    for app in TestApp::each().await {
        let made = app.post(PATH, &endpoint("https://example.com/hook")).await.ok();
        let id = made["id"].as_str().unwrap();
        let secret = made["signing_secret"].as_str().unwrap();
        assert!(secret.starts_with("whsec_"));
        let hint = made["signing_secret_hint"].as_str().unwrap();
        assert!(secret.trim_end_matches('=').ends_with(hint.rsplit('.').next().unwrap()), "{hint}");
        let mut shown = made.clone();
        shown.as_object_mut().unwrap().remove("signing_secret");
        let expected = json!({
            "id": id, "object": "webhook_endpoint", "name": "a", "url": "https://example.com/hook",
            "event_types": ["video.completed", "video.canceled"], "payload": "thin",
            "created_at": START_US / 1_000_000, "updated_at": START_US / 1_000_000, "signing_secret_hint": hint,
            "old_secret_until": null, "failing_since": null, "disabled_at": null, "disabled_reason": null,
        });
        assert_eq!(shown, expected);
        let path = format!("{PATH}/{id}");
        assert_eq!(app.get(&path).await.ok(), shown);
        app.clock.advance(1_000_000);
        let change = json!({ "name": "b", "event_types": ["video.failed"], "payload": "full" });
        let changed = app.post(&path, &change).await.ok();
        assert_eq!((&changed["name"], &changed["payload"]), (&json!("b"), &json!("full")));
        assert_eq!((&changed["url"], &changed["event_types"]), (&made["url"], &json!(["video.failed"])));
        assert_eq!(changed["updated_at"], START_US / 1_000_000 + 1);
        let disabled = app.post(&path, &json!({ "disabled": true })).await.ok();
        assert_eq!(disabled["disabled_reason"], "asked");
        let enabled = app.post(&path, &json!({ "disabled": false })).await.ok();
        assert_eq!((&enabled["disabled_at"], &enabled["disabled_reason"]), (&Value::Null, &Value::Null));

        let second = app.post(PATH, &endpoint("https://example.com/2")).await.ok();
        let list = app.get(&format!("{PATH}?limit=1")).await.ok();
        assert_eq!((&list["data"][0]["id"], &list["has_more"]), (&second["id"], &json!(true)));
        let list = app.get(&format!("{PATH}?after={}", second["id"].as_str().unwrap())).await.ok();
        assert_eq!((&list["data"][0]["id"], &list["has_more"]), (&made["id"], &json!(false)));

        let deleted = json!({ "id": id, "object": "webhook_endpoint.deleted", "deleted": true });
        assert_eq!(app.delete(&path).await.ok(), deleted);
        app.get(&path).await.refused(404, "not_found");
        app.delete(&path).await.refused(404, "not_found");
        assert_eq!(app.get(PATH).await.ok()["data"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_secret_is_shown_once_and_lies_sealed() {
    use diesel::{QueryDsl, RunQueryDsl};
    use kinora_store::schema::webhook_endpoints::dsl::{secret, webhook_endpoints};
    for app in TestApp::each().await {
        let (id, shown) = made(&app, "https://example.com/hook").await;
        for path in [PATH.to_owned(), format!("{PATH}/{id}")] {
            assert!(!app.get(&path).await.ok().to_string().contains(&shown[6..]), "{path}");
        }
        let stored = app.app.store.run(|db| {
            webhook_endpoints.select(secret).first::<Vec<u8>>(db).map_err(kinora_store::Error::from)
        });
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD.decode(&shown[6..]).unwrap();
        let stored = stored.await.unwrap();
        assert_eq!(bytes.len(), 32);
        assert!(stored.len() > 32 && !stored.windows(8).any(|part| part == &bytes[..8]));
    }
}

#[tokio::test]
async fn what_an_endpoint_cannot_be_is_refused_by_name() {
    let app = TestApp::with(|config| config.outgoing_allow = vec![]).await;
    let with = |name: &str, value: Value| {
        let mut body = endpoint("https://example.com/");
        body[name] = value;
        body
    };
    for (body, code, param) in [
        (json!({}), "missing_required_parameter", "name"),
        (with("name", json!(" ")), "invalid_value", "name"),
        (with("name", json!("a".repeat(201))), "invalid_value", "name"),
        (with("url", Value::Null), "missing_required_parameter", "url"),
        (with("url", json!("http://example.com/")), "invalid_value", "url"),
        (with("url", json!("https://127.0.0.1/")), "invalid_value", "url"),
        (with("url", json!("https://169.254.169.254/")), "invalid_value", "url"),
        (with("url", json!("https://localhost/")), "invalid_value", "url"),
        (with("url", json!(format!("https://example.com/{}", "a".repeat(2_048)))), "invalid_value", "url"),
        (with("event_types", Value::Null), "missing_required_parameter", "event_types"),
        (with("event_types", json!([])), "invalid_value", "event_types"),
        (with("event_types", json!(["*"])), "invalid_value", "event_types"),
        (with("event_types", json!("video.failed")), "invalid_type", "event_types"),
        (with("event_types", json!(["video.failed", "video.failed"])), "invalid_value", "event_types"),
        (with("payload", json!("fat")), "invalid_value", "payload"),
        (with("secret", json!("whsec_x")), "unknown_parameter", "secret"),
    ] {
        let error = app.post(PATH, &body).await.refused(400, code);
        assert_eq!(error["param"], param, "{body}");
    }
    let (id, _) = made(&app, "https://example.com/").await;
    let path = format!("{PATH}/{id}");
    for (body, param) in [
        (json!({ "url": "https://10.0.0.1/" }), "url"),
        (json!({ "name": "" }), "name"),
        (json!({ "event_types": ["x"] }), "event_types"),
    ] {
        assert_eq!(app.post(&path, &body).await.refused(400, "invalid_value")["param"], param);
    }
    let video = |more: Value| {
        let mut body = json!({ "prompt": "a", "model": "colour-bars" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (more, code, param) in [
        (json!({ "webhook_url": "https://10.0.0.1/" }), "invalid_value", "webhook_url"),
        (json!({ "webhook_url": 1 }), "invalid_type", "webhook_url"),
        (json!({ "webhook_events_filter": ["video.failed"] }), "invalid_value", "webhook_events_filter"),
        (
            json!({ "webhook_url": "https://example.com/", "webhook_events_filter": ["spend_alert.triggered"] }),
            "invalid_value",
            "webhook_events_filter",
        ),
    ] {
        for path in ["/v1/videos", "/v1/videos/estimate"] {
            let error = app.post(path, &video(more.clone())).await.refused(400, code);
            assert_eq!(error["param"], param, "{more}");
        }
    }
    assert_eq!(app.stored_videos().await, 0);
}

#[tokio::test]
async fn a_project_has_sixteen_endpoints_at_most() {
    for app in TestApp::each().await {
        let mut last = String::new();
        for _ in 0..16 {
            last = made(&app, "https://example.com/").await.0;
        }
        let error = app.post(PATH, &endpoint("https://example.com/")).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "url");
        app.delete(&format!("{PATH}/{last}")).await.ok();
        made(&app, "https://example.com/").await;
    }
}

#[tokio::test]
async fn what_is_somebody_elses_does_not_exist() {
    for app in TestApp::each().await {
        let receiver = Receiver::new();
        let (id, _) = made(&app, &receiver.url("/")).await;
        cancel_one(&app).await;
        let deliveries = app.get(&format!("{PATH}/{id}/deliveries")).await.ok();
        let delivery = deliveries["data"][0]["id"].as_str().unwrap();
        let stranger = app.other_tenant().await;
        let path = format!("{PATH}/{id}");
        for (method, path, body) in [
            (Method::GET, path.clone(), None),
            (Method::POST, path.clone(), Some(json!({ "name": "b" }))),
            (Method::DELETE, path.clone(), None),
            (Method::POST, format!("{path}/rotate_secret"), Some(json!({}))),
            (Method::POST, format!("{path}/test"), Some(json!({ "event_type": "video.failed" }))),
            (Method::GET, format!("{path}/deliveries"), None),
            (Method::POST, format!("{path}/recover"), Some(json!({ "since": 0 }))),
            (Method::POST, format!("{path}/replay_missing"), Some(json!({ "since": 0 }))),
            (Method::GET, format!("{PATH}?after={id}"), None),
            (Method::GET, format!("/v1/webhook_deliveries/{delivery}"), None),
            (Method::POST, format!("/v1/webhook_deliveries/{delivery}/resend"), None),
        ] {
            app.ask(&stranger, method.clone(), &path, body.as_ref()).await.refused(404, "not_found");
            for key in [&app.admin_key, &app.operator_key] {
                app.ask(key, method.clone(), &path, body.as_ref()).await.refused(403, "insufficient_scope");
            }
        }
        let theirs = app.ask(&stranger, Method::GET, PATH, None).await.ok();
        assert_eq!(theirs["data"], json!([]));
        let reader = app.mint("webhooks:read").await;
        app.ask(&reader, Method::GET, PATH, None).await.ok();
        app.ask(&reader, Method::POST, PATH, Some(&endpoint("https://example.com/")))
            .await
            .refused(403, "insufficient_scope");
        assert_eq!(receiver.received().len(), 1, "nobody else had anything sent");
    }
}

#[tokio::test]
async fn a_test_sends_one_signed_event_and_says_what_came_of_it() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering([Reply::Status(204, ""), Reply::Status(500, "")]);
        let (id, secret) = made(&app, &receiver.url("/hook?a=b")).await;
        let path = format!("{PATH}/{id}/test");
        for (kind, status) in [("video.completed", 204), ("spend_alert.triggered", 500)] {
            let tested = app.post(&path, &json!({ "event_type": kind })).await.ok();
            let expected = json!({
                "object": "webhook_endpoint.test", "webhook_endpoint_id": id, "event_type": kind,
                "status_code": status, "success": true, "error": null,
            });
            assert_eq!(tested, expected);
            let [event] = &receiver.take()[..] else { panic!("one") };
            assert!(event.is_signed_under(&secret) && event.is_signed_by(&app).await);
            assert_eq!((event.path.as_str(), &event.json()["type"]), ("/hook?a=b", &json!(kind)));
        }
        app.post(&path, &json!({ "event_type": "x" })).await.refused(400, "invalid_value");
        app.post(&path, &json!({})).await.refused(400, "missing_required_parameter");
        assert_eq!(app.get(&format!("{PATH}/{id}/deliveries")).await.ok()["data"], json!([]));
        // Nobody listens there.
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        app.post(&format!("{PATH}/{id}"), &json!({ "url": format!("http://{gone}/") })).await.ok();
        let tested = app.post(&path, &json!({ "event_type": "video.failed" })).await.ok();
        assert_eq!((&tested["status_code"], &tested["success"]), (&Value::Null, &json!(false)));
        assert_eq!(tested["error"], "the connection could not be made");
    }
}

#[tokio::test]
async fn after_a_rotation_both_secrets_count_for_a_day_if_that_is_wanted() {
    for app in TestApp::each().await {
        let receiver = Receiver::new();
        let (id, first) = made(&app, &receiver.url("/")).await;
        let path = format!("{PATH}/{id}/rotate_secret");
        let keep = json!({ "keep_old_secret_active_for_24_hours": true });
        let rotated = app.post(&path, &keep).await.ok();
        let second = rotated["signing_secret"].as_str().unwrap();
        assert_eq!(rotated["old_secret_until"], START_US / 1_000_000 + 86_400);
        app.clock.advance(24 * HOUR_US - 1);
        cancel_one(&app).await;
        let [event] = &receiver.take()[..] else { panic!("one") };
        assert!(event.is_signed_under(&first) && event.is_signed_under(second));
        app.clock.advance(1);
        cancel_one(&app).await;
        let [event] = &receiver.take()[..] else { panic!("one") };
        assert!(!event.is_signed_under(&first) && event.is_signed_under(second));
        let third = app.post(&path, &json!({})).await.ok()["signing_secret"].as_str().unwrap().to_owned();
        cancel_one(&app).await;
        let [event] = &receiver.take()[..] else { panic!("one") };
        assert!(event.is_signed_under(&third) && !event.is_signed_under(second));
    }
}

#[tokio::test]
async fn the_kinds_of_events_are_those_that_can_be_wanted() {
    let app = TestApp::one().await;
    let kinds = app.get("/v1/webhook_event_types").await.ok();
    let names: BTreeSet<&str> =
        kinds["data"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for name in ["started", "progress", "completed", "failed", "canceled"] {
        assert!(names.contains(format!("video.{name}").as_str()), "{name}");
    }
    let mut body = endpoint("https://example.com/");
    body["event_types"] = kinds["data"].clone();
    app.post(PATH, &body).await.ok();
    let described = kinds["descriptions"].as_array().unwrap();
    assert_eq!(described.len(), names.len());
    assert!(described.iter().all(|kind| !kind["description"].as_str().unwrap().is_empty()));
}

#[tokio::test]
async fn an_archived_project_gets_no_new_endpoint() {
    for app in TestApp::each().await {
        let project = app.ids().await.project;
        app.admin_post(&format!("/projects/{project}/archive"), &json!({})).await.ok();
        app.post(PATH, &endpoint("https://example.com/")).await.refused(403, "project_archived");
    }
}

#[tokio::test]
async fn the_published_keys_are_a_key_set() {
    let app = TestApp::one().await;
    let keys = answer(app.bare(Method::GET, "/.well-known/kinora-webhooks.json")).await.ok();
    let receipts = answer(app.bare(Method::GET, "/.well-known/kinora-receipts.json")).await.ok();
    assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["crv"]), (&json!("OKP"), &json!("Ed25519")));
    assert_ne!(keys["keys"][0]["x"], receipts["keys"][0]["x"], "each use has a key of its own");
}
