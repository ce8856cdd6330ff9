//! Who may do what.

use kinora::keys::rules::{Key, PROJECT_SCOPES};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp, answer};

/// Every public route that needs a key, with the scope it needs.
fn routes(id: &str) -> Vec<(Method, String, &'static str)> {
    vec![
        (Method::POST, "/v1/videos".into(), "videos:write"),
        (Method::GET, "/v1/videos".into(), "videos:read"),
        (Method::GET, format!("/v1/videos/{id}"), "videos:read"),
        (Method::DELETE, format!("/v1/videos/{id}"), "videos:write"),
        (Method::POST, format!("/v1/videos/{id}/cancel"), "videos:write"),
        (Method::GET, format!("/v1/videos/{id}/content"), "videos:read"),
        (Method::GET, "/v1/models".into(), "models:read"),
        (Method::GET, "/v1/models/kinora-mini".into(), "models:read"),
    ]
}

#[tokio::test]
async fn without_a_good_key_every_route_answers_401() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let revoked = app.other_tenant().await;
        app.revoke(&revoked).await;
        let forged = format!("{}{}", &app.key[..app.key.len() - 64], "0".repeat(64));
        let unknown = Key::new().reveal();
        for (method, path, _) in routes(&id) {
            for value in ["", "Bearer", "Bearer ", "Basic a2V5", "Bearer sk-test", "Bearer kn_1_2"] {
                let request = app.bare(method.clone(), &path).header("authorization", value);
                answer(request).await.refused(401, "invalid_api_key");
            }
            let bare = answer(app.bare(method.clone(), &path)).await;
            bare.refused(401, "invalid_api_key");
            assert_eq!(bare.header("www-authenticate"), Some("Bearer"));
            for key in [&revoked, &forged, &unknown] {
                let answer = answer(app.bare(method.clone(), &path).bearer_auth(key)).await;
                let error = answer.refused(401, "invalid_api_key");
                assert!(!error.to_string().contains(key.as_str()));
            }
        }
    }
}

#[tokio::test]
async fn without_the_scope_every_route_answers_403() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let all = ["videos:read", "videos:write", "models:read", "runs"];
        for scope in all {
            let key = app.mint(scope).await;
            for (method, path, needed) in routes(&id) {
                let answer = answer(app.bare(method, &path).bearer_auth(&key)).await;
                if needed == scope {
                    assert!(![401, 403].contains(&answer.status.as_u16()), "{path} {scope}");
                } else {
                    answer.refused(403, "insufficient_scope");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_operator_and_workers_have_no_videos() {
    let app = TestApp::one().await;
    for key in [app.operator_key.clone(), app.worker_token.clone(), app.mint_worker().await] {
        let answer = answer(app.bare(Method::GET, "/v1/videos").bearer_auth(&key)).await;
        answer.refused(403, "insufficient_scope");
    }
    answer(app.bare(Method::GET, "/v1/models").bearer_auth(&app.operator_key)).await.ok();
    let claim = json!({ "worker": "x", "models": [], "wait_ms": 0 });
    let request = app.request(Method::POST, "/internal/v1/leases").json(&claim);
    assert_eq!(answer(request).await.status, 403);
}

#[tokio::test]
async fn another_projects_video_does_not_exist() {
    for app in TestApp::each().await {
        let stranger = app.other_tenant().await;
        let id = app.create().await;
        for (method, path, _) in routes(&id).into_iter().filter(|(_, path, _)| path.contains(&id)) {
            let answer = answer(app.bare(method, &path).bearer_auth(&stranger)).await;
            let error = answer.refused(404, "not_found");
            assert_eq!(error["message"], format!("No video found with id '{id}'."));
        }
        let path = format!("/v1/videos?after={id}");
        answer(app.bare(Method::GET, &path).bearer_auth(&stranger)).await.refused(404, "not_found");
        let list = answer(app.bare(Method::GET, "/v1/videos").bearer_auth(&stranger)).await.ok();
        assert_eq!(list["data"], json!([]));
        assert_eq!(app.get(&format!("/v1/videos/{id}")).await.ok()["status"], "queued");
    }
}

#[tokio::test]
async fn a_key_is_asked_for_before_the_body_is_read() {
    let app = TestApp::with(|config| config.json_bytes_max = 10).await;
    let request = app.bare(Method::POST, "/v1/videos").header("content-type", "application/json");
    answer(request.body(vec![b'x'; 1_000])).await.refused(401, "invalid_api_key");
}

async fn first_project(app: &TestApp) -> String {
    app.admin_get("/projects").await.ok()["data"][0]["id"].as_str().unwrap().to_owned()
}

/// Checks that nothing of a secret is in an answer.
fn hides(answer: &Value, value: &str) {
    let secret = value.rsplit('_').next().unwrap();
    assert!(!answer.to_string().contains(&secret[..8]), "{answer}");
}

#[tokio::test]
async fn a_key_of_a_project_is_shown_once_and_works_until_it_is_revoked() {
    for app in TestApp::each().await {
        let keys = format!("/projects/{}/api_keys", first_project(&app).await);
        let made = app.admin_post(&keys, &json!({ "name": "Farm" })).await.ok();
        let (id, value) = (made["id"].as_str().unwrap(), made["value"].as_str().unwrap());
        assert!(value.starts_with(made["redacted_value"].as_str().unwrap().trim_end_matches("...")));
        assert_eq!(made["object"], "organization.project.api_key");
        assert_eq!(made["owner"]["type"], "service_account");
        assert_eq!(made["owner"]["service_account"]["name"], "Farm");
        assert_eq!(made["owner_project_access"], "active");
        assert_eq!(made["created_at"], START_US / 1_000_000);
        assert_eq!((&made["expires_at"], &made["last_used_at"]), (&json!(null), &json!(null)));
        assert_eq!(
            made["scopes"],
            json!(["videos:read", "videos:write", "models:read", "webhooks:read", "webhooks:write"])
        );
        app.create_as(value).await;
        let found = app.admin_get(&format!("{keys}/{id}")).await.ok();
        assert_eq!(found["last_used_at"], START_US / 1_000_000);
        assert!(found.get("value").is_none());
        hides(&found, value);
        let listed = app.admin_get(&keys).await.ok();
        assert_eq!(listed["data"][1], found);
        hides(&listed, value);
        let gone = app.admin_delete(&format!("{keys}/{id}")).await.ok();
        assert_eq!(
            gone,
            json!({ "object": "organization.project.api_key.deleted", "id": id, "deleted": true })
        );
        app.ask(value, Method::GET, "/v1/videos", None).await.refused(401, "invalid_api_key");
        app.admin_get(&format!("{keys}/{id}")).await.refused(404, "not_found");
        app.admin_delete(&format!("{keys}/{id}")).await.refused(404, "not_found");
        assert_eq!(app.admin_get(&keys).await.ok()["data"].as_array().unwrap().len(), 1);
        let after = app.admin_get(&format!("{keys}?after={id}")).await.ok();
        assert_eq!(after["data"], json!([]), "a page goes on after a key that is gone");
    }
}

#[tokio::test]
async fn a_key_ends_when_its_time_is_over_and_can_be_given_more_before() {
    for app in TestApp::each().await {
        let keys = format!("/projects/{}/api_keys", first_project(&app).await);
        let body = json!({ "name": "short", "expires_in_seconds": 60, "scopes": ["videos:read"] });
        let made = app.admin_post(&keys, &body).await.ok();
        let path = format!("{keys}/{}", made["id"].as_str().unwrap());
        let value = made["value"].as_str().unwrap();
        assert_eq!(made["expires_at"], START_US / 1_000_000 + 60);
        app.clock.advance(59_999_999);
        app.ask(value, Method::GET, "/v1/videos", None).await.ok();
        app.ask(value, Method::GET, "/v1/models", None).await.refused(403, "insufficient_scope");
        let body = json!({ "expires_in_seconds": 100, "scopes": [] });
        let changed = app.admin_post(&path, &body).await.ok();
        assert_eq!(changed["scopes"].as_array().unwrap().len(), PROJECT_SCOPES.split(' ').count());
        assert!(changed.get("value").is_none());
        app.clock.advance(99_999_999);
        app.ask(value, Method::GET, "/v1/models", None).await.ok();
        app.clock.advance(1);
        app.ask(value, Method::GET, "/v1/models", None).await.refused(401, "invalid_api_key");
        assert_eq!(app.admin_get(&path).await.ok()["name"], "short");
        let error = app.admin_post(&path, &json!({ "expires_in_seconds": 5 })).await;
        assert!(error.refused(400, "invalid_value")["message"].as_str().unwrap().contains("expired"));
    }
}

#[tokio::test]
async fn admin_keys_are_made_listed_both_ways_and_revoked_by_one_another() {
    for app in TestApp::each().await {
        let mut ids = Vec::new();
        let mut values = Vec::new();
        for name in ["a", "b", "c"] {
            app.clock.advance(1);
            let made = app.admin_post("/admin_api_keys", &json!({ "name": name })).await.ok();
            assert_eq!(made["object"], "organization.admin_api_key");
            assert_eq!((&made["owner"]["type"], &made["name"]), (&json!("service_account"), &json!(name)));
            values.push(made["value"].as_str().unwrap().to_owned());
            ids.push(made["id"].clone());
        }
        let id = |page: &Value, at: usize| page["data"][at]["id"].clone();
        let newest = app.admin_get("/admin_api_keys?order=desc&limit=2").await.ok();
        assert_eq!((id(&newest, 0), id(&newest, 1)), (ids[2].clone(), ids[1].clone()));
        assert_eq!(newest["has_more"], true);
        let after = ids[1].as_str().unwrap();
        let rest = app.admin_get(&format!("/admin_api_keys?order=desc&after={after}")).await.ok();
        assert_eq!((id(&rest, 0), rest["data"].as_array().unwrap().len()), (ids[0].clone(), 2));
        let oldest = app.admin_get(&format!("/admin_api_keys?after={after}")).await.ok();
        assert_eq!((id(&oldest, 0), oldest["data"].as_array().unwrap().len()), (ids[2].clone(), 1));
        hides(&app.admin_get("/admin_api_keys").await.ok(), &values[0]);
        let found = app.admin_get(&format!("/admin_api_keys/{after}")).await.ok();
        assert_eq!((&found["id"], found.get("value")), (&ids[1], None));

        let path = format!("/v1/organization/admin_api_keys/{after}");
        let gone = app.ask(&values[0], Method::DELETE, &path, None).await.ok();
        assert_eq!(gone["object"], "organization.admin_api_key.deleted");
        let refused = app.ask(&values[1], Method::GET, "/v1/organization/projects", None).await;
        refused.refused(401, "invalid_api_key");
        let body = json!({ "name": "short", "expires_in_seconds": 1 });
        let short = app.admin_post("/admin_api_keys", &body).await.ok();
        app.clock.advance(1_000_000);
        let value = short["value"].as_str().unwrap();
        let refused = app.ask(value, Method::GET, "/v1/organization/projects", None).await;
        refused.refused(401, "invalid_api_key");
    }
}

#[tokio::test]
async fn what_a_key_cannot_have_is_refused_by_name() {
    let app = TestApp::one().await;
    let keys = format!("/projects/{}/api_keys", first_project(&app).await);
    for (body, code, param) in [
        (json!({}), "missing_required_parameter", "name"),
        (json!({ "name": "x", "scopes": ["*"] }), "invalid_value", "scopes"),
        (json!({ "name": "x", "scopes": ["organization:write"] }), "invalid_value", "scopes"),
        (json!({ "name": "x", "scopes": "videos:read" }), "invalid_type", "scopes"),
        (json!({ "name": "x", "scopes": [1] }), "invalid_type", "scopes"),
        (json!({ "name": "x", "expires_in_seconds": 0 }), "invalid_value", "expires_in_seconds"),
        (json!({ "name": "x", "expires_in_seconds": 315_360_001 }), "invalid_value", "expires_in_seconds"),
        (json!({ "name": "x", "value": "kn_mine" }), "unknown_parameter", "value"),
    ] {
        let error = app.admin_post(&keys, &body).await.refused(400, code);
        assert_eq!(error["param"], param, "{body}");
    }
    let error = app.admin_post("/admin_api_keys", &json!({ "name": "x", "scopes": [] })).await;
    assert_eq!(error.refused(400, "unknown_parameter")["param"], "scopes");
    let key = app.admin_get(&keys).await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    let error = app.admin_post(&format!("{keys}/{key}"), &json!({})).await;
    error.refused(400, "missing_required_parameter");
    app.admin_get(&format!("{keys}?owner_project_access=all")).await.refused(400, "invalid_value");
    app.admin_get("/admin_api_keys?order=up").await.refused(400, "invalid_value");
    let admin_key = app.admin_get("/admin_api_keys").await.ok()["data"][0]["id"].clone();
    let wrong_kind = format!("{keys}/{}", admin_key.as_str().unwrap());
    app.admin_get(&wrong_kind).await.refused(404, "not_found");
    app.admin_get(&format!("/admin_api_keys/{key}")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_service_account_is_a_key_by_another_name() {
    for app in TestApp::each().await {
        let project = format!("/projects/{}", first_project(&app).await);
        let accounts = format!("{project}/service_accounts");
        let body = json!({ "name": "Farm", "expires_in_seconds": 60, "create_service_account_only": false });
        let made = app.admin_post(&accounts, &body).await.ok();
        let (id, value) = (made["id"].as_str().unwrap(), made["api_key"]["value"].as_str().unwrap());
        assert_eq!(
            (&made["object"], &made["role"]),
            (&json!("organization.project.service_account"), &json!("member"))
        );
        assert_eq!(
            (&made["api_key"]["id"], &made["api_key"]["expires_at"]),
            (&json!(id), &json!(START_US / 1_000_000 + 60))
        );
        app.create_as(value).await;
        let found = app.admin_get(&format!("{accounts}/{id}")).await.ok();
        assert_eq!((&found["name"], found.get("api_key")), (&json!("Farm"), None));
        let listed = app.admin_get(&format!("{accounts}?limit=1")).await.ok();
        assert_eq!(listed["has_more"], true);
        let next = listed["last_id"].as_str().unwrap();
        let rest = app.admin_get(&format!("{accounts}?after={next}")).await.ok();
        assert_eq!(rest["data"], json!([found]));
        let key = app.admin_get(&format!("{project}/api_keys/{id}")).await.ok();
        assert_eq!(key["owner"]["service_account"]["id"], id);
        let (stranger, _) = app.other_organization().await;
        for method in [Method::GET, Method::DELETE] {
            let path = format!("/v1/organization{accounts}/{id}");
            app.ask(&stranger, method, &path, None).await.refused(404, "not_found");
        }
        let gone = app.admin_delete(&format!("{accounts}/{id}")).await.ok();
        assert_eq!(gone["object"], "organization.project.service_account.deleted");
        app.ask(value, Method::GET, "/v1/videos", None).await.refused(401, "invalid_api_key");
        let body = json!({ "name": "x", "create_service_account_only": true });
        app.admin_post(&accounts, &body).await.refused(400, "invalid_value");
    }
}

#[tokio::test]
async fn every_operation_is_closed_to_keys_of_every_other_kind() {
    let app = TestApp::one().await;
    let document: Value = serde_json::from_str(&kinora::openapi::text().unwrap()).unwrap();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let closed: &[&str] = if path.starts_with("/v1/operator/") {
            &[&app.key, &app.admin_key, &app.worker_token]
        } else if path.starts_with("/v1/organization/") {
            &[&app.key, &app.operator_key, &app.worker_token]
        } else if path.starts_with("/v1/videos") {
            &[&app.admin_key, &app.operator_key, &app.worker_token]
        } else {
            continue;
        };
        let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        let address = parts.collect::<Vec<_>>().join("/");
        for method in item.as_object().unwrap().keys().filter(|method| *method != "head") {
            let method: Method = method.to_uppercase().parse().unwrap();
            for key in closed {
                let answer = app.ask(key, method.clone(), &address, Some(&json!({}))).await;
                answer.refused(403, "insufficient_scope");
                asked += 1;
            }
            answer(app.bare(method, &address)).await.refused(401, "invalid_api_key");
        }
    }
    assert!(asked > 150, "{asked}");
}
