//! A video from the request to its end: polling, canceling, completing, deleting.

use serde_json::{Value, json};

use crate::app::TestApp;

const FILES: [(&str, &[u8]); 4] =
    [("video", b"MP4"), ("thumbnail", b"WEBP"), ("spritesheet", b"JPEG"), ("audio", b"WAV")];

#[tokio::test]
async fn a_video_that_is_not_over_says_when_to_look_again() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let path = format!("/v1/videos/{id}");
        assert_eq!(app.get(&path).await.header("openai-poll-after-ms"), Some("1000"));
        let run = app.lease().await;
        for (eta_ms, expected) in [(16_000, "2000"), (10, "250"), (i32::MAX, "5000")] {
            app.set_eta_ms(&id, eta_ms).await;
            assert_eq!(app.get(&path).await.header("openai-poll-after-ms"), Some(expected));
        }
        app.deliver(&run, &FILES).await;
        assert_eq!(app.get(&path).await.header("openai-poll-after-ms"), None);
    }
}

#[tokio::test]
async fn a_completed_video_says_what_it_took_and_what_it_cost() {
    for app in TestApp::each().await {
        let id = app.create().await;
        app.clock.advance(3_000_000);
        let run = app.lease().await;
        let path = format!("/v1/videos/{id}");
        let video = app.get(&path).await.ok();
        assert_eq!((&video["status"], &video["usage"]), (&json!("in_progress"), &Value::Null));
        app.clock.advance(2_500_000);
        app.deliver(&run, &FILES).await;
        let video = app.get(&path).await.ok();
        assert_eq!(video["status"], "completed");
        assert_eq!(video["progress"], 100);
        assert_eq!(video["started_at"], 1_795_400_003);
        assert_eq!(video["completed_at"], 1_795_400_005);
        assert_eq!(video["expires_at"], Value::Null);
        let usage = json!({
            "output_seconds": 4.0, "audio_seconds": 0.0, "frames": 48, "width": 720, "height": 1280, "steps": 8,
            "queue_ms": 3_000, "run_ms": 2_500, "compute_seconds": 1.8, "flops": 7, "peak_memory_mb": 2,
            "device": "test device", "backend": "none",
            "phases": [{ "phase": "denoise", "seconds": 2.0, "compute_seconds": 1.8, "flops": 7 }],
        });
        assert_eq!(video["usage"], usage);
        // 1.8 s at the example rate of 100 000 micro-dollars an hour.
        let cost = json!({
            "currency": "usd", "estimated": "0.400000", "final": "0.400000", "price_list": "2026-01-01-example",
            "status": "settled", "compute": "0.000050",
        });
        assert_eq!(video["cost"], cost);
    }
}

#[tokio::test]
async fn a_queued_video_is_canceled_at_once_and_again_without_effect() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let path = format!("/v1/videos/{id}/cancel");
        app.clock.advance(1_000_000);
        let video = app.post(&path, &json!({})).await.ok();
        assert_eq!(video["status"], "failed");
        assert_eq!(video["error"], json!({ "code": "canceled", "message": "The video was canceled." }));
        assert_eq!(video["canceled_at"], 1_795_400_001);
        assert_eq!(video["completed_at"], Value::Null);
        app.clock.advance(1_000_000);
        assert_eq!(app.post(&path, &json!({})).await.ok(), video);
        assert_eq!(app.get(&format!("/v1/videos/{id}")).await.ok(), video);
    }
}

#[tokio::test]
async fn a_running_video_is_canceled_by_its_worker() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let run = app.lease().await;
        let beat = json!({ "progress": 10, "phase": "denoise", "eta_ms": 1_000 });
        assert_eq!(app.work(&format!("/{run}/heartbeat"), &beat).await.ok(), json!({ "cancel": false }));
        for _ in 0..2 {
            let video = app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
            assert_eq!(video["status"], "in_progress");
        }
        assert_eq!(app.work(&format!("/{run}/heartbeat"), &beat).await.ok(), json!({ "cancel": true }));
        app.work(&format!("/{run}/fail"), &json!({ "reason": "canceled", "message": "" })).await;
        let video = app.get(&format!("/v1/videos/{id}")).await.ok();
        assert_eq!((&video["status"], &video["error"]["code"]), (&json!("failed"), &json!("canceled")));
        assert!(video["canceled_at"].is_i64());
        assert_eq!((&video["cost"]["final"], &video["cost"]["compute"]), (&json!("0.000000"), &Value::Null));
    }
}

#[tokio::test]
async fn a_video_that_is_over_cannot_be_canceled() {
    for app in TestApp::each().await {
        let id = app.create().await;
        app.deliver(&app.lease().await, &FILES).await;
        let answer = app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await;
        answer.refused(409, "video_over");
        assert_eq!(answer.header("x-should-retry"), Some("false"));
        let id = app.create().await;
        let run = app.lease().await;
        app.work(&format!("/{run}/fail"), &json!({ "reason": "permanent", "message": "secret" })).await;
        app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.refused(409, "video_over");
        let video = app.get(&format!("/v1/videos/{id}")).await.ok();
        assert_eq!(video["error"]["code"], "video_generation_failed");
        assert!(!video.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn a_video_is_deleted_only_when_it_is_over() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let path = format!("/v1/videos/{id}");
        let run = {
            let refused = app.delete(&path).await;
            refused.refused(409, "video_in_progress");
            assert_eq!(refused.header("x-should-retry"), Some("false"));
            app.lease().await
        };
        app.delete(&path).await.refused(409, "video_in_progress");
        app.deliver(&run, &FILES).await;
        let deleted = json!({ "id": id, "object": "video.deleted", "deleted": true });
        assert_eq!(app.delete(&path).await.ok(), deleted);
        for path in [path.clone(), format!("{path}/content")] {
            app.get(&path).await.refused(404, "not_found");
        }
        app.delete(&path).await.refused(404, "not_found");
        app.post(&format!("{path}/cancel"), &json!({})).await.refused(404, "not_found");
        assert_eq!(app.get("/v1/videos").await.ok()["data"], json!([]));
    }
}

#[tokio::test]
async fn nothing_that_was_written_is_left_of_a_deleted_video() {
    use diesel::{QueryDsl, RunQueryDsl};
    use kinora_store::schema::{assets, videos};
    for app in TestApp::each().await {
        let body = json!({ "prompt": "a secret", "model": "colour-bars", "metadata": { "who": "secret" } });
        let id = app.post("/v1/videos", &body).await.ok()["id"].as_str().unwrap().to_owned();
        app.deliver(&app.lease().await, &FILES).await;
        let assets_folder = app.app.config.data_dir.join("assets");
        assert_eq!(files_in(&assets_folder), 4);
        app.delete(&format!("/v1/videos/{id}")).await.ok();
        assert_eq!(files_in(&assets_folder), 0);
        let left = app.app.store.run(|db| {
            let texts: (String, String, Option<String>) =
                videos::table.select((videos::prompt, videos::spec, videos::metadata)).first(db)?;
            let files: i64 = assets::table.count().get_result(db)?;
            Ok::<_, kinora_store::Error>((texts, files))
        });
        let (texts, files) = left.await.unwrap();
        assert!(!format!("{texts:?}").contains("secret"), "{texts:?}");
        assert_eq!(files, 0);
    }
}

#[tokio::test]
async fn files_past_their_time_are_gone_and_removed_by_the_sweep() {
    let app = TestApp::with(|config| config.asset_retention_seconds = Some(60)).await;
    let id = app.create().await;
    app.deliver(&app.lease().await, &FILES).await;
    let path = format!("/v1/videos/{id}");
    assert_eq!(app.get(&path).await.ok()["expires_at"], 1_795_400_060);
    assert_eq!(app.get(&format!("{path}/content")).await.bytes, b"MP4");
    app.clock.advance(60_000_000);
    app.get(&format!("{path}/content")).await.refused(410, "video_expired");
    assert_eq!(kinora::videos::jobs::sweep(&app.app).await.unwrap(), 4);
    assert_eq!(kinora::videos::jobs::sweep(&app.app).await.unwrap(), 0);
    app.get(&format!("{path}/content")).await.refused(410, "video_expired");
    assert_eq!(app.get(&path).await.ok()["status"], "completed");
    assert_eq!(files_in(&app.app.config.data_dir.join("assets")), 0);
}

/// How many files there are in a folder and below.
fn files_in(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_in(&path) } else { 1 }).sum()
}
