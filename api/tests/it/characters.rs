//! Characters: made, shown, changed, and found by nobody else.

use kinora_spec::FaceFindings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{START_US, TestApp};
use crate::captures::{
    NAME, Script, VIDEO, approve, face, name_project, new_character, new_object, new_person, video,
};

const PATH: &str = "/v1/videos/characters";

#[tokio::test]
async fn what_an_sdk_sends_becomes_a_person_who_must_consent() {
    for app in TestApp::each().await {
        let made = new_character(&app, &app.key, "Anna").await;
        let challenge = &made["challenge"];
        let expected = json!({
            "id": made["id"], "object": "character", "created_at": START_US / 1_000_000, "name": "Anna", "handle": null,
            "kind": "person", "status": "pending", "use_policy": "only_me",
            "preferences": { "pronouns": null, "appearance": [], "never": [] },
            "challenge": challenge, "consent": null, "checks": null, "refusal": null, "revoked_at": null,
        });
        assert_eq!(made, expected);
        assert!(made["id"].as_str().unwrap().starts_with("char_"));
        assert_eq!(challenge["digits"].as_str().unwrap().len(), 3);
        assert_eq!(challenge["head_turns"].as_array().unwrap().len(), 3);
        assert_eq!(challenge["expires_at"], START_US / 1_000_000 + 600);
        assert!(challenge["wording"]["text"].as_str().unwrap().contains("likeness"));
        let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
        assert_eq!(app.get(&path).await.ok(), made);
        assert_eq!(app.get(PATH).await.ok()["data"], json!([made]));
        app.get(&format!("{path}/consent")).await.refused(404, "consent_not_given");
    }
}

#[tokio::test]
async fn an_impossible_form_makes_nothing() {
    let app = TestApp::one().await;
    let (video, long) = (video(1), "a".repeat(81));
    let (name, film) = ((NAME, &b"Anna"[..]), (VIDEO, &video[..]));
    let image = ("name=\"images[]\"; filename=\"a.png\"", &b"no picture"[..]);
    type Part<'a> = (&'a str, &'a [u8]);
    let cases: [(&[Part], &str); 15] = [
        (&[film], "name"),
        (&[(NAME, b""), film], "name"),
        (&[(NAME, b" Anna"), film], "name"),
        (&[(NAME, long.as_bytes()), film], "name"),
        (&[name], "video"),
        (&[name, (VIDEO, b"")], "video"),
        (&[name, (VIDEO, b"no video at all")], "video"),
        (&[name, (VIDEO, &video[..video.len() / 2])], "video"),
        (&[name, film, film], "video"),
        (&[name, film, image], "images"),
        (&[name, image], "images"),
        (&[name, film, ("name=\"voice\"; filename=\"a.wav\"", b"RIFFno sound")], "voice"),
        (&[name, film, ("name=\"kind\"", b"robot")], "kind"),
        (&[name, film, ("name=\"handle\"", b"Anna!")], "handle"),
        (&[name, film, ("name=\"consent\"", b"yes")], "consent"),
    ];
    for (parts, param) in cases {
        let refused = app.post_form(PATH, parts).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["error"]["param"].as_str()),
            (400, Some(param)),
            "{refused:?}"
        );
    }
    app.post(PATH, &json!({ "name": "Anna" })).await.refused(400, "missing_required_parameter");
    assert_eq!(app.get(PATH).await.ok()["data"], json!([]));
    let folder = app.app.config.data_dir.join("assets").join("characters");
    assert!(!folder.exists() || std::fs::read_dir(folder).unwrap().next().is_none());
}

#[tokio::test]
async fn what_is_said_of_a_thing_is_believed_only_where_nobody_can_look() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let video = video(1);
        let make = async |kind: Option<&str>| {
            let mut parts = vec![(NAME, &b"Rex"[..]), (VIDEO, &video[..])];
            parts.extend(kind.map(|kind| ("name=\"kind\"", kind.as_bytes())));
            app.post_form(PATH, &parts).await
        };
        let of = |made: &Value| {
            (made["kind"].as_str().unwrap().to_owned(), made["status"].as_str().unwrap().to_owned())
        };
        let is = |kind: &str, status: &str| (kind.to_owned(), status.to_owned());
        script.finds(face(&[]));
        assert_eq!(of(&make(None).await.ok()), is("person", "pending"));
        assert_eq!(make(Some("animal")).await.refused(400, "invalid_value")["param"], "kind");
        script.finds(FaceFindings { with_one: 15, with_more: 15, ..face(&[]) });
        assert_eq!(make(None).await.refused(400, "invalid_value")["param"], "kind");
        script.finds(FaceFindings { spread: 0.9, ..face(&[]) });
        let refused = make(None).await.refused(400, "invalid_value");
        assert!(refused["message"].as_str().unwrap().contains("different people"), "{refused}");
        script.finds_nobody();
        assert_eq!(of(&make(None).await.ok()), is("object", "active"));
        assert_eq!(of(&make(Some("animal")).await.ok()), is("animal", "active"));
        assert_eq!(make(Some("person")).await.refused(400, "invalid_value")["param"], "kind");
        script.finds(FaceFindings { with_one: 1, ..face(&[]) });
        assert_eq!(of(&make(Some("object")).await.ok()), is("object", "unverified"));
    }
    let app = TestApp::one().await;
    let parts = [(NAME, &b"Rex"[..]), (VIDEO, &video(1)[..]), ("name=\"kind\"", b"animal")];
    let made = app.post_form(PATH, &parts).await.ok();
    assert_eq!((&made["status"], &made["challenge"]), (&json!("unverified"), &Value::Null));
    let path = format!("{PATH}/{}/challenge", made["id"].as_str().unwrap());
    app.post(&path, &json!({})).await.refused(400, "invalid_value");
    approve(&app, made["id"].as_str().unwrap()).await;
}

#[tokio::test]
async fn a_character_is_changed_field_by_field() {
    for app in TestApp::each().await {
        let id = new_object(&app, &app.key, "Rex").await;
        let path = format!("{PATH}/{id}");
        let wishes =
            json!({ "pronouns": "it/its", "appearance": ["always a red collar"], "never": ["politics"] });
        let changed = app.post(&path, &json!({ "preferences": wishes, "use_policy": "approved" })).await.ok();
        assert_eq!((&changed["preferences"], &changed["use_policy"]), (&wishes, &json!("approved")));
        let renamed = app.post(&path, &json!({ "name": "Rexy" })).await.ok();
        assert_eq!((&renamed["name"], &renamed["preferences"]), (&json!("Rexy"), &wishes));
        assert_eq!(app.get(&path).await.ok(), renamed);
        for (body, param) in [
            (json!({ "name": "" }), "name"),
            (json!({ "use_policy": "friends" }), "use_policy"),
            (json!({ "preferences": { "never": vec!["x"; 17] } }), "preferences.never"),
            (json!({ "preferences": { "appearance": "a hat" } }), "preferences.appearance"),
            (json!({ "preferences": { "mood": "good" } }), "preferences.mood"),
            (json!({ "finished": "burn" }), "finished"),
            (json!({ "kind": "person" }), "kind"),
        ] {
            let refused = app.post(&path, &body).await;
            assert_eq!(
                (refused.status.as_u16(), refused.json()["error"]["param"].as_str()),
                (400, Some(param))
            );
        }
        assert_eq!(app.get(&path).await.ok(), renamed);
        assert_eq!(app.delete(&path).await.ok(), json!({ "object": "character", "id": id, "deleted": true }));
        for what in ["", "/consent", "/grants", "/videos"] {
            app.get(&format!("{path}{what}")).await.refused(404, "not_found");
        }
        app.delete(&path).await.refused(404, "not_found");
        assert_eq!(app.get(PATH).await.ok()["data"], json!([]));
        // What was decided can still be read.
        let audit = app.get(&format!("{path}/audit")).await.ok();
        let said: Vec<&str> =
            audit["data"].as_array().unwrap().iter().map(|e| e["decision"].as_str().unwrap()).collect();
        assert_eq!(said, ["deleted", "updated", "policy_changed", "updated", "activated", "created"]);
    }
}

#[tokio::test]
async fn others_see_a_character_only_while_they_may_use_it() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let (_, beside) = app.new_project().await;
        let other = app.other_tenant().await;
        let id = new_person(&app, &script, &app.key, "Anna").await;
        let path = format!("{PATH}/{id}");
        for key in [&beside, &other] {
            app.ask(key, Method::GET, &path, None).await.refused(404, "not_found");
        }
        app.post(&path, &json!({ "use_policy": "everyone", "preferences": { "never": ["secret"] } }))
            .await
            .ok();
        for key in [&beside, &other] {
            let seen = app.ask(key, Method::GET, &path, None).await.ok();
            let expected = json!({
                "id": id, "object": "character", "created_at": START_US / 1_000_000, "name": "Anna", "handle": null,
                "kind": "person", "status": "active", "use_policy": "everyone", "preferences": null, "challenge": null,
                "consent": null, "checks": null, "refusal": null, "revoked_at": null,
            });
            assert_eq!(seen, expected);
            for what in ["/consent", "/grants", "/videos", "/audit"] {
                app.ask(key, Method::GET, &format!("{path}{what}"), None).await.refused(404, "not_found");
            }
            for (method, what) in [
                (Method::POST, ""),
                (Method::POST, "/revoke"),
                (Method::POST, "/challenge"),
                (Method::DELETE, ""),
            ] {
                let body = json!({});
                app.ask(key, method, &format!("{path}{what}"), Some(&body)).await.refused(404, "not_found");
            }
            assert_eq!(app.ask(key, Method::GET, PATH, None).await.ok()["data"], json!([]));
        }
        app.post(&format!("{path}/revoke"), &json!({})).await.ok();
        app.ask(&other, Method::GET, &path, None).await.refused(404, "not_found");
        assert_eq!(app.get(&path).await.ok()["status"], "revoked");
    }
}

#[tokio::test]
async fn a_handle_belongs_to_one_project() {
    for app in TestApp::each().await {
        let other = app.other_tenant().await;
        let handle = format!("{PATH}/handle");
        assert_eq!(app.get(&handle).await.ok(), json!({ "object": "character.handle", "handle": null }));
        let video = video(1);
        let parts = [(NAME, &b"Anna"[..]), (VIDEO, &video[..]), ("name=\"handle\"", b"@anna")];
        let made = app.post_form(PATH, &parts).await.ok();
        assert_eq!(made["handle"], "anna");
        app.post_form(PATH, &parts).await.ok();
        app.form_as(&other, PATH, &parts).await.refused(400, "invalid_value");
        assert_eq!(app.ask(&other, Method::GET, PATH, None).await.ok()["data"], json!([]));
        let another = [parts[0], parts[1], ("name=\"handle\"", b"ann")];
        assert_eq!(app.post_form(PATH, &another).await.refused(400, "invalid_value")["param"], "handle");
        name_project(&app, &other, "ben").await;
        let body = json!({ "handle": "ben" });
        assert_eq!(app.post(&handle, &body).await.refused(400, "invalid_value")["param"], "handle");
        name_project(&app, &other, "benny").await;
        name_project(&app, &app.key, "ben").await;
        let shown = app.get(&format!("{PATH}/{}", made["id"].as_str().unwrap())).await.ok();
        assert_eq!(shown["handle"], "ben");
    }
}

#[tokio::test]
async fn follows_and_grants_go_by_handle() {
    for app in TestApp::each().await {
        let other = app.other_tenant().await;
        let id = new_object(&app, &app.key, "Rex").await;
        let follows = format!("{PATH}/follows");
        app.post(&follows, &json!({ "handle": "ben" })).await.refused(400, "invalid_value");
        name_project(&app, &app.key, "anna").await;
        name_project(&app, &other, "ben").await;
        app.post(&follows, &json!({ "handle": "anna" })).await.refused(400, "invalid_value");
        let one = app.post(&follows, &json!({ "handle": "@ben" })).await.ok();
        assert_eq!((&one["handle"], &one["mutual"]), (&json!("ben"), &json!(false)));
        app.post(&follows, &json!({ "handle": "ben" })).await.ok();
        let back = app.ask(&other, Method::POST, &follows, Some(&json!({ "handle": "anna" }))).await.ok();
        assert_eq!(back["mutual"], true);
        let all = app.get(&follows).await.ok();
        assert_eq!((all["data"].as_array().unwrap().len(), &all["data"][0]["mutual"]), (1, &json!(true)));
        app.delete(&format!("{follows}/ben")).await.ok();
        app.delete(&format!("{follows}/ben")).await.refused(404, "not_found");

        let grants = format!("{PATH}/{id}/grants");
        let until = START_US / 1_000_000 + 60;
        let first = app.post(&grants, &json!({ "handle": "ben" })).await.ok();
        let made =
            app.post(&grants, &json!({ "handle": "ben", "expires_at": until, "max_uses": 2 })).await.ok();
        let expected = json!({
            "id": made["id"], "object": "character.grant", "character_id": id, "handle": "ben",
            "created_at": START_US / 1_000_000, "expires_at": until, "max_uses": 2, "uses": 0,
        });
        assert_eq!(made, expected);
        assert_eq!(app.get(&grants).await.ok()["data"], json!([made]));
        for (body, param) in [
            (json!({}), "handle"),
            (json!({ "handle": "nobody" }), "handle"),
            (json!({ "handle": "anna" }), "handle"),
            (json!({ "handle": "ben", "expires_at": START_US / 1_000_000 }), "expires_at"),
            (json!({ "handle": "ben", "max_uses": 0 }), "max_uses"),
        ] {
            let refused = app.post(&grants, &body).await;
            assert_eq!(
                (refused.status.as_u16(), refused.json()["error"]["param"].as_str()),
                (400, Some(param))
            );
        }
        app.delete(&format!("{grants}/{}", first["id"].as_str().unwrap())).await.refused(404, "not_found");
        let path = format!("{grants}/{}", made["id"].as_str().unwrap());
        app.ask(&other, Method::DELETE, &path, None).await.refused(404, "not_found");
        app.delete(&path).await.ok();
        assert_eq!(app.get(&grants).await.ok()["data"], json!([]));
    }
}
