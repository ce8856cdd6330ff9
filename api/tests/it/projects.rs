//! The projects of an organization, as its administrators manage them.

use kinora_spec::catalogue::COLOUR_BARS;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp};

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_project_is_made_found_renamed_and_archived() {
    for app in TestApp::each().await {
        let made = app.admin_post("/projects", &json!({ "name": "Trailers" })).await.ok();
        let id = made["id"].as_str().unwrap();
        let expected = json!({
            "id": id, "object": "organization.project", "name": "Trailers", "created_at": START_US / 1_000_000,
            "archived_at": null, "status": "active",
        });
        assert_eq!(made, expected);
        assert!(id.starts_with("proj_"));
        let path = format!("/projects/{id}");
        assert_eq!(app.admin_get(&path).await.ok(), made);
        let renamed = app.admin_post(&path, &json!({ "name": "Films" })).await.ok();
        assert_eq!((&renamed["name"], &renamed["id"]), (&json!("Films"), &made["id"]));
        app.clock.advance(5_000_000);
        let archived = app.admin_post(&format!("{path}/archive"), &json!({})).await.ok();
        assert_eq!(archived["status"], "archived");
        assert_eq!(archived["archived_at"], START_US / 1_000_000 + 5);
        app.clock.advance(5_000_000);
        assert_eq!(app.admin_post(&format!("{path}/archive"), &json!({})).await.ok(), archived);
        app.admin_post(&path, &json!({ "name": "Other" })).await.refused(403, "project_archived");
    }
}

#[tokio::test]
async fn projects_are_listed_page_by_page_and_archived_ones_on_request() {
    for app in TestApp::each().await {
        let mut all = ids(&app.admin_get("/projects").await.ok());
        assert_eq!(all.len(), 1, "the first start makes one");
        for name in ["a", "b", "c"] {
            let made = app.admin_post("/projects", &json!({ "name": name })).await.ok();
            all.push(made["id"].as_str().unwrap().to_owned());
        }
        let first = app.admin_get("/projects?limit=3").await.ok();
        assert_eq!((ids(&first), &first["has_more"]), (all[..3].to_vec(), &json!(true)));
        assert_eq!((&first["first_id"], &first["last_id"]), (&json!(all[0]), &json!(all[2])));
        let rest = app.admin_get(&format!("/projects?limit=3&after={}", all[2])).await.ok();
        assert_eq!((ids(&rest), &rest["has_more"]), (all[3..].to_vec(), &json!(false)));
        app.admin_post(&format!("/projects/{}/archive", all[1]), &json!({})).await.ok();
        let open = ids(&app.admin_get("/projects?include_archived=false").await.ok());
        assert_eq!(open, [&all[..1], &all[2..]].concat());
        assert_eq!(ids(&app.admin_get("/projects?include_archived=true").await.ok()), all);
        let after = app.admin_get(&format!("/projects?after={}", all[1])).await.ok();
        assert_eq!(ids(&after), all[2..]);
    }
}

#[tokio::test]
async fn the_keys_of_an_archived_project_see_its_videos_and_make_none() {
    for app in TestApp::each().await {
        let video = app.create().await;
        let project = ids(&app.admin_get("/projects").await.ok()).remove(0);
        app.admin_post(&format!("/projects/{project}/archive"), &json!({})).await.ok();
        let body = json!({ "prompt": "bars", "model": COLOUR_BARS.id });
        app.post("/v1/videos", &body).await.refused(403, "project_archived");
        assert_eq!(app.stored_videos().await, 1);
        assert_eq!(app.get(&format!("/v1/videos/{video}")).await.ok()["status"], "queued");
        assert_eq!(
            app.post(&format!("/v1/videos/{video}/cancel"), &json!({})).await.ok()["status"],
            "failed"
        );
        app.delete(&format!("/v1/videos/{video}")).await.ok();
        let keys = format!("/projects/{project}/api_keys");
        app.admin_post(&keys, &json!({ "name": "late" })).await.refused(403, "project_archived");
        let listed = app.admin_get(&keys).await.ok();
        assert_eq!(listed["data"][0]["owner_project_access"], "inactive");
        assert_eq!(ids(&app.admin_get(&format!("{keys}?owner_project_access=active")).await.ok()).len(), 0);
        assert_eq!(ids(&app.admin_get(&format!("{keys}?owner_project_access=any")).await.ok()).len(), 1);
    }
}

/// Every route of an organization's administrators, with a body that fits and the scope it needs.
fn routes(project: &str, key: &str, admin_key: &str) -> Vec<(Method, String, Option<Value>)> {
    let (name, limit) = (json!({ "name": "x" }), json!({ "max_requests_per_1_minute": 1 }));
    let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
    let at = |path: &str| format!("/v1/organization{path}");
    vec![
        (get.clone(), at("/projects"), None),
        (post.clone(), at("/projects"), Some(name.clone())),
        (get.clone(), at(&format!("/projects/{project}")), None),
        (post.clone(), at(&format!("/projects/{project}")), Some(name.clone())),
        (get.clone(), at(&format!("/projects/{project}/api_keys")), None),
        (post.clone(), at(&format!("/projects/{project}/api_keys")), Some(name.clone())),
        (get.clone(), at(&format!("/projects/{project}/api_keys/{key}")), None),
        (post.clone(), at(&format!("/projects/{project}/api_keys/{key}")), Some(json!({ "scopes": [] }))),
        (get.clone(), at(&format!("/projects/{project}/rate_limits")), None),
        (post.clone(), at(&format!("/projects/{project}/rate_limits/rl-kinora-mini")), Some(limit)),
        (get.clone(), at("/admin_api_keys"), None),
        (post.clone(), at("/admin_api_keys"), Some(name)),
        (get, at(&format!("/admin_api_keys/{admin_key}")), None),
        (delete.clone(), at(&format!("/projects/{project}/api_keys/{key}")), None),
        (post, at(&format!("/projects/{project}/archive")), None),
        (delete, at(&format!("/admin_api_keys/{admin_key}")), None),
    ]
}

async fn places(app: &TestApp) -> (String, String, String) {
    let project = ids(&app.admin_get("/projects").await.ok()).remove(0);
    let key = ids(&app.admin_get(&format!("/projects/{project}/api_keys")).await.ok()).remove(0);
    let admin_key = ids(&app.admin_get("/admin_api_keys").await.ok()).remove(0);
    (project, key, admin_key)
}

#[tokio::test]
async fn only_admin_keys_manage_an_organization_and_they_make_no_videos() {
    for app in TestApp::each().await {
        let (project, key, admin_key) = places(&app).await;
        for (method, path, body) in routes(&project, &key, &admin_key) {
            for other in [&app.key, &app.operator_key, &app.worker_token] {
                let answer = app.ask(other, method.clone(), &path, body.as_ref()).await;
                let error = answer.refused(403, "insufficient_scope");
                let needed = if method == Method::GET { "organization:read" } else { "organization:write" };
                assert!(error["message"].as_str().unwrap().contains(needed), "{method} {path} {error}");
            }
            app.ask("kn_no_no", method.clone(), &path, body.as_ref()).await.refused(401, "invalid_api_key");
        }
        for path in ["/v1/videos", "/v1/videos/video_1", "/v1/models"] {
            let answer = app.ask(&app.admin_key, Method::GET, path, None).await;
            answer.refused(403, "insufficient_scope");
        }
        let body = json!({ "prompt": "bars", "model": COLOUR_BARS.id });
        let answer = app.ask(&app.admin_key, Method::POST, "/v1/videos", Some(&body)).await;
        answer.refused(403, "insufficient_scope");
    }
}

#[tokio::test]
async fn another_organizations_projects_and_keys_do_not_exist() {
    for app in TestApp::each().await {
        let (project, key, admin_key) = places(&app).await;
        let (stranger, _) = app.other_organization().await;
        let before = app.admin_get(&format!("/projects/{project}")).await.ok();
        for (method, path, body) in routes(&project, &key, &admin_key) {
            if path.contains(&project) || path.contains(&admin_key) {
                app.ask(&stranger, method, &path, body.as_ref()).await.refused(404, "not_found");
            }
        }
        for after in [format!("projects?after={project}"), format!("admin_api_keys?after={admin_key}")] {
            let path = format!("/v1/organization/{after}");
            app.ask(&stranger, Method::GET, &path, None).await.refused(404, "not_found");
        }
        let theirs = app.ask(&stranger, Method::GET, "/v1/organization/projects", None).await.ok();
        assert!(ids(&theirs).len() == 1 && !ids(&theirs).contains(&project));
        let their_project = ids(&theirs).remove(0);
        let keys = format!("/projects/{their_project}/api_keys/{key}");
        app.admin_get(&keys).await.refused(404, "not_found");
        let path = format!("/v1/organization{keys}");
        app.ask(&stranger, Method::DELETE, &path, None).await.refused(404, "not_found");
        assert_eq!(app.admin_get(&format!("/projects/{project}")).await.ok(), before);
        app.get("/v1/videos").await.ok();
    }
}

#[tokio::test]
async fn what_a_project_cannot_have_is_refused_by_name() {
    let app = TestApp::one().await;
    for (body, code, param) in [
        (json!({}), "missing_required_parameter", "name"),
        (json!({ "name": "" }), "invalid_value", "name"),
        (json!({ "name": "  " }), "invalid_value", "name"),
        (json!({ "name": "\u{0}" }), "invalid_value", "name"),
        (json!({ "name": "x".repeat(201) }), "invalid_value", "name"),
        (json!({ "name": 1 }), "invalid_type", "name"),
        (json!({ "name": "x", "geography": "EU" }), "invalid_value", "geography"),
        (json!({ "name": "x", "residency": {} }), "invalid_value", "residency"),
        (json!({ "name": "x", "color": "red" }), "unknown_parameter", "color"),
    ] {
        let error = app.admin_post("/projects", &body).await.refused(400, code);
        assert_eq!(error["param"], param, "{body}");
    }
    let body = json!({ "name": "x".repeat(200), "external_key_id": null, "geography": null });
    app.admin_post("/projects", &body).await.ok();
    for (query, code, param) in [
        ("limit=0", "invalid_value", "limit"),
        ("limit=101", "invalid_value", "limit"),
        ("include_archived=yes", "invalid_value", "include_archived"),
        ("limit[]=1", "invalid_type", "limit"),
        ("order=asc", "unknown_parameter", "order"),
    ] {
        let error = app.admin_get(&format!("/projects?{query}")).await.refused(400, code);
        assert_eq!(error["param"], param, "{query}");
    }
    app.admin_get("/projects/proj_none").await.refused(404, "not_found");
    app.admin_get("/projects?after=proj_none").await.refused(404, "not_found");
}
