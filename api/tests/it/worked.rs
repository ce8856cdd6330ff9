//! Videos from the request to the file, by a worker that makes a test card and refuses to when what the card is to be made
//! from has not arrived.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinora_spec::ColourBars;
use kinora_worker::Worker;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::app::{TestApp, answer};
use crate::pictures::png;

/// Works until the answer is dropped.
fn work(app: &TestApp) -> watch::Sender<bool> {
    let factory = Arc::new(|| Ok(Box::new(ColourBars::default()) as Box<dyn kinora_spec::Engine>));
    let worker = Worker::new(app.base(), &app.worker_token, "test", factory).unwrap();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(worker.run(stopped));
    stop
}

/// The video that is asked for, once it is over.
async fn made(app: &TestApp, path: &str, body: &Value) -> Value {
    let ask = app.request(Method::POST, path).header("Prefer", "wait=30").json(body);
    let mut video = answer(ask).await.ok();
    let path = format!("/v1/videos/{}", video["id"].as_str().unwrap());
    while video["status"] != "completed" {
        assert_ne!(video["status"], "failed", "{video}");
        video = app.get(&path).await.ok();
    }
    video
}

async fn clip(app: &TestApp, video: &Value) -> kinora_media::ClipInfo {
    let path = format!("/v1/videos/{}/content", video["id"].as_str().unwrap());
    kinora_media::probe(&app.get(&path).await.bytes).unwrap()
}

#[tokio::test]
async fn a_clip_begins_with_a_picture_is_changed_and_goes_on() {
    let app = TestApp::one().await;
    let _worker = work(&app);
    let data = format!("data:image/png;base64,{}", STANDARD.encode(png(720, 1280)));
    let body = json!({ "prompt": "bars", "model": "colour-bars", "input_reference": { "image_url": data } });
    let first = made(&app, "/v1/videos", &body).await;
    let remix = format!("/v1/videos/{}/remix", first["id"].as_str().unwrap());
    let remix = made(&app, &remix, &json!({ "prompt": "others", "generate_audio": false })).await;
    let body =
        json!({ "prompt": "more", "video": { "id": remix["id"] }, "seconds": "4", "generate_audio": true });
    let whole = made(&app, "/v1/videos/extensions", &body).await;
    assert_eq!((&whole["seconds"], &whole["cost"]["final"]), (&json!("8"), &json!("0.400000")));
    let info = clip(&app, &whole).await;
    assert_eq!((info.duration.as_secs(), info.sound.is_some()), (8, true));
    assert!(clip(&app, &remix).await.sound.is_none());
    let shots = json!([{ "prompt": "a", "seconds": 1 }, { "prompt": "b", "seconds": 3 }]);
    let cut = made(&app, "/v1/videos", &json!({ "model": "colour-bars", "shots": shots })).await;
    assert_eq!(clip(&app, &cut).await.duration.as_secs(), 4);
}

#[tokio::test]
async fn a_clip_that_a_worker_made_is_taken_as_an_upload() {
    let app = TestApp::one().await;
    let _worker = work(&app);
    let body = json!({ "prompt": "bars", "model": "colour-bars", "size": "1280x720" });
    let first = made(&app, "/v1/videos", &body).await;
    let path = format!("/v1/videos/{}/content", first["id"].as_str().unwrap());
    let mp4 = app.get(&path).await.bytes;
    let parts: [(&str, &[u8]); 4] = [
        ("name=\"prompt\"", b"others"),
        ("name=\"model\"", b"colour-bars"),
        ("name=\"seconds\"", b"4"),
        ("name=\"video\"; filename=\"mine.mp4\"", &mp4),
    ];
    let request = app.bare_form("/v1/videos/extensions", &parts).bearer_auth(&app.key);
    let mut video = answer(request.header("Prefer", "wait=30")).await.ok();
    while video["status"] != "completed" {
        assert_ne!(video["status"], "failed", "{video}");
        video = app.get(&format!("/v1/videos/{}", video["id"].as_str().unwrap())).await.ok();
    }
    assert_eq!((&video["seconds"], &video["size"]), (&json!("8"), &json!("1280x720")));
}
