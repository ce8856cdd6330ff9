//! The real `kinora` as a process of its own, with test cards for clips.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// How long each of the eight steps of a test card takes, milliseconds.
const STEP_MS: &str = "50";

/// `kinora` with a command, without anything of this environment that is meant for it.
pub fn kinora(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kinora"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KINORA_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).env("KINORA_ENGINE", "colour-bars").env("KINORA_COLOUR_BARS_STEP_MS", STEP_MS);
    command.env("KINORA_LOG", std::env::var("KINORA_CRASH_LOG").unwrap_or_else(|_| "off".into()));
    command
}

/// A `kinora serve` that is killed when this value goes away.
pub struct Server {
    child: Child,
    /// Read from and kept open.
    output: BufReader<ChildStdout>,
    /// Its address, once it is ready.
    url: Option<String>,
}

impl Server {
    /// Starts it on a free port; it is not ready yet.
    pub fn spawn(data_dir: &Path, database_url: &str) -> Self {
        Self::spawn_with(data_dir, database_url, &[])
    }

    /// As [`Server::spawn`], with more variables of the environment.
    pub fn spawn_with(data_dir: &Path, database_url: &str, more: &[(&str, &str)]) -> Self {
        let data_dir = data_dir.display().to_string();
        let arguments =
            ["serve", "--listen", "127.0.0.1:0", "--data-dir", &data_dir, "--database-url", database_url];
        let mut child = kinora(&arguments).envs(more.iter().copied()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output, url: None }
    }

    /// Waits until it is ready; its address.
    pub fn ready(&mut self) -> String {
        let mut first = String::new();
        self.output.read_line(&mut first).unwrap();
        let url = first.trim().strip_prefix("Kinora is ready at ");
        let url = url.unwrap_or_else(|| panic!("the server did not start: {first:?}")).to_owned();
        self.url = Some(url.clone());
        url
    }

    /// As [`Server::ready`], for one whose first line may have been read; its address.
    pub fn ready_again(&mut self) -> String {
        let url = self.url.clone();
        url.unwrap_or_else(|| self.ready())
    }

    /// Ends it as a power cut does.
    pub fn kill(mut self) {
        let ended = self.child.try_wait().unwrap();
        assert!(ended.is_none(), "the server ended by itself: {ended:?}");
        // SIGKILL on Unix.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as a supervisor does; how it ended.
    pub fn terminate(mut self) -> ExitStatus {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
