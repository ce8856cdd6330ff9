//! `kinora worker`: makes clips for a server that runs elsewhere.

use std::time::Duration;

use clap::Args;
use kinora_worker::Worker;
use tokio::sync::watch;

use super::engines::{BuiltIn, Device, EngineArgs};
use super::signals::Signals;
use super::{Ended, log, runtime};

/// What `kinora worker` takes.
#[derive(Args)]
pub struct Work {
    /// The server, as http://host:port or https://host
    #[arg(long, env = "KINORA_SERVER", value_name = "URL")]
    server: String,
    /// The worker token of the server; better set in the environment, where other users do not see it
    #[arg(long, env = "KINORA_WORKER_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    token: String,
    /// What the server's log calls this worker [default: the machine's name and the process id]
    #[arg(long, env = "KINORA_WORKER_NAME", value_name = "NAME")]
    name: Option<String>,
    /// How long a running run gets to end when the worker is stopped, milliseconds
    #[arg(long, env = "KINORA_DRAIN_MS", value_name = "MS", default_value_t = 30_000)]
    drain_ms: u64,
    #[command(flatten)]
    engine: EngineArgs,
}

impl Work {
    pub fn run(self, built_in: Option<BuiltIn>) -> anyhow::Result<Ended> {
        log::start(log::SERVER);
        let factory = self.engine.factory(built_in, Device::Auto)?;
        let name = self.name.unwrap_or_else(|| format!("{}-{}", machine(), std::process::id()));
        let worker = Worker::new(&self.server, &self.token, &name, factory)?;
        let worker = worker.with_drain(Duration::from_millis(self.drain_ms));
        runtime()?.block_on(async {
            let mut signals = Signals::listen()?;
            let (stop, stopped) = watch::channel(false);
            let mut working = tokio::spawn(worker.run(stopped));
            tokio::select! {
                () = signals.told() => {}
                ended = &mut working => return Ok(ended?.map(|()| Ended::Done)?),
            }
            signals.end_the_process_at_the_next();
            tracing::info!("stopping; a second signal stops at once");
            stop.send_replace(true);
            working.await??;
            Ok(Ended::Done)
        })
    }
}

/// The name of this machine, where the system tells it in a file.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name: String = name.trim().chars().filter(char::is_ascii_graphic).take(64).collect();
    if name.is_empty() { "worker".into() } else { name }
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the token.
        f.debug_struct("Work").field("server", &self.server).finish_non_exhaustive()
    }
}
