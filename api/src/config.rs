//! What the operator may set: one struct, read once from defaults, a file, the environment and the command
//! line, the later over the earlier.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use config::{ConfigError, File, FileFormat};
use serde::{Deserialize, Deserializer};

/// The file that is read when none is named and it is there.
pub const FILE: &str = "kinora.toml";

/// Most workers in one process.
pub const WORKERS_MAX: u32 = 64;

/// What stands before a key's name, in capitals, in the environment.
const ENVIRONMENT_PREFIX: &str = "KINORA_";

/// Every key; each is also `KINORA_<KEY>` in the environment.
pub const KEYS: &[&str] = &[
    "listen",
    "data_dir",
    "database_url",
    "workers",
    "device",
    "drain_ms",
    "models",
    "default_model",
    "aliases",
    "compute_rate_micros_per_hour",
    "prices",
    "stripe_secret_key",
    "stripe_webhook_secret",
    "stripe_base_url",
    "json_bytes_max",
    "multipart_bytes_max",
    "asset_retention_seconds",
    "queue_seconds_max",
    "queue_videos_max",
    "requests_per_second_max",
    "outgoing_allow",
    "webhook_retry_seconds",
    "digit_recogniser",
    "face_models",
];

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text, for whoever needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// The settings of one server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the server listens; `127.0.0.1:8080`. Port 0 takes any free one.
    pub listen: SocketAddr,
    /// The folder for the database, the clips and the secrets; `kinora-data`.
    pub data_dir: PathBuf,
    /// `sqlite:<path>` or `postgres://…`; by default `sqlite:<data_dir>/kinora.db`.
    pub database_url: Option<String>,
    /// Workers in this process, 0 to 64, each with an engine of its own; on one GPU they share it; 1. With 0 it
    /// only serves the API.
    pub workers: u32,
    /// What the workers compute on: `wgpu` (any graphics card), `flex` (the processor) or `auto`, which takes
    /// the graphics card if there is one; `auto`.
    pub device: String,
    /// How long a running run gets to end when the server is told to stop, before it goes back to the queue,
    /// milliseconds; 30 000.
    pub drain_ms: u64,
    /// The models on offer; `["kinora-mini"]`. In the environment, separated by commas.
    #[serde(deserialize_with = "list")]
    pub models: Vec<String>,
    /// The model of a request that names none; `kinora-mini`.
    pub default_model: String,
    /// Other names for models, by default the names of Sora, each standing for the `default` model.
    /// In the environment `alias=model`, separated by commas.
    #[serde(deserialize_with = "table")]
    pub aliases: BTreeMap<String, String>,
    /// What an hour of a device costs the operator, micro-dollars. The 100 000 ($0.10) it starts with is an
    /// example, not a measurement: set it to what the machine costs.
    pub compute_rate_micros_per_hour: i64,
    /// The file with the price list; unset, the example that comes with Kinora. A list never changes once it is in
    /// force: for new prices, name a file with another `id` and a later `effective`.
    pub prices: Option<PathBuf>,
    /// The secret key of the Stripe account, better a restricted one; unset, nothing is told to Stripe and no credit is sold.
    pub stripe_secret_key: Option<Secret>,
    /// The signing secret of Stripe's webhook endpoint, which is `/webhooks/stripe` here; goes with `stripe_secret_key`.
    pub stripe_webhook_secret: Option<Secret>,
    /// Where Stripe is; unset, Stripe itself. `kinora-fake-stripe` is a stand-in to try things out.
    pub stripe_base_url: Option<String>,
    /// Largest JSON body, bytes; 32 MiB, which holds the longest `image_url` that OpenAI allows.
    pub json_bytes_max: usize,
    /// Largest multipart body, bytes; 128 MiB, of which its texts may have as many as a JSON body.
    pub multipart_bytes_max: usize,
    /// How long the files of a finished video are kept, seconds; unset, until the video is deleted.
    pub asset_retention_seconds: Option<u64>,
    /// How long a video may wait for a worker, seconds, before it fails and its hold is given back; 86 400, a day.
    pub queue_seconds_max: u32,
    /// Most videos of one project that may wait for a worker, where the project has no limit of its own; 10 000.
    pub queue_videos_max: u32,
    /// Most requests a second of one address (of one /64 network for IPv6) to this server, of which twice as many may come at
    /// once; 1 000; 0 for any number. Behind a proxy all requests come from its address: set it to 0 there, and let the
    /// proxy do this.
    pub requests_per_second_max: u32,
    /// Hosts that webhooks may go to although they are not public: addresses, networks (`10.1.0.0/16`) and names, also
    /// without TLS and on any port; none. Whoever may make webhooks reaches them. In the environment, separated by commas.
    #[serde(deserialize_with = "list")]
    pub outgoing_allow: Vec<String>,
    /// How long is waited before each further attempt at a webhook, seconds, up to a tenth more by chance: 5, 300, 1 800,
    /// 7 200, 18 000, 36 000, 50 400, 72 000, 86 400. In the environment, separated by commas.
    #[serde(deserialize_with = "numbers")]
    pub webhook_retry_seconds: Vec<u32>,
    /// A program, and its arguments, that listens for the digits of a consent: it is given a WAV file on its standard input and
    /// prints the digits that it hears, within 30 seconds; none, and an operator looks instead. In the environment, separated
    /// by commas.
    #[serde(deserialize_with = "list")]
    pub digit_recogniser: Vec<String>,
    /// The folder with the models that find faces in captures, which `engine/fetch-face-models.sh` fills. Without it an operator
    /// looks at them.
    pub face_models: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        let sora =
            ["sora-2", "sora-2-pro", "sora-2-2025-10-06", "sora-2-2025-12-08", "sora-2-pro-2025-10-06"];
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("kinora-data"),
            database_url: None,
            workers: 1,
            device: "auto".into(),
            drain_ms: 30_000,
            models: vec!["kinora-mini".into()],
            default_model: "kinora-mini".into(),
            aliases: sora.map(|alias| (alias.into(), "default".into())).into(),
            compute_rate_micros_per_hour: 100_000,
            prices: None,
            stripe_secret_key: None,
            stripe_webhook_secret: None,
            stripe_base_url: None,
            json_bytes_max: 32 * 1024 * 1024,
            multipart_bytes_max: 128 * 1024 * 1024,
            asset_retention_seconds: None,
            queue_seconds_max: 86_400,
            queue_videos_max: 10_000,
            requests_per_second_max: 1_000,
            outgoing_allow: Vec::new(),
            webhook_retry_seconds: vec![5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
            digit_recogniser: Vec::new(),
            face_models: None,
        }
    }
}

impl Config {
    /// Reads the settings. `file` must exist when it is given; `environment` answers a variable's value;
    /// `overrides` are keys and values from the command line.
    ///
    /// # Errors
    /// On an unknown key in the file, or a value of the wrong kind, naming it.
    pub fn load(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        overrides: &[(&str, String)],
    ) -> Result<Self, ConfigError> {
        let source = match file {
            Some(path) => File::from(path).format(FileFormat::Toml).required(true),
            None => File::new(FILE, FileFormat::Toml).required(false),
        };
        let mut builder = config::Config::builder().add_source(source);
        for key in KEYS {
            let variable = format!("{ENVIRONMENT_PREFIX}{}", key.to_uppercase());
            builder = builder.set_override_option(*key, environment(&variable))?;
        }
        for (key, value) in overrides {
            builder = builder.set_override(*key, value.as_str())?;
        }
        let config: Self = builder.build()?.try_deserialize()?;
        config.check()?;
        Ok(config)
    }

    /// Where the database is.
    #[must_use]
    pub fn database_url(&self) -> String {
        let path = self.data_dir.join("kinora.db");
        self.database_url.clone().unwrap_or_else(|| format!("sqlite:{}", path.display()))
    }

    fn check(&self) -> Result<(), ConfigError> {
        let positive =
            [("json_bytes_max", self.json_bytes_max), ("multipart_bytes_max", self.multipart_bytes_max)];
        for (key, value) in positive {
            if value == 0 {
                return Err(ConfigError::Message(format!("`{key}` must be more than 0")));
            }
        }
        if self.workers > WORKERS_MAX {
            return Err(ConfigError::Message(format!("`workers` must be at most {WORKERS_MAX}")));
        }
        if self.compute_rate_micros_per_hour < 0 {
            return Err(ConfigError::Message("`compute_rate_micros_per_hour` must not be negative".into()));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(text) => split(&text).map(str::to_owned).collect(),
        OneOrMany::Many(items) => items,
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrNumbers {
    Text(String),
    Numbers(Vec<u32>),
}

fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    let text = match TextOrNumbers::deserialize(deserializer)? {
        TextOrNumbers::Numbers(numbers) => return Ok(numbers),
        TextOrNumbers::Text(text) => text,
    };
    let number =
        |item: &str| item.parse().map_err(|_| serde::de::Error::custom(format!("`{item}` is no number")));
    split(&text).map(number).collect()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrTable {
    Text(String),
    Table(BTreeMap<String, String>),
}

fn table<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let text = match TextOrTable::deserialize(deserializer)? {
        TextOrTable::Table(table) => return Ok(table),
        TextOrTable::Text(text) => text,
    };
    let mut table = BTreeMap::new();
    for entry in split(&text) {
        let (alias, model) = entry
            .split_once('=')
            .ok_or_else(|| serde::de::Error::custom(format!("`{entry}` is not written alias=model")))?;
        table.insert(alias.trim().to_owned(), model.trim().to_owned());
    }
    Ok(table)
}

/// The items of a comma-separated text, without blanks around them and without empty ones.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
