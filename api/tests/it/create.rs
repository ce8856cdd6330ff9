//! Making a video: what is taken, in which shapes, and what is refused.

use kinora::ids::VideoId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{TestApp, answer, form};

#[tokio::test]
async fn a_video_is_queued_with_every_field_there() {
    for app in TestApp::each().await {
        let request = json!({
            "prompt": "a red ball", "model": "sora-2", "seconds": "8", "size": "1280x720", "seed": 7,
            "metadata": { "job": "1" }, "generate_audio": false,
        });
        let video = app.post("/v1/videos", &request).await.ok();
        let id = video["id"].as_str().unwrap();
        assert!(VideoId::parse(id).is_some(), "{id}");
        let expected = json!({
            "id": id, "object": "video", "model": "sora-2", "status": "queued", "progress": 0,
            "created_at": 1_795_400_000, "completed_at": null, "expires_at": null, "prompt": "a red ball",
            "size": "1280x720", "seconds": "8", "remixed_from_video_id": null, "error": null, "seed": 7,
            "metadata": { "job": "1" }, "generate_audio": false, "started_at": null, "canceled_at": null,
            "usage": null, "queue_position": 1, "operation": "create", "parent_video_id": null, "characters": [],
            "shots": null, "withdrawn_at": null, "cost": {
                "currency": "usd", "estimated": "0.008000", "final": null, "price_list": "2026-01-01-example",
                "status": "reserved", "compute": null,
            },
        });
        assert_eq!(video, expected);
        assert_eq!(app.get(&format!("/v1/videos/{id}")).await.ok(), expected);
    }
}

#[tokio::test]
async fn what_is_not_asked_for_gets_the_defaults() {
    let app = TestApp::one().await;
    let request = json!({ "prompt": "x", "model": null, "seconds": null, "seed": null, "metadata": null });
    let video = app.post("/v1/videos", &request).await.ok();
    assert_eq!(video["model"], "kinora-mini");
    assert_eq!(video["seconds"], "4");
    assert_eq!(video["size"], "720x1280");
    assert_eq!(video["generate_audio"], true);
    assert_eq!(video["metadata"], Value::Null);
    assert!(video["seed"].is_u64());
}

#[tokio::test]
async fn every_alias_of_sora_is_taken() {
    let app = TestApp::one().await;
    for model in ["sora-2", "sora-2-pro", "sora-2-2025-10-06", "sora-2-2025-12-08", "sora-2-pro-2025-10-06"] {
        let video = app.post("/v1/videos", &json!({ "prompt": "x", "model": model })).await.ok();
        assert_eq!(video["model"], model);
    }
}

#[tokio::test]
async fn a_server_that_stops_takes_no_videos() {
    let app = TestApp::one().await;
    app.app.drain();
    app.post("/v1/videos", &json!({ "prompt": "x" })).await.refused(503, "not_ready");
    assert_eq!(app.stored_videos().await, 0);
}

#[tokio::test]
async fn seconds_may_be_a_number() {
    let app = TestApp::one().await;
    let video = app.post("/v1/videos", &json!({ "prompt": "x", "seconds": 8 })).await.ok();
    assert_eq!(video["seconds"], "8");
}

#[tokio::test]
async fn a_form_is_taken_as_the_sdks_write_it() {
    for app in TestApp::each().await {
        let parts: [(&str, &[u8]); 8] = [
            ("name=\"prompt\"", br#"{"looks": "like JSON"}"#),
            ("name=\"model\"", b"sora-2"),
            ("name=\"seconds\"", b"8"),
            ("name=\"size\"", b"1280x720"),
            ("name=\"seed\"", b"4294967295"),
            ("name=\"generate_audio\"", b"false"),
            ("name=\"metadata[job]\"", b"true"),
            // What the Python SDK sends beside a reference in brackets.
            ("name=\"input_reference\"; filename=\"upload\"", b""),
        ];
        let video = app.post_form("/v1/videos", &parts).await.ok();
        assert_eq!(video["prompt"], r#"{"looks": "like JSON"}"#);
        assert_eq!(video["model"], "sora-2");
        assert_eq!(video["seconds"], "8");
        assert_eq!(video["size"], "1280x720");
        assert_eq!(video["seed"], 4_294_967_295_u32);
        assert_eq!(video["generate_audio"], false);
        assert_eq!(video["metadata"], json!({ "job": "true" }));
    }
}

#[tokio::test]
async fn null_in_a_form_is_no_value_of_a_field_that_is_no_text() {
    let app = TestApp::one().await;
    let parts: [(&str, &[u8]); 4] = [
        ("name=\"prompt\"", b"null"),
        ("name=\"seed\"", b"null"),
        ("name=\"metadata\"", b"null"),
        ("name=\"generate_audio\"", b"null"),
    ];
    let video = app.post_form("/v1/videos", &parts).await.ok();
    assert_eq!(video["prompt"], "null");
    assert_eq!(video["metadata"], Value::Null);
    assert_eq!(video["generate_audio"], true);
}

#[tokio::test]
async fn metadata_in_a_form_may_be_json_text() {
    let app = TestApp::one().await;
    let parts: [(&str, &[u8]); 2] = [("name=\"prompt\"", b"x"), ("name=\"metadata\"", br#"{"a": "b"}"#)];
    assert_eq!(app.post_form("/v1/videos", &parts).await.ok()["metadata"], json!({ "a": "b" }));
}

/// The body, and the status, code and field of its refusal.
type Bad = (Value, u16, &'static str, Option<&'static str>);

fn bad_fields() -> Vec<Bad> {
    let with = |name: &str, value: Value| {
        let mut body = json!({ "prompt": "x" });
        body[name] = value;
        body
    };
    let many: serde_json::Map<String, Value> = (0..17).map(|n| (n.to_string(), json!("x"))).collect();
    let long_key = json!({ "k".repeat(65): "x" });
    vec![
        (json!({}), 400, "missing_required_parameter", Some("prompt")),
        (json!({ "prompt": null }), 400, "missing_required_parameter", Some("prompt")),
        (json!({ "prompt": 5 }), 400, "invalid_type", Some("prompt")),
        (json!({ "prompt": ["x"] }), 400, "invalid_type", Some("prompt")),
        (json!({ "prompt": "" }), 400, "invalid_value", Some("prompt")),
        (json!({ "prompt": " \n" }), 400, "invalid_value", Some("prompt")),
        (json!({ "prompt": "a\u{0}b" }), 400, "invalid_value", Some("prompt")),
        (json!({ "prompt": "é".repeat(32_001) }), 400, "invalid_value", Some("prompt")),
        (with("model", json!("gpt-4")), 400, "model_not_found", Some("model")),
        (with("model", json!("")), 400, "model_not_found", Some("model")),
        (with("model", json!(1)), 400, "invalid_type", Some("model")),
        (with("seconds", json!("5")), 400, "invalid_value", Some("seconds")),
        (with("seconds", json!("08")), 400, "invalid_value", Some("seconds")),
        (with("seconds", json!(-4)), 400, "invalid_value", Some("seconds")),
        (with("seconds", json!(4.5)), 400, "invalid_type", Some("seconds")),
        (with("seconds", json!(true)), 400, "invalid_type", Some("seconds")),
        (with("size", json!("1x1")), 400, "invalid_value", Some("size")),
        (with("size", json!("720x720")), 400, "invalid_value", Some("size")),
        (with("size", json!(720)), 400, "invalid_type", Some("size")),
        (with("seed", json!(-1)), 400, "invalid_value", Some("seed")),
        (with("seed", json!(4_294_967_296_u64)), 400, "invalid_value", Some("seed")),
        (with("seed", json!(u64::MAX)), 400, "invalid_value", Some("seed")),
        (with("seed", json!(1.5)), 400, "invalid_type", Some("seed")),
        (with("seed", json!("7")), 400, "invalid_type", Some("seed")),
        (with("generate_audio", json!("true")), 400, "invalid_type", Some("generate_audio")),
        (with("generate_audio", json!(1)), 400, "invalid_type", Some("generate_audio")),
        (with("metadata", json!("x")), 400, "invalid_type", Some("metadata")),
        (with("metadata", json!([])), 400, "invalid_type", Some("metadata")),
        (with("metadata", json!({ "a": 1 })), 400, "invalid_type", Some("metadata.a")),
        (with("metadata", json!({ "a": "x".repeat(513) })), 400, "invalid_value", Some("metadata.a")),
        (with("metadata", json!({ "": "x" })), 400, "invalid_value", Some("metadata")),
        (with("metadata", long_key), 400, "invalid_value", Some("metadata")),
        (with("metadata", Value::Object(many)), 400, "invalid_value", Some("metadata")),
        (with("metadata", json!({ "a": "\u{0}" })), 400, "invalid_value", Some("metadata.a")),
        (with("fps", json!(30)), 400, "unknown_parameter", Some("fps")),
        (with("n", json!(1)), 400, "unknown_parameter", Some("n")),
        (with("input_reference", json!("https://x/a.png")), 400, "invalid_type", Some("input_reference")),
        (with("input_reference", json!({ "file_id": "f" })), 400, "invalid_value", Some("input_reference")),
        (with("input_reference", json!({})), 400, "invalid_value", Some("input_reference")),
        (
            with("input_reference", json!({ "file_id": "f", "image_url": "u" })),
            400,
            "invalid_value",
            Some("input_reference"),
        ),
        (with("input_reference", json!({ "url": "u" })), 400, "unknown_parameter", Some("url")),
        (with("characters", json!([{ "id": "char_1" }])), 400, "cameo_permission_denied", None),
    ]
}

/// As [`bad_fields`], of shots and characters.
fn bad_lists() -> Vec<Bad> {
    let with = |name: &str, value: Value| json!({ "prompt": "x", name: value });
    vec![
        (with("shots", json!([])), 400, "invalid_value", Some("shots")),
        (with("shots", json!([{ "prompt": "x", "seconds": 5 }])), 400, "invalid_value", Some("shots")),
        (
            with("shots", json!([{ "prompt": "x", "seconds": 0 }])),
            400,
            "invalid_value",
            Some("shots[].seconds"),
        ),
        (
            with("shots", json!([{ "prompt": "x", "seconds": "04" }])),
            400,
            "invalid_value",
            Some("shots[].seconds"),
        ),
        (with("shots", json!([{ "prompt": "x", "seconds": 1.5 }])), 400, "invalid_type", Some("seconds")),
        (
            with("shots", json!([{ "prompt": " ", "seconds": 4 }])),
            400,
            "invalid_value",
            Some("shots[].prompt"),
        ),
        (with("shots", json!([{ "seconds": 4 }])), 400, "missing_required_parameter", Some("shots[].prompt")),
        (
            with("shots", json!([{ "prompt": "x" }])),
            400,
            "missing_required_parameter",
            Some("shots[].seconds"),
        ),
        (with("shots", json!(["x"])), 400, "invalid_type", Some("shots")),
        (with("shots", json!("x")), 400, "invalid_type", Some("shots")),
        (
            with("shots", json!([{ "prompt": "x", "seconds": 4, "n": 1 }])),
            400,
            "unknown_parameter",
            Some("n"),
        ),
        (with("characters", json!([{}])), 400, "missing_required_parameter", Some("characters[].id")),
        (with("characters", json!("char_1")), 400, "invalid_type", Some("characters")),
        (with("characters", json!(["char_1"])), 400, "invalid_type", Some("characters")),
    ]
}

#[tokio::test]
async fn a_bad_field_is_refused_by_name_and_nothing_is_stored() {
    for app in TestApp::each().await {
        for (body, status, code, param) in bad_fields().into_iter().chain(bad_lists()) {
            let error = app.post("/v1/videos", &body).await.refused(status, code);
            assert_eq!(error["param"].as_str(), param, "{body} {error}");
        }
        assert_eq!(app.stored_videos().await, 0);
    }
}

#[tokio::test]
async fn a_refusal_says_what_is_possible() {
    let app = TestApp::one().await;
    for (name, value, part) in [
        ("seconds", json!("5"), "'4', '8', '12', '16', '20'"),
        ("size", json!("1x1"), "'1280x720'"),
        ("model", json!("gpt-4"), "kinora-mini"),
        ("seed", json!(-1), "from 0 to 4294967295"),
    ] {
        let mut body = json!({ "prompt": "x" });
        body[name] = value;
        let error = app
            .post("/v1/videos", &body)
            .await
            .refused(400, if name == "model" { "model_not_found" } else { "invalid_value" });
        assert!(error["message"].as_str().unwrap().contains(part), "{error}");
    }
    let body = json!({ "prompt": "x", "input_reference": "https://x/a.png" });
    let error = app.post("/v1/videos", &body).await.refused(400, "invalid_type");
    let expected = "Invalid type for 'input_reference': expected an object, but got a string instead.";
    assert_eq!(error["message"], expected);
}

#[tokio::test]
async fn a_message_repeats_only_the_beginning_of_what_was_sent() {
    let app = TestApp::one().await;
    let body = json!({ "prompt": "x", "model": "m".repeat(100_000) });
    let error = app.post("/v1/videos", &body).await.refused(400, "model_not_found");
    assert!(error["message"].as_str().unwrap().len() < 300);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let app = TestApp::with(|config| {
        config.json_bytes_max = 1_000;
        config.multipart_bytes_max = 1_000;
    })
    .await;
    let long = format!(r#"{{"prompt": "{}"}}"#, "x".repeat(1_000)).into_bytes();
    let form_type = "multipart/form-data; boundary=3d8bdf711e2f8cf6e8175803d0887a30";
    let prompt: (&str, &[u8]) = ("name=\"prompt\"", b"x");
    let long_part = [b'x'; 1_001];
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("application/json", b"".to_vec(), 400, "invalid_json"),
        ("application/json", b"{".to_vec(), 400, "invalid_json"),
        ("application/json", b"[]".to_vec(), 400, "invalid_json"),
        ("application/json", b"\"prompt\"".to_vec(), 400, "invalid_json"),
        ("application/json", b"{\"prompt\": \"\xff\"}".to_vec(), 400, "invalid_json"),
        ("application/json", vec![b'['; 900], 400, "invalid_json"),
        ("application/json", long.clone(), 413, "body_too_large"),
        ("text/plain", b"prompt".to_vec(), 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", b"prompt=x".to_vec(), 415, "unsupported_media_type"),
        ("multipart/form-data", form(&[prompt]), 400, "invalid_multipart"),
        (form_type, b"".to_vec(), 400, "invalid_multipart"),
        (form_type, form(&[prompt])[..80].to_vec(), 400, "invalid_multipart"),
        (form_type, form(&[("filename=\"x\"", b"x")]), 400, "invalid_multipart"),
        (form_type, form(&[("name=\"prompt\"", &long_part)]), 413, "body_too_large"),
        (form_type, form(&[("name=\"prompt\"", b"\xff")]), 400, "invalid_value"),
        (form_type, form(&[prompt, prompt]), 400, "invalid_value"),
        (form_type, form(&[prompt, ("name=\"seed\"", b"1.5")]), 400, "invalid_value"),
        (form_type, form(&[prompt, ("name=\"generate_audio\"", b"1")]), 400, "invalid_value"),
        (form_type, form(&[prompt, ("name=\"b\"", b"true")]), 400, "unknown_parameter"),
        (form_type, form(&[prompt, ("name=\"s[]\"", b"a")]), 400, "unknown_parameter"),
        (form_type, form(&[prompt, ("name=\"video\"; filename=\"v\"", b"MP4")]), 400, "unknown_parameter"),
        (
            form_type,
            form(&[prompt, ("name=\"characters[][id]\"", b"char_1")]),
            400,
            "cameo_permission_denied",
        ),
        (
            form_type,
            form(&[prompt, ("name=\"input_reference[image_url]\"", b"http://x")]),
            400,
            "invalid_value",
        ),
        (form_type, form(&[prompt, ("name=\"input_reference\"", b"http://x")]), 400, "invalid_type"),
        (
            form_type,
            form(&[prompt, ("name=\"input_reference\"; filename=\"a.png\"", b"PNG")]),
            400,
            "invalid_value",
        ),
    ];
    for (content_type, body, status, code) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(120)]).into_owned();
        let request = app.request(Method::POST, "/v1/videos").header("content-type", content_type).body(body);
        let answer = answer(request).await;
        assert_eq!(answer.status.as_u16(), status, "{content_type} {shown} {:?}", answer.json());
        answer.refused(status, code);
    }
    let untyped = answer(app.request(Method::POST, "/v1/videos").body("{}")).await;
    untyped.refused(415, "unsupported_media_type");
    assert_eq!(app.stored_videos().await, 0);
}
