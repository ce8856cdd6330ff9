//! How many videos of a project and of a key are made at a time, and the queue of those that wait.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, answer};
use crate::leases::{claim, fail, video_of};

/// Claims once; the run, if there is one.
async fn try_lease(app: &TestApp) -> Option<String> {
    let claimed = app.work("", &claim()).await;
    match claimed.status {
        StatusCode::OK => Some(claimed.json()["run_id"].as_str().unwrap().to_owned()),
        status => {
            assert_eq!(status, StatusCode::NO_CONTENT, "{claimed:?}");
            None
        }
    }
}

async fn limit(app: &TestApp, what: &str, max: Value) {
    app.admin_post(what, &json!({ "max_concurrent_videos": max })).await.ok();
}

async fn position(app: &TestApp, key: &str, id: &str) -> Value {
    app.ask(key, Method::GET, &format!("/v1/videos/{id}"), None).await.ok()["queue_position"].clone()
}

#[tokio::test]
async fn as_many_videos_of_a_project_are_made_at_a_time_as_may_and_the_others_wait_their_turn() {
    for app in TestApp::each().await {
        let project = app.project().await;
        limit(&app, &format!("/projects/{project}/limits"), json!(2)).await;
        let mut made = Vec::new();
        for _ in 0..5 {
            app.clock.advance(1);
            made.push(app.create().await);
        }
        let (first, second) = (try_lease(&app).await.unwrap(), try_lease(&app).await.unwrap());
        assert_eq!([video_of(&app, &first).await, video_of(&app, &second).await], made[..2]);
        assert_eq!(try_lease(&app).await, None);
        assert_eq!(fail(&app, &first, "permanent").await.status, StatusCode::NO_CONTENT);
        let third = try_lease(&app).await.unwrap();
        assert_eq!(video_of(&app, &third).await, made[2]);
        assert_eq!(try_lease(&app).await, None);
        limit(&app, &format!("/projects/{project}/limits"), Value::Null).await;
        for expected in &made[3..] {
            let run = try_lease(&app).await.unwrap();
            assert_eq!(&video_of(&app, &run).await, expected);
        }
    }
}

#[tokio::test]
async fn a_key_has_a_limit_of_its_own_beside_that_of_its_project() {
    for app in TestApp::each().await {
        let project = app.project().await;
        let other = app.new_key(&project).await;
        let key = TestApp::key_id(&app.key);
        limit(&app, &format!("/projects/{project}/api_keys/{key}/limits"), json!(1)).await;
        limit(&app, &format!("/projects/{project}/limits"), json!(2)).await;
        let ours = [app.create().await, app.create().await];
        let theirs = [app.create_as(&other).await, app.create_as(&other).await];
        let (first, second) = (try_lease(&app).await.unwrap(), try_lease(&app).await.unwrap());
        assert_eq!(video_of(&app, &first).await, ours[0]);
        assert_eq!(video_of(&app, &second).await, theirs[0]);
        assert_eq!(try_lease(&app).await, None);
        fail(&app, &second, "permanent").await;
        assert_eq!(video_of(&app, &try_lease(&app).await.unwrap()).await, theirs[1]);
        fail(&app, &first, "permanent").await;
        assert_eq!(video_of(&app, &try_lease(&app).await.unwrap()).await, ours[1]);
    }
}

#[tokio::test]
async fn a_project_at_its_limit_keeps_nobody_else_from_being_served() {
    for app in TestApp::each().await {
        let (_, sibling) = app.new_project().await;
        let stranger = app.other_tenant().await;
        limit(&app, &format!("/projects/{}/limits", app.project().await), json!(0)).await;
        for _ in 0..20 {
            app.create().await;
        }
        assert_eq!(try_lease(&app).await, None);
        let expected = BTreeSet::from([app.create_as(&sibling).await, app.create_as(&stranger).await]);
        let mut served = BTreeSet::new();
        while let Some(run) = try_lease(&app).await {
            served.insert(video_of(&app, &run).await);
        }
        assert_eq!(served, expected);
    }
}

#[tokio::test]
async fn more_organizations_at_their_limit_than_a_claim_looks_at_hide_nobody() {
    for app in TestApp::each().await {
        for _ in 0..20 {
            let (admin, key) = app.other_organization().await;
            let projects = app.ask(&admin, Method::GET, "/v1/organization/projects", None).await.ok();
            let project = projects["data"][0]["id"].as_str().unwrap();
            let path = format!("/v1/organization/projects/{project}/limits");
            app.ask(&admin, Method::POST, &path, Some(&json!({ "max_concurrent_videos": 0 }))).await.ok();
            app.create_as(&key).await;
        }
        // The last one: among organizations that never had a turn, those made earlier come first.
        let last = app.create_as(&app.other_tenant().await).await;
        let run = try_lease(&app).await.unwrap();
        assert_eq!(video_of(&app, &run).await, last);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_on_two_nodes_that_come_together_do_not_share_the_last_place() {
    for app in TestApp::each().await {
        let beside = app.beside().await;
        limit(&app, &format!("/projects/{}/limits", app.project().await), json!(2)).await;
        let key = format!("/projects/{}/api_keys/{}/limits", app.project().await, TestApp::key_id(&app.key));
        limit(&app, &key, json!(2)).await;
        for _ in 0..5 {
            app.create().await;
        }
        for round in 0..4 {
            let claims = (0..8).map(|number| {
                let node = if number % 2 == 0 { &app } else { &beside };
                let request = node.bare(Method::POST, "/internal/v1/leases").bearer_auth(&app.worker_token);
                tokio::spawn(answer(request.json(&claim())))
            });
            let mut runs = Vec::new();
            for claimed in claims.collect::<Vec<_>>() {
                let claimed = claimed.await.unwrap();
                if claimed.status == StatusCode::OK {
                    runs.push(claimed.json()["run_id"].as_str().unwrap().to_owned());
                }
            }
            // 5 videos of which 2 are made at a time: 2, 2, 1, none.
            assert_eq!(runs.len(), [2, 2, 1, 0][round], "{round}");
            assert_eq!(try_lease(&app).await, None);
            for run in runs {
                fail(&app, &run, "permanent").await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_meet_at_several_limits_all_come_to_an_end() {
    for app in TestApp::each().await {
        let beside = app.beside().await;
        let mut keys = Vec::new();
        for _ in 0..3 {
            let (project, key) = app.new_project().await;
            limit(&app, &format!("/projects/{project}/limits"), json!(1)).await;
            keys.push(key);
        }
        for number in 0..9 {
            app.clock.advance(1);
            app.create_as(&keys[number % 3]).await;
        }
        for _ in 0..3 {
            let claims = (0..10).map(|number| {
                let node = if number % 2 == 0 { &app } else { &beside };
                let request = node.bare(Method::POST, "/internal/v1/leases").bearer_auth(&app.worker_token);
                tokio::spawn(answer(request.json(&claim())))
            });
            let mut runs = Vec::new();
            for claimed in claims.collect::<Vec<_>>() {
                let claimed = claimed.await.unwrap();
                assert!([200, 204].contains(&claimed.status.as_u16()), "{claimed:?}");
                if claimed.status == StatusCode::OK {
                    runs.push(claimed.json()["run_id"].as_str().unwrap().to_owned());
                }
            }
            assert_eq!(runs.len(), 3);
            for run in runs {
                fail(&app, &run, "permanent").await;
            }
        }
        assert_eq!(try_lease(&app).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_worker_is_given_the_next_video_once_one_ends() {
    let app = TestApp::one().await;
    limit(&app, &format!("/projects/{}/limits", app.project().await), json!(1)).await;
    app.create().await;
    let waits = app.create().await;
    let run = app.lease().await;
    let patient = json!({ "worker": "test", "models": ["colour-bars"], "wait_ms": 20_000 });
    let request = app.bare(Method::POST, "/internal/v1/leases").bearer_auth(&app.worker_token).json(&patient);
    let waiting = tokio::spawn(answer(request));
    fail(&app, &run, "permanent").await;
    let next = waiting.await.unwrap().ok()["run_id"].as_str().unwrap().to_owned();
    assert_eq!(video_of(&app, &next).await, waits);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_for_whom_all_is_at_its_limit_disturbs_no_writer() {
    let app = TestApp::one().await;
    limit(&app, &format!("/projects/{}/limits", app.project().await), json!(1)).await;
    for _ in 0..2 {
        app.create().await;
    }
    app.lease().await;
    let (is_writing, writing) = tokio::sync::oneshot::channel();
    let (stop, stopped) = std::sync::mpsc::channel();
    let server = app.app.clone();
    let writer = tokio::spawn(async move {
        let write = server.store.run(move |db| {
            db.write_tx::<_, kinora_store::Error>(|_| {
                is_writing.send(()).unwrap();
                stopped.recv().unwrap();
                Ok(())
            })
        });
        write.await.unwrap();
    });
    writing.await.unwrap();
    // Answered while another holds the only write lock there is.
    assert_eq!(try_lease(&app).await, None);
    stop.send(()).unwrap();
    writer.await.unwrap();
}

#[tokio::test]
async fn a_place_in_the_queue_is_told_and_counts_down() {
    for app in TestApp::each().await {
        let (_, sibling) = app.new_project().await;
        let stranger = app.other_tenant().await;
        app.create_as(&stranger).await;
        let mut made = Vec::new();
        for (number, key) in [&app.key, &sibling, &app.key, &app.key].into_iter().enumerate() {
            let body = json!({ "prompt": "bars", "model": "colour-bars" });
            let video = app.ask(key, Method::POST, "/v1/videos", Some(&body)).await.ok();
            assert_eq!(video["queue_position"], json!(number + 1));
            made.push(video["id"].as_str().unwrap().to_owned());
            app.clock.advance(1);
        }
        let listed = app.get("/v1/videos?order=asc").await.ok();
        let places = |listed: &Value| {
            let videos = listed["data"].as_array().unwrap();
            videos.iter().map(|video| video["queue_position"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(places(&listed), [json!(1), json!(3), json!(4)]);
        let canceled = app.post(&format!("/v1/videos/{}/cancel", made[0]), &json!({})).await.ok();
        assert_eq!(canceled["queue_position"], Value::Null);
        assert_eq!(position(&app, &sibling, &made[1]).await, 1);
        assert_eq!(position(&app, &app.key, &made[3]).await, 3);
        raise(&app, &made[3]).await;
        assert_eq!(position(&app, &app.key, &made[3]).await, 1);
        let listed = app.get("/v1/videos?order=asc").await.ok();
        assert_eq!(places(&listed), [Value::Null, json!(3), json!(1)]);
        while try_lease(&app).await.is_some() {}
        let listed = app.get("/v1/videos?order=asc").await.ok();
        assert_eq!(places(&listed), [Value::Null, Value::Null, Value::Null]);
    }
}

/// Lets a video go before those of usual priority.
async fn raise(app: &TestApp, id: &str) {
    use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
    use kinora_store::schema::videos::dsl::{priority, videos};
    let id = id.to_owned();
    let raised = app.app.store.run(move |db| {
        let row = diesel::update(videos.find(id)).set(priority.eq(1));
        row.execute(db).map_err(kinora_store::Error::from)
    });
    assert_eq!(raised.await.unwrap(), 1);
}
