//! `kinora demo`: the whole way of a request on this machine, and nothing left behind but the clip.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use kinora::leases::flow::{Look, look};
use kinora::{Config, keys};
use kinora_billing::bills;
use kinora_spec::Spec;
use kinora_spec::catalogue::find;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::cameo::{self, CameoArgs, SideBySide, beside};
use super::engines::{BuiltIn, Device, EngineArgs};
use super::node::{Node, Prepared};
use super::progress::Bar;
use super::receipt::{Charged, Compute, Form, Receipt};
use super::server::{Server, text};
use super::signals::Signals;
use super::wish::{Delivery, Wish};
use super::{Ended, log, runtime};

/// How often the demo looks at its video.
const POLL: Duration = Duration::from_millis(250);

/// What `kinora demo` takes.
#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    wish: Wish,
    /// Keep the server's data in this folder [default: a temporary folder that is removed]
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    cameo: CameoArgs,
    #[command(flatten)]
    engine: EngineArgs,
}

impl Demo {
    pub fn run(mut self, built_in: Option<BuiltIn>) -> anyhow::Result<Ended> {
        log::start(log::COMMAND);
        if self.cameo.photo.is_some() {
            // The same chance for both clips, so that they differ in the cameo alone.
            self.wish.seed.get_or_insert_with(rand::random);
            self.wish.prompt.get_or_insert_with(|| format!("{} waves on the beach", self.cameo.name));
            self.cameo.check(self.wish.prompt())?;
        }
        // A wish that cannot be fulfilled is refused before a server is started for it.
        self.wish.spec(self.engine.model())?;
        let factory = self.engine.factory(built_in, Device::Auto)?;
        let places = self.places()?;
        let (data_dir, _removed_at_the_end) = match &self.data_dir {
            Some(folder) => (folder.clone(), None),
            None => {
                let folder = TempDir::with_prefix("kinora-demo-")?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        let prepared = Prepared::new(self.config(data_dir)?, built_in)?;
        runtime()?.block_on(async {
            let mut signals = Signals::listen()?;
            let keys = match &prepared.first_keys {
                Some(keys) => [keys.api_key.clone(), keys.operator_key.clone()],
                None => kept_keys(&prepared.data_dir().join(keys::flow::KEYS_FILE))?,
            };
            let mut node = prepared.start(Some(factory)).await?;
            let made = tokio::select! {
                made = self.make_all(&node, keys) => made.map(Some),
                () = signals.told() => Ok(None),
            };
            if matches!(made, Ok(None)) {
                signals.end_the_process_at_the_next();
            }
            let made = match made {
                Err(error) if node.has_ended() => Err(node.broke().await.context(error)),
                made => made,
            };
            node.stop().await;
            let Some(made) = made? else { return Ok(Ended::Interrupted) };
            for (place, clip) in places.into_iter().zip(&made) {
                place.deliver(&clip.mp4, &clip.receipt.spec)?;
                clip.receipt.print(self.wish.form())?;
            }
            if let ([with, without], Form::Text) = (made.as_slice(), self.wish.form()) {
                print!("{}", SideBySide { without: &without.receipt, with: &with.receipt });
            }
            Ok(Ended::Done)
        })
    }

    /// Where the clip goes, and the one without the cameo.
    fn places(&self) -> anyhow::Result<Vec<Delivery>> {
        let mut places = vec![Delivery::prepare(&self.wish.out)?];
        if self.cameo.photo.is_some() {
            places.push(Delivery::prepare(&beside(&self.wish.out))?);
        }
        Ok(places)
    }

    /// The clip, and with a cameo the same without it.
    async fn make_all(&self, node: &Node, [api_key, operator_key]: [String; 2]) -> anyhow::Result<Vec<Made>> {
        let server = Server::new(node.url(), api_key)?;
        let Some(character) = cameo::character(&server, operator_key, &self.cameo).await? else {
            return Ok(vec![self.make(node, &server, None, &self.wish.out).await?]);
        };
        let out = beside(&self.wish.out);
        // The first clip of a process loads weights and compiles kernels: it would look dearer than the one after it.
        self.make(node, &server, None, &out).await?;
        let without = self.make(node, &server, None, &out).await?;
        let with = self.make(node, &server, Some(&character), &self.wish.out).await?;
        Ok(vec![with, without])
    }

    /// A server for this one clip. Of the operator's own settings it takes what a device and a clip cost, and nothing
    /// that could lead to their data.
    fn config(&self, data_dir: PathBuf) -> anyhow::Result<Config> {
        let theirs = Config::load(None, |name| std::env::var(name).ok(), &[])?;
        let offer = self.engine.model().id;
        Ok(Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data_dir,
            models: vec![offer.into()],
            default_model: offer.into(),
            compute_rate_micros_per_hour: theirs.compute_rate_micros_per_hour,
            prices: theirs.prices,
            face_models: theirs.face_models,
            // Whoever stops a demo does not want its clip.
            drain_ms: 0,
            ..Config::default()
        })
    }

    async fn make(
        &self,
        node: &Node,
        server: &Server,
        character: Option<&str>,
        out: &Path,
    ) -> anyhow::Result<Made> {
        let mut wish = json!({
            "prompt": self.wish.prompt(),
            "size": self.wish.size,
            "seconds": self.wish.seconds.to_string(),
            "generate_audio": !self.wish.no_audio && self.engine.model().audio,
        });
        if let Some(seed) = self.wish.seed {
            wish["seed"] = seed.into();
        }
        if let Some(character) = character {
            wish["characters"] = json!([{ "id": character }]);
        }
        let mut video = server.post("/v1/videos", &wish).await?;
        let id = text(&video, "id")?.to_owned();
        let bar = Bar::new(self.wish.quiet());
        let look = loop {
            let look = closer_look(node, &id).await?;
            match text(&video, "status")? {
                "completed" => break look,
                "failed" => bail!(
                    "{} ({})",
                    video["error"]["message"].as_str().unwrap_or("the server did not say why"),
                    look.failure.unwrap_or_default()
                ),
                status => {
                    let doing = look.phase.as_deref().unwrap_or(status);
                    let eta_ms = look.eta_ms.and_then(|eta_ms| u64::try_from(eta_ms).ok());
                    bar.show(video["progress"].as_u64().unwrap_or(0), doing, eta_ms);
                }
            }
            tokio::time::sleep(POLL).await;
            video = server.get(&format!("/v1/videos/{id}")).await?;
        };
        let mp4 = server.content(&id).await?;
        let report = look.report.context("a completed video has no report")?;
        let seed = video["seed"].as_u64().and_then(|seed| u32::try_from(seed).ok());
        let spec = Spec {
            model: text(&video, "model").ok().and_then(find).unwrap_or(self.engine.model()).id.to_owned(),
            prompt: self.wish.prompt().to_owned(),
            size: self.wish.size,
            seconds: self.wish.seconds,
            seed: seed.context("an answer has no `seed`")?,
            generate_audio: video["generate_audio"].as_bool().unwrap_or_default(),
            source: None,
            shots: vec![],
            cast: vec![],
        };
        let compute = look.compute_micros.map(|micros| Compute {
            micros,
            rate_micros_per_hour: node.app().config.compute_rate_micros_per_hour,
        });
        let charged = charged(node, &id).await?;
        let receipt = Receipt {
            file: out.to_owned(),
            bytes: mp4.len(),
            spec,
            report: serde_json::from_str(&report)?,
            compute,
            charged: Some(charged),
        };
        Ok(Made { mp4, receipt })
    }
}

/// A clip that was made.
struct Made {
    mp4: Vec<u8>,
    receipt: Receipt,
}

/// What the operator of a server sees of a video beyond what its customer does.
async fn closer_look(node: &Node, id: &str) -> anyhow::Result<Look> {
    let id = id.to_owned();
    Ok(node.app().store.run(move |db| look(db, &id)).await?)
}

/// What the ledger charged for a video that is completed.
async fn charged(node: &Node, id: &str) -> anyhow::Result<Charged> {
    let video = id.to_owned();
    let bill =
        node.app().store.run(move |db| Ok::<_, kinora_billing::Error>(bills(db, &[&video])?.remove(&video)));
    let bill = bill.await?.context("a completed video has no bill")?;
    Ok(Charged {
        amount: bill.charged.context("a completed video was not charged")?,
        price_list: bill.quote.price_list,
        per_second: bill.quote.price.per_second,
        references: (bill.quote.asked.references, bill.quote.price.per_reference),
    })
}

/// The keys that an earlier start in this folder made: the customer's and the operator's.
fn kept_keys(file: &Path) -> anyhow::Result<[String; 2]> {
    let kept =
        std::fs::read(file).with_context(|| format!("cannot read the API key in {}", file.display()))?;
    let kept: Value = serde_json::from_slice(&kept)?;
    Ok([text(&kept, "api_key")?.to_owned(), text(&kept, "operator_key")?.to_owned()])
}
