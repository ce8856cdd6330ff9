//! What an organization has and owes, and its statements.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp, answer};
use crate::books::Ids;

/// A prepaid organization with some credit: its ids and its admin key.
pub async fn prepaid(app: &TestApp, dollars: &str) -> (Ids, String) {
    let made = app.operator_post("/organizations", &json!({ "name": "Acme" })).await.ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let ids = Ids {
        organization: text(&made["id"]),
        project: text(&made["project"]["id"]),
        key: text(&made["api_key"]["id"]),
    };
    let body = json!({ "source": "promotional", "amount": dollars, "reason": "Welcome" });
    app.operator_post(&format!("/organizations/{}/credits", ids.organization), &body).await.ok();
    (ids, text(&made["admin_api_key"]["value"]))
}

#[tokio::test]
async fn credit_is_shown_with_its_blocks_and_without_what_has_ended() {
    for app in TestApp::each().await {
        let (ids, admin) = prepaid(&app, "10").await;
        let body = json!({
            "source": "correction", "amount": "5.50", "reason": "Wire", "priority": 1,
            "expires_at": START_US / 1_000_000 + 60,
        });
        app.operator_post(&format!("/organizations/{}/credits", ids.organization), &body).await.ok();
        app.charge(&ids, "thing_1", 4).await.unwrap();
        let path = "/v1/organization/credit";
        let credit = app.ask(&admin, Method::GET, path, None).await.ok();
        assert_eq!((&credit["object"], &credit["mode"]), (&json!("organization.credit"), &json!("prepaid")));
        assert_eq!((&credit["balance"], &credit["held"]), (&json!("15.496000"), &json!("0.000000")));
        assert_eq!((&credit["owed"], &credit["owed_limit"]), (&json!("0.000000"), &json!(null)));
        let blocks = credit["blocks"].as_array().unwrap();
        assert_eq!(blocks.len(), 2);
        let wire = blocks.iter().find(|block| block["source"] == "correction").unwrap();
        assert_eq!((&wire["amount"], &wire["remaining"]), (&json!("5.500000"), &json!("5.496000")));
        app.clock.advance(60_000_000);
        let later = app.ask(&admin, Method::GET, path, None).await.ok();
        assert_eq!((&later["balance"], later["blocks"].as_array().unwrap().len()), (&json!("10.000000"), 1));
        let own = app.admin_get("/credit").await.ok();
        assert_eq!((&own["mode"], &own["balance"]), (&json!("postpaid"), &json!("0.000000")));
        for key in [&app.key, &app.operator_key, &app.worker_token] {
            app.ask(key, Method::GET, path, None).await.refused(403, "insufficient_scope");
        }
    }
}

#[tokio::test]
async fn what_is_owed_is_shown_as_what_it_is() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        app.charge(&ids, "thing_1", 4).await.unwrap();
        assert_eq!(app.admin_get("/credit").await.ok()["owed"], "0.004000");
    }
}

#[tokio::test]
async fn a_statement_has_each_line_and_adds_up() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        app.charge(&ids, "thing_1", 4).await.unwrap();
        app.clock.advance(1_000_000);
        app.charge(&ids, "thing_2", 8).await.unwrap();
        app.clock.advance(31 * 86_400_000_000);
        app.charge(&ids, "thing_3", 1).await.unwrap();
        let list = app.admin_get("/statements").await.ok();
        let months: Vec<(&str, &str)> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|month| (month["id"].as_str().unwrap(), month["total"].as_str().unwrap()))
            .collect();
        assert_eq!(months, [("2026-12", "0.001000"), ("2026-11", "0.012000")]);
        assert_eq!(app.admin_get("/statements?after=2026-12").await.ok()["data"][0]["id"], "2026-11");
        let statement = app.admin_get("/statements/2026-11").await.ok();
        assert_eq!(
            (&statement["object"], &statement["total"]),
            (&json!("organization.statement"), &json!("0.012000"))
        );
        let lines = statement["lines"].as_array().unwrap();
        assert_eq!(lines.len(), 2);
        let line = &lines[0];
        assert_eq!((&line["video_id"], &line["quantity"]), (&json!("thing_1"), &json!(4.0)));
        assert_eq!((&line["unit_price"], &line["amount"]), (&json!("0.001000"), &json!("0.004000")));
        assert_eq!((&line["project_id"], &line["api_key_id"]), (&json!(ids.project), &json!(ids.key)));
        assert_eq!(line["captured_at"], START_US / 1_000_000);
        assert_eq!(app.admin_get("/statements/2026-10").await.ok()["lines"], json!([]));
        for wrong in ["2026-13", "november", "2026-1"] {
            app.admin_get(&format!("/statements/{wrong}")).await.refused(404, "not_found");
        }
        app.admin_get("/statements/2026-11?format=pdf").await.refused(400, "invalid_value");
        let path = format!("/organizations/{}/statements", ids.organization);
        assert_eq!(app.operator_get(&path).await.ok(), list);
        assert_eq!(app.operator_get(&format!("{path}/2026-11")).await.ok(), statement);
        app.operator_get("/organizations/org_none/statements").await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_statement_goes_on_behind_a_line() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        for n in 0..3 {
            app.charge(&ids, &format!("thing_{n}"), 1).await.unwrap();
        }
        let path = "/statements/2026-11";
        let all = app.admin_get(path).await.ok();
        let lines = all["lines"].as_array().unwrap();
        assert_eq!((lines.len(), &all["has_more"]), (3, &json!(false)));
        for (n, line) in lines.iter().enumerate() {
            let after = line["id"].as_str().unwrap();
            let rest = app.admin_get(&format!("{path}?after={after}")).await.ok();
            assert_eq!(
                (rest["lines"].as_array().unwrap(), &rest["total"]),
                (&lines[n + 1..].to_vec(), &all["total"])
            );
            app.admin_get(&format!("/statements/2026-10?after={after}")).await.refused(404, "not_found");
        }
        app.admin_get(&format!("{path}?after=line_none")).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_table_of_more_lines_than_are_read_at_once_has_each_once() {
    let app = TestApp::one().await;
    let ids = app.ids().await;
    app.charge_often(&ids, 2_001).await.unwrap();
    let answer = app.admin_get("/statements/2026-11?format=csv").await;
    let text = String::from_utf8(answer.bytes).unwrap();
    let mut names: Vec<&str> = text.lines().map(|row| row.split(',').next().unwrap()).collect();
    assert_eq!((names.len(), names.remove(0)), (2_002, "id"));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 2_001);
}

#[tokio::test]
async fn a_statement_is_a_table_by_parameter_or_header() {
    for app in TestApp::each().await {
        let ids = app.ids().await;
        app.charge(&ids, "thing_1", 4).await.unwrap();
        let by_format = app.admin_get("/statements/2026-11?format=csv").await;
        assert_eq!(by_format.header("content-type"), Some("text/csv; charset=utf-8"));
        assert_eq!(
            by_format.header("content-disposition"),
            Some("attachment; filename=\"statement-2026-11.csv\"")
        );
        let text = String::from_utf8(by_format.bytes.clone()).unwrap();
        let rows: Vec<&str> = text.split("\r\n").collect();
        assert!(rows[0].starts_with("id,captured_at,project_id,"), "{text}");
        let cells: Vec<&str> = rows[1].split(',').collect();
        assert_eq!(cells[1], "2026-11-23T02:13:20Z");
        assert_eq!(
            cells[2..13],
            [
                &ids.project,
                &ids.key,
                "thing_1",
                "kinora-mini",
                "create",
                "720p",
                "second",
                "4.000",
                "0.001000",
                "0",
                "0.004000"
            ]
        );
        assert_eq!((rows.len(), rows[2]), (3, ""));
        let path = "/v1/organization/statements/2026-11";
        let request =
            app.bare(Method::GET, path).bearer_auth(&app.admin_key).header("accept", "text/csv, */*");
        assert_eq!(answer(request).await.bytes, by_format.bytes);
        let request =
            app.bare(Method::GET, path).bearer_auth(&app.admin_key).header("accept", "application/json");
        answer(request).await.ok();
        let (stranger, _) = app.other_organization().await;
        let theirs = app.ask(&stranger, Method::GET, path, None).await.ok();
        assert_eq!((&theirs["lines"], &theirs["total"]), (&json!([]), &json!("0.000000")));
        app.ask(&app.key, Method::GET, path, None).await.refused(403, "insufficient_scope");
    }
}
