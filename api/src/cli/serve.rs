//! `kinora serve`: the API and its workers, until somebody stops it.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use kinora::Config;
use kinora::keys::FirstKeys;
use kinora::keys::flow::KEYS_FILE;

use super::engines::{BuiltIn, Device, EngineArgs};
use super::node::{Node, Prepared};
use super::signals::Signals;
use super::{Ended, log, runtime};

/// What `kinora serve` takes. Each also stands in the configuration file and, as `KINORA_…`, in the
/// environment; the command line goes over the environment, and that over the file.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen, as address:port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The folder for the database, the clips and the secrets [default: kinora-data]
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// sqlite:PATH or postgres://… [default: a file in the data folder]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Workers in this process, each with a device of its own; 0 only serves the API [default: 1]
    #[arg(long, value_name = "N")]
    workers: Option<u32>,
    /// How long a running run gets to end when the server is stopped, milliseconds [default: 30000]
    #[arg(long, value_name = "MS")]
    drain_ms: Option<u64>,
    /// The configuration file [default: kinora.toml, if there is one]
    #[arg(long, env = "KINORA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    engine: EngineArgs,
}

impl Serve {
    pub fn run(self, built_in: Option<BuiltIn>) -> anyhow::Result<Ended> {
        log::start(log::SERVER);
        let config = self.settings()?;
        let device = Device::named(&config.device)?;
        let factory = match config.workers {
            0 => None,
            _ => Some(self.engine.factory(built_in, device)?),
        };
        let mut prepared = Prepared::new(config, built_in)?;
        let first_keys = prepared.first_keys.take();
        runtime()?.block_on(async {
            let mut signals = Signals::listen()?;
            let mut node = prepared.start(factory).await?;
            announce(&node, first_keys.as_ref());
            tokio::select! {
                () = signals.told() => {}
                broke = node.broke() => return Err(broke),
            }
            signals.end_the_process_at_the_next();
            tracing::info!("stopping; a second signal stops at once");
            node.stop().await;
            Ok(Ended::Done)
        })
    }

    fn settings(&self) -> anyhow::Result<Config> {
        let mut overrides = self.engine.overrides();
        let flags = [
            ("listen", self.listen.clone()),
            ("data_dir", self.data_dir.as_ref().map(|folder| folder.display().to_string())),
            ("database_url", self.database_url.clone()),
            ("workers", self.workers.map(|count| count.to_string())),
            ("drain_ms", self.drain_ms.map(|drain_ms| drain_ms.to_string())),
            ("device", self.engine.device.map(|device| device.name().to_owned())),
        ];
        overrides.extend(flags.into_iter().filter_map(|(key, value)| Some((key, value?))));
        Ok(Config::load(self.config.as_deref(), |name| std::env::var(name).ok(), &overrides)?)
    }
}

fn announce(node: &Node, first_keys: Option<&FirstKeys>) {
    let mut text = format!("Kinora is ready at {}\n", node.url());
    if let Some(keys) = first_keys {
        let file = node.app().config.data_dir.join(KEYS_FILE);
        text += &format!("First start. These keys are shown this once and kept in {}", file.display());
        text += " (the worker token in `worker-token` beside it):\n";
        text += &format!("  API key       {}\n", keys.api_key);
        text += &format!("  admin key     {}\n", keys.admin_key);
        text += &format!("  operator key  {}\n", keys.operator_key);
        text += &format!("  worker token  {}\n", keys.worker_token);
    }
    // Whoever closed the output does not want to read this, but may want to be served.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
