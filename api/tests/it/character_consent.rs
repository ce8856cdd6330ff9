//! Consent: a challenge, a capture that answers it, what was checked, and the operator where something could not be.

use kinora_spec::FaceFindings;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::app::{Answer, START_US, TestApp};
use crate::captures::{Script, VIDEO, consent, face, new_character, new_object, video, video_with_sound};

const PATH: &str = "/v1/videos/characters";

async fn capture(app: &TestApp, character: &Value) -> Answer {
    let path = format!("{PATH}/{}/capture", character["id"].as_str().unwrap());
    app.post_form(&path, &[(VIDEO, &video(120)), ("name=\"wording_version\"", b"2026-11-27")]).await
}

/// Makes a wrong answer of a right one.
type Fault<'a> = &'a dyn Fn(&FaceFindings) -> FaceFindings;

async fn challenge(app: &TestApp, character: &Value) -> Value {
    app.post(&format!("{PATH}/{}/challenge", character["id"].as_str().unwrap()), &json!({})).await.ok()
}

async fn shown(app: &TestApp, character: &Value) -> Value {
    app.get(&format!("{PATH}/{}", character["id"].as_str().unwrap())).await.ok()
}

async fn decisions(app: &TestApp, character: &Value) -> Vec<String> {
    let audit = app.get(&format!("{PATH}/{}/audit?limit=100", character["id"].as_str().unwrap())).await.ok();
    let entries = audit["data"].as_array().unwrap().iter().rev();
    entries.map(|entry| entry["decision"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_capture_that_answers_the_challenge_is_consent() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let made = new_character(&app, &app.key, "Anna").await;
        let done = consent(&app, &script, &app.key, &made).await;
        // Nobody listens for digits here.
        assert_eq!((&done["status"], &done["challenge"]), (&json!("unverified"), &Value::Null));
        let results = done["checks"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, check)| (name.as_str(), check["result"].as_str().unwrap()));
        let mut results: Vec<_> = results.collect();
        results.sort_unstable();
        let expected = [
            ("digits", "not_checked"),
            ("face_present", "passed"),
            ("head_turns", "passed"),
            ("one_person", "passed"),
            ("same_person", "passed"),
            ("speech", "passed"),
        ];
        assert_eq!(results, expected);
        let given = app.get(&format!("{PATH}/{}/consent", made["id"].as_str().unwrap())).await.ok();
        let expected = json!({
            "id": given["id"], "object": "character.consent", "character_id": made["id"],
            "organization_id": app.organization().await, "project_id": app.project().await,
            "api_key_id": TestApp::key_id(&app.key), "signed_by": "Anna Example", "wording": made["challenge"]["wording"],
            "scopes": ["create", "remix", "extend"], "capture_sha256": kinora::blobs::hex(&Sha256::digest(video(120))),
            "created_at": START_US / 1_000_000, "expires_at": null, "revoked_at": null,
        });
        assert_eq!(given, expected);
        assert_eq!(done["consent"], given);
        // It waits for no other.
        assert_eq!(capture(&app, &made).await.refused(400, "invalid_value")["param"], "character_id");
        let path = format!("/characters/{}", made["id"].as_str().unwrap());
        let approved = app.operator_post(&format!("{path}/approve"), &json!({})).await.ok();
        assert_eq!(approved["status"], "active");
        app.operator_post(&format!("{path}/approve"), &json!({})).await.refused(400, "invalid_value");
        let expected = ["created", "challenge_issued", "capture_passed", "consent_recorded", "activated"];
        assert_eq!(decisions(&app, &made).await, expected);
    }
}

#[tokio::test]
async fn each_check_refuses_a_capture_and_uses_its_challenge_up() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let made = new_character(&app, &app.key, "Anna").await;
        let asked = |challenge: &Value| {
            let turns = challenge["head_turns"].as_array().unwrap();
            face(&turns.iter().map(|turn| turn.as_str().unwrap()).collect::<Vec<_>>())
        };
        let other = |right: &FaceFindings| {
            let yaw = right
                .poses
                .iter()
                .map(|pose| kinora_spec::FacePose { yaw_degrees: -pose.yaw_degrees, ..*pose });
            FaceFindings { poses: yaw.collect(), ..right.clone() }
        };
        let faults: [(&str, Fault<'_>); 5] = [
            ("face_present", &|right| FaceFindings { with_one: 5, ..right.clone() }),
            ("one_person", &|right| FaceFindings { with_more: 9, ..right.clone() }),
            ("head_turns", &other),
            ("head_turns", &|_| face(&[])),
            ("same_person", &|right| FaceFindings { descriptor: Some(vec![0.3; 128]), ..right.clone() }),
        ];
        let mut current = made["challenge"].clone();
        for (name, fault) in faults {
            script.finds(fault(&asked(&current)));
            let refused = capture(&app, &made).await.refused(400, "capture_refused");
            assert_eq!(refused["param"], "video");
            assert!(refused["message"].as_str().unwrap().contains(&format!("'{name}'")), "{refused}");
            let now = shown(&app, &made).await;
            assert_eq!((&now["status"], &now["challenge"]), (&json!("pending"), &Value::Null));
            assert_eq!(now["checks"][name]["result"], "failed");
            // The right answer comes too late for that challenge.
            script.finds(asked(&current));
            capture(&app, &made).await.refused(400, "invalid_value");
            current = challenge(&app, &made).await;
        }
        script.hears(0.0);
        script.finds(asked(&current));
        let refused = capture(&app, &made).await.refused(400, "capture_refused");
        assert!(refused["message"].as_str().unwrap().contains("'speech'"), "{refused}");
        script.hears(0.4);
        let last = challenge(&app, &made).await;
        script.finds(asked(&last));
        assert_eq!(capture(&app, &made).await.ok()["status"], "unverified");
    }
}

#[tokio::test]
async fn a_challenge_ends_after_ten_minutes_and_only_the_last_one_counts() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let made = new_character(&app, &app.key, "Anna").await;
        script.answers(&made["challenge"]);
        app.clock.advance(600_000_000);
        assert_eq!(shown(&app, &made).await["challenge"], Value::Null);
        assert_eq!(capture(&app, &made).await.refused(400, "invalid_value")["param"], "video");
        let first = challenge(&app, &made).await;
        let second = challenge(&app, &made).await;
        assert_eq!(shown(&app, &made).await["challenge"], second);
        app.clock.advance(599_999_999);
        script.answers(&second);
        if first["head_turns"] != second["head_turns"] {
            script.answers(&first);
            capture(&app, &made).await.refused(400, "capture_refused");
        } else {
            assert_eq!(capture(&app, &made).await.ok()["status"], "unverified");
        }
    }
}

#[tokio::test]
async fn whoever_guesses_is_soon_done() {
    for app in TestApp::each().await {
        let made = new_character(&app, &app.key, "Anna").await;
        for _ in 1..20 {
            challenge(&app, &made).await;
        }
        let path = format!("{PATH}/{}/challenge", made["id"].as_str().unwrap());
        app.post(&path, &json!({})).await.refused(400, "invalid_value");
        app.clock.advance(86_400_000_000);
        challenge(&app, &made).await;
    }
}

#[tokio::test]
async fn consent_says_to_what_and_until_when() {
    let script = Script::seeing();
    let app = TestApp::that_sees(&script, |_| {}).await;
    let made = new_character(&app, &app.key, "Anna").await;
    script.answers(&made["challenge"]);
    let path = format!("{PATH}/{}/capture", made["id"].as_str().unwrap());
    let (film, version) = (video(120), ("name=\"wording_version\"", &b"2026-11-27"[..]));
    let film = (VIDEO, &film[..]);
    let until = (START_US / 1_000_000 + 60).to_string();
    type Part<'a> = (&'a str, &'a [u8]);
    let cases: [(&[Part], &str); 6] = [
        (&[film], "wording_version"),
        (&[film, ("name=\"wording_version\"", b"2020-01-01")], "wording_version"),
        (&[film, version, ("name=\"scopes[]\"", b"all")], "scopes"),
        (&[film, version, ("name=\"expires_at\"", b"5")], "expires_at"),
        (&[version], "video"),
        (&[film, version, ("name=\"digits\"", b"123")], "digits"),
    ];
    for (parts, param) in cases {
        let refused = app.post_form(&path, parts).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["error"]["param"].as_str()),
            (400, Some(param)),
            "{refused:?}"
        );
    }
    // None of these used the challenge up.
    let parts = [film, version, ("name=\"scopes[]\"", b"create"), ("name=\"expires_at\"", until.as_bytes())];
    let done = app.post_form(&path, &parts).await.ok();
    assert_eq!(
        (&done["consent"]["scopes"], &done["consent"]["signed_by"]),
        (&json!(["create"]), &Value::Null)
    );
    assert_eq!(done["consent"]["expires_at"], START_US / 1_000_000 + 60);
}

#[cfg(unix)]
#[tokio::test]
async fn with_somebody_who_listens_nobody_needs_to_approve() {
    let script = Script::seeing();
    let folder = tempfile::tempdir().unwrap();
    let heard = folder.path().join("heard");
    let listen = format!("cat > /dev/null; cat {}", heard.display());
    let app = TestApp::that_sees(&script, |config| {
        config.digit_recogniser = vec!["sh".into(), "-c".into(), listen];
    })
    .await;
    let made = new_character(&app, &app.key, "Anna").await;
    let path = format!("{PATH}/{}/capture", made["id"].as_str().unwrap());
    let film = video_with_sound(120);
    let parts = [(VIDEO, &film[..]), ("name=\"wording_version\"", b"2026-11-27")];
    script.answers(&made["challenge"]);
    let digits = made["challenge"]["digits"].as_str().unwrap();
    std::fs::write(&heard, if digits == "111" { "222" } else { "111" }).unwrap();
    let refused = app.post_form(&path, &parts).await.refused(400, "capture_refused");
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("'digits'") && !message.contains(digits), "{message}");
    let again = challenge(&app, &made).await;
    script.answers(&again);
    std::fs::write(&heard, again["digits"].as_str().unwrap()).unwrap();
    let done = app.post_form(&path, &parts).await.ok();
    assert_eq!((&done["status"], &done["checks"]["digits"]["result"]), (&json!("active"), &json!("passed")));
    // A voice that came apart need not be that of who is seen, whatever it says.
    let other = new_character(&app, &app.key, "Bea").await;
    let path = format!("{PATH}/{}/capture", other["id"].as_str().unwrap());
    let sound = wav(8_000);
    let voice = ("name=\"voice\"; filename=\"a.wav\"", &sound[..]);
    script.answers(&other["challenge"]);
    std::fs::write(&heard, other["challenge"]["digits"].as_str().unwrap()).unwrap();
    let done = app.post_form(&path, &[parts[0], voice, parts[1]]).await.ok();
    assert_eq!(done["status"], "unverified");
    for check in ["speech", "digits"] {
        assert_eq!(done["checks"][check]["result"], "not_checked", "{check}");
    }
}

/// A second of silence.
fn wav(rate: u32) -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    bytes.extend_from_slice(&rate.to_le_bytes());
    bytes.extend_from_slice(&(rate * 2).to_le_bytes());
    bytes.extend_from_slice(b"\x02\0\x10\0data");
    bytes.extend_from_slice(&(rate * 2).to_le_bytes());
    bytes.resize(bytes.len() + rate as usize * 2, 0);
    bytes
}

#[tokio::test]
async fn a_capture_that_is_sent_again_is_taken_once() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let made = new_character(&app, &app.key, "Anna").await;
        let path = format!("{PATH}/{}/capture", made["id"].as_str().unwrap());
        let send = async || {
            let parts = [(VIDEO, &video(120)[..]), ("name=\"wording_version\"", b"2026-11-27")];
            let request =
                app.bare_form(&path, &parts).bearer_auth(&app.key).header("idempotency-key", "once");
            crate::app::answer(request).await
        };
        script.finds(face(&[]));
        let first = send().await.refused(400, "capture_refused");
        assert_eq!(send().await.refused(400, "capture_refused"), first);
        let other = new_character(&app, &app.key, "Ben").await;
        script.answers(&other["challenge"]);
        let path = format!("{PATH}/{}/capture", other["id"].as_str().unwrap());
        let send = async || {
            let parts = [(VIDEO, &video(120)[..]), ("name=\"wording_version\"", b"2026-11-27")];
            let request =
                app.bare_form(&path, &parts).bearer_auth(&app.key).header("idempotency-key", "twice");
            crate::app::answer(request).await
        };
        let done = send().await.ok();
        let again = send().await;
        assert_eq!((again.header("idempotent-replayed"), again.json()), (Some("true"), done));
    }
}

#[tokio::test]
async fn the_operator_looks_approves_and_refuses_and_the_owner_reads_of_it() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let made = new_character(&app, &app.key, "Anna").await;
        consent(&app, &script, &app.key, &made).await;
        let id = made["id"].as_str().unwrap();
        let list = app.operator_get("/characters?status=unverified").await.ok();
        assert_eq!((list["data"].as_array().unwrap().len(), &list["data"][0]["id"]), (1, &made["id"]));
        let seen = app.operator_get(&format!("/characters/{id}")).await.ok();
        assert_eq!(
            (&seen["digits"], &seen["head_turns"]),
            (&made["challenge"]["digits"], &made["challenge"]["head_turns"])
        );
        let kinds: Vec<&str> =
            seen["captures"].as_array().unwrap().iter().map(|file| file["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["video", "capture"]);
        for (file, bytes) in seen["captures"].as_array().unwrap().iter().zip([video(100), video(120)]) {
            let path = format!("/characters/{id}/captures/{}/content", file["id"].as_str().unwrap());
            let content = app.operator_get(&path).await;
            assert_eq!((content.status.as_u16(), &content.bytes), (200, &bytes));
            assert_eq!(file["bytes"], bytes.len());
            app.ask(&app.key, Method::GET, &format!("/v1/operator{path}"), None)
                .await
                .refused(403, "insufficient_scope");
        }
        let path = format!("/characters/{id}/refuse");
        app.operator_post(&path, &json!({})).await.refused(400, "missing_required_parameter");
        let refused = app.operator_post(&path, &json!({ "reason": "It shows a screen." })).await.ok();
        assert_eq!(refused["status"], "refused");
        let now = shown(&app, &made).await;
        assert_eq!((&now["status"], &now["refusal"]), (&json!("refused"), &json!("It shows a screen.")));
        let said = decisions(&app, &made).await;
        assert_eq!(said[4..], ["viewed", "viewed", "viewed", "refused"]);
        let audit = app.get(&format!("{PATH}/{id}/audit?limit=1")).await.ok();
        assert_eq!(
            (&audit["data"][0]["actor"], &audit["data"][0]["handle"]),
            (&json!("operator"), &Value::Null)
        );
    }
}

#[tokio::test]
async fn the_operator_may_say_that_somebody_consented_elsewhere() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        script.finds(face(&[]));
        let made = new_character(&app, &app.key, "Anna").await;
        let path = format!("/characters/{}/attest", made["id"].as_str().unwrap());
        app.operator_post(&path, &json!({})).await.refused(400, "missing_required_parameter");
        app.operator_post(&path, &json!({ "attestation": " " })).await.refused(400, "invalid_value");
        let said = json!({ "attestation": "Signed release, folder 12." });
        assert_eq!(app.operator_post(&path, &said).await.ok()["status"], "active");
        let now = shown(&app, &made).await;
        assert_eq!((&now["status"], &now["checks"]), (&json!("active"), &Value::Null));
        let given = &now["consent"];
        assert_eq!(given["wording"]["version"], "attested-2026-11-27");
        assert_eq!(given["signed_by"], "Signed release, folder 12.");
        assert_eq!(given["capture_sha256"], kinora::blobs::hex(&Sha256::digest(video(100))));
        let expected = ["created", "challenge_issued", "consent_recorded", "activated"];
        assert_eq!(decisions(&app, &made).await, expected);
        // It waits for nothing any more.
        app.operator_post(&path, &said).await.refused(400, "invalid_value");
        // Nobody needs to consent for a thing.
        script.finds_nobody();
        let thing = new_object(&app, &app.key, "Mossy").await;
        app.operator_post(&format!("/characters/{thing}/attest"), &said).await.refused(400, "invalid_value");
    }
}
