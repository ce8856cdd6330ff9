//! A PostgreSQL server that belongs to this test process.
//!
//! A shell guards it: it starts the server, waits for the end of a pipe that only this process
//! holds, and then stops the server and removes its folder. The system closes the pipe when this
//! process ends, also by a signal, so nothing is left running.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// Where Linux distributions put PostgreSQL, one folder per version.
const INSTALLED: &str = "/usr/lib/postgresql";

/// The path of a Unix socket may have 107 bytes; this leaves room for the rest of it.
const FOLDER_BYTES_MAX: usize = 60;

/// PostgreSQL refuses to run as root, so root hands it to the first of these users that exists.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// What the guard runs in its folder, with the programs' folder as $1 and `on` or `off` as $2.
/// The last line it writes says that the server answers.
const GUARD: &str = r#"
exec 2>guard.log
cleanup() {
    [ -n "$server" ] && kill -QUIT "$server" 2>/dev/null && wait "$server"
    cd / && rm -rf "$folder"
}
folder=$PWD
trap cleanup EXIT
trap '' HUP INT TERM
"$1/initdb" -D data -U kinora -A trust -E UTF8 --no-locale --no-sync >initdb.log 2>&1 \
    || { echo "initdb failed: $(cat initdb.log)"; exit 1; }
"$1/postgres" -D data -k "$folder" -c listen_addresses= -c fsync="$2" -c full_page_writes="$2" \
    -c max_connections=400 -c shared_buffers=32MB -c timezone=UTC >server.log 2>&1 &
server=$!
tries=0
until grep -q 'ready to accept connections' server.log; do
    kill -0 "$server" 2>/dev/null || { echo "postgres stopped: $(cat server.log)"; exit 1; }
    tries=$((tries + 1))
    [ "$tries" -gt 1200 ] && { echo "postgres did not start: $(cat server.log)"; exit 1; }
    sleep 0.05
done
echo ready
read -r _
"#;

struct Server {
    /// Holds the socket.
    folder: PathBuf,
    /// The guard ends when this does. It is never read, only kept.
    _alive: ChildStdin,
    databases: AtomicU32,
}

/// The URL of a new, empty database; `None` when PostgreSQL is not installed.
///
/// # Panics
/// If PostgreSQL is installed and does not work.
pub(super) fn fresh_database() -> Option<String> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(start).as_ref()?;
    let name = format!("test_{}", server.databases.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::establish(&server.url("postgres")).expect("the test server answers");
    admin.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database can be created");
    Some(server.url(&name))
}

impl Server {
    fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&user=kinora", self.folder.display())
    }
}

fn start() -> Option<Server> {
    let Some(programs) = find_programs() else {
        let message = "skipped PostgreSQL: no initdb found";
        assert!(std::env::var_os("KINORA_REQUIRE_ALL").is_none_or(|v| v != "1"), "{message}");
        // Not a print macro: the test harness swallows those when a test passes.
        writeln!(std::io::stderr(), "{message}").expect("standard error can be written");
        return None;
    };
    let folder = make_folder();
    let fsync = if std::env::var_os("KINORA_TEST_FSYNC").is_some_and(|v| v == "1") { "on" } else { "off" };
    let mut guard = guard_command(&folder)
        .args(["-c", GUARD, "guard"])
        .arg(programs)
        .arg(fsync)
        .current_dir(&folder)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C reaches the tests, and the guard sees them end.
        .process_group(0)
        .spawn()
        .expect("the guard of the test server starts");
    wait_until_ready(&mut guard);
    let alive = guard.stdin.take().expect("the guard's input is a pipe");
    Some(Server { folder, _alive: alive, databases: AtomicU32::new(0) })
}

fn wait_until_ready(guard: &mut Child) {
    let mut output = BufReader::new(guard.stdout.take().expect("the guard's output is a pipe"));
    let mut first = String::new();
    output.read_line(&mut first).expect("the guard's output can be read");
    if first.trim() != "ready" {
        output.read_to_string(&mut first).expect("the guard's output can be read");
        panic!("the test server did not start: {first}");
    }
}

/// A shell, as somebody whom PostgreSQL accepts.
fn guard_command(folder: &Path) -> Command {
    if !is_root() {
        return Command::new("sh");
    }
    let user = UNPRIVILEGED.into_iter().find(|user| id(&["-u", user]).is_some());
    let user = user.expect("root needs a user `postgres` or `nobody` to run PostgreSQL as");
    let number = |flag| id(&[flag, user]).and_then(|id| id.parse().ok());
    std::os::unix::fs::chown(folder, number("-u"), number("-g")).expect("root can give its folder away");
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={user}"), &format!("--regid={}", id(&["-g", user]).unwrap_or_default())]);
    command.args(["--clear-groups", "sh"]);
    command
}

fn is_root() -> bool {
    id(&["-u"]).as_deref() == Some("0")
}

/// What `id` prints, or `None` if it knows no such user.
fn id(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A new folder that the guard removes. Root's own temporary folder may be closed to the user
/// whom the server runs as.
fn make_folder() -> PathBuf {
    let mut parent = std::env::temp_dir();
    if parent.as_os_str().len() > FOLDER_BYTES_MAX || is_root() {
        parent = PathBuf::from("/tmp");
    }
    tempfile::Builder::new()
        .prefix("kinora-pg-")
        .tempdir_in(parent)
        .expect("a temporary folder can be made")
        .keep()
}

/// The folder with `initdb` and `postgres`: the first in PATH, else the newest installed version.
fn find_programs() -> Option<PathBuf> {
    let in_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let mut folders = in_path.unwrap_or_default();
    let mut installed: Vec<(u32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(INSTALLED).into_iter().flatten().flatten() {
        let version = entry.file_name().to_string_lossy().parse().unwrap_or(0);
        installed.push((version, entry.path().join("bin")));
    }
    installed.sort_by(|a, b| b.cmp(a));
    folders.extend(installed.into_iter().map(|(_, folder)| folder));
    folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}
