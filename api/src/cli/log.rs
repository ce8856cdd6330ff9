//! The log: to standard error, as text, or one JSON object a line.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

/// What is logged where `KINORA_LOG` is not set, by a process that runs for long.
pub const SERVER: &str = "info,actix_server=warn,actix_http=warn";
/// The same for a command with somebody in front of it.
pub const COMMAND: &str = "error";

/// Starts the log. `KINORA_LOG` is a filter as of `tracing-subscriber`; `KINORA_LOG_FORMAT=json` is for machines.
/// Text has colours on a terminal, unless `NO_COLOR` is set (no-color.org).
pub fn start(default: &str) {
    let filter = EnvFilter::try_from_env("KINORA_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // A file is to be searched, not looked at.
    let is_seen = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(is_seen);
    let started = match std::env::var("KINORA_LOG_FORMAT").as_deref() {
        Ok("json") => log.json().try_init(),
        _ => log.with_target(false).try_init(),
    };
    if let Err(error) = started {
        eprintln!("kinora: there is no log: {error}");
    }
}
