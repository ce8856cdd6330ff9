//! What is kept of a character cannot be read where it lies, and nothing is left of it once it is deleted.

use std::path::{Path, PathBuf};

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kinora_store::schema::{
    character_audit, character_challenges, character_files, character_keys, characters, consents,
};
use kinora_store::{Db, Error};
use serde_json::json;

use crate::app::TestApp;
use crate::captures::{NAME, Script, VIDEO, consent, new_character, video};

/// Every file below a folder.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let below = |path: PathBuf| if path.is_dir() { files_in(&path) } else { vec![path] };
    entries.flat_map(|entry| below(entry.unwrap().path())).collect()
}

/// The files that have these bytes in them.
fn with_bytes(folder: &Path, needle: &[u8]) -> Vec<PathBuf> {
    assert!(needle.len() >= 6, "short enough to stand anywhere by chance");
    let has = |path: &PathBuf| std::fs::read(path).unwrap().windows(needle.len()).any(|part| part == needle);
    files_in(folder).into_iter().filter(has).collect()
}

fn assert_nowhere(folder: &Path, needles: &[&[u8]]) {
    for needle in needles {
        assert_eq!(
            with_bytes(folder, needle),
            Vec::<PathBuf>::new(),
            "{:?}",
            String::from_utf8_lossy(needle)
        );
    }
}

#[tokio::test]
async fn nothing_of_a_character_lies_open_and_nothing_is_left_of_one_that_is_deleted() {
    let script = Script::seeing();
    let app = TestApp::that_sees(&script, |_| {}).await;
    let folder = app.app.config.data_dir.clone();
    let made = new_character(&app, &app.key, "Annabella Markerova").await;
    let id = made["id"].as_str().unwrap().to_owned();
    consent(&app, &script, &app.key, &made).await;
    let path = format!("/v1/videos/characters/{id}");
    let wishes = json!({ "pronouns": "she/her", "appearance": ["always a vermilion kerchief"], "never": ["zeppelins"] });
    app.post(&path, &json!({ "preferences": wishes })).await.ok();

    let name = id.clone();
    let read = app.app.store.run(move |db| {
        let key: Vec<u8> = character_keys::table.find(&name).select(character_keys::sealed).first(db)?;
        let sealed: Option<Vec<u8>> = characters::table.find(&name).select(characters::sealed).first(db)?;
        let theirs = character_files::table.filter(character_files::character_id.eq(&name));
        let paths: Vec<String> = theirs.select(character_files::path).load(db)?;
        let signed: Vec<u8> =
            consents::table.filter(consents::character_id.eq(&name)).select(consents::sealed).first(db)?;
        Ok::<_, Error>((key, sealed.unwrap(), paths, signed))
    });
    let (key, sealed, paths, signed) = read.await.unwrap();
    assert_eq!(paths.len(), 2);
    let uploads: Vec<Vec<u8>> =
        paths.iter().map(|path| std::fs::read(folder.join("assets").join(path)).unwrap()).collect();

    // In the clear it lies nowhere: not what was uploaded, not what was measured of it, not what was written.
    let descriptor = 0.062_5_f32.to_le_bytes().repeat(4);
    let (first, second) = (video(100), video(120));
    let open: [&[u8]; 9] = [
        b"Annabella Markerova",
        b"vermilion kerchief",
        b"zeppelins",
        b"Anna Example",
        b"she/her",
        b"0.0625,0.0625",
        &descriptor,
        &first[first.len() / 2..first.len() / 2 + 64],
        &second[second.len() / 2..second.len() / 2 + 64],
    ];
    assert_nowhere(&folder, &open);
    // Sealed it does, which is what this test would find again.
    let shut: Vec<&[u8]> = [&key[..], &sealed[..64], &signed[..]]
        .into_iter()
        .chain(uploads.iter().map(|file| &file[..64]))
        .collect();
    for needle in &shut {
        assert!(!with_bytes(&folder, needle).is_empty());
    }

    // The wishes go to the engine with the spec of a video, and are gone from there too.
    crate::captures::approve(&app, &id).await;
    let prompt = json!({ "prompt": "Annabella Markerova waves", "model": "colour-bars", "characters": [{ "id": id }] });
    let used = app.post("/v1/videos", &prompt).await.ok();
    app.deliver(&app.lease().await, &crate::content::FILES).await;
    assert!(!with_bytes(&folder, b"vermilion kerchief").is_empty());

    app.delete(&path).await.ok();
    let kept = app.get(&format!("/v1/videos/{}", used["id"].as_str().unwrap())).await.ok();
    assert_eq!((&kept["status"], &kept["prompt"]), (&json!("completed"), &prompt["prompt"]));
    assert_eq!(kept["characters"], json!([{ "id": id, "name": "" }]));
    app.delete(&format!("/v1/videos/{}", used["id"].as_str().unwrap())).await.ok();
    let emptied = app.app.store.run(|db| db.forget_overwritten().map_err(Error::from));
    emptied.await.unwrap();
    assert_nowhere(&folder, &open);
    assert_nowhere(&folder, &shut);
    for path in paths {
        assert!(!folder.join("assets").join(&path).exists(), "{path}");
    }
    // The consent that there was stays on record, without a name.
    app.get(&path).await.refused(404, "not_found");
    let audit = app.get(&format!("{path}/audit")).await.ok();
    assert_eq!(audit["data"][0]["decision"], "deleted");
}

#[tokio::test]
async fn on_either_database_what_is_left_is_an_empty_row() {
    let script = Script::seeing();
    for app in TestApp::each_that_sees(&script).await {
        let made = new_character(&app, &app.key, "Anna").await;
        let id = made["id"].as_str().unwrap().to_owned();
        consent(&app, &script, &app.key, &made).await;
        app.delete(&format!("/v1/videos/characters/{id}")).await.ok();
        let read = app.app.store.run(move |db| {
            let keys: i64 = character_keys::table.count().get_result(db)?;
            let files: i64 = character_files::table.count().get_result(db)?;
            let challenges: i64 = character_challenges::table.count().get_result(db)?;
            let sealed: Option<Vec<u8>> = characters::table.find(&id).select(characters::sealed).first(db)?;
            let consent: (Vec<u8>, Option<i64>) = consents::table
                .filter(consents::character_id.eq(&id))
                .select((consents::sealed, consents::revoked_at))
                .first(db)?;
            Ok::<_, Error>((keys, files, challenges, sealed, consent.0, consent.1.is_some()))
        });
        assert_eq!(read.await.unwrap(), (0, 0, 0, None, vec![], true));
        assert_eq!(files_in(&app.app.config.data_dir.join("assets")), Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn an_upload_that_was_given_up_is_swept() {
    for app in TestApp::each().await {
        let made = new_character(&app, &app.key, "Anna").await;
        let id = made["id"].as_str().unwrap().to_owned();
        // As a process leaves it that died before the character was stored.
        let undone = app.app.store.run(move |db| {
            let theirs = character_files::table.filter(character_files::character_id.eq(id));
            diesel::update(theirs).set(character_files::state.eq("expected")).execute(db).map_err(Error::from)
        });
        assert_eq!(undone.await.unwrap(), 1);
        assert_eq!(kinora::characters::jobs::sweep(&app.app).await.unwrap(), 0);
        app.clock.advance(3_601_000_000);
        assert_eq!(kinora::characters::jobs::sweep(&app.app).await.unwrap(), 1);
        assert_eq!(files_in(&app.app.config.data_dir.join("assets")), Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn what_was_swept_while_it_was_written_leaves_nothing() {
    let app = TestApp::one().await;
    // As a sweep does that comes by while something is written for too long.
    let sweep = "CREATE TRIGGER swept AFTER INSERT ON character_files \
                 BEGIN DELETE FROM character_files WHERE id = NEW.id; END";
    let made = app.app.store.run(move |db| match db {
        Db::Sqlite(db) => diesel::sql_query(sweep).execute(db).map_err(Error::from),
        Db::Postgres(_) => unreachable!("one app alone is on SQLite"),
    });
    made.await.unwrap();
    let (path, film) = ("/v1/videos/characters", video(100));
    let parts = [(NAME, &b"Anna"[..]), (VIDEO, &film[..])];
    app.post_form(path, &parts).await.refused(400, "invalid_body");
    assert_eq!(files_in(&app.app.config.data_dir.join("assets")), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn the_audit_is_never_changed_or_deleted() {
    for app in TestApp::each().await {
        new_character(&app, &app.key, "Anna").await;
        let changed = app.app.store.run(|db| {
            let row = diesel::update(character_audit::table).set(character_audit::decision.eq("nothing"));
            row.execute(db).map_err(Error::from)
        });
        assert!(changed.await.is_err());
        let deleted =
            app.app.store.run(|db| diesel::delete(character_audit::table).execute(db).map_err(Error::from));
        assert!(deleted.await.is_err());
    }
}
