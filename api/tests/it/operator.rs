//! What whoever runs the server does.

use diesel::{ExpressionMethods, RunQueryDsl};
use kinora_billing::Error;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp, answer};
use crate::content::FILES;
use crate::credit::prepaid;

#[tokio::test]
async fn an_organization_is_made_with_keys_that_work() {
    for app in TestApp::each().await {
        let body = json!({ "name": "Acme", "mode": "postpaid", "owed_limit": "100.50", "mirrored": true });
        let made = app.operator_post("/organizations", &body).await.ok();
        assert_eq!((&made["object"], &made["mode"]), (&json!("organization"), &json!("postpaid")));
        assert_eq!((&made["owed_limit"], &made["owed"]), (&json!("100.500000"), &json!("0.000000")));
        assert_eq!((&made["mirrored"], &made["external_customer"]), (&json!(true), &json!(null)));
        let admin = made["admin_api_key"]["value"].as_str().unwrap();
        let projects = app.ask(admin, Method::GET, "/v1/organization/projects", None).await.ok();
        assert_eq!(projects["data"], json!([made["project"]]));
        app.create_as(made["api_key"]["value"].as_str().unwrap()).await;
        let path = format!("/organizations/{}", made["id"].as_str().unwrap());
        let found = app.operator_get(&path).await.ok();
        assert!(found.get("api_key").is_none() && found["name"] == "Acme");
        let body = json!({ "name": "Helper", "expires_in_seconds": 60 });
        let key = app.operator_post(&format!("{path}/admin_api_keys"), &body).await.ok();
        assert_eq!(key["expires_at"], START_US / 1_000_000 + 60);
        let value = key["value"].as_str().unwrap();
        let same = app.ask(value, Method::GET, "/v1/organization/projects", None).await.ok();
        assert_eq!(same, projects);
        let plain = app.operator_post("/organizations", &json!({ "name": "Other" })).await.ok();
        assert_eq!((&plain["mode"], &plain["mirrored"]), (&json!("prepaid"), &json!(false)));
        let page = app.operator_get("/organizations?limit=2").await.ok();
        assert_eq!((&page["data"][1]["id"], &page["has_more"]), (&made["id"], &json!(true)));
        let rest =
            app.operator_get(&format!("/organizations?after={}", made["id"].as_str().unwrap())).await.ok();
        assert_eq!((&rest["data"][0]["id"], &rest["has_more"]), (&plain["id"], &json!(false)));
    }
}

#[tokio::test]
async fn how_an_organization_pays_can_be_changed() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        let path = format!("/organizations/{}", ids.organization);
        app.charge(&ids, "thing_1", 4).await.unwrap();
        let body = json!({ "name": "Mine", "owed_limit": "0.01" });
        let changed = app.operator_post(&path, &body).await.ok();
        assert_eq!((&changed["name"], &changed["owed_limit"]), (&json!("Mine"), &json!("0.010000")));
        assert_eq!((&changed["mode"], &changed["owed"]), (&json!("postpaid"), &json!("0.004000")));
        let refused = app.charge(&ids, "thing_2", 8).await;
        assert!(matches!(refused, Err(Error::InsufficientCredit { .. })), "{refused:?}");
        let error =
            app.operator_post(&path, &json!({ "owed_limit": "0.001" })).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "owed_limit");
        let unlimited =
            app.operator_post(&path, &json!({ "owed_limit": null, "mode": "prepaid" })).await.ok();
        assert_eq!((&unlimited["owed_limit"], &unlimited["mode"]), (&json!(null), &json!("prepaid")));
        app.operator_post(&path, &json!({})).await.refused(400, "missing_required_parameter");
        app.operator_post("/organizations/org_none", &json!({ "name": "x" })).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn credit_is_given_once_for_each_name() {
    for app in TestApp::each().await {
        let (ids, _) = prepaid(&app, "1").await;
        let path = format!("/organizations/{}/credits", ids.organization);
        let body =
            json!({ "source": "promotional", "amount": "2.50", "reason": "Again", "idempotency_key": "a" });
        let first = app.operator_post(&path, &body).await.ok();
        assert_eq!(app.operator_post(&path, &body).await.ok(), first);
        let other =
            json!({ "source": "promotional", "amount": "3", "reason": "Again", "idempotency_key": "a" });
        let error = app.operator_post(&path, &other).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "idempotency_key");
        let list = app.operator_get(&path).await.ok();
        assert_eq!(list["data"].as_array().unwrap().len(), 2);
        let page = app.operator_get(&format!("{path}?limit=1")).await.ok();
        assert_eq!(page["has_more"], true);
        let shown = app.operator_get(&format!("/organizations/{}", ids.organization)).await.ok();
        assert_eq!(shown["balance"], "3.500000");
        for (body, code, param) in [
            (json!({ "amount": "1", "reason": "x" }), "missing_required_parameter", "source"),
            (json!({ "source": "stripe", "amount": "1", "reason": "x" }), "invalid_value", "source"),
            (json!({ "source": "promotional", "amount": 1, "reason": "x" }), "invalid_type", "amount"),
            (json!({ "source": "promotional", "amount": "0", "reason": "x" }), "invalid_value", "amount"),
            (json!({ "source": "promotional", "amount": "-1", "reason": "x" }), "invalid_value", "amount"),
            (
                json!({ "source": "promotional", "amount": "1.0000001", "reason": "x" }),
                "invalid_value",
                "amount",
            ),
            (json!({ "source": "promotional", "amount": "1" }), "missing_required_parameter", "reason"),
            (json!({ "source": "promotional", "amount": "1", "reason": " " }), "invalid_value", "reason"),
            (
                json!({ "source": "promotional", "amount": "1", "reason": "x", "priority": 101 }),
                "invalid_value",
                "priority",
            ),
            (
                json!({ "source": "promotional", "amount": "1", "reason": "x", "expires_at": 1 }),
                "invalid_value",
                "expires_at",
            ),
        ] {
            let error = app.operator_post(&path, &body).await.refused(400, code);
            assert_eq!(error["param"], param, "{body}");
        }
    }
}

/// Says what every run that is over cost to compute.
async fn set_compute(app: &TestApp, state: &'static str, micros: i64) {
    use kinora_store::schema::runs;
    let done = app.app.store.run(move |db| {
        let rows =
            diesel::update(runs::table).filter(runs::state.eq(state)).set(runs::compute_micros.eq(micros));
        rows.execute(db).map_err(kinora_store::Error::from)
    });
    assert_eq!(done.await.unwrap(), 1);
}

#[tokio::test]
async fn the_margin_is_what_was_charged_less_what_all_runs_cost() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        app.create().await;
        let lost = app.lease().await;
        app.work(&format!("/{lost}/fail"), &json!({ "reason": "transient", "message": "x" })).await;
        let run = app.lease().await;
        app.deliver(&run, &FILES).await;
        set_compute(&app, "finished", 700).await;
        set_compute(&app, "failed", 90).await;
        app.charge(&ids, "thing_1", 4).await.unwrap();
        app.clock.advance(86_400_000_000);
        app.charge(&ids, "thing_2", 2).await.unwrap();
        let path = format!("/margin?start_time={}", START_US / 1_000_000);
        app.clock.advance(1_000_000);
        let by_model = app.operator_get(&format!("{path}&group_by[]=model")).await.ok();
        let of = |rows: &Value, name: &str, value: &str| -> Value {
            rows["data"].as_array().unwrap().iter().find(|row| row[name] == value).unwrap().clone()
        };
        let mini = of(&by_model, "model", "kinora-mini");
        assert_eq!((&mini["revenue"], &mini["seconds"]), (&json!("0.006000"), &json!(6.0)));
        assert_eq!((&mini["compute"], &mini["lost_compute"]), (&json!("0.000000"), &json!("0.000000")));
        assert_eq!(mini["margin"], "0.006000");
        let bars = of(&by_model, "model", kinora_spec::catalogue::COLOUR_BARS.id);
        assert_eq!((&bars["videos"], &bars["compute"]), (&json!(1), &json!("0.000700")));
        assert_eq!((&bars["lost_runs"], &bars["lost_compute"]), (&json!(1), &json!("0.000090")));
        let micros = |row: &Value, name: &str| -> i64 {
            row[name].as_str().unwrap().replace('.', "").parse().unwrap()
        };
        for row in by_model["data"].as_array().unwrap().iter().chain([&by_model["total"]]) {
            let margin = micros(row, "revenue") - micros(row, "compute") - micros(row, "lost_compute");
            assert_eq!(micros(row, "margin"), margin, "{row}");
        }
        assert_eq!(
            micros(&by_model["total"], "revenue"),
            micros(&mini, "revenue") + micros(&bars, "revenue")
        );
        let groups = ["day", "organization_id", "project_id", "api_key_id", "operation"];
        let query: String = groups.iter().map(|group| format!("&group_by[]={group}")).collect();
        let by_day = app.operator_get(&format!("{path}{query}")).await.ok();
        let second = of(&by_day, "day", "2026-11-24");
        assert_eq!(
            (&second["revenue"], &second["organization_id"]),
            (&json!("0.002000"), &json!(ids.organization))
        );
        assert_eq!((&second["project_id"], &second["api_key_id"]), (&json!(ids.project), &json!(ids.key)));
        assert_eq!((&second["operation"], &second["model"]), (&json!("create"), &json!(null)));
        assert_eq!(of(&by_day, "day", "2026-11-23")["lost_runs"], 1);
        assert_eq!(by_day["total"], by_model["total"]);
        let none = app.operator_get(&format!("{path}&organization_id=org_none")).await.ok();
        assert_eq!((&none["data"], &none["total"]["margin"]), (&json!([]), &json!("0.000000")));
    }
}

#[tokio::test]
async fn the_margin_is_a_table_too() {
    let app = TestApp::one().await;
    let ids = app.ids().await;
    app.charge(&ids, "thing_1", 4).await.unwrap();
    app.clock.advance(1_000_000);
    let path = format!("/v1/operator/margin?start_time={}&group_by[]=day", START_US / 1_000_000);
    let request = app.bare(Method::GET, &path).bearer_auth(&app.operator_key).header("accept", "text/csv");
    let table = String::from_utf8(answer(request).await.bytes).unwrap();
    let expected = "day,videos,seconds,revenue_usd,compute_usd,lost_runs,lost_compute_usd,margin_usd\r\n\
        2026-11-23,0,4.000,0.004000,0.000000,0,0.000000,0.004000\r\n";
    assert_eq!(table, expected);
    for (query, code, param) in [
        ("", "missing_required_parameter", "start_time"),
        ("start_time=5&end_time=5", "invalid_value", "end_time"),
        ("start_time=5&group_by[]=hour", "invalid_value", "group_by"),
        ("start_time=5&limit=1", "unknown_parameter", "limit"),
    ] {
        let error = app.operator_get(&format!("/margin?{query}")).await.refused(400, code);
        assert_eq!(error["param"], param, "{query}");
    }
}

#[tokio::test]
async fn all_scopes_do_not_make_an_operator_of_a_projects_key() {
    for app in TestApp::each().await {
        let star = app.mint("*").await;
        for path in ["/v1/operator/organizations", "/v1/organization/projects"] {
            app.ask(&star, Method::GET, path, None).await.refused(403, "insufficient_scope");
        }
    }
}
