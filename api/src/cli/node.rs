//! A server and its embedded workers in this process: how they start and how they stop.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use anyhow::Context as _;
use kinora::characters::Captures;
use kinora::keys::FirstKeys;
use kinora::leases::jobs::recover;
use kinora::leases::node::Node as Identity;
use kinora::{App, Config, http};
use kinora_worker::{EngineFactory, Worker};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::background;
use super::engines::BuiltIn;
use super::stripe::Stripe;

/// How long until an embedded worker that ended with an error is started again.
const WORKER_RESTART: Duration = Duration::from_secs(5);

/// Everything that can go wrong has been tried; nothing runs yet.
pub struct Prepared {
    app: App,
    identity: Identity,
    listener: TcpListener,
    stripe: Option<Stripe>,
    /// The keys to be shown, on the first start alone.
    pub first_keys: Option<FirstKeys>,
}

/// A server that runs.
pub struct Node {
    app: Data<App>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    workers: JoinSet<()>,
    loops: JoinSet<()>,
    server: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    _identity: Identity,
}

impl Prepared {
    /// Takes the data folder and the address, opens the database, and brings back what the last process of
    /// this folder left unfinished. Blocks the calling thread.
    pub fn new(config: Config, built_in: Option<BuiltIn>) -> anyhow::Result<Self> {
        let identity = Identity::open(&config.data_dir)?;
        let stripe = Stripe::of(&config)?;
        let listen = config.listen;
        let listener = TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
        let (mut app, first_keys) = App::build(config)?;
        app.captures = captures(built_in, app.config.face_models.as_deref())?;
        app.payments = stripe.as_ref().map(Stripe::payments);
        let recovered = recover(&app, &identity)?;
        if recovered > 0 {
            tracing::warn!(
                recovered,
                "the last process of this data folder left runs behind; they are made again"
            );
        }
        Ok(Self { app, identity, listener, stripe, first_keys })
    }

    /// The folder that was taken.
    pub fn data_dir(&self) -> &Path {
        &self.app.config.data_dir
    }

    /// Starts the server, its loops and its workers, which make their engines with `factory`.
    pub async fn start(self, factory: Option<EngineFactory>) -> anyhow::Result<Node> {
        let Self { app, identity, listener, stripe, first_keys: _ } = self;
        let (count, drain) = (app.config.workers, Duration::from_millis(app.config.drain_ms));
        let token = app.worker_token()?;
        let address = listener.local_addr()?;
        let app = Data::new(app);
        let serving = http::serve(app.clone(), listener)?;
        let server = serving.handle();
        let serving = tokio::spawn(serving);
        let (stop, stopped) = watch::channel(false);
        let mut workers = JoinSet::new();
        if let Some(factory) = factory {
            let url = format!("http://{}", reachable(address));
            for number in 0..count {
                let worker = Embedded {
                    url: url.clone(),
                    token: token.clone(),
                    name: identity.worker(number),
                    factory: factory.clone(),
                    drain,
                };
                workers.spawn(worker.keep_running(stopped.clone()));
            }
        }
        let loops = background::start(&app, stripe.map(|stripe| (stripe, identity.workers())));
        Ok(Node { app, address, stop, workers, loops, server, serving, _identity: identity })
    }
}

/// Whoever reads captures on this server.
fn captures(built_in: Option<BuiltIn>, face_models: Option<&Path>) -> anyhow::Result<Captures> {
    let Some(built_in) = built_in else { return Ok(Captures::nobody()) };
    let reader = (built_in.reader)(face_models);
    Ok(Captures::by(
        reader
            .context("`face_models` has no models that can be used: engine/fetch-face-models.sh fills it")?,
    ))
}

impl Node {
    /// Where a program on this machine finds it.
    pub fn url(&self) -> String {
        format!("http://{}", reachable(self.address))
    }

    /// The state of the server.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Whether the server has ended although nobody told it to.
    pub fn has_ended(&self) -> bool {
        self.serving.is_finished()
    }

    /// Ends only when the server does, although nobody told it to.
    pub async fn broke(&mut self) -> anyhow::Error {
        match (&mut self.serving).await {
            Ok(Ok(())) => anyhow::anyhow!("the server ended by itself"),
            Ok(Err(error)) => anyhow::Error::from(error).context("the server ended"),
            Err(error) => anyhow::Error::from(error).context("the server ended"),
        }
    }

    /// Takes no more work, gives the running runs their time to end, hands back those that do not, and lets
    /// go of everything.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        self.app.drain();
        while self.workers.join_next().await.is_some() {}
        self.loops.shutdown().await;
        self.server.stop(true).await;
    }
}

/// Where a program on this machine reaches a server that listens at `address`.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

/// A worker in this process. It speaks to the server like any other.
struct Embedded {
    url: String,
    token: String,
    name: String,
    factory: EngineFactory,
    drain: Duration,
}

impl Embedded {
    /// Works until it is told to stop, however often the engine breaks.
    async fn keep_running(self, mut stop: watch::Receiver<bool>) {
        loop {
            let worker = Worker::new(&self.url, &self.token, &self.name, self.factory.clone());
            let ended = match worker {
                Ok(worker) => worker.with_drain(self.drain).run(stop.clone()).await,
                Err(error) => Err(error),
            };
            let Err(error) = ended else { return };
            tracing::error!(worker = self.name, %error, "the worker ended; it is started again");
            // Elapsed or told to stop: the next round finds out.
            let _ = tokio::time::timeout(WORKER_RESTART, stop.wait_for(|stop| *stop)).await;
            if *stop.borrow() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_address_is_reached_on_this_machine() {
        let cases = [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:80", "[::1]:80"), ("10.1.2.3:80", "10.1.2.3:80")];
        for (listens, expected) in cases {
            assert_eq!(reachable(listens.parse().unwrap()).to_string(), expected);
        }
    }
}
