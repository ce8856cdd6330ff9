//! Breaks uploads and looks for harm: `cargo run --release --example fuzz_upload -- --seconds 30 [--seed N]`.
//!
//! Every input is a file of the corpus with a few things changed, the same for the same seed. A child of this process
//! decodes them, because a fault in a decoder may end it; what was in work then is found by its number and kept. An input
//! does harm when the child dies, panics, takes too long or takes too much memory. Exit status 1 if any did.
//!
//! Options: `--seconds N`, `--seed N`, `--corpus DIR`, `--findings DIR` (where inputs that do harm are kept) and
//! `--case N` (writes that input of the seed there and ends).

mod change;
mod child;
mod places;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use change::File;
use child::Report;

/// Silence after which a child is taken to hang, far more than an input may take.
const HANG: Duration = Duration::from_secs(30);

/// Address space of a child, kilobytes: what asks for more than this at once dies of it and is found.
const ADDRESSES_KB: u32 = 3_000_000;

/// Findings after which there is no point in going on.
const FINDINGS_MAX: usize = 10;

/// What was asked for.
struct Options {
    seconds: u64,
    seed: u64,
    corpus: PathBuf,
    findings: PathBuf,
    case: Option<u64>,
    /// In a child: the first input.
    child: Option<u64>,
}

impl Options {
    fn read() -> Result<Self, Box<dyn std::error::Error>> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut options = Self {
            seconds: 30,
            seed: 1,
            corpus: here.join("fuzz/corpus"),
            findings: std::env::temp_dir().join("kinora-fuzz"),
            case: None,
            child: None,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
            match &*name {
                "--seconds" => options.seconds = value.parse()?,
                "--seed" => options.seed = value.parse()?,
                "--corpus" => options.corpus = value.into(),
                "--findings" => options.findings = value.into(),
                "--case" => options.case = Some(value.parse()?),
                "--child" => options.child = Some(value.parse()?),
                _ => return Err(format!("{name} is no option").into()),
            }
        }
        Ok(options)
    }
}

/// The files of the corpus, by name.
fn corpus(folder: &Path) -> Result<Vec<File>, Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, std::fs::read(path)?));
    }
    files.sort();
    if files.is_empty() {
        return Err("the corpus is empty".into());
    }
    Ok(files)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::read()?;
    let corpus = corpus(&options.corpus)?;
    if let Some(first) = options.child {
        return child::run(&corpus, options.seed, first, Duration::from_secs(options.seconds));
    }
    if let Some(case) = options.case {
        return keep(&options, &corpus, case);
    }
    let (end, mut total, mut findings) =
        (Instant::now() + Duration::from_secs(options.seconds), Report::default(), Vec::new());
    let mut next = 0;
    while Instant::now() < end && findings.len() < FINDINGS_MAX {
        let left = end.saturating_duration_since(Instant::now()).as_secs().max(1);
        let (report, last, died) = watch(&options, next, left)?;
        let harm = report.harm.iter().map(|(case, what)| (*case, what.clone()));
        let harm = harm.chain(died.map(|how| (last, how)));
        for (case, what) in harm {
            println!("input {case}: {what}");
            keep(&options, &corpus, case)?;
            findings.push(case);
        }
        total.add(report);
        next = last + 1;
    }
    println!("{total}");
    match findings.len() {
        0 => Ok(()),
        count => Err(format!("{count} inputs do harm; they are in {}", options.findings.display()).into()),
    }
}

/// Writes an input where it can be looked at.
fn keep(options: &Options, corpus: &[File], case: u64) -> Result<(), Box<dyn std::error::Error>> {
    let (name, input) = change::input(corpus, options.seed, case);
    std::fs::create_dir_all(&options.findings)?;
    let path = options.findings.join(format!("found-{}-{case}-{name}", options.seed));
    std::fs::write(&path, input)?;
    println!("kept as {}", path.display());
    Ok(())
}

/// Runs a child from an input on; returns what it said, the last input that it began and how it died, if it did.
fn watch(
    options: &Options,
    first: u64,
    seconds: u64,
) -> Result<(Report, u64, Option<String>), Box<dyn std::error::Error>> {
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v \"$1\"; shift; exec \"$@\"", "sh", &ADDRESSES_KB.to_string()])
        .arg(std::env::current_exe()?)
        .args(["--child", &first.to_string(), "--seconds", &seconds.to_string()])
        .args(["--seed", &options.seed.to_string(), "--corpus"])
        .arg(&options.corpus)
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("the child says nothing")?;
    let (sender, lines) = channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let (mut report, mut last, mut died) = (Report::default(), first, None);
    loop {
        match lines.recv_timeout(HANG) {
            Ok(line) => match line.parse() {
                Ok(case) => last = case,
                Err(_) => report.hear(&line),
            },
            Err(RecvTimeoutError::Timeout) => {
                child.kill()?;
                died = Some(format!("no end after {} s", HANG.as_secs()));
                break;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait()?;
    let _ = reader.join();
    if died.is_none() && !status.success() {
        died = Some(format!("the child died: {status}"));
    }
    Ok((report, last, died))
}
