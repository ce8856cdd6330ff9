//! What a video costs: quoted, set aside, charged for what was delivered, and given back otherwise.

use kinora::receipts::rules::{PublicKeys, verify};
use kinora::videos::jobs::expire_waiting;
use kinora_billing::{
    EXAMPLE_PRICES, Error, Funding, Grant, Micros, Mode, PriceFile, balances, grant, load_prices, set_mode,
    spend,
};
use kinora_spec::catalogue::COLOUR_BARS;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp, answer};

/// A whole clip.
const FILES: [(&str, &[u8]); 4] =
    [("video", b"mp4"), ("thumbnail", b"webp"), ("spritesheet", b"jpeg"), ("audio", b"wav")];

fn bars(more: Value) -> Value {
    let mut body = json!({ "prompt": "bars", "model": COLOUR_BARS.id, "seconds": "8" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// Makes the first organization pay beforehand, from this much credit.
async fn prepay(app: &TestApp, micros: i64) -> String {
    let organization = app.organization().await;
    let id = organization.clone();
    let done = app.app.store.run(move |db| {
        db.write_tx(|db| {
            set_mode(db, &id, Mode::Prepaid, false, START_US)?;
            let credit = Grant {
                organization: &id,
                funding: Funding::Promotional,
                amount: Micros::new(micros),
                priority: 50,
                expires_at_us: None,
                reason: "a test",
                idempotency_key: "first",
            };
            grant(db, &credit, START_US).map(drop)
        })
    });
    done.await.unwrap();
    organization
}

async fn credit(app: &TestApp, organization: &str) -> (i64, i64) {
    let id = organization.to_owned();
    let now = app.app.store.run(move |db| balances(db, &id)).await.unwrap();
    (now.credit.get(), now.held.get())
}

#[tokio::test]
async fn an_estimate_is_what_the_video_then_costs() {
    for app in TestApp::each().await {
        let estimate = app.post("/v1/videos/estimate", &bars(json!({}))).await.ok();
        assert_eq!(estimate["object"], "video.estimate");
        assert_eq!(estimate["cost"]["estimated"], "0.800000");
        assert_eq!(estimate["compute"], Value::Null, "nothing was made yet");
        let line =
            json!({ "component": "second", "quantity": "8.000", "unit": "0.100000", "amount": "0.800000" });
        assert_eq!(estimate["cost"]["lines"], json!([line]));
        assert_eq!(app.post("/v1/videos", &bars(json!({ "dry_run": true }))).await.ok(), estimate);
        assert_eq!(app.stored_videos().await, 0);
        let video = app.post("/v1/videos", &bars(json!({}))).await.ok();
        let cost = json!({
            "currency": "usd", "estimated": "0.800000", "final": null, "price_list": "2026-01-01-example",
            "status": "reserved", "compute": null,
        });
        assert_eq!(video["cost"], cost);
        let run = app.lease().await;
        app.clock.advance(2_000_000);
        app.deliver(&run, &FILES).await;
        let estimate = app.post("/v1/videos/estimate", &bars(json!({}))).await.ok();
        assert_eq!(estimate["compute"]["samples"], 1);
        assert_eq!(estimate["eta_ms"], 2_000);
    }
}

#[tokio::test]
async fn a_clip_that_is_shorter_than_asked_for_is_charged_by_its_length() {
    for app in TestApp::each().await {
        let organization = prepay(&app, 1_000_000).await;
        let id = app.post("/v1/videos", &bars(json!({}))).await.ok()["id"].as_str().unwrap().to_owned();
        assert_eq!(credit(&app, &organization).await, (200_000, 800_000));
        let run = app.lease().await;
        // The worker delivers 4 of the 8 seconds.
        app.deliver(&run, &FILES).await;
        let cost = app.get(&format!("/v1/videos/{id}")).await.ok()["cost"].clone();
        assert_eq!((&cost["final"], &cost["status"]), (&json!("0.400000"), &json!("settled")));
        assert_eq!(credit(&app, &organization).await, (600_000, 0));
    }
}

#[tokio::test]
async fn a_video_that_fails_or_is_canceled_costs_nothing() {
    for app in TestApp::each().await {
        let organization = prepay(&app, 1_000_000).await;
        let canceled = app.create().await;
        app.post(&format!("/v1/videos/{canceled}/cancel"), &json!({})).await.ok();
        let failed = app.create().await;
        let run = app.lease().await;
        app.work(&format!("/{run}/fail"), &json!({ "reason": "permanent", "message": "no" })).await;
        for id in [canceled, failed] {
            let cost = app.get(&format!("/v1/videos/{id}")).await.ok()["cost"].clone();
            assert_eq!((&cost["final"], &cost["status"]), (&json!("0.000000"), &json!("released")));
        }
        assert_eq!(credit(&app, &organization).await, (1_000_000, 0));
    }
}

#[tokio::test]
async fn a_video_that_no_worker_takes_in_a_day_fails_and_its_hold_is_given_back() {
    for app in TestApp::each().await {
        let organization = prepay(&app, 1_000_000).await;
        let id = app.create().await;
        app.clock.advance(86_400_000_000);
        assert_eq!(expire_waiting(&app.app).await.unwrap(), 0, "exactly a day is not longer than a day");
        app.clock.advance(1);
        assert_eq!(expire_waiting(&app.app).await.unwrap(), 1);
        let video = app.get(&format!("/v1/videos/{id}")).await.ok();
        assert_eq!((&video["status"], &video["error"]["code"]), (&json!("failed"), &json!("expired")));
        assert_eq!(video["cost"]["status"], "released");
        assert_eq!(credit(&app, &organization).await, (1_000_000, 0));
        assert_eq!(expire_waiting(&app.app).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_video_that_credit_does_not_cover_is_refused_once_and_for_all() {
    for app in TestApp::each().await {
        prepay(&app, 700_000).await;
        let answer = app.post("/v1/videos", &bars(json!({}))).await;
        assert_eq!(answer.status.as_u16(), 402);
        assert_eq!(answer.header("x-should-retry"), Some("false"));
        let error = answer.json()["error"].clone();
        assert_eq!(
            (&error["code"], &error["shortfall"]),
            (&json!("insufficient_credit"), &json!("0.100000"))
        );
        assert!(error["message"].as_str().unwrap().contains("$0.100000 more"), "{error}");
        assert_eq!(app.stored_videos().await, 0);
        let estimate = app.post("/v1/videos/estimate", &bars(json!({}))).await.ok();
        assert_eq!(estimate["sufficient_credit"], false);
    }
}

#[tokio::test]
async fn a_limit_of_the_key_refuses_what_would_pass_it() {
    for app in TestApp::each().await {
        let organization = app.organization().await;
        let key = format!("key_{}", app.key.split('_').nth(1).unwrap());
        let limit = app.app.store.run(move |db| {
            let scope = (spend::Scope::ApiKey, key.as_str());
            db.write_tx(|db| spend::set_limit(db, &organization, scope, Micros::new(1_000_000), START_US))
        });
        limit.await.unwrap();
        app.post("/v1/videos", &bars(json!({}))).await.ok();
        let answer = app.post("/v1/videos", &bars(json!({}))).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-should-retry")), (402, Some("false")));
        let error = answer.json()["error"].clone();
        assert_eq!(
            (&error["code"], &error["shortfall"]),
            (&json!("spend_limit_reached"), &json!("0.600000"))
        );
        assert!(error["message"].as_str().unwrap().contains("API key"), "{error}");
    }
}

#[tokio::test]
async fn a_price_above_max_cost_is_refused_and_a_price_at_it_is_not() {
    let app = TestApp::one().await;
    for (max_cost, status) in [
        (json!("0.799999"), 400),
        (json!(0.8), 200),
        (json!("0.8"), 200),
        (json!(0.79), 400),
        (json!(1e3), 200),
    ] {
        let answer = app.post("/v1/videos", &bars(json!({ "max_cost": max_cost }))).await;
        assert_eq!(answer.status.as_u16(), status, "{max_cost}");
    }
    // Written with an exponent, and read exactly: the price is above it, which another sentence says.
    for small in [json!(1e-6), json!(0.000_009)] {
        let error =
            app.post("/v1/videos", &bars(json!({ "max_cost": small }))).await.refused(400, "invalid_value");
        assert!(!error["message"].as_str().unwrap().contains("six decimals"), "{error}");
    }
    for wrong in [json!("-1"), json!("free"), json!("0.0000001"), json!(1e-9), json!("1e3")] {
        let error =
            app.post("/v1/videos", &bars(json!({ "max_cost": wrong }))).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "max_cost", "{wrong}");
    }
    app.post("/v1/videos", &bars(json!({ "max_cost": [] }))).await.refused(400, "invalid_type");
}

#[tokio::test]
async fn a_price_that_changes_while_a_video_is_made_does_not_change_what_it_costs() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let run = app.lease().await;
        let dearer = EXAMPLE_PRICES
            .replace("2026-01-01-example", "dearer")
            .replace("= 100_000", "= 900_000")
            .replace("\"2026-01-01\"", "\"2026-11-23T03:00:00Z\"");
        let loaded = app.app.store.run(move |db| {
            let file = PriceFile::parse(&dearer).map_err(|error| Error::Invalid(error.to_string()))?;
            db.write_tx(|db| load_prices(db, &file, START_US).map(drop))
        });
        loaded.await.unwrap();
        app.clock.advance(3_600_000_000);
        // The lease is over by now; the video is made by another run.
        app.work(&format!("/{run}/fail"), &json!({ "reason": "returned", "message": "" })).await;
        kinora::leases::jobs::reap(&app.app).await.unwrap();
        let run = app.lease().await;
        app.deliver(&run, &FILES).await;
        let cost = app.get(&format!("/v1/videos/{id}")).await.ok()["cost"].clone();
        assert_eq!((&cost["final"], &cost["price_list"]), (&json!("0.400000"), &json!("2026-01-01-example")));
        let later = app.get(&format!("/v1/videos/{}", app.create().await)).await.ok()["cost"].clone();
        assert_eq!((&later["estimated"], &later["price_list"]), (&json!("3.600000"), &json!("dearer")));
    }
}

#[tokio::test]
async fn a_receipt_says_what_was_charged_and_anybody_can_verify_it() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let path = format!("/v1/videos/{id}/receipt");
        app.get(&path).await.refused(404, "video_not_ready");
        let run = app.lease().await;
        app.deliver(&run, &FILES).await;
        let receipt = app.get(&path).await.ok();
        assert_eq!(app.get(&path).await.ok(), receipt, "always the same");
        let keys = answer(app.bare(Method::GET, "/.well-known/kinora-receipts.json")).await.ok();
        let keys: PublicKeys = serde_json::from_value(keys).unwrap();
        let payload = verify(receipt["signed"].as_str().unwrap(), &keys).unwrap();
        assert_eq!(payload, receipt["payload"]);
        assert_eq!((&payload["sub"], &payload["total"]), (&json!(id), &json!("0.400000")));
        assert_eq!(payload["lines"][0]["quantity"], "4.000");
        let other = app.other_tenant().await;
        answer(app.bare(Method::GET, &path).bearer_auth(other)).await.refused(404, "not_found");
    }
}
