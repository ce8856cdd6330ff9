//! Who may do what.

use kinora::keys::rules::Key;
use reqwest::Method;
use serde_json::json;

use crate::app::{TestApp, answer};

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
