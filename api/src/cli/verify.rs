//! `kinora receipt verify`: whether a server signed this, and whether the clip beside it is the one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use kinora::blobs::hex;
use kinora::receipts::rules::{PublicKeys, verify};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Ended, runtime};

/// Longest wait for a server's public keys.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// What can be done with a receipt.
#[derive(Debug, Subcommand)]
pub enum Receipt {
    /// Check a receipt's signature, and print what it says.
    Verify(Verify),
}

/// What `kinora receipt verify` takes.
#[derive(Debug, Args)]
pub struct Verify {
    /// The receipt: the answer of `GET /v1/videos/{id}/receipt`, or its field `signed` alone
    #[arg(value_name = "FILE")]
    receipt: PathBuf,
    /// The server's public keys: a file, or the address of the server
    #[arg(long, value_name = "FILE|URL", default_value = "http://127.0.0.1:8080")]
    keys: String,
    /// The clip, to be compared with the one in the receipt
    #[arg(long, value_name = "FILE")]
    clip: Option<PathBuf>,
}

impl Receipt {
    pub fn run(self) -> anyhow::Result<Ended> {
        let Self::Verify(asked) = self;
        let text = read(&asked.receipt)?;
        let answer = serde_json::from_str::<Value>(&text).ok();
        let signed = match &answer {
            Some(answer) => answer["signed"].as_str().context("the receipt has no field `signed`")?,
            None => &text,
        };
        let keys =
            public_keys(&asked.keys).context("say with --keys where the server or its public keys are")?;
        let payload = verify(signed, &keys)?;
        let read = answer.as_ref().and_then(|answer| answer.get("payload"));
        if read.is_some_and(|read| *read != payload) {
            bail!("the field `payload` of the receipt is not what was signed");
        }
        if let Some(clip) = &asked.clip {
            let bytes = std::fs::read(clip).with_context(|| format!("cannot read {}", clip.display()))?;
            let found = hex(&Sha256::digest(&bytes));
            if payload["clip_sha256"] != found.as_str() {
                bail!("{} is not the clip of this receipt: its SHA-256 is {found}", clip.display());
            }
        }
        println!("{}", serde_json::to_string_pretty(&payload)?);
        eprintln!("The signature fits{}.", if asked.clip.is_some() { ", and so does the clip" } else { "" });
        Ok(Ended::Done)
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn public_keys(place: &str) -> anyhow::Result<PublicKeys> {
    let text = if place.starts_with("http://") || place.starts_with("https://") {
        let url = format!("{}/.well-known/kinora-receipts.json", place.trim_end_matches('/'));
        runtime()?.block_on(fetch(&url)).with_context(|| format!("cannot fetch {url}"))?
    } else {
        read(Path::new(place))?
    };
    serde_json::from_str(&text).with_context(|| format!("{place} has no public keys"))
}

async fn fetch(url: &str) -> anyhow::Result<String> {
    // Fails only where it was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(ANSWER_TIMEOUT).build()?;
    Ok(client.get(url).send().await?.error_for_status()?.text().await?)
}
