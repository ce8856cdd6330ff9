//! Downloads: which file, which part, and whether the caller has it already.

use reqwest::Method;

use crate::app::{Answer, TestApp, answer};

const CLIP: &[u8] = b"0123456789";
pub const FILES: [(&str, &[u8]); 4] =
    [("video", CLIP), ("thumbnail", b"WEBP"), ("spritesheet", b"JPEG"), ("audio", b"WAV")];
/// SHA-256 of the clip.
const ETAG: &str = "\"84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882\"";

async fn completed(app: &TestApp) -> String {
    let id = app.create().await;
    app.deliver(&app.lease().await, &FILES).await;
    format!("/v1/videos/{id}/content")
}

async fn with(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = app.request(method, path).header("accept", "application/binary");
    answer(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test]
async fn every_file_comes_with_its_type_and_name() {
    for app in TestApp::each().await {
        let path = completed(&app).await;
        let id = path.split('/').nth(3).unwrap();
        for (query, content_type, name, bytes) in [
            ("", "video/mp4", "mp4", CLIP),
            ("?variant=video", "video/mp4", "mp4", CLIP),
            ("?variant=thumbnail", "image/webp", "webp", b"WEBP"),
            ("?variant=spritesheet", "image/jpeg", "jpg", b"JPEG"),
            ("?variant=audio", "audio/wav", "wav", b"WAV"),
        ] {
            let answer = with(&app, Method::GET, &format!("{path}{query}"), &[]).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.bytes, bytes);
            assert_eq!(answer.header("content-type"), Some(content_type));
            assert_eq!(answer.header("content-length"), Some(bytes.len().to_string().as_str()));
            assert_eq!(answer.header("accept-ranges"), Some("bytes"));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            let disposition = format!("inline; filename=\"{id}.{name}\"");
            assert_eq!(answer.header("content-disposition"), Some(disposition.as_str()));
        }
        assert_eq!(with(&app, Method::GET, &path, &[]).await.header("etag"), Some(ETAG));
    }
}

#[tokio::test]
async fn a_part_is_sent_as_a_part() {
    let app = TestApp::one().await;
    let path = completed(&app).await;
    for (range, shown, bytes) in [
        ("bytes=2-4", "bytes 2-4/10", &CLIP[2..5]),
        ("bytes=7-", "bytes 7-9/10", &CLIP[7..]),
        ("bytes=-3", "bytes 7-9/10", &CLIP[7..]),
        ("bytes=0-99", "bytes 0-9/10", CLIP),
    ] {
        let answer = with(&app, Method::GET, &path, &[("range", range)]).await;
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(answer.header("content-range"), Some(shown));
        assert_eq!(answer.header("content-length"), Some(bytes.len().to_string().as_str()));
        assert_eq!(answer.bytes, bytes);
    }
    for range in ["bytes=10-", "bytes=-0"] {
        let answer = with(&app, Method::GET, &path, &[("range", range)]).await;
        answer.refused(416, "invalid_range");
        assert_eq!(answer.header("content-range"), Some("bytes */10"));
    }
    for range in ["bytes=0-1,3-4", "items=0-1", "bytes=4-2"] {
        let answer = with(&app, Method::GET, &path, &[("range", range)]).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.as_slice()), (200, CLIP), "{range}");
    }
}

#[tokio::test]
async fn a_caller_that_has_the_file_gets_no_bytes() {
    let app = TestApp::one().await;
    let path = completed(&app).await;
    let answer = with(&app, Method::GET, &path, &[("if-none-match", ETAG), ("range", "bytes=0-1")]).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (304, 0));
    assert_eq!(answer.header("etag"), Some(ETAG));
    let other = with(&app, Method::GET, &path, &[("if-none-match", "\"x\"")]).await;
    assert_eq!(other.status, 200);
    for (if_range, status) in [(ETAG, 206), ("\"x\"", 200)] {
        let answer = with(&app, Method::GET, &path, &[("if-range", if_range), ("range", "bytes=0-1")]).await;
        assert_eq!(answer.status.as_u16(), status, "{if_range}");
    }
}

#[tokio::test]
async fn a_look_has_the_headers_of_the_download() {
    for app in TestApp::each().await {
        let path = completed(&app).await;
        for headers in [&[][..], &[("if-none-match", ETAG)]] {
            let got = with(&app, Method::GET, &path, headers).await;
            let looked = with(&app, Method::HEAD, &path, headers).await;
            assert_eq!(looked.status, got.status);
            assert!(looked.bytes.is_empty());
            for name in ["content-type", "content-length", "content-range", "etag", "content-disposition"] {
                assert_eq!(looked.header(name), got.header(name), "{name}");
            }
        }
        for range in ["bytes=1-2", "bytes=99-"] {
            let looked = with(&app, Method::HEAD, &path, &[("range", range)]).await;
            assert_eq!(
                (looked.status.as_u16(), looked.header("content-length")),
                (200, Some("10")),
                "{range}"
            );
            assert_eq!(looked.header("content-range"), None);
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_says_why() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let path = format!("/v1/videos/{id}/content");
        app.get(&path).await.refused(404, "video_not_ready");
        let run = app.lease().await;
        app.get(&path).await.refused(404, "video_not_ready");
        app.work(&format!("/{run}/fail"), &serde_json::json!({ "reason": "permanent", "message": "" })).await;
        app.get(&path).await.refused(404, "video_failed");
        let error = app.get(&format!("{path}?variant=gif")).await.refused(400, "invalid_value");
        assert_eq!(error["param"], "variant");
        app.get(&format!("{path}?variants=video")).await.refused(400, "unknown_parameter");
    }
}

#[tokio::test]
async fn a_clip_without_sound_has_no_audio() {
    let app = TestApp::one().await;
    let body = serde_json::json!({ "prompt": "x", "model": "colour-bars", "generate_audio": false });
    let id = app.post("/v1/videos", &body).await.ok()["id"].as_str().unwrap().to_owned();
    app.deliver(&app.lease().await, &FILES[..3]).await;
    app.get(&format!("/v1/videos/{id}/content?variant=audio")).await.refused(404, "audio_not_available");
}

#[tokio::test]
async fn a_long_file_comes_whole() {
    let app = TestApp::one().await;
    let long: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let id = app.create().await;
    let files: [(&str, &[u8]); 4] =
        [("video", &long), ("thumbnail", b"WEBP"), ("spritesheet", b"JPEG"), ("audio", b"WAV")];
    app.deliver(&app.lease().await, &files).await;
    let path = format!("/v1/videos/{id}/content");
    assert!(app.get(&path).await.bytes == long);
    let part = with(&app, Method::GET, &path, &[("range", "bytes=1000000-2000000")]).await;
    assert!(part.bytes == long[1_000_000..=2_000_000]);
}
