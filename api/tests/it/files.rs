//! Files that customers upload.

use std::io::{Read, Write};
use std::net::TcpStream;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kinora::files::jobs::sweep;
use kinora::files::{FILE_BYTES_MAX, FILES_BYTES_MAX};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, START_US, TestApp};

const DAY_US: i64 = 86_400_000_000;
/// What stands after `form-data`, and the bytes.
type Part<'a> = (&'a str, &'a [u8]);

const PURPOSE: (&str, &[u8]) = ("name=\"purpose\"", b"batch");

/// The part with the file.
pub fn file(bytes: &[u8]) -> (&'static str, &[u8]) {
    ("name=\"file\"; filename=\"lines.jsonl\"", bytes)
}

async fn upload(app: &TestApp, parts: &[(&str, &[u8])]) -> Answer {
    app.post_form("/v1/files", parts).await
}

/// How many rows of files there are, and how many bytes lie in the folder.
async fn kept(app: &TestApp) -> (i64, usize) {
    use kinora_store::schema::files::dsl::files;
    let rows = app.app.store.run(|db| files.count().get_result(db).map_err(kinora_store::Error::from));
    let folder = app.app.config.data_dir.join("assets").join("files");
    (rows.await.unwrap(), bytes_in(&folder))
}

fn bytes_in(folder: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let size = |path: std::path::PathBuf| match path.is_dir() {
        true => bytes_in(&path),
        false => std::fs::metadata(path).unwrap().len() as usize,
    };
    entries.map(|entry| size(entry.unwrap().path())).sum()
}

#[tokio::test]
async fn a_file_is_kept_as_it_came_until_it_is_deleted() {
    for app in TestApp::each().await {
        // In either order, since a client need not send the purpose first.
        let made = upload(&app, &[PURPOSE, file(b"first")]).await.ok();
        app.clock.advance(1_000_000);
        let second = upload(&app, &[file(b"the second"), PURPOSE]).await.ok();
        let expected = json!({
            "id": made["id"], "object": "file", "bytes": 5, "created_at": START_US / 1_000_000,
            "expires_at": (START_US + 30 * DAY_US) / 1_000_000, "filename": "lines.jsonl", "purpose": "batch",
            "status": "processed",
        });
        assert_eq!(made, expected);
        let path = format!("/v1/files/{}", made["id"].as_str().unwrap());
        assert_eq!(app.get(&path).await.ok(), made);
        let content = app.get(&format!("{path}/content")).await;
        assert_eq!((content.bytes.as_slice(), content.header("content-length")), (&b"first"[..], Some("5")));
        let ids = |list: &Value| -> Vec<Value> {
            list["data"].as_array().unwrap().iter().map(|file| file["id"].clone()).collect()
        };
        let list = app.get("/v1/files").await.ok();
        assert_eq!(ids(&list), [second["id"].clone(), made["id"].clone()]);
        let page = app.get("/v1/files?limit=1&order=asc&purpose=batch").await.ok();
        assert_eq!((ids(&page), &page["has_more"]), (vec![made["id"].clone()], &json!(true)));
        let after = format!("/v1/files?order=asc&after={}", made["id"].as_str().unwrap());
        assert_eq!(ids(&app.get(&after).await.ok()), [second["id"].clone()]);
        assert_eq!(app.get("/v1/files?purpose=batch_output").await.ok()["data"], json!([]));
        let deleted = json!({ "object": "file", "id": made["id"], "deleted": true });
        assert_eq!(app.delete(&path).await.ok(), deleted);
        for path in [path.clone(), format!("{path}/content")] {
            app.get(&path).await.refused(404, "not_found");
        }
        app.delete(&path).await.refused(404, "not_found");
        assert_eq!(kept(&app).await, (1, 10));
    }
}

#[tokio::test]
async fn nothing_is_kept_of_an_upload_that_is_refused() {
    for app in TestApp::each().await {
        let long = [b'x'; 5_000];
        let cases: [(&[Part], Option<&str>); 11] = [
            (&[file(b"x")], Some("purpose")),
            (&[file(b"x"), ("name=\"purpose\"", b"fine-tune")], Some("purpose")),
            (&[PURPOSE], Some("file")),
            (&[PURPOSE, file(b"")], Some("file")),
            (&[PURPOSE, file(b"x"), file(b"y")], Some("file")),
            (&[PURPOSE, ("name=\"file\"; filename=\"\"", b"x")], Some("file")),
            (&[PURPOSE, ("name=\"other\"; filename=\"a\"", b"x")], Some("other")),
            (&[PURPOSE, file(b"x"), ("name=\"extra\"", b"x")], Some("extra")),
            (&[file(b"x"), ("name=\"purpose\"", &long)], Some("purpose")),
            (
                &[PURPOSE, file(b"x"), ("name=\"expires_after[anchor]\"", b"created_at")],
                Some("expires_after.seconds"),
            ),
            (
                &[PURPOSE, file(b"x"), ("name=\"expires_after[anchor]\"", b"now")],
                Some("expires_after.anchor"),
            ),
        ];
        for (parts, param) in cases {
            let refused = upload(&app, parts).await;
            assert_eq!(refused.status.as_u16(), 400, "{refused:?}");
            assert_eq!(refused.json()["error"]["param"].as_str(), param);
        }
        app.post("/v1/files", &json!({ "purpose": "batch" })).await.refused(415, "unsupported_media_type");
        assert_eq!(kept(&app).await, (0, 0));
    }
}

#[tokio::test]
async fn a_file_that_says_that_it_is_too_large_is_not_read() {
    let app = TestApp::one().await;
    let mut socket = TcpStream::connect(app.base().strip_prefix("http://").unwrap()).unwrap();
    let head = format!(
        "POST /v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: multipart/form-data; \
         boundary=x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        app.key,
        FILE_BYTES_MAX + 70_000,
    );
    socket.write_all(head.as_bytes()).unwrap();
    let read = tokio::task::spawn_blocking(move || {
        let mut text = [0; 12];
        socket.read_exact(&mut text).unwrap();
        text
    });
    assert_eq!(&read.await.unwrap(), b"HTTP/1.1 413");
    assert_eq!(kept(&app).await, (0, 0));
}

#[tokio::test]
async fn a_project_keeps_no_more_than_its_quota() {
    use kinora_store::schema::files::dsl::{bytes, files};
    for app in TestApp::each().await {
        let made = upload(&app, &[PURPOSE, file(b"first")]).await.ok();
        let grown = app.app.store.run(|db| {
            let all = diesel::update(files).set(bytes.eq(FILES_BYTES_MAX - 3));
            all.execute(db).map_err(kinora_store::Error::from)
        });
        assert_eq!(grown.await.unwrap(), 1);
        let refused = upload(&app, &[PURPOSE, file(b"second")]).await;
        refused.refused(403, "file_quota_exceeded");
        // Another project has a quota of its own.
        let other = app.other_tenant().await;
        let kind = "multipart/form-data; boundary=3d8bdf711e2f8cf6e8175803d0887a30";
        let request = app.bare(Method::POST, "/v1/files").bearer_auth(&other).header("content-type", kind);
        let body = crate::app::form(&[PURPOSE, file(b"second")]);
        crate::app::answer(request.body(body)).await.ok();
        app.delete(&format!("/v1/files/{}", made["id"].as_str().unwrap())).await.ok();
        upload(&app, &[PURPOSE, file(b"second")]).await.ok();
    }
}

#[tokio::test]
async fn a_file_is_only_for_whoever_may_see_it() {
    for app in TestApp::each().await {
        let id = upload(&app, &[PURPOSE, file(b"first")]).await.ok()["id"].as_str().unwrap().to_owned();
        let (stranger, reader) = (app.other_tenant().await, app.mint("videos:read").await);
        for (method, path) in [
            (Method::GET, format!("/v1/files/{id}")),
            (Method::GET, format!("/v1/files/{id}/content")),
            (Method::GET, format!("/v1/files?after={id}")),
            (Method::DELETE, format!("/v1/files/{id}")),
        ] {
            app.ask(&stranger, method, &path, None).await.refused(404, "not_found");
        }
        assert_eq!(app.ask(&stranger, Method::GET, "/v1/files", None).await.ok()["data"], json!([]));
        app.ask(&reader, Method::DELETE, &format!("/v1/files/{id}"), None)
            .await
            .refused(403, "insufficient_scope");
        app.ask(&reader, Method::POST, "/v1/files", Some(&json!({})))
            .await
            .refused(403, "insufficient_scope");
        app.get("/v1/files/nonsense").await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn files_past_their_time_are_not_found_and_removed_by_the_sweep() {
    use kinora_store::schema::files::dsl::{files, state};
    for app in TestApp::each().await {
        let short = ["name=\"expires_after[anchor]\"", "name=\"expires_after[seconds]\""];
        let parts = [PURPOSE, file(b"first"), (short[0], b"created_at"), (short[1], b"3600")];
        let made = upload(&app, &parts).await.ok();
        assert_eq!(made["expires_at"], START_US / 1_000_000 + 3_600);
        upload(&app, &[PURPOSE, file(b"the second")]).await.ok();
        app.clock.advance(3_600_000_000);
        app.get(&format!("/v1/files/{}", made["id"].as_str().unwrap())).await.refused(404, "not_found");
        assert_eq!(sweep(&app.app).await.unwrap(), 1);
        assert_eq!(kept(&app).await, (1, 10));
        // One whose upload died with its process is given up after a while.
        let dead = app.app.store.run(|db| {
            let all = diesel::update(files).set(state.eq("uploading"));
            all.execute(db).map_err(kinora_store::Error::from)
        });
        dead.await.unwrap();
        assert_eq!(sweep(&app.app).await.unwrap(), 0);
        app.clock.advance(2 * 3_600_000_000);
        assert_eq!(sweep(&app.app).await.unwrap(), 1);
        assert_eq!(kept(&app).await, (0, 0));
    }
}
