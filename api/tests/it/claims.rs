//! Who is given which run.

use std::collections::HashSet;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{TestApp, answer};
use crate::leases::{claim, fail, video_of};

/// Claims a run and answers whose video it is.
async fn claimed_video(app: &TestApp) -> String {
    app.clock.advance(1_000);
    let run = app.lease().await;
    video_of(app, &run).await
}

#[tokio::test]
async fn one_worker_serves_organizations_in_turn_and_each_in_its_order() {
    for app in TestApp::each().await {
        let other = app.other_tenant().await;
        let mut expected = Vec::new();
        for _ in 0..3 {
            app.clock.advance(1);
            expected.push(app.create().await);
        }
        app.clock.advance(1);
        expected.insert(1, app.create_as(&other).await);
        let first = claimed_video(&app).await;
        // Neither had a turn before, so either may begin.
        if first == expected[1] {
            expected.swap(0, 1);
        }
        let mut served = vec![first];
        for _ in 0..3 {
            let run = app.lease().await;
            served.push(video_of(&app, &run).await);
            app.clock.advance(1_000);
            assert_eq!(fail(&app, &run, "permanent").await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(served, expected);
        assert_eq!(app.work("", &claim()).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn an_organization_with_fewer_running_runs_comes_first() {
    for app in TestApp::each().await {
        let other = app.other_tenant().await;
        let mut ours = HashSet::new();
        for _ in 0..3 {
            ours.insert(app.create().await);
        }
        // Ours has one running run when the other one comes, and is the one served longest ago after it.
        assert!(ours.contains(&claimed_video(&app).await));
        let theirs = [app.create_as(&other).await, app.create_as(&other).await];
        assert_eq!(claimed_video(&app).await, theirs[0]);
        assert!(ours.contains(&claimed_video(&app).await));
        assert_eq!(claimed_video(&app).await, theirs[1]);
    }
}

#[tokio::test]
async fn a_higher_priority_comes_before_an_earlier_request() {
    use kinora_store::schema::videos::dsl::{priority, videos};
    for app in TestApp::each().await {
        let (early, late) = (app.create().await, app.create().await);
        let urgent = late.clone();
        let raised = app.app.store.run(move |db| {
            diesel::update(videos.find(urgent))
                .set(priority.eq(1))
                .execute(db)
                .map_err(kinora_store::Error::from)
        });
        assert_eq!(raised.await.unwrap(), 1);
        assert_eq!([claimed_video(&app).await, claimed_video(&app).await], [late, early]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_claim_at_once_never_get_the_same_video() {
    const VIDEOS: usize = 10;
    for app in TestApp::each().await {
        let other = app.other_tenant().await;
        for _ in 0..VIDEOS / 2 {
            app.create().await;
            app.create_as(&other).await;
        }
        let claims = (0..VIDEOS * 2).map(|_| {
            let request = app.bare(Method::POST, "/internal/v1/leases").bearer_auth(&app.worker_token);
            tokio::spawn(answer(request.json(&claim())))
        });
        let mut leased = HashSet::new();
        for claimed in claims.collect::<Vec<_>>() {
            let claimed = claimed.await.unwrap();
            if claimed.status == StatusCode::OK {
                let run = claimed.json()["run_id"].as_str().unwrap().to_owned();
                assert!(leased.insert(video_of(&app, &run).await), "one video was leased twice");
            } else {
                assert_eq!(claimed.status, StatusCode::NO_CONTENT, "{claimed:?}");
            }
        }
        // A claim that met another at the same row may have gone without one, but then the row is taken.
        while app.work("", &claim()).await.status == StatusCode::OK {}
        assert!(leased.len() >= VIDEOS / 2, "{} of {VIDEOS}", leased.len());
    }
}

#[tokio::test]
async fn a_worker_is_given_nothing_that_it_cannot_run() {
    let app = TestApp::one().await;
    app.create().await;
    for models in [json!([]), json!(["kinora-mini"]), json!(["no-such-model", "colour-bars'"])] {
        let claim = json!({ "worker": "test", "models": models, "wait_ms": 0 });
        assert_eq!(app.work("", &claim).await.status, StatusCode::NO_CONTENT, "{models}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_claim_hears_of_new_work() {
    let app = TestApp::one().await;
    let claim = json!({ "worker": "test", "models": ["colour-bars"], "wait_ms": 20_000 });
    let request = app.bare(Method::POST, "/internal/v1/leases").bearer_auth(&app.worker_token).json(&claim);
    let waiting = tokio::spawn(answer(request));
    let id = app.create().await;
    let run = waiting.await.unwrap().ok()["run_id"].as_str().unwrap().to_owned();
    assert_eq!(video_of(&app, &run).await, id);
}

#[tokio::test]
async fn a_claim_that_would_wait_too_long_is_refused() {
    let app = TestApp::one().await;
    let claim = json!({ "worker": "test", "models": ["colour-bars"], "wait_ms": 20_001 });
    app.work("", &claim).await.refused(400, "bad_message");
}

#[tokio::test]
async fn a_server_that_stops_leases_nothing() {
    let app = TestApp::one().await;
    app.create().await;
    app.app.drain();
    app.work("", &claim()).await.refused(503, "not_ready");
}

#[tokio::test]
async fn only_a_workers_token_opens_the_lease_routes() {
    let app = TestApp::one().await;
    let path = "/internal/v1/leases";
    answer(app.bare(Method::POST, path).json(&claim())).await.refused(401, "invalid_api_key");
    answer(app.bare(Method::POST, path).bearer_auth("kn_x").json(&claim()))
        .await
        .refused(401, "invalid_api_key");
    answer(app.request(Method::POST, path).json(&claim())).await.refused(403, "insufficient_scope");
    let token = app.mint_worker().await;
    app.revoke(&token).await;
    answer(app.bare(Method::POST, path).bearer_auth(token).json(&claim()))
        .await
        .refused(401, "invalid_api_key");
}
