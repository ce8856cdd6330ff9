//! What the handlers and the background loops share: one plain struct, built once.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, bail};
use kinora_billing::payments::Payments;
use kinora_store::{Store, StoreConfig};
use tokio::sync::Notify;

use crate::blobs::Blobs;
use crate::catalogue::Catalogue;
use crate::characters::Captures;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::keys::{self, FirstKeys, Pepper};
use crate::live::Hub;
use crate::money;
use crate::outgoing::{Allow, Outgoing};
use crate::replays::Working;
use crate::sources::Decoding;
use crate::videos::Forecasts;
use crate::webhooks::Hooks;

/// The file of the data folder that starts in it lock in turn.
const START_LOCK: &str = "start.lock";

/// A server's state.
pub struct App {
    /// What the operator set.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// The files of clips.
    pub blobs: Blobs,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The secret in every key's hash.
    pub pepper: Pepper,
    /// The models on offer.
    pub catalogue: Catalogue,
    /// Takes customers' money, where the operator has set that up.
    pub payments: Option<Arc<dyn Payments>>,
    /// Looks at what is uploaded for characters.
    pub captures: Captures,
    /// Which requests that are not to be done twice are in work.
    pub working: Working,
    /// Sends requests to addresses that customers name.
    pub outgoing: Outgoing,
    /// What webhooks share.
    pub hooks: Arc<Hooks>,
    /// Who follows which video.
    pub live: Arc<Hub>,
    /// Whose turn it is to decode what customers send.
    pub decoding: Decoding,
    /// When videos that wait may be there.
    pub forecasts: Forecasts,
    /// Told when there may be work for a worker, and when the server stops.
    pub wake: Notify,
    draining: AtomicBool,
}

impl App {
    /// Opens everything that `config` names, brings the database up to date, and on the first start makes
    /// the first keys, which are returned to be shown. Blocks the calling thread.
    ///
    /// # Errors
    /// When something cannot be opened or the configuration contradicts itself.
    pub fn build(config: Config) -> anyhow::Result<(Self, Option<FirstKeys>)> {
        Self::build_at(config, Arc::new(SystemClock))
    }

    /// As [`App::build`], with a clock of the caller's.
    ///
    /// # Errors
    /// As [`App::build`].
    pub fn build_at(config: Config, clock: Arc<dyn Clock>) -> anyhow::Result<(Self, Option<FirstKeys>)> {
        let catalogue = Catalogue::new(&config)?;
        let allow = Allow::parse(&config.outgoing_allow);
        let allow = allow.map_err(|entry| {
            anyhow::anyhow!("`outgoing_allow`: `{entry}` is neither an address, a network, nor a name")
        })?;
        let outgoing = Outgoing::new(allow)?;
        let data_dir = &config.data_dir;
        make_private_folder(data_dir)
            .with_context(|| format!("cannot make the folder {}", data_dir.display()))?;
        let store = Store::open(&config.database_url(), StoreConfig::standard())?;
        store.migrate()?;
        // Held until the first keys are stored, so that of several starts in one folder the one that made the pepper
        // also makes the keys.
        let _turn = lock_file(&data_dir.join(START_LOCK))?;
        let (pepper, made) = keys::open_pepper(data_dir)?;
        let first_keys = keys::first_start(&store, data_dir, &pepper, clock.now_us())?;
        if made && first_keys.is_none() {
            keys::drop_pepper(data_dir)?;
            bail!(
                "the database has keys that were made with another pepper: copy the file `pepper` from the data \
                 folder of the server that made them into {}",
                data_dir.display()
            );
        }
        money::load_price_list(&store, &config, &catalogue, clock.now_us())?;
        let blobs = Blobs::in_folder(&data_dir.join("assets"))?;
        let app = Self {
            config,
            store,
            blobs,
            clock,
            catalogue,
            payments: None,
            captures: Captures::nobody(),
            working: Working::default(),
            outgoing,
            hooks: Arc::new(Hooks::of(&pepper)),
            live: Arc::new(Hub::default()),
            decoding: Decoding::default(),
            forecasts: Forecasts::default(),
            pepper,
            wake: Notify::new(),
            draining: AtomicBool::new(false),
        };
        Ok((app, first_keys))
    }

    /// The token of this machine's workers, made when its file is gone. Blocks the calling thread.
    ///
    /// # Errors
    /// When the file cannot be read or made.
    pub fn worker_token(&self) -> anyhow::Result<String> {
        keys::worker_token(&self.store, &self.config.data_dir, &self.pepper, self.clock.now_us())
    }

    /// From now on the server takes no new work, and whoever waits for some is told.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
        self.wake.notify_waiters();
        self.live.close();
    }

    /// Whether the server is stopping.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }
}

/// Waits for the lock of a file, which is made if it is not there; it is let go of when the value is dropped.
fn lock_file(path: &std::path::Path) -> anyhow::Result<fs::File> {
    let file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path);
    let file = file.with_context(|| format!("cannot open {}", path.display()))?;
    file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

/// Puts the names in a folder on the disk, so that a rename outlives a power cut.
pub(crate) fn sync_folder(path: &std::path::Path) -> std::io::Result<()> {
    #[cfg(unix)]
    fs::File::open(path)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// A folder for this user alone. One that is there keeps the rights it has.
pub(crate) fn make_private_folder(path: &std::path::Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
