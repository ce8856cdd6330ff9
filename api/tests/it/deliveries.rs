//! Events on their way to whoever wants to be told: passed on, signed, tried again, sent again.

use std::time::Duration;

use diesel::{QueryDsl, RunQueryDsl};
use kinora::deliveries::jobs::{deliver_due, keep_delivering, keep_relaying, prune, relay};
use kinora::events;
use kinora::videos::jobs::expire_waiting;
use kinora_store::schema::{deliveries, events as event_rows};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp};
use crate::receiver::{Received, Receiver, Reply};

/// A whole clip.
const FILES: [(&str, &[u8]); 4] =
    [("video", b"mp4"), ("thumbnail", b"webp"), ("spritesheet", b"jpeg"), ("audio", b"wav")];
/// Microseconds in a second.
const SECOND_US: i64 = 1_000_000;
/// Microseconds in a day.
const DAY_US: i64 = 86_400 * SECOND_US;
/// What a wait may be longer by chance, at most: a tenth.
const JITTER: i64 = 10;
/// No test waits longer for what should come at once.
const PATIENCE: Duration = Duration::from_secs(30);

const ENDED: [&str; 3] = ["video.completed", "video.failed", "video.canceled"];

/// An endpoint of the project of `key`; its id and its secret.
async fn endpoint(app: &TestApp, url: &str, more: Value) -> (String, String) {
    let mut body = json!({ "name": "a", "url": url, "event_types": ENDED });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = app.post("/v1/webhook_endpoints", &body).await.ok();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("signing_secret"))
}

async fn shown(app: &TestApp, endpoint: &str) -> Value {
    app.get(&format!("/v1/webhook_endpoints/{endpoint}")).await.ok()
}

/// The deliveries to an endpoint, the newest first.
async fn log(app: &TestApp, endpoint: &str) -> Vec<Value> {
    let list = app.get(&format!("/v1/webhook_endpoints/{endpoint}/deliveries?limit=100")).await.ok();
    list["data"].as_array().unwrap().clone()
}

/// Passes everything on and makes the attempts that are due; how many.
async fn send(app: &TestApp) -> usize {
    while relay(&app.app).await.unwrap() > 0 {}
    deliver_due(&app.app).await.unwrap()
}

/// A video that is completed; its id.
async fn complete(app: &TestApp) -> String {
    let id = app.create().await;
    app.deliver(&app.lease().await, &FILES).await;
    id
}

/// A video that is canceled; its id.
async fn cancel(app: &TestApp) -> String {
    let id = app.create().await;
    app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
    id
}

fn only(mut received: Vec<Received>) -> Received {
    assert_eq!(received.len(), 1, "{received:#?}");
    received.remove(0)
}

async fn count_events(app: &TestApp) -> i64 {
    let count =
        app.app.store.run(|db| event_rows::table.count().get_result(db).map_err(kinora_store::Error::from));
    count.await.unwrap()
}

#[tokio::test]
async fn a_completed_video_is_told_once_to_each_endpoint_with_a_signature_that_fits() {
    for app in TestApp::each().await {
        let receiver = Receiver::new();
        let (_, thin_secret) = endpoint(&app, &receiver.url("/thin"), json!({})).await;
        let (full, full_secret) = endpoint(&app, &receiver.url("/full"), json!({ "payload": "full" })).await;
        endpoint(&app, &receiver.url("/other"), json!({ "event_types": ["video.failed"] })).await;
        let id = complete(&app).await;
        app.clock.advance(5 * SECOND_US);
        assert_eq!(send(&app).await, 2);
        assert_eq!(send(&app).await, 0);
        let mut received = receiver.take();
        received.sort_by_key(|each| each.path.clone());
        let [of_full, of_thin] = &received[..] else { panic!("{received:#?}") };
        let event = of_thin.json();
        let expected = json!({
            "id": of_thin.id(), "object": "event", "created_at": START_US / SECOND_US, "type": "video.completed",
            "data": { "id": id },
        });
        assert_eq!(event, expected);
        assert_eq!(of_full.id(), of_thin.id());
        assert_eq!(of_full.json()["data"], app.get(&format!("/v1/videos/{id}")).await.ok());
        assert_eq!(of_thin.at_seconds(), START_US / SECOND_US + 5);
        assert!(of_thin.is_signed_under(&thin_secret) && !of_thin.is_signed_under(&full_secret));
        assert!(of_full.is_signed_under(&full_secret) && of_full.is_signed_by(&app).await);
        assert_eq!(of_thin.headers["content-type"], "application/json");
        assert!(of_thin.headers["user-agent"].starts_with("Kinora/"));
        let log = log(&app, &full).await;
        assert_eq!(log.len(), 1);
        let attempts = &log[0]["attempts"];
        assert_eq!((&log[0]["status"], &log[0]["next_attempt_at"]), (&json!("delivered"), &Value::Null));
        assert_eq!((&attempts[0]["status_code"], &attempts[0]["response"]), (&json!(200), &json!("hello")));
        assert_eq!((&attempts[0]["number"], &attempts[0]["cause"]), (&json!(1), &json!("scheduled")));
        let path = format!("/v1/webhook_deliveries/{}", log[0]["id"].as_str().unwrap());
        assert_eq!(app.get(&path).await.ok(), log[0]);
    }
}

#[tokio::test]
async fn every_end_of_a_video_is_one_event_of_its_own_kind() {
    for app in TestApp::each().await {
        let receiver = Receiver::new();
        let kinds =
            json!({ "event_types": ["video.started", "video.completed", "video.failed", "video.canceled"] });
        endpoint(&app, &receiver.url("/"), kinds).await;
        complete(&app).await;
        send(&app).await;
        let mut kinds = receiver.take_kinds();
        kinds.sort_unstable();
        assert_eq!(kinds, ["video.completed", "video.started"]);

        let id = cancel(&app).await;
        app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
        send(&app).await;
        assert_eq!(receiver.take_kinds(), ["video.canceled"]);

        // By its worker; the second run is not a second start.
        let id = app.create().await;
        let run = app.lease().await;
        app.work(&format!("/{run}/fail"), &json!({ "reason": "transient", "message": "" })).await;
        let run = app.lease().await;
        send(&app).await;
        assert_eq!(receiver.take_kinds(), ["video.started"]);
        app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
        send(&app).await;
        assert_eq!(receiver.take_kinds(), [""; 0], "it is not over yet");
        app.work(&format!("/{run}/fail"), &json!({ "reason": "canceled", "message": "" })).await;
        send(&app).await;
        assert_eq!(receiver.take_kinds(), ["video.canceled"]);

        let id = app.create().await;
        let run = app.lease().await;
        app.work(&format!("/{run}/fail"), &json!({ "reason": "permanent", "message": "" })).await;
        send(&app).await;
        let mut received = receiver.take();
        received.sort_by_key(|each| each.json()["type"].as_str().unwrap().to_owned());
        assert_eq!((received.len(), &received[0].json()["type"]), (2, &json!("video.failed")));
        assert_eq!(received[0].json()["data"], json!({ "id": id }));

        app.create().await;
        app.clock.advance(DAY_US + SECOND_US);
        assert_eq!(expire_waiting(&app.app).await.unwrap(), 1);
        send(&app).await;
        assert_eq!(receiver.take_kinds(), ["video.failed"]);
    }
}

#[tokio::test]
async fn progress_is_told_by_tenths_and_only_if_somebody_wants_it() {
    for app in TestApp::each().await {
        let beat = async |run: &str, progress: u32| {
            let beat = json!({ "progress": progress, "phase": "denoise", "eta_ms": 1_000 });
            app.work(&format!("/{run}/heartbeat"), &beat).await.ok();
        };
        let receiver = Receiver::new();
        app.create().await;
        let run = app.lease().await;
        beat(&run, 50).await;
        assert_eq!(count_events(&app).await, 1, "the start alone");
        app.deliver(&run, &FILES).await;

        endpoint(&app, &receiver.url("/"), json!({ "event_types": ["video.progress"] })).await;
        let id = app.create().await;
        let run = app.lease().await;
        for progress in [3, 9, 10, 12, 19, 35, 35, 20, 40] {
            beat(&run, progress).await;
        }
        send(&app).await;
        let mut told: Vec<i64> =
            receiver.take().iter().map(|each| each.json()["data"]["progress"].as_i64().unwrap()).collect();
        told.sort_unstable();
        assert_eq!(told, [10, 35, 40], "{id}");
        app.deliver(&run, &FILES).await;
    }
}

#[tokio::test]
async fn a_video_is_told_at_its_own_url_under_the_projects_default_secret() {
    for app in TestApp::each().await {
        let receiver = Receiver::new();
        app.get("/v1/webhook_endpoints/default").await.refused(404, "not_found");
        let rotated = app.post("/v1/webhook_endpoints/default/rotate_secret", &json!({})).await.ok();
        let secret = rotated["signing_secret"].as_str().unwrap();
        let make = async |more: Value| {
            let mut body =
                json!({ "prompt": "a", "model": "colour-bars", "webhook_url": receiver.url("/own") });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.post("/v1/videos", &body).await.ok()["id"].as_str().unwrap().to_owned()
        };
        let id = make(json!({})).await;
        app.deliver(&app.lease().await, &FILES).await;
        send(&app).await;
        let event = only(receiver.take());
        assert_eq!((event.path.as_str(), &event.json()["data"]), ("/own", &json!({ "id": id })));
        assert_eq!(event.json()["type"], "video.completed", "a start is not told by default");
        assert!(event.is_signed_under(secret) && event.is_signed_by(&app).await);

        make(json!({ "webhook_events_filter": ["video.started", "video.progress"] })).await;
        let run = app.lease().await;
        let beat = json!({ "progress": 30, "phase": "denoise", "eta_ms": 1_000 });
        app.work(&format!("/{run}/heartbeat"), &beat).await.ok();
        app.deliver(&run, &FILES).await;
        send(&app).await;
        let mut kinds = receiver.take_kinds();
        kinds.sort_unstable();
        assert_eq!(kinds, ["video.progress", "video.started"]);

        // A form, as official SDKs write lists; and a receiver that is gone ends its own delivery alone.
        let url = receiver.url("/form");
        receiver.then(Reply::Status(410, ""));
        let parts: [(&str, &[u8]); 5] = [
            ("name=\"prompt\"", b"a"),
            ("name=\"model\"", b"colour-bars"),
            ("name=\"webhook_url\"", url.as_bytes()),
            ("name=\"webhook_events_filter[]\"", b"video.canceled"),
            ("name=\"webhook_events_filter[]\"", b"video.failed"),
        ];
        let made = app.post_form("/v1/videos", &parts).await.ok();
        app.post(&format!("/v1/videos/{}/cancel", made["id"].as_str().unwrap()), &json!({})).await.ok();
        send(&app).await;
        assert_eq!(only(receiver.take()).path, "/form");
        let default = shown(&app, "default").await;
        assert_eq!((&default["name"], &default["url"]), (&json!("default"), &Value::Null));
        assert_eq!(default["disabled_at"], Value::Null);
        let log = log(&app, "default").await;
        assert_eq!((log.len(), &log[0]["status"], &log[0]["url"]), (4, &json!("failed"), &json!(url)));
        for path in ["", "/test", "/replay_missing"] {
            let body = match path {
                "/test" => json!({ "event_type": "video.failed" }),
                "" => json!({ "name": "b" }),
                _ => json!({ "since": 0 }),
            };
            app.post(&format!("/v1/webhook_endpoints/default{path}"), &body).await.refused(404, "not_found");
        }
        app.delete("/v1/webhook_endpoints/default").await.refused(404, "not_found");
        assert_eq!(app.get("/v1/webhook_endpoints").await.ok()["data"], json!([]), "it is in no list");
    }
}

#[tokio::test]
async fn a_receiver_that_fails_is_called_again_at_the_times_of_the_schedule_and_then_no_more() {
    const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for app in TestApp::each().await {
        let receiver = Receiver::answering((0..10).map(|_| Reply::Status(500, "")));
        let (id, secret) = endpoint(&app, &receiver.url("/"), json!({})).await;
        cancel(&app).await;
        assert_eq!(send(&app).await, 1);
        let first = only(receiver.take());
        for wait in WAITS {
            assert_eq!(send(&app).await, 0);
            app.clock.advance((wait - 1) * SECOND_US);
            assert_eq!(send(&app).await, 0, "{wait}");
            app.clock.advance((2 + wait / JITTER) * SECOND_US);
            assert_eq!(send(&app).await, 1, "{wait}");
            let again = only(receiver.take());
            assert_eq!((again.id(), &again.body), (first.id(), &first.body), "the event stays the same");
            assert!(again.at_seconds() >= first.at_seconds() + wait && again.is_signed_under(&secret));
        }
        app.clock.advance(2 * DAY_US);
        assert_eq!(send(&app).await, 0);
        let log = log(&app, &id).await;
        assert_eq!((&log[0]["status"], &log[0]["next_attempt_at"]), (&json!("failed"), &Value::Null));
        let attempts = log[0]["attempts"].as_array().unwrap();
        assert_eq!(attempts.len(), 10);
        assert!(attempts.iter().all(|attempt| attempt["status_code"] == 500));
        assert!(shown(&app, &id).await["failing_since"].is_i64());
        cancel(&app).await;
        send(&app).await;
        assert_eq!(shown(&app, &id).await["failing_since"], Value::Null, "a success clears the record");
    }
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering([
            Reply::Status(503, "retry-after: 3600\r\n"),
            Reply::Status(429, "retry-after: 99999999\r\n"),
            Reply::Status(302, "location: /elsewhere\r\n"),
        ]);
        endpoint(&app, &receiver.url("/"), json!({})).await;
        cancel(&app).await;
        assert_eq!(send(&app).await, 1);
        for wait in [3_600, 86_400] {
            app.clock.advance((wait - 1) * SECOND_US);
            assert_eq!(send(&app).await, 0, "{wait}");
            app.clock.advance(SECOND_US);
            assert_eq!(send(&app).await, 1, "{wait}");
        }
        app.clock.advance(1_980 * SECOND_US);
        assert_eq!(send(&app).await, 1);
        let paths: Vec<String> = receiver.take().into_iter().map(|each| each.path).collect();
        assert_eq!(paths, ["/"; 4], "no redirect is followed, and each is a failure");
    }
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_not_called_again() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering([Reply::Status(500, ""), Reply::Status(410, "")]);
        let other = Receiver::new();
        let (id, _) = endpoint(&app, &receiver.url("/"), json!({})).await;
        endpoint(&app, &other.url("/"), json!({ "event_types": ["webhook_endpoint.disabled"] })).await;
        cancel(&app).await;
        send(&app).await;
        cancel(&app).await;
        send(&app).await;
        let endpoint = shown(&app, &id).await;
        assert_eq!(endpoint["disabled_reason"], "gone");
        assert_eq!(endpoint["disabled_at"], START_US / SECOND_US);
        let states: Vec<Value> = log(&app, &id).await.iter().map(|each| each["status"].clone()).collect();
        assert_eq!(states, ["failed", "canceled"], "what waited is not sent");
        send(&app).await;
        let event = only(other.take()).json();
        assert_eq!(event["type"], "webhook_endpoint.disabled");
        assert_eq!(event["data"], json!({ "id": id, "reason": "gone" }));
        app.clock.advance(DAY_US);
        cancel(&app).await;
        assert_eq!(send(&app).await, 0);
        assert_eq!(receiver.received().len(), 2);
        for (what, body) in [("recover", json!({ "since": 0 })), ("replay_missing", json!({ "since": 0 }))] {
            let answer = app.post(&format!("/v1/webhook_endpoints/{id}/{what}"), &body).await;
            answer.refused(409, "webhook_endpoint_disabled");
            assert_eq!(answer.header("x-should-retry"), Some("false"));
        }
    }
}

#[tokio::test]
async fn an_endpoint_that_failed_for_five_days_is_disabled_which_is_an_event() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering((0..50).map(|_| Reply::Status(500, "")));
        let other = Receiver::new();
        let (id, _) = endpoint(&app, &receiver.url("/"), json!({})).await;
        endpoint(&app, &other.url("/"), json!({ "event_types": ["webhook_endpoint.disabled"] })).await;
        cancel(&app).await;
        send(&app).await;
        assert_eq!(shown(&app, &id).await["failing_since"], START_US / SECOND_US);
        app.clock.advance(5 * DAY_US - 1);
        cancel(&app).await;
        send(&app).await;
        assert_eq!(shown(&app, &id).await["disabled_at"], Value::Null);
        app.clock.advance(1);
        cancel(&app).await;
        send(&app).await;
        let endpoint = shown(&app, &id).await;
        assert_eq!(
            (&endpoint["disabled_reason"], &endpoint["disabled_at"]),
            (&json!("failing"), &json!(START_US / SECOND_US + 5 * 86_400))
        );
        assert!(log(&app, &id).await.iter().all(|each| each["status"] == "canceled"));
        send(&app).await;
        assert_eq!(only(other.take()).json()["data"], json!({ "id": id, "reason": "failing" }));
        let event = &app.admin_get("/events?limit=1").await.ok()["data"][0];
        assert_eq!(event["type"], "webhook_endpoint.disabled");
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_no_other() {
    for app in TestApp::each().await {
        let slow = Receiver::answering((0..20).map(|_| Reply::Hang));
        let quick = Receiver::new();
        endpoint(&app, &slow.url("/"), json!({})).await;
        endpoint(&app, &quick.url("/"), json!({})).await;
        for _ in 0..10 {
            cancel(&app).await;
        }
        while relay(&app.app).await.unwrap() > 0 {}
        let sent = async {
            tokio::time::timeout(PATIENCE, quick.until(10)).await.unwrap();
            assert_eq!(slow.received().len(), 4, "it has its own places and no more");
            slow.let_go();
        };
        let (made, ()) = tokio::join!(deliver_due(&app.app), sent);
        assert_eq!(made.unwrap(), 20);
        assert_eq!((slow.received().len(), quick.received().len()), (10, 10));
    }
}

#[tokio::test]
async fn an_attempt_that_nobody_could_note_is_made_again() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering([Reply::Hang]);
        let (id, _) = endpoint(&app, &receiver.url("/"), json!({})).await;
        cancel(&app).await;
        relay(&app.app).await.unwrap();
        // The node ends between the attempt and the note.
        tokio::select! {
            _ = deliver_due(&app.app) => panic!("it hangs"),
            () = receiver.until(1) => {}
        }
        assert_eq!(deliver_due(&app.app).await.unwrap(), 0, "it is still that node's");
        app.clock.advance(60 * SECOND_US);
        assert_eq!(deliver_due(&app.app).await.unwrap(), 1);
        let received = receiver.take();
        assert_eq!(received.len(), 2);
        assert_eq!(received[0].id(), received[1].id(), "so that the receiver sees that it is the same");
        let log = log(&app, &id).await;
        assert_eq!(
            (&log[0]["status"], log[0]["attempts"].as_array().unwrap().len()),
            (&json!("delivered"), 1)
        );
    }
}

#[tokio::test]
async fn a_delivery_is_sent_again_by_hand_and_then_by_the_schedule() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering([Reply::Status(200, ""), Reply::Status(500, "")]);
        let (id, _) = endpoint(&app, &receiver.url("/"), json!({})).await;
        cancel(&app).await;
        send(&app).await;
        let delivery = log(&app, &id).await[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/webhook_deliveries/{delivery}/resend");
        let due = app.post(&path, &json!({})).await.ok();
        assert_eq!(
            (&due["status"], &due["next_attempt_at"]),
            (&json!("pending"), &json!(START_US / SECOND_US))
        );
        assert_eq!(send(&app).await, 1);
        app.clock.advance(6 * SECOND_US);
        assert_eq!(send(&app).await, 1);
        let log = log(&app, &id).await;
        let causes: Vec<(&Value, &Value)> = log[0]["attempts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|attempt| (&attempt["cause"], &attempt["status_code"]))
            .collect();
        let (scheduled, manual) = (json!("scheduled"), json!("manual"));
        let (good, bad) = (json!(200), json!(500));
        assert_eq!(causes, [(&scheduled, &good), (&manual, &bad), (&scheduled, &good)]);
        let ids: Vec<String> = receiver.take().iter().map(|each| each.id().to_owned()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
        app.post("/v1/webhook_deliveries/whd_none/resend", &json!({})).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn what_failed_since_some_time_is_recovered() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering([Reply::Status(410, "")]);
        let (id, _) = endpoint(&app, &receiver.url("/"), json!({})).await;
        cancel(&app).await;
        send(&app).await;
        let path = format!("/v1/webhook_endpoints/{id}");
        app.post(&path, &json!({ "disabled": false })).await.ok();
        let recover =
            async |since: i64| app.post(&format!("{path}/recover"), &json!({ "since": since })).await.ok();
        let none = recover(START_US / SECOND_US + 1).await;
        assert_eq!((&none["deliveries"], &none["has_more"]), (&json!(0), &json!(false)));
        let one = recover(START_US / SECOND_US).await;
        assert_eq!((&one["deliveries"], &one["object"]), (&json!(1), &json!("webhook_endpoint.recovery")));
        assert_eq!(send(&app).await, 1);
        assert_eq!(log(&app, &id).await[0]["status"], "delivered");
        assert_eq!(recover(0).await["deliveries"], 0);
        assert_eq!(receiver.received().len(), 2);
        for (body, code) in [
            (json!({}), "missing_required_parameter"),
            (json!({ "since": -1 }), "invalid_value"),
            (json!({ "since": "x" }), "invalid_type"),
        ] {
            app.post(&format!("{path}/recover"), &body).await.refused(400, code);
        }
    }
}

#[tokio::test]
async fn an_endpoint_is_sent_what_it_never_got() {
    for app in TestApp::each().await {
        let early = cancel(&app).await;
        send(&app).await;
        app.clock.advance(10 * SECOND_US);
        let receiver = Receiver::new();
        let (id, secret) = endpoint(&app, &receiver.url("/"), json!({})).await;
        let late = cancel(&app).await;
        send(&app).await;
        let disabled = json!({ "disabled": true });
        app.post(&format!("/v1/webhook_endpoints/{id}"), &disabled).await.ok();
        let missed = complete(&app).await;
        assert_eq!(send(&app).await, 0);
        app.post(&format!("/v1/webhook_endpoints/{id}"), &json!({ "disabled": false })).await.ok();
        assert_eq!(only(receiver.take()).json()["data"]["id"], late);
        let path = format!("/v1/webhook_endpoints/{id}/replay_missing");
        let replay = async |since: i64| app.post(&path, &json!({ "since": since })).await.ok();
        let replayed = replay(START_US / SECOND_US + 10).await;
        let object = json!("webhook_endpoint.replay");
        assert_eq!((&replayed["deliveries"], &replayed["object"]), (&json!(1), &object));
        send(&app).await;
        let event = only(receiver.take());
        assert_eq!(event.json()["data"]["id"], missed, "a start is not of its kinds");
        assert!(event.is_signed_under(&secret));
        assert_eq!(replay(0).await["deliveries"], 1);
        send(&app).await;
        assert_eq!(only(receiver.take()).json()["data"]["id"], early);
        assert_eq!(replay(0).await["deliveries"], 0);
    }
}

#[tokio::test]
async fn deliveries_are_listed_by_page_and_by_status() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering([Reply::Status(500, "")]);
        let (id, _) = endpoint(&app, &receiver.url("/"), json!({})).await;
        for _ in 0..3 {
            cancel(&app).await;
            send(&app).await;
        }
        let path = format!("/v1/webhook_endpoints/{id}/deliveries");
        let all = log(&app, &id).await;
        let page = app.get(&format!("{path}?limit=2")).await.ok();
        assert_eq!((&page["data"], &page["has_more"]), (&json!(all[..2]), &json!(true)));
        let rest = app.get(&format!("{path}?after={}", page["last_id"].as_str().unwrap())).await.ok();
        assert_eq!((&rest["data"], &rest["has_more"]), (&json!(all[2..]), &json!(false)));
        assert_eq!(app.get(&format!("{path}?status=pending")).await.ok()["data"], json!(all[2..]));
        assert_eq!(app.get(&format!("{path}?status=delivered")).await.ok()["data"], json!(all[..2]));
        app.get(&format!("{path}?status=done")).await.refused(400, "invalid_value");
        app.get(&format!("{path}?after=whd_none")).await.refused(404, "not_found");
        app.delete(&format!("/v1/webhook_endpoints/{id}")).await.ok();
        app.get(&path).await.refused(404, "not_found");
        app.clock.advance(DAY_US);
        assert_eq!(send(&app).await, 0, "what waited for a deleted endpoint is not sent");
    }
}

#[tokio::test]
async fn what_did_not_happen_is_no_event() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let rolled_back = app.app.store.run({
            let id = id.clone();
            move |db| {
                db.write_tx::<(), kinora_store::Error>(|db| {
                    events::video(db, "video.failed", &id, START_US)?;
                    Err(diesel::result::Error::RollbackTransaction.into())
                })
            }
        });
        assert!(rolled_back.await.is_err());
        assert_eq!(count_events(&app).await, 0);
        // A clip that is not whole completes nothing, nor does one that comes after its video was canceled.
        let run = app.lease().await;
        let report = json!({
            "device": { "name": "test device", "backend": "none", "assumed_watts": 0 }, "phases": [],
            "peak_memory_bytes": null,
            "output": { "milliseconds": 4_000, "frames": 48, "size": "720x1280", "audio_milliseconds": 0, "steps": 8 },
        });
        let finish = json!({ "assets": [], "report": report });
        assert_eq!(app.work(&format!("/{run}/finish"), &finish).await.status, 422);
        assert_eq!(count_events(&app).await, 1, "its start");
        app.post(&format!("/v1/videos/{id}/cancel"), &json!({})).await.ok();
        assert_eq!(app.work(&format!("/{run}/finish"), &finish).await.status, 404);
        let kinds = app.admin_get("/events").await.ok();
        let kinds: Vec<&Value> =
            kinds["data"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
        assert_eq!(kinds, ["video.canceled", "video.started"]);
    }
}

#[tokio::test]
async fn what_the_organization_spends_is_told_to_every_project_that_wants_to_know() {
    for app in TestApp::each().await {
        let receiver = Receiver::new();
        let tenant = app.ids().await;
        endpoint(&app, &receiver.url("/"), json!({ "event_types": ["spend_alert.triggered"] })).await;
        let project = app.admin_post("/projects", &json!({ "name": "b" })).await.ok();
        let keys = format!("/projects/{}/api_keys", project["id"].as_str().unwrap());
        let key = app.admin_post(&keys, &json!({ "name": "b" })).await.ok();
        let body =
            json!({ "name": "b", "url": receiver.url("/b"), "event_types": ["spend_alert.triggered"] });
        let key = key["value"].as_str().unwrap();
        app.ask(key, Method::POST, "/v1/webhook_endpoints", Some(&body)).await.ok();
        let stranger = app.other_tenant().await;
        app.ask(&stranger, Method::POST, "/v1/webhook_endpoints", Some(&body)).await.ok();
        let channel = json!({ "type": "email", "recipients": ["a@example.com"] });
        let alert = json!({
            "threshold_amount": 1, "currency": "USD", "interval": "month", "notification_channel": channel,
        });
        let of_all = app.admin_post("/spend_alerts", &alert).await.ok();
        let path = format!("/projects/{}/spend_alerts", tenant.project);
        let of_one = app.admin_post(&path, &alert).await.ok();
        app.charge(&tenant, "thing_1", 20).await.unwrap();
        assert_eq!(send(&app).await, 3);
        let mut told: Vec<(String, Value)> = receiver
            .take()
            .into_iter()
            .map(|each| (each.path.clone(), each.json()["data"]["id"].clone()))
            .collect();
        told.sort_by_key(|(path, id)| (path.clone(), *id == of_one["id"]));
        let expected = [
            ("/".to_owned(), of_all["id"].clone()),
            ("/".to_owned(), of_one["id"].clone()),
            ("/b".to_owned(), of_all["id"].clone()),
        ];
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn two_nodes_pass_an_event_on_once() {
    for app in TestApp::each().await {
        let receiver = Receiver::new();
        endpoint(&app, &receiver.url("/"), json!({})).await;
        for _ in 0..8 {
            cancel(&app).await;
        }
        let (first, second) = tokio::join!(relay(&app.app), relay(&app.app));
        assert_eq!(first.unwrap() + second.unwrap(), 8);
        let (first, second) = tokio::join!(deliver_due(&app.app), deliver_due(&app.app));
        assert_eq!(first.unwrap() + second.unwrap(), 8);
        assert_eq!(receiver.received().len(), 8);
    }
}

#[tokio::test]
async fn what_happens_is_told_at_once_by_a_server_that_is_idle() {
    for app in TestApp::each().await {
        let receiver = Receiver::new();
        endpoint(&app, &receiver.url("/"), json!({})).await;
        let own = app.app.clone();
        let relaying = tokio::spawn(async move { keep_relaying(&own).await });
        let own = app.app.clone();
        let delivering = tokio::spawn(async move { keep_delivering(&own).await });
        let id = complete(&app).await;
        tokio::time::timeout(PATIENCE, receiver.until(1)).await.unwrap();
        assert_eq!(only(receiver.take()).json()["data"]["id"], id);
        relaying.abort();
        delivering.abort();
    }
}

#[tokio::test]
async fn what_is_older_than_thirty_days_is_removed_and_what_still_waits_is_not() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering((0..2).map(|_| Reply::Status(200, "")));
        endpoint(&app, &receiver.url("/"), json!({})).await;
        cancel(&app).await;
        cancel(&app).await;
        send(&app).await;
        receiver.then(Reply::Status(500, ""));
        cancel(&app).await;
        send(&app).await;
        app.clock.advance(30 * DAY_US);
        assert_eq!(prune(&app.app).await.unwrap(), 0);
        app.clock.advance(1);
        assert_eq!(prune(&app.app).await.unwrap(), 4, "two deliveries and their events");
        assert_eq!(prune(&app.app).await.unwrap(), 0);
        let left = app.app.store.run(|db| {
            let left: i64 = deliveries::table.count().get_result(db)?;
            Ok::<_, kinora_store::Error>(left)
        });
        assert_eq!((left.await.unwrap(), count_events(&app).await), (1, 1));
    }
}

#[tokio::test]
async fn what_was_written_in_a_video_is_not_sent_once_it_is_deleted() {
    for app in TestApp::each().await {
        let receiver = Receiver::answering([Reply::Status(500, "")]);
        let (id, _) = endpoint(&app, &receiver.url("/"), json!({ "payload": "full" })).await;
        let body =
            json!({ "prompt": "a secret", "model": "colour-bars", "webhook_url": receiver.url("/secret") });
        let video = app.post("/v1/videos", &body).await.ok()["id"].as_str().unwrap().to_owned();
        app.post(&format!("/v1/videos/{video}/cancel"), &json!({})).await.ok();
        relay(&app.app).await.unwrap();
        app.delete(&format!("/v1/videos/{video}")).await.ok();
        send(&app).await;
        app.clock.advance(6 * SECOND_US);
        send(&app).await;
        assert_eq!(receiver.received().len(), 3);
        for event in receiver.take() {
            assert_eq!(event.json()["data"], json!({ "id": video }));
        }
        let delivery = log(&app, &id).await[0]["id"].as_str().unwrap().to_owned();
        app.post(&format!("/v1/webhook_deliveries/{delivery}/resend"), &json!({})).await.ok();
        send(&app).await;
        assert!(!only(receiver.take()).body.contains("secret"));
        let stored = app.app.store.run(|db| {
            use kinora_store::schema::video_webhooks;
            Ok::<i64, kinora_store::Error>(video_webhooks::table.count().get_result(db)?)
        });
        assert_eq!(stored.await.unwrap(), 0);
    }
}
