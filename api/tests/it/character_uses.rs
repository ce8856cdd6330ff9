//! Characters in videos: what the engine is told, what it costs, and how a likeness is taken back from what waits, is made or is
//! finished.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, START_US, TestApp};
use crate::captures::{
    AVATAR, Script, VIDEO, face, name_project, new_character, new_object, new_person, video,
};
use crate::content::FILES;

const PATH: &str = "/v1/videos/characters";
const DENIED: &str = "You are not allowed to access one or more mentioned cameos.";

fn body(prompt: &str, ids: &[&str]) -> Value {
    let characters: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    json!({ "prompt": prompt, "model": "colour-bars", "characters": characters })
}

async fn ask_for(app: &TestApp, key: &str, id: &str) -> Answer {
    app.ask(key, Method::POST, "/v1/videos", Some(&body("Anna waves", &[id]))).await
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap()
}

async fn shown(app: &TestApp, key: &str, video: &Value) -> Value {
    app.ask(key, Method::GET, &format!("/v1/videos/{}", text(video, "id")), None).await.ok()
}

/// What a worker is told of the next run.
async fn lease(app: &TestApp) -> Value {
    let claim = json!({ "worker": "test", "models": ["colour-bars"], "wait_ms": 0 });
    app.work("", &claim).await.ok()
}

async fn finished(app: &TestApp, key: &str, id: &str) -> Value {
    let made = ask_for(app, key, id).await.ok();
    app.deliver(&app.lease().await, &FILES).await;
    shown(app, key, &made).await
}

async fn decisions(app: &TestApp, id: &str, decision: &str) -> Vec<Value> {
    let audit = app.get(&format!("{PATH}/{id}/audit?decision={decision}&limit=100")).await.ok();
    audit["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_cast_reaches_the_engine_with_its_owners_wishes_and_costs_more() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        script.finds(face(&[]));
        let anna = new_person(&app, &script, &app.key, "Anna").await;
        script.finds_nobody();
        let rex = new_object(&app, &app.key, "Rex").await;
        let wishes =
            json!({ "pronouns": "she/her", "appearance": ["always a black T-shirt"], "never": ["politics"] });
        app.post(&format!("{PATH}/{anna}"), &json!({ "preferences": wishes })).await.ok();
        let made = app.post("/v1/videos", &body("Anna throws Rex a ball", &[&anna, &rex])).await.ok();
        assert_eq!(made["prompt"], "Anna throws Rex a ball");
        assert_eq!(made["operation"], "cameo");
        assert_eq!(made["characters"], json!([{ "id": anna, "name": "Anna" }, { "id": rex, "name": "Rex" }]));
        // A price list need not charge for likenesses; the example does, with the model that draws them.
        let estimate = async |characters: Value| {
            let body = json!({ "prompt": "Anna throws Rex a ball", "characters": characters });
            let estimate = app.post("/v1/videos/estimate", &body).await.ok();
            let lines = estimate["cost"]["lines"].as_array().unwrap().clone();
            lines
                .into_iter()
                .find(|line| line["component"] == "reference")
                .map(|line| line["quantity"].clone())
        };
        assert_eq!(estimate(json!([{ "id": anna }, { "id": rex }])).await, Some(json!("2.000")));
        assert_eq!(estimate(json!([])).await, None);
        let lease = lease(&app).await;
        let spec = &lease["spec"];
        assert_eq!(spec["prompt"], "Anna throws Rex a ball Anna is she/her. Anna has a black T-shirt.");
        assert_eq!(spec["cast"], json!([{ "name": "Anna" }, { "name": "Rex" }]));
        let avatar = serde_json::to_value(kinora_spec::Likeness::Person(AVATAR)).unwrap();
        assert_eq!((&lease["likenesses"][0], &lease["likenesses"][1]["kind"]), (&avatar, &json!("object")));
        assert_eq!(decisions(&app, &anna, "used").await[0]["subject_id"], made["id"]);
        let list = app.get(&format!("{PATH}/{anna}/videos")).await.ok();
        let row = &list["data"][0];
        assert_eq!((&row["id"], &row["own"], &row["role"]), (&made["id"], &json!(true), &json!("cast")));
    }
}

#[tokio::test]
async fn what_cannot_be_cast_is_refused_and_nobody_learns_what_exists() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let anna = new_person(&app, &script, &app.key, "Anna").await;
        let other = app.other_tenant().await;
        let nobody = kinora::ids::CharacterId::new().to_string();
        let pending = new_character(&app, &app.key, "Bea").await;
        for id in [anna.as_str(), &nobody, "char_1", text(&pending, "id")] {
            let refused = app.ask(&other, Method::POST, "/v1/videos", Some(&body("no name", &[id]))).await;
            let error = refused.refused(400, "cameo_permission_denied");
            assert_eq!((&error["message"], &error["param"]), (&json!(DENIED), &Value::Null));
        }
        ask_for(&app, &app.key, text(&pending, "id")).await.refused(400, "cameo_permission_denied");
        let refused =
            app.post("/v1/videos", &body("anna waves", &[&anna])).await.refused(400, "invalid_value");
        assert!(text(&refused, "message").contains("'Anna'") && refused["param"] == "prompt", "{refused}");
        for ids in [&[anna.as_str(), &anna][..], &[&anna, &nobody, "char_2"]] {
            let refused = app.post("/v1/videos", &body("Anna waves", ids)).await;
            assert_eq!(
                (refused.status.as_u16(), &refused.json()["error"]["param"]),
                (400, &json!("characters"))
            );
        }
        assert_eq!(app.stored_videos().await, 0);
        let audit = decisions(&app, &anna, "refused_policy").await;
        assert_eq!((audit.len(), &audit[0]["actor"]), (1, &json!("other")));
        // The same refusal a moment later is not written again, and later it is.
        ask_for(&app, &other, &anna).await.refused(400, "cameo_permission_denied");
        assert_eq!(decisions(&app, &anna, "refused_policy").await.len(), 1);
        app.clock.advance(61_000_000);
        ask_for(&app, &other, &anna).await.refused(400, "cameo_permission_denied");
        assert_eq!(decisions(&app, &anna, "refused_policy").await.len(), 2);
    }
}

#[tokio::test]
async fn a_prompt_that_goes_against_an_owners_wishes_is_refused() {
    let script = Script::seeing();
    let app = TestApp::that_sees(&script, |_| {}).await;
    let anna = new_person(&app, &script, &app.key, "Anna").await;
    let wishes = json!({ "appearance": ["always a black T-shirt"], "never": ["politics"] });
    app.post(&format!("{PATH}/{anna}"), &json!({ "preferences": wishes })).await.ok();
    for prompt in ["Anna talks politics", "Anna in a red T-shirt"] {
        let refused = app.post("/v1/videos", &body(prompt, &[&anna])).await;
        let error = refused.refused(400, "cameo_preference_conflict");
        assert!(error["param"] == "prompt" && text(&error, "message").contains("'Anna'"), "{error}");
        app.clock.advance(61_000_000);
    }
    assert_eq!(decisions(&app, &anna, "refused_preference").await.len(), 2);
    app.post("/v1/videos", &body("Anna in a black T-shirt", &[&anna])).await.ok();
}

#[tokio::test]
async fn a_grant_ends_with_its_time_and_its_count() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let anna = new_person(&app, &script, &app.key, "Anna").await;
        let path = format!("{PATH}/{anna}");
        app.post(&path, &json!({ "use_policy": "approved" })).await.ok();
        let other = app.other_tenant().await;
        name_project(&app, &other, "ben").await;
        let until = START_US / 1_000_000 + 60;
        app.post(&format!("{path}/grants"), &json!({ "handle": "ben", "expires_at": until })).await.ok();
        let first = ask_for(&app, &other, &anna).await.ok();
        app.clock.advance(60_000_000);
        ask_for(&app, &other, &anna).await.refused(400, "cameo_permission_denied");
        // What was begun in time goes on, also when the owner looks at who may.
        app.post(&path, &json!({ "use_policy": "mutuals" })).await.ok();
        assert_eq!(shown(&app, &other, &first).await["status"], "queued");
        app.post(&format!("{path}/grants"), &json!({ "handle": "ben", "max_uses": 2 })).await.ok();
        ask_for(&app, &other, &anna).await.ok();
        // Of two at the same moment that want the last use, one has it.
        let both =
            futures_util::future::join(ask_for(&app, &other, &anna), ask_for(&app, &other, &anna)).await;
        let mut statuses = [both.0.status.as_u16(), both.1.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
        let grants = app.get(&format!("{path}/grants")).await.ok();
        assert_eq!((&grants["data"][0]["uses"], &grants["data"][0]["max_uses"]), (&json!(2), &json!(2)));
        ask_for(&app, &other, &anna).await.refused(400, "cameo_permission_denied");
    }
}

#[tokio::test]
async fn revoking_stops_what_waits_and_what_is_made_and_blocks_the_rest() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let anna = new_person(&app, &script, &app.key, "Anna").await;
        let path = format!("{PATH}/{anna}");
        app.post(&path, &json!({ "use_policy": "everyone" })).await.ok();
        let other = app.other_tenant().await;
        let done = finished(&app, &other, &anna).await;
        let running = ask_for(&app, &other, &anna).await.ok();
        let run = lease(&app).await;
        let waiting = ask_for(&app, &app.key, &anna).await.ok();
        let revoked = app.post(&format!("{path}/revoke"), &json!({})).await.ok();
        assert_eq!(revoked["status"], "revoked");
        assert_eq!(revoked["consent"]["revoked_at"], revoked["revoked_at"]);
        for (key, video) in [(&other, &running), (&app.key, &waiting)] {
            let now = shown(&app, key, video).await;
            assert_eq!((&now["status"], &now["error"]["code"]), (&json!("failed"), &json!("cameo_revoked")));
            assert_eq!(
                (&now["cost"]["status"], &now["cost"]["final"]),
                (&json!("released"), &json!("0.000000"))
            );
        }
        let beat = json!({ "progress": 5, "phase": "denoise", "eta_ms": null });
        let lost = app.work(&format!("/{}/heartbeat", text(&run, "run_id")), &beat).await;
        assert_eq!((lost.status.as_u16(), &lost.json()["error"]["code"]), (404, &json!("lease_lost")));
        ask_for(&app, &app.key, &anna).await.refused(400, "cameo_permission_denied");
        let clip = format!("/v1/videos/{}", text(&done, "id"));
        let remix = json!({ "prompt": "at night" });
        app.ask(&other, Method::POST, &format!("{clip}/remix"), Some(&remix))
            .await
            .refused(400, "cameo_permission_denied");
        // A remix that drops her is still made from a clip in which she is seen.
        let dropped = json!({ "prompt": "at night", "characters": [] });
        app.ask(&other, Method::POST, &format!("{clip}/remix"), Some(&dropped))
            .await
            .refused(400, "cameo_permission_denied");
        // It was kept, until the owner wants it withdrawn too.
        assert_eq!(app.ask(&other, Method::GET, &format!("{clip}/content"), None).await.status, 200);
        app.post(&format!("{path}/revoke"), &json!({ "finished": "tombstone" })).await.ok();
        app.ask(&other, Method::GET, &format!("{clip}/content"), None).await.refused(410, "video_withdrawn");
        let now = shown(&app, &other, &done).await;
        assert_eq!(
            (&now["status"], &now["withdrawn_at"]),
            (&json!("completed"), &json!(START_US / 1_000_000))
        );
        assert!(!app.app.config.data_dir.join("assets").join("videos").exists());
        assert_eq!(decisions(&app, &anna, "video_stopped").await.len(), 2);
        assert_eq!(decisions(&app, &anna, "video_withdrawn").await.len(), 1);
    }
}

#[tokio::test]
async fn a_narrower_policy_and_a_lost_follow_stop_what_they_no_longer_cover() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let anna = new_person(&app, &script, &app.key, "Anna").await;
        let path = format!("{PATH}/{anna}");
        app.post(&path, &json!({ "use_policy": "everyone" })).await.ok();
        let (friend, stranger) = (app.other_tenant().await, app.other_tenant().await);
        name_project(&app, &app.key, "anna").await;
        name_project(&app, &friend, "ben").await;
        let follows = format!("{PATH}/follows");
        app.post(&follows, &json!({ "handle": "ben" })).await.ok();
        app.ask(&friend, Method::POST, &follows, Some(&json!({ "handle": "anna" }))).await.ok();
        let own = ask_for(&app, &app.key, &anna).await.ok();
        let theirs = ask_for(&app, &friend, &anna).await.ok();
        let strange = ask_for(&app, &stranger, &anna).await.ok();
        app.post(&path, &json!({ "use_policy": "mutuals" })).await.ok();
        let status =
            async |key: &str, video: &Value| text(&shown(&app, key, video).await, "status").to_owned();
        assert_eq!(status(&stranger, &strange).await, "failed");
        assert_eq!(status(&friend, &theirs).await, "queued");
        app.ask(&friend, Method::DELETE, &format!("{follows}/anna"), None).await.ok();
        assert_eq!(status(&friend, &theirs).await, "failed");
        // It was not the owner who ended that one.
        let stopped = decisions(&app, &anna, "video_stopped").await;
        let by: Vec<_> = stopped.iter().map(|row| (&row["subject_id"], text(row, "actor"))).collect();
        assert_eq!(by, [(&theirs["id"], "other"), (&strange["id"], "owner")]);
        assert_eq!(status(&app.key, &own).await, "queued");
        // The operator's refusal spares nobody.
        app.operator_post(&format!("/characters/{anna}/refuse"), &json!({ "reason": "A mask." })).await.ok();
        assert_eq!(status(&app.key, &own).await, "failed");
    }
}

#[tokio::test]
async fn an_owner_sees_and_takes_back_every_video_whoever_made_it() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let anna = new_person(&app, &script, &app.key, "Anna").await;
        let path = format!("{PATH}/{anna}");
        app.post(&path, &json!({ "use_policy": "everyone" })).await.ok();
        let other = app.other_tenant().await;
        name_project(&app, &other, "ben").await;
        let done = finished(&app, &other, &anna).await;
        let remix = json!({ "prompt": "an empty beach", "characters": [] });
        let remixed = format!("/v1/videos/{}/remix", text(&done, "id"));
        let derived = app.ask(&other, Method::POST, &remixed, Some(&remix)).await.ok();
        let draft = ask_for(&app, &other, &anna).await.ok();
        let list = app.get(&format!("{path}/videos")).await.ok();
        let rows: Vec<_> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                (
                    text(row, "id"),
                    text(row, "status"),
                    text(row, "role"),
                    text(row, "handle"),
                    text(row, "prompt"),
                )
            })
            .collect();
        let expected = [
            (text(&draft, "id"), "queued", "cast", "ben", "Anna waves"),
            (text(&derived, "id"), "queued", "source", "ben", "an empty beach"),
            (text(&done, "id"), "completed", "cast", "ben", "Anna waves"),
        ];
        assert_eq!(rows, expected);
        let page = app.get(&format!("{path}/videos?limit=2")).await.ok();
        assert_eq!((&page["has_more"], &page["last_id"]), (&json!(true), &derived["id"]));
        let content = app.get(&format!("{path}/videos/{}/content", text(&done, "id"))).await;
        assert_eq!((content.status.as_u16(), &content.bytes[..]), (200, FILES[0].1));
        assert_eq!(decisions(&app, &anna, "video_viewed").await.len(), 1);
        for video in [&done, &derived, &draft] {
            let one = format!("{path}/videos/{}", text(video, "id"));
            app.ask(&other, Method::DELETE, &one, None).await.refused(404, "not_found");
            app.delete(&one).await.ok();
            app.delete(&one).await.ok();
        }
        let now = shown(&app, &other, &done).await;
        assert_eq!(now["withdrawn_at"], START_US / 1_000_000);
        for video in [&derived, &draft] {
            assert_eq!(shown(&app, &other, video).await["error"]["code"], "cameo_revoked");
        }
        app.get(&format!("{path}/videos/{}/content", text(&done, "id")))
            .await
            .refused(410, "video_withdrawn");
        let plain = app.create_as(&other).await;
        app.get(&format!("{path}/videos/{plain}/content")).await.refused(404, "not_found");
        app.delete(&format!("{path}/videos/{plain}")).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn consent_covers_its_scopes_and_its_time_alone() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let made = new_character(&app, &app.key, "Anna").await;
        script.answers(&made["challenge"]);
        let until = (START_US / 1_000_000 + 60).to_string();
        let film = video(120);
        let parts = [
            (VIDEO, &film[..]),
            ("name=\"wording_version\"", b"2026-11-27"),
            ("name=\"scopes[]\"", b"create"),
            ("name=\"expires_at\"", until.as_bytes()),
        ];
        let anna = text(&made, "id");
        app.post_form(&format!("{PATH}/{anna}/capture"), &parts).await.ok();
        crate::captures::approve(&app, anna).await;
        let done = finished(&app, &app.key, anna).await;
        let remix = format!("/v1/videos/{}/remix", text(&done, "id"));
        app.post(&remix, &json!({ "prompt": "at night" })).await.refused(400, "cameo_permission_denied");
        let extend = json!({ "prompt": "and on", "video": { "id": done["id"] }, "seconds": "4" });
        app.post("/v1/videos/extensions", &extend).await.refused(400, "cameo_permission_denied");
        let waiting = ask_for(&app, &app.key, anna).await.ok();
        app.clock.advance(60_000_000);
        ask_for(&app, &app.key, anna).await.refused(400, "cameo_permission_denied");
        // A worker that comes after its end is not told the looks.
        let claim = json!({ "worker": "test", "models": ["colour-bars"], "wait_ms": 0 });
        assert_eq!(app.work("", &claim).await.status, 204);
        let now = shown(&app, &app.key, &waiting).await;
        assert_eq!((&now["status"], &now["error"]["code"]), (&json!("failed"), &json!("cameo_revoked")));
        let stopped = decisions(&app, anna, "video_stopped").await;
        assert_eq!((&stopped[0]["subject_id"], &stopped[0]["actor"]), (&waiting["id"], &json!("server")));
        // Remix and extension were refused at one moment, and it was a while until the third.
        assert_eq!(decisions(&app, anna, "refused_consent").await.len(), 2);
        // Who is asked again can consent again.
        let path = format!("{PATH}/{anna}");
        let again = app.post(&format!("{path}/challenge"), &json!({})).await.ok();
        assert_eq!(app.get(&path).await.ok()["status"], "pending");
        script.answers(&again);
        app.post_form(&format!("{path}/capture"), &parts[..2]).await.ok();
        crate::captures::approve(&app, anna).await;
        ask_for(&app, &app.key, anna).await.ok();
        app.post(&remix, &json!({ "prompt": "at night" })).await.ok();
        app.post(&format!("{path}/challenge"), &json!({})).await.refused(400, "invalid_value");
    }
}

#[tokio::test]
async fn a_grant_that_is_over_covers_only_what_was_begun_under_it() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let anna = new_person(&app, &script, &app.key, "Anna").await;
        let path = format!("{PATH}/{anna}");
        let other = app.other_tenant().await;
        name_project(&app, &other, "ben").await;
        let until = START_US / 1_000_000 + 60;
        app.post(&format!("{path}/grants"), &json!({ "handle": "ben", "expires_at": until })).await.ok();
        app.post(&path, &json!({ "use_policy": "approved" })).await.ok();
        let granted = ask_for(&app, &other, &anna).await.ok();
        app.post(&path, &json!({ "use_policy": "everyone" })).await.ok();
        let open = ask_for(&app, &other, &anna).await.ok();
        app.clock.advance(60_000_000);
        app.post(&path, &json!({ "use_policy": "approved" })).await.ok();
        assert_eq!(shown(&app, &other, &granted).await["status"], "queued");
        assert_eq!(shown(&app, &other, &open).await["error"]["code"], "cameo_revoked");
    }
}

#[tokio::test]
async fn an_estimate_that_is_refused_is_in_the_audit_too() {
    let script = Script::seeing();
    let app = TestApp::that_sees(&script, |_| {}).await;
    let anna = new_person(&app, &script, &app.key, "Anna").await;
    let other = app.other_tenant().await;
    let asked = body("Anna waves", &[&anna]);
    let refused = app.ask(&other, Method::POST, "/v1/videos/estimate", Some(&asked)).await;
    refused.refused(400, "cameo_permission_denied");
    assert_eq!(decisions(&app, &anna, "refused_policy").await.len(), 1);
}

#[tokio::test]
async fn a_remix_keeps_its_cast_and_both_are_taken_back() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let anna = new_person(&app, &script, &app.key, "Anna").await;
        let done = finished(&app, &app.key, &anna).await;
        let remix = format!("/v1/videos/{}/remix", text(&done, "id"));
        let made = app.post(&remix, &json!({ "prompt": "at night" })).await.ok();
        assert_eq!(made["characters"], json!([{ "id": anna, "name": "Anna" }]));
        let extend = json!({ "prompt": "and on", "video": { "id": done["id"] }, "seconds": "4" });
        let longer = app.post("/v1/videos/extensions", &extend).await.ok();
        assert_eq!(longer["characters"], json!([{ "id": anna, "name": "Anna" }]));
        app.delete(&format!("{PATH}/{anna}?finished=tombstone")).await.ok();
        for video in [&made, &longer] {
            assert_eq!(shown(&app, &app.key, video).await["error"]["code"], "cameo_revoked");
        }
        assert_eq!(shown(&app, &app.key, &done).await["withdrawn_at"], START_US / 1_000_000);
        app.post(&remix, &json!({ "prompt": "at night" })).await.refused(400, "source_not_available");
    }
}
