//! Credit that the operator takes back, and what was owed and paid by other means than Stripe.

use kinora_billing::{Mode, set_mode};
use serde_json::json;

use crate::app::{START_US, TestApp};
use crate::credit::prepaid;

/// Unix seconds at which every test begins.
const START: i64 = START_US / 1_000_000;

#[tokio::test]
async fn credit_is_taken_back_once_for_each_name() {
    for app in TestApp::each().await {
        let (ids, admin) = prepaid(&app, "5").await;
        let path = format!("/organizations/{}/credits/take_back", ids.organization);
        let body = json!({ "amount": "1.25", "reason": "A refund", "idempotency_key": "a" });
        let left = app.operator_post(&path, &body).await.ok();
        assert_eq!((&left["object"], &left["balance"]), (&json!("organization"), &json!("3.750000")));
        assert_eq!(app.operator_post(&path, &body).await.ok(), left);
        let seen = app.ask(&admin, reqwest::Method::GET, "/v1/organization/credit", None).await.ok();
        assert_eq!(
            (&seen["balance"], &seen["blocks"][0]["remaining"]),
            (&json!("3.750000"), &json!("3.750000"))
        );
        let other = json!({ "amount": "1.26", "reason": "A refund", "idempotency_key": "a" });
        let error = app.operator_post(&path, &other).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "idempotency_key");
        let more = json!({ "amount": "3.750001", "reason": "Too much", "idempotency_key": "b" });
        let error = app.operator_post(&path, &more).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "amount");
        assert!(error["message"].as_str().unwrap().contains("$3.750000"), "{error}");
        let stranger = prepaid(&app, "5").await.0.organization;
        let path = format!("/organizations/{stranger}/credits/take_back");
        assert_eq!(app.operator_post(&path, &body).await.ok()["balance"], "3.750000");
    }
}

#[tokio::test]
async fn a_payment_by_other_means_takes_off_what_is_owed_once_for_each_name() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        app.charge(&ids, "thing_1", 4).await.unwrap();
        let path = format!("/organizations/{}/payments", ids.organization);
        let body = json!({ "amount": "0.003", "reason": "Wire", "idempotency_key": "wire-1" });
        let paid = app.operator_post(&path, &body).await.ok();
        assert_eq!((&paid["owed"], &paid["balance"]), (&json!("0.001000"), &json!("0.000000")));
        assert_eq!(app.operator_post(&path, &body).await.ok(), paid);
        assert_eq!(app.admin_get("/credit").await.ok()["owed"], "0.001000");
        let other = json!({ "amount": "1", "reason": "Wire", "idempotency_key": "wire-1" });
        let error = app.operator_post(&path, &other).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "idempotency_key");
    }
}

#[tokio::test]
async fn a_correction_that_cannot_be_is_refused_by_its_field() {
    for app in TestApp::each().await {
        let (ids, admin) = prepaid(&app, "5").await;
        for kind in ["credits/take_back", "payments"] {
            let path = format!("/organizations/{}/{kind}", ids.organization);
            for (body, code, param) in [
                (json!({ "reason": "x", "idempotency_key": "k" }), "missing_required_parameter", "amount"),
                (json!({ "amount": "1", "idempotency_key": "k" }), "missing_required_parameter", "reason"),
                (json!({ "amount": "1", "reason": "x" }), "missing_required_parameter", "idempotency_key"),
                (json!({ "amount": "0", "reason": "x", "idempotency_key": "k" }), "invalid_value", "amount"),
                (json!({ "amount": "-1", "reason": "x", "idempotency_key": "k" }), "invalid_value", "amount"),
                (json!({ "amount": "1", "reason": " ", "idempotency_key": "k" }), "invalid_value", "reason"),
                (
                    json!({ "amount": "1", "reason": "x", "idempotency_key": "k", "source": "x" }),
                    "unknown_parameter",
                    "source",
                ),
            ] {
                let error = app.operator_post(&path, &body).await.refused(400, code);
                assert_eq!(error["param"], param, "{body}");
            }
            let body = json!({ "amount": "1", "reason": "x", "idempotency_key": "k" });
            app.operator_post(&format!("/organizations/org_none/{kind}"), &body)
                .await
                .refused(404, "not_found");
            let whole = format!("/v1/operator{path}");
            let refused = app.ask(&admin, reqwest::Method::POST, &whole, Some(&body)).await;
            refused.refused(403, "insufficient_scope");
        }
    }
}

#[tokio::test]
async fn a_grant_that_is_repeated_after_its_end_answers_the_first_block() {
    for app in TestApp::each().await {
        let (ids, _) = prepaid(&app, "1").await;
        let path = format!("/organizations/{}/credits", ids.organization);
        let grant = |key: &str| {
            json!({
                "source": "promotional", "amount": "2", "reason": "Short", "expires_at": START + 60,
                "idempotency_key": key,
            })
        };
        let first = app.operator_post(&path, &grant("a")).await.ok();
        let whole = format!("/organizations/{}", ids.organization);
        assert_eq!(app.operator_get(&whole).await.ok()["balance"], "3.000000");
        app.clock.advance(60_000_000);
        assert_eq!(app.operator_post(&path, &grant("a")).await.ok()["id"], first["id"]);
        let error = app.operator_post(&path, &grant("b")).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "expires_at");
        assert_eq!(app.operator_get(&whole).await.ok()["balance"], "1.000000");
    }
}

/// What the first organization would have to pay for 8 seconds of bars: 0.8 dollars.
async fn is_sufficient(app: &TestApp) -> serde_json::Value {
    let body = json!({ "prompt": "bars", "model": kinora_spec::catalogue::COLOUR_BARS.id, "seconds": "8" });
    app.post("/v1/videos/estimate", &body).await.ok()["sufficient_credit"].clone()
}

#[tokio::test]
async fn an_estimate_does_not_count_credit_whose_time_is_over() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        let whole = format!("/organizations/{}", ids.organization);
        app.operator_post(&whole, &json!({ "owed_limit": "0.5" })).await.ok();
        assert_eq!(is_sufficient(&app).await, json!(false));
        let body = json!({ "source": "promotional", "amount": "1", "reason": "x", "expires_at": START + 60 });
        app.operator_post(&format!("{whole}/credits"), &body).await.ok();
        assert_eq!(is_sufficient(&app).await, json!(true));
        app.clock.advance(60_000_000);
        assert_eq!(is_sufficient(&app).await, json!(false));
        let body =
            json!({ "prompt": "bars", "model": kinora_spec::catalogue::COLOUR_BARS.id, "seconds": "8" });
        let refused = app.post("/v1/videos", &body).await;
        assert_eq!(refused.status.as_u16(), 402);
        let error = &refused.json()["error"];
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("may still owe $0.500000") && !message.contains("credit"), "{message}");
        assert_eq!(error["shortfall"], "0.300000");
        let id = ids.organization.clone();
        let done = app.app.store.run(move |db| set_mode(db, &id, Mode::Prepaid, false, START_US).map(drop));
        done.await.unwrap();
        assert_eq!(is_sufficient(&app).await, json!(false));
    }
}
