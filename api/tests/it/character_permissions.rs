//! Who may do what with a character: every level, every party, every action.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};
use crate::captures::{Script, name_project, new_person};
use crate::content::FILES;

const PATH: &str = "/v1/videos/characters";

/// How each action ends: `y` it is done, `d` 400 `cameo_permission_denied`, `n` 404 `not_found`, `g` it is gone: 410
/// `video_withdrawn` for a download, 400 `source_not_available` for what would be made from it.
///
/// The actions, in order: create a video with the character; remix and extend an own clip that has it; read the character; list
/// the videos with it; download somebody's clip as its owner; download an own clip that has it.
const EXPECTED: [(&str, [(Party, &str); 7]); 4] = [
    (
        "only_me",
        [
            (Party::Owner, "yyyyyyy"),
            (Party::Approved, "dddnnny"),
            (Party::Mutual, "dddnnny"),
            (Party::Stranger, "dddnnny"),
            (Party::Revoked, "dggnnng"),
            (Party::RevokedKept, "dddnnny"),
            (Party::OtherTenant, "dddnnny"),
        ],
    ),
    (
        "approved",
        [
            (Party::Owner, "yyyyyyy"),
            (Party::Approved, "yyyynny"),
            (Party::Mutual, "dddnnny"),
            (Party::Stranger, "dddnnny"),
            (Party::Revoked, "dggnnng"),
            (Party::RevokedKept, "dddnnny"),
            (Party::OtherTenant, "dddnnny"),
        ],
    ),
    (
        "mutuals",
        [
            (Party::Owner, "yyyyyyy"),
            (Party::Approved, "yyyynny"),
            (Party::Mutual, "yyyynny"),
            (Party::Stranger, "dddnnny"),
            (Party::Revoked, "dggnnng"),
            (Party::RevokedKept, "dddnnny"),
            (Party::OtherTenant, "dddnnny"),
        ],
    ),
    (
        "everyone",
        [
            (Party::Owner, "yyyyyyy"),
            (Party::Approved, "yyyynny"),
            (Party::Mutual, "yyyynny"),
            (Party::Stranger, "yyyynny"),
            (Party::Revoked, "yyyynny"),
            (Party::RevokedKept, "yyyynny"),
            (Party::OtherTenant, "yyyynny"),
        ],
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Party {
    /// Whose character it is.
    Owner,
    /// Has a grant.
    Approved,
    /// Follows the owner and is followed back.
    Mutual,
    /// Another project of the owner's organization, without any tie.
    Stranger,
    /// Had a grant, which was revoked with its finished clips withdrawn.
    Revoked,
    /// Had a grant, which was revoked with its finished clips kept.
    RevokedKept,
    /// A project of another organization, without any tie.
    OtherTenant,
}

/// Somebody with a finished clip that has the character.
struct Member {
    party: Party,
    key: String,
    clip: String,
}

fn create_body(id: &str) -> Value {
    json!({ "prompt": "Anna waves", "model": "colour-bars", "characters": [{ "id": id }] })
}

async fn finished_clip(app: &TestApp, key: &str, id: &str) -> String {
    let made = app.ask(key, Method::POST, "/v1/videos", Some(&create_body(id))).await.ok();
    app.deliver(&app.lease().await, &FILES).await;
    made["id"].as_str().unwrap().to_owned()
}

/// One of each party, and the character, used by all while everyone might.
async fn parties(app: &TestApp, script: &Script) -> (String, Vec<Member>) {
    let id = new_person(app, script, &app.key, "Anna").await;
    let path = format!("{PATH}/{id}");
    app.post(&path, &json!({ "use_policy": "everyone" })).await.ok();
    name_project(app, &app.key, "anna").await;
    let (_, stranger) = app.new_project().await;
    let all = [
        (Party::Owner, app.key.clone()),
        (Party::Approved, app.other_tenant().await),
        (Party::Mutual, app.other_tenant().await),
        (Party::Stranger, stranger),
        (Party::Revoked, app.other_tenant().await),
        (Party::RevokedKept, app.other_tenant().await),
        (Party::OtherTenant, app.other_tenant().await),
    ];
    let mut members = Vec::new();
    for (party, key) in all {
        let clip = finished_clip(app, &key, &id).await;
        if party != Party::Owner {
            name_project(app, &key, &format!("{party:?}").to_lowercase()).await;
        }
        members.push(Member { party, key, clip });
    }
    let mutual = members.iter().find(|member| member.party == Party::Mutual).unwrap();
    app.post(&format!("{PATH}/follows"), &json!({ "handle": "mutual" })).await.ok();
    let back = json!({ "handle": "anna" });
    app.ask(&mutual.key, Method::POST, &format!("{PATH}/follows"), Some(&back)).await.ok();
    (id, members)
}

/// Sets the level, and then takes the grants back from whom they are to be taken from.
async fn set_level(app: &TestApp, id: &str, level: &str) {
    let path = format!("{PATH}/{id}");
    app.post(&format!("{path}/grants"), &json!({ "handle": "approved" })).await.ok();
    let mut grants = Vec::new();
    for (handle, finished) in [("revoked", "?finished=tombstone"), ("revokedkept", "")] {
        let grant = app.post(&format!("{path}/grants"), &json!({ "handle": handle })).await.ok();
        grants.push(format!("{path}/grants/{}{finished}", grant["id"].as_str().unwrap()));
    }
    app.post(&path, &json!({ "use_policy": level })).await.ok();
    for grant in grants {
        app.delete(&grant).await.ok();
    }
}

fn letter(answer: &Answer) -> char {
    let code = || answer.json()["error"]["code"].as_str().unwrap().to_owned();
    match answer.status.as_u16() {
        200 => 'y',
        400 if code() == "cameo_permission_denied" => {
            let message = "You are not allowed to access one or more mentioned cameos.";
            assert_eq!(answer.json()["error"]["message"], message);
            'd'
        }
        404 if code() == "not_found" => 'n',
        410 if code() == "video_withdrawn" => 'g',
        400 if code() == "source_not_available" => 'g',
        _ => panic!("{answer:?}"),
    }
}

/// What each action of a member comes to; `other` is a clip of somebody else with the character.
async fn tries(app: &TestApp, id: &str, member: &Member, other: &str) -> String {
    let (key, clip) = (&member.key, &member.clip);
    let path = format!("{PATH}/{id}");
    let extend = json!({ "prompt": "and on", "video": { "id": clip }, "seconds": "4" });
    let actions = [
        (Method::POST, "/v1/videos".to_owned(), Some(create_body(id))),
        (Method::POST, format!("/v1/videos/{clip}/remix"), Some(json!({ "prompt": "at night" }))),
        (Method::POST, "/v1/videos/extensions".to_owned(), Some(extend)),
        (Method::GET, path.clone(), None),
        (Method::GET, format!("{path}/videos"), None),
        (Method::GET, format!("{path}/videos/{other}/content"), None),
        (Method::GET, format!("/v1/videos/{clip}/content"), None),
    ];
    let mut letters = String::new();
    for (method, path, body) in actions {
        letters.push(letter(&app.ask(key, method, &path, body.as_ref()).await));
    }
    letters
}

#[tokio::test]
async fn the_table_of_permissions_holds() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let (id, members) = parties(&app, &script).await;
        let clip_of = |party| &members.iter().find(|member| member.party == party).unwrap().clip;
        // The withdrawal of a level cannot be undone, so that levels without one come first.
        for (level, rows) in EXPECTED.iter().rev() {
            set_level(&app, &id, level).await;
            for (party, expected) in rows {
                let member = members.iter().find(|member| member.party == *party).unwrap();
                let other = if *party == Party::Owner { Party::Stranger } else { Party::Owner };
                let found = tries(&app, &id, member, clip_of(other)).await;
                assert_eq!(found, *expected, "{level} {party:?}");
            }
        }
    }
}
