//! What becomes of a run: it wins, it ends without a clip, it is lost. Who is given it is in `claims`.

use std::io::{Read, Write};
use std::net::TcpStream;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kinora::leases::flow::{LEASE_US, Terms, recover};
use kinora::leases::jobs::reap;
use kinora::leases::rules::RUN_LOST_MAX;
use kinora::videos::jobs::sweep;
use kinora_spec::limits::{ASSET_BYTES_MAX, RUN_ATTEMPTS_MAX};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, answer};

const FILES: [(&str, &[u8]); 4] =
    [("video", b"MP4"), ("thumbnail", b"WEBP"), ("spritesheet", b"JPEG"), ("audio", b"WAV")];

/// A claim that does not wait.
pub fn claim() -> Value {
    json!({ "worker": "test", "models": ["colour-bars"], "wait_ms": 0 })
}

/// The video of a run.
pub async fn video_of(app: &TestApp, run: &str) -> String {
    use kinora_store::schema::runs::dsl::{runs, video_id};
    let run = run.to_owned();
    let found = app
        .app
        .store
        .run(move |db| runs.find(run).select(video_id).first(db).map_err(kinora_store::Error::from));
    found.await.unwrap()
}

/// The states of a video's runs, by name.
async fn states(app: &TestApp, video: &str) -> Vec<String> {
    use kinora_store::schema::runs::dsl::{id, runs, state, video_id};
    let video = video.to_owned();
    let found = app.app.store.run(move |db| {
        let query = runs.filter(video_id.eq(video)).order(id.asc()).select(state);
        query.load(db).map_err(kinora_store::Error::from)
    });
    found.await.unwrap()
}

async fn video(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/v1/videos/{id}")).await.ok()
}

async fn beat(app: &TestApp, run: &str, progress: u8) -> Answer {
    let message = json!({ "progress": progress, "phase": "denoise", "eta_ms": 4_000 });
    app.work(&format!("/{run}/heartbeat"), &message).await
}

pub async fn fail(app: &TestApp, run: &str, reason: &str) -> Answer {
    app.work(&format!("/{run}/fail"), &json!({ "reason": reason, "message": "secret path" })).await
}

async fn upload(app: &TestApp, run: &str, kind: &str, bytes: &'static [u8]) -> Answer {
    let path = format!("/internal/v1/leases/{run}/assets/{kind}");
    answer(app.bare(Method::PUT, &path).bearer_auth(&app.worker_token).body(bytes)).await
}

/// A finish that tells of assets which were never uploaded, unless the last lease of a run says otherwise.
fn finish() -> Value {
    let kinds = ["video", "thumbnail", "spritesheet", "audio"];
    let assets: Vec<Value> =
        kinds.iter().map(|kind| json!({ "kind": kind, "bytes": 1, "sha256": "00".repeat(32) })).collect();
    json!({ "assets": assets, "report": {
        "device": { "name": "none", "backend": "none", "assumed_watts": 0 },
        "phases": [],
        "peak_memory_bytes": null,
        "output": { "milliseconds": 4_000, "frames": 48, "size": "720x1280", "audio_milliseconds": 0, "steps": 8 },
    } })
}

#[tokio::test]
async fn a_silent_worker_loses_its_run_and_the_third_time_the_video_fails() {
    for app in TestApp::each().await {
        let id = app.create().await;
        for attempt in 1..=RUN_ATTEMPTS_MAX {
            let lease = app.work("", &claim()).await.ok();
            assert_eq!(lease["attempt"], attempt);
            app.clock.advance(LEASE_US - 1);
            assert_eq!(reap(&app.app).await.unwrap(), 0);
            app.clock.advance(1);
            assert_eq!(reap(&app.app).await.unwrap(), 1);
        }
        let failed = video(&app, &id).await;
        assert_eq!(
            (&failed["status"], &failed["error"]["code"]),
            (&json!("failed"), &json!("video_generation_failed"))
        );
        assert_eq!(states(&app, &id).await, ["expired"; 3]);
        assert_eq!(app.work("", &claim()).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn a_lease_that_is_over_is_lost_for_every_message_and_changes_nothing() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let late = app.lease().await;
        upload(&app, &late, "video", b"MP4").await.ok();
        app.clock.advance(LEASE_US);
        beat(&app, &late, 50).await.refused(404, "lease_lost");
        reap(&app.app).await.unwrap();
        let winner = app.lease().await;
        let before = video(&app, &id).await;
        beat(&app, &late, 50).await.refused(404, "lease_lost");
        upload(&app, &late, "video", b"late").await.refused(404, "lease_lost");
        app.work(&format!("/{late}/finish"), &finish()).await.refused(404, "lease_lost");
        fail(&app, &late, "permanent").await.refused(404, "lease_lost");
        assert_eq!(video(&app, &id).await, before);
        app.deliver(&winner, &FILES).await;
        app.work(&format!("/{late}/finish"), &finish()).await.refused(404, "lease_lost");
        assert_eq!(states(&app, &id).await, ["expired", "finished"]);
    }
}

#[tokio::test]
async fn the_same_finish_again_changes_nothing_and_another_one_is_refused() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let run = app.lease().await;
        app.deliver(&run, &FILES).await;
        let before = video(&app, &id).await;
        app.clock.advance(1_000_000);
        let again = again(&FILES);
        assert_eq!(app.work(&format!("/{run}/finish"), &again).await.status, StatusCode::NO_CONTENT);
        app.work(&format!("/{run}/finish"), &finish()).await.refused(404, "lease_lost");
        assert_eq!(video(&app, &id).await, before);
    }
}

/// The finish that tells of `files`.
fn again(files: &[(&str, &[u8])]) -> Value {
    use sha2::{Digest, Sha256};
    let asset = |(kind, bytes): &(&str, &[u8])| json!({ "kind": kind, "bytes": bytes.len(), "sha256": kinora::blobs::hex(&Sha256::digest(bytes)) });
    let mut message = finish();
    message["assets"] = files.iter().map(asset).collect();
    message
}

#[tokio::test]
async fn a_run_that_is_handed_back_uses_up_no_attempt() {
    for app in TestApp::each().await {
        let id = app.create().await;
        for _ in 0..RUN_ATTEMPTS_MAX + 1 {
            let lease = app.work("", &claim()).await.ok();
            assert_eq!(lease["attempt"], 1);
            beat(&app, lease["run_id"].as_str().unwrap(), 60).await.ok();
            fail(&app, lease["run_id"].as_str().unwrap(), "returned").await;
            let waiting = video(&app, &id).await;
            assert_eq!((&waiting["status"], &waiting["progress"]), (&json!("queued"), &json!(0)));
        }
        assert!(states(&app, &id).await.iter().all(|state| state == "returned"));
    }
}

#[tokio::test]
async fn a_run_that_died_with_its_node_is_back_at_once_but_not_for_ever() {
    for app in TestApp::each().await {
        let id = app.create().await;
        for round in 1..=RUN_LOST_MAX {
            let claim = json!({ "worker": "node-1/0", "models": ["colour-bars"], "wait_ms": 0 });
            assert_eq!(app.work("", &claim).await.ok()["attempt"], 1, "round {round}");
            let at = (Terms::of(&app.app), kinora::clock::Clock::now_us(&*app.clock));
            let recovered = app.app.store.run(move |db| {
                assert_eq!(recover(db, "node-2/", at)?, 0);
                recover(db, "node-1/", at)
            });
            assert_eq!(recovered.await.unwrap(), 1);
        }
        assert_eq!(video(&app, &id).await["status"], "failed");
    }
}

#[tokio::test]
async fn all_runs_that_died_with_their_node_are_back() {
    for app in TestApp::each().await {
        let ids = [app.create().await, app.create().await, app.create().await];
        for worker in ["node-1/0", "node-1/1", "node-2/0"] {
            let claim = json!({ "worker": worker, "models": ["colour-bars"], "wait_ms": 0 });
            app.work("", &claim).await.ok();
        }
        let at = (Terms::of(&app.app), kinora::clock::Clock::now_us(&*app.clock));
        let recovered = app.app.store.run(move |db| recover(db, "node-1/", at));
        assert_eq!(recovered.await.unwrap(), 2);
        let mut waiting = 0;
        for id in &ids {
            waiting += usize::from(video(&app, id).await["status"] == "queued");
        }
        assert_eq!(waiting, 2);
    }
}

#[tokio::test]
async fn a_failure_is_tried_again_or_not_and_its_cause_stays_with_the_operator() {
    for app in TestApp::each().await {
        for (reason, tries) in
            [("permanent", 1), ("transient", RUN_ATTEMPTS_MAX), ("canceled", RUN_ATTEMPTS_MAX)]
        {
            let id = app.create().await;
            for _ in 0..tries {
                let run = app.lease().await;
                fail(&app, &run, reason).await;
            }
            let failed = video(&app, &id).await;
            assert_eq!(failed["status"], "failed", "{reason}");
            assert_eq!(failed["error"]["code"], "video_generation_failed");
            assert!(!failed.to_string().contains("secret path"));
        }
    }
}

#[tokio::test]
async fn a_canceled_run_stops_at_its_next_heartbeat() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let run = app.lease().await;
        assert_eq!(beat(&app, &run, 10).await.ok()["cancel"], false);
        app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
        assert_eq!(beat(&app, &run, 20).await.ok()["cancel"], true);
        assert_eq!(fail(&app, &run, "canceled").await.status, StatusCode::NO_CONTENT);
        let canceled = video(&app, &id).await;
        assert_eq!((&canceled["status"], &canceled["error"]["code"]), (&json!("failed"), &json!("canceled")));
        assert_eq!(app.work("", &claim()).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn a_clip_that_comes_after_the_cancel_is_not_delivered() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let run = app.lease().await;
        for (kind, bytes) in FILES {
            upload(&app, &run, kind, bytes).await.ok();
        }
        app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
        app.work(&format!("/{run}/finish"), &again(&FILES)).await.refused(404, "lease_lost");
        assert_eq!(video(&app, &id).await["error"]["code"], "canceled");
        assert_eq!(sweep(&app.app).await.unwrap(), FILES.len());
    }
}

#[tokio::test]
async fn a_video_that_waits_is_canceled_without_a_worker() {
    let app = TestApp::one().await;
    let id = app.create().await;
    app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
    assert_eq!(app.work("", &claim()).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn progress_does_not_fall_within_a_run_and_stays_below_a_hundred() {
    let app = TestApp::one().await;
    let id = app.create().await;
    let run = app.lease().await;
    for (told, expected) in [(30, 30), (20, 30), (99, 99)] {
        beat(&app, &run, told).await.ok();
        assert_eq!(video(&app, &id).await["progress"], expected);
    }
    beat(&app, &run, 100).await.refused(400, "bad_message");
}

#[tokio::test]
async fn a_clip_that_is_not_whole_is_refused_and_its_lease_lives_on() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let run = app.lease().await;
        let path = format!("/{run}/finish");
        for (kind, bytes) in &FILES[..3] {
            upload(&app, &run, kind, bytes).await.ok();
        }
        app.work(&path, &again(&FILES)).await.refused(422, "bad_assets");
        upload(&app, &run, "audio", b"other").await.ok();
        app.work(&path, &again(&FILES)).await.refused(422, "bad_assets");
        app.work(&path, &again(&FILES[..3])).await.refused(422, "bad_assets");
        assert_eq!(video(&app, &id).await["status"], "in_progress");
        app.deliver(&run, &FILES).await;
        assert_eq!(video(&app, &id).await["status"], "completed");
    }
}

#[tokio::test]
async fn an_upload_over_the_limit_is_refused_at_its_head() {
    let app = TestApp::one().await;
    app.create().await;
    let run = app.lease().await;
    let mut stream = TcpStream::connect(app.base().strip_prefix("http://").unwrap()).unwrap();
    let (token, length) = (&app.worker_token, ASSET_BYTES_MAX + 1);
    let head = format!(
        "PUT /internal/v1/leases/{run}/assets/video HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         authorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 413");
    upload(&app, &run, "poster", b"x").await.refused(400, "bad_message");
}

#[tokio::test]
async fn the_files_of_a_run_that_did_not_win_are_removed() {
    for app in TestApp::each().await {
        app.create().await;
        let lost = app.lease().await;
        upload(&app, &lost, "video", b"MP4").await.ok();
        app.clock.advance(LEASE_US);
        reap(&app.app).await.unwrap();
        let winner = app.lease().await;
        app.deliver(&winner, &FILES).await;
        assert_eq!(sweep(&app.app).await.unwrap(), 1);
        assert_eq!(sweep(&app.app).await.unwrap(), 0);
    }
}
