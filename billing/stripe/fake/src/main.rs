//! `kinora-fake-stripe`: the server from the command line.

use std::path::PathBuf;

use clap::Parser;
use kinora_fake_stripe::{Faults, Server, Settings};

/// A local server that answers as Stripe does, as far as Kinora uses Stripe. No money moves.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Where to listen. Everybody who can reach it can pay.
    #[arg(long, default_value = "127.0.0.1:12111")]
    listen: String,
    /// Where signed events are sent.
    #[arg(long, requires = "webhook_secret")]
    webhook_url: Option<String>,
    /// Signs them; the receiver needs the same.
    #[arg(long, requires = "webhook_url")]
    webhook_secret: Option<String>,
    /// How long after a failed delivery the next is tried, in milliseconds; doubled each time, up to a minute.
    #[arg(long, default_value_t = 1_000)]
    webhook_retry_ms: u64,
    /// The only key that is accepted.
    #[arg(long, default_value = "sk_test_fake")]
    secret_key: String,
    /// Keeps everything in this file, and starts from it.
    #[arg(long)]
    state: Option<PathBuf>,
    #[command(flatten)]
    faults: Faults,
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let args = Args::parse();
    let settings = Settings {
        secret_key: args.secret_key,
        webhook: args.webhook_url.zip(args.webhook_secret),
        webhook_retry_ms: args.webhook_retry_ms,
        state_file: args.state,
        faults: args.faults,
    };
    let server = Server::start(&args.listen, settings)?;
    println!("{}", server.url());
    server.wait()
}
