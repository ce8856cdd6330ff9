//! Videos from the request to the file, by a worker that makes a test card and refuses to when what the card is to be made
//! from has not arrived.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinora_spec::ColourBars;
use kinora_worker::Worker;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::app::TestApp;
use crate::pictures::png;

/// Works until the answer is dropped.
fn work(app: &TestApp) -> watch::Sender<bool> {
    let factory = Arc::new(|| Ok(Box::new(ColourBars::default()) as Box<dyn kinora_spec::Engine>));
    let worker = Worker::new(app.base(), &app.worker_token, "test", factory).unwrap();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(worker.run(stopped));
    stop
}

/// The video that was asked for, once it is over: the stream of its events ends with it.
async fn over(app: &TestApp, asked: &Value) -> Value {
    let path = format!("/v1/videos/{}", asked["id"].as_str().unwrap());
    assert_eq!(app.get(&format!("{path}/events")).await.status, 200);
    let video = app.get(&path).await.ok();
    assert_eq!(video["status"], "completed", "{video}");
    video
}

async fn made(app: &TestApp, path: &str, body: &Value) -> Value {
    over(app, &app.post(path, body).await.ok()).await
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
    let video = over(&app, &app.post_form("/v1/videos/extensions", &parts).await.ok()).await;
    assert_eq!((&video["seconds"], &video["size"]), (&json!("8"), &json!("1280x720")));
}
