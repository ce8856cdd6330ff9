//! Videos as they change: streams of events, and answers that wait for the end.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diesel::{QueryDsl, RunQueryDsl};
use kinora::live::STREAMS_PER_KEY_MAX;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, answer};

const FILES: [(&str, &[u8]); 4] =
    [("video", b"MP4"), ("thumbnail", b"WEBP"), ("spritesheet", b"JPEG"), ("audio", b"WAV")];
/// Longest wait for an event that must come.
const PATIENCE: Duration = Duration::from_secs(30);
const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture";

/// An event of a stream.
#[derive(Debug, PartialEq)]
struct Event {
    name: String,
    id: String,
    data: Value,
}

/// A stream of events that is being read.
struct Events {
    answer: Response,
    read: Vec<u8>,
}

impl Events {
    async fn open(app: &TestApp, video: &str, last: Option<&str>) -> Self {
        let request = app.request(Method::GET, &format!("/v1/videos/{video}/events"));
        let request = match last {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        for (name, value) in [
            ("content-type", "text/event-stream"),
            ("cache-control", "no-store"),
            ("x-accel-buffering", "no"),
        ] {
            assert_eq!(answer.headers()[name], value);
        }
        Self { answer, read: Vec::new() }
    }

    /// The next event; `None` when the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(end) = self.read.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = self.read.drain(..end + 2).collect();
                if let Some(event) = event(&String::from_utf8(block).unwrap()) {
                    return Some(event);
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.answer.chunk()).await.expect("an event comes");
            self.read.extend(chunk.unwrap()?);
        }
    }

    /// The next event, which must be called `name`.
    async fn expect(&mut self, name: &str) -> Event {
        let event = self.next().await.expect("the stream goes on");
        assert_eq!(event.name, name, "{event:?}");
        event
    }
}

/// What a block of lines says; `None` for one without data.
fn event(block: &str) -> Option<Event> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    let data = serde_json::from_str(&field("data: ")?).unwrap();
    Some(Event { name: field("event: ").unwrap(), id: field("id: ").unwrap(), data })
}

async fn beat(app: &TestApp, run: &str, message: &Value) -> Answer {
    app.work(&format!("/{run}/heartbeat"), message).await
}

fn denoising(progress: u8) -> Value {
    json!({ "progress": progress, "phase": "denoise", "eta_ms": 4_000 })
}

#[tokio::test]
async fn whoever_follows_a_video_hears_of_every_change_and_gets_it_at_the_end() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let mut events = Events::open(&app, &id, None).await;
        let first = events.expect("status").await;
        let queued = json!({
            "id": id, "object": "video.state", "status": "queued", "progress": 0, "phase": null, "eta_ms": null,
            "cancel_requested": false,
        });
        assert_eq!((&first.data, first.id.as_str()), (&queued, "0"));
        let run = app.lease().await;
        assert_eq!(events.expect("status").await.data["status"], "in_progress");
        beat(&app, &run, &denoising(40)).await.ok();
        let event = events.expect("progress").await;
        let state = (&event.data["progress"], &event.data["phase"], &event.data["eta_ms"]);
        assert_eq!(state, (&json!(40), &json!("denoise"), &json!(4_000)));
        app.deliver(&run, &FILES).await;
        let last = events.expect("done").await;
        assert_eq!(last.data, app.get(&format!("/v1/videos/{id}")).await.ok());
        assert_eq!(last.data["status"], "completed");
        assert_eq!(events.next().await, None);
        assert!(last.id.parse::<i32>().unwrap() > event.id.parse().unwrap());
    }
}

#[tokio::test]
async fn a_stream_goes_on_where_the_last_one_broke() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let first = Events::open(&app, &id, None).await.expect("status").await;
        let run = app.lease().await;
        beat(&app, &run, &denoising(10)).await.ok();
        // Everything since is one state.
        let mut events = Events::open(&app, &id, Some(&first.id)).await;
        let second = events.expect("status").await;
        assert_eq!((&second.data["status"], &second.data["progress"]), (&json!("in_progress"), &json!(10)));
        // Nothing is repeated: the next event is the next change.
        let mut events = Events::open(&app, &id, Some(&second.id)).await;
        beat(&app, &run, &denoising(10)).await.ok();
        beat(&app, &run, &denoising(20)).await.ok();
        assert_eq!(events.next().await.unwrap().data["progress"], 20);
        for nonsense in ["", "x", "-1", "999999", "99999999999999999999"] {
            let now = Events::open(&app, &id, Some(nonsense)).await.expect("status").await;
            assert_eq!(now.data["progress"], 20, "{nonsense:?}");
        }
        app.deliver(&run, &FILES).await;
        let done = events.expect("done").await;
        assert_eq!(Events::open(&app, &id, Some(&second.id)).await.expect("done").await, done);
        // Whoever has the end is told not to come again.
        let path = format!("/v1/videos/{id}/events");
        let again = answer(app.request(Method::GET, &path).header("last-event-id", &done.id)).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (204, 0));
    }
}

#[tokio::test]
async fn a_change_on_one_node_is_told_on_another() {
    for app in TestApp::each().await {
        let other = app.beside().await;
        let id = app.create().await;
        let mut events = Events::open(&other, &id, None).await;
        events.expect("status").await;
        let run = app.lease().await;
        events.expect("status").await;
        beat(&app, &run, &denoising(30)).await.ok();
        assert_eq!(events.expect("progress").await.data["progress"], 30);
        app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
        assert_eq!(events.expect("progress").await.data["cancel_requested"], true);
        app.work(&format!("/{run}/fail"), &json!({ "reason": "canceled", "message": "" })).await;
        let done = events.expect("done").await;
        assert_eq!(
            (&done.data["status"], &done.data["error"]["code"]),
            (&json!("failed"), &json!("canceled"))
        );
    }
}

#[tokio::test]
async fn a_picture_of_a_video_is_told_once_to_each_and_forgotten_when_the_run_ends() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let run = app.lease().await;
        let mut events = Events::open(&app, &id, None).await;
        let first = events.expect("status").await;
        let with = |image: &[u8]| json!({ "progress": 50, "phase": "denoise", "eta_ms": null, "preview": STANDARD.encode(image) });
        beat(&app, &run, &with(JPEG)).await.ok();
        let picture = events.expect("preview").await;
        let url = format!("data:image/jpeg;base64,{}", STANDARD.encode(JPEG));
        assert_eq!((&picture.data["preview"], &picture.data["progress"]), (&json!(url), &json!(50)));
        assert_eq!(picture.data["object"], "video.preview");
        beat(&app, &run, &denoising(60)).await.ok();
        events.expect("progress").await;
        // A stream that begins later has not seen it; one that goes on after it has.
        for last in [None, Some(first.id.as_str())] {
            assert_eq!(Events::open(&app, &id, last).await.expect("preview").await.data["preview"], url);
        }
        let later = Events::open(&app, &id, Some(&picture.id)).await.expect("status").await;
        assert_eq!(later.data["progress"], 60);
        app.work(&format!("/{run}/fail"), &json!({ "reason": "transient", "message": "" })).await;
        assert_eq!(events.expect("status").await.data["status"], "queued");
        assert_eq!(pictures(&app).await, 0);
        let run = app.lease().await;
        beat(&app, &run, &with(JPEG)).await.ok();
        assert_eq!(pictures(&app).await, 1);
        app.deliver(&run, &FILES).await;
        assert_eq!(pictures(&app).await, 0);
    }
}

#[tokio::test]
async fn what_is_no_small_picture_is_refused_with_its_heartbeat() {
    let app = TestApp::one().await;
    app.create().await;
    let run = app.lease().await;
    let large = STANDARD.encode([JPEG.to_vec(), vec![0; 32 * 1024]].concat());
    for preview in ["", "no base64!", &STANDARD.encode("<svg>"), &large] {
        let message = json!({ "progress": 1, "phase": "denoise", "eta_ms": null, "preview": preview });
        let refused = beat(&app, &run, &message).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["error"]["code"]), (400, &json!("bad_message")));
    }
    assert_eq!(pictures(&app).await, 0);
}

/// How many pictures the database has.
async fn pictures(app: &TestApp) -> i64 {
    use kinora_store::schema::video_previews::dsl::video_previews;
    let count =
        app.app.store.run(|db| video_previews.count().get_result(db).map_err(kinora_store::Error::from));
    count.await.unwrap()
}

#[tokio::test]
async fn a_stream_is_only_for_whoever_may_see_the_video() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let path = format!("/v1/videos/{id}/events");
        let stranger = app.other_tenant().await;
        let writer = app.mint("videos:write").await;
        app.ask(&stranger, Method::GET, &path, None).await.refused(404, "not_found");
        app.ask(&writer, Method::GET, &path, None).await.refused(403, "insufficient_scope");
        answer(app.bare(Method::GET, &path)).await.refused(401, "invalid_api_key");
        app.get("/v1/videos/video_none/events").await.refused(404, "not_found");
        app.get("/v1/videos/edits/events").await.refused(404, "not_found");
        app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
        app.delete(&format!("/v1/videos/{id}")).await.ok();
        app.get(&path).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_key_may_hold_a_limited_number_of_streams_open() {
    let app = TestApp::one().await;
    let id = app.create().await;
    let mut open = Vec::new();
    for _ in 0..STREAMS_PER_KEY_MAX {
        let mut events = Events::open(&app, &id, None).await;
        events.expect("status").await;
        open.push(events);
    }
    let path = format!("/v1/videos/{id}/events");
    let refused = app.get(&path).await;
    refused.refused(429, "too_many_streams");
    assert_eq!((refused.header("retry-after-ms"), refused.header("retry-after")), (Some("5000"), Some("5")));
    // A preference is no promise: whoever has no place left is answered at once.
    let body = json!({ "prompt": "bars", "model": "colour-bars" });
    let made = answer(app.request(Method::POST, "/v1/videos").header("prefer", "wait=30").json(&body)).await;
    assert_eq!((made.ok()["status"].as_str(), made.header("preference-applied")), (Some("queued"), None));
    app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
    for mut events in open {
        events.expect("done").await;
        assert_eq!(events.next().await, None);
    }
    // All of them have ended, so there is room again.
    Events::open(&app, &id, None).await.expect("done").await;
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let app = TestApp::one().await;
    let id = app.create().await;
    let mut events = Events::open(&app, &id, None).await;
    events.expect("status").await;
    app.app.drain();
    assert_eq!(events.next().await, None);
    app.get(&format!("/v1/videos/{id}/events")).await.refused(503, "not_ready");
}

async fn create_and_wait(app: &TestApp, prefer: &str) -> Answer {
    let body = json!({ "prompt": "bars", "model": "colour-bars" });
    answer(app.request(Method::POST, "/v1/videos").header("prefer", prefer).json(&body)).await
}

#[tokio::test]
async fn whoever_prefers_to_wait_gets_the_video_when_it_is_over() {
    for app in TestApp::each().await {
        let worker = async {
            let claim = json!({ "worker": "test", "models": ["colour-bars"], "wait_ms": 20_000 });
            let run = app.work("", &claim).await.ok()["run_id"].as_str().unwrap().to_owned();
            beat(&app, &run, &denoising(50)).await.ok();
            app.deliver(&run, &FILES).await;
        };
        let (made, ()) = tokio::join!(create_and_wait(&app, "respond-async, wait=25"), worker);
        assert_eq!(made.header("preference-applied"), Some("wait=25"));
        assert_eq!(made.header("openai-poll-after-ms"), None);
        let video = made.ok();
        assert_eq!((&video["status"], &video["progress"]), (&json!("completed"), &json!(100)));
        assert_eq!(app.get(&format!("/v1/videos/{}", video["id"].as_str().unwrap())).await.ok(), video);
    }
}

#[tokio::test]
async fn whoever_waited_long_enough_gets_the_video_as_it_is() {
    for app in TestApp::each().await {
        let start = Instant::now();
        let made = create_and_wait(&app, "wait=1").await;
        assert!(start.elapsed() >= Duration::from_secs(1));
        assert_eq!(made.header("preference-applied"), Some("wait=1"));
        assert_eq!(made.header("openai-poll-after-ms"), Some("1000"));
        assert_eq!(made.ok()["status"], "queued");
        let made = create_and_wait(&app, "wait=soon").await;
        assert_eq!((made.ok()["status"].as_str(), made.header("preference-applied")), (Some("queued"), None));
    }
}

#[tokio::test]
async fn a_video_that_waits_is_to_be_polled_as_those_before_it_took() {
    for app in TestApp::each().await {
        let body = json!({ "prompt": "bars", "model": "colour-bars" });
        let made = app.post("/v1/videos", &body).await;
        assert_eq!(made.header("openai-poll-after-ms"), Some("1000"));
        let run = app.lease().await;
        app.clock.advance(10_000_000);
        app.deliver(&run, &FILES).await;
        // 10 s for the one in front, 10 s for its own run, and eight looks in that time.
        let made = app.post("/v1/videos", &body).await;
        assert_eq!(made.header("openai-poll-after-ms"), Some("2500"));
        let id = made.ok()["id"].as_str().unwrap().to_owned();
        assert_eq!(app.get(&format!("/v1/videos/{id}")).await.header("openai-poll-after-ms"), Some("2500"));
        // A longer one takes longer, and is told apart.
        let longer = json!({ "prompt": "bars", "model": "colour-bars", "seconds": "8" });
        assert_eq!(app.post("/v1/videos", &longer).await.header("openai-poll-after-ms"), Some("5000"));
    }
}
