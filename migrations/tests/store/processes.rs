//! Several processes on one database, and processes that die. The others are this test program again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use kinora_store::testing::{TestDb, databases, empty_databases};
use kinora_store::{Db, Error, Store, StoreConfig};

use crate::support::{insert_organization, organization_ids};

/// Tells the test `child` what to do, as `what url`.
const TASK: &str = "KINORA_TEST_CHILD";

fn start_child(task: &str, url: &str) -> Child {
    // What a child says about its panic on purpose would look like a failure of these tests.
    let errors = if task == "postgres" { Stdio::null() } else { Stdio::inherit() };
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::child", "--nocapture", "--test-threads=1"])
        .env(TASK, format!("{task} {url}"))
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()
        .unwrap()
}

/// What the children of the other tests run. By itself it does nothing.
#[test]
fn child() {
    let Ok(task) = std::env::var(TASK) else { return };
    let (what, url) = task.split_once(' ').unwrap();
    let config = StoreConfig { connections_max: 1, connection_wait_ms: 30_000 };
    match what {
        "migrate" => println!("\nmigrated {}", Store::open(url, config).unwrap().migrate().unwrap().len()),
        "insert" => insert_for_ever(&Store::open(url, config).unwrap()),
        "postgres" => {
            // Only PostgreSQL is left: nobody would remove the SQLite folder after a kill.
            let own = databases().pop().unwrap();
            println!("\nurl {}", own.url);
            if url == "panic" {
                panic!("on purpose");
            }
            std::thread::sleep(Duration::from_mins(10));
        }
        other => panic!("unknown task {other}"),
    }
}

fn insert_for_ever(store: &Store) {
    for number in 0.. {
        let id = format!("{number:06}");
        store.run_blocking(|db| db.write_tx(|db| insert_organization(db, &id).map_err(Error::from))).unwrap();
        println!("\nstored {id}");
    }
}

/// The words after `key` in the lines that a child wrote.
fn answers(child: &mut Child, key: &'static str) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    lines.filter_map(move |line| line.strip_prefix(key).map(|rest| rest.trim().to_owned()))
}

#[test]
fn processes_that_start_at_once_migrate_once() {
    for database in empty_databases() {
        let mut children: Vec<Child> = (0..4).map(|_| start_child("migrate", &database.url)).collect();
        let mut migrated = 0;
        for child in &mut children {
            migrated +=
                answers(child, "migrated").map(|count| count.parse::<usize>().unwrap()).sum::<usize>();
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(migrated, crate::support::versions().len());
    }
}

#[derive(QueryableByName)]
struct Integrity {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

#[test]
fn a_process_that_is_killed_loses_nothing_that_it_said_was_stored() {
    const STORED_BEFORE_KILL: usize = 50;
    for database in databases() {
        let mut child = start_child("insert", &database.url);
        let mut stored = answers(&mut child, "stored");
        let mut promised: Vec<String> = stored.by_ref().take(STORED_BEFORE_KILL).collect();
        child.kill().unwrap();
        promised.extend(stored);
        child.wait().unwrap();
        assert!(promised.len() >= STORED_BEFORE_KILL);
        let found = reopen(&database);
        assert!(promised.iter().all(|id| found.contains(id)), "{promised:?} {found:?}");
        assert!(found.len() <= promised.len() + 1, "at most one was stored and not yet announced");
    }
}

/// The ids in the database as a new process would find it.
fn reopen(database: &TestDb) -> Vec<String> {
    let store = Store::open(&database.url, StoreConfig::standard()).unwrap();
    let whole = store.run_blocking(|db| match db {
        Db::Sqlite(c) => {
            let row: Integrity = sql_query("PRAGMA integrity_check").get_result(c)?;
            Ok::<_, Error>(row.integrity_check)
        }
        Db::Postgres(_) => Ok("ok".to_owned()),
    });
    assert_eq!(whole.unwrap(), "ok");
    organization_ids(&store)
}

fn gone(path: &Path) -> bool {
    let deadline = Instant::now() + Duration::from_secs(30);
    while path.exists() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    !path.exists()
}

#[test]
fn the_test_server_is_gone_when_its_process_is_killed_or_panics() {
    if databases().len() < 2 {
        return;
    }
    for end in ["kill", "panic"] {
        let mut child = start_child("postgres", end);
        let url = answers(&mut child, "url").next().unwrap();
        let folder = url.split("host=").nth(1).unwrap().split('&').next().unwrap();
        let data = Path::new(folder);
        let server = std::fs::read_to_string(data.join("data/postmaster.pid")).unwrap();
        let server = format!("/proc/{}", server.lines().next().unwrap());
        if end == "kill" {
            child.kill().unwrap();
        }
        child.wait().unwrap();
        assert!(gone(data), "{end}: {folder} is still there");
        assert!(gone(Path::new(&server)), "{end}: {server} still runs");
    }
}
