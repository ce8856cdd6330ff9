//! The command line: one file a command. What a command does beside talking is in the library.

mod background;
mod cameo;
mod demo;
mod engines;
mod generate;
mod log;
mod node;
mod progress;
mod receipt;
mod report;
mod serve;
mod server;
mod signals;
mod stripe;
mod verify;
mod wish;
mod work;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
pub use engines::BuiltIn;
#[cfg(feature = "engine")]
pub use engines::Device;

/// Video generation in the shape of OpenAI's /v1/videos, on this machine, with keys, metering and receipts.
#[derive(Debug, Parser)]
#[command(name = "kinora", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, by default with one worker on this machine's device.
    Serve(serve::Serve),
    /// Make clips for a server that runs elsewhere.
    Worker(work::Work),
    /// Make one clip without a server.
    Generate(generate::Generate),
    /// Start a server, make one clip through its API, and stop it again.
    Demo(demo::Demo),
    /// Report on money: for whoever runs the server
    Report(report::Report),
    /// Verify the receipt of a clip with the public keys of the server that made it.
    Receipt {
        #[command(subcommand)]
        what: verify::Receipt,
    },
    /// Print the OpenAPI document of the API.
    Openapi,
}

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// It did what it was asked for.
    Done,
    /// Somebody pressed Ctrl-C or stopped the process.
    Interrupted,
}

/// As shells write it for a process that SIGINT ended.
const INTERRUPTED: u8 = 130;

/// Runs the program.
pub fn run(built_in: Option<BuiltIn>) -> ExitCode {
    let cli = Cli::parse();
    let ended = match cli.command {
        Command::Serve(serve) => serve.run(built_in),
        Command::Worker(work) => work.run(built_in),
        Command::Generate(generate) => generate.run(built_in),
        Command::Demo(demo) => demo.run(built_in),
        Command::Report(report) => report.run(),
        Command::Receipt { what } => what.run(),
        Command::Openapi => print_document(),
    };
    match ended {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            eprintln!("kinora: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn print_document() -> anyhow::Result<Ended> {
    std::io::stdout().write_all(kinora::openapi::text()?.as_bytes())?;
    Ok(Ended::Done)
}

/// The runtime of commands that talk to others.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
