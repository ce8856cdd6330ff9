//! Requests with an `Idempotency-Key`: done once, however often they are sent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use diesel::{QueryDsl, RunQueryDsl};
use futures_util::FutureExt as _;
use futures_util::future::{Either, join_all, select};
use kinora_billing::payments::{Answer as Paid, Checkout, CheckoutPage, Message, Payments, PaymentsError};
use kinora_spec::catalogue::COLOUR_BARS;
use kinora_store::schema::{checkouts, replays};
use kinora_store::{Db, Dialect};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::{Answer, START_US, TestApp, answer, form};
use crate::credit::prepaid;

const HOUR_US: i64 = 3_600_000_000;

/// A request with a key for its being repeated.
fn keyed(app: &TestApp, path: &str, name: &str, body: &Value) -> RequestBuilder {
    app.request(Method::POST, path).header("idempotency-key", name).json(body)
}

async fn create(app: &TestApp, name: &str, body: &Value) -> Answer {
    answer(keyed(app, "/v1/videos", name, body)).await
}

fn bars() -> Value {
    json!({ "prompt": "bars", "model": COLOUR_BARS.id })
}

pub fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

/// How many answers are stored.
pub async fn stored(app: &TestApp) -> i64 {
    let count =
        app.app.store.run(|db| replays::table.count().get_result(db).map_err(kinora_store::Error::from));
    count.await.unwrap()
}

#[tokio::test]
async fn the_same_request_is_answered_byte_for_byte_again_and_makes_nothing() {
    for app in TestApp::each().await {
        let first = create(&app, "a", &bars()).await;
        first.ok();
        assert!(!is_replayed(&first));
        assert!(app.app.wake.notified().now_or_never().is_some(), "a worker is woken for a new video");
        let held = app.admin_get("/credit").await.ok();
        app.clock.advance(HOUR_US);
        // The order of fields, a field that is null and quotes around the key count for nothing.
        let body = format!(r#"{{ "seed": null, "model": "{}", "prompt": "bars" }}"#, COLOUR_BARS.id);
        for name in ["a", "\"a\"", " a "] {
            let request = app.request(Method::POST, "/v1/videos").header("idempotency-key", name);
            let again = answer(request.header("content-type", "application/json").body(body.clone())).await;
            assert!(is_replayed(&again), "{again:?}");
            assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
            assert_eq!(again.header("content-type"), first.header("content-type"));
            assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
        }
        assert_eq!((app.stored_videos().await, stored(&app).await), (1, 1));
        assert!(app.app.wake.notified().now_or_never().is_none(), "nobody is woken for an old one");
        assert_eq!(app.admin_get("/credit").await.ok()["held"], held["held"]);
    }
}

#[tokio::test]
async fn another_request_under_the_same_key_is_refused_and_not_to_be_repeated() {
    for app in TestApp::each().await {
        create(&app, "a", &bars()).await.ok();
        for body in [
            json!({ "prompt": "bar", "model": COLOUR_BARS.id }),
            json!({ "prompt": "bars", "model": COLOUR_BARS.id, "seed": 1 }),
            json!({ "prompt": "bars", "model": COLOUR_BARS.id, "dry_run": true }),
        ] {
            let reused = create(&app, "a", &body).await;
            let error = reused.refused(422, "idempotency_key_reused");
            assert_eq!(error["param"], "Idempotency-Key");
            assert_eq!(reused.header("x-should-retry"), Some("false"));
            assert_eq!(reused.header("retry-after"), None);
        }
        assert_eq!(app.stored_videos().await, 1);
    }
}

#[tokio::test]
async fn a_key_is_of_one_project_and_one_path() {
    for app in TestApp::each().await {
        let first = create(&app, "a", &bars()).await.ok();
        let stranger = app.other_tenant().await;
        let request = app.bare(Method::POST, "/v1/videos").bearer_auth(&stranger);
        let other = answer(request.header("idempotency-key", "a").json(&bars())).await;
        assert!(!is_replayed(&other));
        assert_ne!(other.ok()["id"], first["id"]);
        let estimate = answer(keyed(&app, "/v1/videos/estimate", "a", &bars())).await;
        assert_eq!(estimate.ok()["object"], "video.estimate");
        // A second key of the project is the same customer.
        let project = app.ids().await.project;
        let path = format!("/projects/{project}/api_keys");
        let second = app.admin_post(&path, &json!({ "name": "second" })).await.ok();
        let request = app.bare(Method::POST, "/v1/videos").bearer_auth(second["value"].as_str().unwrap());
        let same = answer(request.header("idempotency-key", "a").json(&bars())).await;
        assert!(is_replayed(&same));
        assert_eq!(same.ok()["id"], first["id"]);
        assert_eq!(app.stored_videos().await, 2);
    }
}

#[tokio::test]
async fn an_answer_is_given_for_a_day_and_removed_after_it() {
    for app in TestApp::each().await {
        let first = create(&app, "a", &bars()).await.ok();
        app.clock.advance(24 * HOUR_US - 1);
        assert_eq!(create(&app, "a", &bars()).await.ok()["id"], first["id"]);
        assert_eq!(kinora::replays::jobs::prune(&app.app).await.unwrap(), 0);
        app.clock.advance(1);
        let second = create(&app, "a", &bars()).await;
        assert!(!is_replayed(&second));
        assert_ne!(second.ok()["id"], first["id"]);
        assert_eq!(create(&app, "a", &bars()).await.ok()["id"], second.ok()["id"]);
        create(&app, "b", &bars()).await.ok();
        app.clock.advance(24 * HOUR_US);
        assert_eq!(stored(&app).await, 2);
        assert_eq!(kinora::replays::jobs::prune(&app.app).await.unwrap(), 2);
        assert_eq!(stored(&app).await, 0);
    }
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    for app in TestApp::each().await {
        let made = app.operator_post("/organizations", &json!({ "name": "Poor" })).await.ok();
        let key = made["api_key"]["value"].as_str().unwrap();
        let create = async |body: &Value| {
            let request = app.bare(Method::POST, "/v1/videos").bearer_auth(key);
            answer(request.header("idempotency-key", "a").json(body)).await
        };
        create(&json!({ "prompt": "" })).await.refused(400, "invalid_value");
        let body = json!({ "prompt": "a ball", "model": "kinora-mini" });
        assert_eq!(create(&body).await.status, 402);
        assert_eq!(stored(&app).await, 0);
        let path = format!("/organizations/{}/credits", made["id"].as_str().unwrap());
        let credit = json!({ "source": "promotional", "amount": "5", "reason": "Welcome" });
        app.operator_post(&path, &credit).await.ok();
        let video = create(&body).await;
        assert!(!is_replayed(&video));
        assert_eq!(create(&body).await.bytes, video.bytes);
        assert_eq!((app.stored_videos().await, stored(&app).await), (1, 1));
    }
}

#[tokio::test]
async fn what_is_answered_again_counts_for_no_limit() {
    for app in TestApp::each().await {
        let path = format!("/projects/{}/rate_limits/rl-{}", app.ids().await.project, COLOUR_BARS.id);
        app.admin_post(&path, &json!({ "max_requests_per_1_minute": 1 })).await.ok();
        let first = create(&app, "a", &bars()).await.ok();
        for _ in 0..3 {
            assert_eq!(create(&app, "a", &bars()).await.ok()["id"], first["id"]);
        }
        create(&app, "b", &bars()).await.refused(429, "rate_limit_exceeded");
        app.app.drain();
        assert_eq!(create(&app, "a", &bars()).await.ok()["id"], first["id"]);
        create(&app, "b", &bars()).await.refused(503, "not_ready");
    }
}

#[tokio::test]
async fn a_form_is_the_same_whatever_its_boundary() {
    for app in TestApp::each().await {
        let model = COLOUR_BARS.id.as_bytes();
        let body = form(&[("name=\"prompt\"", b"bars"), ("name=\"model\"", model)]);
        let send = async |boundary: &str, body: Vec<u8>| {
            let kind = format!("multipart/form-data; boundary={boundary}");
            let request = app.request(Method::POST, "/v1/videos").header("idempotency-key", "a");
            answer(request.header("content-type", kind).body(body)).await
        };
        let first = send("3d8bdf711e2f8cf6e8175803d0887a30", body.clone()).await;
        first.ok();
        let text = String::from_utf8(body).unwrap().replace("3d8bdf711e2f8cf6e8175803d0887a30", "other");
        let again = send("other", text.clone().into_bytes()).await;
        assert!(is_replayed(&again));
        assert_eq!(again.bytes, first.bytes);
        let changed = send("other", text.replace("\r\nbars\r\n", "\r\nbar\r\n").into_bytes()).await;
        changed.refused(422, "idempotency_key_reused");
        assert_eq!(app.stored_videos().await, 1);
    }
}

#[tokio::test]
async fn of_twenty_requests_with_one_key_that_come_together_one_makes_a_video() {
    for app in TestApp::each().await {
        let body = bars();
        let all = join_all((0..20).map(|_| create(&app, "a", &body))).await;
        assert_eq!((app.stored_videos().await, stored(&app).await), (1, 1));
        let made: Vec<&Answer> = all.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(made.iter().filter(|answer| !is_replayed(answer)).count(), 1);
        assert!(made.iter().all(|answer| answer.bytes == made[0].bytes));
        for waits in all.iter().filter(|answer| answer.status != 200) {
            is_in_work(waits);
        }
        assert!(is_replayed(&create(&app, "a", &body).await));
    }
}

fn is_in_work(answer: &Answer) {
    answer.refused(409, "idempotency_key_in_use");
    assert_eq!(answer.header("retry-after-ms"), Some("1000"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("x-should-retry"), None);
}

/// Keeps every video from being made until the sender is used.
async fn hold_up(app: &TestApp) -> std::sync::mpsc::Sender<()> {
    let store = app.app.store.clone();
    let (held, is_held) = tokio::sync::oneshot::channel();
    let (release, released) = std::sync::mpsc::channel();
    let wait = move |db: &mut Db| {
        if let Db::Postgres(c) = db {
            diesel::sql_query("SELECT mode FROM billing_profiles FOR UPDATE").execute(c)?;
        }
        held.send(()).unwrap();
        released.recv().unwrap();
        Ok::<_, kinora_store::Error>(())
    };
    tokio::task::spawn_blocking(move || store.run_blocking(|db| db.write_tx(wait)).unwrap());
    is_held.await.unwrap();
    release
}

#[tokio::test]
async fn a_request_whose_first_try_is_in_work_is_told_to_come_back() {
    for app in TestApp::each().await {
        app.get("/v1/models").await.ok();
        let release = hold_up(&app).await;
        let body = bars();
        let (one, other) = (create(&app, "a", &body).boxed_local(), create(&app, "a", &body).boxed_local());
        let (waits, works) = match select(one, other).await {
            Either::Left((first, left)) | Either::Right((first, left)) => (first, left),
        };
        is_in_work(&waits);
        release.send(()).unwrap();
        let made = works.await;
        assert!(!is_replayed(&made));
        assert_eq!(create(&app, "a", &body).await.bytes, made.bytes);
        assert_eq!(app.stored_videos().await, 1);
    }
}

#[tokio::test]
async fn two_nodes_make_one_video_of_one_request() {
    for app in TestApp::each().await {
        let beside = app.beside().await;
        let there = beside.base();
        app.get("/v1/models").await.ok();
        let body = bars();
        let elsewhere = async || {
            let request = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = request.post(format!("{there}/v1/videos")).bearer_auth(&app.key);
            answer(request.header("idempotency-key", "a").json(&body)).await
        };
        let release = hold_up(&app).await;
        let (one, other) = (create(&app, "a", &body).boxed_local(), elsewhere().boxed_local());
        // Where one waits for the database in silence, the other is not answered before it either.
        let made = if app.app.store.dialect() == Dialect::Postgres {
            let (waits, works) = match select(one, other).await {
                Either::Left((first, left)) | Either::Right((first, left)) => (first, left),
            };
            is_in_work(&waits);
            release.send(()).unwrap();
            works.await
        } else {
            release.send(()).unwrap();
            let (one, other) = futures_util::join!(one, other);
            assert_eq!(is_replayed(&one), !is_replayed(&other));
            assert_eq!(one.bytes, other.bytes);
            one
        };
        made.ok();
        let again = elsewhere().await;
        assert!(is_replayed(&again));
        assert_eq!(again.bytes, made.bytes);
        assert_eq!((app.stored_videos().await, stored(&app).await), (1, 1));
    }
}

#[tokio::test]
async fn a_cancel_and_an_estimate_are_answered_again_too() {
    for app in TestApp::each().await {
        let id = app.create().await;
        let path = format!("/v1/videos/{id}/cancel");
        let cancel = async || answer(app.request(Method::POST, &path).header("idempotency-key", "a")).await;
        let first = cancel().await;
        assert_eq!(first.ok()["error"]["code"], "canceled");
        app.delete(&format!("/v1/videos/{id}")).await.ok();
        let again = cancel().await;
        assert!(is_replayed(&again));
        assert_eq!(again.bytes, first.bytes);
        answer(app.request(Method::POST, &path)).await.refused(404, "not_found");
        let dry = json!({ "prompt": "a ball", "model": "kinora-mini", "dry_run": true });
        let ball = json!({ "prompt": "a ball", "model": "kinora-mini" });
        for (path, body) in [("/v1/videos", &dry), ("/v1/videos/estimate", &ball)] {
            let before = answer(keyed(&app, path, "e", body)).await;
            assert_eq!(before.ok()["queued_videos"], 0);
            app.create().await;
            let after = answer(keyed(&app, path, "e", body)).await;
            assert!(is_replayed(&after));
            assert_eq!(after.bytes, before.bytes);
            assert_eq!(app.post(path, body).await.ok()["queued_videos"], 1);
            let made = app.get("/v1/videos?limit=1").await.ok();
            let path = format!("/v1/videos/{}/cancel", made["data"][0]["id"].as_str().unwrap());
            app.post(&path, &json!({})).await.ok();
        }
    }
}

#[tokio::test]
async fn a_new_key_is_shown_again_and_is_not_in_the_database() {
    for app in TestApp::each().await {
        let project = app.ids().await.project;
        let make = async |path: &str| {
            let path = format!("/v1/organization{path}");
            let request = app.bare(Method::POST, &path).bearer_auth(&app.admin_key);
            answer(request.header("idempotency-key", "a").json(&json!({ "name": "ci" }))).await
        };
        for (path, value) in [
            (format!("/projects/{project}/api_keys"), "/value"),
            (format!("/projects/{project}/service_accounts"), "/api_key/value"),
            ("/admin_api_keys".to_owned(), "/value"),
        ] {
            let first = make(&path).await;
            let again = make(&path).await;
            assert!(is_replayed(&again));
            assert_eq!(again.bytes, first.bytes);
            let made = first.ok();
            let key = made.pointer(value).unwrap().as_str().unwrap();
            assert_eq!(app.ask(key, Method::GET, "/healthz", None).await.status, 200);
            let secret = key.rsplit('_').next().unwrap().to_owned();
            let sealed = app.app.store.run(|db| {
                replays::table.select(replays::sealed).load::<Vec<u8>>(db).map_err(kinora_store::Error::from)
            });
            for sealed in sealed.await.unwrap() {
                assert!(!sealed.windows(secret.len()).any(|part| part == secret.as_bytes()));
                assert!(!sealed.windows(4).any(|part| part == b"name"));
            }
        }
        let keys = app.admin_get(&format!("/projects/{project}/api_keys")).await.ok();
        assert_eq!(keys["data"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn an_answer_that_was_changed_or_moved_is_given_to_nobody() {
    for app in TestApp::each().await {
        create(&app, "a", &bars()).await.ok();
        create(&app, "b", &bars()).await.ok();
        let swap = app.app.store.run(|db| {
            use diesel::ExpressionMethods as _;
            let rows: Vec<(String, Vec<u8>)> =
                replays::table.select((replays::id, replays::sealed)).load(db)?;
            for (at, (id, _)) in rows.iter().enumerate() {
                let other = &rows[1 - at].1;
                diesel::update(replays::table.find(id)).set(replays::sealed.eq(other)).execute(db)?;
            }
            Ok::<_, kinora_store::Error>(())
        });
        swap.await.unwrap();
        create(&app, "a", &bars()).await.refused(500, "internal_error");
        assert_eq!(app.stored_videos().await, 2);
    }
}

#[tokio::test]
async fn every_post_judges_the_key_and_only_for_those_who_may_ask() {
    let app = TestApp::one().await;
    let document: Value = serde_json::from_str(&kinora::openapi::text().unwrap()).unwrap();
    let mut seen = 0;
    for (template, item) in document["paths"].as_object().unwrap() {
        if item.get("post").is_none() || template == "/webhooks/stripe" {
            continue;
        }
        let path = template.replace(['{', '}'], "");
        let key = match path.as_str() {
            path if path.starts_with("/v1/operator/") => &app.operator_key,
            path if path.starts_with("/v1/organization/") => &app.admin_key,
            _ => &app.key,
        };
        let request = |key: &str| app.bare(Method::POST, &path).bearer_auth(key).json(&json!({}));
        for names in [&["a b"][..], &[""], &["a", "b"]] {
            let with = |request: RequestBuilder| {
                names.iter().fold(request, |request, name| request.header("idempotency-key", *name))
            };
            let error = answer(with(request(key))).await.refused(400, "invalid_value");
            assert_eq!(error["param"], "Idempotency-Key", "{path}");
            answer(with(request("kn_1_2"))).await.refused(401, "invalid_api_key");
        }
        seen += 1;
    }
    assert!(seen >= 28, "{seen}");
    assert_eq!(stored(&app).await, 0);
}

#[tokio::test]
async fn what_the_operator_does_is_done_once_too() {
    for app in TestApp::each().await {
        let (ids, _) = prepaid(&app, "10").await;
        let give = async |amount: &str| {
            let path = format!("/v1/operator/organizations/{}/credits", ids.organization);
            let body = json!({ "source": "promotional", "amount": amount, "reason": "Thanks" });
            let request = app.bare(Method::POST, &path).bearer_auth(&app.operator_key);
            answer(request.header("idempotency-key", "a").json(&body)).await
        };
        let first = give("5").await;
        first.ok();
        assert_eq!(give("5").await.bytes, first.bytes);
        give("6").await.refused(422, "idempotency_key_reused");
        let shown = app.operator_get(&format!("/organizations/{}", ids.organization)).await.ok();
        assert_eq!(shown["balance"], "15.000000");
    }
}

/// A payment provider that cannot be reached as often as it is told.
#[derive(Default)]
struct Provider {
    faults: AtomicUsize,
    asked: Mutex<Vec<String>>,
}

impl Payments for Provider {
    fn checkout(&self, new: Checkout) -> Paid<'_, CheckoutPage> {
        self.asked.lock().unwrap().push(new.id.clone());
        let fails = self.faults.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        Box::pin(async move {
            match fails {
                Ok(_) => Err(PaymentsError::Unavailable("a test".to_owned())),
                Err(_) => {
                    let url = format!("https://pay.example/{}", new.id);
                    Ok(CheckoutPage { external_id: format!("cs_{}", new.id), url })
                }
            }
        })
    }

    fn message(&self, _: &[u8], _: &str) -> Result<Message, PaymentsError> {
        Err(PaymentsError::BadSignature)
    }

    fn read(&self, _: &[u8]) -> Result<Message, PaymentsError> {
        Err(PaymentsError::BadSignature)
    }
}

async fn buy(app: &TestApp, header: (&str, &str), amount: &str) -> Answer {
    let body =
        json!({ "amount": amount, "success_url": "https://a.example", "cancel_url": "https://b.example" });
    let request = app.bare(Method::POST, "/v1/organization/credit/checkouts").bearer_auth(&app.admin_key);
    answer(request.header(header.0, header.1).json(&body)).await
}

#[tokio::test]
async fn a_purchase_that_was_cut_off_goes_on_and_is_made_once() {
    let provider = Arc::new(Provider::default());
    for app in TestApp::each_that_sells(&provider).await {
        for header in [("idempotency-key", "a"), ("x-stainless-retry-count", "0")] {
            let again = if header.0 == "idempotency-key" { header } else { (header.0, "1") };
            provider.asked.lock().unwrap().clear();
            provider.faults.store(2, Ordering::SeqCst);
            buy(&app, header, "5").await.refused(503, "not_ready");
            buy(&app, again, "5").await.refused(503, "not_ready");
            if header.0 == "idempotency-key" {
                buy(&app, header, "6").await.refused(422, "idempotency_key_reused");
            }
            let bought = buy(&app, again, "5").await;
            assert!(!is_replayed(&bought));
            let replayed = buy(&app, again, "5").await;
            assert!(is_replayed(&replayed));
            assert_eq!(replayed.bytes, bought.bytes);
            let id = bought.ok()["id"].as_str().unwrap().to_owned();
            assert_eq!(bought.ok()["url"], format!("https://pay.example/{id}"));
            assert_eq!(*provider.asked.lock().unwrap(), [id.as_str(), id.as_str(), id.as_str()]);
            let found = app.admin_get(&format!("/credit/checkouts/{id}")).await.ok();
            assert_eq!(
                (&found["status"], &found["created_at"]),
                (&json!("open"), &json!(START_US / 1_000_000))
            );
        }
        // Without a key, and as something new, each is a purchase of its own.
        buy(&app, ("x-stainless-retry-count", "0"), "5").await.ok();
        buy(&app, ("x-nothing", "0"), "5").await.ok();
        let count = app
            .app
            .store
            .run(|db| checkouts::table.count().get_result::<i64>(db).map_err(kinora_store::Error::from));
        assert_eq!(count.await.unwrap(), 4);
    }
}
