//! What customers hand in: pictures that videos begin with, and clips that are changed or go on.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinora::videos::jobs::sweep;
use kinora_spec::catalogue::COLOUR_BARS;
use kinora_spec::{ColourBars, Engine as _, Material, Size, Spec};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, answer};
use crate::pictures::{png, served};

/// The part of a form with the picture.
const PICTURE: &str = "name=\"input_reference\"; filename=\"first.png\"";
const OK: &str = "HTTP/1.1 200 OK";

fn create(reference: &Value) -> Value {
    json!({ "prompt": "x", "model": "colour-bars", "size": "1280x720", "input_reference": reference })
}

/// The source of the next run and its only input, as a worker gets them.
async fn leased(app: &TestApp) -> (Value, String, Vec<u8>) {
    let claim = json!({ "worker": "test", "models": ["colour-bars"], "wait_ms": 0 });
    let lease = app.work("", &claim).await.ok();
    assert_eq!(lease["inputs"].as_array().unwrap().len(), 1, "{lease}");
    let kind = lease["inputs"][0].as_str().unwrap().to_owned();
    let bytes = app.input(lease["run_id"].as_str().unwrap(), &kind).await.bytes;
    (lease["spec"].clone(), kind, bytes)
}

async fn form(app: &TestApp, path: &str, parts: &[(&str, &[u8])]) -> Answer {
    app.post_form(path, parts).await
}

#[tokio::test]
async fn a_picture_comes_in_each_way_and_reaches_the_worker_as_it_came() {
    for app in TestApp::each().await {
        let picture = png(1280, 720);
        let parts: [(&str, &[u8]); 4] = [
            ("name=\"prompt\"", b"x"),
            ("name=\"model\"", b"colour-bars"),
            ("name=\"size\"", b"1280x720"),
            (PICTURE, &picture),
        ];
        let upload: [(&str, &[u8]); 2] =
            [("name=\"purpose\"", b"vision"), ("name=\"file\"; filename=\"first.png\"", &picture)];
        let file = form(&app, "/v1/files", &upload).await.ok();
        assert_eq!(file["purpose"], "vision");
        let data = format!("data:image/jpeg;base64,{}", STANDARD.encode(&picture));
        let by_id: [(&str, &[u8]); 4] = [
            parts[0],
            parts[1],
            parts[2],
            ("name=\"input_reference[file_id]\"", file["id"].as_str().unwrap().as_bytes()),
        ];
        let made = [
            form(&app, "/v1/videos", &parts).await,
            form(&app, "/v1/videos", &by_id).await,
            app.post("/v1/videos", &create(&json!({ "image_url": served(OK, picture.clone(), 1) }))).await,
            app.post("/v1/videos", &create(&json!({ "image_url": data }))).await,
        ];
        for video in made {
            let video = video.ok();
            assert_eq!((&video["operation"], &video["parent_video_id"]), (&json!("create"), &Value::Null));
            let (spec, kind, bytes) = leased(&app).await;
            assert_eq!((&spec["source"], kind.as_str()), (&json!({ "operation": "picture" }), "picture"));
            assert!(bytes == picture);
        }
        assert_eq!(app.kept_inputs().await, (4, 4));
    }
}

#[tokio::test]
async fn a_picture_of_another_size_is_refused_in_openais_words() {
    let app = TestApp::one().await;
    for (width, height) in [(720, 1280), (1280, 721), (1, 1)] {
        let data = format!("data:image/png;base64,{}", STANDARD.encode(png(width, height)));
        let refused = app.post("/v1/videos", &create(&json!({ "image_url": data }))).await;
        assert_eq!(refused.status, 400);
        let error = json!({
            "message": "Inpaint image must match the requested width and height", "type": "invalid_request_error",
            "param": null, "code": null,
        });
        assert_eq!(refused.json()["error"], error);
    }
    assert_eq!((app.stored_videos().await, app.kept_inputs().await), (0, (0, 0)));
}

#[tokio::test]
async fn a_picture_that_is_none_or_cannot_be_had_is_refused_by_name() {
    let app = TestApp::one().await;
    let moved = served("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/", png(1280, 720), 1);
    let other = app.other_tenant().await;
    let upload: [(&str, &[u8]); 2] =
        [("name=\"purpose\"", b"vision"), ("name=\"file\"; filename=\"a.png\"", &png(1280, 720))];
    let theirs = answer(app.bare_form("/v1/files", &upload).bearer_auth(&other)).await.ok();
    let lines: [(&str, &[u8]); 2] =
        [("name=\"purpose\"", b"batch"), ("name=\"file\"; filename=\"a.png\"", &png(1280, 720))];
    let lines = form(&app, "/v1/files", &lines).await.ok();
    for reference in [
        json!({ "image_url": "data:image/png;base64,aGVsbG8=" }),
        json!({ "image_url": "data:image/png,hello" }),
        json!({ "image_url": "http://example.com/a.png" }),
        json!({ "image_url": "https://10.0.0.1/a.png" }),
        json!({ "image_url": "file:///etc/passwd" }),
        json!({ "image_url": moved }),
        json!({ "image_url": served("HTTP/1.1 404 Not Found", vec![], 1) }),
        json!({ "image_url": served(OK, vec![0; 20_000_001], 1) }),
        json!({ "image_url": served(OK, b"<html>".to_vec(), 1) }),
        json!({ "image_url": "http://127.0.0.1:1/" }),
        json!({ "file_id": theirs["id"] }),
        json!({ "file_id": lines["id"] }),
        json!({ "file_id": "file_1" }),
    ] {
        let error = app.post("/v1/videos", &create(&reference)).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "input_reference", "{error}");
    }
    let none: [(&str, &[u8]); 2] = [("name=\"prompt\"", b"x"), (PICTURE, b"no picture")];
    let error = form(&app, "/v1/videos", &none).await.refused(400, "invalid_value");
    assert_eq!(error["param"], "input_reference");
    let picture = png(720, 1280);
    let twice: [(&str, &[u8]); 3] = [("name=\"prompt\"", b"x"), (PICTURE, &picture), (PICTURE, &picture)];
    form(&app, "/v1/videos", &twice).await.refused(400, "invalid_value");
    assert_eq!((app.stored_videos().await, app.kept_inputs().await), (0, (0, 0)));
}

#[tokio::test]
async fn a_form_with_a_file_is_made_once_and_with_another_file_it_is_another() {
    for app in TestApp::each().await {
        let black = png(720, 1280);
        let send = async |boundary: &str, picture: &[u8], key: &str| {
            let parts: [(&str, &[u8]); 2] = [("name=\"prompt\"", b"x"), (PICTURE, picture)];
            let body = crate::app::form(&parts);
            let ours = "3d8bdf711e2f8cf6e8175803d0887a30".as_bytes();
            // Each byte of the old boundary, wherever it stands.
            let body = replaced(&body, ours, boundary.as_bytes());
            let request = app.request(Method::POST, "/v1/videos").header("Idempotency-Key", key);
            let kind = format!("multipart/form-data; boundary={boundary}");
            answer(request.header("content-type", kind).body(body)).await
        };
        let first = send("one", &black, "a").await.ok();
        let again = send("two", &black, "a").await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.ok(), first);
        let mut other = black.clone();
        // A pixel, which the checksums behind it do not fit; so it is refused before it is looked at.
        other[60] ^= 1;
        send("one", &other, "a").await.refused(422, "idempotency_key_reused");
        assert_eq!((app.stored_videos().await, app.kept_inputs().await), (1, (1, 1)));
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(from) {
            out.extend_from_slice(to);
            at += from.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

#[tokio::test]
async fn a_repeated_request_does_not_fetch_its_picture_again() {
    let app = TestApp::one().await;
    let body = create(&json!({ "image_url": served(OK, png(1280, 720), 1) }));
    let ask = async || {
        answer(app.request(Method::POST, "/v1/videos").header("Idempotency-Key", "k").json(&body)).await
    };
    let first = ask().await.ok();
    assert_eq!(ask().await.ok(), first, "the server gave it once");
}

/// A clip of the test card, as an MP4 of `seconds`.
fn mp4(size: Size, seconds: u32) -> Vec<u8> {
    let spec = Spec::of_words(COLOUR_BARS.id, "bars", size, seconds, 1);
    let clip = ColourBars::default()
        .generate(&spec, &Material::default(), &mut |_| std::ops::ControlFlow::Continue(()))
        .unwrap();
    kinora_media::encode(&clip, Size::new(size.width / 4, size.height / 4), seconds, &mut |_| {
        std::ops::ControlFlow::Continue(())
    })
    .unwrap()
    .video
}

#[tokio::test]
async fn an_uploaded_clip_is_changed_and_goes_on() {
    for app in TestApp::each().await {
        let clip = mp4(Size::new(1280, 720), 3);
        let video = ("name=\"video\"; filename=\"mine.mp4\"", &clip[..]);
        let edit: [(&str, &[u8]); 4] = [
            ("name=\"prompt\"", b"x"),
            ("name=\"model\"", b"colour-bars"),
            ("name=\"strength_percent\"", b"30"),
            video,
        ];
        let made = form(&app, "/v1/videos/edits", &edit).await.ok();
        assert_eq!((&made["size"], &made["seconds"]), (&json!("1280x720"), &json!("3")));
        assert_eq!((&made["operation"], &made["remixed_from_video_id"]), (&json!("edit"), &Value::Null));
        let (spec, kind, bytes) = leased(&app).await;
        assert_eq!(spec["source"], json!({ "operation": "remix", "strength_percent": 30 }));
        assert!(kind == "clip" && bytes == clip);
        let extend: [(&str, &[u8]); 5] =
            [edit[0], edit[1], ("name=\"seconds\"", b"8"), ("name=\"size\"", b"720x1280"), video];
        let made = form(&app, "/v1/videos/extensions", &extend).await.ok();
        assert_eq!((&made["size"], &made["seconds"]), (&json!("720x1280"), &json!("11")));
        assert_eq!(made["cost"]["estimated"], "0.800000");
        let (spec, _, _) = leased(&app).await;
        assert_eq!(spec["source"], json!({ "operation": "extend", "source_seconds": 3 }));
        let without: [(&str, &[u8]); 2] = [edit[0], video];
        let error = form(&app, "/v1/videos/edits", &without).await.refused(400, "missing_required_parameter");
        assert_eq!(error["param"], "model");
        sweep(&app.app).await.unwrap();
        assert_eq!(app.kept_inputs().await, (2, 2));
    }
}

/// The clip with noise for the packets of its sound, whose place the table of its last track tells.
fn with_broken_sound(clip: &[u8]) -> Vec<u8> {
    let table = clip.windows(4).rposition(|name| name == b"stco").unwrap();
    let place = u32::from_be_bytes(clip[table + 12..][..4].try_into().unwrap()) as usize;
    let mut broken = clip.to_vec();
    for (number, byte) in broken[place..place + 512].iter_mut().enumerate() {
        *byte = (number * 197 + 31) as u8;
    }
    broken
}

#[tokio::test]
async fn what_is_wrong_beside_an_upload_is_told_before_the_upload_is_looked_at() {
    let app = TestApp::one().await;
    let video: (&str, &[u8]) = ("name=\"video\"; filename=\"mine.mp4\"", b"no clip");
    let (prompt, model) = (("name=\"prompt\"", &b"x"[..]), ("name=\"model\"", &b"colour-bars"[..]));
    for (param, path, parts) in [
        ("prompt", "edits", vec![("name=\"prompt\"", &b" "[..]), model]),
        ("model", "edits", vec![prompt, ("name=\"model\"", b"other")]),
        ("size", "edits", vec![prompt, model, ("name=\"size\"", b"1x1")]),
        ("seconds", "extensions", vec![prompt, model, ("name=\"seconds\"", b"5")]),
        ("video", "edits", vec![prompt, model]),
    ] {
        let refused = form(&app, &format!("/v1/videos/{path}"), &[&parts[..], &[video]].concat()).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json()["error"]["param"], param);
    }
}

#[tokio::test]
async fn an_upload_that_is_no_clip_is_refused_and_nothing_is_kept() {
    let app = TestApp::one().await;
    let clip = mp4(Size::new(1280, 720), 1);
    let (cut, long) = (clip[..clip.len() / 2].to_vec(), mp4(Size::new(1280, 720), 21));
    let picture = png(1280, 720);
    let deaf = with_broken_sound(&clip);
    for file in [&cut[..], &long, &picture, b"MP4", &deaf] {
        let parts: [(&str, &[u8]); 3] = [
            ("name=\"prompt\"", b"x"),
            ("name=\"model\"", b"colour-bars"),
            ("name=\"video\"; filename=\"mine.mp4\"", file),
        ];
        let error = form(&app, "/v1/videos/edits", &parts).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "video", "{error}");
    }
    let both: [(&str, &[u8]); 3] = [
        ("name=\"prompt\"", b"x"),
        ("name=\"video[id]\"", b"video_1"),
        ("name=\"video\"; filename=\"mine.mp4\"", &clip),
    ];
    form(&app, "/v1/videos/edits", &both).await.refused(400, "invalid_value");
    assert_eq!((app.stored_videos().await, app.kept_inputs().await), (0, (0, 0)));
}

#[tokio::test]
async fn a_batch_takes_pictures_by_file_id_alone() {
    use kinora::batches::jobs::go_on;
    let app = TestApp::one().await;
    let upload = async |purpose: &'static [u8], bytes: &[u8]| {
        let parts: [(&str, &[u8]); 2] =
            [("name=\"purpose\"", purpose), ("name=\"file\"; filename=\"f\"", bytes)];
        form(&app, "/v1/files", &parts).await.ok()["id"].as_str().unwrap().to_owned()
    };
    let picture = upload(b"user_data", &png(1280, 720)).await;
    let line = |id: &str, reference: Value| {
        let body = create(&reference);
        json!({ "custom_id": id, "method": "POST", "url": "/v1/videos", "body": body }).to_string()
    };
    let lines = [
        line("1", json!({ "file_id": picture })),
        line("2", json!({ "image_url": "https://example.com/a.png" })),
    ];
    let file = upload(b"batch", lines.join("\n").as_bytes()).await;
    let body = json!({ "input_file_id": file, "endpoint": "/v1/videos", "completion_window": "24h" });
    let batch = app.post("/v1/batches", &body).await.ok();
    for _ in 0..4 {
        go_on(&app.app).await.unwrap();
    }
    let batch = app.get(&format!("/v1/batches/{}", batch["id"].as_str().unwrap())).await.ok();
    assert_eq!(batch["request_counts"], json!({ "total": 2, "completed": 0, "failed": 1 }), "{batch}");
    let (spec, kind, _) = leased(&app).await;
    assert_eq!((&spec["source"], kind.as_str()), (&json!({ "operation": "picture" }), "picture"));
}
