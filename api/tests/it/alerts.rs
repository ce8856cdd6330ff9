//! What is told when some amount is spent.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp};

fn alert(cents: i64) -> Value {
    let channel = json!({ "type": "email", "recipients": ["a@example.com"], "subject_prefix": "[k]" });
    json!({ "threshold_amount": cents, "currency": "USD", "interval": "month", "notification_channel": channel })
}

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn alerts_of_the_organization_and_of_a_project_are_apart() {
    for app in TestApp::each().await {
        let project = app.ids().await.project;
        let paths = ["/spend_alerts".to_owned(), format!("/projects/{project}/spend_alerts")];
        for (path, other, object) in [
            (&paths[0], &paths[1], "organization.spend_alert"),
            (&paths[1], &paths[0], "project.spend_alert"),
        ] {
            let made = app.admin_post(path, &alert(500)).await.ok();
            let id = made["id"].as_str().unwrap();
            let expected = json!({
                "id": id, "object": object, "currency": "USD", "interval": "month", "threshold_amount": 500,
                "notification_channel": alert(1)["notification_channel"], "created_at": START_US / 1_000_000,
                "triggered_month": null,
            });
            assert_eq!(made, expected);
            assert_eq!(app.admin_get(&format!("{path}/{id}")).await.ok(), made);
            assert_eq!(ids(&app.admin_get(path).await.ok()), [id]);
            app.admin_get(&format!("{other}/{id}")).await.refused(404, "not_found");
            app.admin_post(&format!("{other}/{id}"), &alert(1)).await.refused(404, "not_found");
            app.admin_delete(&format!("{other}/{id}")).await.refused(404, "not_found");
            let changed = app.admin_post(&format!("{path}/{id}"), &alert(7)).await.ok();
            assert_eq!(changed["threshold_amount"], 7);
            let gone = app.admin_delete(&format!("{path}/{id}")).await.ok();
            assert_eq!(gone, json!({ "object": format!("{object}.deleted"), "id": id, "deleted": true }));
            app.admin_get(&format!("{path}/{id}")).await.refused(404, "not_found");
        }
    }
}

#[tokio::test]
async fn alerts_are_paged_both_ways() {
    for app in TestApp::each().await {
        let mut made = Vec::new();
        for n in 1..=4 {
            app.clock.advance(1);
            let alert = app.admin_post("/spend_alerts", &alert(n)).await.ok();
            made.insert(0, alert["id"].as_str().unwrap().to_owned());
        }
        let first = app.admin_get("/spend_alerts?limit=3").await.ok();
        assert_eq!((ids(&first), &first["has_more"]), (made[..3].to_vec(), &json!(true)));
        let rest = app.admin_get(&format!("/spend_alerts?limit=3&after={}", made[2])).await.ok();
        assert_eq!((ids(&rest), &rest["has_more"]), (made[3..].to_vec(), &json!(false)));
        let back = app.admin_get(&format!("/spend_alerts?limit=2&before={}", made[3])).await.ok();
        assert_eq!((ids(&back), &back["has_more"]), (made[1..3].to_vec(), &json!(true)));
        made.reverse();
        assert_eq!(ids(&app.admin_get("/spend_alerts?order=asc").await.ok()), made);
        app.admin_get("/spend_alerts?after=alert_none").await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn an_alert_goes_off_once_a_month_and_is_an_event() {
    for app in TestApp::each().await {
        let tenant = app.ids().await;
        let made = app.admin_post("/spend_alerts", &alert(1)).await.ok();
        let path = format!("/projects/{}/spend_alerts", tenant.project);
        let of_project = app.admin_post(&path, &alert(2)).await.ok();
        app.charge(&tenant, "thing_1", 9).await.unwrap();
        assert_eq!(app.admin_get("/events").await.ok()["data"], json!([]));
        app.charge(&tenant, "thing_2", 4).await.unwrap();
        app.charge(&tenant, "thing_3", 4).await.unwrap();
        app.clock.advance(1_000_000);
        app.charge(&tenant, "thing_4", 4).await.unwrap();
        let events = app.admin_get("/events").await.ok();
        let [second, first] = events["data"].as_array().unwrap().as_slice() else { panic!("{events}") };
        assert_eq!((&first["type"], &first["object"]), (&json!("spend_alert.triggered"), &json!("event")));
        assert_eq!((&first["data"]["id"], &first["project_id"]), (&made["id"], &json!(null)));
        assert_eq!(first["data"]["spent"], "0.013000");
        assert_eq!(
            (&second["data"]["id"], &second["project_id"]),
            (&of_project["id"], &json!(tenant.project))
        );
        assert_eq!(second["created_at"], START_US / 1_000_000 + 1);
        let shown = app.admin_get(&format!("/spend_alerts/{}", made["id"].as_str().unwrap())).await.ok();
        assert_eq!(shown["triggered_month"], "2026-11");

        let all = ids(&events);
        let page = app.admin_get("/events?limit=1").await.ok();
        assert_eq!((ids(&page), &page["has_more"]), (all[..1].to_vec(), &json!(true)));
        let rest = app.admin_get(&format!("/events?after={}", all[0])).await.ok();
        assert_eq!(ids(&rest), all[1..]);
        let oldest = app.admin_get("/events?order=asc&limit=1").await.ok();
        assert_eq!(ids(&oldest), all[1..]);
        app.admin_get("/events?after=evt_none").await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn alerts_and_events_of_others_do_not_exist() {
    for app in TestApp::each().await {
        let tenant = app.ids().await;
        let (stranger, _) = app.other_organization().await;
        let made = app.admin_post("/spend_alerts", &alert(1)).await.ok();
        app.charge(&tenant, "thing_1", 20).await.unwrap();
        let event = ids(&app.admin_get("/events").await.ok()).remove(0);
        let base = "/v1/organization";
        let alert_path = format!("{base}/spend_alerts/{}", made["id"].as_str().unwrap());
        let project_path = format!("{base}/projects/{}/spend_alerts", tenant.project);
        for (method, path, body) in [
            (Method::GET, alert_path.clone(), None),
            (Method::POST, alert_path.clone(), Some(alert(1))),
            (Method::DELETE, alert_path.clone(), None),
            (Method::GET, project_path.clone(), None),
            (Method::POST, project_path, Some(alert(1))),
            (Method::GET, format!("{base}/events?after={event}"), None),
        ] {
            app.ask(&stranger, method, &path, body.as_ref()).await.refused(404, "not_found");
        }
        let theirs = app.ask(&stranger, Method::GET, "/v1/organization/events", None).await.ok();
        assert_eq!(theirs["data"], json!([]));
        for key in [&app.key, &app.operator_key, &app.worker_token] {
            app.ask(key, Method::GET, &alert_path, None).await.refused(403, "insufficient_scope");
            app.ask(key, Method::GET, "/v1/organization/events", None)
                .await
                .refused(403, "insufficient_scope");
        }
    }
}

#[tokio::test]
async fn an_alert_that_cannot_be_is_refused_by_name() {
    let app = TestApp::one().await;
    let with = |channel: Value| {
        let mut body = alert(1);
        body["notification_channel"] = channel;
        body
    };
    let many: Vec<String> = (0..21).map(|n| format!("{n}@example.com")).collect();
    for (body, code, param) in [
        (alert(0), "invalid_value", "threshold_amount"),
        (
            json!({ "threshold_amount": 1, "currency": "USD", "interval": "month" }),
            "missing_required_parameter",
            "notification_channel",
        ),
        (with(json!("email")), "invalid_type", "notification_channel"),
        (with(json!({ "type": "sms", "recipients": ["a@b"] })), "invalid_value", "notification_channel"),
        (with(json!({ "type": "email", "recipients": [] })), "invalid_value", "notification_channel"),
        (with(json!({ "type": "email", "recipients": many })), "invalid_value", "notification_channel"),
        (with(json!({ "type": "email", "recipients": ["nobody"] })), "invalid_value", "notification_channel"),
        (
            with(json!({ "type": "email", "recipients": ["a@b\r\nBcc: c@d"] })),
            "invalid_value",
            "notification_channel",
        ),
        (with(json!({ "type": "email", "recipients": ["a@b"], "cc": [] })), "unknown_parameter", "cc"),
    ] {
        let error = app.admin_post("/spend_alerts", &body).await.refused(400, code);
        assert_eq!(error["param"], param, "{body}");
    }
    for n in 0..100 {
        app.admin_post("/spend_alerts", &alert(n + 1)).await.ok();
    }
    app.admin_post("/spend_alerts", &alert(1)).await.refused(400, "invalid_value");
}
