//! Many videos with one file.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kinora::batches::OPEN_VIDEOS_MAX;
use kinora::batches::jobs::go_on;
use kinora::files::jobs::sweep;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp};
use crate::files::file;

const FILES: [(&str, &[u8]); 4] =
    [("video", b"MP4"), ("thumbnail", b"WEBP"), ("spritesheet", b"JPEG"), ("audio", b"WAV")];
/// Longer than a batch stays with a node that died.
const CLAIM_US: i64 = 121_000_000;

fn line(custom_id: &str) -> Value {
    let body = json!({ "prompt": "bars", "model": "colour-bars", "metadata": { "line": custom_id } });
    json!({ "custom_id": custom_id, "method": "POST", "url": "/v1/videos", "body": body })
}

fn lines(count: usize) -> Vec<Value> {
    (1..=count).map(|n| line(&format!("line {n}"))).collect()
}

/// A line whose video is refused.
fn bad_line(custom_id: &str) -> Value {
    let mut line = line(custom_id);
    line["body"]["seconds"] = json!("5");
    line
}

async fn upload(app: &TestApp, text: &str) -> String {
    let parts = [("name=\"purpose\"", &b"batch"[..]), file(text.as_bytes())];
    app.post_form("/v1/files", &parts).await.ok()["id"].as_str().unwrap().to_owned()
}

async fn batch_of(app: &TestApp, file: &str) -> String {
    let body = json!({ "input_file_id": file, "endpoint": "/v1/videos", "completion_window": "24h" });
    app.post("/v1/batches", &body).await.ok()["id"].as_str().unwrap().to_owned()
}

/// A batch of these lines; its id and that of its file.
async fn batch(app: &TestApp, lines: &[Value]) -> (String, String) {
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    let file = upload(app, &text.join("\n")).await;
    (batch_of(app, &file).await, file)
}

async fn get(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/v1/batches/{id}")).await.ok()
}

async fn looks(app: &TestApp, count: usize) {
    for _ in 0..count {
        go_on(&app.app).await.unwrap();
    }
}

/// Lets the loop run until the batch is over.
async fn end(app: &TestApp, id: &str) -> Value {
    for _ in 0..200 {
        let batch = get(app, id).await;
        if ["failed", "completed", "expired", "cancelled"].contains(&batch["status"].as_str().unwrap()) {
            return batch;
        }
        go_on(&app.app).await.unwrap();
    }
    panic!("the batch does not end: {}", get(app, id).await);
}

/// The lines of a file of results.
async fn results(app: &TestApp, file: &Value) -> Vec<Value> {
    let content = app.get(&format!("/v1/files/{}/content", file.as_str().unwrap())).await;
    let text = String::from_utf8(content.bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["custom_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_batch_makes_a_video_of_each_line_and_writes_what_became_of_it() {
    for app in TestApp::each().await {
        let (id, file) = batch(&app, &[line("a"), bad_line("b"), line("c")]).await;
        let made = get(&app, &id).await;
        let now = START_US / 1_000_000;
        let expected = json!({
            "id": id, "object": "batch", "endpoint": "/v1/videos", "errors": null, "input_file_id": file,
            "completion_window": "24h", "status": "validating", "output_file_id": null, "error_file_id": null,
            "created_at": now, "in_progress_at": null, "expires_at": now + 86_400, "finalizing_at": null,
            "completed_at": null, "failed_at": null, "expired_at": null, "cancelling_at": null, "cancelled_at": null,
            "request_counts": { "total": 0, "completed": 0, "failed": 0 }, "metadata": null,
        });
        assert_eq!(made, expected);
        looks(&app, 2).await;
        let running = get(&app, &id).await;
        let counts = json!({ "total": 3, "completed": 0, "failed": 1 });
        assert_eq!((&running["status"], &running["request_counts"]), (&json!("in_progress"), &counts));
        assert_eq!(app.stored_videos().await, 2);
        app.deliver(&app.lease().await, &FILES).await;
        looks(&app, 1).await;
        assert_eq!(get(&app, &id).await["request_counts"]["completed"], 1);
        let run = app.lease().await;
        app.work(&format!("/{run}/fail"), &json!({ "reason": "permanent", "message": "" })).await;
        let done = end(&app, &id).await;
        let counts = json!({ "total": 3, "completed": 1, "failed": 2 });
        assert_eq!((&done["status"], &done["request_counts"]), (&json!("completed"), &counts));
        assert!(done["finalizing_at"].is_i64() && done["completed_at"].is_i64());
        let output = results(&app, &done["output_file_id"]).await;
        assert_eq!(names(&output), ["a", "c"]);
        for (line, status) in output.iter().zip(["completed", "failed"]) {
            let response = &line["response"];
            assert_eq!((&response["status_code"], &response["request_id"]), (&json!(200), &line["id"]));
            let video =
                app.get(&format!("/v1/videos/{}", response["body"]["id"].as_str().unwrap())).await.ok();
            assert_eq!(
                (&response["body"], &line["error"], &video["status"]),
                (&video, &Value::Null, &json!(status))
            );
            assert_eq!(video["metadata"]["line"], line["custom_id"]);
        }
        let errors = results(&app, &done["error_file_id"]).await;
        assert_eq!(names(&errors), ["b"]);
        let answer = &errors[0]["response"];
        assert_eq!(
            (&answer["status_code"], &answer["body"]["error"]["param"]),
            (&json!(400), &json!("seconds"))
        );
        let about = app.get(&format!("/v1/files/{}", done["output_file_id"].as_str().unwrap())).await.ok();
        assert_eq!(about["purpose"], "batch_output");
    }
}

#[tokio::test]
async fn a_broken_file_fails_its_batch_and_says_which_lines() {
    for app in TestApp::each().await {
        let mut other = line("other");
        other["url"] = json!("/v1/chat/completions");
        let text = format!("{}\n\n{}\nnonsense\n{other}\n", line("same"), line("same"));
        let file = upload(&app, &text).await;
        let id = batch_of(&app, &file).await;
        let failed = end(&app, &id).await;
        assert_eq!(failed["status"], "failed");
        assert!(failed["failed_at"].is_i64());
        let told: Vec<(i64, &str)> = failed["errors"]["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (error["line"].as_i64().unwrap(), error["code"].as_str().unwrap()))
            .collect();
        assert_eq!(told, [(3, "duplicate_custom_id"), (4, "invalid_json"), (5, "invalid_value")]);
        assert_eq!(failed["errors"]["data"][2]["param"], "url");
        let id = batch_of(&app, &upload(&app, "\n \n").await).await;
        assert_eq!(end(&app, &id).await["errors"]["data"][0]["code"], "empty_file");
        assert_eq!(app.stored_videos().await, 0);
    }
}

#[tokio::test]
async fn what_cannot_be_a_batch_is_refused() {
    for app in TestApp::each().await {
        let (id, file) = batch(&app, &[bad_line("a")]).await;
        let body = |file: &str, endpoint: &str, window: &str| json!({ "input_file_id": file, "endpoint": endpoint, "completion_window": window });
        let none = "file_019aabc2f1e87d0e8f6a3c1b5d7e9f01";
        let wrote = end(&app, &id).await["error_file_id"].as_str().unwrap().to_owned();
        for (body, param) in [
            (body(none, "/v1/videos", "24h"), "input_file_id"),
            (body("nonsense", "/v1/videos", "24h"), "input_file_id"),
            (body(&wrote, "/v1/videos", "24h"), "input_file_id"),
            (body(&file, "/v1/responses", "24h"), "endpoint"),
            (body(&file, "/v1/videos", "1h"), "completion_window"),
            (json!({ "input_file_id": file, "endpoint": "/v1/videos" }), "completion_window"),
        ] {
            let error = app.post("/v1/batches", &body).await.json()["error"].clone();
            assert_eq!(error["param"], param, "{error}");
        }
        let stranger = app.other_tenant().await;
        let theirs = body(&file, "/v1/videos", "24h");
        let refused = app.ask(&stranger, Method::POST, "/v1/batches", Some(&theirs)).await;
        assert_eq!(refused.json()["error"]["param"], "input_file_id");
    }
}

#[tokio::test]
async fn batches_are_seen_by_their_project_alone() {
    for app in TestApp::each().await {
        let (first, _) = batch(&app, &lines(1)).await;
        app.clock.advance(1_000_000);
        let (second, _) = batch(&app, &lines(1)).await;
        let page = app.get("/v1/batches?limit=1").await.ok();
        assert_eq!((&page["data"][0]["id"], &page["has_more"]), (&json!(second), &json!(true)));
        let page = app.get(&format!("/v1/batches?after={second}")).await.ok();
        assert_eq!((&page["data"][0]["id"], &page["has_more"]), (&json!(first), &json!(false)));
        let (stranger, reader) = (app.other_tenant().await, app.mint("videos:read").await);
        let path = format!("/v1/batches/{first}");
        app.ask(&stranger, Method::GET, &path, None).await.refused(404, "not_found");
        app.ask(&stranger, Method::POST, &format!("{path}/cancel"), None).await.refused(404, "not_found");
        app.ask(&reader, Method::POST, &format!("{path}/cancel"), None)
            .await
            .refused(403, "insufficient_scope");
        assert_eq!(app.ask(&stranger, Method::GET, "/v1/batches", None).await.ok()["data"], json!([]));
        app.get("/v1/batches/nonsense").await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn videos_of_a_batch_wait_behind_those_that_somebody_waits_for() {
    for app in TestApp::each().await {
        let (id, _) = batch(&app, &lines(2)).await;
        looks(&app, 2).await;
        assert_eq!(app.stored_videos().await, 2);
        app.clock.advance(1_000_000);
        let asked = app.create().await;
        let run = app.lease().await;
        assert_eq!(crate::leases::video_of(&app, &run).await, asked);
        app.deliver(&run, &FILES).await;
        for _ in 0..2 {
            app.deliver(&app.lease().await, &FILES).await;
        }
        assert_eq!(end(&app, &id).await["request_counts"]["completed"], 2);
    }
}

#[tokio::test]
async fn a_batch_waits_for_a_rate_limit_to_pass() {
    for app in TestApp::each().await {
        let projects = app.admin_get("/projects").await.ok();
        let project = projects["data"][0]["id"].as_str().unwrap();
        let limit = json!({ "max_requests_per_1_minute": 2 });
        app.admin_post(&format!("/projects/{project}/rate_limits/rl-colour-bars"), &limit).await.ok();
        let (id, _) = batch(&app, &lines(5)).await;
        looks(&app, 4).await;
        assert_eq!(app.stored_videos().await, 2);
        app.clock.advance(60_000_000);
        looks(&app, 2).await;
        assert_eq!(app.stored_videos().await, 4);
        let batch = get(&app, &id).await;
        assert_eq!(
            (&batch["status"], &batch["request_counts"]["failed"]),
            (&json!("in_progress"), &json!(0))
        );
        // One of none passes never, so its lines are refused.
        let limit = json!({ "max_requests_per_1_minute": 0 });
        app.admin_post(&format!("/projects/{project}/rate_limits/rl-colour-bars"), &limit).await.ok();
        looks(&app, 1).await;
        assert_eq!(get(&app, &id).await["request_counts"]["failed"], 1);
    }
}

#[tokio::test]
async fn a_batch_has_a_limited_number_of_videos_at_a_time_and_keeps_its_file() {
    for app in TestApp::each().await {
        let count = usize::try_from(OPEN_VIDEOS_MAX).unwrap() + 2;
        let (id, file) = batch(&app, &lines(count)).await;
        looks(&app, 8).await;
        assert_eq!(app.stored_videos().await, OPEN_VIDEOS_MAX);
        let path = format!("/v1/files/{file}");
        let refused = app.delete(&path).await;
        refused.refused(409, "file_in_use");
        assert_eq!(refused.header("x-should-retry"), Some("false"));
        app.deliver(&app.lease().await, &FILES).await;
        looks(&app, 1).await;
        assert_eq!(app.stored_videos().await, OPEN_VIDEOS_MAX + 1);
        // A file whose time is up is kept too, as long as it is read.
        forget_time(&app).await;
        assert_eq!(sweep(&app.app).await.unwrap(), 0);
        app.clock.advance(86_400_000_000);
        let over = end(&app, &id).await;
        let counts = json!({ "total": count, "completed": 1, "failed": count - 1 });
        assert_eq!((&over["status"], &over["request_counts"]), (&json!("expired"), &counts));
        assert!(over["expired_at"].is_i64() && over["completed_at"].is_null());
        let output = results(&app, &over["output_file_id"]).await;
        let status = |line: &Value| line["response"]["body"]["status"].clone();
        assert_eq!(output.iter().filter(|line| status(line) == "completed").count(), 1);
        assert_eq!(output.iter().filter(|line| status(line) == "failed").count(), count - 2);
        let errors = results(&app, &over["error_file_id"]).await;
        assert_eq!((errors.len(), &errors[0]["error"]["code"]), (1, &json!("batch_expired")));
        assert_eq!(errors[0]["response"], Value::Null);
        assert_eq!(sweep(&app.app).await.unwrap(), 1);
    }
}

/// Ends the time of every file that was uploaded.
async fn forget_time(app: &TestApp) {
    use kinora_store::schema::files::dsl::{expires_at, files, purpose};
    let done = app.app.store.run(|db| {
        let uploaded = diesel::update(files.filter(purpose.eq("batch"))).set(expires_at.eq(START_US));
        uploaded.execute(db).map_err(kinora_store::Error::from)
    });
    assert_eq!(done.await.unwrap(), 1);
}

#[tokio::test]
async fn a_batch_that_is_cancelled_cancels_its_videos_and_asks_for_no_more() {
    for app in TestApp::each().await {
        let (id, _) = batch(&app, &lines(20)).await;
        looks(&app, 2).await;
        assert_eq!(app.stored_videos().await, 16);
        app.deliver(&app.lease().await, &FILES).await;
        let run = app.lease().await;
        let path = format!("/v1/batches/{id}/cancel");
        for _ in 0..2 {
            assert_eq!(app.post(&path, &json!({})).await.ok()["status"], "cancelling");
        }
        looks(&app, 2).await;
        // One is still being made: its worker is told, and the batch waits for it.
        assert_eq!(get(&app, &id).await["status"], "cancelling");
        let beat = json!({ "progress": 10, "phase": "denoise", "eta_ms": 1_000 });
        assert_eq!(app.work(&format!("/{run}/heartbeat"), &beat).await.ok()["cancel"], true);
        app.work(&format!("/{run}/fail"), &json!({ "reason": "canceled", "message": "" })).await;
        let over = end(&app, &id).await;
        let counts = json!({ "total": 20, "completed": 1, "failed": 19 });
        assert_eq!((&over["status"], &over["request_counts"]), (&json!("cancelled"), &counts));
        assert_eq!(results(&app, &over["output_file_id"]).await.len(), 16);
        let errors = results(&app, &over["error_file_id"]).await;
        assert_eq!(names(&errors), ["line 17", "line 18", "line 19", "line 20"]);
        assert_eq!(errors[0]["error"]["code"], "batch_cancelled");
        assert_eq!(app.post(&path, &json!({})).await.ok()["status"], "cancelled");
        assert_eq!(app.stored_videos().await, 16);
        let (id, _) = batch(&app, &[bad_line("a")]).await;
        end(&app, &id).await;
        app.post(&format!("/v1/batches/{id}/cancel"), &json!({})).await.refused(409, "batch_over");
        let (id, _) = batch(&app, &lines(1)).await;
        app.post(&format!("/v1/batches/{id}/cancel"), &json!({})).await.ok();
        let over = end(&app, &id).await;
        assert_eq!((&over["status"], &over["output_file_id"]), (&json!("cancelled"), &Value::Null));
    }
}

#[tokio::test]
async fn a_key_that_is_revoked_asks_for_no_more_videos() {
    for app in TestApp::each().await {
        let (id, _) = batch(&app, &lines(20)).await;
        looks(&app, 2).await;
        app.revoke(&app.key).await;
        looks(&app, 4).await;
        assert_eq!(app.stored_videos().await, 16);
        use kinora_store::schema::batches::dsl::{batches, status};
        let now = app.app.store.run(move |db| {
            batches.find(id).select(status).first::<String>(db).map_err(kinora_store::Error::from)
        });
        assert_eq!(now.await.unwrap(), "cancelled");
    }
}

#[tokio::test]
async fn a_video_that_was_deleted_has_a_line_that_says_so() {
    for app in TestApp::each().await {
        let (id, _) = batch(&app, &lines(2)).await;
        looks(&app, 2).await;
        let run = app.lease().await;
        let video = crate::leases::video_of(&app, &run).await;
        app.deliver(&run, &FILES).await;
        app.delete(&format!("/v1/videos/{video}")).await.ok();
        app.deliver(&app.lease().await, &FILES).await;
        let over = end(&app, &id).await;
        assert_eq!(over["request_counts"], json!({ "total": 2, "completed": 2, "failed": 0 }));
        assert_eq!(results(&app, &over["output_file_id"]).await.len(), 1);
        assert_eq!(results(&app, &over["error_file_id"]).await[0]["error"]["code"], "video_deleted");
    }
}

/// The work is dropped at any of its waits, as by a process that dies, and goes on elsewhere.
#[tokio::test]
async fn however_often_a_node_stops_each_line_becomes_one_video() {
    const LINES: usize = 40;
    for app in TestApp::each().await {
        let other = app.beside().await;
        let (id, _) = batch(&app, &lines(LINES)).await;
        let mut cut = 0;
        for n in 0..120_u64 {
            let node = if n % 3 == 0 { &other } else { &app };
            let time = Duration::from_micros(n * 250 % 9_000);
            cut += usize::from(tokio::time::timeout(time, go_on(&node.app)).await.is_err());
            // Whoever stopped said nothing more, so its batch is free only now.
            app.clock.advance(CLAIM_US);
        }
        assert!(cut > 20, "{cut}");
        for _ in 0..200 {
            // Two at once, whose claims have run out, so that both may work on the same lines.
            let (first, second) = tokio::join!(go_on(&app.app), go_on(&other.app));
            first.unwrap();
            second.unwrap();
            app.clock.advance(CLAIM_US);
            if app.stored_videos().await >= i64::try_from(LINES).unwrap() {
                break;
            }
        }
        looks(&app, 2).await;
        for _ in 0..LINES {
            app.deliver(&app.lease().await, &FILES).await;
        }
        let over = end(&app, &id).await;
        let counts = json!({ "total": LINES, "completed": LINES, "failed": 0 });
        assert_eq!((&over["status"], &over["request_counts"]), (&json!("completed"), &counts));
        assert_eq!(app.stored_videos().await, i64::try_from(LINES).unwrap());
        let output = results(&app, &over["output_file_id"]).await;
        let expected: Vec<String> = (1..=LINES).map(|n| format!("line {n}")).collect();
        assert_eq!(names(&output), expected);
        let videos: BTreeSet<&str> =
            output.iter().map(|line| line["response"]["body"]["id"].as_str().unwrap()).collect();
        assert_eq!(videos.len(), LINES);
        for line in &output {
            assert_eq!(line["response"]["body"]["metadata"]["line"], line["custom_id"]);
        }
    }
}
