//! The first start and the ones after it.

use std::path::Path;

use kinora::{App, Config};
use kinora_store::testing::TestDb;
use serde_json::{Value, json};
use tempfile::TempDir;

fn config(database: &TestDb, folder: &TempDir, name: &str) -> Config {
    Config {
        data_dir: folder.path().join(name),
        database_url: Some(database.url.clone()),
        ..Config::default()
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_first_start_makes_keys_once_and_files_for_their_owner_alone() {
    for database in kinora_store::testing::databases() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&database, &folder, "data");
        let (_, keys) = App::build(config.clone()).unwrap();
        let keys = keys.unwrap();
        let file = config.data_dir.join("bootstrap.json");
        let read: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let shown = json!({ "operator_key": keys.operator_key, "admin_key": keys.admin_key, "api_key": keys.api_key });
        assert_eq!(read, shown);
        #[cfg(unix)]
        {
            assert_eq!(mode(&config.data_dir), 0o700);
            for name in ["bootstrap.json", "pepper", "worker-token"] {
                assert_eq!(mode(&config.data_dir.join(name)), 0o600, "{name}");
            }
        }
        let before = std::fs::read(&file).unwrap();
        let (app, again) = App::build(config.clone()).unwrap();
        assert!(again.is_none());
        assert_eq!(std::fs::read(&file).unwrap(), before);
        assert_eq!(app.worker_token().unwrap(), keys.worker_token);
    }
}

#[test]
fn a_first_start_that_died_before_its_rows_were_stored_is_repeated() {
    for database in kinora_store::testing::databases() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&database, &folder, "data");
        std::fs::create_dir(&config.data_dir).unwrap();
        std::fs::write(config.data_dir.join("bootstrap.json"), "{\"api_key\": \"of nobody\"}").unwrap();
        std::fs::write(config.data_dir.join("worker-token"), "of nobody").unwrap();
        let (app, keys) = App::build(config.clone()).unwrap();
        let keys = keys.unwrap();
        let text = std::fs::read_to_string(config.data_dir.join("bootstrap.json")).unwrap();
        assert!(text.contains(&keys.api_key));
        let old = std::fs::read_to_string(config.data_dir.join("bootstrap.json.old")).unwrap();
        assert!(old.contains("of nobody"), "{old}");
        assert_eq!(app.worker_token().unwrap(), keys.worker_token);
    }
}

#[test]
fn a_lost_worker_token_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data_dir: folder.path().join("data"), ..Config::default() };
    let (app, keys) = App::build(config.clone()).unwrap();
    std::fs::remove_file(config.data_dir.join("worker-token")).unwrap();
    let token = app.worker_token().unwrap();
    assert_ne!(token, keys.unwrap().worker_token);
    assert_eq!(app.worker_token().unwrap(), token);
}

#[test]
fn a_database_whose_pepper_is_elsewhere_is_refused() {
    for database in kinora_store::testing::databases() {
        let folder = tempfile::tempdir().unwrap();
        App::build(config(&database, &folder, "first")).unwrap();
        let other = config(&database, &folder, "second");
        for _ in 0..2 {
            let error = App::build(other.clone()).err().unwrap();
            assert!(error.to_string().contains("another pepper"), "{error}");
        }
        std::fs::copy(folder.path().join("first/pepper"), other.data_dir.join("pepper")).unwrap();
        assert!(App::build(other).unwrap().1.is_none());
    }
}

#[test]
fn a_pepper_of_another_length_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data_dir: folder.path().join("data"), ..Config::default() };
    std::fs::create_dir(&config.data_dir).unwrap();
    std::fs::write(config.data_dir.join("pepper"), "short").unwrap();
    let error = App::build(config).err().unwrap();
    assert!(error.to_string().contains("does not hold 32 bytes"), "{error}");
}

#[test]
fn processes_that_start_together_make_one_set_of_keys() {
    for database in kinora_store::testing::databases() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&database, &folder, "data");
        let made: usize = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..4).map(|_| scope.spawn(|| App::build(config.clone()).unwrap().1.is_some())).collect();
            starts.into_iter().map(|start| usize::from(start.join().unwrap())).sum()
        });
        assert_eq!(made, 1);
    }
}
