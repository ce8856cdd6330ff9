//! What is in the database and on the disk after all the crashes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kinora::blobs::hex;
use kinora_store::schema::{assets, runs, videos};
use kinora_store::{Error, Store};
use sha2::{Digest, Sha256};

/// The kinds of files that every clip with sound has: picture, thumbnail, sprite sheet, sound, and the latents that it can
/// be extended from.
const KINDS: usize = 5;

/// Waits until there are no more files of runs that did not win.
pub fn wait_until_swept(store: &Store, patience: Duration) {
    let end = Instant::now() + patience;
    loop {
        let left: i64 = store
            .run_blocking(|db| {
                let lost = assets::table.inner_join(runs::table).filter(runs::state.ne("finished"));
                Ok::<_, Error>(lost.count().get_result(db)?)
            })
            .unwrap();
        if left == 0 {
            return;
        }
        assert!(Instant::now() < end, "{left} files are still there");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Checks that each of `made` has one run that won, with one whole set of files, and that nothing else is
/// left in `folder`.
pub fn check(store: &Store, folder: &Path, made: &[String]) {
    let (ended, winners, files) =
        store.run_blocking(|db| Ok::<_, Error>((statuses(db)?, finished(db)?, listed(db)?))).unwrap();
    assert_eq!(ended.len(), made.len());
    for video in made {
        assert_eq!(ended.get(video).map(String::as_str), Some("completed"), "{video}");
        assert_eq!(winners.iter().filter(|(of, _)| of == video).count(), 1, "runs that won {video}");
    }
    for (video, run) in &winners {
        let of_run = files.iter().filter(|(path, _)| path.contains(run.as_str())).count();
        assert_eq!(of_run, KINDS, "files of {video}");
    }
    let mut found = BTreeSet::new();
    walk(folder, &mut found);
    let paths: BTreeSet<_> = files.keys().map(|path| folder.join(path)).collect();
    assert_eq!(found, paths, "files on the disk against files in the database");
    for (path, (bytes, sha256)) in &files {
        let content = std::fs::read(folder.join(path)).unwrap();
        assert_eq!(
            (content.len() as i64, hex(&Sha256::digest(&content))),
            (*bytes, sha256.clone()),
            "{path}"
        );
    }
}

fn statuses(db: &mut kinora_store::Db) -> diesel::QueryResult<BTreeMap<String, String>> {
    let rows: Vec<(String, String)> = videos::table.select((videos::id, videos::status)).load(db)?;
    Ok(rows.into_iter().collect())
}

/// Runs that won, each with its video; fails if a run is still leased.
fn finished(db: &mut kinora_store::Db) -> diesel::QueryResult<Vec<(String, String)>> {
    let rows: Vec<(String, String, String)> =
        runs::table.select((runs::video_id, runs::id, runs::state)).load(db)?;
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, _, state) in &rows {
        *tally.entry(state).or_default() += 1;
    }
    println!("runs: {tally:?}");
    assert_eq!(tally.get("leased"), None, "a lease is still held");
    Ok(rows.into_iter().filter(|row| row.2 == "finished").map(|(video, run, _)| (video, run)).collect())
}

/// Files in the database by path, with length and hash.
fn listed(db: &mut kinora_store::Db) -> diesel::QueryResult<BTreeMap<String, (i64, String)>> {
    let rows: Vec<(String, i64, String)> =
        assets::table.select((assets::path, assets::bytes, assets::sha256)).load(db)?;
    Ok(rows.into_iter().map(|(path, bytes, sha256)| (path, (bytes, sha256))).collect())
}

fn walk(folder: &Path, found: &mut BTreeSet<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.insert(path);
        }
    }
}
