//! Lists of videos, page by page.

use serde_json::{Value, json};

use crate::app::TestApp;

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|video| video["id"].as_str().unwrap().to_owned()).collect()
}

/// Follows a list as the SDKs do.
async fn walk(app: &TestApp, order: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut path = format!("/v1/videos?limit=2&order={order}");
    loop {
        let page = app.get(&path).await.ok();
        let found = ids(&page);
        assert_eq!(page["object"], "list");
        assert_eq!(page["first_id"].as_str(), found.first().map(String::as_str));
        assert_eq!(page["last_id"].as_str(), found.last().map(String::as_str));
        pages.push(found);
        if page["has_more"] == false {
            return pages;
        }
        path = format!("/v1/videos?limit=2&order={order}&after={}", page["last_id"].as_str().unwrap());
    }
}

#[tokio::test]
async fn pages_follow_one_another_in_both_orders() {
    for app in TestApp::each().await {
        let mut made = Vec::new();
        for n in 0..5 {
            made.push(app.create().await);
            // Two of them in the same microsecond: then the id decides.
            app.clock.advance(n % 2);
        }
        let pages = walk(&app, "asc").await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(pages.concat(), made);
        made.reverse();
        assert_eq!(walk(&app, "desc").await.concat(), made);
        assert_eq!(ids(&app.get("/v1/videos").await.ok()), made);
    }
}

#[tokio::test]
async fn deleting_while_paging_leaves_nothing_out() {
    for app in TestApp::each().await {
        let (first, second) = (app.create().await, app.create().await);
        app.post(&format!("/v1/videos/{first}/cancel"), &json!({})).await.ok();
        app.delete(&format!("/v1/videos/{first}")).await.ok();
        let page = app.get(&format!("/v1/videos?order=asc&after={first}")).await.ok();
        assert_eq!(ids(&page), [second]);
    }
}

#[tokio::test]
async fn an_empty_list_and_a_page_of_none_have_no_ids() {
    let app = TestApp::one().await;
    let empty = json!({ "object": "list", "data": [], "first_id": null, "last_id": null, "has_more": false });
    assert_eq!(app.get("/v1/videos").await.ok(), empty);
    app.create().await;
    let none = json!({ "object": "list", "data": [], "first_id": null, "last_id": null, "has_more": true });
    assert_eq!(app.get("/v1/videos?limit=0").await.ok(), none);
}

#[tokio::test]
async fn a_bad_parameter_is_refused_by_name() {
    let app = TestApp::one().await;
    for (query, status, code, param) in [
        ("limit=101", 400, "invalid_value", Some("limit")),
        ("limit=-1", 400, "invalid_value", Some("limit")),
        ("limit=null", 400, "invalid_value", Some("limit")),
        ("limit=ten", 400, "invalid_value", Some("limit")),
        ("limit=", 400, "invalid_value", Some("limit")),
        ("order=up", 400, "invalid_value", Some("order")),
        ("order=asc&order=asc", 400, "invalid_value", Some("order")),
        ("before=x", 400, "unknown_parameter", Some("before")),
        ("after=x", 404, "not_found", None),
        ("after=video_019aabc2f1e87d0e8f6a3c1b5d7e9f01", 404, "not_found", None),
        ("after=%ff", 404, "not_found", None),
    ] {
        let error = app.get(&format!("/v1/videos?{query}")).await.refused(status, code);
        assert_eq!(error["param"].as_str(), param, "{query}");
    }
}
