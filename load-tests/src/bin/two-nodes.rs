//! Two nodes on one database, and what must hold of them together: limits, replays and webhooks, while connections break
//! and the receiver of the webhooks fails three times in ten. `with-nodes.sh` starts the nodes and sets the environment.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use futures_util::StreamExt as _;
use goose::GooseAttack;
use goose::config::GooseConfiguration;
use goose::goose::TransactionError;
use goose::prelude::*;
use kinora_load::dropping::Wire;
use kinora_load::receiver::Receiver;
use kinora_load::session::{order, wrong};
use reqwest::Method;
use serde_json::{Value, json};

/// Videos of 4 s that may be asked for in a minute, and in another project in a day.
const LIMIT: usize = 100;
/// How far a limit may be missed.
const LIMIT_SLACK: usize = 1;
/// Customers at once.
const USERS: usize = 16;
/// How often a submit is tried that gets no answer.
const TRIES_MAX: u32 = 40;
/// Videos that workers make to the end.
const COMPLETED: usize = 40;
/// How long deliveries may take that fail three times in ten.
const PATIENCE: Duration = Duration::from_secs(240);
/// Requests of one kind at once, outside of the load.
const AT_ONCE: usize = 32;

/// What the script says.
struct Scene {
    nodes: Vec<String>,
    key: String,
    admin_key: String,
    http: reqwest::Client,
}

/// What the customers of the running load share.
#[derive(Default)]
struct Load {
    urls: Vec<String>,
    key: String,
    next: AtomicUsize,
    accepted: AtomicUsize,
    refused: AtomicUsize,
    /// The id that each logical submit was answered with.
    answers: Mutex<HashMap<String, String>>,
    tries: AtomicUsize,
    /// What went otherwise than it must.
    faults: Mutex<Vec<String>>,
}

impl Load {
    /// Notes that something went otherwise than it must.
    fn fault(&self, what: String) -> Box<TransactionError> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(what.clone());
        wrong(what)
    }
}

static LOAD: LazyLock<Mutex<std::sync::Arc<Load>>> = LazyLock::new(Mutex::default);

fn load() -> std::sync::Arc<Load> {
    LOAD.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn begin(urls: Vec<String>, key: &str) -> std::sync::Arc<Load> {
    let fresh = std::sync::Arc::new(Load { urls, key: key.to_owned(), ..Load::default() });
    *LOAD.lock().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
    fresh
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let scene = Scene::read()?;
    scene.limits().await?;
    let videos = scene.replays().await?;
    println!("all of it holds with {} videos on {} nodes", videos, scene.nodes.len());
    Ok(())
}

impl Scene {
    fn read() -> anyhow::Result<Self> {
        let variable = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
        Ok(Self {
            nodes: variable("KINORA_URLS")?.split_whitespace().map(str::to_owned).collect(),
            key: variable("KINORA_KEY")?,
            admin_key: variable("KINORA_ADMIN_KEY")?,
            http: reqwest::Client::builder().no_proxy().build()?,
        })
    }

    async fn ask(&self, method: Method, path: &str, key: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.nodes[0])).bearer_auth(key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let (status, body) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{path}: {status} {body}");
        Ok(serde_json::from_str(&body)?)
    }

    /// A new project with limits; a key of it.
    async fn project(&self, limits: Value) -> anyhow::Result<String> {
        let made = self.ask(
            Method::POST,
            "/v1/organization/projects",
            &self.admin_key,
            Some(json!({ "name": "load" })),
        );
        let project = made.await?["id"].as_str().context("a project has an id")?.to_owned();
        let path = format!("/v1/organization/projects/{project}");
        self.ask(Method::POST, &format!("{path}/limits"), &self.admin_key, Some(limits)).await?;
        let key = json!({ "name": "load" });
        let key = self.ask(Method::POST, &format!("{path}/api_keys"), &self.admin_key, Some(key)).await?;
        Ok(key["value"].as_str().context("a new key shows its value")?.to_owned())
    }

    /// Both nodes are asked for far more than a limit lets through.
    async fn limits(&self) -> anyhow::Result<()> {
        let seconds = LIMIT * 4;
        for (what, limits) in [
            ("requests per minute", json!({ "max_requests_per_1_minute": LIMIT })),
            ("video seconds per day", json!({ "max_video_seconds_per_1_day": seconds })),
        ] {
            let load = begin(self.nodes.clone(), &self.project(limits).await?);
            attack("limit", transaction!(submit_once), &["--run-time", "10s"], &self.nodes[0]).await?;
            let (accepted, refused) =
                (load.accepted.load(Ordering::SeqCst), load.refused.load(Ordering::SeqCst));
            println!("{what}: {accepted} of {} let through, the limit is {LIMIT}", accepted + refused);
            ensure!(refused > LIMIT, "the load was too small to say anything: {refused} refused");
            ensure!(accepted.abs_diff(LIMIT) <= LIMIT_SLACK, "{accepted} let through instead of {LIMIT}");
        }
        Ok(())
    }

    /// Retried submits over wires that break make each video once, and each is told of by a webhook.
    async fn replays(&self) -> anyhow::Result<usize> {
        let submits: usize = std::env::var("KINORA_LOAD_SUBMITS").map_or(Ok(10_000), |text| text.parse())?;
        let mut receiver = Receiver::start(30).await?;
        let kinds = ["video.completed", "video.failed", "video.canceled"];
        let endpoint = json!({ "name": "load", "url": receiver.url(), "event_types": kinds });
        let endpoint = self.ask(Method::POST, "/v1/webhook_endpoints", &self.key, Some(endpoint)).await?;
        receiver
            .trust(endpoint["signing_secret"].as_str().unwrap_or_default())
            .map_err(anyhow::Error::msg)?;

        let mut wires = Vec::new();
        for node in &self.nodes {
            let address = node.trim_start_matches("http://").parse()?;
            wires.push(Wire::to(address).await?);
        }
        let load = begin(wires.iter().map(Wire::url).collect(), &self.key);
        let (begun, each) = (Instant::now(), submits.div_ceil(USERS).to_string());
        attack("replay", transaction!(submit_until_answered), &["--iterations", &each], &self.nodes[0])
            .await?;
        let faults = load.faults.lock().unwrap_or_else(PoisonError::into_inner).clone();
        ensure!(faults.is_empty(), "{} faults, the first: {}", faults.len(), faults[0]);
        let answers = load.answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let broken: usize = wires.iter().map(Wire::broken).sum();
        let tries = load.tries.load(Ordering::SeqCst);
        println!(
            "replays: {} submits in {:.1} s, {tries} requests, {broken} connections broken",
            answers.len(),
            begun.elapsed().as_secs_f32()
        );
        ensure!(answers.len() >= submits, "{} submits were answered", answers.len());
        let videos = self.videos().await?;
        ensure!(
            videos.len() == answers.len(),
            "{} videos were made for {} submits",
            videos.len(),
            answers.len()
        );
        for (name, id) in &answers {
            ensure!(videos.get(name) == Some(id), "{name} was answered {id}, and is {:?}", videos.get(name));
        }
        self.webhooks(&receiver, videos.into_values().collect()).await?;
        Ok(answers.len())
    }

    /// Ends every video: the first ones by making them, the others by canceling them. Each must be told of.
    async fn webhooks(&self, receiver: &Receiver, videos: Vec<String>) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut canceled = Vec::new();
        let mut kept = Vec::new();
        let cancels =
            futures_util::stream::iter(videos.iter().skip(COMPLETED).cloned()).map(|id| async move {
                let ended = self.ask(Method::POST, &format!("/v1/videos/{id}/cancel"), &self.key, None).await;
                (id, ended)
            });
        let mut cancels = cancels.buffer_unordered(AT_ONCE);
        while let Some((id, ended)) = cancels.next().await {
            match ended {
                Ok(_) => canceled.push(id),
                // A worker had it already.
                Err(_) => kept.push(id),
            }
        }
        kept.extend(videos.iter().take(COMPLETED).cloned());
        let mut outstanding = canceled.len() + kept.len();
        while outstanding > 0 {
            if begun.elapsed() > PATIENCE {
                bail!("{outstanding} videos were not told of; {:?}", receiver.tally());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            // One that was canceled while it was made may end either way.
            let untold = receiver.missing(&[canceled.clone(), kept.clone()].concat(), "video.canceled");
            outstanding = receiver.missing(&untold, "video.completed").len();
        }
        let tally = receiver.tally();
        println!(
            "webhooks: {} videos told of in {:.1} s: {} deliveries accepted, {} failed on purpose, {} not genuine",
            videos.len(),
            begun.elapsed().as_secs_f32(),
            tally.accepted,
            tally.failed,
            tally.bad,
        );
        ensure!(tally.bad == 0, "deliveries came that were not genuine");
        Ok(())
    }

    /// Every video of the project by the name in its metadata.
    async fn videos(&self) -> anyhow::Result<HashMap<String, String>> {
        let mut videos = HashMap::new();
        let mut after = String::new();
        loop {
            let page =
                self.ask(Method::GET, &format!("/v1/videos?limit=100{after}"), &self.key, None).await?;
            for video in page["data"].as_array().into_iter().flatten() {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let (name, id) = (text(&video["metadata"]["submit"]), text(&video["id"]));
                if let Some(other) = videos.insert(name.clone(), id.clone()) {
                    bail!("{name} was made twice: {other} and {id}");
                }
            }
            if page["has_more"] != true {
                return Ok(videos);
            }
            after = format!("&after={}", page["last_id"].as_str().unwrap_or_default());
        }
    }
}

/// Lets [`USERS`] users do one thing.
async fn attack(name: &str, what: Transaction, options: &[&str], host: &str) -> anyhow::Result<()> {
    let (users, rate) = (USERS.to_string(), (USERS * 10).to_string());
    let fixed = [
        "--host",
        host,
        "--users",
        &users,
        "--increase-rate",
        &rate,
        "--no-print-metrics",
        "--no-telnet",
        "-q",
    ];
    let configuration = GooseConfiguration::parse_args_default(&[&fixed, options].concat())?;
    let scenario = Scenario::new(name).register_transaction(what);
    GooseAttack::initialize_with_config(configuration)?.register_scenario(scenario).execute().await?;
    Ok(())
}

/// A submit at the next node, that may be refused.
async fn submit_once(user: &mut GooseUser) -> TransactionResult {
    let load = load();
    let node = load.next.fetch_add(1, Ordering::Relaxed) % load.urls.len();
    let builder =
        user.client.post(format!("{}/v1/videos", load.urls[node])).bearer_auth(&load.key).json(&order());
    let request = GooseRequest::builder().method(GooseMethod::Post).path("/v1/videos").name("submit");
    let mut answer = user.request(request.set_request_builder(builder).build()).await?;
    match answer.response.as_ref().map(|response| response.status().as_u16()) {
        Ok(200) => load.accepted.fetch_add(1, Ordering::SeqCst),
        Ok(429) => {
            user.set_success(&mut answer.request)?;
            load.refused.fetch_add(1, Ordering::SeqCst)
        }
        other => return Err(wrong(format!("a submit was answered {other:?}"))),
    };
    Ok(())
}

/// A submit that is repeated, at either node, until it is answered: half of them with an `Idempotency-Key`, the others as
/// the official SDKs do, which count their retries.
async fn submit_until_answered(_user: &mut GooseUser) -> TransactionResult {
    let load = load();
    let number = load.next.fetch_add(1, Ordering::Relaxed);
    let name = format!("submit-{number}");
    let mut body = order();
    body["metadata"] = json!({ "submit": name });
    for attempt in 0..TRIES_MAX {
        load.tries.fetch_add(1, Ordering::Relaxed);
        let node = rand::random_range(0..load.urls.len());
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build();
        let client = client.map_err(|error| wrong(error.to_string()))?;
        let request =
            client.post(format!("{}/v1/videos", load.urls[node])).bearer_auth(&load.key).json(&body);
        let request = match number % 2 {
            0 => request.header("idempotency-key", &name),
            _ => request.header("x-stainless-retry-count", attempt.to_string()),
        };
        let Ok(answer) = request.send().await else { continue };
        let (status, text) = (answer.status().as_u16(), answer.text().await);
        match (status, text) {
            (200, Ok(text)) => {
                let video: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
                let id = video["id"].as_str().unwrap_or_default().to_owned();
                load.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(name, id);
                return Ok(());
            }
            // In flight at this or the other node, or its database is busy.
            (409 | 503, _) => tokio::time::sleep(Duration::from_millis(50)).await,
            (200, Err(_)) => {}
            (status, text) => return Err(load.fault(format!("{name} was answered {status} {text:?}"))),
        }
    }
    Err(load.fault(format!("{name} got no answer in {TRIES_MAX} tries")))
}
